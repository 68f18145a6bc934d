"""Starts the program in its window: opens the data folder, puts on the look, lets one copy run, chooses the window to open."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop import collecting, config
from desktop.services.attachments import forget_copies
from desktop.services.office import Office
from desktop.storage.failures import WRONG_KEY
from desktop.ui.bridge import Bridge
from desktop.ui.first_start import FirstStart
from desktop.ui.main_window import NAME, MainWindow
from desktop.ui.passphrase import WRONG, PassphraseAsker
from desktop.ui.screen import Place
from desktop.ui.single_instance import SingleInstance
from desktop.ui.theme.theme import Mode, Theme
from desktop.ui.widgets.dialogs import show_error
from records.errors import AppError
from records.words import Language, say

_STARTED_MS = 3_000
"""After this the first page is built."""


def run(home: Path | None, language: Language | None, open_office: Callable[..., Office]) -> int:
    """Starts the program in its window and returns its exit code. Raises AppError when the data folder cannot be opened."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication runs already")
    app.setApplicationName("thongthin")
    theme = Theme(app)
    office = opened(home, language, open_office, lambda: theme.apply(app, "system"))
    if office is None:
        return 1
    chosen = config.load(office.folder)
    mode: Mode = chosen.theme if chosen.theme in ("light", "dark") else "system"  # type: ignore[assignment]  # one of the two
    theme.apply(app, mode, chosen.text_percent / 100)
    first = SingleInstance(office.folder)
    if not first.is_first():
        office.close()
        return 0
    forget_copies(office)
    desk = Desk(office, theme)
    first.raised.connect(desk.come_forward)
    desk.open()
    QTimer.singleShot(_STARTED_MS, collecting.resume)
    code = app.exec()
    first.close()
    forget_copies(office)
    office.close()
    return code


def opened(
    home: Path | None, language: Language | None, open_office: Callable[..., Office], prepare: Callable[[], object]
) -> Office | None:
    """Opens the data folder, asking for a passphrase until it is right; None when it cannot be opened (which is told) or the person gave up."""
    spoken = language or Language.THAI
    ask = PassphraseAsker(spoken, prepare)
    while True:
        try:
            return open_office(home, language, ask=ask)
        except AppError as error:
            if ask.gave_up:
                return None
            if not ask.was_asked or error.code != WRONG_KEY:
                prepare()
                show_error(None, error, spoken)
                return None
            ask.problem = WRONG


class Desk:
    """Which window is open: the first start before an enrolment, then the program; another one when a person chose another language."""

    def __init__(self, office: Office, theme: Theme) -> None:
        self._office = office
        self._theme = theme
        self.window: QWidget | None = None
        self._bridge: Bridge | None = None

    def open(self) -> None:
        """Opens the first window."""
        if self._office.identity is None:
            self._first_start()
        else:
            self._work(Place("home"))

    def come_forward(self) -> None:
        """Shows the window above others: somebody started the program again."""
        if self.window is not None:
            self.window.showNormal()
            self.window.raise_()
            self.window.activateWindow()

    def _first_start(self) -> None:
        bridge = Bridge(self._office, self._office.language)
        page = FirstStart(bridge, self._office.enrolment.enrol, self._office.language)
        page.language_chosen.connect(self._speak)
        page.finished.connect(lambda: self._work(Place("home"), is_first=True))
        page.setWindowTitle(say(NAME, self._office.language))
        self._bridge = bridge
        self._show(page)

    def _speak(self, language: str) -> None:
        folder = self._office.folder
        self._office.language = Language(language)
        if self._bridge is not None:
            self._bridge.run(lambda: config.save(folder, replace(config.load(folder), language=Language(language))), lambda _: None)

    def _work(self, place: Place, *, is_first: bool = False) -> None:
        window = MainWindow(self._office, self._theme, self._office.language)
        window.language_wanted.connect(self._speak_again)
        self._show(window)
        window.start(place, is_first=is_first)

    def _speak_again(self, language: str) -> None:
        self._office.language = Language(language)
        self._work(Place("settings"))

    def _show(self, window: QWidget) -> None:
        before, self.window = self.window, window
        if before is None:
            window.resize(self._theme.px(1280), self._theme.px(800))
        else:
            window.setGeometry(before.geometry())
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()
        if self._bridge is not None and not isinstance(window, FirstStart):
            self._bridge.close()
            self._bridge = None
