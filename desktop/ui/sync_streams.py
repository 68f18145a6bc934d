"""The data sets a desk is granted, in the sync view: a few as lines with what to do, the hundreds of a province as a table with a filter."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.storage.state import StreamState
from desktop.ui.sync_words import StreamLine, stream_line
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.fact_table import FactColumn, FactRow, FactTable
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import emptied
from desktop.ui.widgets.pill import Pill
from desktop.ui.widgets.search_box import SearchBox
from records.words import Language, Words, say

TITLE = Words("ชุดข้อมูล", "Data sets")
HINT = Words("ข้อมูลที่เครื่องนี้ได้รับสิทธิ", "What this computer is granted")
ALL = Words("ทั้งหมด", "All")
PROBLEMS = Words("เฉพาะที่มีปัญหา", "Only with problems")
FIND = Words("ค้นชื่อหน่วยงาน", "Find an office")
_COLUMNS = (
    FactColumn(Words("หน่วยงาน", "Office"), stretches=True, is_strong=True),
    FactColumn(Words("สิทธิ", "Right"), may_hide=True),
    FactColumn(Words("รับแล้ว", "Received"), is_number=True, may_hide=True),
    FactColumn(Words("สถานะ", "State")),
)
_AS_LINES = 6
"""So many stand as lines; more are a table."""
_TABLE_HEIGHT = 420


class StreamsCard(Card):
    """The card; keeps what a person narrowed it down to while it is shown anew."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._streams: Sequence[StreamState] = ()
        self.body.setSpacing(px(tokens().space.hair))
        self._head = self.add_head(TITLE, language, hint=HINT)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(px(tokens().space.hair))
        self.body.addLayout(self.lines)
        self._many = QWidget()
        column = QVBoxLayout(self._many)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.tight))
        self.chips = ChipBar(language)
        self.chips.chosen.connect(lambda _key: self._fill())
        column.addWidget(self.chips)
        self.search = SearchBox(FIND, language)
        self.search.searched.connect(lambda _text: self._fill())
        column.addWidget(self.search)
        self.table = FactTable(TITLE, _COLUMNS, language)
        self.table.setFixedHeight(px(_TABLE_HEIGHT))
        self.table.chosen.connect(self._explain)
        column.addWidget(self.table)
        self.said = WrapLabel("", "muted", language=language)
        column.addWidget(self.said)
        self.body.addWidget(self._many)

    def add_act(self, words: Words, tip: Words, icon: str, act: Callable[[], object]) -> Button:
        """Adds a button beside the title."""
        button = Button(words, self._language, icon=icon, look="quiet")
        button.setToolTip(say(tip, self._language))
        button.clicked.connect(lambda _checked: act())
        self._head.add_act(button)
        return button

    def show_streams(self, streams: Sequence[StreamState]) -> None:
        """Shows how these stand."""
        self._streams = streams
        is_many = len(streams) > _AS_LINES
        self._many.setVisible(is_many)
        emptied(self.lines)
        if is_many:
            bad = sum(1 for one in streams if stream_line(one).has_problem)
            self.chips.set_chips((Chip("all", ALL, len(streams)), Chip("bad", PROBLEMS, bad)))
            self._fill()
            return
        for number, one in enumerate(streams):
            if number:
                self.lines.addWidget(Line())
            self.lines.addWidget(self._line(stream_line(one)))

    def _fill(self) -> None:
        text = self.search.text().lower()
        rows = []
        for one in self._streams:
            line = stream_line(one)
            if (self.chips.current == "bad" and not line.has_problem) or text not in f"{line.name} {line.stream}".lower():
                continue
            right = Words("บันทึกได้", "write") if one.access == "write" and not one.read_only else Words("อ่าน", "read")
            cells = (line.name, say(right, self._language), f"{one.cursor:,}", say(line.status, self._language))
            rows.append(FactRow(one.stream, cells, line.kind))
        self.table.set_rows(rows)
        none = Words("ไม่มีหน่วยงานตามที่เลือก", "No office matches")
        self.said.set_text("" if rows else say(none, self._language))
        self.said.setVisible(not rows)

    def _explain(self, stream: str) -> None:
        """Says under the table what is in the way of the chosen one."""
        line = next((stream_line(one) for one in self._streams if one.stream == stream), None)
        if line is not None and line.has_problem:
            self.said.set_text(f"{line.name}: {say(line.detail, self._language)}")
        self.said.setVisible(line is not None and line.has_problem)

    def _line(self, line: StreamLine) -> QWidget:
        space = tokens().space
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), px(space.tight))
        row.setSpacing(px(space.snug))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(WrapLabel(line.name, "strong", language=self._language))
        column.addWidget(WrapLabel(say(line.detail, self._language), "small", language=self._language))
        row.addLayout(column, 1)
        row.addWidget(Pill(say(line.status, self._language), line.kind), 0, Qt.AlignmentFlag.AlignVCenter)
        return holder
