"""A box for a small whole number with arrows (text size, days, copies). Money and codes are plain lines of text."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from desktop.ui.theme.current import px


class NumberBox(QSpinBox):
    """Qt's spin box with room before its digits."""

    def __init__(self, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setGroupSeparatorShown(True)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Puts the room inside the line: the style sheet's padding does not reach it."""
        super().showEvent(event)
        self.lineEdit().setTextMargins(px(10), 0, 0, 0)
