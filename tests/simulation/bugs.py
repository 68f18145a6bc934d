"""Deliberate mistakes in the protocol, made in the test tree only: the simulation must catch each."""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from msgspec.structs import replace

from desktop.storage import mirror, outbox, rows
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.outbox import Pending, Queued
from desktop.sync.engine import Round
from desktop.sync.plan import Action, Conflict, DropAgreed, MergeQuietly
from desktop.sync.settlement import Settlement
from records.changes import Snapshot
from records.ids import new_id
from records.protocol import HeadsReply, NumbersReply, Position, PullReply, PushReply
from server_stub.files import Files
from server_stub.numbers import NumbersRequest
from server_stub.problems import CallProblem
from server_stub.session import Grant, Session
from server_stub.storage.base import Reader, Storage, StoredRecord, Writer
from server_stub.storage.base import StreamState as ServerState
from server_stub.sync import SyncService


def _as_it_is(storage: Storage) -> Storage:
    return storage


def _nothing(_: Database) -> None:
    """What a right program does to a file it opened: nothing."""


@dataclass(frozen=True)
class Bug:
    """A mistake, as classes put in the place of the right ones."""

    name: str
    shown_by: int = 1
    """The first history that showed it, counted from 1: so many were played until then."""
    round: type[Round] = Round
    service: type[SyncService] = SyncService
    files: type[Files] = Files
    storage: Callable[[Storage], Storage] = _as_it_is
    opened: Callable[[Database], None] = _nothing
    """Done to each file a program opens."""
    locks: bool = True
    """Whether a round holds its lock."""
    needs: Mapping[str, Any] = field(default_factory=dict)
    """What a history must know for it to show (plan.py)."""


NO_BUG = Bug("none")


class _SkippingService(SyncService):
    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        after = replace(position, cursor=position.cursor + 1)
        return super()._fill(reader, grant, state, after if state.head > after.cursor else position, rows, room)


class _LateService(SyncService):
    """Without the stream's lock a later seq is seen before an earlier one: what was still being written then is passed over."""

    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        own: list[StoredRecord] = []
        reached = super()._fill(reader, grant, state, position, own, room)
        rows += [row for row in own if row.seq != state.head - 1 or state.head % 4]
        return reached


class _OneBehindService(SyncService):
    """`>` where `>=` belongs: a stream that moved by one seq counts as not moved."""

    def heads(self, session: Session, body: object) -> HeadsReply | None:
        reply = super().heads(session, body)
        if reply is None:
            return None
        asked: Any = body
        moved = {name: head for name, head in reply.heads.items() if head > asked["streams"][name]["cursor"] + 1}
        return replace(reply, heads=moved)


class _OpenService(SyncService):
    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        return super()._fill(reader, Grant(grant.may_write, ("*",)), state, position, rows, room)


class _AnyBaseService(SyncService):
    """Writes every change on top of what is there."""

    def push(self, session: Session, body: object) -> PushReply:
        asked: Any = body
        for change in asked["changes"]:
            with self._storage.read([change["stream"]]) as reader:
                found = reader.records(change["stream"], [change["id"]]).get(change["id"])
                is_known = any(
                    one.change_id == change["change_id"] for one in reader.revisions(change["stream"], change["id"], before=None, limit=99)
                )
            if found is not None and not is_known:
                change["base"] = {"version": found.version, "hash": found.hash}
        return super().push(session, asked)


class _NewBlockService(SyncService):
    def numbers(self, session: Session, request: NumbersRequest) -> NumbersReply:
        again = dataclasses.replace(request, request_id=new_id(self._clock(), self._entropy))
        return super().numbers(session, again)


class _WrappedStorage:
    """A storage whose writers are others."""

    def __init__(self, storage: Storage, writer: Callable[[Writer], Any]) -> None:
        self._storage = storage
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        with self._storage.write(stream) as writer:
            yield cast(Writer, self._writer(writer))


class _ForgetfulWriter:
    """Answers a repeated change by its base alone."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def applied(self, change_ids: Collection[str]) -> dict[str, Any]:
        return {}


class _UncountingWriter(_ForgetfulWriter):
    """Knows of no number that was leased."""

    def applied(self, change_ids: Collection[str]) -> dict[str, Any]:
        return self._writer.applied(change_ids)

    def last_number(self, stream: str, book: str, year: int) -> int:
        return 0


def _with_writer(writer: Callable[[Writer], Any]) -> Callable[[Storage], Storage]:
    return lambda storage: cast(Storage, _WrappedStorage(storage, writer))


class _NewIdRound(Round):
    def send_again(self) -> None:
        with self._database.write() as connection:
            for pending in outbox.in_flight(connection):
                outbox.replace(connection, pending.change.change_id, replace(pending.change, change_id=self._desk.new_id()))


class _PullFirstRound(Round):
    def send_again(self) -> None:
        self.receive(self.ask(self._positions.open()))
        super().send_again()


class _CursorFirstRound(Round):
    def store_page(self, reply: PullReply) -> bool:
        moved = {}
        with self._database.write() as connection:
            for stream, move in reply.cursors.items():
                if move.from_ == self._positions.states[stream].cursor:
                    self._positions.pulled(connection, stream, move.cursor, move.chain, move.durable)
                    moved[stream] = replace(move, from_=move.cursor)
        self._check_cancelled()
        return super().store_page(replace(reply, cursors=moved, more=False)) or reply.more


class _UnfrozenRound(Round):
    def freeze(self, tried: Collection[str]) -> list[Queued]:
        batch = super().freeze(tried)
        with self._database.write() as connection:
            outbox.thaw(connection, [change.change_id for change in batch])
        return batch


class _LeapingRound(Round):
    def settle(self, changes: Sequence[Queued], reply: PushReply) -> None:
        super().settle(changes, reply)
        positions = self._positions
        with self._database.write() as connection:
            for stream, move in reply.streams.items():
                mine = positions.states[stream]
                if stream not in positions.paused and move.head > mine.cursor:
                    positions.save(connection, replace(mine, cursor=move.head, chain=move.chain))


class _TornGroupRound(Round):
    def offer(self) -> bool:
        tried: set[str] = set()
        while batch := self.freeze(tried):
            tried.update(change.id for change in batch)
            for change in batch:
                self.push([change])
        return bool(tried)


class _PullWitnessRound(Round):
    """Where others wrote between, the head of a push is not remembered: the cursor stays, and with it what the server is held to."""

    def settle(self, changes: Sequence[Queued], reply: PushReply) -> None:
        before = dict(self._positions.states)
        super().settle(changes, reply)
        with self._database.write() as connection:
            for stream in reply.streams:
                was, now = before[stream], self._positions.states[stream]
                if now.cursor == was.cursor:
                    self._positions.save(connection, replace(now, witness_seq=was.witness_seq, witness_chain=was.witness_chain))


class _SameCursorRound(Round):
    """A stream whose areas changed goes on from where it was."""

    def _renew_grants(self) -> list[str]:
        before = dict(self._positions.states)
        begun = super()._renew_grants()
        with self._database.write() as connection:
            for stream, was in before.items():
                now = self._positions.states[stream]
                if now.cursor < was.cursor:
                    self._positions.save(connection, replace(now, cursor=was.cursor, chain=was.chain))
        return begun


class _StrictRound(Round):
    """Drops what its catalogue does not know."""

    def store_page(self, reply: PullReply) -> bool:
        return super().store_page(replace(reply, snapshots=[self._known(one) for one in reply.snapshots]))

    def _known(self, snapshot: Snapshot) -> Snapshot:
        spec = self._desk.catalogue.get(snapshot.type)
        names = {one.name for one in spec.fields} if spec else snapshot.fields.keys()
        return replace(snapshot, fields={name: value for name, value in snapshot.fields.items() if name in names})


class _AbsentRound(Round):
    """What a last page does not show is taken for deleted."""

    def store_page(self, reply: PullReply) -> bool:
        shown = {one.id for one in reply.snapshots}
        with self._database.write() as connection:
            for stream in () if reply.more else reply.cursors:
                for table in connection.tables.all():
                    for values in connection.execute(f"{table.select} WHERE _stream = ? AND _waiting = 0", (stream,)).fetchall():
                        one = table.snapshot(values)
                        if one.id not in shown:
                            rows.remove(connection, (stream, one.type, one.id))
        return super().store_page(reply)


class _RetriedUnfrozenRound(Round):
    """A refused change that is tried once more can be edited meanwhile."""

    def freeze(self, tried: Collection[str]) -> list[Queued]:
        batch = super().freeze(tried)
        with self._database.write() as connection:
            found = [outbox.get(connection, one.change_id) for one in batch]
            outbox.thaw(connection, [one.change.change_id for one in found if one is not None and one.refusals])
        return batch


class _StaleDropped(Settlement):
    def _stale(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        outbox.remove(self._connection, mine.change.change_id)
        mirror.observe(self._connection, [snapshot])


class _BaseForgotten(Settlement):
    def _applied(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        super()._applied(mine, later, snapshot)
        for one in later[:1]:
            outbox.replace(self._connection, one.change.change_id, one.change)


class _LaterDropped(Settlement):
    def _applied(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        for one in later:
            outbox.remove(self._connection, one.change.change_id)
        super()._applied(mine, (), snapshot)


class _ConflictUnwritten(Settlement):
    def _carry_out(self, action: Action, waiting: Sequence[Pending]) -> None:
        if isinstance(action, Conflict):
            action = MergeQuietly(action.snapshot, action.change) if action.change else DropAgreed(action.snapshot)
        super()._carry_out(action, waiting)


def _with(settlement: type[Settlement]) -> type[Round]:
    class WithSettlement(Round):
        def _settlement(self, connection: Connection) -> Settlement:
            return settlement(connection, self._desk, self._clock(), self._tally)

    return WithSettlement


class _NamelessRound(Round):
    """What a server lost is offered again as if it were new."""

    def recover(self) -> list[str]:
        begun = super().recover()
        with self._database.write() as connection:
            for one in outbox.everything(connection):
                if one.change.origin is not None:
                    change = replace(one.change, origin=None)
                    outbox.replace(connection, one.change.change_id, change)
                    mirror.reproject(connection, change.stream, change.type, change.id)
        return begun


class _ContentFiles(Files):
    """Never says that it lacks a document."""

    def missing(self, session: Session, stream: str) -> list[str]:
        return []


class _HiddenFiles(Files):
    """Tells whoever asks for a document that it is not here, once it is in: nobody but the sender ever has it."""

    def open(self, session: Session, stream: str, sha256: str) -> Any:
        raise CallProblem("not-found")


def _drop_extras(database: Database) -> None:
    with database.write() as connection:
        for table in connection.tables.by_type.values():
            connection.execute(f"UPDATE {table.name} SET _extra = NULL")


PLAIN = dict.fromkeys(("calm", "grants", "server_restore", "documents", "bundles", "rewinds", "backups"), False)
"""For what shows rarely: little else happens."""
BUGS = (
    Bug("the pull skips the seq after the cursor", 3, service=_SkippingService),
    Bug("a later seq is seen before an earlier one, for want of a lock", 7, service=_LateService),
    Bug("a stream that moved by one counts as not moved", 31, service=_OneBehindService),
    Bug("a page is not filtered by areas", 2, service=_OpenService, needs={"reader": True}),
    Bug("a change is written on any base", 3, service=_AnyBaseService),
    Bug("the server forgets what it applied", storage=_with_writer(_ForgetfulWriter)),
    Bug("a block of numbers asked for again is another block", 2, service=_NewBlockService, needs={"numbers": True}),
    Bug("blocks of numbers begin anew", storage=_with_writer(_UncountingWriter), needs={"numbers": True}),
    Bug("a re-send gets a new id", round=_NewIdRound),
    Bug("the pull comes before the re-send", 2, round=_PullFirstRound),
    Bug("the cursor is stored before the rows", 49, round=_CursorFirstRound),
    Bug("what is sent is not frozen", 3, round=_UnfrozenRound),
    Bug("what is tried again after a refusal is not frozen", 134, round=_RetriedUnfrozenRound, needs={"locking": True, **PLAIN}),
    Bug("a push moves the cursor past the work of others", 11, round=_LeapingRound),
    Bug("the members of a group are pushed one by one", 11, round=_TornGroupRound),
    Bug("a stream whose areas changed goes on from its cursor", 88, round=_SameCursorRound, needs={"grants": True, "calm": False}),
    Bug("fields the program does not know are dropped", 11, round=_StrictRound, needs={"generations": True}),
    Bug("a record that is not shown counts as deleted", round=_AbsentRound),
    Bug("two rounds run at once", 27, locks=False, needs={"second": True}),
    Bug("a newer program drops what was kept beside the columns", 12, opened=_drop_extras, needs={"generations": True}),
    Bug("the base of a later edit is forgotten when the sent one is settled", 3, round=_with(_BaseForgotten)),
    Bug("an edit made while pushing is dropped", 2, round=_with(_LaterDropped)),
    Bug("a stale change is dropped", 3, round=_with(_StaleDropped)),
    Bug("a conflict is not recorded", 3, round=_with(_ConflictUnwritten)),
    Bug("lost work is offered again without its origin", round=_NamelessRound, needs={"server_restore": True, "calm": False}),
    Bug(
        "a server never says which documents it lacks",
        files=_ContentFiles,
        needs={"server_restore": True, "documents": True, "calm": False},
    ),
    Bug("a document is never given to another", files=_HiddenFiles, needs={"documents": True, "calm": False}),
    Bug("a push does not move the witness", 21, round=_PullWitnessRound, needs={"server_restore": True, "calm": False, "both": True}),
)
