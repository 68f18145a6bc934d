"""The conflict inbox: one card per record that two people changed differently, settled field by field, and undone as easily.

    card ─ field ─ before | here (keep mine) | elsewhere (keep theirs)
                   type another value: the field's own editor
                   result, live
         ─ all mine · all theirs · the same for all alike · settle

It never asks about what could be merged: that is only listed, for information.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.readings import log_reading
from desktop.ui.conflict_facts import ConflictFacts, Inbox, inbox, settle_all, take_back
from desktop.ui.conflict_field import FieldChoice
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.row_button import RowButton
from desktop.ui.widgets.shortcuts import shortcut
from records.words import Words, say

ALL_MINE = Words("ใช้ของเครื่องนี้ทั้งหมด", "Keep all of mine")
ALL_THEIRS = Words("ใช้ของที่อื่นทั้งหมด", "Keep all of theirs")
SETTLE = Words("ยืนยันการเลือก", "Settle")
OPEN_RECORD = Words("เปิดรายการ", "Open the record")
ALIKE = Words("ใช้กับรายการที่เหมือนกันอีก {count} รายการ", "The same for {count} more records alike")
SETTLED = Words("ยืนยันแล้ว {count} รายการ จะส่งในรอบถัดไป", "Settled: {count}; sent with the next round")
UNDO = Words("ย้อนกลับ", "Undo")


class ConflictCard(Card):
    """One conflict and its choices."""

    settled = Signal()
    """The person confirmed; `choices` has one for every field."""

    def __init__(self, facts: ConflictFacts, alike: int, context: Context, parent: QWidget | None = None) -> None:
        """`alike` is how many other open conflicts could take the same choice."""
        super().__init__(parent)
        self.facts = facts
        self._context = context
        language = context.language
        head = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(WrapLabel(facts.title, "heading", language=language))
        names.addWidget(WrapLabel(say(facts.label, language), "small", language=language))
        head.addLayout(names, 1)
        self.open_button = Button(OPEN_RECORD, language, icon="external-link", look="bare")
        self.open_button.clicked.connect(lambda: context.navigate(Place("record", facts.type, facts.record)))
        head.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.fields = [FieldChoice(one, context) for one in facts.fields]
        for field in self.fields:
            self.body.addWidget(Line())
            self.body.addWidget(field)
            field.chosen.connect(self._changed)
            field.revealed.connect(self._log_reading)
        self.body.addWidget(Line())
        self.alike_box = QCheckBox(say(ALIKE, language, count=alike))
        self.body.addWidget(self.alike_box)
        # Only now that it has a parent: before, it would flash as a window of its own.
        self.alike_box.setVisible(alike > 0)
        acts = Flow(gap=tokens().space.tight)
        self.settle_button = PrimaryButton(SETTLE, language, icon="check")
        self.settle_button.setToolTip(f"{say(SETTLE, language)} (Ctrl+Enter)")
        self.settle_button.clicked.connect(self.settle)
        self.mine_button = Button(ALL_MINE, language)
        self.mine_button.clicked.connect(lambda: self._choose("mine"))
        self.theirs_button = Button(ALL_THEIRS, language)
        self.theirs_button.clicked.connect(lambda: self._choose("theirs"))
        for button in (self.settle_button, self.mine_button, self.theirs_button):
            acts.add(button)
        self.body.addWidget(acts)
        shortcut(self, "Ctrl+Return", self.settle, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._changed()

    def choices(self) -> dict[str, object] | None:
        """A choice for every field; None while one is missing."""
        found = {field.facts.name: field.choice() for field in self.fields}
        return None if None in found.values() else {name: choice for name, choice in found.items() if choice is not None}

    def settle(self) -> None:
        """Confirms, when every field has a choice."""
        if self.choices() is not None:
            self.settled.emit()

    def _log_reading(self, field: str) -> None:
        office, facts = self._context.office, self.facts
        self._context.bridge.run(lambda: log_reading(office, facts.type, facts.record, field), lambda _: None, owner=self)

    def _choose(self, side: str) -> None:
        for field in self.fields:
            field.choose(side)
        self.settle_button.setFocus()

    def _changed(self) -> None:
        choices = self.choices()
        self.settle_button.setEnabled(choices is not None)
        # A typed value belongs to one record; only "mine" and "theirs" can be said of many.
        is_common = choices is None or all(choice in ("mine", "theirs") for choice in choices.values())
        self.alike_box.setEnabled(is_common)
        if not is_common:
            self.alike_box.setChecked(False)


class ConflictScreen(Screen):
    """The inbox."""

    help_page = "conflicts"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._inbox = Inbox((), ())
        self.cards: list[ConflictCard] = []
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self.chips = ChipBar(self.language)
        self.chips.chosen.connect(lambda _key: self._draw())
        self._page.body.addWidget(self.chips)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(tokens().space.normal))
        self._page.body.addLayout(self._list)
        # A single short card stays as high as it is.
        self._page.body.addStretch(1)
        self.bridge.records_changed.connect(self._heard)

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("มีผู้แก้ไขที่อื่น โปรดเลือก", "Edited elsewhere too: please choose"), self.language)

    def refresh(self) -> None:
        """Gathers the inbox anew."""
        office = self.office
        self.bridge.run(lambda: inbox(office), self._show, owner=self)

    @property
    def is_choosing(self) -> bool:
        """Whether a choice is begun that is not confirmed yet."""
        return any(field.choice() is not None for card in self.cards for field in card.fields)

    def acts(self) -> list[Action]:
        """For the palette."""
        return [Action("undo_settled", UNDO, self._undo_last, "undo-2")] if self._last_acts else []

    _last_acts: tuple[str, ...] = ()
    _is_settled = False
    """What was chosen is written: the cards may go."""

    def _heard(self, types: object, ids: object) -> None:
        if isinstance(types, frozenset) and "conflict" in types and self.isVisible():
            self.refresh()

    def _show(self, found: Inbox) -> None:
        if self.is_choosing and not self._is_settled:
            # A choice half made is not thrown away by somebody else's sync, nor by an answer that comes late.
            return
        self._is_settled = False
        self._inbox = found
        self.chips.set_chips(
            (
                Chip("open", Words("รอท่านเลือก", "Need your choice"), len(found.open)),
                Chip("merged", Words("รวมให้แล้ว (เพื่อทราบ)", "Merged for you (information)"), len(found.merged)),
            )
        )
        self._draw()

    def _draw(self) -> None:
        emptied(self._list)
        self.cards = []
        if self.chips.current == "merged":
            self._draw_merged()
            return
        for facts in self._inbox.open:
            alike = [one for one in self._inbox.open if one.alike == facts.alike and one.id != facts.id]
            card = ConflictCard(facts, len(alike), self.context)
            card.settled.connect(lambda card=card, alike=alike: self._settle(card, alike))
            self.cards.append(card)
            self._list.addWidget(card)
        if not self.cards:
            self._list.addWidget(self._nothing())

    def _nothing(self) -> QWidget:
        card = Card()
        empty = EmptyState(
            "circle-check",
            Words("ไม่มีรายการที่ต้องเลือก", "Nothing to choose"),
            Words(
                "เมื่อมีผู้แก้ไขช่องเดียวกันจากสองเครื่อง รายการจะมาอยู่ที่นี่ให้ท่านเลือก สิ่งที่รวมกันได้โปรแกรมรวมให้เอง",
                "When two desks edit the same field differently, it comes here for your choice. What can be merged is merged by itself.",
            ),
            self.language,
            action=Words("ดูการรับส่งข้อมูล", "See the sync view"),
        )
        empty.acted.connect(lambda: self.context.navigate(Place("sync")))
        card.body.addWidget(empty)
        return card

    def _draw_merged(self) -> None:
        card = Card()
        card.body.setSpacing(px(tokens().space.hair))
        hint = Words(
            "สองเครื่องแก้คนละช่อง โปรแกรมรวมให้แล้ว ไม่ต้องทำอะไร เปิดดูประวัติเพื่อย้อนได้",
            "Two desks edited different fields; it was merged and nothing needs doing. Open the history to undo.",
        )
        card.add_head(Words("รวมให้แล้ว", "Merged for you"), self.language, hint=hint)
        for number, facts in enumerate(self._inbox.merged):
            if number:
                card.body.addWidget(Line())
            at = moment_of(facts.noted_at)
            fields = ", ".join(say(field.label, self.language) for field in facts.fields)
            parts = [say(facts.label, self.language), fields, say(when(at, self.office.clock()), self.language) if at else ""]
            row = RowButton(facts.title, " · ".join(filter(None, parts)), self.language, icon="git-merge")
            row.clicked.connect(lambda _checked=False, one=facts: self.context.navigate(Place("history", one.type, one.record)))
            card.body.addWidget(row)
        if not self._inbox.merged:
            text = Words("ยังไม่มีรายการที่รวมให้", "Nothing was merged yet")
            card.body.addWidget(WrapLabel(say(text, self.language), "muted", language=self.language))
        self._list.addWidget(card)

    def _settle(self, card: ConflictCard, alike: Sequence[ConflictFacts]) -> None:
        choices = card.choices()
        if choices is None:
            return
        card.settle_button.setEnabled(False)
        ids = [card.facts.id, *(one.id for one in alike if card.alike_box.isChecked())]
        office = self.office
        self.bridge.run(lambda: settle_all(office, ids, choices), self._settled, owner=self)

    def _settled(self, acts: list[str]) -> None:
        self._last_acts = tuple(acts)
        self._is_settled = True
        self.context.notify(Notice("ok", SETTLED.filled(count=len(acts)), UNDO, self._undo_last))
        self.refresh()

    def _undo_last(self) -> None:
        acts, self._last_acts = self._last_acts, ()
        self._is_settled = True
        office = self.office
        if acts:
            self.bridge.run(lambda: take_back(office, acts), lambda _count: self.refresh(), owner=self)
