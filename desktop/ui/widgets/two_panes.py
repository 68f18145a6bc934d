"""Two panes of work: side by side where there is room, else one below the other on a page that scrolls. Nothing is ever cut."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.ui.theme.current import px
from desktop.ui.widgets.page import Scroller


class TwoPanes(Scroller):
    """The left (or upper) pane is where work begins."""

    def __init__(self, left: QWidget, right: QWidget, *, narrow: int = 760, pane_height: int = 430) -> None:
        """`narrow`: width below which they are stacked; `pane_height`: what each needs then. Pixels at 100 % text."""
        super().__init__()
        self._pane_height = pane_height
        self._narrow = narrow
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for pane in (left, right):
            self.split.addWidget(pane)
        self.split.setSizes([1000, 1000])
        self.setWidget(self.split)
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Stacks the panes where they would not fit beside each other."""
        is_narrow = event.size().width() < px(self._narrow)
        wanted = Qt.Orientation.Vertical if is_narrow else Qt.Orientation.Horizontal
        if self.split.orientation() != wanted:
            self.split.setOrientation(wanted)
            self.split.setSizes([1000, 1000])
        self.split.setMinimumHeight(px(2 * self._pane_height) if is_narrow else 0)
        super().resizeEvent(event)
