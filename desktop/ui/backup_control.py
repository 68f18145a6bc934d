"""The daily backup behind the window: looks soon after the start and every hour, and makes one in a thread of its own when today has none."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.services.office import Office
from records.errors import AppError

_FIRST_MS = 20_000
"""After the start: the first pages are shown, the first round has begun."""
_LOOK_MS = 3_600_000
_log = logging.getLogger(__name__)


class BackupControl(QObject):
    """Makes backups without keeping the store's thread or the window waiting."""

    made = Signal(object)
    """A services.backups.Outcome."""
    failed = Signal(object)
    """An AppError."""
    _came = Signal(object)

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="backup")
        self._is_stopped = False
        self.is_busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begins to look."""
        self._timer.start(_FIRST_MS)

    def make(self, reason: str = "manual") -> None:
        """Makes one now, unless one is being made."""
        office = self._office
        self._run(lambda: office.backups.make(office.database, reason))

    def stop(self) -> None:
        """Waits for what is being made; nothing is told after."""
        self._is_stopped = True
        self._timer.stop()
        self._worker.shutdown(wait=True)

    def _look(self) -> None:
        self._timer.start(_LOOK_MS)
        office = self._office
        self._run(lambda: office.backups.make(office.database, "daily") if office.backups.is_due() else None)

    def _run(self, work: Callable[[], Any]) -> None:
        if not self.is_busy and not self._is_stopped:
            self.is_busy = True
            self._worker.submit(self._work, work)

    def _work(self, work: Callable[[], Any]) -> None:
        result: Any = None
        try:
            result = work()
        except AppError as error:
            result = error
        except Exception:  # noqa: BLE001  # the top of a thread: a bug is logged, the next look tries again
            _log.exception("a backup failed")
        finally:
            # The thread ends with the window, its connection with the thread.
            self._came.emit(result)

    def _deliver(self, result: object) -> None:
        self.is_busy = False
        if self._is_stopped or result is None:
            return
        if isinstance(result, AppError):
            self.failed.emit(result)
        else:
            self.made.emit(result)
