"""Observations: the server's snapshots of records, and the one way a row comes to show something (law 1).

no pending changes   the row itself is the snapshot; the mirror has no entry
pending changes      the mirror has the snapshot, the row shows project(snapshot, pending)
"""

from collections.abc import Mapping, Sequence

from desktop.storage import history, outbox, rows
from desktop.storage.connection import Connection
from desktop.storage.held import drop, held, keep, release, snapshot_of
from desktop.storage.outbox import Queued
from desktop.storage.rows import First, Key, Row
from desktop.storage.schema import Table
from records.changes import Change, Snapshot
from records.made import version_made
from records.merge import Projected, project
from records.protocol import Made, Problem
from records.stored import stored_bytes

_SURE = frozenset((str, int))
"""Types of which equal values are written alike."""

__all__ = ["observe", "refusal", "reproject", "shown_snapshot", "snapshot_of"]


def observe(connection: Connection, snapshots: Sequence[Snapshot]) -> None:
    """Takes in snapshots of the server; the caller knows that they are what the server holds now.

    Records without pending changes become the snapshot, in bulk. Those with pending changes keep it in the mirror and are projected again:
    what the changes mean on a new base is the engine's matter. A former version goes to the history.
    """
    latest: dict[Key, Snapshot] = {(s.stream, s.type, s.id): s for s in snapshots}
    groups: dict[tuple[str, str], dict[str, Snapshot]] = {}
    for (stream, record_type, record_id), snapshot in latest.items():
        groups.setdefault((stream, record_type), {})[record_id] = snapshot
    for (stream, record_type), of_type in groups.items():
        table = connection.tables.of(record_type)
        pending = outbox.ids_with_pending(connection, stream, record_type, list(of_type))
        quiet = {record_id: snapshot for record_id, snapshot in of_type.items() if record_id not in pending}
        before = rows.here(connection, table, stream, list(quiet))
        same = _supersede(connection, table, stream, before, quiet)
        rows.rewrite(connection, table, [snapshot for record_id, snapshot in quiet.items() if record_id not in same], before)
        for record_id in pending:
            former = held(connection, (stream, record_type, record_id))
            if former is not None and (former.version, former.hash) != (of_type[record_id].version, of_type[record_id].hash):
                history.supersede(connection, [former])
            keep(connection, of_type[record_id])
            reproject(connection, stream, record_type, record_id)


def confirm_made(connection: Connection, made: Sequence[tuple[Queued, First]]) -> bool:
    """Takes in the first versions of records made here, whose only change was taken out of the outbox: the rows show them already (law 1),
    so nothing of them but the envelope is read or written. False when a row is not there: then the caller must `observe` them."""
    by_type: dict[str, list[First]] = {}
    for change, first in made:
        by_type.setdefault(change.type, []).append(first)
    tables = connection.tables
    return all(rows.confirm_made(connection, tables.of(kind), kind, firsts) == len(firsts) for kind, firsts in by_type.items())


def confirm_edited(connection: Connection, made: Sequence[tuple[Change, Made]], device: str) -> bool:
    """Takes in what changes that put fields made of records the server knew, the only change of each taken out of the outbox just now: the
    rows show it already (law 1). False when a change did not make what the server says: then nothing of the transaction may stay."""
    by_type: dict[tuple[str, str], dict[str, tuple[Change, Made]]] = {}
    for change, gave in made:
        by_type.setdefault((change.stream, change.type), {})[change.id] = (change, gave)
    for (stream, record_type), of_type in by_type.items():
        former = {before.id: before for before in release(connection, stream, record_type, list(of_type))}
        found = [version_made(former.get(record_id), change, gave, device) for record_id, (change, gave) in of_type.items()]
        snapshots = [snapshot for snapshot in found if snapshot is not None]
        if len(snapshots) != len(found):
            return False
        history.supersede(connection, list(former.values()))
        if rows.confirm(connection, connection.tables.of(record_type), snapshots) != len(snapshots):
            observe(connection, snapshots)
    return True


def _supersede(
    connection: Connection, table: Table, stream: str, before: Mapping[str, rows.Values], arriving: Mapping[str, Snapshot]
) -> set[str]:
    """Sends the former versions of these records to the history; returns the ids whose row need not be written any more.

    `before`: by id, the rows of those that have one.
    """
    done: set[str] = set()
    former: list[Snapshot] = []
    left_over: dict[str, list[str]] = {}
    confirmed: list[Snapshot] = []
    for record_id, values in before.items():
        snapshot = arriving[record_id]
        stored = table.snapshot(values)
        if values[12]:
            # The changes of this row were just taken out of the outbox: what it showed was never a version; the mirror has the former one.
            left_over.setdefault(snapshot.type, []).append(snapshot.id)
            if _shows(stored, snapshot):
                confirmed.append(snapshot)
            continue
        if stored == snapshot:
            done.add(stored.id)
        elif (stored.version, stored.hash) != (snapshot.version, snapshot.hash):
            former.append(stored)
    for record_type, ids in left_over.items():
        for kept in release(connection, stream, record_type, ids):
            if (kept.version, kept.hash) != (arriving[kept.id].version, arriving[kept.id].hash):
                former.append(kept)
    history.supersede(connection, former)
    rows.confirm(connection, table, confirmed)
    return done.union(snapshot.id for snapshot in confirmed)


def _shows(stored: Snapshot, arriving: Snapshot) -> bool:
    """Whether a row shows the fields of a snapshot already: the usual answer to a push."""
    if stored.type != arriving.type or stored.deleted != arriving.deleted or stored.fields != arriving.fields:
        return False
    if _SURE.issuperset(map(type, stored.fields.values())) and _SURE.issuperset(map(type, arriving.fields.values())):
        return True
    # Python holds 1 and true for equal.
    return stored_bytes(stored.fields) == stored_bytes(arriving.fields)


def reproject(connection: Connection, stream: str, record_type: str, record_id: str) -> Row | None:
    """Makes the row show project(snapshot, pending) and returns it; None when neither the server nor the outbox knows the record.

    To be called in the same transaction after any change to the outbox of a record that is not followed by `observe`.
    """
    key = (stream, record_type, record_id)
    pending = outbox.pending(connection, stream, record_type, record_id)
    observed = held(connection, key)
    if not pending:
        if observed is not None:
            rows.write(connection, [observed])
            drop(connection, key)
        else:
            row = rows.read(connection, *key)
            if row is None or not row.waiting:
                return row
            rows.remove(connection, key)
            return None
    else:
        shown = shown_snapshot(key, observed, pending)
        if shown is None:
            rows.remove(connection, key)
            return None
        rows.write(connection, [shown], waiting=True, refused=refusal(pending))
    return rows.read(connection, *key)


def shown_snapshot(key: Key, observed: Snapshot | None, pending: Sequence[outbox.Pending]) -> Snapshot | None:
    """What the row of a record with pending changes must show: the version is the server's, who and when are the last change's."""
    visible = [entry.change for entry in pending if entry.is_shown]
    projected: Projected | None = project(observed, visible)
    if projected is None:
        return None
    stream, record_type, record_id = key
    last = visible[-1] if visible else None
    return Snapshot(
        stream=stream,
        type=record_type,
        id=record_id,
        version=observed.version if observed else 0,
        hash=observed.hash if observed else "",
        seq=observed.seq if observed else 0,
        deleted=projected.deleted,
        fields=projected.fields,
        schema=max(observed.schema if observed else 0, last.schema if last else 0),
        changed_at=last.made_at if last else observed.changed_at if observed else "",
        changed_by=last.made_by if last else observed.changed_by if observed else "",
        device=observed.device if observed and not last else "",
        change_id=last.change_id if last else observed.change_id if observed else "",
        origin=last.origin if last else observed.origin if observed else None,
    )


def made_by(change: Change) -> Snapshot:
    """What the row of a record shows that one pending change makes and nobody else knows."""
    projected = project(None, [change])
    if projected is None:
        raise ValueError("the change makes no record")
    return Snapshot(
        stream=change.stream, type=change.type, id=change.id, version=0, hash="", seq=0, deleted=False, fields=projected.fields,
        schema=change.schema, changed_at=change.made_at, changed_by=change.made_by, device="", change_id=change.change_id, origin=None,
    )  # fmt: skip


def refusal(pending: Sequence[outbox.Pending]) -> str:
    """The words of the last refusal among these changes; empty when none was refused."""
    problems: list[Problem] = [entry.problem for entry in pending if entry.problem is not None]
    return (problems[-1].detail or problems[-1].title or problems[-1].code) if problems else ""
