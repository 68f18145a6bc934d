"""Starts the program in its window: opens the data folder, puts on the look, lets one copy run, chooses the window to open."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop import collecting, config, credentials, paths
from desktop.services import lock
from desktop.services.attachments import forget_copies
from desktop.services.office import Office
from desktop.storage.failures import DAMAGED, WRONG_KEY
from desktop.sync.status import Phase
from desktop.ui.bridge import Bridge
from desktop.ui.first_start import FirstStart
from desktop.ui.main_window import NAME, MainWindow
from desktop.ui.passphrase import WRONG, PassphraseAsker
from desktop.ui.screen import Notice, Place
from desktop.ui.single_instance import SingleInstance
from desktop.ui.theme.theme import Mode, Theme
from desktop.ui.widgets.dialogs import show_error
from records.catalogue import BY_TYPE
from records.errors import AppError
from records.words import Language, say

if TYPE_CHECKING:
    from desktop.services.restoring import Restored
    from desktop.sync.status import SyncStatus
    from desktop.ui.restore_sheet import RestoreWish


def utc_now() -> datetime:
    """The clock of this computer, aware UTC."""
    return datetime.now(UTC)


_STARTED_MS = 3_000
"""After this the first page is built."""


def run(home: Path | None, language: Language | None, open_office: Callable[..., Office], file: Path | None = None) -> int:
    """Starts the program in its window and returns its exit code. Raises AppError when the data folder cannot be opened.

    `file`: a bundle to open, as by a double click on it.
    """
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
    handed = str(file.resolve()) if file is not None else ""
    if not first.is_first(handed):
        office.close()
        return 0
    forget_copies(office)
    desk = Desk(office, theme, lambda: opened(home, language, open_office, lambda: None))
    first.raised.connect(desk.come_forward)
    first.handed.connect(desk.open_file)
    desk.open()
    if handed:
        desk.open_file(handed)
    QTimer.singleShot(_STARTED_MS, collecting.resume)
    code = app.exec()
    first.close()
    desk.close()
    return code


def opened(
    home: Path | None, language: Language | None, open_office: Callable[..., Office], prepare: Callable[[], object]
) -> Office | None:
    """Opens the data folder, asking for a passphrase until it is right; None when it cannot be opened (which is told) or the person gave up."""
    spoken = language or Language.THAI
    ask = PassphraseAsker(spoken, prepare)
    has_recovered = False
    while True:
        try:
            office = open_office(home, language, ask=ask)
            if office.presence is not None:
                office.presence.keep()
            return office
        except AppError as error:
            if ask.gave_up:
                return None
            if error.code == "recovery-code" and ask.was_asked:
                ask.problem = error.message
                continue
            if error.code in DAMAGED and not ask.was_asked and not has_recovered:
                prepare()
                has_recovered = recovered(paths.data_folder(home, os.environ), spoken, ask)
                if has_recovered:
                    continue
            if not ask.was_asked or error.code != WRONG_KEY:
                prepare()
                show_error(None, error, spoken)
                return None
            ask.problem = WRONG


def recovered(folder: Path, language: Language, ask: PassphraseAsker) -> bool:
    """Offers the newest good backup in the place of a damaged database; True when it was restored. Tells what fails."""
    # Damage is rare: a usual start waits for none of this.
    from desktop.services import restoring
    from desktop.ui.damage_sheet import DamageSheet, waited_for

    try:
        key = credentials.database_key(folder, os.environ, ask, os.urandom)
        good = restoring.newest_good(folder, key, config.load(folder).second_backup)
    except AppError:
        return False
    if good is None:
        return False
    sheet = DamageSheet(None, language, good)
    is_agreed = sheet.exec() == QDialog.DialogCode.Accepted
    sheet.deleteLater()
    if not is_agreed:
        return False
    done = waited_for(language, lambda: restoring.restore(folder, good, key, key, BY_TYPE, utc_now, os.urandom))
    if isinstance(done, AppError):
        show_error(None, done, language)
        return False
    return True


class Desk:
    """Which window is open: the first start before an enrolment, then the program; another one when a person chose another language."""

    def __init__(self, office: Office, theme: Theme, reopen: Callable[[], Office | None] = lambda: None) -> None:
        """`reopen` opens the data folder again after a restore; None when that fails, which is told."""
        self._office = office
        self._reopen = reopen
        self._is_restoring = False
        self._geometry: QRect | None = None
        self._theme = theme
        self.window: QWidget | None = None
        self._bridge: Bridge | None = None

    def open(self) -> None:
        """Opens the first window."""
        if self._office.identity is None:
            self._first_start()
        elif lock.is_locked(self._office):
            self._locked()
        else:
            self._work(Place("home"))

    def open_file(self, path: str) -> None:
        """Opens a bundle: on its page, or at the first start as the one to enrol with."""
        if isinstance(self.window, MainWindow):
            self.window.navigate(Place("bundles", id=path))
        elif isinstance(self.window, FirstStart):
            self.window.choose_bundle(Path(path))

    def come_forward(self) -> None:
        """Shows the window above others: somebody started the program again."""
        if self.window is not None:
            self.window.showNormal()
            self.window.raise_()
            self.window.activateWindow()

    def _first_start(self) -> None:
        bridge = Bridge(self._office, self._office.language)
        office = self._office
        page = FirstStart(bridge, office.enrolment.enrol, office.language, by_bundle=office.bundles.enrol)
        page.language_chosen.connect(self._speak)
        page.finished.connect(lambda: self._work(Place("home"), is_first=True))
        page.setWindowTitle(say(NAME, self._office.language))
        self._bridge = bridge
        self._show(page)

    def _locked(self) -> None:
        """The device was revoked: nothing of it is shown until it is enrolled again."""
        from desktop.services.unsent import export_unsent
        from desktop.ui.locked_start import LockedStart

        office = self._office
        bridge = Bridge(office, office.language)
        page = LockedStart(
            bridge,
            office.enrolment.enrol,
            partial(export_unsent, office),
            lock.message(office),
            office.language,
            server=office.enrolled.server,
        )
        page.language_chosen.connect(self._speak)
        page.finished.connect(lambda: self._work(Place("home"), is_first=True))
        page.setWindowTitle(say(NAME, office.language))
        self._bridge = bridge
        self._show(page)

    def _lock_perhaps(self, status: "SyncStatus") -> None:
        window = self.window
        if status.phase is Phase.STOPPED and isinstance(window, MainWindow):
            window.bridge.run(lambda: lock.is_locked(self._office), lambda is_locked: self._locked() if is_locked else None, owner=window)

    def _speak(self, language: str) -> None:
        folder = self._office.folder
        self._office.language = Language(language)
        if self._bridge is not None:
            self._bridge.run(lambda: config.save(folder, replace(config.load(folder), language=Language(language))), lambda _: None)

    def _work(self, place: Place, *, is_first: bool = False) -> None:
        window = MainWindow(self._office, self._theme, self._office.language)
        window.language_wanted.connect(self._speak_again)
        window.restore_wanted.connect(self.restore, Qt.ConnectionType.QueuedConnection)
        window.file_damaged.connect(self._damaged, Qt.ConnectionType.QueuedConnection)
        window.bridge.sync_status_changed.connect(self._lock_perhaps, Qt.ConnectionType.QueuedConnection)
        self._show(window)
        window.start(place, is_first=is_first)

    def _speak_again(self, language: str) -> None:
        self._office.language = Language(language)
        self._work(Place("settings"))

    def close(self) -> None:
        """Closes the office; the program ends."""
        forget_copies(self._office)
        self._office.close()

    def restore(self, wish: "RestoreWish") -> None:
        """Closes the window, restores a backup and opens the program again; what fails is told, and the program opens as it was."""
        from desktop.services import restoring
        from desktop.ui.damage_sheet import waited_for

        office, language = self._office, self._office.language
        window, self.window = self.window, None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            # Between the windows none is open: that is not the end of the program.
            application.setQuitOnLastWindowClosed(False)
        if window is not None:
            # The next window takes the place of this one.
            self._geometry = window.geometry()
            window.close()
            window.deleteLater()

        def work() -> "Restored":
            key = office.database.key
            try:
                office.backups.make(office.database, "before-restore")
            except AppError as error:
                if error.code not in DAMAGED:
                    raise
            office.close()
            return restoring.restore(
                office.folder,
                wish.backup,
                wish.backup_key,
                key,
                office.catalogue,
                office.clock,
                office.entropy,
                with_unsent=wish.with_unsent,
            )

        done = waited_for(language, work)
        office.close()
        opened_again = self._reopen()
        if isinstance(application, QApplication):
            application.setQuitOnLastWindowClosed(True)
        if opened_again is None:
            QApplication.quit()
            return
        self._office = opened_again
        self._office.language = language
        if self._office.identity is None:
            self._first_start()
        else:
            self._work(Place("home"))
        self._tell(done)

    def _tell(self, done: "Restored | AppError") -> None:
        if isinstance(done, AppError):
            show_error(self.window, done, self._office.language)
        elif isinstance(self.window, MainWindow):
            from desktop.ui.damage_sheet import restored_words

            self.window.notify(Notice("ok", restored_words(done)))

    def _damaged(self) -> None:
        if self._is_restoring or not isinstance(self.window, MainWindow):
            return
        from desktop.services import restoring
        from desktop.services.backup_sets import BackupSet
        from desktop.ui.damage_sheet import DamageSheet, waited_for
        from desktop.ui.restore_sheet import RestoreWish

        self._is_restoring = True
        office = self._office
        good = waited_for(
            office.language,
            lambda: restoring.newest_good(office.folder, office.database.key, config.load(office.folder).second_backup),
        )
        is_agreed = False
        if isinstance(good, BackupSet):
            sheet = DamageSheet(self.window, office.language, good)
            is_agreed = sheet.exec() == QDialog.DialogCode.Accepted
            sheet.deleteLater()
        if is_agreed and isinstance(good, BackupSet):
            self.restore(RestoreWish(good, office.database.key, with_unsent=True))
        self._is_restoring = False

    def _show(self, window: QWidget) -> None:
        before, self.window = self.window, window
        if before is None and self._geometry is not None:
            window.setGeometry(self._geometry)
        elif before is None:
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
