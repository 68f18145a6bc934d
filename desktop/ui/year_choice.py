"""The fiscal year a person works in: one choice for the whole window, which plans, budget and reports obey."""

from PySide6.QtCore import QObject, Signal


class YearChoice(QObject):
    """A fiscal year (พ.ศ.), or all years."""

    changed = Signal(object)
    """Carries the new year, None for all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._year: int | None = None

    @property
    def year(self) -> int | None:
        """พ.ศ. of the fiscal year chosen; None for all years."""
        return self._year

    def choose(self, year: int | None) -> None:
        """Chooses a year; nothing is announced when it is the same."""
        if year != self._year:
            self._year = year
            self.changed.emit(year)
