"""Wishes: the changes the server has not taken yet. Changes nothing shown: call `mirror.reproject` (or `observe`) in the same transaction.

A record has at most one change in flight (frozen: exactly what was sent); what is later is still to be sent:

    edit ─▶ waiting ──freeze──▶ in_flight ──applied──▶ gone (remove + observe)
              ▲ ▲                  │ │
    edit ─────┘ └──────thaw────────┘ └──refused──▶ refused ──retry_at has come: freeze──▶ in_flight

An edit of a record whose change was not sent yet rewrites that change, with a new change id, in its place in the queue. While one is in
flight, or where the two must not become one (`_stays_apart`: another person's, a step of another right), the edit becomes a later change,
whose `base` is None and says nothing: what it builds on is what the changes before it will produce. Whoever settles the first gives the
next a base with `replace`. What may be sent now is chosen by sending.py.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from desktop.storage import history
from desktop.storage.connection import Connection
from desktop.storage.held import hold, snapshot_of
from records.changes import Change, MergeNote, apply_fields
from records.merge import Projected, project
from records.protocol import Problem
from records.stored import record_hash

State = Literal["waiting", "in_flight", "refused", "set_aside"]

LONGEST_RETRY = timedelta(hours=64)
"""No refused change waits longer than this (the end of `retry.REFUSED_AFTER_H`): a later hour was written by a clock that ran ahead."""

WITH_CHANGES = "outbox JOIN outbox_change USING (position)"
"""The entries with their changes, which are kept apart: they are large and written once, their marks are small and change."""
COLUMNS = "position, state, outbox_change.change, problem, retry_at, act_id, refusals"
QUEUED = "position, change_id, stream, type, id, group_id, CAST(outbox_change.change AS BLOB), is_deletion"
"""The columns of a `Queued`."""
_NO_BASE = b'{"base":null,'
_SET = b',"set":{'
CHANGE = msgspec.json.Decoder(Change)
_PROBLEM = msgspec.json.Decoder(Problem)


@dataclass(frozen=True, slots=True)
class Pending:
    """A change in the outbox."""

    change: Change
    state: State
    """`waiting`: to be sent · `in_flight`: sent, not answered · `refused`: kept, shown, marked · `set_aside`: kept, not shown, not sent."""
    problem: Problem | None
    """Why it was refused last; kept while a retry is in flight."""
    retry_at: datetime | None
    """When a refused change may be sent again; None never by itself."""
    position: int
    """Its place in the queue."""
    act_id: str | None
    """The act that last wrote it; None when no person did."""
    refusals: int = 0
    """How often it was refused."""

    @property
    def is_shown(self) -> bool:
        """Whether the row shows it: a refused delete shows the record again, also while it is tried once more."""
        return self.state != "set_aside" and not (self.change.op == "delete" and self.problem is not None)


class Queued(NamedTuple):
    """A change as it is sent: exactly what is stored, read only where somebody asks for it."""

    position: int
    """Its place in the queue."""
    change_id: str
    stream: str
    type: str
    id: str
    group: str | None
    content: bytes
    """The change as JSON."""
    is_deletion: bool
    """Whether it deletes its record."""

    @property
    def change(self) -> Change:
        """The change, read anew each time."""
        return CHANGE.decode(self.content)

    def makes(self, hash_: str) -> bool:
        """Whether the change makes a record, and the first version of that record, just as it was made, has this hash; False when in doubt.

        Told without reading the change: as it is stored (sorted, `_json`), its fields stand between the last of its plain members and its
        stream, and no text before them holds a quote that is not written as an escape.
        """
        end = b',"stream":"%b","type":"%b","unset":[]}' % (self.stream.encode(), self.type.encode())
        if not self.content.startswith(_NO_BASE) or not self.content.endswith(end):
            return False
        fields = self.content[self.content.find(_SET) + len(_SET) - 1 : -len(end)]
        return record_hash(self.type, self.id, fields, deleted=False, previous="") == hash_


def pending(connection: Connection, stream: str, record_type: str, record_id: str) -> list[Pending]:
    """The changes of a record, oldest first."""
    sql = f"SELECT {COLUMNS} FROM {WITH_CHANGES} WHERE stream = ? AND type = ? AND id = ? ORDER BY position"
    return [pending_of(row) for row in connection.execute(sql, (stream, record_type, record_id))]


def get(connection: Connection, change_id: str) -> Pending | None:
    """The change of that id; None when it is not in the outbox."""
    row = connection.execute(f"SELECT {COLUMNS} FROM {WITH_CHANGES} WHERE change_id = ?", (change_id,)).fetchone()
    return None if row is None else pending_of(row)


def everything(connection: Connection, streams: Collection[str] | None = None) -> list[Pending]:
    """Every change, in the order of the queue."""
    rows = connection.execute(f"SELECT {COLUMNS}, stream FROM {WITH_CHANGES} ORDER BY position")
    return [pending_of(row) for row in rows if streams is None or row[7] in streams]


def next_of_queue(connection: Connection, last: int | None, *, is_backwards: bool = False) -> Pending | None:
    """The change after (or before) a position, the first (or last) for None; None at the end: for files in which not all can be read."""
    beyond, order = ("<", "DESC") if is_backwards else (">", "ASC")
    where = "" if last is None else f"WHERE position {beyond} {int(last)}"
    row = connection.execute(f"SELECT {COLUMNS} FROM {WITH_CHANGES} {where} ORDER BY position {order} LIMIT 1").fetchone()
    return None if row is None else pending_of(row)


def ids_with_pending(connection: Connection, stream: str, record_type: str, ids: Sequence[str]) -> list[str]:
    """Those of the ids that have pending changes."""
    if not connection.value("SELECT EXISTS (SELECT 1 FROM outbox WHERE stream = ? AND type = ?)", stream, record_type):
        return []
    sql = "SELECT DISTINCT id FROM outbox WHERE stream = ? AND type = ? AND id IN (SELECT value FROM json_each(?))"
    return [row[0] for row in connection.execute(sql, (stream, record_type, msgspec.json.encode(ids).decode()))]


def add(connection: Connection, change: Change, act_id: str | None = None) -> Change | None:
    """Puts an edit in the outbox and keeps the snapshot it was made on; joins it with a change of the record that was not sent yet.

    The stored change keeps the base, group, merge note and origin of the one it joins. Fields that came back to what is sent or observed
    already drop out. Returns the change as stored, or None when nothing remains to be sent. Dropped edits go to the history (law 5).
    """
    key = (change.stream, change.type, change.id)
    entries = pending(connection, *key)
    sent = [entry for entry in entries if entry.state == "in_flight"]
    unsent = [entry for entry in entries if entry.state != "in_flight"]
    if not entries:
        hold(connection, *key)
    former = unsent[-1] if unsent else None
    if former is not None and _stays_apart(connection, former.change, change, is_waiting=former.state == "waiting"):
        shown = project(snapshot_of(connection, *key), [entry.change for entry in entries if entry.is_shown])
        later = _left(msgspec.structs.replace(change, base=None), shown)
        if later is not None:
            if former.state != "waiting":
                # Nothing waits behind what is put off for days: an edit of the record lets it be tried once more at once.
                replace(connection, former.change.change_id, former.change)
            _insert(connection, later, "waiting", act_id, None)
        return later
    # A deletion takes the place of everything that was not sent; an edit that of the last. What is offered again stays: it was no wish.
    replaced = [entry for entry in unsent if entry.change.origin is None] if change.op == "delete" else unsent[-1:]
    stands = project(snapshot_of(connection, *key), [e.change for e in entries if e.is_shown and e not in replaced])
    joined = _joined(former, change) if former else change
    if sent:
        joined = msgspec.structs.replace(joined, base=None)
    elif replaced:
        joined = msgspec.structs.replace(joined, base=replaced[0].change.base)
    left = _left(joined, stands)
    for entry in replaced:
        if change.op == "delete" and entry.change.op == "put" and (entry.change.set or entry.change.unset):
            history.discard(connection, entry.change, "deleted", change.made_at)
        remove(connection, entry.change.change_id)
    if left is None:
        return None
    position = former.position if former else None
    _insert(connection, left, "waiting", act_id, position)
    if former and former.change.group and left.group and former.change.group != left.group:
        unite_groups(connection, former.change.group, left.group)
    return left


def _stays_apart(connection: Connection, before: Change, change: Change, *, is_waiting: bool) -> bool:
    """Whether an edit must not be joined with the unsent change of its record, because the server judges each by the right of its author.

    Two people on one desk: the head approves, the clerk edits before a line comes; joined, it would be the clerk who approves. And a record
    made here whose maker takes a step not open to everybody: the server takes such a step on a record that is there. Members of a group are
    joined all the same: two groups that wait for each other would never go.
    """
    if before.origin is not None:
        # A version offered again after the server lost it is another person's; it has no group that could wait.
        return True
    is_plain = before.op == change.op == "put" and not (before.group or change.group or change.origin)
    if not is_waiting or not is_plain:
        return False
    if before.made_by != change.made_by:
        return True
    spec = connection.tables.of(change.type).spec
    flow = spec.workflow if spec is not None else None
    if flow is None or before.base is not None or flow.field not in change.set:
        return False
    return not flow.reaches(None, _state(change.set[flow.field]), ()) and _state(before.set.get(flow.field)) is not None


def _state(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _joined(former: Pending, change: Change) -> Change:
    before = former.change
    is_undone_delete = before.op == "delete"
    merge = before.merge and MergeNote(auto=False, parents=before.merge.parents)
    common = {"base": before.base, "group": change.group or before.group, "origin": change.origin or before.origin}
    joined = msgspec.structs.replace(change, merge=change.merge or merge, **common)
    if change.op == "delete" or is_undone_delete:
        return joined
    values = apply_fields(before.set, change)
    unset = ({*before.unset, *change.unset}) - set(values)
    return msgspec.structs.replace(joined, set=values, unset=tuple(sorted(unset)))


def _left(change: Change, stands: Projected | None) -> Change | None:
    """What of a change still says something on top of what stands; None when nothing does."""
    if change.op == "delete":
        return None if stands is None or stands.deleted else msgspec.structs.replace(change, set={}, unset=())
    if stands is None:
        return msgspec.structs.replace(change, unset=())
    values = {name: value for name, value in change.set.items() if not is_equal(stands.fields, name, value)}
    unset = tuple(sorted(name for name in change.unset if name in stands.fields))
    if not values and not unset and not stands.deleted:
        return None
    return msgspec.structs.replace(change, set=values, unset=unset)


def is_equal(fields: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a field has the value; by stored bytes, for Python holds 1 and true for equal."""
    return name in fields and msgspec.json.encode(fields[name], order="sorted") == msgspec.json.encode(value, order="sorted")


def add_new(connection: Connection, changes: Sequence[Change], act_id: str) -> None:
    """Puts changes that make records nobody knows in the outbox: what `add` does for each, in one go."""
    _insert_all(connection, [(change, "waiting", act_id, None) for change in changes])


def _insert(connection: Connection, change: Change, state: State, act_id: str | None, position: int | None) -> None:
    _insert_all(connection, [(change, state, act_id, position)])


def _insert_all(connection: Connection, entries: Sequence[tuple[Change, State, str | None, int | None]]) -> None:
    # What was offered again stands before all else, at negative places; what has none given goes to the end, which is never before 1.
    end = max(0, connection.value("SELECT coalesce(max(position), 0) FROM outbox"))
    places = [end + number if position is None else position for number, (*_, position) in enumerate(entries, start=1)]
    connection.executemany(
        "INSERT INTO outbox (position, change_id, stream, type, id, state, group_id, act_id, is_deletion) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (place, change.change_id, change.stream, change.type, change.id, state, change.group, act_id, change.op == "delete")
            for place, (change, state, act_id, _) in zip(places, entries, strict=True)
        ],
    )
    connection.executemany(
        "INSERT INTO outbox_change (position, change) VALUES (?, ?)",
        [(place, _json(change)) for place, (change, *_) in zip(places, entries, strict=True)],
    )


def unite_groups(connection: Connection, former: str, group: str) -> None:
    """A record stands in one group only: when it moves to another, the unsent rest of the former one comes along, refusals and all."""
    sql = f"SELECT position, outbox_change.change FROM {WITH_CHANGES} WHERE group_id = ? AND state <> 'in_flight'"
    for position, text in connection.execute(sql, (former,)).fetchall():
        change = msgspec.structs.replace(CHANGE.decode(text), group=group)
        connection.execute("UPDATE outbox SET group_id = ? WHERE position = ?", (group, position))
        connection.execute("UPDATE outbox_change SET change = ? WHERE position = ?", (_json(change), position))


def put(connection: Connection, change: Change, *, act_id: str | None = None, state: State = "waiting") -> None:
    """Puts a change in the outbox as it is, at the end of the queue; for the engine, which knows that the record has none to join."""
    if not pending(connection, change.stream, change.type, change.id):
        hold(connection, change.stream, change.type, change.id)
    _insert(connection, change, state, act_id, None)


def offer(connection: Connection, changes: Sequence[Change]) -> None:
    """Puts versions that the server lost in the outbox, in this order and before everything else; their places are negative.

    The caller keeps the snapshots they stand on, and reprojects.
    """
    first = min(0, connection.value("SELECT coalesce(min(position), 0) FROM outbox")) - len(changes)
    _insert_all(connection, [(change, "waiting", None, first + place) for place, change in enumerate(changes)])


def replace(connection: Connection, change_id: str, change: Change) -> None:
    """Puts another change in the place of one, to be sent; the act stays, the refusal goes."""
    position = connection.value("SELECT position FROM outbox WHERE change_id = ?", change_id)
    connection.execute(
        "UPDATE outbox SET change_id = ?, group_id = ?, is_deletion = ?, state = 'waiting', problem = NULL, retry_at = NULL, refusals = 0 "
        "WHERE position = ?",
        (change.change_id, change.group, change.op == "delete", position),
    )
    connection.execute("UPDATE outbox_change SET change = ? WHERE position = ?", (_json(change), position))


def remove(connection: Connection, change_id: str) -> None:
    """Takes a change out: it was applied, merged into another or withdrawn (then the caller notes it in the history)."""
    connection.execute("DELETE FROM outbox WHERE change_id = ?", (change_id,))


def remove_all(connection: Connection, change_ids: Iterable[str]) -> None:
    """Takes changes out in bulk; followed by `mirror.observe` of their snapshots, this settles a whole reply."""
    connection.executemany("DELETE FROM outbox WHERE change_id = ?", [(change_id,) for change_id in change_ids])


def alone(connection: Connection, change_ids: Collection[str]) -> set[str]:
    """Those of the changes that are here and are the only ones of their records."""
    sql = """
        SELECT change_id FROM outbox o WHERE change_id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
            SELECT 1 FROM outbox p WHERE p.stream = o.stream AND p.type = o.type AND p.id = o.id AND p.position <> o.position)
    """
    return {row[0] for row in connection.execute(sql, (msgspec.json.encode(list(change_ids)).decode(),))}


def in_flight(connection: Connection, streams: Collection[str] | None = None) -> list[Queued]:
    """What was sent and not answered, in the order it was sent."""
    rows = connection.execute(f"SELECT {QUEUED} FROM {WITH_CHANGES} WHERE state = 'in_flight' ORDER BY position").fetchall()
    return [queued for queued in map(Queued._make, rows) if streams is None or queued.stream in streams]


def freeze(connection: Connection, change_ids: Iterable[str]) -> None:
    """Marks changes as sent: from now on they are not rewritten, and are sent again as they are until answered."""
    connection.executemany("UPDATE outbox SET state = 'in_flight' WHERE change_id = ?", [(change_id,) for change_id in change_ids])


def thaw(connection: Connection, change_ids: Iterable[str]) -> None:
    """Marks changes that were in flight as to be sent: the server is known not to have applied them."""
    connection.executemany("UPDATE outbox SET state = 'waiting' WHERE change_id = ? AND state = 'in_flight'", [(i,) for i in change_ids])


def refuse(connection: Connection, change_id: str, problem: Problem, retry_at: datetime | None) -> None:
    """Keeps a change the server refused, with its words."""
    connection.execute(
        "UPDATE outbox SET state = 'refused', problem = ?, retry_at = ?, refusals = refusals + 1 WHERE change_id = ?",
        (msgspec.json.encode(problem).decode(), retry_at.isoformat() if retry_at else None, change_id),
    )


def set_aside(connection: Connection, change_id: str) -> None:
    """Keeps a change out of sight and out of the queue; it can be exported, and an edit of the record takes it up again."""
    connection.execute("UPDATE outbox SET state = 'set_aside' WHERE change_id = ?", (change_id,))


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many changes there are per stream and state; streams and states without any are left out."""
    found: dict[str, dict[str, int]] = {}
    for stream, state, count in connection.execute("SELECT stream, state, count(*) FROM outbox GROUP BY stream, state"):
        found.setdefault(stream, {})[state] = count
    return found


def pending_of(row: tuple[Any, ...]) -> Pending:
    return Pending(
        change=CHANGE.decode(row[2]),
        state=row[1],
        problem=_PROBLEM.decode(row[3]) if row[3] else None,
        retry_at=datetime.fromisoformat(row[4]) if row[4] else None,
        position=row[0],
        act_id=row[5],
        refusals=row[6],
    )


def _json(change: Change) -> str:
    # Sorted, so that `makes` finds the fields by their stored bytes.
    return msgspec.json.encode(change, order="sorted").decode()
