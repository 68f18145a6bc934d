"""Picks another record by typing part of its name; says in words when the record is not here or was deleted."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import colour, px
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.record_text import told_apart
from desktop.ui.widgets.suggest_line import Proposals, Suggestion
from records.errors import FieldError
from records.fields import FieldSpec
from records.kinds import Reference
from records.words import Words, say

OPEN = Words("เปิดรายการนี้", "Open this record")
CLEAR = Words("ล้างช่องนี้", "Clear this field")
HINT = Words("พิมพ์เพื่อค้นหา", "Type to search")
NOT_HERE = Words("ยังไม่มาถึงเครื่องนี้", "Not here yet")
NOT_HERE_NOTE = Words(
    "รายการที่อ้างถึงยังไม่มาถึงเครื่องนี้ หรือท่านไม่มีสิทธิ์อ่าน ค่าเดิมยังอยู่",
    "The record it points to is not here yet or not yours to read; the value is kept",
)
DELETED_NOTE = Words("รายการที่อ้างถึงถูกลบแล้ว", "The record it points to was deleted")
NOTHING = Words("ไม่พบ “{text}” พิมพ์คำอื่น", "Nothing matches “{text}”; try other words")
CHOOSE = Words("โปรดเลือกรายการจากรายชื่อ", "Please choose a record from the list")
MOST_OFFERED = 20
"""Records in the list below the line."""


class _NameLine(QLineEdit):
    """A line that ends in an ellipsis while its text is longer than the box and nobody types in it."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the line, and the ellipsis over a text that goes on."""
        super().paintEvent(event)
        room = self.contentsRect().adjusted(px(13), 2, -px(13), -2)
        metrics = self.fontMetrics()
        if self.hasFocus() or metrics.horizontalAdvance(self.text()) <= room.width():
            return
        painter = QPainter(self)
        painter.fillRect(room.adjusted(-px(6), 0, px(6), 0), colour("surface"))
        painter.setPen(colour("text"))
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


class ReferenceEditor(Editor):
    """The name of a record, its key details, and a list of what matches while one types."""

    marks_first = False
    """Whether Enter takes the first record offered."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._to = spec.kind.to if isinstance(spec.kind, Reference) else ""
        self._id: str | None = None
        self._shown = ""
        self.line = _NameLine()
        self.line.setPlaceholderText(say(HINT, self.language))
        self.proposals = Proposals(
            self.line, say(spec.label, self.language), context, self.offered, self._asked_for, marks_first=self.marks_first
        )
        self.proposals.picked.connect(self._picked)
        self.proposals.missed.connect(lambda text: self.show_note(say(NOTHING, self.language, text=text)))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        self.row.addWidget(self.line, 1)
        self._clear = IconButton("x", CLEAR, self.language)
        self._clear.clicked.connect(self._cleared)
        self._open = IconButton("external-link", OPEN, self.language)
        self._open.clicked.connect(self._go)
        self.row.addWidget(self._clear)
        self.row.addWidget(self._open)
        self._is_read_only = False
        self.name_box(self.line)
        self._show_buttons()

    def set_value(self, value: Any) -> None:
        """Shows the record of an id; its name is fetched."""
        self._id = value
        self._write("")
        self.show_note("")
        self._show_buttons()
        if value is None or not self._to:
            return
        store, to = self.context.office.store, self._to

        def fetch() -> tuple[str, Row | None, str]:
            row = store.get(to, value)
            return value, row, self.told([row]).get(value, "") if row else ""

        self.context.bridge.run(fetch, self._fetched, owner=self)

    def value(self) -> Any:
        """The id of the record shown.

        Raises:
            FieldError: something was typed but no record was chosen.
        """
        if self._id is None and self.line.text().strip() and self.line.text() != self._shown:
            raise FieldError(CHOOSE)
        return self._id

    def draft(self) -> str:
        """What is typed while no record is chosen."""
        return self.line.text() if self._id is None else ""

    def set_draft(self, text: str) -> None:
        """Puts typed text back."""
        self._id = None
        self.line.setText(text)
        self._show_buttons()

    def set_read_only(self, is_read_only: bool) -> None:
        """The record can still be opened."""
        self._is_read_only = is_read_only
        self.line.setReadOnly(is_read_only)
        self._show_buttons()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tells when the person goes on."""
        is_gone = watched is self.line and event.type() == QEvent.Type.FocusOut and not self.proposals.popup.isVisible()
        if is_gone and not self._is_read_only:
            self.check()
            self.left.emit()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._id = None
        self.show_problem("")
        self.show_note("")
        self._show_buttons()
        self.proposals.ask_soon()
        self.edited.emit()

    def _asked_for(self) -> str:
        return "" if self._id is not None else self.line.text().strip()

    def offered(self, text: str) -> list[Suggestion]:
        """The records offered for a typed text, each with its id and what tells it from its namesakes; on the store's thread."""
        if self._to not in self.context.office.catalogue:
            return []
        rows = self.matching(text)
        titles = self.context.office.store.titles(self._to, [row.id for row in rows])
        more = self.told(rows)
        return [Suggestion(titles.get(row.id) or row.id[:8], more.get(row.id, ""), row.id) for row in rows]

    def told(self, rows: Sequence[Row]) -> dict[str, str]:
        """What stands beside the name of each record, by id; on the store's thread."""
        office, spec = self.context.office, self.context.office.catalogue.get(self._to)
        return told_apart(office.store, office.catalogue, spec, rows, self.language) if spec is not None else {}

    def matching(self, text: str) -> list[Row]:
        """The records offered for a typed text, at most as many as a list shows; on the store's thread."""
        return self.context.office.store.find(Query(self._to, text=text, limit=MOST_OFFERED)).rows

    def _picked(self, chosen: Suggestion) -> None:
        self._id = str(chosen.value)
        self._write(chosen.text)
        self.show_problem("")
        self.show_note(chosen.more)
        self._show_buttons()
        self.edited.emit()

    def _fetched(self, answer: tuple[str, Row | None, str]) -> None:
        value, row, more = answer
        if value != self._id:
            return
        if row is None:
            self._write(say(NOT_HERE, self.language))
            self.show_note(say(NOT_HERE_NOTE, self.language))
            return
        title = self.context.office.catalogue[self._to].title_of(row.fields) or row.id[:8]
        self._write(title)
        self.show_note(say(DELETED_NOTE, self.language) if row.deleted else more)

    def _write(self, text: str) -> None:
        self._shown = text
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.line.setToolTip(text)

    def _cleared(self) -> None:
        self.set_value(None)
        self.line.setFocus()
        self.edited.emit()

    def _go(self) -> None:
        if self._id is not None:
            self.context.navigate(Place("record", self._to, self._id))

    def _show_buttons(self) -> None:
        self._open.setVisible(self._id is not None)
        self._clear.setVisible(self._id is not None and not self._is_read_only)
