"""Paints the cells of a list by hand: marks as icons, states as pills, all else as one line of text.

The style sheet's own painter takes about 0.4 ms a cell in Python, a screen of rows a frame of 40 ms; this one stays under 16.
"""

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.pill import KIND_ICONS, pill_size
from desktop.ui.widgets.record_model import Line, RecordModel
from desktop.ui.widgets.record_text import EMPTY, is_name

_ICON = 16
_PILL_ICON = 12
_PADDING = 13
_PILL_PADDING = 9
_PILL_GAP = 5


class RecordDelegate(QStyledItemDelegate):
    """Paints the cells of a `RecordModel`; colours, faces and icons are kept until the look changes (`forget`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        """The row under the mouse; -1 for none."""
        self._colours: dict[str, QColor] = {}
        self._pixmaps: dict[tuple[str, str, int], QPixmap] = {}
        self._plain = font(tokens().type.base)
        self._small = font(tokens().type.small, 600)
        self._plain_metrics = QFontMetrics(self._plain)
        self._small_metrics = QFontMetrics(self._small)

    def forget(self) -> None:
        """Takes the look in force now."""
        self._colours.clear()
        self._pixmaps.clear()
        self._plain, self._small = font(tokens().type.base), font(tokens().type.small, 600)
        self._plain_metrics, self._small_metrics = QFontMetrics(self._plain), QFontMetrics(self._small)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints one cell: ground, line below, content."""
        area: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._colour("selected"))
        elif index.row() == self.hovered_row:
            painter.fillRect(area, self._colour("hover"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, self._colour("line"))
        model = cast(RecordModel, index.model())
        line = model.line_or_ask(index.row())
        if line is None:
            return
        if index.column() == 0:
            self._paint_mark(painter, area, line)
        else:
            self._paint_cell(painter, option, model, line, index.column() - 1)

    def _paint_mark(self, painter: QPainter, area: QRect, line: Line) -> None:
        if line.mark is not None:
            side = px(_ICON)
            corner = QPoint(area.center().x() - side // 2 + px(2), area.center().y() - side // 2)
            painter.drawPixmap(corner, self._icon(painter, line.mark.icon, line.mark.role, side))

    def _paint_cell(self, painter: QPainter, option: QStyleOptionViewItem, model: RecordModel, line: Line, at: int) -> None:
        area, state = option.rect, option.state
        column = model.columns[at]
        cell = line.cells.get(column.name, EMPTY)
        if not cell.text:
            return
        if cell.tone in KIND_ICONS:
            # On the ground of a selected row a pill of the same colour would be lost.
            is_selected = bool(state & QStyle.StateFlag.State_Selected)
            self._paint_pill(painter, area, cell.text, cell.tone, "surface" if is_selected else f"{cell.tone}.ground")
            return
        is_main = is_name(model.spec, column) or column.kind.is_number
        room = area.adjusted(px(_PADDING), 0, -px(_PADDING), 0)
        painter.setFont(self._plain)
        painter.setPen(self._colour("text" if is_main and not cell.is_quiet else "muted"))
        side = Qt.AlignmentFlag.AlignRight if column.kind.is_number else Qt.AlignmentFlag.AlignLeft
        text = self._plain_metrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)

    def _paint_pill(self, painter: QPainter, area: QRect, text: str, tone: str, ground: str) -> None:
        size = pill_size(text)
        left = area.left() + px(_PADDING) - px(2)
        box = QRectF(left, area.top() + (area.height() - size.height()) // 2, min(size.width(), area.right() - left - px(4)), size.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(ground))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        side = px(_PILL_ICON)
        x = int(box.left()) + px(_PILL_PADDING)
        painter.drawPixmap(QPoint(x, int(box.top() + (box.height() - side) / 2)), self._icon(painter, KIND_ICONS[tone], tone, side))
        x += side + px(_PILL_GAP)
        words = QRect(x, int(box.top()), int(box.right()) - px(_PILL_PADDING) - x + 2, int(box.height()))
        painter.setFont(self._small)
        painter.setPen(self._colour(tone))
        shown = self._small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _colour(self, role: str) -> QColor:
        found = self._colours.get(role)
        if found is None:
            found = self._colours[role] = colour(role)
        return found

    def _icon(self, painter: QPainter, name: str, role: str, side: int) -> QPixmap:
        key = (name, role, side)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = icon(name, role).pixmap(QSize(side, side), painter.device().devicePixelRatio())
        return found

    @staticmethod
    def wanted_width(text: str, tone: str, metrics: QFontMetrics) -> int:
        """The pixels a cell needs to show its text whole."""
        if tone in KIND_ICONS:
            return pill_size(text).width() + px(_PADDING) + px(tokens().space.tight)
        return metrics.horizontalAdvance(text) + 2 * px(_PADDING) + px(2)
