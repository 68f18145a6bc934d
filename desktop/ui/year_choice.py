"""The fiscal year a person works in: one choice for the whole window, which lists, plans, budget and reports obey.

YearChoice   what is chosen, and which years there are     (main thread, asks nobody)
YearKeeper   remembers the choice, fetches the years        (through the bridge)
YearButton   "ปีงบประมาณ 2569 ▾" above every page
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.later import Later
from desktop.ui.screen import Action
from desktop.ui.theme.icons import set_icon
from desktop.ui.widgets.buttons import Button
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.years import Year
    from desktop.ui.screen import Context

FISCAL_YEAR = Words("ปีงบประมาณ {year}", "Fiscal year {year}")
ALL_YEARS = Words("ทุกปีงบประมาณ", "All fiscal years")
ALL_SHORT = Words("ทุกปี", "All years")
CHOOSE = Words("เลือกปีงบประมาณที่รายการและรายงานแสดง", "Choose the fiscal year that lists and reports show")
CURRENT = Words("ปีปัจจุบัน", "current")
CLOSED = Words("ปิดแล้ว", "closed")
DRAFTING = Words("จัดทำร่าง", "draft")
KEYS = "Ctrl+Shift+Y"
MEMORY = "year"
_ALL = "all"
_LATER_MS = 400


class YearChoice(QObject):
    """A fiscal year (พ.ศ.), or all years."""

    changed = Signal(object)
    """Carries the new year, None for all."""
    known_changed = Signal()
    """Other years are there than before, or one was closed or opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._year: int | None = None
        self.known: tuple[Year, ...] = ()
        """The years there are, newest first."""

    @property
    def year(self) -> int | None:
        """พ.ศ. of the fiscal year chosen; None for all years."""
        return self._year

    @property
    def chosen(self) -> "Year | None":
        """What is known of the year chosen; None for all years, and for one nothing is known of."""
        return next((one for one in self.known if one.year == self._year), None)

    def choose(self, year: int | None) -> None:
        """Chooses a year; nothing is announced when it is the same."""
        if year != self._year:
            self._year = year
            self.changed.emit(year)

    def take(self, known: "Sequence[Year]") -> None:
        """Keeps which years there are."""
        if tuple(known) != self.known:
            self.known = tuple(known)
            self.known_changed.emit()


class YearKeeper(QObject):
    """Brings the choice back at the start, remembers it, and keeps the list of years up to date."""

    def __init__(self, context: "Context", parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._is_begun = False
        self._later = Later(self, _LATER_MS, self.fetch)
        context.year.changed.connect(self._remember)
        context.bridge.records_changed.connect(self._written)

    def recall(self) -> None:
        """Chooses what was chosen last; before the first page is shown."""
        kept = self._context.memory.get(MEMORY)
        if isinstance(kept, int):
            self._context.year.choose(kept)

    def fetch(self) -> None:
        """Asks which years there are; the first time the current one is chosen where nobody chose and it is open."""
        office = self._context.office
        self._context.bridge.run(lambda: office.years.known() if office.identity is not None else (), self._came, owner=self)

    def _came(self, known: "tuple[Year, ...]") -> None:
        year = self._context.year
        year.take(known)
        if not self._is_begun:
            self._is_begun = True
            current = next((one.year for one in known if one.is_current and one.id), None)
            if self._context.memory.get(MEMORY) is None and current is not None:
                year.choose(current)

    def _remember(self, year: int | None) -> None:
        self._context.memory.put(MEMORY, _ALL if year is None else year)

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if self._is_begun and (not types or "fiscal_year" in types):
            self._later.start()


class YearButton(Button):
    """Says the year and opens the menu of all years."""

    def __init__(self, choice: YearChoice, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(ALL_YEARS, language, icon="calendar", parent=parent)
        self._choice = choice
        self._language = language
        self.is_short = False
        self.setToolTip(f"{say(CHOOSE, language)} ({KEYS})")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu_of_years = QMenu(self)
        self.clicked.connect(self.open_menu)
        choice.changed.connect(self._show)
        choice.known_changed.connect(self._show)
        self._show()

    def set_short(self, *, is_short: bool) -> None:
        """The number alone, for narrow windows."""
        if is_short != self.is_short:
            self.is_short = is_short
            self._show()

    def open_menu(self) -> None:
        """Opens the menu below the button; the arrow keys choose, Escape closes it."""
        self._fill()
        self.menu_of_years.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose(self, year: int | None, _is_checked: bool = False) -> None:
        self._choice.choose(year)

    def _fill(self) -> None:
        menu = self.menu_of_years
        menu.clear()
        group = QActionGroup(menu)
        entries = [(None, say(ALL_YEARS, self._language)), *((one.year, said_in_menu(one, self._language)) for one in self._choice.known)]
        for year, said in entries:
            action = QAction(said, menu)
            action.setCheckable(True)
            action.setChecked(year == self._choice.year)
            action.triggered.connect(partial(self._choose, year))
            group.addAction(action)
            menu.addAction(action)
            if year == self._choice.year:
                menu.setActiveAction(action)
            if year is None:
                menu.addSeparator()

    def _show(self, _year: object = None) -> None:
        year = self._choice.year
        whole = say(ALL_YEARS, self._language) if year is None else say(FISCAL_YEAR, self._language, year=year)
        short = say(ALL_SHORT, self._language) if year is None else str(year)
        self.setText(f"{short if self.is_short else whole} ▾")
        chosen = self._choice.chosen
        is_closed = chosen is not None and chosen.is_closed
        set_icon(self, "lock" if is_closed else "calendar", "text")
        self.setAccessibleName(f"{whole} {say(CLOSED, self._language)}" if is_closed else whole)
        self.updateGeometry()


def said_in_menu(one: "Year", language: Language) -> str:
    """A year in the menu: its number and what sets it apart."""
    words = [CURRENT] if one.is_current else []
    words += [CLOSED] if one.is_closed else [DRAFTING] if one.state == "drafting" else []
    marks = ", ".join(say(word, language) for word in words)
    return say(FISCAL_YEAR, language, year=one.year) + (f"  ({marks})" if marks else "")


def year_acts(choice: YearChoice) -> list[Action]:
    """The choices as entries of the command palette."""
    years = [
        Action(f"year_{one.year}", FISCAL_YEAR.filled(year=one.year), partial(choice.choose, one.year), "calendar") for one in choice.known
    ]
    return [Action("year_all", ALL_YEARS, partial(choice.choose, None), "calendar"), *years]
