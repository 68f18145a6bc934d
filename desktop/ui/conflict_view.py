"""The conflict inbox: one card per record that two people changed differently, settled field by field or many at once, and undone as easily.

    grade · area, type, person, age
    bulk: the same choice for all shown, or for those selected
    card ─ field ─ before | here (keep mine) | elsewhere (keep theirs)
                   type another value: the field's own editor
                   result, live

It never asks about what could be merged: that is only listed, for information, can be taken back, and folds away. Thousands of conflicts
are lines in memory; cards are made of the first few alone, one in a turn of the event loop.
"""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.inbox import Asked, Line, Some
from desktop.ui.conflict_bulk import BulkBar
from desktop.ui.conflict_card import ConflictCard
from desktop.ui.conflict_facts import ConflictFacts, Inbox, alike, inbox
from desktop.ui.conflict_filters import ConflictFilters
from desktop.ui.conflict_merged import MergedCard
from desktop.ui.later import Later
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.page import Page, emptied
from records.errors import AppError
from records.words import Words, say

TITLE = Words("มีผู้แก้ไขที่อื่น โปรดเลือก", "Edited elsewhere too: please choose")
MERGED_TITLE = Words("รวมให้แล้ว ไม่ต้องทำอะไร", "Merged for you, nothing to do")
SETTLED = Words("ยืนยันแล้ว {count} รายการ จะส่งในรอบถัดไป", "Settled: {count}; sent with the next round")
SOME_LEFT = Words("ยืนยันแล้ว {count} รายการ คงไว้ {left} รายการ: {why}", "Settled: {count}; {left} left as they are: {why}")
UNDO = Words("ย้อนกลับ", "Undo")
MORE = Words("แสดงอีก {count} รายการ (เหลือ {left})", "Show {count} more ({left} left)")
NOTHING_HERE = Words("ไม่มีรายการตามที่กรอง", "Nothing matches")
NOTHING_HERE_BODY = Words("ลองเลือกส่วนงาน ประเภท ผู้แก้ไข หรือเวลาอื่น", "Try another area, type, person or time.")
SHOW_ALL = Words("เลิกกรอง", "Show all")
_PAGE = 15
"""Cards made at first, and more when asked."""
_FEW = 2
"""Up to so many conflicts need no bulk."""
_MANY = 4
"""Up to so many need no filters."""


class ConflictScreen(Screen):
    """The inbox."""

    help_page = "conflicts"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._inbox = Inbox()
        self._shown = _PAGE
        self._to_draw: list[ConflictFacts] = []
        self._last_act = ""
        self._is_settled = False
        self._is_to_fit = False
        self._all_merged = False
        self.cards: list[ConflictCard] = []
        self._more: Button | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self.chips = ChipBar(self.language)
        self.chips.set_chips(_chips(self._inbox))
        self.chips.chosen.connect(lambda _key: self._asked_otherwise())
        self._page.body.addWidget(self.chips)
        self.filters = ConflictFilters(context)
        self.filters.changed.connect(self._asked_otherwise)
        self._page.body.addWidget(self.filters)
        self.filters.hide()
        self.bulk = BulkBar(context)
        self.bulk.ended.connect(self._bulk_ended)
        self._page.body.addWidget(self.bulk)
        self.bulk.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(px(tokens().space.normal))
        self._page.body.addLayout(self._list)
        # A single short card stays as high as it is.
        self._page.body.addStretch(1)
        self._drawing = Later(self, 0, self._draw_next)
        self._heard_later = Later(self, 200, self.refresh)
        self.bridge.records_changed.connect(self._heard)

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        is_merged = self.chips.current == "merged"
        return say(MERGED_TITLE if is_merged else TITLE, self.language)

    def show_place(self, place: Place) -> None:
        """The place may name the grade: `merged` for what was merged for information."""
        if place.type in ("conflict", "merged"):
            self.chips.set_current("merged" if place.type == "merged" else "open")

    def refresh(self) -> None:
        """Gathers the inbox anew."""
        office, asked, shown = self.office, self._asked(), self._shown
        self.bridge.run(lambda: inbox(office, asked, shown), self._show, owner=self, is_long=True)

    @property
    def is_choosing(self) -> bool:
        """Whether a choice is begun that is not confirmed yet."""
        return any(field.choice() is not None for card in self.cards for field in card.fields)

    @property
    def open_count(self) -> int:
        """Conflicts that need a person, as the chip counts them."""
        return self._inbox.open

    def acts(self) -> list[Action]:
        """For the palette."""
        return [Action("undo_settled", UNDO, self._undo_last, "undo-2")] if self._last_act else []

    # What is shown ----------------------------------------------------------------------------------------------------------------

    def _asked(self) -> Asked:
        is_merged = self.chips.current == "merged"
        return self.filters.narrow(Asked("merged" if is_merged else "conflict", all_merged=is_merged and self._all_merged))

    def _asked_otherwise(self) -> None:
        self._shown = _PAGE
        self._is_settled = True
        self.refresh()

    def _heard(self, types: object, ids: object) -> None:
        if isinstance(types, frozenset) and (not types or "conflict" in types) and self.isVisible() and not self.bulk.is_working:
            self._heard_later.start()

    def _show(self, found: Inbox) -> None:
        if self.bulk.is_working:
            return
        if self.is_choosing and not self._is_settled:
            # A choice half made is not thrown away by somebody else's sync, nor by an answer that comes late.
            self._keep_choices(found)
            return
        self._is_settled = False
        self._inbox = found
        self.chips.set_chips(_chips(found))
        self.changed_title()
        self._draw()

    def _keep_choices(self, found: Inbox) -> None:
        """Counts what came or went meanwhile, marks what is settled and adds cards below; the cards in sight stay as they are."""
        self._inbox = found
        self.chips.set_chips(_chips(found))
        still = {line.id for line in found.lines}
        for card in self.cards:
            if card.facts.id not in still:
                card.mark_settled_elsewhere()
        self._show_bars(is_merged=False)
        known = {card.facts.id for card in self.cards}
        self._to_draw = [one for one in found.facts if one.id not in known]
        self._drop_more()
        self._drawing.start()

    def _draw(self) -> None:
        self._drawing.stop()
        self._is_to_fit = False
        emptied(self._list)
        self.cards = []
        is_merged = self.chips.current == "merged"
        found = self._inbox
        self._more = None
        self._show_bars(is_merged=is_merged)
        if is_merged:
            self._list.addWidget(self._nothing() if self.filters.is_narrow and not found.lines else self._merged())
            return
        self._to_draw = list(found.facts)
        if not self._to_draw:
            self._list.addWidget(self._nothing())
        else:
            # The first stands at once: the page is never seen empty.
            self._draw_next()

    def _show_bars(self, *, is_merged: bool) -> None:
        """The filters and the bulk, where there are enough for them."""
        found = self._inbox
        self.filters.show_choices(found)
        self.filters.setVisible(self.filters.is_narrow or len(found.lines) > _MANY)
        self.bulk.setVisible(not is_merged and len(found.lines) > _FEW)
        for card in self.cards:
            card.select_box.setVisible(len(found.lines) > _FEW)
        self._count_selected()

    def _draw_next(self) -> None:
        if self._is_to_fit:
            # Each card finds its height, in a turn of its own, before the next is made: else all stand too low until the last one is there.
            self._is_to_fit = False
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self._drawing.start()
            return
        if not self._to_draw:
            self._add_more()
            return
        facts = self._to_draw.pop(0)
        others = alike(self._inbox.lines, facts.id)
        card = ConflictCard(facts, len(others), self.context)
        card.settled.connect(lambda: self._settle(card, others))
        card.select_box.toggled.connect(lambda _is_on: self._count_selected())
        card.select_box.setVisible(len(self._inbox.lines) > _FEW)
        self.cards.append(card)
        self._list.addWidget(card)
        card.show()
        self._is_to_fit = True
        self._drawing.start()

    def _add_more(self) -> None:
        self._drop_more()
        shown = {card.facts.id for card in self.cards}
        left = sum(1 for line in self._inbox.lines if line.id not in shown)
        if left <= 0:
            return
        self._more = Button(MORE.filled(count=f"{min(left, _PAGE):,}", left=f"{left:,}"), self.language, look="quiet")
        self._more.clicked.connect(self._show_more)
        self._list.addWidget(self._more)

    def _drop_more(self) -> None:
        if self._more is not None:
            self._list.removeWidget(self._more)
            self._more.hide()
            self._more.deleteLater()
            self._more = None

    def _show_more(self) -> None:
        self._shown += _PAGE
        self._is_settled = not self.is_choosing
        self.refresh()

    def _count_selected(self) -> None:
        chosen = {card.facts.id for card in self.cards if card.select_box.isChecked()}
        lines: Sequence[Line] = [line for line in self._inbox.lines if line.id in chosen] if chosen else self._inbox.lines
        self.bulk.show_lines(lines, are_selected=bool(chosen))

    def _nothing(self) -> QWidget:
        card = Card()
        if self.filters.is_narrow:
            empty = EmptyState("circle-check", NOTHING_HERE, NOTHING_HERE_BODY, self.language, action=SHOW_ALL)
            empty.acted.connect(self._show_unfiltered)
        else:
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

    def _show_unfiltered(self) -> None:
        self.filters.clear_choices()
        self._asked_otherwise()

    def _merged(self) -> QWidget:
        card = MergedCard(self._inbox, self.context, is_all=self._all_merged)
        card.read.connect(self._mark_read)
        card.all_wanted.connect(self._show_all_merged)
        card.more_wanted.connect(self._show_more)
        card.taken_back.connect(self._take_back)
        return card

    def _mark_read(self) -> None:
        office = self.office
        self.bridge.run(office.inbox.mark_read, lambda _none: self.refresh(), owner=self)

    def _show_all_merged(self) -> None:
        self._all_merged = True
        self.refresh()

    # What a person does -----------------------------------------------------------------------------------------------------------

    def _take_back(self, conflict_id: str) -> None:
        office = self.office

        def work() -> str:
            office.conflicts.take_back(conflict_id)
            return office.undo.acts(1)[0].id

        self.bridge.run(work, lambda act: self._settled(act, 1), self._not_settled, owner=self)

    def _settle(self, card: ConflictCard, others: Sequence[str]) -> None:
        choices = card.choices()
        if choices is None:
            return
        card.settle_button.setEnabled(False)
        office = self.office
        if card.alike_box.isChecked():
            sides = {name: str(choice) for name, choice in choices.items()}
            ids = [card.facts.id, *others]
            self.bridge.run(lambda: office.inbox.settle_all(ids, "", sides), self._bulk_ended, self._not_settled, owner=self)
            return

        def work() -> str:
            office.conflicts.settle(card.facts.id, choices)
            return office.undo.acts(1)[0].id

        self.bridge.run(work, lambda act: self._settled(act, 1), self._not_settled, owner=self)

    def _bulk_ended(self, done: object) -> None:
        if isinstance(done, Some):
            self._settled(done.act.id if done.act else "", done.settled, done)

    def _settled(self, act: str, count: int, done: Some | None = None) -> None:
        self._last_act = act
        self._is_settled = True
        text = SETTLED.filled(count=f"{count:,}")
        if done is not None and done.left:
            text = SOME_LEFT.filled(count=f"{count:,}", left=f"{len(done.left):,}", why=done.left[0][1])
        kind = "warn" if done is not None and done.left else "ok"
        self.context.notify(Notice("warn" if kind == "warn" else "ok", text, UNDO if act else None, self._undo_last if act else None))
        self.refresh()

    def _not_settled(self, error: AppError) -> None:
        """Somebody was faster, or the stream turned read-only: the person is told, and sees how it stands now."""
        self._is_settled = True
        self.bridge.tell(error)
        self.refresh()

    def _undo_last(self) -> None:
        act, self._last_act = self._last_act, ""
        self._is_settled = True
        office = self.office
        if act:
            self.bridge.run(lambda: office.undo.act(act), lambda _undone: self.refresh(), owner=self)


def _chips(found: Inbox) -> tuple[Chip, ...]:
    return (
        Chip("open", Words("รอท่านเลือก", "Need your choice"), found.open),
        Chip("merged", Words("รวมให้แล้ว (เพื่อทราบ)", "Merged for you (information)"), found.merged),
    )
