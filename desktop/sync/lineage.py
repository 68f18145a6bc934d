"""Back to a server that lost data: which version of each record both have, and what this desk offers again (protocol.md).

    lineage of the server   h1 h2 h3 h4                      every hash a record had, oldest first
    known on this desk            h3 h4 h5 h6                 what it observed: h5 and h6 were acknowledged and are lost
    base                             h4                       the newest known version that the server still has
    offered again                       h5 h6                 one change each, in their order, before everything else that waits

Offered one by one a version gets its former hash again, so the next desk that knows it finds it and stays quiet. A version is also found
where another desk brought in its content alone. Nothing here sends or asks: the engine gives the lineage and its transaction.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from desktop.storage import file_states, history, lost, mirror, outbox
from desktop.storage.connection import Connection
from desktop.storage.lost import Standing
from desktop.storage.outbox import Pending
from desktop.storage.state import StreamState
from desktop.sync.plan import Desk
from desktop.sync.replies import not_ours
from records.areas import ALL_AREAS, covers
from records.changes import Base, Change, Origin, Snapshot
from records.made import as_made
from records.merge import Projected
from records.protocol import LineageHead, LineageLine
from records.stored import record_hash, stored_bytes

_BATCH = 1000
_BLOCK = 1 << 18
_LONGEST_LINE = 1 << 24
"""Bytes; a record with 800,000 versions still fits."""
_HEAD = msgspec.json.Decoder(LineageHead)
_LINE = msgspec.json.Decoder(LineageLine)


@dataclass
class Recovered:
    """What became of one stream."""

    head: LineageHead
    offered: int = 0
    """Records offered again."""
    went_back: int = 0
    """Records that went back to an earlier version, or away, because this desk only reads them."""
    longest: int = 0
    """The most changes offered of one record: so many pushes bring all of them in."""


class Common(NamedTuple):
    """What both sides have of one record."""

    base: Snapshot | None
    """The newest version known here that the server has, with the version and hash it has there; None when there is none."""
    lost: tuple[Snapshot, ...]
    """What this desk observed after it and the server has not, oldest first."""
    left_over: tuple[Snapshot, ...]
    """What the server has not either, but what stands there already follows from it; oldest first."""


def lines_of(packed: bytes) -> Iterator[bytes]:
    """The lines of a lineage, one at a time. Raises Unavailable (not ours) for what is cut off or no gzip."""
    inflate = zlib.decompressobj(wbits=31)
    rest = b""
    try:
        for start in range(0, len(packed), _BLOCK):
            source = packed[start : start + _BLOCK]
            while source:
                rest += inflate.decompress(source, _BLOCK)
                source = inflate.unconsumed_tail
                *whole, rest = rest.split(b"\n")
                yield from whole
                if len(rest) > _LONGEST_LINE:
                    raise not_ours()
    except zlib.error as error:
        raise not_ours() from error
    if not inflate.eof or rest:
        raise not_ours()


def recover(connection: Connection, packed: bytes, mine: StreamState, desk: Desk, account: str, now: str) -> Recovered:
    """Puts every record of a stream on the newest version that the server still has; inside `write()`.

    Args:
        packed: the lineage after 0, as it travelled.
        account: whose token offers: the author of what is offered again, whoever wrote it first.
        now: RFC 3339 UTC, for people.

    Raises Unavailable when the lineage is none of our server's; the caller's transaction goes back.
    """
    lines = lines_of(packed)
    try:
        done = Recovered(_HEAD.decode(next(lines, b"")))
        Recovery(connection, mine, desk, account, now, done).run(_LINE.decode(line) for line in lines)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise not_ours() from error
    # Its documents may be as old as its database.
    file_states.ask_soon(connection, mine.stream)
    return done


@dataclass
class Recovery:
    """The recovery of one stream inside one transaction."""

    _connection: Connection
    _mine: StreamState
    _desk: Desk
    _account: str
    _now: str
    _done: Recovered
    _offers: list[tuple[int, Change]] = field(default_factory=list)
    """With the seq they had, by which they are sent again."""
    _waiting: list[lost.Key] = field(default_factory=list)
    """The records whose rows are still to show what stands and what waits."""

    def run(self, lines: Iterator[LineageLine]) -> None:
        """Goes through every record known here."""
        seen: set[str] = set()
        batch: list[LineageLine] = []
        for line in lines:
            seen.add(line.id)
            batch.append(line)
            if len(batch) == _BATCH:
                self._meet(batch)
                batch = []
        self._meet(batch)
        self.bring_back(lost.not_among(self._connection, self._mine.stream, seen))

    def bring_back(self, unknown: Iterable[Standing]) -> None:
        """Takes what the server does not know at all, and puts everything that is offered again in the queue; to be called once, at the end."""
        for standing in unknown:
            self._record(standing, ())
        self._offers.sort(key=lambda offer: offer[0])
        outbox.offer(self._connection, [change for _, change in self._offers])
        for key in self._waiting:
            mirror.reproject(self._connection, *key)

    def _meet(self, batch: Sequence[LineageLine]) -> None:
        by_type: dict[str, dict[str, tuple[str, ...]]] = {}
        for line in batch:
            by_type.setdefault(line.type, {})[line.id] = line.hashes
        for record_type, of_type in by_type.items():
            for standing in lost.standing(self._connection, self._mine.stream, record_type, list(of_type)):
                hashes = of_type[standing.id]
                if standing.is_waiting or standing.hash not in hashes:
                    self._record(standing, hashes)

    def _record(self, standing: Standing, hashes: tuple[str, ...]) -> None:
        key = (self._mine.stream, standing.type, standing.id)
        pending = outbox.pending(self._connection, *key) if standing.is_waiting else []
        observed = lost.versions(self._connection, key)
        sent = pending[0] if pending and pending[0].state == "in_flight" else None
        expected = as_made(observed[0] if observed else None, sent.change) if sent is not None else None
        if observed and not is_granted(self._mine, self._desk, observed[0], is_told=bool(hashes)):
            return
        common = common_of(hashes, [expected, *observed] if expected is not None else observed, self._done.head.head)
        is_in = expected is not None and not common.lost
        if not is_in and expected is not None:
            common = common._replace(lost=common.lost[:-1])
        if not (common.lost or common.left_over or is_in or sent):
            return
        if is_in and sent is not None:
            outbox.remove(self._connection, sent.change.change_id)
            pending = pending[1:]
        self._put_back(key, standing, common, pending, hashes)

    def _put_back(self, key: lost.Key, standing: Standing, common: Common, pending: list[Pending], hashes: tuple[str, ...]) -> None:
        may_offer = self._mine.access == "write"
        offers = offers_of(common, self._desk, self._account, self._now) if may_offer else []
        gone = common.left_over if may_offer else (*common.left_over, *common.lost)
        for version in gone:
            history.discard(self._connection, _told(version), "lost", self._now)
        self._offers += offers
        if offers:
            self._done.offered += 1
            self._done.longest = max(self._done.longest, len(offers))
        elif common.lost:
            self._done.went_back += 1
        for place, one in enumerate(pending):
            base = common.base.base if common.base is not None and not (offers or place) else None
            if one.state == "in_flight" or offers or common.lost or one.change.base != base:
                outbox.replace(self._connection, one.change.change_id, replace(one.change, change_id=self._desk.new_id(), base=base))
        is_waiting = bool(pending or offers)
        lost.stand_on(self._connection, key, common.base, is_waiting=is_waiting)
        if is_waiting:
            self._waiting.append(key)
        history.keep_only(self._connection, key, hashes)


def is_granted(mine: StreamState, desk: Desk, snapshot: Snapshot, *, is_told: bool) -> bool:
    """Whether the server speaks of such records to this desk: what is outside the granted areas is on its way out by another rule.

    `is_told`: it spoke of this one. Of a type that came later nobody here knows the area: not being told says nothing then.
    """
    spec = desk.catalogue.get(snapshot.type)
    area = snapshot.fields.get("area") if snapshot.type == "conflict" else spec.area if spec is not None else None
    if snapshot.type == "number_block":
        return True
    return covers(mine.areas, area) if isinstance(area, str) else is_told or ALL_AREAS in mine.areas


def common_of(hashes: Sequence[str], known: Sequence[Snapshot], head: int) -> Common:
    """Finds the newest version that both sides have.

    Args:
        hashes: of the record's versions on the server: version 1 first.
        known: what was observed here, newest first.
        head: the server's: a version found by its content alone counts as written then, for nothing says when it was.

    A version is there when its hash is. One that is not may be there in content: under another hash, because another desk offered it again
    without knowing the versions before it. That is asked only of what was written after both sides parted, since before that the same
    content would be an earlier state of the record, which somebody changed since.
    """
    places = {hash_: place for place, hash_ in enumerate(hashes)}
    count = next((number for number, one in enumerate(known) if one.hash in places), len(known))
    exact = known[count] if count < len(known) else None
    missing = known[:count]
    if missing:
        oldest = missing[-1]
        parted = max(oldest.version - (2 if oldest.deleted else 1), places[exact.hash] + 1 if exact else 0)
        for number, one in enumerate(missing):
            for candidate in (one, _before_deletion(one)) if one.deleted else (one,):
                place = _place_of(candidate, hashes, parted)
                if place is not None:
                    base = replace(candidate, version=place + 1, hash=hashes[place], seq=head)
                    newer = number + (candidate is not one)
                    return Common(base, tuple(missing[:newer][::-1]), tuple(missing[number + 1 :][::-1]))
    return Common(replace(exact, seq=head) if exact is not None and missing else exact, tuple(missing[::-1]), ())


def _before_deletion(tombstone: Snapshot) -> Snapshot:
    """The version a deletion was made on: a tombstone keeps its fields."""
    return replace(tombstone, deleted=False, version=max(tombstone.version - 1, 1), hash="")


def _place_of(version: Snapshot, hashes: Sequence[str], first: int) -> int | None:
    """Where the server has a version of this content, not before that place; None when nowhere."""
    kept = stored_bytes(version.fields)
    for place in range(len(hashes) - 1, first - 1, -1):
        previous = hashes[place - 1] if place else ""
        if record_hash(version.type, version.id, kept, deleted=version.deleted, previous=previous) == hashes[place]:
            return place
    return None


def offers_of(common: Common, desk: Desk, account: str, now: str) -> list[tuple[int, Change]]:
    """The changes that bring back what is lost, oldest first, each with the seq it had; the first has a base, those behind it none."""
    offers: list[tuple[int, Change]] = []
    stands = Projected(common.base.fields, common.base.deleted) if common.base is not None else None
    base = common.base.base if common.base is not None else None
    for version in common.lost:
        # A deletion brings no fields: what was written before it and is lost as well goes first.
        if stands is None or not _same(stands, version) or (stands.deleted and not version.deleted):
            offers.append((version.seq, _offer(version, "put", stands, base, desk, account, now)))
            base, stands = None, Projected(version.fields, deleted=False)
        if version.deleted and not stands.deleted:
            offers.append((version.seq, _offer(version, "delete", stands, base, desk, account, now)))
            base, stands = None, Projected(version.fields, deleted=True)
    return offers


def _same(stands: Projected, version: Snapshot) -> bool:
    return stored_bytes(stands.fields) == stored_bytes(version.fields)


def _offer(version: Snapshot, op: str, stands: Projected | None, base: Base | None, desk: Desk, account: str, now: str) -> Change:
    before = stands.fields if stands is not None else {}
    values = {n: v for n, v in version.fields.items() if n not in before or stored_bytes({n: before[n]}) != stored_bytes({n: v})}
    first = Origin(version.change_id, version.changed_by, version.device, version.changed_at, version.hash, version.version)
    return Change(
        change_id=desk.new_id(),
        stream=version.stream,
        type=version.type,
        id=version.id,
        base=base,
        op="delete" if op == "delete" else "put",
        set=values if op == "put" else {},
        unset=tuple(sorted(name for name in before if name not in version.fields)) if op == "put" else (),
        schema=version.schema,
        made_at=now,
        made_by=account,
        # Lost twice, it still first came from where it first came from.
        origin=version.origin or first,
    )


def _told(version: Snapshot) -> Change:
    """A lost version as the history keeps it: whole, under the name of who wrote it."""
    return Change(
        change_id=version.change_id, stream=version.stream, type=version.type, id=version.id, base=None, op="delete" if version.deleted else "put",
        set=dict(version.fields), schema=version.schema, made_at=version.changed_at, made_by=version.changed_by, origin=version.origin,
    )  # fmt: skip
