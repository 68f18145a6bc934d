"""A page that scrolls: one column of cards, not wider than eyes follow, with the same margins on every screen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens


class Scroller(QScrollArea):
    """Scrolls what stands in it downwards, never sideways, without a frame; the keys go to what is inside."""

    def __init__(self, inner: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if inner is not None:
            self.setWidget(inner)


class Page(Scroller):
    """Put widgets into `body`; the page grows downwards and scrolls, never sideways."""

    def __init__(self, parent: QWidget | None = None, *, width: int = 1200, is_inside: bool = False) -> None:
        """`width` is the widest the column grows, in pixels at 100 % text; `is_inside` leaves the margins to what it stands in."""
        super().__init__(parent=parent)
        space = tokens().space
        holder = QWidget()
        holder.setProperty("look", "page")
        row = QHBoxLayout(holder)
        side = 0 if is_inside else px(space.wide)
        row.setContentsMargins(side, px(space.tight), px(space.tight) if is_inside else side, px(space.wide))
        column = QWidget()
        column.setProperty("look", "page")
        column.setMaximumWidth(px(width))
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(px(space.normal))
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(column, 1)
        row.addStretch(0)
        self.setWidget(holder)
        self.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)

    def clear(self) -> None:
        """Takes everything out of the page."""
        emptied(self.body)


def emptied(layout: QLayout) -> None:
    """Takes every widget and inner layout out of a layout and deletes them.

    What `takeAt` gives belongs to Python alone and goes with its last name here, an inner layout too (the item is that layout): nobody else
    may keep a name of it, and it must be empty by then.
    """
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            emptied(inner)
