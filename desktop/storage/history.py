"""Versions of records known on this desk, and the local edits that were dropped: nothing vanishes without a trace (law 5).

Former versions come in two forms: whole (a snapshot that a newer one superseded here) and as what changed (an answer of the history call).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from desktop.storage.connection import Connection
from records.changes import Change, Origin, Snapshot
from records.kinds import Json
from records.protocol import Revision
from records.stored import stored_bytes

Reason = Literal["deleted", "withdrawn", "undone", "theirs", "refused", "lost"]
"""Why a pending change was dropped: the record was deleted, it was taken back or undone here, the server's version won, it was refused.

`lost` is no pending change: a version that the server had acknowledged and lost, kept where this desk does not offer it again."""
KEPT_FOR_PEOPLE = 20
"""So many former versions of a record stay readable without a line, also those the server keeps safely."""

_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_REVISION = msgspec.json.Decoder(Revision)
_CHANGE = msgspec.json.Decoder(Change)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a record's history."""

    version: int | None
    """None for an edit that never reached the server."""
    hash: str
    changed_by: str
    device: str
    """Device id; empty for this desk's own dropped edits."""
    changed_at: str
    set: Mapping[str, Json]
    """Values the version gave; all its values where the version before is not known here."""
    unset: tuple[str, ...]
    deleted: bool
    before: Mapping[str, Json] | None
    """Values before, of the fields in set and unset; None where the version before is not known here."""
    discarded: Reason | None = None
    """Why it was dropped; None for a version of the server."""
    change_id: str = ""
    origin: Origin | None = None
    """Where it first came from, when it was offered again after a server lost it; then changed_by is who offered."""


@dataclass(frozen=True, slots=True)
class Discard:
    """A pending change that was dropped."""

    change: Change
    reason: Reason
    discarded_at: str
    """RFC 3339 UTC."""


def supersede(connection: Connection, snapshots: Sequence[Snapshot]) -> None:
    """Keeps versions that newer ones are about to replace."""
    connection.executemany(
        "INSERT OR IGNORE INTO revision (stream, type, id, version, hash, seq, is_whole, content) VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
        [(s.stream, s.type, s.id, s.version, s.hash, s.seq, msgspec.json.encode(s).decode()) for s in snapshots],
    )


def remember(connection: Connection, stream: str, record_type: str, record_id: str, revisions: Sequence[Revision]) -> None:
    """Keeps what the server's history call answered."""
    connection.executemany(
        "INSERT OR REPLACE INTO revision (stream, type, id, version, hash, seq, is_whole, content) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        [(stream, record_type, record_id, r.version, r.hash, r.seq, msgspec.json.encode(r).decode()) for r in revisions],
    )


def discard(connection: Connection, change: Change, reason: Reason, at: str) -> None:
    """Notes a pending change that is dropped; `at` is RFC 3339 UTC."""
    connection.execute(
        "INSERT INTO discard (stream, type, id, change, reason, discarded_at) VALUES (?, ?, ?, ?, ?, ?)",
        (change.stream, change.type, change.id, msgspec.json.encode(change).decode(), reason, at),
    )


def deleted_unsent(connection: Connection, limit: int) -> list[Discard]:
    """Records that were made and deleted before they were sent, and are not back, newest first: of each what it held last."""
    sql = "SELECT change, reason, discarded_at FROM discard WHERE reason = 'deleted' ORDER BY position DESC"
    found: dict[tuple[str, str], Discard] = {}
    for row in connection.execute(sql):
        one = Discard(_CHANGE.decode(row[0]), row[1], row[2])
        change = one.change
        if change.base is not None or not change.set or (change.stream, change.id) in found:
            continue
        table = connection.tables.of(change.type)
        if not connection.value(f"SELECT EXISTS (SELECT 1 FROM {table.name} WHERE _stream = ? AND _id = ?)", change.stream, change.id):
            found[change.stream, change.id] = one
        if len(found) == limit:
            break
    return list(found.values())


def discards(connection: Connection, stream: str, record_type: str, record_id: str) -> list[Discard]:
    """The dropped edits of a record, newest first."""
    sql = "SELECT change, reason, discarded_at FROM discard WHERE stream = ? AND type = ? AND id = ? ORDER BY position DESC"
    return [Discard(_CHANGE.decode(row[0]), row[1], row[2]) for row in connection.execute(sql, (stream, record_type, record_id))]


def keep_only(connection: Connection, key: tuple[str, str, str], hashes: Collection[str]) -> None:
    """Forgets former versions known whole that have none of these hashes: they are no history of what the server has."""
    sql = "DELETE FROM revision WHERE stream = ? AND type = ? AND id = ? AND hash NOT IN (SELECT value FROM json_each(?))"
    connection.execute(sql, (*key, msgspec.json.encode(list(hashes)).decode()))


def prune(connection: Connection, stream: str, durable: int) -> None:
    """Forgets former versions that no restored server can lack: a newer one, known here, is safely backed up, and people have newer ones.

    `durable`: the seq up to which the server has backups.
    """
    for (record_type,) in connection.execute("SELECT DISTINCT type FROM revision WHERE stream = ?", (stream,)).fetchall():
        table = connection.tables.of(record_type)
        connection.execute(
            f"""
            DELETE FROM revision WHERE stream = ? AND type = ? AND is_whole = 1 AND EXISTS (
                SELECT 1 FROM {table.name} r WHERE r._stream = revision.stream AND r._id = revision.id
                AND r._version > revision.version + ? AND r._seq <= ?)
            """,
            (stream, record_type, KEPT_FOR_PEOPLE, durable),
        )


def snapshots(connection: Connection, stream: str, record_type: str, record_id: str) -> list[Snapshot]:
    """The former versions known whole, newest first; the current one is not among them."""
    sql = "SELECT content FROM revision WHERE stream = ? AND type = ? AND id = ? AND is_whole = 1 ORDER BY version DESC, seq DESC"
    return [_SNAPSHOT.decode(row[0]) for row in connection.execute(sql, (stream, record_type, record_id))]


def entries(connection: Connection, current: Snapshot | None, stream: str, record_type: str, record_id: str) -> list[Entry]:
    """The history of a record as known here, newest first: the current version, former ones, then where they belong the dropped edits.

    `current` is `mirror.snapshot_of` the record; None when the server does not have it.
    """
    whole = {s.version: s for s in reversed(snapshots(connection, stream, record_type, record_id))}
    if current is not None:
        whole[current.version] = current
    sql = "SELECT content FROM revision WHERE stream = ? AND type = ? AND id = ? AND is_whole = 0 ORDER BY seq"
    told = {r.version: r for r in (_REVISION.decode(row[0]) for row in connection.execute(sql, (stream, record_type, record_id)))}
    found: list[Entry] = []
    fields: dict[str, Json] | None = {}
    last = 0
    for version in sorted({*whole, *told}):
        if version != last + 1:
            fields = None
        snapshot, revision = whole.get(version), told.get(version)
        entry = _told(revision, fields) if revision is not None else _seen(whole[version], fields)
        found.append(entry)
        if snapshot is not None:
            fields = dict(snapshot.fields)
        elif fields is not None:
            fields = {**{name: value for name, value in fields.items() if name not in entry.unset}, **entry.set}
        last = version
    found += [_dropped(one) for one in reversed(discards(connection, stream, record_type, record_id))]
    # Server versions keep their order by number; a dropped edit stands where its time says, for people only.
    versions = [entry for entry in found if entry.discarded is None]
    for entry in (entry for entry in found if entry.discarded is not None):
        place = next((i for i, other in enumerate(versions) if other.changed_at > entry.changed_at), len(versions))
        versions.insert(place, entry)
    return versions[::-1]


def _told(revision: Revision, fields: Mapping[str, Json] | None) -> Entry:
    return Entry(
        version=revision.version,
        hash=revision.hash,
        changed_by=revision.changed_by,
        device=revision.device,
        changed_at=revision.changed_at,
        set=revision.set,
        unset=revision.unset,
        deleted=revision.deleted,
        before=_before(fields, revision.set, revision.unset),
        origin=_origin(revision.origin),
    )


def _seen(snapshot: Snapshot, fields: Mapping[str, Json] | None) -> Entry:
    known = fields or {}
    values = {n: v for n, v in snapshot.fields.items() if n not in known or stored_bytes({n: known[n]}) != stored_bytes({n: v})}
    unset = tuple(sorted(name for name in known if name not in snapshot.fields))
    return Entry(
        version=snapshot.version,
        hash=snapshot.hash,
        changed_by=snapshot.changed_by,
        device=snapshot.device,
        changed_at=snapshot.changed_at,
        set=values,
        unset=unset,
        deleted=snapshot.deleted,
        before=_before(fields, values, unset),
        change_id=snapshot.change_id,
        origin=snapshot.origin,
    )


def _origin(told: Json) -> Origin | None:
    """What the history call says of it; None for nothing, or for what cannot be read."""
    try:
        return msgspec.convert(told, Origin) if told is not None else None
    except msgspec.ValidationError:
        return None


def _before(fields: Mapping[str, Json] | None, values: Mapping[str, Json], unset: Sequence[str]) -> dict[str, Json] | None:
    return None if fields is None else {name: fields[name] for name in (*values, *unset) if name in fields}


def _dropped(one: Discard) -> Entry:
    return Entry(
        version=None,
        hash="",
        changed_by=one.change.made_by,
        device="",
        changed_at=one.discarded_at,
        set=one.change.set,
        unset=one.change.unset,
        deleted=one.change.op == "delete",
        before=None,
        discarded=one.reason,
        change_id=one.change.change_id,
    )
