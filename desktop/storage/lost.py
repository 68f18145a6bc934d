"""What a desk knows of records whose server lost data, and putting them on an earlier version; functions take a connection in `write()`."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import msgspec

from desktop.storage import held, history, rows
from desktop.storage.connection import Connection
from desktop.storage.rows import Key
from desktop.storage.schema import Table
from records.changes import Snapshot

__all__ = ["Key", "Standing", "everything", "not_among", "stand_on", "standing", "versions"]


class Standing(NamedTuple):
    """One row, without its fields."""

    type: str
    id: str
    hash: str
    """Of the last version observed; empty when none was."""
    seq: int
    is_waiting: bool


def standing(connection: Connection, stream: str, record_type: str, ids: Sequence[str]) -> list[Standing]:
    """Those of these records that have a row."""
    table = connection.tables.of(record_type)
    sql = f"{_columns(table)} WHERE _stream = ? AND _id IN (SELECT value FROM json_each(?))"
    found = connection.execute(sql, (stream, msgspec.json.encode(ids).decode())).fetchall()
    return [one for one in map(_standing(table), found) if one.type == record_type]


def everything(connection: Connection, stream: str) -> Iterator[Standing]:
    """Every row of the stream; rows may be written meanwhile."""
    for table in connection.tables.all():
        yield from map(_standing(table), connection.execute(f"{_columns(table)} WHERE _stream = ?", (stream,)).fetchall())


def not_among(connection: Connection, stream: str, ids: Collection[str]) -> Iterator[Standing]:
    """Every row of the stream but those of these ids."""
    return (one for one in everything(connection, stream) if one.id not in ids)


def _columns(table: Table) -> str:
    named = "_type" if table.spec is None else "''"
    return f"SELECT _id, _hash, _seq, _waiting, {named} FROM {table.name}"


def _standing(table: Table) -> "_Reader":
    return _Reader(table.spec.type if table.spec else "")


class _Reader:
    """Makes a Standing of a row read with `_columns`."""

    __slots__ = ("_type",)

    def __init__(self, record_type: str) -> None:
        self._type = record_type

    def __call__(self, row: tuple[str, str, int, int, str]) -> Standing:
        return Standing(self._type or row[4], row[0], row[1], row[2], bool(row[3]))


def versions(connection: Connection, key: Key) -> list[Snapshot]:
    """Every version of a record that was observed here and is known whole, newest first."""
    current = held.snapshot_of(connection, *key)
    former = history.snapshots(connection, *key)
    return former if current is None else [current, *(one for one in former if one.hash != current.hash)]


def stand_on(connection: Connection, key: Key, base: Snapshot | None, *, is_waiting: bool) -> None:
    """Makes a version the last one observed, whatever was observed after it; None: the server is not known to have the record.

    Args:
        is_waiting: whether changes wait for it, those still to be put in the outbox included: then the row is the caller's to reproject.
    """
    held.drop(connection, key)
    if is_waiting:
        if base is not None:
            held.keep(connection, base)
    elif base is None:
        rows.remove(connection, key)
    else:
        rows.write(connection, [base])
