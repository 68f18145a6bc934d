"""One field of a form: its label above, a word where it must be filled, the editor, and what happened to it elsewhere."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.editors.registry import editor_of
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.record_text import cell_of
from records.fields import FieldSpec
from records.kinds import Files, Json, LongText, Structure, Tags
from records.words import Words, say

REQUIRED = Words("ต้องกรอก", "required")
ELSEWHERE = Words("ที่อื่นแก้ช่องนี้เป็น “{value}”", "Changed elsewhere to “{value}”")
EMPTIED = Words("(ว่าง)", "(empty)")
TAKE = Words("ใช้ค่านั้น", "Use that")
_TWO_COLUMNS = 640
"""Pixels at 100 % text from which fields stand side by side."""


class GridPart(QWidget):
    """Something that stands in a grid of fields: one field, or several that are typed as one."""

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width of a form of two columns."""
        return True


class FieldBox(GridPart):
    """A labelled editor."""

    took_theirs = Signal(str)
    """The person takes the value from elsewhere for this field (its name)."""
    asked_to_be_seen = Signal()
    """It has something to say that must not stay hidden."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None, *, editor: Editor | None = None) -> None:
        """`editor` is one of the page's own; None for the usual one of the field's kind."""
        super().__init__(parent)
        self.spec = spec
        self._context = context
        language = context.language
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.hair))
        label = say(spec.label, language)
        text = f"{label}  · {say(REQUIRED, language)}" if spec.required else label
        self.label = WrapLabel(text, "muted", language=language)
        column.addWidget(self.label)
        self.editor = editor if editor is not None else editor_of(spec, context)
        self.label.setBuddy(self.editor)
        column.addWidget(self.editor)
        self._theirs: Banner | None = None
        self._column = column

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width of a form of two columns."""
        return isinstance(self.spec.kind, LongText | Files | Tags | Structure)

    def show_theirs(self, wire: Json) -> None:
        """Says that the field was changed elsewhere to this value."""
        self.hide_theirs()
        language = self._context.language
        value = cell_of(self.spec, wire, language, {}).text or say(EMPTIED, language)
        self._theirs = Banner("warn", ELSEWHERE.filled(value=value), language, action=TAKE)
        self._theirs.acted.connect(lambda: self.took_theirs.emit(self.spec.name))
        self._column.addWidget(self._theirs)
        self.asked_to_be_seen.emit()

    def hide_theirs(self) -> None:
        """Takes the message from elsewhere away."""
        if self._theirs is not None:
            self._theirs.hide()
            self._theirs.deleteLater()
            self._theirs = None


class FieldGrid(QWidget):
    """Fields in one column, or in two where there is room."""

    def __init__(self, boxes: Sequence[GridPart], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes = list(boxes)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(tokens().space.normal))
        self._grid.setVerticalSpacing(px(tokens().space.snug))
        self._place(1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts fields side by side where there is room."""
        super().resizeEvent(event)
        self._place(2 if event.size().width() >= px(_TWO_COLUMNS) else 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never wider than one column asks, so that a narrow pane stays narrow."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), px(260)), hint.height())

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        row = column = 0
        for box in self._boxes:
            self._grid.removeWidget(box)
        for box in self._boxes:
            if column and (box.is_wide or columns == 1):
                row, column = row + 1, 0
            span = columns if box.is_wide else 1
            self._grid.addWidget(box, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
            column += span
            if column >= columns:
                row, column = row + 1, 0
        for at in range(2):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
