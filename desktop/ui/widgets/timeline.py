"""Steps one after the other, joined by a line: what was done, what is being done, what is still to come. Never by colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import emptied
from desktop.ui.widgets.pill import Kind, Pill
from records.words import Language

_ICONS: dict[str, str] = {"neutral": "circle-dot", "ok": "circle-check", "info": "arrow-right", "warn": "clock", "danger": "circle-alert"}
_RAIL = 26
_SIDE = 18


@dataclass(frozen=True)
class Mark:
    """One step on the line; texts are already said in a language."""

    name: str
    detail: str
    kind: Kind
    """`neutral` not begun, `info` going on, `warn` waiting, `ok` done."""
    warning: str = ""
    """A word for a red pill; empty for none."""


class TimeLine(QWidget):
    """Marks under each other."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.marks: Sequence[Mark] = ()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Shows other steps."""
        if list(marks) == list(self.marks):
            return
        self.marks = tuple(marks)
        emptied(self._column)
        for place, mark in enumerate(self.marks):
            self._column.addWidget(_MarkLine(mark, self._language, is_last=place == len(self.marks) - 1))


class _MarkLine(QWidget):
    """One step with its part of the line at the left."""

    def __init__(self, mark: Mark, language: Language, *, is_last: bool) -> None:
        super().__init__()
        self._mark = mark
        self._is_last = is_last
        row = QHBoxLayout(self)
        row.setContentsMargins(px(_RAIL), 0, 0, px(tokens().space.snug))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(WrapLabel(mark.name, "strong", language=language))
        column.addWidget(WrapLabel(mark.detail, "small", language=language))
        if mark.warning:
            column.addWidget(Pill(mark.warning, "danger"), 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        self.setAccessibleName(" · ".join(filter(None, (mark.name, mark.detail, mark.warning))))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the mark and the line that leads to the next."""
        painter = QPainter(self)
        side = px(_SIDE)
        top = px(3)
        if not self._is_last:
            painter.setPen(colour("line"))
            painter.drawLine(side // 2, top + side + 2, side // 2, self.height())
        role = "muted" if self._mark.kind == "neutral" else self._mark.kind
        icon(_ICONS[self._mark.kind], role).paint(painter, QRect(0, top, side, side))
        painter.end()
