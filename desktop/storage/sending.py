"""What of the outbox may be sent now, and in which order. Only reads; freezing it is `outbox.freeze`."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.outbox import LONGEST_RETRY, QUEUED, WITH_CHANGES, Queued, State
from records.changes import Change
from records.locks import HOLDERS
from records.periods import YEAR_TYPE

_CLOSERS = frozenset({YEAR_TYPE, *HOLDERS})
"""Types of records that lock others: what was written before them goes before them."""
_QUEUE = "SELECT position, stream, type, id, state, group_id, retry_at FROM outbox ORDER BY position"
_AT = f"SELECT {QUEUED} FROM {WITH_CHANGES} WHERE position"
_FIRST = "SELECT min(position) FROM outbox WHERE stream = ? AND type = ? AND id = ?"


def sendable(
    connection: Connection, streams: Collection[str], now: datetime, limit: int | None = None, without: Collection[str] = ()
) -> list[Queued]:
    """What may be sent now, in the order of the queue; see `sendable_places`."""
    return _queued(connection, sendable_places(connection, streams, now, limit, without))


def sendable_places(
    connection: Connection, streams: Collection[str], now: datetime, limit: int | None = None, without: Collection[str] = ()
) -> list[int]:
    """The places in the queue of what may be sent now, in order.

    Left out: changes of a record that has one in flight, and all but the first of a record; whole groups with such a member; refused
    changes whose time has not come, with their groups; what is set aside; the records `without`, with their groups. `limit` cuts the list,
    never inside a group. Of versions offered again, one of a record goes at a time; while another waits behind it, nothing goes that was
    written later and would lock it out.
    """
    chosen: list[int] = []
    groups: set[str] = set()
    seen: set[tuple[str, str, str]] = set()
    barrier = _Barrier()
    # The cursor is read no further than needed, and without the changes themselves: a long queue is not read again for every batch.
    for position, stream, record_type, record_id, state, group, retry_at in connection.execute(_QUEUE):
        key = (stream, record_type, record_id)
        # What was seen of a record stands before this change, or is in flight.
        is_first = key not in seen
        seen.add(key)
        if group is not None:
            if group in groups or state == "in_flight":
                continue
            groups.add(group)
            batch = [] if barrier.holds(stream, record_type) else _whole_group(connection, group, streams, now, without)
        else:
            may_go = is_first and stream in streams and record_id not in without and _is_due(state, retry_at, now)
            may_go = may_go and not barrier.holds(stream, record_type)
            batch = [position] if may_go else []
            if not may_go and state == "waiting":
                barrier.leave(position, stream, record_type)
        if limit is not None and batch and chosen and len(chosen) + len(batch) > limit:
            break
        chosen += batch
        if limit is not None and len(chosen) >= limit:
            break
    return chosen


class _Barrier:
    """What may not overtake a version offered again that still waits, by stream."""

    def __init__(self) -> None:
        self._waits: set[str] = set()
        self._closer_waits: set[str] = set()

    def leave(self, position: int, stream: str, record_type: str) -> None:
        """A change stays behind; only what is offered again, which has a negative place, is waited for."""
        if position < 0:
            self._waits.add(stream)
            if record_type in _CLOSERS:
                self._closer_waits.add(stream)

    def holds(self, stream: str, record_type: str) -> bool:
        """Whether a change must wait for one before it."""
        return stream in self._closer_waits or (stream in self._waits and record_type in _CLOSERS)


def _whole_group(connection: Connection, group: str, streams: Collection[str], now: datetime, without: Collection[str]) -> list[int]:
    """The positions of a group that was not sent; none when one of its members may not go."""
    sql = "SELECT position, stream, type, id, state, retry_at FROM outbox WHERE group_id = ? AND state <> 'in_flight' ORDER BY position"
    positions: list[int] = []
    for position, stream, record_type, record_id, state, retry_at in connection.execute(sql, (group,)).fetchall():
        first = connection.value(_FIRST, stream, record_type, record_id)
        if first != position or stream not in streams or record_id in without or not _is_due(state, retry_at, now):
            return []
        positions.append(position)
    return positions


def _is_due(state: State, retry_at: str | None, now: datetime) -> bool:
    if state == "refused":
        return retry_at is not None and not now < datetime.fromisoformat(retry_at) <= now + LONGEST_RETRY
    return state == "waiting"


def _queued(connection: Connection, positions: list[int]) -> list[Queued]:
    """The changes at these places of the queue, in the order given."""
    if not positions:
        return []
    if positions == list(range(positions[0], positions[0] + len(positions))):
        found = connection.execute(f"{_AT} BETWEEN ? AND ?", (positions[0], positions[-1]))
    else:
        found = connection.execute(f"{_AT} IN (SELECT value FROM json_each(?))", (msgspec.json.encode(positions).decode(),))
    by_position = {row[0]: Queued._make(row) for row in found}
    return [by_position[position] for position in positions]


def deletions(connection: Connection, places: Collection[int]) -> list[Change]:
    """The changes at these places of the queue that delete."""
    found = connection.execute(f"SELECT {QUEUED} FROM {WITH_CHANGES} WHERE is_deletion = 1 ORDER BY position")
    chosen = frozenset(places)
    return [queued.change for queued in map(Queued._make, found) if queued.position in chosen]
