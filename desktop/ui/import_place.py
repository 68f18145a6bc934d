"""Which offices' rows an import takes from a file of many: those of this office, or every one of a province."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox

from desktop.imports.recipes import NO_RECIPE, RECIPES
from desktop.ui.screen import Context
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label
from records.words import Language, Words, say

WHOSE = Words("ข้อมูลของ", "Rows of")
OWN = Words("หน่วยงานนี้", "this office")


class ProvinceChoice:
    """Remembers the province while the page is drawn anew."""

    def __init__(self, context: Context, changed: Callable[[], object]) -> None:
        """`changed` is called when a person chooses another."""
        self._context = context
        self._changed = changed
        self.code = ""
        """Two digits; empty for the office of this desk."""

    def add_to(self, row: Flow, type_name: str) -> None:
        """Adds the box to a row, for types whose sheets may have many offices."""
        if not RECIPES.get(type_name, NO_RECIPE).office_heading:
            self.code = ""
            return
        language = self._context.language
        row.add(Label(say(WHOSE, language), "muted"))
        self.box = QComboBox()
        self.box.setAccessibleName(say(WHOSE, language))
        self.box.addItem(say(OWN, language), "")
        for code, thai, english in self._context.office.places.provinces():
            self.box.addItem(thai if language is Language.THAI else english, code)
        self.box.setCurrentIndex(max(self.box.findData(self.code), 0))
        self.box.activated.connect(self._chosen)
        row.add(self.box)

    def _chosen(self) -> None:
        self.code = str(self.box.currentData() or "")
        self._changed()
