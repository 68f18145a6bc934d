"""The shapes of the offline map: province outlines from the file beside the program, on a plain projection. Makes no window.

A point on the map is (longitude x COS, -latitude): one unit is a degree of latitude, so shapes are about right all over Thailand.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

_FILE = Path(__file__).resolve().parents[1] / "maps" / "provinces.json"
_MIDDLE = math.cos(math.radians(13.2))
"""Thailand lies between 5.6 and 20.5 degrees north: a degree of longitude is drawn as wide as in its middle."""


@dataclass(frozen=True)
class Shapes:
    """The provinces."""

    provinces: Mapping[str, QPainterPath]
    """By DOPA code; `00` are islands that the source gives to no province."""
    bounds: QRectF
    """What holds them all."""

    def province_at(self, point: QPointF) -> str:
        """The code of the province a map point lies in; empty outside all."""
        return next((code for code, path in self.provinces.items() if code != "00" and path.contains(point)), "")


def on_map(latitude: float, longitude: float) -> QPointF:
    """The map point of a place."""
    return QPointF(longitude * _MIDDLE, -latitude)


def on_earth(point: QPointF) -> tuple[float, float]:
    """Latitude and longitude of a map point, in degrees."""
    return -point.y(), point.x() / _MIDDLE


def load_shapes() -> Shapes:
    """Reads the outlines; some 6,000 points, a few milliseconds."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    scale = read["scale"]
    provinces: dict[str, QPainterPath] = {}
    bounds = QRectF()
    for code, rings in read["provinces"].items():
        path = QPainterPath()
        for ring in rings:
            x = y = 0
            for at in range(0, len(ring), 2):
                x, y = x + ring[at], y + ring[at + 1]
                point = on_map(y / scale, x / scale)
                if at:
                    path.lineTo(point)
                else:
                    path.moveTo(point)
            path.closeSubpath()
        provinces[code] = path
        bounds = bounds.united(path.boundingRect())
    return Shapes(provinces, bounds)
