"""The only way from the screens to the store and back: work goes to two threads, results and news come to the main thread.

main thread  -- run(work, done) -->  store worker (one thread, its own connection)
             -- run(work, done, uses_line=True) -->  one thread that waits for the server, its own connection
             -- run(work, done, is_long=True) -->  reader (one thread, its own connection): sums over all records; nobody queues behind it
             <-- done(result) -----
             <-- records_changed, sync_status_changed --  store and sync, from any thread
"""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.storage.failures import DAMAGED
from desktop.ui.widgets.dialogs import show_error
from records.errors import AppError
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.office import Office

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class Fault(AppError):
    """A bug of ours, in words a clerk can pass on; its details go to support."""

    def __init__(self, details: str) -> None:
        """`details` is the traceback."""
        super().__init__(
            Words("โปรแกรมทำงานผิดพลาด", "Something went wrong in the program"),
            Words(
                "งานที่บันทึกแล้วยังอยู่ครบ โปรดลองอีกครั้ง หากยังเป็นอยู่ให้คัดลอกรายละเอียดส่งฝ่ายสนับสนุน",
                "Everything saved is safe. Try again; if it stays so, copy the details for support.",
            ),
            code="bug",
        )
        self.details = details


class _Parcel:
    """A piece of work and what came of it. The thread that did it still holds it when the main thread has it: emptied there, so that no
    widget that `done` knows is ever let go, and thereby destroyed, outside of the main thread."""

    __slots__ = ("_done", "_failed", "_owner", "error", "result", "work")

    def __init__(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[AppError], object] | None, owner: object
    ) -> None:
        self.work, self._done, self._failed, self._owner = work, done, failed, owner
        self.result: Any = None
        self.error: AppError | None = None

    def taken(self) -> tuple[Any, AppError | None, Callable[[Any], object], Callable[[AppError], object] | None, object]:
        """Result, error, done, failed and owner; nothing of them is left in it."""
        held = self.result, self.error, self._done, self._failed, self._owner
        self.work = self._done = _nothing
        self._failed = self._owner = self.result = self.error = None
        return held


def _nothing(*_: object) -> None:
    """What a parcel that was taken would do."""


class Bridge(QObject):
    """Runs work on the store's thread and brings its result, and the news of store and sync, to the main thread."""

    records_changed = Signal(object, object)
    """Types and ids (frozensets of str) that were written by anybody; empty ids mean any record of the types."""
    sync_status_changed = Signal(object)
    """A SyncStatus."""
    findings_changed = Signal()
    """Records were checked: what is to mend may be otherwise."""
    file_damaged = Signal()
    """The store answered that its file is damaged: somebody must offer the newest good backup."""
    became_idle = Signal()
    """No work is under way; tests wait for it."""
    _came = Signal(object)

    def __init__(self, office: "Office", language: Language = Language.THAI, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._language = language
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="line")
        self._under_way = 0
        self._is_closed = False
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.last_sync_status: object = None
        """The last SyncStatus heard: a page that is opened in the middle of a round asks it. None before the first."""
        self.sync_status_changed.connect(self._heard)
        self._unsubscribe = office.store.database.subscribe(lambda changed: self.records_changed.emit(changed.types, changed.ids))

    def _heard(self, status: object) -> None:
        self.last_sync_status = status

    @property
    def is_closed(self) -> bool:
        """Whether the window is going; from any thread."""
        return self._is_closed

    @property
    def is_busy(self) -> bool:
        """Whether any work waits for its result."""
        return self._under_way > 0

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[AppError], object] | None = None,
        *,
        owner: QObject | None = None,
        is_long: bool = False,
        uses_line: bool = False,
    ) -> None:
        """Runs `work` on the store's thread, then `done` or `failed` here on the main thread.

        Args:
            work: touches the store, no widget.
            done: gets the result.
            failed: gets an AppError, a `Fault` for a bug; None shows it in a dialog.
            owner: when this object (or the object whose method `done` is) was deleted meanwhile, nothing is called.
            is_long: reads only, and may take more than a tenth of a second: done on the reader's thread, so that what a clerk types
                next does not wait for it. Sees every commit made before; long works are done in turn.
        """
        if self._is_closed:
            return
        self._under_way += 1
        parcel = _Parcel(work, done, failed, owner or getattr(done, "__self__", None))
        (self._line if uses_line else self._reader if is_long else self._worker).submit(self._work, parcel)

    def close(self) -> None:
        """Waits for all the work given, drafts to be kept among it; results that come later are dropped."""
        self._is_closed = True
        self._unsubscribe()
        self._worker.shutdown(wait=True)
        self._reader.shutdown(wait=True, cancel_futures=True)
        self._line.shutdown(wait=True, cancel_futures=True)

    def _work(self, parcel: "_Parcel") -> None:
        try:
            parcel.result = parcel.work()
        except AppError as raised:
            parcel.error = raised
        except Exception as raised:  # noqa: BLE001 - the top of a thread: a bug is logged and told, it must not stop the worker
            details = "".join(traceback.format_exception(raised))
            _LOG.error("work for a screen failed\n%s", details)
            parcel.error = Fault(details)
        self._came.emit(parcel)

    def _deliver(self, parcel: "_Parcel") -> None:
        result, error, done, failed, owner = parcel.taken()
        self._under_way -= 1
        if not self._is_closed and not (isinstance(owner, QObject) and not shiboken6.isValid(owner)):
            # Damage in the first page answers as a wrong key would; the key was right when the file was opened.
            if error is not None and error.code in DAMAGED:
                self.file_damaged.emit()
            if error is None:
                done(result)
            elif failed is not None:
                failed(error)
            else:
                self.tell(error)
        if not self._under_way:
            self.became_idle.emit()

    def tell(self, error: AppError) -> None:
        """Shows an error in a window of its own."""
        show_error(self._window(), error, self._language, getattr(error, "details", ""))

    @staticmethod
    def _window() -> QWidget | None:
        return QApplication.activeWindow()
