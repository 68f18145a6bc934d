"""The chip by which a list says that it shows one fiscal year only, and by which a person lets it show all."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.services.year_filters import year_filters
from desktop.storage.query import Filter
from desktop.ui.year_choice import FISCAL_YEAR, YearChoice
from records.record import RecordType
from records.words import Language, Words, say

ONLY = Words("เฉพาะปีงบประมาณ {year} ✕", "Only fiscal year {year} ✕")
TAKE_AWAY = Words("แสดงทุกปีในรายการนี้", "Show all years in this list")
BRING_BACK = Words("แสดงเฉพาะปีงบประมาณ {year}", "Show fiscal year {year} only")


class YearChip(QPushButton):
    """Checked while the list keeps to the year chosen above; hidden where a type has no fiscal year or all years are chosen."""

    turned = Signal()
    """The list has something else to show."""

    def __init__(self, spec: RecordType, choice: YearChoice, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._choice = choice
        self._language = language
        self.setProperty("look", "chip")
        self.setCheckable(True)
        self.setChecked(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._clicked)
        choice.changed.connect(self._chosen)
        self._show()

    def filters(self) -> tuple[Filter, ...]:
        """The conditions the list adds; none while the chip is taken away or hidden."""
        year = self._choice.year
        return year_filters(self._spec, year) if year is not None and self.isChecked() else ()

    def let_go(self, fields: Iterable[str] | None = None) -> None:
        """Shows all years: always, or where conditions from elsewhere on these fields say themselves which records are meant."""
        own = {one.field for one in year_filters(self._spec, 2569)} | {"_id"}
        if fields is None or own & set(fields):
            self.setChecked(False)
            self._show()

    def _clicked(self) -> None:
        self._show()
        self.turned.emit()

    def _chosen(self, _year: object) -> None:
        self.setChecked(True)
        self._show()
        if year_filters(self._spec, 2569):
            self.turned.emit()

    def _show(self) -> None:
        year = self._choice.year
        is_of_use = year is not None and bool(year_filters(self._spec, year))
        if not is_of_use:
            self.hide()
        elif self.parentWidget() is not None:
            # Without one it would be a window of its own; what it is put into shows it.
            self.show()
        if is_of_use:
            said = ONLY if self.isChecked() else FISCAL_YEAR
            self.setText(say(said, self._language, year=year))
            self.setToolTip(say(TAKE_AWAY if self.isChecked() else BRING_BACK, self._language, year=year))
            self.setAccessibleName(self.text())
