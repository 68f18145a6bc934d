"""Rows of record tables: reading and writing them, whatever their type. Knows nothing of why a row changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from desktop.storage import search
from desktop.storage.connection import Connection
from desktop.storage.schema import Table, quoted
from records.changes import Change, Snapshot
from records.kinds import Json

Key = tuple[str, str, str]
"""Stream, type and id of a record."""
Values = tuple[Any, ...]
"""A row as it is stored, read with `Table.select`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a screen shows it: the last server snapshot with the pending changes on top."""

    stream: str
    type: str
    id: str
    version: int
    """Of the last server snapshot; 0 when the server does not have the record yet."""
    waiting: bool
    """Whether it has changes that the server has not taken."""
    deleted: bool
    fields: dict[str, Json]
    """Wire fields exactly as stored; treat as read-only."""
    changed_at: str
    changed_by: str
    device: str
    """Device id; empty for a change of this desk that waits."""
    refused: str = ""
    """Why the server refused the waiting change, in its words; empty when it did not."""

    def as_json(self) -> dict[str, Json]:
        """The shape the command line prints."""
        return {
            "stream": self.stream,
            "type": self.type,
            "id": self.id,
            "version": self.version,
            "waiting": self.waiting,
            "deleted": self.deleted,
            "fields": self.fields,
        }


def row_of(table: Table, values: tuple[Any, ...]) -> Row:
    """The Row of values read with `table.select`."""
    return Row(
        stream=values[0],
        type=table.spec.type if table.spec else values[-1],
        id=values[1],
        version=values[2],
        waiting=bool(values[12]),
        deleted=bool(values[5]),
        fields=table.fields(values),
        changed_at=values[7],
        changed_by=values[8],
        device=values[9],
        refused=values[13],
    )


def values_of(connection: Connection, stream: str | None, record_type: str, record_id: str) -> tuple[Any, ...] | None:
    """The raw values of one row; the first found when no stream is named."""
    table = connection.tables.of(record_type)
    streams = [(stream,)] if stream is not None else _streams(connection, table)
    values: tuple[Any, ...] | None = None
    for (name,) in streams:
        values = connection.execute(f"{table.select} WHERE _stream = ? AND _id = ?", (name, record_id)).fetchone()
        if values is not None:
            break
    if values is None or (table.spec is None and values[-1] != record_type):
        return None
    return values


def read(connection: Connection, stream: str | None, record_type: str, record_id: str) -> Row | None:
    """One row, deleted ones included; None when there is no such record here."""
    values = values_of(connection, stream, record_type, record_id)
    return row_of(connection.tables.of(record_type), values) if values is not None else None


def read_many(connection: Connection, record_type: str, ids: Sequence[str]) -> list[Row]:
    """The rows of these ids, in their order; ids without a row are left out."""
    table = connection.tables.of(record_type)
    found = {row.id: row for row in (row_of(table, values) for values in _values_by_id(connection, table, ids))}
    return [found[record_id] for record_id in ids if record_id in found and found[record_id].type == record_type]


def _values_by_id(connection: Connection, table: Table, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    # Ids are unique across streams; asking stream by stream uses the primary key.
    for (stream,) in _streams(connection, table):
        yield from values_in_stream(connection, table, stream, ids)


def _streams(connection: Connection, table: Table) -> list[tuple[str]]:
    # A loose scan: one step of the primary key per stream, not one per row.
    streams: list[tuple[str]] = connection.execute(
        f"WITH RECURSIVE s(n) AS (SELECT min(_stream) FROM {table.name} UNION ALL "
        f"SELECT (SELECT min(_stream) FROM {table.name} WHERE _stream > n) FROM s WHERE n IS NOT NULL) "
        "SELECT n FROM s WHERE n IS NOT NULL"
    ).fetchall()
    return streams


def values_in_stream(connection: Connection, table: Table, stream: str, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The raw values of these ids inside one stream, in no order."""
    yield from connection.execute(
        f"{table.select} WHERE _stream = ? AND _id IN (SELECT value FROM json_each(?))", (stream, msgspec.json.encode(ids).decode())
    )


def known(connection: Connection, stream: str, records: Sequence[tuple[str, str, object]]) -> bool:
    """Whether any of these records, (type, id, ...) each, has a row in the stream, deleted ones included."""
    by_type: dict[str, list[str]] = {}
    for record_type, record_id, _ in records:
        by_type.setdefault(record_type, []).append(record_id)
    return any(
        connection.value(
            f"SELECT EXISTS (SELECT 1 FROM {connection.tables.of(record_type).name} "
            "WHERE _stream = ? AND _id IN (SELECT value FROM json_each(?)))",
            stream,
            msgspec.json.encode(ids).decode(),
        )
        for record_type, ids in by_type.items()
    )


def alive(connection: Connection, stream: str, record_type: str, ids: Sequence[str]) -> set[str]:
    """Those of these records that are here and not deleted."""
    table = connection.tables.of(record_type)
    return {
        row.id
        for row in (row_of(table, v) for v in values_in_stream(connection, table, stream, ids))
        if row.type == record_type and not row.deleted
    }


def alive_count(connection: Connection, stream: str, record_type: str) -> int:
    """How many records of a type are here and not deleted."""
    table = connection.tables.of(record_type)
    of_type = ("", ()) if table.spec else (" AND _type = ?", (record_type,))
    return int(connection.value(f"SELECT count(*) FROM {table.name} WHERE _stream = ? AND _deleted = 0{of_type[0]}", stream, *of_type[1]))


def here(connection: Connection, table: Table, stream: str, ids: Sequence[str]) -> dict[str, Values]:
    """The raw values of those of these ids that have a row in the stream, by id."""
    if not connection.value(f"SELECT EXISTS (SELECT 1 FROM {table.name} WHERE _stream = ?)", stream):
        return {}
    return {values[1]: values for values in values_in_stream(connection, table, stream, ids)}


def write(connection: Connection, snapshots: Sequence[Snapshot], *, waiting: bool = False, refused: str = "") -> None:
    """Writes rows that show these snapshots, in bulk, with their search entries."""
    by_table: dict[tuple[str, str], list[Snapshot]] = {}
    for snapshot in snapshots:
        by_table.setdefault((snapshot.stream, snapshot.type), []).append(snapshot)
    for (stream, record_type), of_type in by_table.items():
        table = connection.tables.of(record_type)
        before = {values[1]: values for values in values_in_stream(connection, table, stream, [one.id for one in of_type])}
        rewrite(connection, table, of_type, before, waiting=waiting, refused=refused)


def rewrite(
    connection: Connection,
    table: Table,
    snapshots: Sequence[Snapshot],
    before: Mapping[str, Values],
    *,
    waiting: bool = False,
    refused: str = "",
) -> None:
    """Writes rows of one table that show these snapshots over what is there.

    Of a row only the columns that differ are written, which leaves the indexes of all others alone, and its search entry only where one of
    them is looked for.

    Args:
        before: by id, the raw values of those that have a row.
    """
    there = [(before[snapshot.id], snapshot) for snapshot in snapshots if snapshot.id in before]
    found = [snapshot for snapshot in snapshots if snapshot.id not in before]
    if found:
        connection.executemany(table.upsert, table.all_values(found, waiting, refused))
    updates: dict[tuple[str, ...], list[Values]] = {}
    for (_, snapshot), differing in zip(there, table.differences(there, waiting, refused), strict=True):
        if differing:
            updates.setdefault(tuple(differing), []).append((*differing.values(), snapshot.stream, snapshot.id))
        if table.is_found_by(differing):
            found.append(snapshot)
    for names, values in updates.items():
        changes = ", ".join(f"{quoted(name)} = ?" for name in names)
        connection.executemany(f"UPDATE {quoted(table.name)} SET {changes} WHERE _stream = ? AND _id = ?", values)
    connection.changed_types.update(snapshot.type for snapshot in snapshots)
    connection.changed_ids.update(snapshot.id for snapshot in snapshots)
    if table.spec and found:
        search.update(connection, table, found)


def confirm(connection: Connection, table: Table, snapshots: Sequence[Snapshot]) -> int:
    """Makes rows that already show the fields of these snapshots wait no more; returns how many there were.

    Only the envelope is written, no index of a field, no search entry.
    """
    found: int = connection.executemany(table.confirm, [table.confirmation(snapshot) for snapshot in snapshots]).rowcount
    connection.changed_types.update(snapshot.type for snapshot in snapshots)
    connection.changed_ids.update(snapshot.id for snapshot in snapshots)
    return max(found, 0)


class First(NamedTuple):
    """What the server gave the first version of a record that was made here."""

    hash: str
    seq: int
    changed_at: str
    device: str
    stream: str
    id: str

    def snapshot(self, change: Change) -> Snapshot:
        """The version, by the change that made it."""
        return Snapshot(
            stream=self.stream, type=change.type, id=self.id, version=1, hash=self.hash, seq=self.seq, deleted=False, fields=change.set,
            schema=change.schema, changed_at=self.changed_at, changed_by=change.made_by, device=self.device, change_id=change.change_id,
            origin=change.origin,
        )  # fmt: skip


def confirm_made(connection: Connection, table: Table, record_type: str, firsts: Sequence[First]) -> int:
    """The same for rows that one change made, which show all of their first version but what the server gave it."""
    found: int = connection.executemany(table.confirm_made, firsts).rowcount
    connection.changed_types.add(record_type)
    connection.changed_ids.update(one.id for one in firsts)
    return max(found, 0)


def remove(connection: Connection, key: Key) -> None:
    """Removes a row that neither the server nor the outbox knows any more."""
    stream, record_type, record_id = key
    table = connection.tables.of(record_type)
    connection.execute(f"DELETE FROM {table.name} WHERE _stream = ? AND _id = ?", (stream, record_id))
    search.remove(connection, stream, [record_id])
    connection.note(record_type, record_id)
