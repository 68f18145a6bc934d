"""One encrypted connection: how the file is opened, and what a connection carries while a transaction runs on it.

A connection belongs to one thread. Transactions are begun by `Database.write` alone: the library's own are switched off.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # the wheel has no stubs

from desktop.storage.failures import folder_missing, old_sqlite, translated, wrong_key
from desktop.storage.schema import Tables
from records.errors import AppError
from records.stages import stages_reached
from records.thai.text import sort_key

if TYPE_CHECKING:
    from desktop.storage.acts import Act

DatabaseError = dbapi2.Error
"""What the library raises; caught in storage only."""
_BUSY_TIMEOUT_S = 15.0
"""How long another process, or an antivirus, may hold the file before a person hears of it."""
_OLDEST_SQLITE = (3, 51, 3)
_CHECKPOINT_PAGES = 4_000
"""Pages of 4 KiB that the write-ahead log holds before they move into the file."""
_CACHE_KIB = 16_000
_MANY_RECORDS = 2_000
_ROOMY_CACHE_KIB = 128_000
"""100,000 receipts in one act: 13 s with this much, 122 s with the usual, for each goes into a dozen places of the indexes."""


@contextmanager
def translating() -> Iterator[None]:
    """Errors of the library that have a sentence leave as that AppError."""
    try:
        yield
    except DatabaseError as error:
        known = translated(error)
        if known is None:
            raise
        raise known from error


class Connection(dbapi2.Connection):  # type: ignore[misc]  # the wheel has no stubs
    """A connection of one thread, with what the transaction on it changed so far."""

    tables: Tables
    is_writing: bool
    """Whether a `Database.write` is open on it."""
    is_durable: bool
    """Whether its commits wait for the disk."""
    changed_types: set[str]
    changed_ids: set[str]
    act: "Act | None"
    """The act a person is doing in this transaction."""
    act_size: int
    """How many saves the act has so far."""
    lock: threading.RLock
    """Held by the thread that uses it: the library crashes when one is closed under a statement that runs."""

    def end(self, patience_s: float) -> None:
        """Closes it once nobody uses it; whoever still does after so many seconds has the last reference to it, and closes it by that."""
        if self.lock.acquire(timeout=patience_s):
            try:
                self.close()
            finally:
                self.lock.release()

    def note(self, record_type: str, record_id: str) -> None:
        """Notes that a row changed, to be announced after the commit."""
        self.changed_types.add(record_type)
        self.changed_ids.add(record_id)

    @contextmanager
    def roomy(self, records: int, kib: int = _ROOMY_CACHE_KIB) -> Iterator[None]:
        """Many records handled in one go: their pages stay in memory, so many KiB at most, instead of going to the disk and back."""
        if records <= _MANY_RECORDS:
            yield
            return
        self.execute(f"PRAGMA cache_size = -{kib}")
        try:
            yield
        finally:
            self.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        row = self.execute(sql, parameters).fetchone()
        return None if row is None else row[0]


def connect(path: Path, key: bytes, tables: Tables, *, synchronous: str = "FULL", journal_mode: str = "WAL") -> Connection:
    """Opens (or begins) the encrypted file.

    Args:
        key: 32 raw bytes; SQLCipher takes them without deriving, so opening is instant.
        synchronous: `FULL`; `OFF` only inside the simulation, which loses no power.
        journal_mode: `WAL`; `DELETE` for a copy that must be one file, readable from a medium that cannot be written.

    Raises:
        Refused: the key does not open the file, or the SQLite library is too old.
        Unavailable: the folder is missing, or the file cannot be opened now.
    """
    if dbapi2.sqlite_version_info < _OLDEST_SQLITE:
        raise old_sqlite(dbapi2.sqlite_version)
    if len(key) != 32:
        raise wrong_key()
    if not path.parent.is_dir():
        raise folder_missing(str(path.parent))
    try:
        # Threads never share a connection; `Database.close` ends those of others, hence no check here.
        connection: Connection = dbapi2.connect(
            str(path), timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, factory=Connection
        )
    except DatabaseError as error:
        raise _app_error(error) from error
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute(f"PRAGMA journal_mode = {journal_mode}").fetchone()
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        # References may point to what has not arrived (law 10): foreign keys stay off on purpose.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        # A page of a download writes about a thousand pages: moving them into the file after each costs as much as writing them.
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}").fetchone()
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("sort_key", 1, _sort_key, deterministic=True)
        connection.create_function("stages_reached", 5, stages_reached, deterministic=True)
    except DatabaseError as error:
        connection.close()
        raise _app_error(error) from error
    connection.tables = tables
    connection.is_writing = False
    connection.is_durable = True
    connection.changed_types = set()
    connection.changed_ids = set()
    connection.act = None
    connection.act_size = 0
    connection.lock = threading.RLock()
    return connection


def _sort_key(value: object) -> str | None:
    return None if value is None else sort_key(str(value))


def _app_error(error: Exception) -> AppError | Exception:
    return translated(error) or error
