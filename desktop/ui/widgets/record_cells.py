"""Paints the cells of a list: marks as icons, states as pills, everything else as one line of text."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.pill import KIND_ICONS, KIND_ROLE, PillDelegate, pill_size
from desktop.ui.widgets.record_model import MARK_ROLE

_ICON = 16
_PADDING = 10


class RecordDelegate(PillDelegate):
    """Paints one cell of a `RecordModel`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints the mark in the first column, pills and texts elsewhere; the focus is shown by the row, not by a cell."""
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if index.column() > 0:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        mark = index.data(MARK_ROLE)
        if mark is None:
            return
        area: QRect = option.rect
        side = px(_ICON)
        box = QRect(area.center().x() - side // 2 + px(2), area.center().y() - side // 2, side, side)
        icon(mark.icon, mark.role).paint(painter, box)

    @staticmethod
    def wanted_width(text: str, tone: str, metrics: QFontMetrics) -> int:
        """The pixels a cell needs to show its text whole."""
        if tone in KIND_ICONS:
            return pill_size(text).width() + px(tokens().space.wide)
        return metrics.horizontalAdvance(text) + 2 * px(_PADDING) + px(12)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its text or pill, as high as a row."""
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(self.wanted_width(text, index.data(KIND_ROLE) or "", option.fontMetrics), px(tokens().space.row))
