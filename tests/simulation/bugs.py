"""Deliberate mistakes in the protocol, made in the test tree only: the simulation must catch each."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from msgspec.structs import replace

from desktop.storage import outbox
from desktop.storage.connection import Connection
from desktop.storage.outbox import Pending, Queued
from desktop.sync.engine import Round
from desktop.sync.plan import Action, Conflict, DropAgreed, MergeQuietly
from desktop.sync.settlement import Settlement
from records.changes import Snapshot
from records.protocol import Position, PullReply, PushReply
from server_stub.session import Grant
from server_stub.storage.base import Reader, Storage, StoredRecord, Writer
from server_stub.storage.base import StreamState as ServerState
from server_stub.sync import SyncService


def _as_it_is(storage: Storage) -> Storage:
    return storage


@dataclass(frozen=True)
class Bug:
    """A mistake, as classes put in the place of the right ones."""

    name: str
    round: type[Round] = Round
    service: type[SyncService] = SyncService
    storage: Callable[[Storage], Storage] = _as_it_is


NO_BUG = Bug("none")


class _SkippingService(SyncService):
    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        after = replace(position, cursor=position.cursor + 1)
        return super()._fill(reader, grant, state, after if state.head > after.cursor else position, rows, room)


class _ForgetfulStorage:
    """Answers a repeated change by its base alone."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        with self._storage.write(stream) as writer:
            yield cast(Writer, _ForgetfulWriter(writer))


class _ForgetfulWriter:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def applied(self, change_ids: Collection[str]) -> dict[str, Any]:
        return {}


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


BUGS = (
    Bug("the pull skips the seq after the cursor", service=_SkippingService),
    Bug("the server forgets what it applied", storage=lambda storage: cast(Storage, _ForgetfulStorage(storage))),
    Bug("a re-send gets a new id", round=_NewIdRound),
    Bug("the pull comes before the re-send", round=_PullFirstRound),
    Bug("the cursor is stored before the rows", round=_CursorFirstRound),
    Bug("what is sent is not frozen", round=_UnfrozenRound),
    Bug("a push moves the cursor past the work of others", round=_LeapingRound),
    Bug("the members of a group are pushed one by one", round=_TornGroupRound),
    Bug("the base of a later edit is forgotten when the sent one is settled", round=_with(_BaseForgotten)),
    Bug("an edit made while pushing is dropped", round=_with(_LaterDropped)),
    Bug("a conflict is not recorded", round=_with(_ConflictUnwritten)),
)
"""Caught by plain histories."""

WITNESS_BUG = Bug("a push does not move the witness", round=_PullWitnessRound)
"""Shown only by a server that lost data."""
