"""The store on SQLite: WAL, one connection per thread, `BEGIN IMMEDIATE` as the lock of every stream.

SQLite has one writer at a time, so the lock of one stream is the lock of all; the contract asks for no more. A file is opened with
synchronous=FULL; a store in memory, for simulations, shares one connection between its threads.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

# Its own SQLite: that of Debian 12 has a WAL bug (>= 3.51.3 is needed). Without a key the file is a plain one.
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.errors import Refused, Unavailable
from records.words import Words
from server_stub.storage.base import Reader, Storage, Writer
from server_stub.storage.directory import Directory
from server_stub.storage.migrations import numbered, refuse_newer
from server_stub.storage.sqlite_directory import SqliteDirectory
from server_stub.storage.sqlite_stream import SqliteReader, SqliteWriter

_LOCK_PATIENCE_S = 30
_CACHE_KIB = 32_768
_CHECKPOINT_PAGES = 8_000
"""Pages of 4 KiB that the write-ahead log holds before they move into the file."""


class _Connected:
    """An open connection and the lock of whoever uses it: SQLite's module falls over when one is closed under a statement that runs."""

    __slots__ = ("connection", "lock")

    def __init__(self, connection: sqlite.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()

    def close(self) -> None:
        """Waits for the transaction under way."""
        with self.lock:
            self.connection.close()


class _Held:
    """What a thread holds of its connection, which is closed when the thread ends, as nothing else holds this.

    The store knows the connection itself until it is closed: by weak references it would lose sight of one whose thread is just ending,
    and `SqliteStorage.close` would return while the file is still open.
    """

    __slots__ = ("_every", "connected")

    def __init__(self, connected: _Connected, every: set[_Connected]) -> None:
        self.connected = connected
        self._every = every
        every.add(connected)

    def __del__(self) -> None:
        self.connected.close()
        self._every.discard(self.connected)


class SqliteStorage(Storage):
    """One SQLite database as the store of a central server."""

    def __init__(self, path: Path | None, *, is_durable: bool = True) -> None:
        """Opens the database and brings its schema up to date, making both where they are not there.

        Args:
            path: The file; None keeps everything in memory.
            is_durable: False skips fsync: for simulations only.

        Raises:
            Refused: The file is no database, or one of a newer program.
            Unavailable: The file cannot be opened.
        """
        self._path = path
        self._is_durable = is_durable
        self._of_thread = threading.local()
        self._every: set[_Connected] = set()
        self._is_closed = False
        self._guard = threading.Lock()
        self._shared = self._connect() if path is None else None
        with self._transaction("BEGIN IMMEDIATE") as connection:
            _migrate(connection, path)

    @contextmanager
    def read(self, streams: Collection[str]) -> Iterator[Reader]:
        with self._transaction("BEGIN") as connection:
            yield SqliteReader(connection, streams)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield SqliteWriter(connection, stream)

    @contextmanager
    def directory(self, *, is_durable: bool = True) -> Iterator[Directory]:
        with self._transaction("BEGIN IMMEDIATE", is_durable=is_durable) as connection:
            yield SqliteDirectory(connection)

    @contextmanager
    def look_up(self) -> Iterator[Directory]:
        with self._transaction("BEGIN") as connection:
            yield SqliteDirectory(connection)

    def close(self) -> None:
        """Closes the connections of all threads once their transactions end; whoever comes later is told that the server is stopping."""
        with self._guard:
            self._is_closed = True
        for connected in list(self._every):
            connected.close()
        self._shared = None
        self._of_thread = threading.local()

    def _connect(self) -> _Held:
        # Threads end without saying so: the store closes their connections, hence check_same_thread is off.
        name = ":memory:" if self._path is None else str(self._path)
        with self._guard:
            if self._is_closed:
                raise _stopping()
            return _Held(_Connected(self._opened(name)), self._every)

    def _opened(self, name: str) -> sqlite.Connection:
        try:
            connection = sqlite.connect(name, timeout=_LOCK_PATIENCE_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._is_durable else 'OFF'}")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            # A push of a thousand records writes about as many pages: moving them into the file after each costs as much as writing them.
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}").fetchone()
        except sqlite.Error as error:
            raise translated(error, self._path) from error
        return connection

    def _own(self) -> _Connected:
        held: _Held | None = self._shared or getattr(self._of_thread, "held", None)
        if held is None:
            held = self._of_thread.held = self._connect()
        return held.connected

    @contextmanager
    def _transaction(self, begin: str, *, is_durable: bool = True) -> Iterator[sqlite.Connection]:
        own = self._own()
        with own.lock:
            yield from _inside(own.connection, begin, self._path, is_at_ease=self._is_durable and not is_durable)


def _inside(connection: sqlite.Connection, begin: str, path: Path | None, *, is_at_ease: bool) -> Iterator[sqlite.Connection]:
    try:
        if is_at_ease:
            # The commit does not wait for the disk. The log of a WAL file is synced whole: the next durable one takes it along.
            connection.execute("PRAGMA synchronous = NORMAL")
        try:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            if is_at_ease:
                connection.execute("PRAGMA synchronous = FULL")
    except sqlite.Error as error:
        raise translated(error, path) from error


def _migrate(connection: sqlite.Connection, path: Path | None) -> None:
    """Runs the numbered migrations the database has not had; each and its mark share the caller's transaction."""
    (had,) = connection.execute("PRAGMA user_version").fetchone()
    found = numbered("sqlite")
    refuse_newer(path, had, found[-1][0])
    for number, script in found:
        if number > had:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite.complete_statement(statement):
            yield statement
            statement = ""


def _stopping() -> Unavailable:
    return Unavailable(
        Words("เซิร์ฟเวอร์กำลังหยุดทำงาน", "The server is stopping"),
        Words(
            "เซิร์ฟเวอร์กำลังหยุดทำงาน สิ่งที่บันทึกแล้วยังอยู่ครบ โปรดลองใหม่ภายหลัง",
            "The server is stopping; what was stored is safe. Try again later.",
        ),
        code="unavailable",
    )


def translated(error: sqlite.Error, path: Path | None) -> Refused | Unavailable:
    """Our error for one of SQLite's."""
    text = str(error)
    if "not a database" in text or "malformed" in text or "Could not decode" in text:
        return Refused(
            Words("เปิดฐานข้อมูลไม่ได้", "The database cannot be used"),
            Words(
                f"แฟ้ม {path} ไม่ใช่ฐานข้อมูลของเซิร์ฟเวอร์นี้หรือเสียหาย ไม่มีอะไรเปลี่ยนแปลง โปรดใช้แฟ้มอื่นหรือกู้คืนจากสำเนา",
                f"{path} is no database of this server, or damaged; nothing was changed. Use another file or restore a backup.",
            ),
        )
    return Unavailable(
        Words("ใช้ฐานข้อมูลไม่ได้ชั่วคราว", "The database is not available"),
        Words(
            f"ใช้ฐานข้อมูล {path} ไม่ได้ ({text}) สิ่งที่บันทึกแล้วยังอยู่ครบ โปรดตรวจเนื้อที่ดิสก์และสิทธิของแฟ้ม แล้วลองใหม่",
            f"The database {path} cannot be used ({text}); what was stored is safe. Check the disk and the file's rights, then try again.",
        ),
        code="unavailable",
    )
