"""The sync thread as the window has it: asked by people and by edits, heard through the bridge."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.sync.worker import SyncWorker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from desktop.services.office import Office
    from desktop.storage.database import Changed
    from desktop.sync.status import Report
    from desktop.ui.bridge import Bridge


class SyncControl(QObject):
    """Runs rounds when they are due; without an enrolment there is nothing to run."""

    def __init__(self, office: "Office", bridge: "Bridge", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._bridge = bridge
        self._worker: SyncWorker | None = None
        self._allowed = 0
        self._verifies = False
        self._unsubscribe = office.database.subscribe(self._written)

    def start(self, device_id: str) -> None:
        """Begins to run rounds for an enrolled device; asked again for the same thread it does nothing."""
        if self._worker is not None:
            return
        office, tell = self._office, self._bridge.sync_status_changed.emit

        def one_round(cancelled: "Callable[[], bool]") -> "Report":
            is_asked = self._worker is not None and self._worker.is_asked
            try:
                return office.sync.run(
                    tell, allow_deletes=self._taken(), cancelled=cancelled, is_waited_for=is_asked, verify=self._to_verify()
                )
            finally:
                office.sync.index_rest(cancelled)

        self._worker = SyncWorker(
            one_round,
            device_id,
            office.clock,
            office.entropy,
            tell,
        )
        self._worker.start()

    def ask(self) -> None:
        """Asks for a round now."""
        if self._worker is not None:
            self._worker.ask()

    def allow(self, deletions: int) -> None:
        """Asks for a round now in which so many deletions of a type may go through; a person agreed to just that many."""
        self._allowed = deletions
        self.ask()

    def verify(self) -> None:
        """Asks for a round now, after which what is here is compared with the server."""
        self._verifies = True
        self.ask()

    def _to_verify(self) -> bool:
        """What was asked holds for one round."""
        verifies, self._verifies = self._verifies, False
        return verifies

    def next_due(self) -> "datetime | None":
        """When the next round begins by itself; None where none will."""
        return self._worker.next_due() if self._worker is not None else None

    def _taken(self) -> int:
        """What was allowed holds for one round."""
        allowed, self._allowed = self._allowed, 0
        return allowed

    def cancel(self) -> None:
        """Ends the round under way between two transactions."""
        if self._worker is not None:
            self._worker.cancel()

    def stop(self) -> None:
        """Ends the thread; the round under way stops between two transactions."""
        self._unsubscribe()
        if self._worker is not None:
            self._worker.cancel()
            self._worker.stop()
            self._worker = None

    def _written(self, _changed: "Changed") -> None:
        # The round's own writes come here too: the schedule forgets what was asked before a round began.
        if self._worker is not None:
            self._worker.edited()
