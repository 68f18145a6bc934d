"""Picking coordinates on the offline map, or by typing them: a dialog for the coordinates editor. Needs no network."""

from datetime import date
from decimal import Decimal

import geothai
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QWidget

from desktop.services.registry import Point
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton, PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.map_view import MapView
from records.errors import FieldError
from records.kinds import Coordinates
from records.words import Language, Words, say

TITLE = Words("เลือกพิกัดบนแผนที่", "Pick a point on the map")
TYPED = Words("ละติจูด, ลองจิจูด", "Latitude, longitude")
EXAMPLE = Words("เช่น 19.16, 99.90", "Such as 19.16, 99.90")
USE = Words("ใช้พิกัดนี้", "Use this point")
LARGER = Words("ขยาย (+)", "Magnify (+)")
SMALLER = Words("ย่อ (-)", "Shrink (-)")
ALL = Words("ทั้งประเทศ (0)", "Whole country (0)")
HOW = Words(
    "คลิกหรือใช้ปุ่มลูกศรเลื่อนกากบาท กด + - เพื่อขยายหรือย่อ กด Enter เพื่อใช้ แผนที่นี้อยู่ในเครื่อง ใช้ได้โดยไม่ต้องมีอินเทอร์เน็ต",
    "Click, or move the cross with the arrow keys; + and - magnify, Enter picks. The map is on this computer and needs no network.",
)
NOWHERE = Words("ยังไม่ได้เลือกจุด", "No point is chosen yet")
OUTSIDE = Words("นอกแผนที่จังหวัด", "Outside the provinces")
IN = Words("จังหวัด{name}", "Province {name}")
_PLACES = Decimal("0.000001")
_KIND = Coordinates()

Pair = tuple[Decimal, Decimal]


def rounded(latitude: float, longitude: float) -> Pair:
    """A point as the kind keeps it: six decimals, about 10 cm."""
    return (Decimal(str(latitude)).quantize(_PLACES).normalize(), Decimal(str(longitude)).quantize(_PLACES).normalize())


class MapPicker(Sheet):
    """The dialog; `value` is the point chosen."""

    def __init__(self, context: Context, start: Pair | None, parent: QWidget | None = None) -> None:
        """`start` is where the cross stands at first; None for nowhere."""
        self._language: Language = context.language
        language = context.language
        super().__init__(parent, say(TITLE, language), "", language)
        self.value: Pair | None = start
        self.line = QLineEdit()
        self.line.setAccessibleName(say(TYPED, language))
        self.line.setPlaceholderText(say(EXAMPLE, language))
        self.map = MapView(language, self)
        self.where = WrapLabel(say(NOWHERE, language), "muted", language=language)
        self.problem = WrapLabel("", "problem", language=language)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        row.addWidget(Label(say(TYPED, language), "muted"))
        row.addWidget(self.line, 1)
        for icon, words, act in (
            ("plus", LARGER, lambda: self.map.magnify(1.8)),
            ("minus", SMALLER, lambda: self.map.magnify(1 / 1.8)),
            ("house", ALL, self.map.show_all),
        ):
            button = IconButton(icon, words, language)
            button.clicked.connect(act)
            row.addWidget(button)
        self.body.addLayout(row)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.map, 1)
        self.body.addWidget(self.where)
        self.body.addWidget(WrapLabel(say(HOW, language), "small", language=language))
        give_up = QuietButton(CANCEL, language)
        give_up.clicked.connect(self.reject)
        self.use = PrimaryButton(USE, language)
        self.use.clicked.connect(self.accept)
        self.add_button(give_up)
        self.add_button(self.use, is_default=True)
        self.line.textEdited.connect(self._typed)
        self.map.moved.connect(self._moved)
        self.map.picked.connect(self._picked)
        room = (parent.window() if parent is not None else self).size()
        self.resize(min(px(900), max(px(420), room.width() - px(80))), min(px(720), max(px(420), room.height() - px(60))))
        self.map.setFocus()
        if start is not None:
            self.line.setText(_KIND.show(start, language))
            self.map.put_cross(float(start[0]), float(start[1]))
        self._tell()
        context.bridge.run(context.office.registry.points, self._came, owner=self)

    def _came(self, points: list[Point]) -> None:
        self.map.set_points(points)
        self._tell()

    def _moved(self, latitude: float, longitude: float) -> None:
        self.value = rounded(latitude, longitude)
        self.line.setText(_KIND.show(self.value, self._language))
        self.problem.hide()
        self._tell()

    def _picked(self, latitude: float, longitude: float) -> None:
        self._moved(latitude, longitude)
        self.accept()

    def _typed(self, text: str) -> None:
        try:
            value = _KIND.parse(text, date.min)
        except FieldError as fault:
            self.problem.set_text(say(fault.message, self._language))
            self.problem.show()
            self.use.setEnabled(False)
            return
        self.problem.hide()
        self.value = value
        if value is not None:
            self.map.put_cross(float(value[0]), float(value[1]))
        self._tell()

    def _tell(self) -> None:
        self.use.setEnabled(self.value is not None)
        if self.value is None:
            self.where.set_text(say(NOWHERE, self._language))
            return
        province = geothai.province(self.map.province_here())
        name = "" if province is None else province.name_th if self._language is Language.THAI else province.name_en
        parts = [say(IN, self._language, name=name) if name else say(OUTSIDE, self._language)]
        office = self.map.office_here()
        if office is not None:
            parts.append(f"{office.name} {office.place}")
        self.where.set_text(" · ".join(parts))


def pick_coordinates(context: Context, start: Pair | None, parent: QWidget | None = None) -> Pair | None:
    """Asks for a point; None when the person gave up."""
    picker = MapPicker(context, start, parent)
    answer = picker.value if picker.exec() == QDialog.DialogCode.Accepted else None
    picker.deleteLater()
    return answer
