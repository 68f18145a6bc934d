"""Rounds of a desk, and what a program does to its file, with one deliberate mistake each (bugs.py)."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from desktop.storage import mirror, outbox, rows
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.outbox import Pending, Queued
from desktop.sync.engine import Round
from desktop.sync.plan import Action, Conflict, DropAgreed, MergeQuietly
from desktop.sync.settlement import Settlement
from records.changes import Snapshot
from records.protocol import PullReply, PushReply


class NewIdRound(Round):
    def send_again(self) -> None:
        with self._database.write() as connection:
            for pending in outbox.in_flight(connection):
                outbox.replace(connection, pending.change.change_id, replace(pending.change, change_id=self._desk.new_id()))


class PullFirstRound(Round):
    def send_again(self) -> None:
        self.receive(self.ask(self._positions.open()))
        super().send_again()


class CursorFirstRound(Round):
    def store_page(self, reply: PullReply) -> bool:
        moved = {}
        with self._database.write() as connection:
            for stream, move in reply.cursors.items():
                if move.from_ == self._positions.states[stream].cursor:
                    self._positions.pulled(connection, stream, move.cursor, move.chain, move.durable)
                    moved[stream] = replace(move, from_=move.cursor)
        self._check_cancelled()
        return super().store_page(replace(reply, cursors=moved, more=False)) or reply.more


class UnfrozenRound(Round):
    def freeze(self, tried: Collection[str]) -> list[Queued]:
        batch = super().freeze(tried)
        with self._database.write() as connection:
            outbox.thaw(connection, [change.change_id for change in batch])
        return batch


class LeapingRound(Round):
    def settle(self, changes: Sequence[Queued], reply: PushReply) -> None:
        super().settle(changes, reply)
        positions = self._positions
        with self._database.write() as connection:
            for stream, move in reply.streams.items():
                mine = positions.states[stream]
                if stream not in positions.paused and move.head > mine.cursor:
                    positions.save(connection, replace(mine, cursor=move.head, chain=move.chain))


class TornGroupRound(Round):
    def offer(self) -> bool:
        tried: set[str] = set()
        while batch := self.freeze(tried):
            tried.update(change.id for change in batch)
            for change in batch:
                self.push([change])
        return bool(tried)


class PullWitnessRound(Round):
    """Where others wrote between, the head of a push is not remembered: the cursor stays, and with it what the server is held to."""

    def settle(self, changes: Sequence[Queued], reply: PushReply) -> None:
        before = dict(self._positions.states)
        super().settle(changes, reply)
        with self._database.write() as connection:
            for stream in reply.streams:
                was, now = before[stream], self._positions.states[stream]
                if now.cursor == was.cursor:
                    self._positions.save(connection, replace(now, witness_seq=was.witness_seq, witness_chain=was.witness_chain))


class SameCursorRound(Round):
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


class StrictRound(Round):
    """Drops what its catalogue does not know."""

    def store_page(self, reply: PullReply) -> bool:
        return super().store_page(replace(reply, snapshots=[self._known(one) for one in reply.snapshots]))

    def _known(self, snapshot: Snapshot) -> Snapshot:
        spec = self._desk.catalogue.get(snapshot.type)
        names = {one.name for one in spec.fields} if spec else snapshot.fields.keys()
        return replace(snapshot, fields={name: value for name, value in snapshot.fields.items() if name in names})


class AbsentRound(Round):
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


class RetriedUnfrozenRound(Round):
    """A refused change that is tried once more can be edited meanwhile."""

    def freeze(self, tried: Collection[str]) -> list[Queued]:
        batch = super().freeze(tried)
        with self._database.write() as connection:
            found = [outbox.get(connection, one.change_id) for one in batch]
            outbox.thaw(connection, [one.change.change_id for one in found if one is not None and one.refusals])
        return batch


class StaleDropped(Settlement):
    def _stale(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        outbox.remove(self._connection, mine.change.change_id)
        mirror.observe(self._connection, [snapshot])


class BaseForgotten(Settlement):
    def _applied(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        super()._applied(mine, later, snapshot)
        for one in later[:1]:
            outbox.replace(self._connection, one.change.change_id, one.change)


class LaterDropped(Settlement):
    def _applied(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        for one in later:
            outbox.remove(self._connection, one.change.change_id)
        super()._applied(mine, (), snapshot)


class ConflictUnwritten(Settlement):
    def _carry_out(self, action: Action, waiting: Sequence[Pending]) -> None:
        if isinstance(action, Conflict):
            action = MergeQuietly(action.snapshot, action.change) if action.change else DropAgreed(action.snapshot)
        super()._carry_out(action, waiting)


def settling_with(settlement: type[Settlement]) -> type[Round]:
    class WithSettlement(Round):
        def _settlement(self, connection: Connection) -> Settlement:
            return settlement(connection, self._desk, self._clock(), self._tally)

    return WithSettlement


class NamelessRound(Round):
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


def drop_extras(database: Database) -> None:
    with database.write() as connection:
        for table in connection.tables.by_type.values():
            connection.execute(f"UPDATE {table.name} SET _extra = NULL")
