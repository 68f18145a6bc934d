"""The file: opening, one connection per thread, transactions, announcements, backups. Two processes may share it (law 11).

with database.write() as connection:      BEGIN IMMEDIATE ... COMMIT; a write inside a write joins the outer one
    ...                                   an exception rolls everything back
-> subscribers hear one `Changed` after the commit, on the writing thread
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.storage import file_uses, growth, migrations
from desktop.storage.connection import Connection, connect, translating
from desktop.storage.failures import closed, folder_missing
from desktop.storage.schema import Tables
from records.record import RecordType

FILE_NAME = "thongthin.db"
"""The file's name inside a data folder."""
_PATIENCE_S = 20.0
"""How long `close` waits for the work of another thread."""


@dataclass(frozen=True)
class Changed:
    """What a commit changed; empty `types` means anything may have changed (another process wrote)."""

    types: frozenset[str]
    ids: frozenset[str]

    def touches(self, record_type: str) -> bool:
        """Whether a list of that type must look again."""
        return not self.types or record_type in self.types


Subscriber = Callable[[Changed], None]


class _Held:
    """What a thread holds of its connection, which is closed when the thread ends, as nothing else holds this.

    The database knows the connection itself until it is closed: by weak references it would lose sight of one whose thread is just
    ending, and `Database.close` would return while the file is still open.
    """

    __slots__ = ("_every", "connection")

    def __init__(self, connection: Connection, every: set[Connection]) -> None:
        self.connection = connection
        self._every = every
        every.add(connection)

    def __del__(self) -> None:
        self.connection.end(0)
        self._every.discard(self.connection)


class Database:
    """One open data file. Usable from any thread; `close` ends the connections of all."""

    def __init__(self, path: Path, key: bytes, catalogue: Mapping[str, RecordType], *, synchronous: str = "FULL") -> None:
        """Use `Database.open`."""
        self.path = path
        self.tables = Tables(catalogue)
        self._key = key
        self._synchronous = synchronous
        self._local = threading.local()
        self._connections: set[Connection] = set()
        self._opening = threading.Lock()
        self._is_closed = False
        self._subscribers: list[Subscriber] = []
        # Writers of this process queue here, without SQLite's polling; other processes are waited for by busy_timeout.
        self._write_lock = threading.RLock()
        self._writer = 0
        self._data_version = 0
        self._others: dict[int, int] = {}
        self._inode = 0

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        catalogue: Mapping[str, RecordType],
        *,
        synchronous: str = "FULL",
        before_upgrade: "Callable[[Database], object] | None" = None,
    ) -> "Database":
        """Opens the file, making it when it is not there, and brings its schema up to this program.

        Args:
            path: The file; its folder must exist.
            key: 32 raw bytes.
            synchronous: `OFF` only inside the simulation.
            before_upgrade: makes a backup before the schema of a file with data changes; None writes a copy beside a file that is migrated.

        Raises:
            Refused: wrong key, damaged file, or a database of a newer program; nothing was changed.
            Unavailable: the folder is missing, the disk full, the file locked.
        """
        database = cls(path, key, catalogue, synchronous=synchronous)
        try:
            with translating():
                connection = database.read()
                is_behind = migrations.is_behind(connection)
                if before_upgrade is not None and growth.is_due(connection):
                    before_upgrade(database)
                if is_behind:
                    migrations.migrate(connection, database.backup if before_upgrade is None else None)
                growth.grow(connection)
                file_uses.watch(connection)
                database._register_writer(connection)
                database._inode = path.stat().st_ino
        except BaseException:
            database.close()
            raise
        return database

    @property
    def key(self) -> bytes:
        """The raw key, for whoever opens copies of this file or wraps it."""
        return self._key

    def read(self) -> Connection:
        """This thread's connection, for queries only; prefer `reading` where errors must become sentences."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            with self._opening:
                if self._is_closed:
                    raise closed()
                held = _Held(connect(self.path, self._key, self.tables, synchronous=self._synchronous), self._connections)
            self._local.held = held
        return held.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """This thread's connection, with SQLite's failures turned into Unavailable or Refused."""
        with translating():
            connection = self.read()
            with connection.lock:
                if not connection.is_writing:
                    self._require_open()
                yield connection

    @contextmanager
    def write(self, *, is_durable: bool = True) -> Iterator[Connection]:
        """One transaction; inside another of this thread it is part of that one.

        Args:
            is_durable: False does not wait for the disk: it is there at once for everybody and kept when the program is killed; a power cut
                may take it away, but none before it, and the next durable one takes it along. For what is told again after a cut
                (docs/decisions/0034); a durable one inside is a RuntimeError.

        Raises:
            Unavailable: disk full, file locked or read-only; nothing of the transaction is kept.
            Refused: the file is damaged.
        """
        connection = self.read()
        if connection.is_writing:
            if is_durable and not connection.is_durable:
                raise RuntimeError("what must be durable is part of a transaction that is not")
            yield connection
            return
        with translating(), connection.lock, self._write_lock, self._syncing(connection, is_durable=is_durable):
            self._require_open()
            self._require_in_place()
            connection.execute("BEGIN IMMEDIATE")
            connection.is_writing = True
            before = connection.total_changes
            try:
                yield connection
                # A transaction that turned out to have nothing to write costs no fsync.
                if connection.total_changes != before:
                    connection.execute("UPDATE writer SET commits = commits + 1 WHERE number = ?", (self._writer,))
                connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back by itself already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.changed_types.clear()
                connection.changed_ids.clear()
                raise
            finally:
                connection.is_writing = False
            changed = Changed(frozenset(connection.changed_types), frozenset(connection.changed_ids))
            connection.changed_types.clear()
            connection.changed_ids.clear()
        if changed.types:
            self._announce(changed)

    @contextmanager
    def _syncing(self, connection: Connection, *, is_durable: bool) -> Iterator[None]:
        """Whether the commit inside waits for the disk."""
        if is_durable:
            yield
            return
        at_ease = "NORMAL" if self._synchronous == "FULL" else self._synchronous
        connection.execute(f"PRAGMA synchronous = {at_ease}")
        connection.is_durable = False
        try:
            yield
        finally:
            connection.is_durable = True
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction under way that alone is undone when it raises."""
        connection = self.read()
        connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            # A full disk has rolled back the whole by itself already.
            if connection.in_transaction:
                connection.execute("ROLLBACK TO attempt")
                connection.execute("RELEASE attempt")
            raise
        connection.execute("RELEASE attempt")

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Has the callable told of every commit that changed rows, on the thread that wrote; returns what ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def poll_other_processes(self) -> bool:
        """Whether another process committed since the last poll; subscribers are told that anything may have changed."""
        with self.reading() as connection:
            data_version = connection.value("PRAGMA data_version")
            if data_version == getattr(self._local, "data_version", None):
                return False
            self._local.data_version = data_version
            # Commits of this process's other threads change data_version as well: the counters tell whose they were.
            others = self._commits_of_others(connection)
        if others == self._others:
            return False
        self._others = others
        self._announce(Changed(frozenset(), frozenset()))
        return True

    def backup(self, to: Path) -> Path:
        """Writes a consistent copy, one file encrypted with the same key, and returns its path. Others read and write meanwhile.

        Raises Unavailable (disk full ...), Refused (this file is damaged).
        """
        with translating():
            # A connection of its own: the copy holds a read transaction for as long as it takes.
            source = connect(self.path, self._key, self.tables, synchronous=self._synchronous)
            try:
                copy = connect(to, self._key, self.tables, synchronous=self._synchronous, journal_mode="DELETE")
                try:
                    source.backup(copy)
                    # The copy of a WAL file says that it is one.
                    copy.execute("PRAGMA journal_mode = DELETE").fetchone()
                finally:
                    copy.close()
            finally:
                source.close()
        return to

    def problems(self) -> list[str]:
        """What SQLCipher and SQLite find wrong with the file, in English for the support log; empty when it is sound."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
            found += [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
            return found

    def close(self) -> None:
        """Ends every connection, once the work of other threads is done; nothing is lost, since every commit is in the file already."""
        with self._opening:
            self._is_closed = True
        for connection in list(self._connections):
            connection.end(_PATIENCE_S)
        self._connections.clear()
        self._local = threading.local()

    def _require_open(self) -> None:
        if self._is_closed:
            raise closed()

    def _require_in_place(self) -> None:
        """Raises Unavailable when the file was deleted, moved or replaced: an open file goes on taking writes that nobody ever sees again."""
        try:
            found = self.path.stat().st_ino
        except OSError as error:
            raise folder_missing(str(self.path.parent)) from error
        if self._inode and found != self._inode:
            raise folder_missing(str(self.path.parent))

    def _announce(self, changed: Changed) -> None:
        for subscriber in tuple(self._subscribers):
            subscriber(changed)

    def _register_writer(self, connection: Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        # Rows of processes long gone only make the table longer: the newest hundred are more than ever run at once.
        connection.execute("DELETE FROM writer WHERE number <= (SELECT max(number) FROM writer) - 100")
        self._writer = connection.execute("INSERT INTO writer (commits) VALUES (0)").lastrowid
        connection.execute("COMMIT")
        self._others = self._commits_of_others(connection)

    def _commits_of_others(self, connection: Connection) -> dict[int, int]:
        return dict(connection.execute("SELECT number, commits FROM writer WHERE number <> ? AND commits > 0", (self._writer,)).fetchall())
