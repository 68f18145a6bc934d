"""The record types of an area as tabs; those that do not fit go into a menu at the end."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from desktop.ui.theme.current import px, tokens
from records.words import Language, Words, say

MORE = Words("อีก {count} ▾", "{count} more ▾")


class TypeTabs(QWidget):
    """Tabs in one line, one of them current."""

    chosen = Signal(str)

    def __init__(self, tabs: Sequence[tuple[str, Words]], language: Language, parent: QWidget | None = None) -> None:
        """`tabs` are keys and labels."""
        super().__init__(parent)
        self._language = language
        self._tabs = list(tabs)
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.hair))
        self._buttons: dict[str, QPushButton] = {}
        for key, words in self._tabs:
            button = self._tab(say(words, language))
            button.clicked.connect(lambda _checked=False, key=key: self._choose(key))
            self._buttons[key] = button
            row.addWidget(button)
        self.more = self._tab("")
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.clicked.connect(lambda: self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        row.addWidget(self.more)
        row.addStretch(1)

    def set_current(self, key: str) -> None:
        """Marks a tab without announcing it."""
        self._current = key
        for other, button in self._buttons.items():
            button.setChecked(other == key)
        self._fit()

    def focus_current(self) -> None:
        """Puts the keys on the tab that is marked."""
        button = self._buttons.get(self._current)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of any width."""
        return QSize(px(200), px(36))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The menu alone would do."""
        return QSize(px(120), px(36))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shows as many tabs as fit."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The arrows go from tab to tab."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        keys = list(self._buttons)
        if step is None or self._current not in keys:
            super().keyPressEvent(event)
            return
        goal = keys[(keys.index(self._current) + step) % len(keys)]
        self._choose(goal)
        self._buttons[goal].setFocus(Qt.FocusReason.TabFocusReason)

    def _tab(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("look", "tab")
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _choose(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)

    def _fit(self) -> None:
        gap = px(tokens().space.hair)
        self.more.setText(say(MORE, self._language, count=len(self._tabs)))
        for button in (*self._buttons.values(), self.more):
            button.ensurePolished()
        needs = {key: button.sizeHint().width() + gap for key, button in self._buttons.items()}
        room = self.width()
        if sum(needs.values()) <= room:
            shown = set(needs)
        else:
            room -= self.more.sizeHint().width() + gap + needs.get(self._current, 0)
            shown = {self._current}
            for key, need in needs.items():
                if key in shown:
                    continue
                if need > room:
                    break
                shown.add(key)
                room -= need
        for key, button in self._buttons.items():
            button.setVisible(key in shown)
        hidden = len(self._tabs) - len(shown & set(needs))
        self.more.setText(say(MORE, self._language, count=hidden))
        self.more.setVisible(hidden > 0)
        self.more.setChecked(False)

    def _fill_menu(self) -> None:
        self.menu.clear()
        for key, words in self._tabs:
            if self._buttons[key].isHidden():
                self.menu.addAction(say(words, self._language)).triggered.connect(lambda _checked=False, key=key: self._choose(key))
