"""Quick filters above a list: chips of which one is chosen, each with the number of records it would show."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QWidget

from desktop.ui.widgets.flow import Flow
from records.words import Language, Words, say


@dataclass(frozen=True, slots=True)
class Chip:
    """One quick filter."""

    key: str
    """What `chosen` says."""
    words: Words
    count: int | None = None
    """Records it would show; None when not counted yet."""


class ChipBar(Flow):
    """A row of chips, exactly one of them chosen; goes on in a second row when it does not fit."""

    chosen = Signal(str)
    """The key of the chip a person chose; not sent by `set_chips` or `set_current`."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=8)
        self._language = language
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._announce)
        self._buttons: dict[str, QPushButton] = {}

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Shows these chips; keeps the chosen key if it is still there, else chooses the first."""
        kept = self.current
        if list(self._buttons) != [chip.key for chip in chips]:
            self._rebuild(chips)
        for chip in chips:
            said = say(chip.words, self._language)
            button = self._buttons[chip.key]
            button.setText(said if chip.count is None else f"{said}  {chip.count:,}")
            button.setAccessibleName(button.text())
        if self._buttons:
            self.set_current(kept if kept in self._buttons else chips[0].key)
        self.place_again()

    @property
    def current(self) -> str:
        """The chosen key; empty while there are no chips."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Chooses a chip without announcing it.

        Raises:
            KeyError: no such chip.
        """
        self._buttons[key].setChecked(True)

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
        self.clear()
        self._buttons = {}
        for chip in chips:
            button = QPushButton(self)
            button.setProperty("look", "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._group.addButton(button)
            self.add(button)
            self._buttons[chip.key] = button

    def _announce(self, button: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, other in self._buttons.items() if other is button))
