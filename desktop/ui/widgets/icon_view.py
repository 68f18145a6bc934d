"""An icon shown by itself: beside a sentence, in an empty list, in a dialog."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme.current import px
from desktop.ui.theme.icons import icon


class IconView(QWidget):
    """A square icon in the colour of a role; decoration, so a screen reader passes over it."""

    def __init__(self, name: str, role: str = "muted", *, side: int = 16, parent: QWidget | None = None) -> None:
        """`side` is in pixels at 100 % text."""
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_icon(name, role)

    def show_icon(self, name: str, role: str) -> None:
        """Shows another icon."""
        self._name, self._role = name, role
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its square."""
        return QSize(px(self._side), px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints it in the theme's colours of now."""
        side = px(self._side)
        area = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        icon(self._name, self._role).paint(QPainter(self), area, mode=mode)
