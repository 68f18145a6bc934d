"""Quick filters above a list: chips of which one is chosen, each with the number of records it would show."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QPushButton, QWidget

from desktop.ui.theme.current import px
from desktop.ui.widgets.flow import Flow
from records.words import Language, Words, say

MORE = Words("อื่น ๆ {count} ▾", "{count} more ▾")


@dataclass(frozen=True, slots=True)
class Chip:
    """One quick filter."""

    key: str
    """What `chosen` says."""
    words: Words
    count: int | None = None
    """Records it would show; None when not counted yet."""


class ChipBar(Flow):
    """A row of chips, exactly one of them chosen; goes on in a second row when it does not fit, or in a menu at its end."""

    chosen = Signal(str)
    """The key of the chip a person chose; not sent by `set_chips` or `set_current`."""

    def __init__(self, language: Language, parent: QWidget | None = None, *, is_one_line: bool = False) -> None:
        """`is_one_line` puts the chips that do not fit into a menu."""
        super().__init__(parent, gap=8)
        self._language = language
        self._is_one_line = is_one_line
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._announce)
        self._buttons: dict[str, QPushButton] = {}
        self.more: QPushButton | None = None
        """Opens the menu of the chips that did not fit; None while every chip has its place, and in a bar of several lines."""
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)

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
        self.fit()

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
        self.fit()

    def fit(self) -> None:
        """Shows the chips there is room for, the chosen one always; the menu has the others."""
        if self._is_one_line and self.more is not None and self.width() > 0:
            gap, room = px(8), self.width()
            needs = {key: self._size_of(button).width() + gap for key, button in self._buttons.items()}
            shown = set(needs)
            if sum(needs.values()) - gap > room:
                self.more.setText(say(MORE, self._language, count=len(needs)))
                shown = {self.current}
                room -= self._size_of(self.more).width() + needs.get(self.current, 0)
                for key, need in needs.items():
                    if key not in shown:
                        if need > room:
                            break
                        shown.add(key)
                        room -= need
            for key, button in self._buttons.items():
                button.setVisible(key in shown)
            self.more.setText(say(MORE, self._language, count=len(needs) - len(shown)))
            self.more.setVisible(len(shown) < len(needs))
        self.place_again()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Chooses anew what fits."""
        super().resizeEvent(event)
        if self._is_one_line and event.size().width() != event.oldSize().width():
            self.fit()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """One line, or all lines at `width` pixels."""
        return self.sizeHint().height() if self._is_one_line else super().heightForWidth(width)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of any width where the menu takes the rest."""
        return QSize(px(160), self.sizeHint().height()) if self._is_one_line else super().minimumSizeHint()

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
        self.clear()
        self._buttons = {}
        for chip in chips:
            button = self._chip()
            button.setCheckable(True)
            self._group.addButton(button)
            self.add(button)
            self._buttons[chip.key] = button
        if self._is_one_line:
            self.more = self._chip()
            self.more.clicked.connect(self._open_menu)
            self.add(self.more)

    def _chip(self) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("look", "chip")
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _open_menu(self) -> None:
        if self.more is not None:
            self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _fill_menu(self) -> None:
        self.menu.clear()
        for key, button in self._buttons.items():
            if button.isHidden():
                self.menu.addAction(button.text()).triggered.connect(lambda _checked=False, key=key: self._choose(key))

    def _choose(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)

    def _announce(self, button: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, other in self._buttons.items() if other is button))
