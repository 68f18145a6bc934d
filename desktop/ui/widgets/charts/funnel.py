"""A funnel: bars under each other, each in the middle, as wide as its share of the first; every bar says its words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme.current import colour, font, px, tokens

_BAR = 30
_GAP = 10
_WORDS = 168
_FIGURES = 236
_LEAST = 0.004
"""Share of the widest bar that is always drawn, so that little is not nothing."""


@dataclass(frozen=True, slots=True)
class FunnelBar:
    """One bar."""

    words: str
    """What it is, already said."""
    figures: str
    """Its value as people read it."""
    value: int
    """Decides its width; not below zero."""


class FunnelChart(QWidget):
    """Bars that grow narrower. The same figures stand in a table beside it, which has the keys."""

    chosen = Signal(int)
    """A bar was clicked: its place from 0."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader says."""
        super().__init__(parent)
        self._bars: Sequence[FunnelBar] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_bars(self, bars: Sequence[FunnelBar]) -> None:
        """Shows these bars."""
        self._bars = tuple(bars)
        self.setAccessibleDescription(", ".join(f"{bar.words} {bar.figures}" for bar in bars))
        self.updateGeometry()
        self.update()

    def save_picture(self, path: Path) -> bool:
        """Writes the picture as PNG; False when the place cannot be written."""
        return self.grab().save(str(path), "PNG")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All bars with room for their words."""
        return QSize(px(_WORDS + _FIGURES + 240), max(len(self._bars), 1) * px(_BAR + _GAP))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrower bars, the same words."""
        return QSize(px(_WORDS + _FIGURES + 40), self.sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Chooses a bar."""
        super().mouseReleaseEvent(event)
        at = int(event.position().y()) // px(_BAR + _GAP)
        if 0 <= at < len(self._bars):
            self.chosen.emit(at)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints words, bars and figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((bar.value for bar in self._bars), default=0)
        room = self.width() - px(_WORDS) - px(_FIGURES)
        middle = px(_WORDS) + room / 2
        widths = [room * max(bar.value / most, _LEAST) if most and bar.value else 0.0 for bar in self._bars]
        for at, bar in enumerate(self._bars):
            top = at * px(_BAR + _GAP)
            if widths[at]:
                self._paint_bar(painter, middle, top, widths[at], widths[at + 1] if at + 1 < len(widths) else None)
            self._paint_text(painter, bar, top)
        painter.end()

    @staticmethod
    def _paint_bar(painter: QPainter, middle: float, top: int, width: float, below: float | None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if below:
            # A quiet slope leads the eye to the next bar.
            slope = QPolygonF(
                [
                    QPointF(middle - width / 2, top + px(_BAR)),
                    QPointF(middle + width / 2, top + px(_BAR)),
                    QPointF(middle + below / 2, top + px(_BAR + _GAP)),
                    QPointF(middle - below / 2, top + px(_BAR + _GAP)),
                ]
            )
            painter.setBrush(colour("info.ground"))
            painter.drawPolygon(slope)
        painter.setBrush(colour("series.0"))
        painter.drawRoundedRect(QRectF(middle - width / 2, top, width, px(_BAR)), min(px(4), width / 2), px(4))

    def _paint_text(self, painter: QPainter, bar: FunnelBar, top: int) -> None:
        face = font(tokens().type.base)
        painter.setFont(face)
        painter.setPen(colour("text"))
        left = QRectF(0, top, px(_WORDS) - px(12), px(_BAR))
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, bar.words)
        right = QRectF(self.width() - px(_FIGURES) + px(12), top, px(_FIGURES) - px(12), px(_BAR))
        painter.setFont(font(tokens().type.base, 600))
        shown = QFontMetrics(painter.font()).elidedText(bar.figures, Qt.TextElideMode.ElideRight, int(right.width()))
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
