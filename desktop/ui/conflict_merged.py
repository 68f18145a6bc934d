"""Merges that needed nobody, for information: what was brought together, by whom, to be looked at, taken back or read and forgotten."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.conflict_facts import ConflictFacts, Inbox
from desktop.ui.screen import Context, Place
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.row_button import RowButton
from records.words import Words, say

TITLE = Words("รวมให้แล้ว", "Merged for you")
HINT = Words(
    "สองเครื่องแก้คนละช่อง โปรแกรมรวมให้แล้ว ไม่ต้องทำอะไร เปิดดูประวัติได้ ย้อนได้ รายการเกิน 7 วันพับเก็บเอง",
    "Two desks edited different fields; it was merged and nothing needs doing. Open the history, or take one back. After 7 days they fold away.",
)
NOTHING = Words("ไม่มีรายการที่รวมให้ใหม่", "Nothing new was merged")
TAKE_BACK = Words("ย้อนการรวม", "Take back")
READ = Words("ทราบแล้วทั้งหมด", "Got it")
SHOW_ALL = Words("ดูที่พับเก็บไว้ด้วย", "Show folded ones too")
MORE = Words("แสดงเพิ่ม (เหลือ {left})", "Show more ({left} left)")
HERE = Words("เครื่องนี้แก้ {fields}", "here: {fields}")
BY = Words("{who} แก้ {fields}", "{who}: {fields}")
TAKEN_BACK = Words("ย้อนแล้วโดย {who}", "Taken back by {who}")


class MergedCard(Card):
    """The list of merges."""

    read = Signal()
    """The person has seen them: they fold away at this desk."""
    all_wanted = Signal()
    """Those that folded away too."""
    more_wanted = Signal()
    taken_back = Signal(str)
    """The id of a merge to take back."""

    def __init__(self, found: Inbox, context: Context, *, is_all: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language = context.language
        self.body.setSpacing(px(tokens().space.hair))
        self.add_head(TITLE, self._language, hint=HINT)
        for number, facts in enumerate(found.facts):
            if number:
                self.body.addWidget(Line())
            self.body.addWidget(self._row(facts))
        if not found.facts:
            self.body.addWidget(WrapLabel(say(NOTHING, self._language), "muted", language=self._language))
        acts = Flow()
        left = len(found.lines) - len(found.facts)
        for is_offered, words, signal in (
            (left > 0, MORE.filled(left=f"{left:,}"), self.more_wanted),
            (bool(found.facts) and not is_all, READ, self.read),
            (not is_all, SHOW_ALL, self.all_wanted),
        ):
            if is_offered:
                button = Button(words, self._language, look="bare")
                button.clicked.connect(signal)
                acts.add(button)
        self.body.addWidget(acts)

    def _row(self, facts: ConflictFacts) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        at = moment_of(facts.noted_at)
        taken = say(TAKEN_BACK, self._language, who=facts.settled_by) if facts.settled_by else ""
        parts = [
            say(facts.label, self._language),
            *self._told(facts),
            say(when(at, self._context.office.clock()), self._language) if at else "",
        ]
        row = RowButton(facts.title, " · ".join(filter(None, [*parts, taken])), self._language, icon="git-merge")
        row.clicked.connect(lambda: self._context.navigate(Place("history", facts.type, facts.record)))
        line.addWidget(row, 1)
        if facts.can_take_back and not facts.is_read_only and not facts.is_deleted and not facts.is_gone:
            back = QuietButton(TAKE_BACK, self._language, icon="undo-2")
            back.setAccessibleName(f"{say(TAKE_BACK, self._language)}: {facts.title}")
            back.clicked.connect(lambda: self.taken_back.emit(facts.id))
            line.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _told(self, facts: ConflictFacts) -> list[str]:
        """Who changed which fields, a side each."""
        said = []
        for side in ("mine", "theirs"):
            changed = [one for one in facts.fields if getattr(one, side).wire != one.base.wire]
            if not changed:
                continue
            fields = ", ".join(say(one.label, self._language) for one in changed)
            who = getattr(changed[0], side)
            said.append(say(HERE if who.is_here else BY, self._language, fields=fields, who=who.by))
        return said
