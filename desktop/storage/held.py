"""The table `mirror`: the last server snapshot of each record that has pending changes, and of no other."""

from collections.abc import Sequence

import msgspec

from desktop.storage import rows
from desktop.storage.connection import Connection
from desktop.storage.rows import Key
from records.changes import Snapshot

_DECODER = msgspec.json.Decoder(Snapshot)

_UPSERT = """
    INSERT INTO mirror (stream, type, id, snapshot) VALUES (?, ?, ?, ?)
    ON CONFLICT (stream, type, id) DO UPDATE SET snapshot = excluded.snapshot
"""


def snapshot_of(connection: Connection, stream: str, record_type: str, record_id: str) -> Snapshot | None:
    """The last snapshot of a record the server sent; None when the server is not known to have it."""
    kept = held(connection, (stream, record_type, record_id))
    if kept is not None:
        return kept
    values = rows.values_of(connection, stream, record_type, record_id)
    # A row that waits without an entry in the mirror was made here.
    return None if values is None or values[12] else connection.tables.of(record_type).snapshot(values)


def snapshots_of(connection: Connection, stream: str, record_type: str, ids: Sequence[str]) -> dict[str, Snapshot]:
    """The last snapshots of these records, by id, as their values stand here; those the server is not known to have are left out."""
    table = connection.tables.of(record_type)
    found: dict[str, Snapshot] = {}
    for values in rows.values_in_stream(connection, table, stream, ids):
        kept = held(connection, (stream, record_type, values[1])) if values[12] else table.snapshot(values)
        if kept is not None and kept.type == record_type:
            found[kept.id] = kept
    return found


def hold(connection: Connection, stream: str, record_type: str, record_id: str) -> None:
    """Keeps the snapshot of a record that is about to get its first pending change; without effect when it has some already."""
    values = rows.values_of(connection, stream, record_type, record_id)
    if values is not None and not values[12]:
        keep(connection, connection.tables.of(record_type).snapshot(values))


def held(connection: Connection, key: Key) -> Snapshot | None:
    """The snapshot in the mirror; None when the record has no pending changes or was made here."""
    text = connection.value("SELECT snapshot FROM mirror WHERE stream = ? AND type = ? AND id = ?", *key)
    return None if text is None else _DECODER.decode(text)


def release(connection: Connection, stream: str, record_type: str, ids: Sequence[str]) -> list[Snapshot]:
    """Takes the snapshots of these records out of the mirror and returns them; those it does not have are left out."""
    where = "WHERE stream = ? AND type = ? AND id IN (SELECT value FROM json_each(?))"
    named = (stream, record_type, msgspec.json.encode(ids).decode())
    found = [_DECODER.decode(row[0]) for row in connection.execute(f"SELECT snapshot FROM mirror {where}", named)]
    if found:
        connection.execute(f"DELETE FROM mirror {where}", named)
    return found


def keep(connection: Connection, snapshot: Snapshot) -> None:
    """Puts a snapshot in the mirror."""
    text = msgspec.json.encode(snapshot).decode()
    connection.execute(_UPSERT, (snapshot.stream, snapshot.type, snapshot.id, text))


def drop(connection: Connection, key: Key) -> None:
    """Takes the snapshot of a record out of the mirror."""
    connection.execute("DELETE FROM mirror WHERE stream = ? AND type = ? AND id = ?", key)
