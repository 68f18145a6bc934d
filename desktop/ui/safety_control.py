"""What the window does for safety: the daily backup, the recovery code, the question before a restore, a damaged file, a clock that is wrong."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from desktop import config
from desktop.services.clock_check import clock_words
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.backup_control import BackupControl
from desktop.ui.screen import Notice, Place
from records.errors import AppError
from records.thai.dates import show_date
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.backup_sets import BackupSet
    from desktop.services.backups import Outcome
    from desktop.services.keys import NewCode
    from desktop.ui.backup_view import BackupScreen
    from desktop.ui.main_window import MainWindow
    from desktop.ui.recovery_sheet import CodeSheet
    from desktop.ui.screen import Screen

MADE = Words("สำรองข้อมูลแล้ว {records} รายการ ตรวจแล้ว", "Backed up {records} records, verified")
SEE = Words("ดูการสำรองข้อมูล", "See backups")
NO_CODE = Words(
    "ยังไม่มีรหัสกู้คืน หากเครื่องนี้เสียหรือกุญแจหายจะเปิดข้อมูลไม่ได้", "There is no recovery code: if this computer's key is lost, so are the data on it"
)
MAKE_CODE = Words("ออกรหัสกู้คืน", "Make a recovery code")


class SafetyControl(QObject):
    """Owned by the window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._page: BackupScreen | None = None
        self._has_told_clock = False
        self.code_sheet: CodeSheet | None = None
        self.backups = BackupControl(window.office, self)
        self.backups.made.connect(self._made)
        self.backups.failed.connect(self._failed)
        window.bridge.file_damaged.connect(window.file_damaged)
        window.bridge.sync_status_changed.connect(self._round_news)

    def start(self, *, is_first: bool = False) -> None:
        """Begins the daily backups; asks for a recovery code where there is none, at once at the first start."""
        self.backups.start()
        office = self._window.office

        def done(answer: tuple[bool, Words | None]) -> None:
            has_code, clock = answer
            if clock is not None:
                self._tell_clock(clock)
            elif not has_code and is_first:
                self.make_code()
            elif not has_code:
                self._window.notify(Notice("warn", NO_CODE, MAKE_CODE, self.make_code))

        self._window.bridge.run(lambda: (office.keys.has_code(), clock_words(office)), done, owner=self)

    def stop(self) -> None:
        """Waits for a backup that is being made."""
        self.backups.stop()

    def serve(self, screen: "Screen") -> None:
        """Does what the page of backups asks."""
        from desktop.ui.backup_view import BackupScreen

        if isinstance(screen, BackupScreen):
            self._page = screen
            screen.backup_wanted.connect(lambda: self.backups.make("manual"))
            screen.code_wanted.connect(self.make_code)
            screen.second_wanted.connect(self.choose_second)
            screen.restore_wanted.connect(self.ask_restore)
            screen.destroyed.connect(self._page_gone)

    def make_code(self) -> None:
        """Makes a recovery code and shows it."""
        self._window.bridge.run(self._window.office.keys.make_code, self._code_made, owner=self)

    def choose_second(self, folder: str) -> None:
        """Takes another second place and copies a backup there at once, so that a wrong place is told now."""
        home = self._window.office.folder

        def chosen(_: object) -> None:
            if folder:
                self.backups.make("manual")
            self._refresh()

        self._window.bridge.run(lambda: config.save(home, replace(config.load(home), second_backup=folder)), chosen, owner=self)

    def ask_restore(self, one: "BackupSet") -> None:
        """Asks whether a backup is to be restored, saying what waits."""
        office = self._window.office
        self._window.bridge.run(lambda: office.sync.status().waiting, lambda waiting: self._ask(one, waiting), owner=self)

    def _ask(self, one: "BackupSet", waiting: int) -> None:
        from desktop.ui.restore_sheet import RestoreSheet

        sheet = RestoreSheet(self._window, self._window.language, one, self._window.office.database.key, waiting)
        is_agreed = sheet.exec() == QDialog.DialogCode.Accepted
        wish = sheet.wish
        sheet.deleteLater()
        if is_agreed and wish is not None:
            self._window.restore_wanted.emit(wish)

    def _code_made(self, made: "NewCode") -> None:
        from desktop.ui.recovery_sheet import CodeSheet

        window = self._window
        own = next((one for one in window.access.streams if one.stream.startswith("office/")), None)
        name = own.name if own is not None else ""
        sheet = CodeSheet(window, window.language, made.code, name, show_date(window.office.today, window.language))
        self.code_sheet = sheet
        sheet.finished.connect(self._code_kept)
        sheet.open()

    def _code_kept(self, _result: int) -> None:
        if self.code_sheet is not None:
            self.code_sheet.deleteLater()
            self.code_sheet = None
        self._refresh()

    def _made(self, outcome: "Outcome") -> None:
        problem = outcome.problem
        if self._page is not None:
            self._page.say_problem(problem.message if problem is not None else None)
        if problem is not None:
            self._window.notify(Notice("warn", problem.message, SEE, self._see))
        elif outcome.made.reason == "manual":
            self._window.notify(Notice("ok", MADE.filled(records=f"{outcome.made.records:,}")))
        self._refresh()

    def _failed(self, error: AppError) -> None:
        if error.code == "damaged":
            self._window.file_damaged.emit()
            return
        if self._page is not None:
            self._page.say_problem(error.message)
        self._window.notify(Notice("warn", error.message, SEE, self._see))

    def _see(self) -> None:
        self._window.navigate(Place("backups"))

    def _refresh(self) -> None:
        if self._page is not None and self._window.screen_here() is self._page:
            self._page.refresh()

    def _round_news(self, status: SyncStatus) -> None:
        office = self._window.office
        if status.phase is Phase.DONE and not self._has_told_clock:
            self._window.bridge.run(lambda: clock_words(office), self._tell_clock, owner=self)

    def _tell_clock(self, words: Words | None) -> None:
        if words is not None and not self._has_told_clock:
            self._has_told_clock = True
            self._window.notify(Notice("warn", words))

    def _page_gone(self) -> None:
        self._page = None
