"""Heads, pull, push and history: what a caller may see and what becomes of what they send. No SQL, no web types.

    app.py --decoded JSON--> SyncService --Reader/Writer--> storage
                                  `--> push.StreamPush, under the lock of one stream

Every method takes the caller's `Session`, raises `CallProblem` when the whole call ends in a problem, and returns what protocol.md says;
the `*_rows` forms keep stored bytes as they are, for the transport that only passes them on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import msgspec

from records.changes import Origin, Snapshot
from records.ids import Entropy
from records.kinds import Json
from records.kinds.times import rfc3339
from records.protocol import (
    CursorMove,
    DigestReply,
    HeadsReply,
    Hello,
    HistoryReply,
    Limits,
    Made,
    NumbersReply,
    Position,
    Problem,
    PullReply,
    PushReply,
    Result,
    Revision,
    StreamMove,
)
from records.protocol import Range as VersionRange
from records.record import RecordType
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN
from records.words import Words
from server_stub.block_closing import close_ended
from server_stub.checks import KindChecks
from server_stub.envelope import incoming_changes, is_brief, positions_of, pull_limit
from server_stub.ledger import fields_of
from server_stub.lineage import digest, write_lineage
from server_stub.numbers import NumbersRequest, lease
from server_stub.page import Room, whole_groups
from server_stub.problems import CallProblem, refusal, stream_problem
from server_stub.push import Incoming, Outcome, StreamPush
from server_stub.restores import restores_of
from server_stub.session import Grant, Session
from server_stub.storage.base import Reader, Storage, StoredRecord, StoredRevision, StreamState

_MOVE_SIZE = 260
"""Bytes the name and the cursors of one stream may take on a page."""
_HISTORY_PAGE = 100

Clock = Callable[[], datetime]
"""Tells the time: aware, UTC."""


@dataclass
class PulledRows:
    """A page of `pull` before it is written out."""

    rows: list[StoredRecord] = field(default_factory=list)
    cursors: dict[str, CursorMove] = field(default_factory=dict)
    more: bool = False
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Every cursor is at its head and nothing is wrong: 204."""
        return not (self.cursors or self.problems or self.more)


@dataclass
class PushedRows:
    """The reply of `push` before it is written out."""

    outcomes: list[Outcome] = field(default_factory=list)
    streams: dict[str, StreamMove] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    is_brief: bool = False
    """Whether the caller asked for a brief answer."""


def snapshot_of(record: StoredRecord) -> Snapshot:
    """The record as the wire shows it."""
    return Snapshot(
        stream=record.stream,
        type=record.type,
        id=record.id,
        version=record.version,
        hash=record.hash,
        seq=record.seq,
        deleted=bool(record.deleted),
        fields=fields_of(record),
        schema=record.schema,
        changed_at=record.changed_at,
        changed_by=record.changed_by,
        device=record.device,
        change_id=record.change_id,
        origin=msgspec.json.decode(record.origin, type=Origin) if record.origin else None,
    )


class SyncService:
    """The server's side of protocol.md for callers whose token was looked up."""

    def __init__(
        self, storage: Storage, catalogue: Mapping[str, RecordType], clock: Clock, entropy: Entropy, *, limits: Limits | None = None
    ) -> None:
        """`catalogue`: record types by name; types it does not know are kept whole."""
        self._storage = storage
        self._catalogue = catalogue
        self._kinds = KindChecks(catalogue)
        self._clock = clock
        self._entropy = entropy
        self.limits = limits or Limits()

    def hello(self) -> Hello:
        """What anybody may ask first."""
        return Hello(protocol=VersionRange(), time=rfc3339(self._clock()), limits=self.limits)

    def heads(self, session: Session, body: object) -> HeadsReply | None:
        """Which streams moved; None when nothing did (204). Raises CallProblem."""
        positions = positions_of(body, self.limits)
        with self._storage.read(_granted(session, positions)) as reader:
            states = reader.states(positions)
            problems = self._problems(session, reader, positions, states)
        moved = {
            stream: state
            for stream, state in states.items()
            if stream in positions and stream not in problems and state.head != positions[stream].cursor
        }
        if not moved and not problems:
            return None
        return HeadsReply(
            heads={stream: state.head for stream, state in moved.items()},
            durable={stream: state.durable for stream, state in moved.items()},
            problems=problems,
        )

    def pull(self, session: Session, body: object) -> PullReply | None:
        """The next page; None when there is nothing new (204). Raises CallProblem."""
        pulled = self.pull_rows(session, body)
        if pulled.is_nothing:
            return None
        return PullReply(
            snapshots=[snapshot_of(row) for row in pulled.rows], cursors=pulled.cursors, more=pulled.more, problems=pulled.problems
        )

    def pull_rows(self, session: Session, body: object) -> PulledRows:
        """The next page, its fields as stored. Raises CallProblem."""
        positions = positions_of(body, self.limits)
        limit = pull_limit(body, self.limits)
        pulled = PulledRows()
        with self._storage.read(_granted(session, positions)) as reader:
            states = reader.states(positions)
            pulled.problems = self._problems(session, reader, positions, states)
            besides = len(msgspec.json.encode(pulled.problems)) + _MOVE_SIZE * len(positions)
            room = Room(limit, self.limits.bytes - 4096 - besides)
            for stream, position in positions.items():
                state = states.get(stream)
                if stream in pulled.problems or state is None or state.head == position.cursor:
                    continue
                if room.is_full:
                    pulled.more = True
                    break
                seq, chain = self._fill(reader, session.grants[stream], state, position, pulled.rows, room)
                if seq > position.cursor:
                    pulled.cursors[stream] = CursorMove(position.cursor, seq, chain[:CHAIN_ON_WIRE], state.head, state.durable)
                pulled.more = pulled.more or seq < state.head
        return pulled

    def _fill(
        self, reader: Reader, grant: Grant, state: StreamState, position: Position, rows: list[StoredRecord], room: Room
    ) -> tuple[int, str]:
        """Takes rows until the stream's head or the page's end, never inside a group; returns the seq reached and its chain."""
        found = reader.page(state.stream, after=position.cursor, until=state.head, areas=grant.visible_areas, limit=None)
        reached = position.cursor
        for whole in whole_groups(found):
            if not room.takes(whole):
                chain = reader.chain_at(state.stream, reached) if reached else FIRST_CHAIN
                return reached, chain or FIRST_CHAIN
            rows.extend(whole)
            reached = whole[-1].seq
        return state.head, state.chain

    def push(self, session: Session, body: object) -> PushReply:
        """What became of each change. Raises CallProblem."""
        pushed = self.push_rows(session, body)
        results = [_result(outcome, is_brief=pushed.is_brief) for outcome in pushed.outcomes]
        return PushReply(results=results, streams=pushed.streams, problems=pushed.problems)

    def push_rows(self, session: Session, body: object) -> PushedRows:
        """What became of each change, its fields as stored. Raises CallProblem."""
        positions = positions_of(body, self.limits)
        changes = incoming_changes(body, self.limits)
        pushed = PushedRows(is_brief=is_brief(body))
        by_stream: dict[str, list[Incoming]] = {stream: [] for stream in positions}
        stray: list[Incoming] = []
        for change in changes:
            stream = change.stream
            (by_stream[stream] if isinstance(stream, str) and stream in by_stream else stray).append(change)
        split_groups = _split_groups(changes)
        outcomes = {change.place: _stray(session, change) for change in stray}
        for stream, own in by_stream.items():
            outcomes.update(self._push_stream(session, stream, positions[stream], own, split_groups, pushed))
        self._end_if_all_forked(positions, pushed.problems)
        pushed.outcomes = [outcomes[change.place] for change in changes]
        return pushed

    def _push_stream(
        self, session: Session, stream: str, position: Position, changes: list[Incoming], split: frozenset[str], pushed: PushedRows
    ) -> dict[int, Outcome]:
        grant = session.grants.get(stream)
        if grant is None:
            pushed.problems[stream] = stream_problem("no-grant", session.language)
            return {change.place: Outcome(change.change_id, "waiting") for change in changes}
        if not changes:
            with self._storage.read([stream]) as reader:
                state = reader.states([stream]).get(stream) or _unwritten(stream)
                if _is_forked(reader, state, position):
                    pushed.problems[stream] = stream_problem("fork", session.language)
                else:
                    pushed.streams[stream] = StreamMove(state.head, state.head, state.chain[:CHAIN_ON_WIRE])
            return {}
        with self._storage.write(stream) as writer:
            if _is_forked(writer, writer.state, position):
                pushed.problems[stream] = stream_problem("fork", session.language)
                return {change.place: Outcome(change.change_id, "waiting") for change in changes}
            at = rfc3339(self._clock())
            push = StreamPush(writer, session, grant, self._catalogue, self.limits, self._kinds, changed_at=at, split_groups=split)
            previous_head = writer.state.head
            outcomes = push.run(changes)
            move = StreamMove(previous_head, push.head, push.chain[:CHAIN_ON_WIRE])
        pushed.streams[stream] = move
        return outcomes

    def history(self, session: Session, stream: str, record_type: str, record_id: str, before: int | None) -> HistoryReply:
        """The versions of one record below `before`, newest first. Raises CallProblem."""
        grant = session.grants.get(stream)
        if grant is None:
            raise CallProblem("no-grant")
        with self._storage.read([stream]) as reader:
            record = reader.records(stream, [record_id]).get(record_id)
            if record is None or record.type != record_type:
                raise CallProblem("not-found")
            if not grant.reads(record.area):
                raise CallProblem("no-grant")
            found = reader.revisions(stream, record_id, before=before, limit=_HISTORY_PAGE + 1)
        return HistoryReply(versions=[_revision(row) for row in found[:_HISTORY_PAGE]], more=len(found) > _HISTORY_PAGE)

    def lineage(self, session: Session, stream: str, after: int, out: IO[bytes]) -> None:
        """Every hash each record had after a seq, as gzip JSON lines. Raises CallProblem."""
        write_lineage(self._storage, session, stream, after, out)

    def digest(self, session: Session, stream: str, at: int | None) -> DigestReply:
        """Count and sum of hashes as the stream stood at a seq; None for its head. Raises CallProblem."""
        return digest(self._storage, session, stream, at)

    def numbers(self, session: Session, request: NumbersRequest) -> NumbersReply:
        """Leases a block of numbers. Raises CallProblem."""
        grant = session.grants.get(request.stream)
        if grant is None:
            raise CallProblem("no-grant")
        with self._storage.look_up() as directory:
            server_device = directory.meta("server_device") or ""
            restores = restores_of(directory)
        with self._storage.write(request.stream) as writer:
            position = request.positions.get(request.stream)
            if position is not None and _is_forked(writer, writer.state, position):
                raise CallProblem("fork")
            at = rfc3339(self._clock())
            leased = lease(writer, session, grant, self._catalogue, request, device=server_device, changed_at=at, restores=restores)
        with self._storage.write(request.stream) as writer:
            close_ended(writer, self._catalogue, now=self._clock(), entropy=self._entropy, device=server_device)
        return leased

    def _problems(
        self, session: Session, reader: Reader, positions: Mapping[str, Position], states: Mapping[str, StreamState]
    ) -> dict[str, Problem]:
        """What is wrong with each stream asked for. Raises CallProblem `fork` when every one of them forked."""
        problems: dict[str, Problem] = {}
        for stream, position in positions.items():
            state = states.get(stream) or _unwritten(stream)
            if stream not in session.grants:
                problems[stream] = stream_problem("no-grant", session.language)
            elif _is_forked(reader, state, position):
                problems[stream] = stream_problem("fork", session.language)
        self._end_if_all_forked(positions, problems)
        return problems

    @staticmethod
    def _end_if_all_forked(positions: Mapping[str, Position], problems: Mapping[str, Problem]) -> None:
        if positions and len(problems) == len(positions) and all(problem.code == "fork" for problem in problems.values()):
            raise CallProblem("fork", extra={"problems": {name: msgspec.to_builtins(problem) for name, problem in problems.items()}})


def _result(outcome: Outcome, *, is_brief: bool) -> Result:
    made = made_of(outcome) if is_brief else None
    return Result(
        change_id=outcome.change_id,
        status=outcome.status,  # type: ignore[arg-type]  # one of the four words, as Outcome says
        snapshot=snapshot_of(outcome.record) if outcome.record and made is None else None,
        problem=outcome.problem,
        made=made,
    )


def made_of(outcome: Outcome) -> Made | None:
    """What a brief answer says of a change; None where the caller must be shown the record."""
    record = outcome.record
    return Made(record.version, record.hash, record.seq, record.changed_at) if record is not None and outcome.is_as_made else None


def _granted(session: Session, positions: Mapping[str, Position]) -> list[str]:
    """The streams of the request that this caller may read: all that the store shows."""
    return [stream for stream in positions if stream in session.grants]


def _unwritten(stream: str) -> StreamState:
    return StreamState(stream, 0, FIRST_CHAIN, "", 0, is_closed=False, successor="")


def _is_forked(reader: Reader, state: StreamState, position: Position) -> bool:
    """Whether the server lacks what it once acknowledged to this client."""
    if not _has(reader, state, position.cursor, position.chain):
        return True
    return position.witness is not None and not _has(reader, state, *position.witness)


def _has(reader: Reader, state: StreamState, seq: int, chain: str) -> bool:
    if seq > state.head:
        return False
    known = FIRST_CHAIN if seq == 0 else state.chain if seq == state.head else reader.chain_at(state.stream, seq)
    return known is not None and known[:CHAIN_ON_WIRE] == chain


def _split_groups(changes: Iterable[Incoming]) -> frozenset[str]:
    """Groups that have members in more than one stream, those of streams the request does not name included."""
    home: dict[str, object] = {}
    split: set[str] = set()
    for change in changes:
        if change.group is not None and home.setdefault(change.group, change.stream) != change.stream:
            split.add(change.group)
    return frozenset(split)


def _stray(session: Session, change: Incoming) -> Outcome:
    """A change whose stream the request does not name under `streams`."""
    words = Words("ไม่ได้ระบุสายข้อมูลของรายการนี้ไว้ใน streams", "The change's stream is not named under streams")
    return Outcome(change.change_id, "refused", problem=refusal("invalid", session.language, words, field="stream"))


def _revision(row: StoredRevision) -> Revision:
    origin: Json = msgspec.json.decode(row.origin) if row.origin else None
    return Revision(
        version=row.version,
        hash=row.hash,
        seq=row.seq,
        changed_by=row.changed_by,
        device=row.device,
        changed_at=row.changed_at,
        set=msgspec.json.decode(row.set_fields),
        unset=tuple(msgspec.json.decode(row.unset_names)),
        deleted=bool(row.deleted),
        origin=origin,
    )
