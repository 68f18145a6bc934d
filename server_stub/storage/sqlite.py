"""The store on SQLite: WAL, one connection per thread, `BEGIN IMMEDIATE` as the lock of every stream.

SQLite has one writer at a time, so the lock of one stream is the lock of all; the contract asks for no more. A file is opened with
synchronous=FULL; a store in memory, for simulations, shares one connection between its threads.
"""

import re
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path

import msgspec

# Its own SQLite: that of Debian 12 has a WAL bug (>= 3.51.3 is needed). Without a key the file is a plain one.
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.errors import Refused, Unavailable
from records.kinds import Json
from records.stored import FIRST_CHAIN
from records.words import Words
from server_stub.storage.base import AppliedChange, Directory, Reader, Storage, StoredRecord, StoredRevision, StreamState, Writer
from server_stub.storage.sqlite_directory import SqliteDirectory

_RECORD_COLUMNS = ", ".join(StoredRecord._fields)
_REVISION_COLUMNS = ", ".join(StoredRevision._fields)
_PUT_RECORD = f"""
    INSERT INTO record ({_RECORD_COLUMNS}) VALUES ({", ".join("?" * len(StoredRecord._fields))})
    ON CONFLICT (stream, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in StoredRecord._fields[2:])}"""
_ADD_REVISION = f"INSERT INTO revision ({_REVISION_COLUMNS}) VALUES ({', '.join('?' * len(StoredRevision._fields))})"
_STATES = """
    SELECT stream, head, chain, name, durable, closed, successor FROM stream
    WHERE stream IN (SELECT value FROM json_each(?))"""
_MOVE_HEAD = """
    INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES (?, ?, ?, '', 0, 0, '')
    ON CONFLICT (stream) DO UPDATE SET head = excluded.head, chain = excluded.chain"""
_LOCK_PATIENCE_S = 30
_CACHE_KIB = 32_768
_CHECKPOINT_PAGES = 8_000
"""Pages of 4 KiB that the write-ahead log holds before they move into the file."""
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


def _json(names: Collection[str]) -> str:
    return msgspec.json.encode(sorted(names)).decode()


class SqliteReader(Reader):
    """A view through one connection inside a transaction."""

    def __init__(self, connection: sqlite.Connection) -> None:
        """The transaction is begun and ended by the store."""
        self._connection = connection

    def states(self, streams: Collection[str]) -> dict[str, StreamState]:
        rows = self._connection.execute(_STATES, (_json(streams),))
        return {
            stream: StreamState(stream, head, chain, name, durable, is_closed=bool(closed), successor=successor)
            for stream, head, chain, name, durable, closed, successor in rows
        }

    def stream_names(self) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT stream FROM stream ORDER BY stream")]

    def chain_at(self, stream: str, seq: int) -> str | None:
        row = self._connection.execute("SELECT chain FROM revision WHERE stream = ? AND seq = ?", (stream, seq)).fetchone()
        return row[0] if row else None

    def records(self, stream: str, ids: Collection[str]) -> dict[str, StoredRecord]:
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND id IN (SELECT value FROM json_each(?))"
        return {row[1]: StoredRecord._make(row) for row in self._connection.execute(statement, (stream, _json(ids)))}

    def where(self, stream: str, record_type: str, wanted: Mapping[str, Json]) -> list[StoredRecord]:
        # The partial index of the fiscal years serves only a statement that names their type.
        is_year = record_type == "fiscal_year"
        of_type = "type = 'fiscal_year'" if is_year else "type = ?"
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND {of_type} AND deleted = 0"
        bound: list[Json] = [stream] if is_year else [stream, record_type]
        for name, value in sorted(wanted.items()):
            statement += " AND json_extract(CAST(fields AS TEXT), ?) = ?"
            bound += [f'$."{name}"', value]
        return [StoredRecord._make(row) for row in self._connection.execute(f"{statement} ORDER BY seq", bound)]

    def page(
        self, stream: str, *, after: int, until: int | None, areas: Collection[str] | None, limit: int | None
    ) -> Iterator[StoredRecord]:
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND seq > ? AND seq <= ?"
        bound: list[str | int] = [stream, after, (1 << 62) if until is None else until]
        if areas is not None:
            statement += " AND area IN (SELECT value FROM json_each(?))"
            bound.append(_json(areas))
        statement += " ORDER BY seq"
        if limit is not None:
            statement += " LIMIT ?"
            bound.append(limit)
        return map(StoredRecord._make, self._connection.execute(statement, bound))

    def revisions(self, stream: str, record_id: str, *, before: int | None, limit: int) -> list[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = ? AND id = ? AND version < ? ORDER BY version DESC LIMIT ?"
        bound = (stream, record_id, (1 << 62) if before is None else before, limit)
        return [StoredRevision._make(row) for row in self._connection.execute(statement, bound)]

    def revisions_in_order(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = ? ORDER BY seq"
        return map(StoredRevision._make, self._connection.execute(statement, (stream,)))

    def revisions_by_record(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = ? ORDER BY id, version"
        return map(StoredRevision._make, self._connection.execute(statement, (stream,)))

    def last_number(self, stream: str, book: str, year: int) -> int:
        statement = "SELECT last FROM number_book WHERE stream = ? AND book = ? AND year = ?"
        row = self._connection.execute(statement, (stream, book, year)).fetchone()
        return int(row[0]) if row else 0

    def number_user(self, stream: str, book: str, year: int, number: int) -> str | None:
        statement = "SELECT id FROM number_used WHERE stream = ? AND book = ? AND year = ? AND number = ?"
        row = self._connection.execute(statement, (stream, book, year, number)).fetchone()
        return row[0] if row else None


class SqliteWriter(SqliteReader, Writer):
    """A view of one stream inside `BEGIN IMMEDIATE`."""

    def __init__(self, connection: sqlite.Connection, stream: str) -> None:
        """The lock is already held."""
        super().__init__(connection)
        self._stream = stream
        self._state = self.states([stream]).get(stream) or StreamState(stream, 0, FIRST_CHAIN, "", 0, is_closed=False, successor="")

    @property
    def state(self) -> StreamState:
        return self._state

    def applied(self, change_ids: Collection[str]) -> dict[str, AppliedChange]:
        statement = """
            SELECT change_id, content, id FROM revision
            WHERE stream = ? AND change_id IN (SELECT value FROM json_each(?))"""
        rows = self._connection.execute(statement, (self._stream, _json(change_ids)))
        return {row[0]: AppliedChange._make(row) for row in rows}

    def append(self, records: Sequence[StoredRecord], revisions: Sequence[StoredRevision]) -> None:
        if not revisions:
            return
        first = self._state.head + 1
        if any(revision.seq != first + place for place, revision in enumerate(revisions)):
            raise ValueError(f"the revisions of {self._stream} do not follow seq {self._state.head} without a gap")
        self._connection.executemany(_ADD_REVISION, revisions)
        self._connection.executemany(_PUT_RECORD, records)
        last = revisions[-1]
        self._connection.execute(_MOVE_HEAD, (self._stream, last.seq, last.chain))
        self._state = replace(self._state, head=last.seq, chain=last.chain)

    def set_last_number(self, stream: str, book: str, year: int, last: int) -> None:
        statement = """
            INSERT INTO number_book (stream, book, year, last) VALUES (?, ?, ?, ?)
            ON CONFLICT (stream, book, year) DO UPDATE SET last = excluded.last"""
        self._connection.execute(statement, (stream, book, year, last))

    def use_number(self, stream: str, book: str, year: int, number: int, record_id: str) -> None:
        statement = "INSERT INTO number_used (stream, book, year, number, id) VALUES (?, ?, ?, ?, ?)"
        self._connection.execute(statement, (stream, book, year, number, record_id))


class _Held:
    """One thread's connection; it is let go when the thread ends, as nothing else holds it."""

    __slots__ = ("__weakref__", "connection")

    def __init__(self, connection: sqlite.Connection) -> None:
        self.connection = connection


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
        self._every: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._guard = threading.RLock()
        self._shared = self._connect() if path is None else None
        with self._transaction("BEGIN IMMEDIATE") as connection:
            _migrate(connection, path)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        with self._transaction("BEGIN") as connection:
            yield SqliteReader(connection)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield SqliteWriter(connection, stream)

    @contextmanager
    def directory(self) -> Iterator[Directory]:
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield SqliteDirectory(connection)

    @contextmanager
    def look_up(self) -> Iterator[Directory]:
        with self._transaction("BEGIN") as connection:
            yield SqliteDirectory(connection)

    def close(self) -> None:
        with self._guard:
            for held in list(self._every):
                held.connection.close()
            self._every = weakref.WeakSet()
            self._shared = None
            self._of_thread = threading.local()

    def _connect(self) -> _Held:
        # Threads end without saying so: the store closes their connections, hence check_same_thread is off.
        name = ":memory:" if self._path is None else str(self._path)
        try:
            connection = sqlite.connect(name, timeout=_LOCK_PATIENCE_S, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._is_durable else 'OFF'}")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            # A push of a thousand records writes about as many pages: moving them into the file after each costs as much as writing them.
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}").fetchone()
        except sqlite.Error as error:
            raise _translated(error, self._path) from error
        held = _Held(connection)
        with self._guard:
            self._every.add(held)
        return held

    def _own_connection(self) -> sqlite.Connection:
        held: _Held | None = getattr(self._of_thread, "held", None)
        if held is None:
            held = self._of_thread.held = self._connect()
        return held.connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite.Connection]:
        if self._shared is not None:
            with self._guard:
                yield from _inside(self._shared.connection, begin, self._path)
        else:
            yield from _inside(self._own_connection(), begin, self._path)


def _inside(connection: sqlite.Connection, begin: str, path: Path | None) -> Iterator[sqlite.Connection]:
    try:
        connection.execute(begin)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite.Error as error:
        raise _translated(error, path) from error


def _migrate(connection: sqlite.Connection, path: Path | None) -> None:
    """Runs the numbered migrations the database has not had; each and its mark share the caller's transaction."""
    (had,) = connection.execute("PRAGMA user_version").fetchone()
    folder = resources.files("server_stub.storage") / "migrations"
    found = sorted((int(match[1]), entry) for entry in folder.iterdir() if (match := _MIGRATION.fullmatch(entry.name)))
    newest = found[-1][0]
    if had > newest:
        raise Refused(
            Words("ฐานข้อมูลเป็นรุ่นใหม่กว่าโปรแกรม", "The database is of a newer program"),
            Words(
                f"ฐานข้อมูล {path} เป็นรุ่น {had} โปรแกรมนี้รู้จักถึงรุ่น {newest} ไม่มีอะไรเปลี่ยนแปลง โปรดใช้โปรแกรมรุ่นใหม่",
                f"The database {path} is of version {had}, this program knows {newest}; nothing was changed. Use the newer program.",
            ),
        )
    for number, entry in found:
        if number > had:
            for statement in _statements(entry.read_text(encoding="utf-8")):
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


def _translated(error: sqlite.Error, path: Path | None) -> Refused | Unavailable:
    text = str(error)
    if "not a database" in text or "malformed" in text:
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
