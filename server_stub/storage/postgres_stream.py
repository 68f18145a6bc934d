"""What is read and written of streams on PostgreSQL; the transaction and its lock are the store's."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

import msgspec

from records.kinds import Json
from records.stored import FIRST_CHAIN
from server_stub.storage.base import AppliedChange, NumberBook, Reader, StoredFile, StoredRecord, StoredRevision, StreamState, Writer
from server_stub.storage.postgres_connections import Connection

_RECORD_COLUMNS = ", ".join(StoredRecord._fields)
_REVISION_COLUMNS = ", ".join(StoredRevision._fields)
_STATE_COLUMNS = "stream, head, chain, name, durable, closed, successor, restored"
_STATES = f"SELECT {_STATE_COLUMNS} FROM stream WHERE stream = ANY(%s)"
_LOCK = f"SELECT {_STATE_COLUMNS} FROM stream WHERE stream = %s FOR UPDATE"
_MAKE = """
    INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES (%s, 0, %s, '', 0, 0, '')
    ON CONFLICT (stream) DO NOTHING"""
_MOVE_HEAD = "UPDATE stream SET head = %s, chain = %s WHERE stream = %s"
_RECORDS = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = %s AND id = ANY(string_to_array(%s, E'\\x1f'))"
_APPLIED = "SELECT change_id, content, id FROM revision WHERE stream = %s AND change_id = ANY(string_to_array(%s, E'\\x1f'))"
_UPSERT = f"ON CONFLICT (stream, id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in StoredRecord._fields[2:])}"
_PUT_RECORD = f"INSERT INTO record ({_RECORD_COLUMNS}) VALUES ({', '.join(['%s'] * len(StoredRecord._fields))}) {_UPSERT}"
_ADD_REVISION = f"INSERT INTO revision ({_REVISION_COLUMNS}) VALUES ({', '.join(['%s'] * len(StoredRevision._fields))})"
_TAKE_REVISIONS = f"INSERT INTO revision ({_REVISION_COLUMNS}) SELECT {_REVISION_COLUMNS} FROM pg_temp.{{arriving}}"
_TAKE_RECORDS = f"INSERT INTO record ({_RECORD_COLUMNS}) SELECT {_RECORD_COLUMNS} FROM pg_temp.{{arriving}} {_UPSERT}"
_BOOKS = """
    SELECT n.stream, n.book, n.year, max(n.last), max(n.used), max(n.floor), max(n.restores) FROM (
        SELECT stream, book, year, last, 0 AS used, 0 AS floor, -1 AS restores FROM number_book WHERE stream = %(stream)s
        UNION ALL SELECT stream, book, year, 0, max(number), 0, -1 FROM number_used WHERE stream = %(stream)s GROUP BY stream, book, year
        UNION ALL SELECT stream, book, year, 0, 0, floor, restores FROM number_floor WHERE stream = %(stream)s
    ) n GROUP BY n.stream, n.book, n.year ORDER BY n.book, n.year"""
_FEW = 24
"""Rows that are sent as statements in one pipeline; more go by COPY into a temporary table, which costs 0.5 ms once (measured)."""
_FEWEST_AT_ONCE, _MOST_AT_ONCE = 64, 4096
_BATCH_BYTES = 1 << 20
"""A batch of records this large is not doubled for the next: rows may be small or of 1 MB."""
_END = (1 << 63) - 1
_COPY_TYPES = {"version": "int8", "seq": "int8", "group_end": "int8", "schema": "int8", "deleted": "int2"} | dict.fromkeys(
    ("fields", "origin", "set_fields", "unset_names", "merge"), "bytea"
)
"""Types of columns for a binary COPY; the others are text."""

Row = TypeVar("Row")


def _state(row: Sequence[Any]) -> StreamState:
    stream, head, chain, name, durable, closed, successor, restored = row
    return StreamState(stream, head, chain, name, durable, is_closed=bool(closed), successor=successor, restored=restored)


def _of_areas(alias: str, areas: Collection[str] | None) -> tuple[str, tuple[list[str], ...]]:
    """The condition that the record of a row belongs to one of the areas, and what is bound in it; nothing for all areas."""
    if areas is None:
        return "", ()
    return (
        f" AND EXISTS (SELECT 1 FROM record a WHERE a.stream = {alias}.stream AND a.id = {alias}.id AND a.area = ANY(%s))",
        (list(areas),),
    )


def _joined(names: Collection[str]) -> str:
    """Ids as one text, which is sent three times faster than a list; one that no statement can hold is of no record."""
    return "\x1f".join(name for name in names if "\0" not in name and "\x1f" not in name)


class PostgresReader(Reader):
    """A view through one connection inside a transaction; the settings of the transaction say which streams there are."""

    def __init__(self, connection: Connection) -> None:
        """The transaction is begun and ended by the store."""
        self._connection = connection
        self._cursors = count()

    def states(self, streams: Collection[str]) -> dict[str, StreamState]:
        return {row[0]: _state(row) for row in self._connection.execute(_STATES, (list(streams),))}

    def stream_names(self) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT stream FROM stream ORDER BY stream")]

    def chain_at(self, stream: str, seq: int) -> str | None:
        row = self._connection.execute("SELECT chain FROM revision WHERE stream = %s AND seq = %s", (stream, seq)).fetchone()
        return row[0] if row else None

    def chains(self, stream: str, *, after: int, until: int) -> Iterator[str]:
        statement = "SELECT chain FROM revision WHERE stream = %s AND seq > %s AND seq <= %s ORDER BY seq"
        return (chain for (chain,) in self._streamed(statement, (stream, after, until)))

    def records(self, stream: str, ids: Collection[str]) -> dict[str, StoredRecord]:
        found = self._connection.execute(_RECORDS, (stream, _joined(ids)), binary=True)
        return {row[1]: StoredRecord._make(row) for row in found}

    def where(self, stream: str, record_type: str, wanted: Mapping[str, Json]) -> list[StoredRecord]:
        # The partial index of the fiscal years serves only a statement that names their type.
        is_year = record_type == "fiscal_year"
        of_type = "type = 'fiscal_year'" if is_year else "type = %s"
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = %s AND {of_type} AND deleted = 0"
        bound: list[Any] = [stream] if is_year else [stream, record_type]
        if wanted:
            statement += " AND convert_from(fields, 'UTF8')::jsonb @> %s::jsonb"
            bound.append(msgspec.json.encode(wanted).decode())
        return [StoredRecord._make(row) for row in self._connection.execute(f"{statement} ORDER BY seq".encode(), bound, binary=True)]

    def page(
        self, stream: str, *, after: int, until: int | None, areas: Collection[str] | None, limit: int | None
    ) -> Iterator[StoredRecord]:
        statement = f"SELECT {_RECORD_COLUMNS} FROM record WHERE stream = %s AND seq > %s AND seq <= %s"
        last = _END if until is None else until
        bound: list[Any] = []
        if areas is not None:
            statement += " AND area = ANY(%s)"
            bound.append(list(areas))
        statement += " ORDER BY seq LIMIT %s"

        def fetch(previous: StoredRecord | None, size: int) -> list[StoredRecord]:
            values = (stream, previous.seq if previous else after, last, *bound, size)
            return [StoredRecord._make(row) for row in self._connection.execute(statement.encode(), values, binary=True)]

        return _batches(fetch, lambda row: len(row.fields), limit)

    def revisions(self, stream: str, record_id: str, *, before: int | None, limit: int) -> list[StoredRevision]:
        statement = (
            f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = %s AND id = %s AND version < %s ORDER BY version DESC LIMIT %s"
        )
        bound = (stream, _joined([record_id]), _END if before is None else before, limit)
        return [StoredRevision._make(row) for row in self._connection.execute(statement, bound, binary=True)]

    def revisions_in_order(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = %s AND seq > %s ORDER BY seq LIMIT %s"

        def fetch(previous: StoredRevision | None, size: int) -> list[StoredRevision]:
            bound = (stream, previous.seq if previous else 0, size)
            return [StoredRevision._make(row) for row in self._connection.execute(statement, bound, binary=True)]

        return _batches(fetch, lambda row: len(row.set_fields), None)

    def revisions_by_record(self, stream: str) -> Iterator[StoredRevision]:
        statement = f"""
            SELECT {_REVISION_COLUMNS} FROM revision WHERE stream = %s AND (id, version) > (%s, %s)
            ORDER BY id, version LIMIT %s"""

        def fetch(previous: StoredRevision | None, size: int) -> list[StoredRevision]:
            bound = (stream, previous.id if previous else "", previous.version if previous else 0, size)
            return [StoredRevision._make(row) for row in self._connection.execute(statement, bound, binary=True)]

        return _batches(fetch, lambda row: len(row.set_fields), None)

    def lineage(self, stream: str, *, after: int, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        seen, bound = _of_areas("v", areas)
        statement = f"SELECT v.type, v.id, v.hash FROM revision v WHERE v.stream = %s AND v.seq > %s{seen} ORDER BY v.id, v.version"
        return self._streamed(statement, (stream, after, *bound))

    def standing_at(self, stream: str, seq: int, *, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        seen, bound = _of_areas("v", areas)
        # What was not written since stands in `record`; only what was is looked up in the history.
        statement = f"""
            SELECT v.type, v.id, v.hash FROM record v WHERE v.stream = %s AND v.seq <= %s{seen}
            UNION ALL
            SELECT v.type, v.id, v.hash FROM record r JOIN revision v ON v.stream = r.stream AND v.id = r.id AND v.version = (
                SELECT max(w.version) FROM revision w WHERE w.stream = r.stream AND w.id = r.id AND w.seq <= %s)
            WHERE r.stream = %s AND r.seq > %s{seen}"""
        return self._streamed(statement, (stream, seq, *bound, seq, stream, seq, *bound))

    def _streamed(self, statement: str, bound: Sequence[Any]) -> Iterator[Any]:
        """The rows of one statement, a few thousand in memory at a time."""
        with self._connection.cursor(name=f"rows_{next(self._cursors)}") as cursor:
            cursor.itersize = _MOST_AT_ONCE
            yield from cursor.execute(statement.encode(), bound)

    def last_number(self, stream: str, book: str, year: int) -> int:
        statement = "SELECT last FROM number_book WHERE stream = %s AND book = %s AND year = %s"
        row = self._connection.execute(statement, (stream, book, year)).fetchone()
        return int(row[0]) if row else 0

    def number_floor(self, stream: str, book: str, year: int) -> tuple[int, int] | None:
        statement = "SELECT floor, restores FROM number_floor WHERE stream = %s AND book = %s AND year = %s"
        row = self._connection.execute(statement, (stream, book, year)).fetchone()
        return (int(row[0]), int(row[1])) if row else None

    def number_books(self, stream: str) -> list[NumberBook]:
        return [NumberBook(*row) for row in self._connection.execute(_BOOKS, {"stream": stream})]

    def number_user(self, stream: str, book: str, year: int, number: int) -> str | None:
        statement = "SELECT id FROM number_used WHERE stream = %s AND book = %s AND year = %s AND number = %s"
        row = self._connection.execute(statement, (stream, book, year, number)).fetchone()
        return row[0] if row else None

    def file_areas(self, stream: str, sha256: str) -> frozenset[str]:
        rows = self._connection.execute("SELECT area FROM file_name WHERE stream = %s AND sha256 = %s", (stream, sha256))
        return frozenset(area for (area,) in rows)

    def named_files(self, stream: str, areas: Collection[str] | None) -> list[str]:
        statement = "SELECT DISTINCT sha256 FROM file_name WHERE stream = %s"
        bound: list[Any] = [stream]
        if areas is not None:
            statement += " AND area = ANY(%s)"
            bound.append(list(areas))
        return [sha256 for (sha256,) in self._connection.execute(f"{statement} ORDER BY sha256".encode(), bound)]

    def stored_file(self, stream: str, sha256: str) -> StoredFile | None:
        statement = "SELECT size, areas FROM stored_file WHERE stream = %s AND sha256 = %s"
        row = self._connection.execute(statement, (stream, sha256)).fetchone()
        return StoredFile(stream, sha256, row[0], tuple(msgspec.json.decode(row[1]))) if row else None

    def file_bytes(self, stream: str) -> int:
        row = self._connection.execute("SELECT coalesce(sum(size), 0) FROM stored_file WHERE stream = %s", (stream,)).fetchone()
        return int(row[0]) if row else 0


def _batches(fetch: Callable[[Row | None, int], list[Row]], size_of: Callable[[Row], int], limit: int | None) -> Iterator[Row]:
    """The rows one by one, fetched in batches that each go on after the last row of the one before: no batch is kept, none waits open."""
    size, left, previous = _FEWEST_AT_ONCE, limit, None
    while left is None or left > 0:
        asked = size if left is None else min(size, left)
        rows = fetch(previous, asked)
        yield from rows
        if len(rows) < asked:
            return
        previous = rows[-1]
        left = None if left is None else left - len(rows)
        weight = sum(map(size_of, rows))
        size = min(size * 4, _MOST_AT_ONCE) if weight * 4 <= _BATCH_BYTES else max(1, size * _BATCH_BYTES // (weight + 1))


class PostgresWriter(PostgresReader, Writer):
    """A view of one stream, whose row is locked."""

    def __init__(self, connection: Connection, stream: str, *, schema: int) -> None:
        """Takes the lock. `schema`: number of the newest migration, in the names of temporary tables, which a pooler may keep."""
        super().__init__(connection)
        self._stream = stream
        self._schema = schema
        row = connection.execute(_LOCK, (stream,)).fetchone()
        self.is_made_for_nothing = row is None
        """Whether the stream's row was made for the lock alone, so that the transaction is to be taken back."""
        if row is None:
            # Two writers may come to a new stream at once: the second waits here for the first.
            connection.execute(_MAKE, (stream, FIRST_CHAIN))
            row = connection.execute(_LOCK, (stream,)).fetchone()
        self._state = _state(row) if row else StreamState(stream, 0, FIRST_CHAIN, "", 0, is_closed=False, successor="")

    @property
    def state(self) -> StreamState:
        return self._state

    def applied(self, change_ids: Collection[str]) -> dict[str, AppliedChange]:
        found = self._connection.execute(_APPLIED, (self._stream, _joined(change_ids)))
        return {row[0]: AppliedChange._make(row) for row in found}

    def append(self, records: Sequence[StoredRecord], revisions: Sequence[StoredRevision]) -> None:
        if not revisions:
            return
        if ({row.stream for row in records} | {row.stream for row in revisions}) != {self._stream}:
            raise ValueError(f"the lock is that of {self._stream}")
        first = self._state.head + 1
        if any(revision.seq != first + place for place, revision in enumerate(revisions)):
            raise ValueError(f"the revisions of {self._stream} do not follow seq {self._state.head} without a gap")
        self.is_made_for_nothing = False
        last = revisions[-1]
        if len(revisions) > _FEW:
            self._copy("revision", StoredRevision._fields, revisions, _TAKE_REVISIONS)
            self._copy("record", StoredRecord._fields, records, _TAKE_RECORDS)
            self._connection.execute(_MOVE_HEAD, (last.seq, last.chain, self._stream))
        else:
            with self._connection.pipeline(), self._connection.cursor() as cursor:
                cursor.executemany(_ADD_REVISION, revisions)
                cursor.executemany(_PUT_RECORD, records)
                cursor.execute(_MOVE_HEAD, (last.seq, last.chain, self._stream))
        self._state = replace(self._state, head=last.seq, chain=last.chain)

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], take: str) -> None:
        """Sends rows by COPY into a temporary table and from there; a table whose rows are guarded takes no COPY itself."""
        arriving = f"arriving_{table}_{self._schema}"
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS pg_temp.{arriving} (LIKE {table}) ON COMMIT DELETE ROWS".encode())
            with cursor.copy(f"COPY pg_temp.{arriving} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.set_types([_COPY_TYPES.get(name, "text") for name in columns])
                for row in rows:
                    copy.write_row(row)
            cursor.execute(take.format(arriving=arriving).encode())

    def set_last_number(self, stream: str, book: str, year: int, last: int) -> None:
        statement = """
            INSERT INTO number_book (stream, book, year, last) VALUES (%s, %s, %s, %s)
            ON CONFLICT (stream, book, year) DO UPDATE SET last = excluded.last"""
        self._write(statement, stream, book, year, last)

    def set_number_floor(self, stream: str, book: str, year: int, floor: int, restores: int) -> None:
        statement = """
            INSERT INTO number_floor (stream, book, year, floor, restores) VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (stream, book, year) DO UPDATE SET floor = excluded.floor, restores = excluded.restores"""
        self._write(statement, stream, book, year, floor, restores)

    def use_number(self, stream: str, book: str, year: int, number: int, record_id: str) -> None:
        statement = "INSERT INTO number_used (stream, book, year, number, id) VALUES (%s, %s, %s, %s, %s)"
        self._write(statement, stream, book, year, number, record_id)

    def put_file_names(self, stream: str, record_id: str, area: str, hashes: Collection[str]) -> None:
        self._write("DELETE FROM file_name WHERE stream = %s AND id = %s", stream, record_id)
        for sha256 in sorted(set(hashes)):
            self._write("INSERT INTO file_name (stream, sha256, id, area) VALUES (%s, %s, %s, %s)", stream, sha256, record_id, area)

    def put_stored_file(self, stored: StoredFile) -> None:
        statement = """
            INSERT INTO stored_file (stream, sha256, size, areas) VALUES (%s, %s, %s, %s)
            ON CONFLICT (stream, sha256) DO UPDATE SET size = excluded.size, areas = excluded.areas"""
        self._write(statement, stored.stream, stored.sha256, stored.size, msgspec.json.encode(sorted(stored.areas)).decode())

    def _write(self, statement: str, stream: str, *values: str | int) -> None:
        if stream != self._stream:
            raise ValueError(f"the lock is that of {self._stream}, not of {stream}")
        self.is_made_for_nothing = False
        self._connection.execute(statement.encode(), (stream, *values))
