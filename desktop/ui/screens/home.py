"""The first page: what waits for this person, each number real and leading to what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from desktop.ui.pages import HOME
from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.side_places import SIDE, types_of
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.click_card import NumberCard, RowCard
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import emptied
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.record_list import NEW, counts_of
from desktop.ui.widgets.record_text import secondary_text, title_of
from records.kinds import Choice, Day, Moment
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

UNSENT = Words("รอส่ง", "Waiting to be sent")
ALL_SENT = Words("ส่งครบแล้ว", "All sent")
REFUSED = Words("ส่งไม่ได้ {count} รายการ", "{count} could not be sent")
GOES = Words("จะส่งเมื่อต่อเครือข่ายได้", "Sent when there is a line")
CONFLICTS = Words("รอท่านเลือก", "Waiting for your choice")
CONFLICT_WORD = Words("มีผู้แก้ไขที่อื่นด้วย", "Edited elsewhere too")
NO_CONFLICT = Words("ไม่มีเรื่องให้เลือก", "Nothing to choose")
DUE = Words("ครบกำหนดวันนี้", "Due today")
DUE_WORD = Words("ภายใน 3 วันอีก {count}", "{count} more within 3 days")
LATE = Words("เกินกำหนด", "Late")
LATE_WORD = Words("เก่าที่สุด {days} วัน", "The oldest by {days} days")
NONE_LATE = Words("ไม่มีเรื่องค้างเกินกำหนด", "Nothing is late")
LAST = Words("เปลี่ยนแปลงล่าสุด", "Last changes")
BY_STATE = Words("{type}ตามสถานะ", "{type} by state")
WITHOUT_STATE = Words("ยังไม่ส่งเรื่อง", "Not submitted")
START_TITLE = Words("ยังไม่มีข้อมูลในเครื่องนี้", "Nothing on this computer yet")
START_BODY = Words("เพิ่มรายการแรก หรือกด F5 เพื่อรับข้อมูลของหน่วยงาน", "Add the first record, or press F5 to fetch your office's records")
_LAST = 8
_SOON = timedelta(days=3)
_OPEN_TONES = ("info", "warn")
"""Tones of the states in which work goes on; the others end it."""


@dataclass(frozen=True)
class Change:
    """One record changed lately."""

    type: str
    label: Words
    row: Row
    title: str
    more: str


@dataclass(frozen=True)
class Seen:
    """Everything the page shows."""

    waiting: int
    refused: int
    conflicts: int
    due_type: str
    due_today: int
    due_soon: int
    late: int
    oldest_days: int
    states: tuple[tuple[str, int], ...]
    """State and count of the main work; an empty state for records that have none."""
    last: tuple[Change, ...]


class HomeScreen(Screen):
    """Numbers, work by state, last changes."""

    help_page = "home"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        language = self.language
        self._work = work_types(context)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(tokens().space.wide), 0, px(tokens().space.normal), px(tokens().space.normal))
        page = QWidget()
        page.setProperty("look", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, *(px(tokens().space.tight),) * 2)
        column.setSpacing(px(tokens().space.normal))
        self._numbers = QGridLayout()
        self._numbers.setSpacing(px(tokens().space.snug))
        self._make_numbers()
        column.addLayout(self._numbers)
        self._lower = QGridLayout()
        self._lower.setSpacing(px(tokens().space.snug))
        self.state_card = Card()
        if not self._work:
            self.state_card.hide()
        else:
            self.state_card.add_head(BY_STATE.filled(type=self._work[0].label), language)
        self._states = QVBoxLayout()
        self._states.setSpacing(0)
        self.state_card.body.addLayout(self._states)
        self.state_card.body.addStretch(1)
        self.last_card = Card()
        self.last_card.add_head(LAST, language)
        self._last = QVBoxLayout()
        self._last.setSpacing(0)
        self.last_card.body.addLayout(self._last)
        self.last_card.body.addStretch(1)
        self.empty = EmptyState(
            "inbox", START_TITLE, START_BODY, language, action=NEW.filled(type=self._work[0].label) if self._can_add() else None
        )
        self.empty.acted.connect(lambda: context.navigate(Place("record", self._work[0].type)))
        column.addLayout(self._lower)
        column.addWidget(self.empty, 1)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(scroll)
        self._columns = (0, 0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(400)
        self._later.timeout.connect(self.refresh)
        self.empty.hide()
        self.bridge.records_changed.connect(lambda _types, _ids: self._later.start() if self.isVisible() else None)

    def _make_numbers(self) -> None:
        language, context = self.language, self.context
        self.unsent = NumberCard(say(UNSENT, language), "cloud-upload", language)
        self.unsent.clicked.connect(lambda: context.navigate(Place("sync")))
        self.conflicts = NumberCard(say(CONFLICTS, language), "git-merge", language)
        self.conflicts.clicked.connect(lambda: context.navigate(Place("conflicts")))
        self.due = NumberCard(say(DUE, language), "clock", language)
        self.due.clicked.connect(lambda: self._go_due(is_late=False))
        self.late = NumberCard(say(LATE, language), "alert-triangle", language)
        self.late.clicked.connect(lambda: self._go_due(is_late=True))
        self._cards = [self.unsent, self.conflicts, self.due, self.late]
        # Only hiding: what is shown before it has a parent would flash up as a window of its own.
        for card in (self.due, self.late):
            if not self._work:
                card.hide()

    def title(self) -> str:
        """Home."""
        return say(HOME, self.language)

    def primary_action(self) -> Action | None:
        """A new record of the main work."""
        if not self._can_add():
            return None
        spec = self._work[0]
        return Action("new", NEW.filled(type=spec.label), lambda: self.context.navigate(Place("record", spec.type)), "plus", "Ctrl+N")

    def refresh(self) -> None:
        """Counts again."""
        office, work, context = self.office, self._work, self.context
        self.bridge.run(lambda: look(office, work, context), self._show, owner=self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts cards under each other in a narrow window."""
        super().resizeEvent(event)
        self._place_cards(event.size().width())

    def _can_add(self) -> bool:
        return bool(self._work) and self.context.access.can_write(self._work[0].type)

    def _place_cards(self, width: int) -> None:
        shown = self._cards if self._work else self._cards[:2]
        across = len(shown) if width >= px(760) else 2
        lower = 2 if width >= px(820) and self._work else 1
        if (across, lower) == self._columns:
            return
        self._columns = (across, lower)
        for at, card in enumerate(shown):
            self._numbers.addWidget(card, at // across, at % across)
        for at in range(len(self._cards)):
            self._numbers.setColumnStretch(at, 1 if at < across else 0)
        self._lower.addWidget(self.state_card, 0, 0)
        self._lower.addWidget(self.last_card, 0 if lower == 2 else 1, 1 if lower == 2 else 0)
        self._lower.setColumnStretch(0, 2 if lower == 2 else 1)
        self._lower.setColumnStretch(1, 3 if lower == 2 else 0)

    def _show(self, seen: Seen) -> None:
        language = self.language
        word = REFUSED.filled(count=seen.refused) if seen.refused else GOES if seen.waiting else ALL_SENT
        self.unsent.show_number(seen.waiting, say(word, language), "danger" if seen.refused else "muted" if seen.waiting else "ok")
        self.conflicts.show_number(
            seen.conflicts, say(CONFLICT_WORD if seen.conflicts else NO_CONFLICT, language), "warn" if seen.conflicts else "ok"
        )
        self.due.show_number(seen.due_today, say(DUE_WORD, language, count=seen.due_soon), "warn" if seen.due_today else "muted")
        late = say(LATE_WORD, language, days=seen.oldest_days) if seen.late else say(NONE_LATE, language)
        self.late.show_number(seen.late, late, "danger" if seen.late else "ok")
        self._fill(self._states, [self._state_row(state, count) for state, count in seen.states])
        self._fill(self._last, [self._change_row(change) for change in seen.last])
        is_empty = not seen.last
        self.empty.setVisible(is_empty)
        self.state_card.setVisible(bool(self._work) and not is_empty)
        self.last_card.setVisible(not is_empty)

    @staticmethod
    def _fill(layout: QVBoxLayout, rows: Sequence[QWidget]) -> None:
        emptied(layout)
        for row in rows:
            layout.addWidget(row)

    def _state_row(self, state: str, count: int) -> RowCard:
        spec = self._work[0]
        name = spec.workflow.field if spec.workflow else ""
        kind = spec.by_name[name].kind
        option = next((one for one in kind.options if one.value == state), None) if isinstance(kind, Choice) else None
        text = say(option.label if option else WITHOUT_STATE, self.language)
        tone: Kind = option.tone if option else "neutral"  # type: ignore[assignment]  # the catalogue's tones are the pills' kinds
        row = RowCard(f"{text} {count:,}")
        row.add(Pill(text, tone))
        row.inner.addStretch(1)
        row.add(Label(f"{count:,}", "strong"))
        wanted = Filter(name, "eq", state) if state else Filter(name, "empty")
        row.clicked.connect(lambda: self.context.navigate(Place("type", spec.type, filters=(wanted,))))
        return row

    def _change_row(self, change: Change) -> RowCard:
        language = self.language
        when = Moment().show(Moment().from_wire(change.row.changed_at), language) if change.row.changed_at else ""
        row = RowCard(f"{say(change.label, language)} {change.title} {when}")
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(WrapLabel(change.title, "strong", language=language))
        more = " · ".join(part for part in (say(change.label, language), change.more) if part)
        column.addWidget(WrapLabel(more, "small", language=language))
        row.add(texts, 1)
        row.add(Label(when, "small"))
        row.clicked.connect(lambda: self.context.navigate(Place("record", change.type, change.row.id)))
        return row

    def _go_due(self, *, is_late: bool) -> None:
        if self._work:
            spec = self._work[0]
            self.context.navigate(Place("type", spec.type, filters=due_filters(spec, self.context, is_late=is_late)))


def work_types(context: Context) -> list[RecordType]:
    """The types a person works through: with states and a day by which they must be done; services first."""
    sides = ("services", *(side for side in SIDE if side != "services"))
    found = [spec for side in sides for spec in types_of(side, context.office.catalogue, context.access)]
    return [spec for spec in found if spec.workflow is not None and "due" in spec.by_name and isinstance(spec.by_name["due"].kind, Day)]


def due_filters(spec: RecordType, context: Context, *, is_late: bool) -> tuple[Filter, ...]:
    """The conditions of what is late, or due today."""
    today = context.office.today.isoformat()
    return (Filter("due", "lt" if is_late else "eq", today), open_filter(spec))


def open_filter(spec: RecordType) -> Filter:
    """The condition of work that goes on."""
    name = spec.workflow.field if spec.workflow else ""
    kind = spec.by_name[name].kind
    values = [option.value for option in kind.options if option.tone in _OPEN_TONES] if isinstance(kind, Choice) else []
    return Filter(name, "in", list(values))


def look(office: "Office", work: Sequence[RecordType], context: Context) -> Seen:
    """Asks everything the page shows; on the store's thread."""
    status = office.sync.status()
    store = office.store
    today = office.today
    due_today = due_soon = late = oldest = 0
    states: list[tuple[str, int]] = []
    if work:
        spec = work[0]
        base = Query(spec.type, filters=(open_filter(spec),))
        due_today = store.count(replace(base, filters=(*base.filters, Filter("due", "eq", today.isoformat()))))
        soon = (Filter("due", "gt", today.isoformat()), Filter("due", "le", (today + _SOON).isoformat()))
        due_soon = store.count(replace(base, filters=(*base.filters, *soon)))
        lates = replace(base, filters=due_filters(spec, context, is_late=True), sort=(("due", False),), limit=1)
        late = store.count(lates)
        first = store.find(lates).rows
        oldest = (today - Day().from_wire(first[0].fields["due"])).days if first else 0
        if spec.workflow is not None:
            field = spec.by_name[spec.workflow.field]
            counts = counts_of(store, Query(spec.type), field)
            options = [option.value for option in field.kind.options] if isinstance(field.kind, Choice) else []
            states = [(value, counts[value]) for value in options if counts.get(value)]
            without = store.count(Query(spec.type, filters=(Filter(field.name, "empty"),)))
            states += [("", without)] if without else []
    changes: list[Change] = []
    for spec in (spec for side in SIDE for spec in types_of(side, office.catalogue, context.access)):
        for row in store.find(Query(spec.type, sort=(("_changed_at", True),), limit=_LAST)).rows:
            changes.append(
                Change(
                    spec.type, spec.label, row, title_of(spec, row.fields, context.language), secondary_text(spec, row, context.language)
                )
            )
    changes.sort(key=lambda change: change.row.changed_at, reverse=True)
    return Seen(
        status.waiting,
        status.refused,
        status.conflicts,
        work[0].type if work else "",
        due_today,
        due_soon,
        late,
        oldest,
        tuple(states),
        tuple(changes[:_LAST]),
    )
