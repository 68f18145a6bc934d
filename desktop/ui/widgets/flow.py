"""A row of widgets that goes on in a new line when it is full, as words do.

A widget that places its children itself, not a QLayout: PySide loses a reference to None each time a Python `itemAt` answers it, and dies.
"""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme.current import px


class Flow(QWidget):
    """Lines of widgets with the same gap between neighbours and between lines."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        """`gap` is in pixels at 100 % text."""
        super().__init__(parent)
        self._gap = gap
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget) -> None:
        """Adds a widget at the end."""
        part.setParent(self)
        part.show()
        self._parts.append(part)
        self.place_again()

    def clear(self) -> None:
        """Deletes all widgets."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        self.place_again()

    def place_again(self) -> None:
        """Places all widgets anew: call it after one of them was given another text or hidden."""
        self._place(self.width(), moves=True)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in one line."""
        sizes = [self._size_of(part) for part in self._shown()]
        width = sum(size.width() for size in sizes) + px(self._gap) * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The widest widget alone, as high as all lines are now."""
        widest = max((self._size_of(part).width() for part in self._shown()), default=0)
        return QSize(widest, self._place(max(self.width(), widest), moves=False))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of all lines at `width` pixels."""
        return self._place(width, moves=False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fills the lines anew; the height may change with it."""
        super().resizeEvent(event)
        self._place(event.size().width(), moves=True)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Follows children that want another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.place_again()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    @staticmethod
    def _size_of(part: QWidget) -> QSize:
        part.ensurePolished()
        return part.sizeHint().expandedTo(part.minimumSizeHint()).expandedTo(part.minimumSize()).boundedTo(part.maximumSize())

    def _place(self, width: int, *, moves: bool) -> int:
        gap = px(self._gap)
        lines: list[list[tuple[QWidget, QSize]]] = []
        x = 0
        for part in self._shown():
            size = self._size_of(part)
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((part, size))
            x += size.width() + gap
        y = 0
        for line in lines:
            height = max(size.height() for _, size in line)
            x = 0
            for part, size in line:
                if moves:
                    part.setGeometry(QRect(x, y + (height - size.height()) // 2, size.width(), size.height()))
                x += size.width() + gap
            y += height + gap
        return max(0, y - gap)
