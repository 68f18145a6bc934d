"""Pills: a status as a coloured word with an icon, in a widget or in a column of a list. Never by colour alone."""

from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.theme.icons import icon

Kind = Literal["neutral", "info", "warn", "ok", "danger"]
"""What a status means to the reader."""

KIND_ICONS: dict[str, str] = {
    "neutral": "circle-dot",
    "info": "info",
    "warn": "clock",
    "ok": "circle-check",
    "danger": "circle-alert",
}
"""The icon of each kind where none is given."""

KIND_ROLE = Qt.ItemDataRole.UserRole.value + 64
"""Under this role a model gives the `Kind` of a cell; None paints the cell plainly."""

ICON_ROLE = KIND_ROLE + 1
"""Under this role a model may give the name of another icon for the pill."""

_HEIGHT = 26
_ICON = 12
_PADDING = 9
_GAP = 5


def pill_size(text: str) -> QSize:
    """Returns the pixels a pill with this text takes."""
    width = QFontMetrics(font(tokens().type.small, 600)).horizontalAdvance(text)
    return QSize(width + px(_ICON) + px(_GAP) + 2 * px(_PADDING), px(_HEIGHT))


def paint_pill(painter: QPainter, area: QRect, text: str, kind: Kind, icon_name: str = "") -> None:
    """Paints a pill at the left of `area`, centred in its height; a text too long for it is shortened with an ellipsis."""
    size = pill_size(text)
    width = min(size.width(), area.width())
    box = QRect(area.left(), area.top() + (area.height() - size.height()) // 2, width, size.height())
    face = font(tokens().type.small, 600)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(f"{kind}.ground"))
    painter.drawRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
    side = px(_ICON)
    left = box.left() + px(_PADDING)
    icon(icon_name or KIND_ICONS[kind], kind).paint(painter, QRect(left, box.top() + (box.height() - side) // 2, side, side))
    left += side + px(_GAP)
    words = QRect(left, box.top(), box.right() - px(_PADDING) - left + 2, box.height())
    painter.setFont(face)
    painter.setPen(colour(kind))
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


class Pill(QWidget):
    """A pill in a form or a card."""

    def __init__(self, text: str, kind: Kind, *, icon_name: str = "", parent: QWidget | None = None) -> None:
        """`text` is already said in a language."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_status(text, kind, icon_name)

    def text(self) -> str:
        """The word shown."""
        return self._text

    def show_status(self, text: str, kind: Kind, icon_name: str = "") -> None:
        """Shows another status."""
        self._text, self._kind, self._icon = text, kind, icon_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its word."""
        return pill_size(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the pill."""
        paint_pill(QPainter(self), self.rect(), self._text, self._kind, self._icon)


class PillDelegate(QStyledItemDelegate):
    """Paints cells whose model gives a `Kind` under `KIND_ROLE` as pills, the others plainly."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints one cell."""
        kind = index.data(KIND_ROLE)
        if kind not in KIND_ICONS:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        text = option.text
        option.text = ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        area = option.rect.adjusted(px(tokens().space.snug), 0, -px(tokens().space.hair), 0)
        paint_pill(painter, area, text, kind, index.data(ICON_ROLE) or "")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the pill and its margins."""
        if index.data(KIND_ROLE) not in KIND_ICONS:
            return super().sizeHint(option, index)
        size = pill_size(str(index.data(Qt.ItemDataRole.DisplayRole) or ""))
        return QSize(size.width() + px(tokens().space.wide), px(tokens().space.row))
