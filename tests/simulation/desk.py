"""One desk of the simulation: a computer, what its people do at it, what must hold there, and the rounds it runs.

Computer  file and programs ◀── Working   what people do
                            ◀── Examined  what must hold      Desk  both, and its rounds
"""

from contextlib import nullcontext
from typing import cast

from desktop.services import verifying
from desktop.services.office import Office
from desktop.storage import rows
from desktop.sync.engine import Round, run_round
from desktop.sync.first_download import MANY
from desktop.sync.repair import Compared, compare
from desktop.sync.round_lock import round_lock
from desktop.sync.status import Report, SyncStatus
from desktop.sync.transport import HttpTransport
from records.errors import AppError
from tests.simulation.computer import KEY
from tests.simulation.examined import Examined
from tests.simulation.working import BOOK, BOOK_YEAR, Working, details_of

__all__ = ["BOOK", "BOOK_YEAR", "KEY", "Desk", "details_of"]


class Desk(Working, Examined):
    """A computer of an office, or of the province that only reads."""

    def round(self) -> Report:
        """One round with what the program does around it; raises Unavailable when the line fails and Crash when the process dies."""
        self.is_in_round = True
        try:
            self.account_for_numbers()
            self.holds_lock = True
            self.transport.heard.clear()
            report = self._exchange()
            self.holds_lock = False
            if not report.cancelled:
                self.transport.network.told |= dict.fromkeys(self.transport.heard, self.session.device)
            if self.uses_numbers and not report.cancelled:
                self._refill()
            if self.compares and not report.cancelled:
                verifying.compare_if_due(cast(Office, self.main), cast(HttpTransport, self.transport), self._cancelled)
            return report
        finally:
            self.is_in_round = self.holds_lock = False

    def compare(self) -> dict[str, Compared]:
        """Compares its copy with the server's digest, and mends it."""
        return compare(self.database, self.catalogue, self.transport, self.clock, self.random.randbytes)

    def spoil(self) -> int:
        """Damages some records behind the program's back; says how many."""
        count = 0
        with self.database.write() as connection:
            for table in connection.tables.all():
                found = connection.execute(f"{table.select} WHERE _waiting = 0 ORDER BY _id").fetchall()
                for row in [rows.row_of(table, values) for values in found[:2]]:
                    key = (row.stream, row.type, row.id)
                    if not row.version:
                        continue
                    if self.random.random() < 0.5:
                        rows.remove(connection, key)
                    else:
                        connection.execute(f"UPDATE {table.name} SET _hash = 'ffffffffffffffff' WHERE _stream = ? AND _id = ?", key[::2])
                    count += 1
        return count

    def account_for_numbers(self) -> None:
        """Writes what became of its numbers, as the program does before each round."""
        if self.uses_numbers:
            self.main.numbering.settle()

    def _exchange(self) -> Report:
        program = self.main
        common = (program.database, self.catalogue, self.transport, self.clock, self.random.randbytes, self._hear)
        if self.bug.round is Round and self.bug.locks:
            # Half of all histories receive a stream as one file that a real desk would pull in a page.
            least = 1 if self.receives_files else MANY
            return run_round(*common, file_bytes=self.file_bytes, download_from=least, cancelled=self._cancelled)
        with round_lock(self.folder) if self.bug.locks else nullcontext():
            return self.bug.round(*common, cancelled=self._cancelled).run(self.transport, self.file_bytes)

    def _refill(self) -> None:
        for stream in self.writable:
            try:
                self.main.numbering.refill(cast(HttpTransport, self.transport), book=BOOK, year=BOOK_YEAR, least=3, stream=stream)
            except AppError:
                return

    def second_round(self) -> None:
        """The other process begins a round as well. Raises Unavailable `busy` where it should."""
        assert self.second is not None
        run_round(self.second.database, self.catalogue, self.transport, self.clock, self.random.randbytes, lambda _: None)

    def _hear(self, status: SyncStatus) -> None:
        self.crash_perhaps(12)

    def _cancelled(self) -> bool:
        self.crash_perhaps(6)
        return self.may_crash and self.random.randrange(30) == 0
