"""Comparing what this desk observed with what the server has, and mending what differs (protocol.md, "digest").

    own rows at the cursor ──count and sum of hashes by type and first byte of id──▶ as the server's      nothing to do
                                                                                 └▶ differing buckets    read again, they alone
    own values             ──against the server's, page by page (`by_value`, `look_at_page`)──▶ what differs takes the server's

A value that was changed in the file under an unchanged hash no sum of hashes shows (docs/decisions/0037).
Never a full reset: rows of other buckets, cursor and unsent edits stay. A record that only this desk has is offered again, for absence is
never a deletion; where it only reads, it goes, and stays in the history. Each page is one transaction: stopped anywhere, the next comparison
goes on. When it runs is decided in desktop/services/verifying.py.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.storage import held, lost, outbox, state
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.lost import Standing
from desktop.storage.state import StreamState
from desktop.sync.guard import DeletionGuard
from desktop.sync.line import Transport
from desktop.sync.lineage import Recovered, Recovery
from desktop.sync.plan import Desk
from desktop.sync.replies import not_ours
from desktop.sync.round_lock import round_lock
from desktop.sync.round_state import Clock
from desktop.sync.settlement import Settlement, Tally
from records.changes import Snapshot
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.protocol import Bucket, CursorMove, DigestReply, Limits, LineageHead, Position
from records.record import RecordType
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN, add_hash, sum_text
from records.words import Words

Place = tuple[str, str]
"""A bucket: type, and the first two hex digits of the id."""

_SAME = Words("{stream}: {records} รายการตรงกับเซิร์ฟเวอร์", "{stream}: {records} records are as on the server")
_MENDED = Words(
    "{stream}: {records} รายการ พบที่ต่าง แก้ให้ตรงแล้ว {mended} รายการ เสนอใหม่ {offered} รายการ",
    "{stream}: of {records} records, {mended} differed and were put right, {offered} are offered again",
)
_NOT_NOW = Words("{stream}: ยังเทียบไม่ได้ เพราะยังรับส่งไม่ครบ", "{stream}: not compared, its sync is not complete yet")
_TOO_MANY = Words("{stream}: ยังไม่แก้ เพราะจะลบ {count} รายการ: {why}", "{stream}: not put right, it would delete {count} records: {why}")


@dataclass
class Compared:
    """What the comparison of one stream came to."""

    records: int = 0
    buckets: int = 0
    """How many differed."""
    mended: int = 0
    """Records that were put right."""
    offered: int = 0
    """Records the server did not have, offered again with the next round."""
    went_back: int = 0
    """Records the server did not have, in a stream this desk only reads."""
    is_skipped: bool = False
    """Whether the stream was not at rest: its sync comes first."""
    words: Words = field(default_factory=lambda: Words("", ""))
    """What is said of it."""

    def as_json(self) -> dict[str, Any]:
        """The shape the command line prints."""
        names = ("records", "buckets", "mended", "offered", "went_back")
        return {**{name: getattr(self, name) for name in names}, "skipped": self.is_skipped}


def compare(
    database: Database,
    catalogue: Mapping[str, RecordType],
    transport: Transport,
    clock: Clock,
    entropy: Entropy,
    *,
    streams: Collection[str] | None = None,
    allow_deletes: int = 0,
    by_value: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Compared]:
    """Compares and mends the streams this device is granted, or those named, after a round; by stream.

    Args:
        by_value: every record is read again and compared value by value, whatever its hash says; as much traffic as a first download.

    Raises:
        Unavailable: no line, another round running; what was mended before stays mended.
        Refused: the server takes nothing from this device.
    """
    with round_lock(database.path.parent):
        with database.reading() as connection:
            identity = state.identity(connection)
            known = [one for one in state.streams(connection) if one.paused != state.LOST and (streams is None or one.stream in streams)]
        desk = Desk(catalogue, identity.device_id if identity else "", lambda: new_id(clock(), entropy))
        found: dict[str, Compared] = {}
        for mine in known:
            if cancelled():
                break
            work = _Comparison(database, transport, clock, desk, identity.account if identity else "", mine, cancelled)
            found[mine.stream] = work.run(DeletionGuard(catalogue, allow_deletes), by_value=by_value)
        return found


@dataclass(frozen=True)
class Looked:
    """What looking at one page came to."""

    mended: int = 0
    """Records whose values were not the server's."""
    reached: tuple[int, str] | None = None
    """Cursor and chain behind the page, from where the next one begins; None at the end of the stream, and where it was not looked at."""


def look_at_page(
    database: Database,
    catalogue: Mapping[str, RecordType],
    transport: Transport,
    clock: Clock,
    entropy: Entropy,
    stream: str,
    begin: tuple[int, str],
    limit: int,
) -> Looked:
    """Compares one page of a stream with the server value by value, after a round; what differs takes the server's values.

    Args:
        begin: cursor and chain where the page begins, as the page before told them; (0, zeros) at first.
        limit: records on the page.

    Raises as `compare`; Refused `fork` where the server does not know that place (any more).
    """
    with round_lock(database.path.parent):
        with database.reading() as connection:
            identity = state.identity(connection)
            mine = state.stream(connection, stream)
        if mine is None or mine.paused or begin[0] >= mine.cursor:
            return Looked()
        desk = Desk(catalogue, identity.device_id if identity else "", lambda: new_id(clock(), entropy))
        account = identity.account if identity else ""
        work = _Comparison(database, transport, clock, desk, account, mine, lambda: False)
        return work.look(DeletionGuard(catalogue, 0), Position(*begin, (mine.cursor, mine.chain)), limit)


@dataclass
class _Comparison:
    """The comparison of one stream."""

    _database: Database
    _transport: Transport
    _clock: Clock
    _desk: Desk
    _account: str
    _mine: StreamState
    _cancelled: Callable[[], bool]
    _done: Compared = field(default_factory=Compared)

    def run(self, guard: DeletionGuard, *, by_value: bool = False) -> Compared:
        """Compares, and mends what differs."""
        done, stream = self._done, self._mine.stream
        own = self._own()
        if own is None:
            done.is_skipped, done.words = True, _NOT_NOW.filled(stream=stream)
            return done
        done.records = sum(count for count, _ in own.values())
        reply = self._transport.digest(stream, self._mine.cursor)
        with self._database.reading() as connection:
            if (reply.at, reply.chain) != (self._mine.cursor, self._mine.chain) or self._have_grants_changed(connection):
                # The server has another history, or shows another part of it: the next round notices, and finds the way back.
                done.is_skipped, done.words = True, _NOT_NOW.filled(stream=stream)
                return done
        differing = _differing(own, reply)
        done.buckets = len(differing)
        is_whole = not (differing or by_value) or self._read_again(differing, guard, everything=by_value)
        if is_whole and not differing and not done.mended:
            done.words = _SAME.filled(stream=stream, records=f"{done.records:,}")
        elif is_whole:
            done.words = _MENDED.filled(stream=stream, records=f"{done.records:,}", mended=f"{done.mended:,}", offered=f"{done.offered:,}")
        return done

    def _own(self) -> dict[Place, tuple[int, int]] | None:
        """Count and sum of hashes of what was observed, by bucket; None while something is on its way."""
        buckets: dict[Place, tuple[int, int]] = {}
        with self._database.reading() as connection:
            if not self._is_at_rest(connection):
                return None
            for one in lost.everything(connection, self._mine.stream):
                if one.hash:
                    if self._mine.cursor < one.seq <= self._mine.witness_seq:
                        return None
                    # Beyond all the server told of: a record of before it lost data, in an area that was not granted then.
                    place = (one.type, one.id[:2])
                    buckets[place] = add_hash(buckets.get(place, (0, 0)), one.hash)
        return buckets

    def _have_grants_changed(self, connection: Connection) -> bool:
        return self._transport.grants not in ("", state.setting(connection, state.GRANTS))

    def _is_at_rest(self, connection: Connection) -> bool:
        return not outbox.in_flight(connection, [self._mine.stream]) and self._mine.head <= self._mine.cursor

    def look(self, guard: DeletionGuard, position: Position, limit: int) -> Looked:
        """Compares one page by value."""
        with self._database.reading() as connection:
            if not self._is_at_rest(connection):
                return Looked()
        move, page, more = self._page(position, limit)
        if move is None or not self._take(page, guard):
            return Looked()
        return Looked(self._done.mended, (move.cursor, move.chain) if more and move.cursor < self._mine.cursor else None)

    def _page(self, position: Position, limit: int) -> tuple[CursorMove | None, list[Snapshot], bool]:
        """How far the next page brings the stream, its records, and whether there are more; None at the end."""
        reply = self._transport.pull({self._mine.stream: position}, limit)
        move = reply.cursors.get(self._mine.stream)
        if move is None and not reply.more and not reply.problems and position.cursor:
            return None, [], False
        if move is None or move.from_ != position.cursor or move.cursor <= position.cursor:
            raise not_ours()
        return move, [one for one in reply.snapshots if one.stream == self._mine.stream], reply.more

    def _read_again(self, differing: Collection[Place], guard: DeletionGuard, *, everything: bool) -> bool:
        """Reads the stream from its start and takes the records of these buckets, or of all; False when a person is asked first, or a round."""
        position = Position(0, FIRST_CHAIN[:CHAIN_ON_WIRE], (self._mine.cursor, self._mine.chain))
        seen: set[str] = set()
        more = self._mine.cursor > 0
        while more:
            if self._cancelled():
                return False
            move, page, more = self._page(position, Limits().page)
            if move is None:
                break
            seen.update(one.id for one in page)
            if not self._take([one for one in page if everything or (one.type, one.id[:2]) in differing], guard):
                return False
            position = Position(move.cursor, move.chain, position.witness if move.cursor < self._mine.cursor else None)
        with self._database.write() as connection:
            if self._have_grants_changed(connection):
                # What is not shown any more is not what the server lacks.
                self._done.is_skipped, self._done.words = True, _NOT_NOW.filled(stream=self._mine.stream)
                return False
            standing = lost.not_among(connection, self._mine.stream, seen)
            self._bring_back(connection, [one for one in standing if one.hash and (one.type, one.id[:2]) in differing])
        return True

    def _take(self, page: list[Snapshot], guard: DeletionGuard) -> bool:
        with self._database.write() as connection:
            ids: dict[str, list[str]] = {}
            for one in page:
                ids.setdefault(one.type, []).append(one.id)
            stream = self._mine.stream
            before = {
                key: one for name, of_type in ids.items() for key, one in held.snapshots_of(connection, stream, name, of_type).items()
            }
            pause = guard.received(connection, self._mine.stream, page)
            if pause is not None:
                self._done.words = _TOO_MANY.filled(stream=self._mine.stream, count=f"{pause.deletions:,}", why=pause.message)
                return False
            wrong = [one for one in page if before.get(one.id) != one]
            settlement = Settlement(connection, self._desk, self._clock(), Tally())
            settlement.take(self._mine.stream, wrong)
            settlement.finish()
            self._done.mended += len(wrong)
        return True

    def _bring_back(self, connection: Connection, unknown: list[Standing]) -> None:
        head = LineageHead(self._mine.cursor, self._mine.chain, self._mine.durable)
        done = Recovered(head)
        Recovery(connection, self._mine, self._desk, self._account, rfc3339(self._clock()), done).bring_back(unknown)
        self._done.offered, self._done.went_back = done.offered, done.went_back


def _differing(own: Mapping[Place, tuple[int, int]], reply: DigestReply) -> set[Place]:
    theirs = {(record_type, byte): bucket for record_type, of_type in reply.buckets.items() for byte, bucket in of_type.items()}
    return {
        place
        for place in own.keys() | theirs.keys()
        if theirs.get(place) != (Bucket(own[place][0], sum_text(own[place][1])) if place in own else None)
    }
