"""One round: re-send -> heads -> pull -> freeze -> push -> settle -> files -> report; it reads like docs/protocol.md, "A round, on the client".

    run_round ── round_lock ── Round.run
                                 send_again()   what was sent and not answered, same ids, before any pull of its stream
                                 look()         which streams moved: by the answers to a push or a pull where they are few, else by heads
                                 recover()      a server that lost data: back to what both have, its lost work waits again (lineage.py)
                                 receive()      pages: rows, cursor, chain and witness in one transaction each (receiving.py)
                                 offer()        batches: freeze, push, settle; again until nothing is sendable (offering.py)
                                 exchange_files()   contents of documents, so many bytes a round

No clock, chance or thread of its own: they come as arguments. It may stop between any two transactions, by cancel, error or power cut,
and the next round goes on from what is stored.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from desktop.storage import arriving, outbox, sending, state
from desktop.storage.database import Database
from desktop.storage.outbox import Queued
from desktop.sync.batches import batches, parts
from desktop.sync.files import PER_ROUND, Files
from desktop.sync.first_download import MANY
from desktop.sync.line import FileLine, Line
from desktop.sync.lineage import recover
from desktop.sync.offering import Offering
from desktop.sync.receiving import Receiving
from desktop.sync.round_lock import round_lock
from desktop.sync.round_state import FEW_STREAMS, UPGRADE, Cancelled, Clock, Listener
from desktop.sync.status import WENT_BACK, WENT_BACK_WITH_IT, Phase, Report, StreamReport
from records.errors import AppError, Refused
from records.ids import Entropy
from records.kinds.times import rfc3339
from records.protocol import Position, Problem
from records.record import RecordType

MOST_PASSES = 10
"""How often a round offers again what its own merges made."""
MOST_RECOVERIES = 3
"""How often a round follows a server that says again that it lost data of one stream."""


def run_round(
    database: Database,
    catalogue: Mapping[str, RecordType],
    transport: Line,
    clock: Clock,
    entropy: Entropy,
    listener: Listener,
    *,
    streams: Collection[str] | None = None,
    allow_deletes: int = 0,
    file_bytes: int | None = PER_ROUND,
    download_from: int = MANY,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Runs one round over the streams this device is granted, or those named, and says what it did.

    Args:
        allow_deletes: so many deletions of a type a person has agreed to, sent or received; 0: only as many as never ask.
        file_bytes: so many bytes of documents move in this round, the rest in the next; None for all.
        download_from: a stream of which nothing is here and that came so far is received as one file.
        cancelled: asked between two transactions.

    Raises:
        Unavailable: no line, a busy server, another round running (`busy`); what was agreed before stays agreed.
        Refused: the server takes nothing from this device or program (`revoked`, `upgrade-required` ...).
    """
    with round_lock(database.path.parent):
        made = Round(
            database, catalogue, transport, clock, entropy, listener,
            streams=streams, allow_deletes=allow_deletes, cancelled=cancelled,
            snapshots=transport, download_from=download_from,
        )  # fmt: skip
        return made.run(transport, file_bytes)


class Round(Receiving, Offering):
    """The steps of a round in their order; used once."""

    def run(self, documents: FileLine | None = None, file_bytes: int | None = PER_ROUND) -> Report:
        """Runs the steps in their order; without a line for documents they wait."""
        try:
            self.send_again()
            self.receive(self.look())
            self.receive([*self._renew_grants(), *self.recover()])
            passes = 0
            while passes < MOST_PASSES + self._longest and (self.offer() or self._lost()):
                passes += 1
                self.receive([*self.recover(), *self._positions.behind()])
            if documents is not None:
                self.exchange_files(documents, file_bytes)
        except Cancelled:
            self._report.cancelled = True
        if self._failure is not None:
            raise self._failure
        return self._reported()

    def take_reply(self) -> Report:
        """The steps for a reply that came in a file: settles what it answers, then stores its pages; nothing new is offered."""
        try:
            self.send_again()
            self.receive([*self.ask(self._positions.open()), *self.recover(), *self._renew_grants()])
        except Cancelled:
            self._report.cancelled = True
        return self._reported()

    def freeze_all(self) -> tuple[list[Queued], dict[str, Position]]:
        """Freezes everything sendable, for a file: what is in flight with what was sent before, and where this desk stands."""
        with self._database.reading() as connection:
            frozen = outbox.in_flight(connection, list(self._positions.states))
        tried: set[str] = set()
        while batch := self.freeze(tried):
            tried.update(change.id for change in batch)
            frozen += batch
        self._save(self._positions.changed_pauses())
        return frozen, self._positions.told(name for name, one in self._positions.states.items() if one.paused != state.LOST)

    # 1. Re-send ------------------------------------------------------------------------------------------------------------------

    def send_again(self) -> None:
        """Sends what was sent and not answered, with the same ids; its stream is not pulled before that is settled."""
        self._send_frozen(self._positions.states)

    def _send_frozen(self, streams: Collection[str]) -> None:
        with self._database.reading() as connection:
            frozen = outbox.in_flight(connection, streams)
        if frozen:
            self._tell(Phase.SENDING_AGAIN, total=len(frozen))
        for batch in batches(frozen, self._limits):
            try:
                self.push(batch)
            except AppError as error:
                self._block({change.stream for change in batch}, error)

    # 2. Heads --------------------------------------------------------------------------------------------------------------------

    def look(self) -> list[str]:
        """Finds out which streams moved, in as few requests as it takes; returns the streams to pull.

        With few streams a push, or a pull, says what heads would say (docs/decisions/0031): what waits goes first, with the positions of all
        streams, and what its answers say nothing of is pulled unasked. A first download asks before: its head decides how it comes.
        """
        self._tell(Phase.ASKING)
        if len(self._positions.open()) > FEW_STREAMS:
            return self.ask(self._positions.open())
        self.offer()
        unknown = [stream for stream in self._positions.open() if stream not in self._told]
        begun = [stream for stream in unknown if self._positions.states[stream].cursor]
        new = [stream for stream in unknown if stream not in begun]
        return [*self._positions.behind(), *begun, *(self.ask(new) if new else ())]

    def ask(self, streams: Sequence[str]) -> list[str]:
        """Asks which of the streams moved; returns those."""
        moved: list[str] = []
        for part in parts(streams, self._limits.streams):
            try:
                reply = self._transport.heads(self._positions.told(part))
            except Refused as error:
                self._pause_forked(part, error)
                continue
            self._positions.pause(reply.problems)
            for stream, head in reply.heads.items():
                if stream in self._positions.states:
                    self._positions.reaches(stream, head)
                    moved.append(stream)
            self._save(self._positions.changed(reply.durable))
        return moved

    def recover(self) -> list[str]:
        """Brings streams of which the server lost data back to what both have; returns them, to be pulled from their start."""
        begun: list[str] = []
        for stream in self._lost():
            self._recoveries[stream] += 1
            self._tell(Phase.RECOVERING, stream=stream)
            try:
                packed = self._transport.lineage(stream, 0)
                self._check_cancelled()
                with self._database.write() as connection:
                    found = recover(connection, packed, self._positions.states[stream], self._desk, self._account, rfc3339(self._clock()))
                    self._positions.recovered(connection, stream, found.head)
                    arriving.forget(connection, stream)
            except AppError as error:
                # A server of before lineage: the stream stays paused, as it was.
                if error.code != "not-found":
                    self._block({stream}, error)
                continue
            self._longest = max(self._longest, found.longest)
            self._tally.note(stream, found.offered, found.went_back)
            begun.append(stream)
        # What was in flight when the loss was noticed is unanswered still.
        self._send_frozen(begun)
        return begun

    def _lost(self) -> list[str]:
        """The streams of which the server lost data, but those it says so of again and again."""
        return [
            name for name in self._positions.forked() if self._recoveries[name] < MOST_RECOVERIES and name not in self._positions.blocked
        ]

    # 7. Files --------------------------------------------------------------------------------------------------------------------

    def exchange_files(self, line: FileLine, most_bytes: int | None) -> None:
        """Moves contents of documents, up and down, after the records."""
        self._check_cancelled()
        streams = self._positions.open()
        files = Files(self._database, line, self._clock, tell=self._tell, stopped=self._cancelled, most_bytes=most_bytes)
        self._report.files = files.run(streams, [name for name in streams if self._positions.states[name].access == "write"])

    # 8. Report -------------------------------------------------------------------------------------------------------------------

    def _reported(self) -> Report:
        report, tally = self._report, self._tally
        report.pushed, report.pulled, report.merged, report.conflicts = tally.pushed, tally.pulled, tally.merged, tally.conflicts
        sent = (self._transport.requests, self._transport.bytes_up, self._transport.bytes_down)
        report.requests, report.bytes_up, report.bytes_down = (now - then for now, then in zip(sent, self._before, strict=True))
        if self._too_old is not None:
            with self._database.reading() as connection:
                now = self._clock()
                held = [stream for stream in self._writable() if sending.sendable_places(connection, [stream], now, 1)]
            self._positions.pause(dict.fromkeys(held, Problem(UPGRADE)))
        self._save(self._positions.changed_pauses())
        with self._database.reading() as connection:
            counts = outbox.counts(connection)
            left = self._places(connection, limit=1) or outbox.in_flight(connection, list(self._positions.states))
        for name, mine in self._positions.states.items():
            one = StreamReport(mine.cursor, max(self._positions.heads[name], mine.cursor), mine.durable)
            one.waiting = counts.get(name, {}).get("waiting", 0) + counts.get(name, {}).get("in_flight", 0)
            one.refused = counts.get(name, {}).get("refused", 0)
            one.paused = self._positions.paused.get(name)
            one.offered, one.went_back = tally.offered[name], tally.went_back[name]
            report.streams[name] = one
        offered, went_back = tally.offered.total(), tally.went_back.total()
        report.notices += [WENT_BACK.filled(offered=f"{offered:,}")] if offered else []
        report.notices += [WENT_BACK_WITH_IT.filled(went_back=f"{went_back:,}")] if went_back else []
        report.waiting = sum(one.waiting for one in report.streams.values())
        report.refused = sum(one.refused for one in report.streams.values())
        is_level = all(one.cursor == one.head for one in report.streams.values())
        report.done = is_level and not (left or report.cancelled or self._positions.paused)
        return report
