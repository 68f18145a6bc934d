"""The cards of year's turn: its steps, the check list, and the money carried over."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from desktop.storage.query import Filter
from desktop.ui.screen import Context, Place
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.pill import Kind
from desktop.ui.widgets.row_button import RowButton
from records.kinds import Json
from records.thai.money import show_baht
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.year_checks import CheckItem
    from desktop.services.year_turn import Step, Turn

STEPS = Words("ขั้นตอน", "Steps")
STEPS_HINT = Words("จากปีงบประมาณ {year} ไปปี {next}", "From fiscal year {year} to {next}")
CHECKS = Words("รายการตรวจก่อนปิดปี {year}", "Before closing {year}")
CHECKS_HINT = Words(
    "ข้อที่ต้องแก้ห้ามการปิด ข้อที่ต้องดูให้เปิดดูแล้วทำเครื่องหมายว่าดูแล้ว", "What must be put right keeps the year open; tick what you have looked at"
)
LOOKED = Words("ดูแล้ว", "Looked at")
CLEAN = Words("เรียบร้อย", "In order")
LEVELS: dict[str, tuple[Words, Kind]] = {
    "block": (Words("ต้องแก้ {count}", "To put right: {count}"), "danger"),
    "warn": (Words("ต้องดู {count}", "To look at: {count}"), "warn"),
    "info": (Words("เพื่อทราบ {count}", "To know: {count}"), "info"),
}
STATES: dict[str, tuple[Words, Kind]] = {
    "done": (Words("เสร็จแล้ว", "Done"), "ok"),
    "partly": (Words("ทำไปบางส่วน", "Partly done"), "warn"),
    "open": (Words("ยังไม่ทำ", "To do"), "neutral"),
    "not_needed": (Words("ไม่ต้องทำ", "Not needed"), "neutral"),
}
CARRIED = Words("เงินกันเหลื่อมปีเข้าปี {year}", "Money carried into {year}")
CARRIED_HINT = Words("ยอดที่กันอยู่ข้างรายการของปีใหม่ ไม่รวมในยอดงบประมาณของปีใหม่", "Beside the line of the new year, not part of its budget")
NO_CARRIED = Words("ยังไม่มีเงินที่กันไว้", "Nothing is carried over yet")
NO_FOLLOWER = Words("ไม่มีรายการเดียวกันในปีใหม่", "No such line in the new year")
BESIDE = Words("ปี {year}: {line} · กันไว้ {amount} บาท · จ่ายแล้ว {paid} บาท", "{year}: {line} · {amount} baht carried, {paid} paid")
ADD_CARRIED = Words("เพิ่มเงินกันเหลื่อมปี", "Carry money over")
_ON_OWN_PAGES = {"unsent": "sync", "refused": "sync", "conflicts": "conflicts"}


class _ListCard(Card):
    """A card of rows with thin lines between them."""

    def __init__(self, title: Words, hint: Words, context: Context) -> None:
        super().__init__()
        self.context = context
        self.language = context.language
        self.rows: dict[str, RowButton] = {}
        self.body.setSpacing(px(tokens().space.hair))
        self.add_head(title, self.language, hint=hint)

    def _add(self, key: str, row: RowButton, line: QWidget | None = None) -> None:
        """Adds a row; `line` is what it stands in, where something stands beside it."""
        if self.rows:
            self.body.addWidget(Line())
        self.rows[key] = row
        self.body.addWidget(line or row)


class StepsCard(_ListCard):
    """Every step with how far it has come, who took it and when."""

    def __init__(self, turn: "Turn", context: Context, go: Callable[[str], object]) -> None:
        """`go` is called with the key of the step chosen."""
        super().__init__(STEPS, STEPS_HINT.filled(year=turn.year.year, next=turn.next_year.year), context)
        for number, step in enumerate(turn.steps, start=1):
            words, kind = STATES[step.state.value]
            name, status = f"{number}. {say(step.label, self.language)}", say(words, self.language)
            row = RowButton(name, self._detail(step), self.language, status=status, kind=kind)
            row.clicked.connect(partial(go, step.key))
            self._add(step.key, row)

    def _detail(self, step: "Step") -> str:
        parts = [say(step.detail, self.language)]
        at = moment_of(step.at)
        if step.by and at is not None:
            parts.append(f"{step.by} {say(when(at, self.context.office.clock()), self.language)}")
        return " · ".join(filter(None, parts))


class ChecksCard(_ListCard):
    """Every item of the check list: what blocks and what to look at first, each leading to the list that shows it."""

    ticked = Signal()
    """A person ticked an item, or took the tick away."""

    def __init__(self, turn: "Turn", context: Context, ticked: Collection[Json], go: "Callable[[CheckItem], object]") -> None:
        """`ticked` are the keys of the items looked at; `go` is called with the item chosen."""
        super().__init__(CHECKS.filled(year=turn.year.year), CHECKS_HINT, context)
        self.ticks: dict[str, QCheckBox] = {}
        for item in sorted(turn.items, key=lambda one: not one.count):
            words, kind = LEVELS[item.level.value] if item.count else (CLEAN, "ok")
            detail = " · ".join(filter(None, (item.detail, say(item.advice, self.language)))) if item.count else ""
            status = say(words, self.language, count=f"{item.count:,}")
            row = RowButton(say(item.label, self.language), detail, self.language, status=status, kind=kind)
            row.clicked.connect(partial(go, item))
            row.setEnabled(place_of(item) is not None)
            line = QWidget()
            beside = QHBoxLayout(line)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(px(tokens().space.tight))
            beside.addWidget(row, 1)
            if item.count and item.level.value == "warn":
                beside.addWidget(self._tick(item, is_on=item.key in ticked))
            self._add(item.key, row, line)

    def _tick(self, item: "CheckItem", *, is_on: bool) -> QCheckBox:
        tick = QCheckBox(say(LOOKED, self.language))
        tick.setAccessibleName(f"{say(LOOKED, self.language)}: {say(item.label, self.language)}")
        tick.setChecked(is_on)
        tick.toggled.connect(lambda _on: self.ticked.emit())
        self.ticks[item.key] = tick
        return tick


class CarriedCard(_ListCard):
    """The money carried over, each beside the line of the next year that follows its line."""

    def __init__(self, turn: "Turn", context: Context) -> None:
        super().__init__(CARRIED.filled(year=turn.next_year.year), CARRIED_HINT, context)
        if not turn.carried:
            self.body.addWidget(WrapLabel(say(NO_CARRIED, self.language), "muted", language=self.language))
        for one in turn.carried:
            follower = turn.next_lines.get(one.next_line) or say(NO_FOLLOWER, self.language)
            amount, paid = show_baht(one.amount), show_baht(one.paid)
            detail = say(BESIDE, self.language, year=turn.next_year.year, line=follower, amount=amount, paid=paid)
            row = RowButton(one.line, detail, self.language, icon="coins")
            row.clicked.connect(partial(context.navigate, Place("record", "carry_over", one.row.id)))
            self._add(one.row.id, row)
        if not turn.year.is_closed and context.access.can_write("carry_over"):
            add = Button(ADD_CARRIED, self.language, icon="plus", look="bare")
            start = Place("record", "carry_over", start={"fiscal_year": turn.year.year, "state": "asked"})
            add.clicked.connect(lambda: context.navigate(start))
            acts = QHBoxLayout()
            acts.addWidget(add)
            acts.addStretch(1)
            self.body.addLayout(acts)


def place_of(item: "CheckItem") -> Place | None:
    """Where an item leads; None where there is nothing to see."""
    if not item.count:
        return None
    if item.key in _ON_OWN_PAGES:
        return Place(_ON_OWN_PAGES[item.key])
    if item.type and item.ids:
        return Place("type", item.type, filters=(Filter("_id", "in", list(item.ids)),))
    return None
