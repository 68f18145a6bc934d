"""What is read and written of streams on SQLite; the transaction and its lock are the store's."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

# Its own SQLite: that of Debian 12 has a WAL bug (>= 3.51.3 is needed). Without a key the file is a plain one.
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.kinds import Json
from records.stored import FIRST_CHAIN
from server_stub.storage.base import (
    ALL_STREAMS,
    AppliedChange,
    NumberBook,
    Reader,
    StoredFile,
    StoredRecord,
    StoredRevision,
    StreamState,
    Writer,
)

_RECORD_COLUMNS = ", ".join(StoredRecord._fields)
_REVISION_COLUMNS = ", ".join(StoredRevision._fields)
_PUT_RECORD = f"""
    INSERT INTO record ({_RECORD_COLUMNS}) VALUES ({", ".join("?" * len(StoredRecord._fields))})
    ON CONFLICT (stream, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in StoredRecord._fields[2:])}"""
_ADD_REVISION = f"INSERT INTO revision ({_REVISION_COLUMNS}) VALUES ({', '.join('?' * len(StoredRevision._fields))})"
_STATES = """
    SELECT stream, head, chain, name, durable, closed, successor, restored FROM stream
    WHERE stream IN (SELECT value FROM json_each(?))"""
_MOVE_HEAD = """
    INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES (?, ?, ?, '', 0, 0, '')
    ON CONFLICT (stream) DO UPDATE SET head = excluded.head, chain = excluded.chain"""
_BOOKS = """
    SELECT n.stream, n.book, n.year, max(n.last), max(n.used), max(n.floor), max(n.restores) FROM (
        SELECT stream, book, year, last, 0 AS used, 0 AS floor, -1 AS restores FROM number_book WHERE stream = :stream
        UNION ALL SELECT stream, book, year, 0, max(number), 0, -1 FROM number_used WHERE stream = :stream GROUP BY stream, book, year
        UNION ALL SELECT stream, book, year, 0, 0, floor, restores FROM number_floor WHERE stream = :stream
    ) n GROUP BY n.stream, n.book, n.year ORDER BY n.book, n.year"""


def _of_areas(alias: str, areas: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that the record of a row belongs to one of the areas, and what is bound in it; nothing for all areas."""
    if areas is None:
        return "", ()
    within = "SELECT value FROM json_each(?)"
    return (
        f" AND EXISTS (SELECT 1 FROM record a WHERE a.stream = {alias}.stream AND a.id = {alias}.id AND a.area IN ({within}))",
        (_json(areas),),
    )


def _json(names: Collection[str]) -> str:
    return msgspec.json.encode(sorted(names)).decode()


class SqliteReader(Reader):
    """A view through one connection inside a transaction."""

    def __init__(self, connection: sqlite.Connection, streams: Collection[str]) -> None:
        """The transaction is begun and ended by the store; no other stream than these is seen."""
        self._connection = connection
        self._streams = None if tuple(streams) == ALL_STREAMS else frozenset(streams)

    def _seen(self, stream: str) -> str:
        """The stream as statements ask for it; one that is not of this view is asked for by the empty name, which no stream has."""
        return stream if self._streams is None or stream in self._streams else ""

    def states(self, streams: Collection[str]) -> dict[str, StreamState]:
        rows = self._connection.execute(_STATES, (_json([self._seen(stream) for stream in streams]),))
        return {
            stream: StreamState(stream, head, chain, name, durable, is_closed=bool(closed), successor=successor, restored=restored)
            for stream, head, chain, name, durable, closed, successor, restored in rows
        }

    def stream_names(self) -> list[str]:
        names = (name for (name,) in self._connection.execute("SELECT stream FROM stream ORDER BY stream"))
        return [name for name in names if self._seen(name)]

    def chain_at(self, stream: str, seq: int) -> str | None:
        row = self._connection.execute("SELECT chain FROM revision WHERE stream = ? AND seq = ?", (self._seen(stream), seq)).fetchone()
        return row[0] if row else None

    def chains(self, stream: str, *, after: int, until: int) -> Iterator[str]:
        statement = "SELECT chain FROM revision WHERE stream = ? AND seq > ? AND seq <= ? ORDER BY seq"
        return (chain for (chain,) in self._connection.execute(statement, (self._seen(stream), after, until)))

    def records(self, stream: str, ids: Collection[str]) -> dict[str, StoredRecord]:
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND id IN (SELECT value FROM json_each(?))"
        return {row[1]: StoredRecord._make(row) for row in self._connection.execute(statement, (self._seen(stream), _json(ids)))}

    def where(self, stream: str, record_type: str, wanted: Mapping[str, Json]) -> list[StoredRecord]:
        # The partial index of the fiscal years serves only a statement that names their type.
        is_year = record_type == "fiscal_year"
        of_type = "type = 'fiscal_year'" if is_year else "type = ?"
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND {of_type} AND deleted = 0"
        bound: list[Json] = [self._seen(stream)] if is_year else [self._seen(stream), record_type]
        for name, value in sorted(wanted.items()):
            statement += " AND json_extract(CAST(fields AS TEXT), ?) = ?"
            bound += [f'$."{name}"', value]
        return [StoredRecord._make(row) for row in self._connection.execute(f"{statement} ORDER BY seq", bound)]

    def page(
        self, stream: str, *, after: int, until: int | None, areas: Collection[str] | None, limit: int | None
    ) -> Iterator[StoredRecord]:
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = ? AND seq > ? AND seq <= ?"
        bound: list[str | int] = [self._seen(stream), after, (1 << 62) if until is None else until]
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
        bound = (self._seen(stream), record_id, (1 << 62) if before is None else before, limit)
        return [StoredRevision._make(row) for row in self._connection.execute(statement, bound)]

    def revisions_in_order(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = ? ORDER BY seq"
        return map(StoredRevision._make, self._connection.execute(statement, (self._seen(stream),)))

    def revisions_by_record(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = ? ORDER BY id, version"
        return map(StoredRevision._make, self._connection.execute(statement, (self._seen(stream),)))

    def lineage(self, stream: str, *, after: int, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        seen, bound = _of_areas("v", areas)
        statement = f"SELECT v.type, v.id, v.hash FROM revision v WHERE v.stream = ? AND v.seq > ?{seen} ORDER BY v.id, v.version"
        return iter(self._connection.execute(statement, (self._seen(stream), after, *bound)))

    def standing_at(self, stream: str, seq: int, *, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        seen, bound = _of_areas("v", areas)
        # What was not written since stands in `record`; only what was is looked up in the history.
        statement = f"""
            SELECT v.type, v.id, v.hash FROM record v WHERE v.stream = ? AND v.seq <= ?{seen}
            UNION ALL
            SELECT v.type, v.id, v.hash FROM record r JOIN revision v ON v.stream = r.stream AND v.id = r.id AND v.version = (
                SELECT max(w.version) FROM revision w WHERE w.stream = r.stream AND w.id = r.id AND w.seq <= ?)
            WHERE r.stream = ? AND r.seq > ?{seen}"""
        asked = self._seen(stream)
        return iter(self._connection.execute(statement, (asked, seq, *bound, seq, asked, seq, *bound)))

    def last_number(self, stream: str, book: str, year: int) -> int:
        statement = "SELECT last FROM number_book WHERE stream = ? AND book = ? AND year = ?"
        row = self._connection.execute(statement, (self._seen(stream), book, year)).fetchone()
        return int(row[0]) if row else 0

    def number_floor(self, stream: str, book: str, year: int) -> tuple[int, int] | None:
        statement = "SELECT floor, restores FROM number_floor WHERE stream = ? AND book = ? AND year = ?"
        row = self._connection.execute(statement, (self._seen(stream), book, year)).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def number_books(self, stream: str) -> list[NumberBook]:
        return [NumberBook(*row) for row in self._connection.execute(_BOOKS, {"stream": self._seen(stream)})]

    def number_user(self, stream: str, book: str, year: int, number: int) -> str | None:
        statement = "SELECT id FROM number_used WHERE stream = ? AND book = ? AND year = ? AND number = ?"
        row = self._connection.execute(statement, (self._seen(stream), book, year, number)).fetchone()
        return row[0] if row else None

    def file_areas(self, stream: str, sha256: str) -> frozenset[str]:
        rows = self._connection.execute("SELECT area FROM file_name WHERE stream = ? AND sha256 = ?", (self._seen(stream), sha256))
        return frozenset(area for (area,) in rows)

    def named_files(self, stream: str, areas: Collection[str] | None) -> list[str]:
        statement = "SELECT DISTINCT sha256 FROM file_name WHERE stream = ?"
        bound = [self._seen(stream)]
        if areas is not None:
            statement += " AND area IN (SELECT value FROM json_each(?))"
            bound.append(_json(areas))
        return [sha256 for (sha256,) in self._connection.execute(f"{statement} ORDER BY sha256", bound)]

    def stored_file(self, stream: str, sha256: str) -> StoredFile | None:
        statement = "SELECT size, areas FROM stored_file WHERE stream = ? AND sha256 = ?"
        row = self._connection.execute(statement, (self._seen(stream), sha256)).fetchone()
        return StoredFile(stream, sha256, row[0], tuple(msgspec.json.decode(row[1]))) if row else None

    def file_bytes(self, stream: str) -> int:
        row = self._connection.execute("SELECT coalesce(sum(size), 0) FROM stored_file WHERE stream = ?", (self._seen(stream),)).fetchone()
        return int(row[0])


class SqliteWriter(SqliteReader, Writer):
    """A view of one stream inside `BEGIN IMMEDIATE`."""

    def __init__(self, connection: sqlite.Connection, stream: str) -> None:
        """The lock is already held."""
        super().__init__(connection, (stream,))
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
        if ({row.stream for row in records} | {row.stream for row in revisions}) != {self._stream}:
            raise ValueError(f"the lock is that of {self._stream}")
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
        self._connection.execute(statement, (self._own(stream), book, year, last))

    def set_number_floor(self, stream: str, book: str, year: int, floor: int, restores: int) -> None:
        statement = """
            INSERT INTO number_floor (stream, book, year, floor, restores) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (stream, book, year) DO UPDATE SET floor = excluded.floor, restores = excluded.restores"""
        self._connection.execute(statement, (self._own(stream), book, year, floor, restores))

    def use_number(self, stream: str, book: str, year: int, number: int, record_id: str) -> None:
        statement = "INSERT INTO number_used (stream, book, year, number, id) VALUES (?, ?, ?, ?, ?)"
        self._connection.execute(statement, (self._own(stream), book, year, number, record_id))

    def _own(self, stream: str) -> str:
        if stream != self._stream:
            raise ValueError(f"the lock is that of {self._stream}, not of {stream}")
        return stream

    def put_file_names(self, stream: str, record_id: str, area: str, hashes: Collection[str]) -> None:
        self._connection.execute("DELETE FROM file_name WHERE stream = ? AND id = ?", (self._own(stream), record_id))
        self._connection.executemany(
            "INSERT INTO file_name (stream, sha256, id, area) VALUES (?, ?, ?, ?)",
            [(stream, sha256, record_id, area) for sha256 in sorted(set(hashes))],
        )

    def put_stored_file(self, stored: StoredFile) -> None:
        statement = """
            INSERT INTO stored_file (stream, sha256, size, areas) VALUES (?, ?, ?, ?)
            ON CONFLICT (stream, sha256) DO UPDATE SET size = excluded.size, areas = excluded.areas"""
        self._connection.execute(statement, (self._own(stored.stream), stored.sha256, stored.size, _json(stored.areas)))
