"""Bundles behind the window: written, relayed and taken in by a thread of their own; a slow stick keeps nobody waiting."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from records.errors import AppError

_log = logging.getLogger(__name__)


class BundleControl(QObject):
    """Runs one piece of work at a time; results come to the main thread."""

    told = Signal(object)
    """What a work says while it runs, such as one result of many."""
    _came = Signal(object)
    """A result and what is to be done with it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bundles")
        self._is_stopped = False
        self.is_busy = False
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[AppError], object]) -> bool:
        """Runs `work` on the thread, then `done` or `failed` here; False when something runs already."""
        if self.is_busy or self._is_stopped:
            return False
        self.is_busy = True

        def tried() -> None:
            result: Any = None
            try:
                result = work()
            except AppError as error:
                result = error
            except Exception:  # noqa: BLE001  # the top of a thread: a bug is logged
                _log.exception("a bundle failed")
            finally:
                self._came.emit((result, failed if isinstance(result, AppError) else done))

        self._worker.submit(tried)
        return True

    def stop(self) -> None:
        """Waits for what is being done; nothing is told after."""
        self._is_stopped = True
        self._worker.shutdown(wait=True)

    def _deliver(self, parcel: tuple[Any, Callable[[Any], object]]) -> None:
        result, then = parcel
        self.is_busy = False
        if not self._is_stopped and result is not None:
            then(result)
