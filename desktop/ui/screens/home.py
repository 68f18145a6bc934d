"""The first page: what waits for this person, each number real and leading to what it counts."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.storage.query import Filter
from desktop.ui.pages import HOME
from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.screens.home_facts import Change, Seen, Task, due_filters, look, work_types
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.type_extras import place_of_new
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card, Section
from desktop.ui.widgets.click_card import NumberCard, RowCard
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Scroller, emptied
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.record_list import IMPORT, NEW
from desktop.ui.widgets.record_text import inner
from records.kinds import Choice
from records.words import Words, say

UNSENT = Words("รอส่ง", "Waiting to be sent")
ALL_SENT = Words("ส่งครบแล้ว", "All sent")
REFUSED = Words("ส่งไม่ผ่าน {count} รายการ", "{count} not accepted")
GOES = Words("จะส่งเมื่อต่อเครือข่ายได้", "Sent when there is a line")
CONFLICTS = Words("รอท่านเลือก", "Waiting for your choice")
CONFLICT_WORD = Words("มีผู้แก้ไขที่อื่นด้วย", "Edited elsewhere too")
NO_CONFLICT = Words("ไม่มีเรื่องให้เลือก", "Nothing to choose")
DUE = Words("ครบกำหนดวันนี้", "Due today")
DUE_WORD = Words("ภายใน 3 วันอีก {count}", "{count} more within 3 days")
LATE = Words("เกินกำหนด", "Late")
LATE_WORD = Words("เก่าที่สุด {days} วัน", "The oldest by {days} days")
NONE_LATE = Words("ไม่มีเรื่องค้างเกินกำหนด", "Nothing is late")
LAST = Words("ความเคลื่อนไหวล่าสุด", "Latest activity")
ADDED = Words("{who} เพิ่ม{type}", "{who} added: {type}")
EDITED = Words("{who} แก้ไข{type}", "{who} edited: {type}")
MANY = Words("{type}หลายรายการ", "Several records: {type}")
NEXT = Words("งานที่ต้องทำต่อ", "What to do next")
NEXT_HINT = Words("เรียงตามกำหนดแล้วเสร็จ", "By the day it is due")
NO_NEXT = Words("ไม่มีงานที่ใกล้ครบกำหนด", "Nothing is due soon")
SINCE = Words("เกินกำหนด {days} วัน", "Late: {days} d")
TODAY = Words("ครบกำหนดวันนี้", "Due today")
LEFT = Words("อีก {days} วัน", "In {days} d")
BY_STATE = Words("{type}ตามสถานะ", "{type} by state")
WITHOUT_STATE = Words("ยังไม่ส่งเรื่อง", "Not submitted")
START_TITLE = Words("ยังไม่มีข้อมูลในเครื่องนี้", "Nothing on this computer yet")
START_BODY = Words(
    "กด F5 เพื่อรับข้อมูลของหน่วยงาน นำเข้าจากไฟล์ Excel ที่มีอยู่ หรือเพิ่มรายการแรกได้ทันที",
    "Press F5 to fetch your office's records, import the Excel files you have, or add the first record now",
)
FETCH = Words("ไปที่การรับส่งข้อมูล", "Go to sync")


class HomeScreen(Screen):
    """Numbers, what to do next, work by state, latest activity."""

    help_page = "home"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
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
        self._make_cards()
        self.empty = self._empty_state()
        column.addLayout(self._lower, 1)
        column.addWidget(self.empty)
        self._column = column
        scroll = Scroller(page)
        outer.addWidget(scroll)
        self._columns = (0, 0)
        self.refresh_after(self.office.catalogue, 400)
        self.empty.hide()

    def _make_cards(self) -> None:
        language = self.language
        self.state_card = Card(padding=4)
        if not self._work:
            self.state_card.hide()
        else:
            _dress(self.state_card.add_head(BY_STATE.filled(type=self._work[0].label), language))
        self._states = QVBoxLayout()
        self._states.setSpacing(0)
        self.state_card.body.addLayout(self._states)
        self.state_card.body.addStretch(1)
        self.next_card = Card(padding=4)
        _dress(self.next_card.add_head(NEXT, language, hint=NEXT_HINT))
        self._next = QVBoxLayout()
        self._next.setSpacing(0)
        self.next_card.body.addLayout(self._next)
        self.next_card.body.addStretch(1)
        self.last_card = Card(padding=4)
        _dress(self.last_card.add_head(LAST, language))
        self._last = QVBoxLayout()
        self._last.setSpacing(0)
        self.last_card.body.addLayout(self._last)
        self.last_card.body.addStretch(1)

    def _empty_state(self) -> EmptyState:
        language, context = self.language, self.context
        empty = EmptyState("inbox", START_TITLE, START_BODY, language, action=FETCH)
        empty.acted.connect(lambda: context.navigate(Place("sync")))
        if self._can_add():
            bring = QuietButton(IMPORT, language, icon="upload")
            bring.clicked.connect(lambda: context.navigate(Place("import", self._work[0].type)))
            empty.add_act(bring)
        return empty

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
        return Action("new", NEW.filled(type=inner(spec.label)), lambda: self.context.navigate(place_of_new(spec.type)), "plus", "Ctrl+N")

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
        for lower_card in (self.next_card, self.state_card, self.last_card):
            self._lower.removeWidget(lower_card)
        for at, card in enumerate(shown):
            self._numbers.addWidget(card, at // across, at % across)
        for at in range(len(self._cards)):
            self._numbers.setColumnStretch(at, 1 if at < across else 0)
        if lower == 2:
            self._lower.addWidget(self.next_card, 0, 0, 2, 1)
            self._lower.addWidget(self.state_card, 0, 1)
            self._lower.addWidget(self.last_card, 1, 1)
        else:
            for at, lower_card in enumerate((self.next_card, self.state_card, self.last_card)):
                self._lower.addWidget(lower_card, at, 0)
        for at in range(3):
            self._lower.setRowStretch(at, 1 if at == lower - 1 and self._work else 0)
        self._lower.setColumnStretch(0, 1)
        self._lower.setColumnStretch(1, 1 if lower == 2 else 0)

    def _show(self, seen: Seen) -> None:
        language = self.language
        word = REFUSED.filled(count=seen.refused) if seen.refused else GOES if seen.waiting else ALL_SENT
        self.unsent.show_number(
            max(seen.waiting - seen.refused, 0), say(word, language), "danger" if seen.refused else "muted" if seen.waiting else "ok"
        )
        self.conflicts.show_number(
            seen.conflicts, say(CONFLICT_WORD if seen.conflicts else NO_CONFLICT, language), "warn" if seen.conflicts else "ok"
        )
        self.due.show_number(seen.due_today, say(DUE_WORD, language, count=seen.due_soon), "warn" if seen.due_today else "muted")
        late = say(LATE_WORD, language, days=seen.oldest_days) if seen.late else say(NONE_LATE, language)
        self.late.show_number(seen.late, late, "danger" if seen.late else "ok")
        self._fill(self._states, [self._state_row(state, count) for state, count in seen.states])
        self._fill(self._last, [self._change_row(change) for change in seen.last])
        self._fill(self._next, [self._task_row(task) for task in seen.next] or [self._nothing_next()])
        is_empty = not seen.last
        self.empty.setVisible(is_empty)
        self._column.setStretchFactor(self._lower, 0 if is_empty else 1)
        self._column.setStretchFactor(self.empty, 1 if is_empty else 0)
        self.next_card.setVisible(bool(self._work) and not is_empty)
        self.state_card.setVisible(bool(self._work) and bool(seen.states) and not is_empty)
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

    def _nothing_next(self) -> QWidget:
        label = WrapLabel(say(NO_NEXT, self.context.language), "muted", language=self.context.language)
        edge = px(tokens().space.snug)
        label.setContentsMargins(edge, 0, edge, 0)
        return label

    def _task_row(self, task: Task) -> RowCard:
        language, spec = self.language, self._work[0]
        kind: Kind = "danger" if task.days < 0 else "warn" if task.days == 0 else "neutral"
        words = SINCE.filled(days=-task.days) if task.days < 0 else LEFT.filled(days=task.days) if task.days else TODAY
        row = self._told_row(task.title, task.more, say(words, language))
        row.add(Pill(say(words, language), kind))
        row.clicked.connect(lambda: self.context.navigate(Place("record", spec.type, task.row.id)))
        return row

    def _change_row(self, change: Change) -> RowCard:
        language = self.language
        moment = moment_of(change.row.changed_at)
        at = say(when(moment, self.office.clock()), language) if moment is not None else ""
        done = EDITED if change.row.version > 1 or (change.row.version and change.row.waiting) else ADDED
        title = say(MANY.filled(type=change.label), language) if change.is_many else change.title
        row = self._told_row(title, say(done.filled(type=inner(change.label), who=change.who), language), at)
        row.add(Label(at, "small"))
        place = Place("type", change.type) if change.is_many else Place("record", change.type, change.row.id)
        row.clicked.connect(lambda: self.context.navigate(place))
        return row

    def _told_row(self, title: str, more: str, end: str) -> RowCard:
        row = RowCard(" · ".join(part for part in (title, more, end) if part))
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(WrapLabel(title, "strong", language=self.language))
        if more:
            column.addWidget(WrapLabel(more, "small", language=self.language))
        row.add(texts, 1)
        return row

    def _go_due(self, *, is_late: bool) -> None:
        if self._work:
            spec = self._work[0]
            self.context.navigate(Place("type", spec.type, filters=due_filters(spec, self.context, is_late=is_late)))


def _dress(head: Section) -> None:
    """Puts a card's head above the texts of its rows, which keep room around them for hover and focus."""
    space = tokens().space
    head.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), 0)
