"""Thailand without a network: province outlines, offices as points, one cross that says where. Mouse and keys do the same.

mouse: drag moves, wheel magnifies, a click puts the cross      keys: arrows move the cross, + and - magnify, 0 shows all, Enter picks
"""

from collections.abc import Sequence

import geothai
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.services.registry import Point
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.map_shapes import Shapes, load_shapes, on_earth, on_map
from records.words import Language, Words, say

NAME = Words("แผนที่ประเทศไทย", "Map of Thailand")
_MOST = 60_000.0
"""Pixels a degree at the strongest magnification: about 2 m a pixel."""
_STEP = 1.4
_KEY_STEP = 12
"""Pixels the cross moves at a press of an arrow; one with Shift."""
_NEAR = 14
"""Pixels within which an office is said to be at the cross."""
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class MapView(QWidget):
    """The map. `place` is where the cross stands."""

    moved = Signal(float, float)
    """The cross went to another latitude and longitude."""
    picked = Signal(float, float)
    """Enter or a double click chose this latitude and longitude."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say(NAME, language))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.shapes: Shapes = load_shapes()
        known = ((code, geothai.province(code)) for code in self.shapes.provinces)
        self._names = {code: one.name_th if language is Language.THAI else one.name_en for code, one in known if one is not None}
        self._points: Sequence[Point] = ()
        self._spots: list[QPointF] = []
        self._scale = 0.0
        """Pixels a degree of latitude; 0 shows the whole country."""
        self._middle = self.shapes.bounds.center()
        self._cross: QPointF | None = None
        self._sized_for = self._least()
        """The least scale of the size the present scale was chosen at."""
        self._pressed: QPoint | None = None
        self._dragged = False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As large as a dialog bears."""
        return QSize(px(620), px(480))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Small enough for a low screen."""
        return QSize(px(260), px(220))

    # -- what it shows --

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude of the cross; None before there is one."""
        return None if self._cross is None else on_earth(self._cross)

    def set_points(self, points: Sequence[Point]) -> None:
        """Shows these offices."""
        self._points = points
        self._spots = [on_map(one.latitude, one.longitude) for one in points]
        self.update()

    def put_cross(self, latitude: float, longitude: float) -> None:
        """Puts the cross and brings it into the middle, near enough to see the offices around."""
        self._cross = on_map(latitude, longitude)
        self._middle = QPointF(self._cross)
        self._scale = max(self._scale, self._least() * 12)
        self.update()

    def show_all(self) -> None:
        """Shows the whole country."""
        self._scale = 0.0
        self._middle = self.shapes.bounds.center()
        self.update()

    def province_here(self) -> str:
        """Code of the province the cross stands in; empty outside all or without a cross."""
        return "" if self._cross is None else self.shapes.province_at(self._cross)

    def office_here(self) -> Point | None:
        """The office nearest to the cross, when it is not further than a finger."""
        if self._cross is None:
            return None
        reach = px(_NEAR) / self._shown()
        best, found = reach * reach, None
        for spot, office in zip(self._spots, self._points, strict=True):
            x, y = spot.x() - self._cross.x(), spot.y() - self._cross.y()
            if (far := x * x + y * y) <= best:
                best, found = far, office
        return found

    # -- magnifying and moving --

    def magnify(self, by: float, around: QPointF | None = None) -> None:
        """Magnifies; the map point `around` stays where it is (None: the cross, else the middle)."""
        fixed = around or self._cross or self._middle
        before = self._shown()
        after = min(_MOST, max(self._least(), before * by))
        self._scale = 0.0 if after <= self._least() else after
        if self._scale:
            self._middle = fixed + (self._middle - fixed) * (before / after)
        else:
            self._middle = self.shapes.bounds.center()
        self.update()

    def _least(self) -> float:
        bounds = self.shapes.bounds
        return max(0.1, min((self.width() - px(24)) / bounds.width(), (self.height() - px(24)) / bounds.height()))

    def _shown(self) -> float:
        return self._scale or self._least()

    def _transform(self) -> QTransform:
        scale = self._shown()
        return QTransform(scale, 0, 0, scale, self.width() / 2 - self._middle.x() * scale, self.height() / 2 - self._middle.y() * scale)

    def _at(self, pixel: QPointF) -> QPointF:
        inverted, _ = self._transform().inverted()
        return inverted.map(pixel)

    def _cross_to(self, point: QPointF) -> None:
        bounds = self.shapes.bounds.adjusted(-1, -1, 1, 1)
        self._cross = QPointF(min(bounds.right(), max(bounds.left(), point.x())), min(bounds.bottom(), max(bounds.top(), point.y())))
        self.update()
        self.moved.emit(*on_earth(self._cross))

    def _keep_in_sight(self) -> None:
        if self._cross is None:
            return
        pixel = self._transform().map(self._cross)
        edge = px(40)
        if not QRectF(edge, edge, self.width() - 2 * edge, self.height() - 2 * edge).contains(pixel):
            self._middle = QPointF(self._cross)

    # -- keys and mouse --

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the module."""
        key = event.key()
        arrow = _ARROWS.get(key)
        if arrow is not None:
            x, y = arrow
            step = (1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else px(_KEY_STEP)) / self._shown()
            start = self._cross if self._cross is not None else self._middle
            self._cross_to(QPointF(start.x() + x * step, start.y() + y * step))
            self._keep_in_sight()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.magnify(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.magnify(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cross is not None:
            self.picked.emit(*on_earth(self._cross))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Magnifies around the mouse."""
        self.magnify(_STEP if event.angleDelta().y() > 0 else 1 / _STEP, self._at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begins a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Moves the map."""
        here = event.position().toPoint()
        if self._pressed is None or (not self._dragged and (here - self._pressed).manhattanLength() < 4):
            return
        if not self._scale:
            self._scale = self._least()
        self._middle -= QPointF(here - self._pressed) / self._shown()
        self._pressed, self._dragged = here, True
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Puts the cross, unless the map was moved."""
        if self._pressed is not None and not self._dragged:
            self._cross_to(self._at(event.position()))
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Picks."""
        point = self._at(event.position())
        self._cross_to(point)
        self.picked.emit(*on_earth(point))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Goes on showing the same part of the country: a cross put before the window has its size is seen as near as one put after."""
        super().resizeEvent(event)
        least = self._least()
        if self._scale:
            self._scale = min(_MOST, self._scale * least / self._sized_for)
        self._sized_for = least
        self.update()

    # -- drawing --

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws provinces, offices, the cross and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("info.ground"))
        transform = self._transform()
        sight = QRectF(self._at(QPointF(0, 0)), self._at(QPointF(self.width(), self.height())))
        painter.save()
        painter.setTransform(transform)
        outline = QPen(colour("border"), 1)
        outline.setCosmetic(True)
        painter.setPen(outline)
        painter.setBrush(colour("surface"))
        for path in self.shapes.provinces.values():
            if path.boundingRect().intersects(sight):
                painter.drawPath(path)
        painter.restore()
        self._draw_offices(painter, transform, sight)
        self._draw_names(painter, transform)
        if self._cross is not None:
            self._draw_cross(painter, transform.map(self._cross))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(tokens().space.radius), px(tokens().space.radius))

    def _draw_offices(self, painter: QPainter, transform: QTransform, sight: QRectF) -> None:
        near = self._scale > self._least() * 8
        ink = colour("accent")
        # Seven thousand points side by side: seen through, the provinces stay in sight.
        ink.setAlpha(255 if near else 90)
        pen = QPen(ink, px(7) if near else px(2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(QPolygonF([transform.map(spot) for spot in self._spots if sight.contains(spot)]))

    def _draw_names(self, painter: QPainter, transform: QTransform) -> None:
        """Names the provinces that are wide enough for it."""
        painter.setFont(font(tokens().type.small, 600))
        painter.setPen(colour("text"))
        metrics = painter.fontMetrics()
        for code, name in self._names.items():
            box = transform.mapRect(self.shapes.provinces[code].boundingRect())
            width = metrics.horizontalAdvance(name)
            if box.width() > width * 1.6 and self.rect().intersects(box.toRect()):
                painter.drawText(
                    QRectF(box.center().x() - width, box.center().y() - px(10), 2 * width, px(20)), Qt.AlignmentFlag.AlignCenter, name
                )

    def _draw_cross(self, painter: QPainter, at: QPointF) -> None:
        size = px(11)
        for role, width in (("surface", px(5)), ("danger", px(2))):
            painter.setPen(QPen(colour(role), width))
            painter.drawLine(QPointF(at.x() - size, at.y()), QPointF(at.x() + size, at.y()))
            painter.drawLine(QPointF(at.x(), at.y() - size), QPointF(at.x(), at.y() + size))
