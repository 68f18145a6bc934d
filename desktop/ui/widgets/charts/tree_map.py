"""A tree map: every แผนงาน of a budget as an area as large as its money, grouped by ด้าน; reached and read by keyboard too."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.services.budget_nodes import Node
from desktop.services.budget_sheets import percent
from desktop.ui.theme.current import colour, font, px
from records.thai.money import show_baht
from records.words import Language, Words, say

NAME = Words("แผนภาพงบประมาณตามแผนงาน", "Picture of the budget by programme")
HINT = Words("ลูกศรเลื่อนไปมา Enter เปิดในต้นไม้", "Arrows move, Enter opens the place in the tree")
_ROLES = ("accent", "ok", "warn", "neutral", "danger", "info")
_GAP = 3


@dataclass(frozen=True)
class Tile:
    """One area of the picture."""

    node: Node
    box: QRectF
    side: Node
    group: int
    """The number of its side, which gives its colour."""


class TreeMap(QWidget):
    """The picture."""

    chosen = Signal(object)
    """The path (tuple of stored values) of an area that was opened."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._root: Node | None = None
        self.tiles: list[Tile] = []
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(say(NAME, language))
        self.setMinimumSize(px(320), px(240))

    def show_tree(self, root: Node) -> None:
        """Shows the programmes of a tree by what they have available."""
        self._root = root
        self.current = 0
        self._lay_out()

    def told(self, tile: Tile) -> str:
        """What an area says: side, programme, money, share."""
        whole = self._root.amounts.available if self._root else 0
        share = percent(tile.node.amounts.available, whole)
        return f"{say(tile.node.label, self._language)}\n{show_baht(tile.node.amounts.available)} ({share}%)\n{say(tile.side.label, self._language)}"

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Divides the new room."""
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go from area to area, Enter opens one."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.tiles:
            self.chosen.emit(self.tiles[self.current].node.path)
        elif event.key() in steps and self.tiles:
            self._point_at((self.current + steps[Qt.Key(event.key())]) % len(self.tiles))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Chooses an area."""
        self.setFocus()
        self._point_at(self._at(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Opens an area."""
        if self._at(event) >= 0:
            self.chosen.emit(self.tiles[self._at(event)].node.path)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Says what is under the mouse."""
        if self._at(event) >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self.told(self.tiles[self._at(event)]), self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws the areas with their names, where there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, tile in enumerate(self.tiles):
            role = _ROLES[tile.group % len(_ROLES)]
            ground = colour("selected") if role == "accent" else colour(f"{role}.ground")
            line = colour("accent") if role == "accent" else colour(f"{role}.line")
            self._paint_tile(painter, tile, ground, line, is_current=number == self.current and self.hasFocus())
        painter.end()

    def _paint_tile(self, painter: QPainter, tile: Tile, ground: QColor, line: QColor, *, is_current: bool) -> None:
        painter.setPen(QPen(colour("accent"), 3) if is_current else QPen(line, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(tile.box, px(6), px(6))
        room = tile.box.adjusted(px(8), px(6), -px(8), -px(6))
        if room.width() < px(40) or room.height() < px(20):
            return
        painter.setPen(colour("text"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.setFont(font(13, 600))
        name, _, money = self.told(tile).partition("\n")
        needed = painter.boundingRect(room, int(flags), name)
        if needed.height() > room.height() or needed.width() > room.width():
            return
        painter.drawText(room, int(flags), name)
        painter.setFont(font(12))
        below = room.adjusted(0, needed.height() + px(2), 0, 0)
        if painter.boundingRect(below, int(flags), money).height() <= below.height():
            painter.drawText(below, int(flags), money)

    def _point_at(self, number: int) -> None:
        if 0 <= number < len(self.tiles):
            self.current = number
            self.setAccessibleDescription(self.told(self.tiles[number]))
            self.update()

    def _at(self, event: QMouseEvent) -> int:
        return next((number for number, tile in enumerate(self.tiles) if tile.box.contains(event.position())), -1)

    def _lay_out(self) -> None:
        self.tiles = []
        if self._root is not None:
            area = QRectF(self.rect()).adjusted(px(8), px(8), -px(8), -px(8))
            sides = sorted((one for one in self._root.children if one.amounts.available > 0), key=lambda one: -one.amounts.available)
            for group, (side, box) in enumerate(zip(sides, squarified([one.amounts.available for one in sides], area), strict=True)):
                parts = sorted((one for one in side.children if one.amounts.available > 0), key=lambda one: -one.amounts.available)
                boxes = squarified([one.amounts.available for one in parts], box)
                self.tiles += [
                    Tile(part, inner.adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2), side, group)
                    for part, inner in zip(parts, boxes, strict=True)
                ]
        self.update()


def squarified(values: Sequence[int], area: QRectF) -> list[QRectF]:
    """Boxes as large as the values (largest first, all above zero) that fill an area, as near to squares as rows allow.

    Source: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000).
    """
    boxes: list[QRectF] = []
    left = list(values)
    room = QRectF(area)
    while left:
        total = sum(left)
        short = min(room.width(), room.height())
        whole = room.width() * room.height()
        if total <= 0 or whole <= 0:
            return boxes + [QRectF(room.topLeft(), room.topLeft())] * len(left)
        count = 1
        while count < len(left) and _worst(left[: count + 1], short, whole / total) <= _worst(left[:count], short, whole / total):
            count += 1
        row, left = left[:count], left[count:]
        depth = sum(row) * whole / total / short
        along = room.left() if room.width() < room.height() else room.top()
        for value in row:
            length = value * whole / total / depth
            if room.width() < room.height():
                boxes.append(QRectF(along, room.top(), length, depth))
            else:
                boxes.append(QRectF(room.left(), along, depth, length))
            along += length
        room = room.adjusted(0, depth, 0, 0) if room.width() < room.height() else room.adjusted(depth, 0, 0, 0)
    return boxes


def _worst(row: Sequence[int], short: float, scale: float) -> float:
    """How far the longest box of a row is from a square."""
    depth = sum(row) * scale / short
    return max(max(depth / (value * scale / depth), value * scale / depth / depth) for value in row)
