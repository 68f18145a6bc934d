"""One round: re-send -> heads -> pull -> freeze -> push -> settle -> files -> report; it reads like docs/protocol.md, "A round, on the client".

    run_round ── round_lock ── Round.run
                                 send_again()   what was sent and not answered, same ids, before any pull of its stream
                                 look()         which streams moved: by the answers to a push or a pull where they are few, else by heads
                                 recover()      a server that lost data: back to what both have, its lost work waits again (lineage.py)
                                 receive()      pages: rows, cursor, chain and witness in one transaction each
                                 offer()        batches: freeze, push, settle; again until nothing is sendable
                                 exchange_files()   contents of documents, so many bytes a round

No clock, chance or thread of its own: they come as arguments. It may stop between any two transactions, by cancel, error or power cut,
and the next round goes on from what is stored.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from desktop.storage import arriving, growth, outbox, state
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.outbox import Queued
from desktop.storage.state import StreamState
from desktop.sync.batches import batches, halves, parts
from desktop.sync.files import PER_ROUND, Files
from desktop.sync.first_download import MANY, FirstDownload, Told
from desktop.sync.guard import DeletionGuard
from desktop.sync.line import FileLine, Line, SnapshotLine, Transport
from desktop.sync.lineage import recover
from desktop.sync.plan import Desk
from desktop.sync.positions import Positions
from desktop.sync.replies import not_ours
from desktop.sync.round_lock import round_lock
from desktop.sync.settlement import Settlement, Tally, are_answers
from desktop.sync.status import PHASE_WORDS, WENT_BACK, WENT_BACK_WITH_IT, Pause, Phase, Report, StreamReport, SyncStatus
from records.errors import AppError, Refused, Unavailable
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.protocol import Limits, Position, Problem, PullReply, PushReply
from records.record import RecordType

UPGRADE = "upgrade-required"
MOST_PASSES = 10
"""How often a round offers again what its own merges made."""
FEW_STREAMS = 12
"""Up to so many streams their positions ride along with every push, and are pulled unasked."""

MOST_RECOVERIES = 3
"""How often a round follows a server that says again that it lost data of one stream."""

Listener = Callable[[SyncStatus], None]
Clock = Callable[[], datetime]


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


class _Cancelled(Exception):
    """Somebody asked to stop; nothing is half done."""


class Round:
    """One round; used once."""

    def __init__(
        self,
        database: Database,
        catalogue: Mapping[str, RecordType],
        transport: Transport,
        clock: Clock,
        entropy: Entropy,
        listener: Listener,
        *,
        streams: Collection[str] | None = None,
        allow_deletes: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        snapshots: SnapshotLine | None = None,
        download_from: int = MANY,
    ) -> None:
        """See `run_round`; without a line for first downloads every stream is pulled page by page."""
        self._snapshots = snapshots
        self._download_from = download_from
        self._database = database
        self._transport = transport
        self._clock = clock
        self._listener = listener
        self._cancelled = cancelled
        self._limits = Limits()
        self._tally = Tally()
        self._guard = DeletionGuard(catalogue, allow_deletes)
        self._report = Report()
        self._failure: AppError | None = None
        self._renewals = 0
        """How often the grants changed while pages came."""
        self._too_old: AppError | None = None
        """Set once the server takes no pushes of this program: the rest of the round only receives (docs/protocol.md, "A round")."""
        self._to_push = 0
        """How many changes the round will have pushed, as far as is known."""
        self._told: set[str] = set()
        """The streams of which an answer to a push said where they are."""
        self._recoveries: Counter[str] = Counter()
        self._longest = 0
        """So many versions of one record are offered again, one after the other."""
        self._before = (transport.requests, transport.bytes_up, transport.bytes_down)
        with database.reading() as connection:
            self._positions = Positions(connection, streams)
            identity = state.identity(connection)
        device = identity.device_id if identity else ""
        self._account = identity.account if identity else ""
        self._desk = Desk(catalogue, device, lambda: new_id(clock(), entropy))

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
        except _Cancelled:
            self._report.cancelled = True
        if self._failure is not None:
            raise self._failure
        return self._reported()

    def take_reply(self) -> Report:
        """The steps for a reply that came in a file: settles what it answers, then stores its pages; nothing new is offered."""
        try:
            self.send_again()
            self.receive([*self.ask(self._positions.open()), *self._renew_grants()])
        except _Cancelled:
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

    @property
    def paused(self) -> Mapping[str, Pause]:
        """Why streams are left out so far."""
        return self._positions.paused

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

    def _block(self, streams: Collection[str], error: AppError) -> None:
        self._positions.blocked.update(streams)
        if error.code == UPGRADE:
            # Whether they went in is not known: their streams are not pulled. All others are.
            self._too_old = error
            self._positions.pause(dict.fromkeys(streams, Problem(UPGRADE)))
            return
        self._failure = self._failure or error
        if self._positions.blocked >= set(self._positions.states) or error.code in (
            "offline",
            "slow-down",
            "revoked",
            "unauthenticated",
            "rewound",
        ):
            raise error

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

    def _renew_grants(self) -> list[str]:
        """Asks for the grants when a reply says that they changed; returns the streams that begin anew."""
        if not self._have_grants_changed():
            return []
        account = self._transport.account()
        self._check_cancelled()
        with self._database.write() as connection:
            state.take_grants(connection, account.streams)
            state.set_setting(connection, state.GRANTS, self._transport.grants)
            arriving.keep_only(connection, self._transport.grants)
            return self._positions.begin(connection)

    def _have_grants_changed(self) -> bool:
        with self._database.reading() as connection:
            return self._transport.grants not in ("", state.setting(connection, state.GRANTS))

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

    # 3. Pull ---------------------------------------------------------------------------------------------------------------------

    def receive(self, moved: Collection[str]) -> None:
        """Brings these streams here: whole, those that begin with much, and page by page what is left."""
        # What is known to have changed is asked before a page comes that could not be kept.
        anew = self._begun_anew() if moved and self._have_grants_changed() else []
        wanted = dict.fromkeys([*moved, *anew])
        streams = self._download([stream for stream in wanted if stream in self._positions.open()])
        begun: list[str] = []
        total = sum(max(0, self._positions.heads[stream] - self._positions.states[stream].cursor) for stream in streams)
        for part in parts(streams, self._limits.streams):
            more = True
            while more and (left := [stream for stream in part if stream in self._positions.open()]):
                self._tell(Phase.PULLING, stream=left[0], done=self._tally.pulled, total=max(total, self._tally.pulled))
                try:
                    reply = self._transport.pull(self._positions.told(left), self._limits.page)
                except Refused as error:
                    self._pause_forked(left, error)
                else:
                    if self._have_grants_changed():
                        # This page shows what was granted a moment ago. Stored, its gaps would stay for ever where the former grant comes back.
                        begun += self._begun_anew()
                    else:
                        more = self.store_page(reply)
        if left_out := [stream for stream in begun if stream not in wanted]:
            self.receive(left_out)

    def _download(self, streams: Sequence[str]) -> list[str]:
        """Receives as one file those of the streams of which nothing is here and much is there; returns what is to be pulled."""
        level: set[str] = set()
        for stream in streams:
            if self._snapshots is None or self._positions.states[stream].cursor or self._positions.heads[stream] < self._download_from:
                continue
            self._download_one(FirstDownload(self._database, self._snapshots, stream, self._check_cancelled), stream)
            cursor = self._positions.states[stream].cursor
            level.update([stream] if cursor and cursor == self._positions.heads[stream] else [])
        return [stream for stream in streams if stream in self._positions.open() and stream not in level]

    def _download_one(self, download: FirstDownload, stream: str) -> None:
        """Receives the stream so far as the download goes; where it cannot be had, or is not what it says, the stream is pulled."""
        head = self._positions.heads[stream]

        def tell(done: int, total: int) -> None:
            self._tell(Phase.PULLING, stream=stream, done=done * head // (2 * max(total, 1)), total=head)

        tell(0, 1)
        try:
            if not download.fetch(self._granted(), tell):
                return
            self._check_cancelled()
            told = download.check()
            if told is None or told.seq < self._positions.states[stream].witness_seq:
                # Damaged, or older than what the server has acknowledged since: no base for anything.
                download.forget()
                return
            try:
                self._store_download(download, stream, told)
            except (AppError, _Cancelled):
                self._make_indexes()
                raise
            self._make_indexes()
        except Unavailable as error:
            if download.has_come or error.code == "slow-down":
                raise
        except Refused:
            download.forget()

    def _store_download(self, download: FirstDownload, stream: str, told: Told) -> None:
        stored = 0
        for batch in download.batches():
            self._check_cancelled()
            with self._database.write() as connection:
                growth.put_off_indexes(
                    connection, [one for one, many in Counter(s.type for s in batch).items() if many >= self._limits.page // 4]
                )
                pause = self._guard.received(connection, stream, batch)
                if pause is not None:
                    self._positions.paused[stream] = pause
                    return
                settlement = self._settlement(connection)
                settlement.take(stream, batch)
                settlement.finish()
            stored += len(batch)
            self._tell(Phase.PULLING, stream=stream, done=(told.seq + told.seq * stored // max(told.count, 1)) // 2, total=told.seq)
        with self._database.write() as connection:
            self._positions.reaches(stream, told.seq)
            self._positions.pulled(connection, stream, told.seq, told.chain, self._positions.states[stream].durable)
            arriving.forget(connection, stream)

    def _make_indexes(self) -> None:
        with self._database.write() as connection:
            growth.make_indexes(connection)

    def _granted(self) -> str:
        with self._database.reading() as connection:
            return state.setting(connection, state.GRANTS) or ""

    def _begun_anew(self) -> list[str]:
        """Takes the new grants in the middle of a pull. Raises Unavailable when they change with every page: no server of ours does that."""
        self._renewals += 1
        if self._renewals > MOST_PASSES:
            raise not_ours()
        return self._renew_grants()

    def store_page(self, reply: PullReply) -> bool:
        """Stores rows, cursor, chain and witness in one transaction; says whether there is more."""
        self._check_cancelled()
        asked = self._positions.open()
        self._positions.pause(reply.problems)
        advanced = False
        with self._database.write() as connection:
            settlement = self._settlement(connection)
            for stream, move in reply.cursors.items():
                mine = self._positions.states.get(stream)
                if mine is None or stream not in asked:
                    continue
                self._positions.reaches(stream, max(move.head, move.cursor))
                if move.from_ != mine.cursor or move.cursor < mine.cursor:
                    continue
                page = [snapshot for snapshot in reply.snapshots if snapshot.stream == stream]
                pause = self._guard.received(connection, stream, page)
                if pause is not None:
                    self._positions.paused[stream] = pause
                    continue
                settlement.take(stream, page)
                advanced = advanced or move.cursor > mine.cursor
                self._positions.pulled(connection, stream, move.cursor, move.chain, move.durable)
            settlement.finish()
        if reply.more and not advanced and self._positions.open() == asked:
            raise not_ours()
        return reply.more

    # 4. Freeze and push ----------------------------------------------------------------------------------------------------------

    def offer(self) -> bool:
        """Freezes and pushes everything sendable, each record once; says whether there was anything.

        While one batch is on its way the answer to the one before is settled and the next is frozen. A batch leaves only when the one before
        was answered, so that the server meets them in the order of the queue.
        """
        tried: set[str] = set()
        batch = self.freeze(tried) if self._too_old is None else []
        under_way = self.begin(batch) if batch else None
        while under_way is not None:
            tried.update(change.id for change in batch)
            following = self.freeze(tried)
            try:
                reply = self.answered(batch, under_way)
            except AppError as error:
                self._thaw(following)
                if error.code != UPGRADE:
                    raise
                self._block({change.stream for change in batch}, error)
                break
            under_way = None
            if reply is None or reply.problems:
                # Something is wrong with a stream, or the batch goes in parts: that first, then what may still follow.
                if reply is not None:
                    self.settle(batch, reply)
                following = self._still_open(following)
                under_way = self.begin(following) if following else None
            else:
                under_way = self.begin(following) if following else None
                self.settle(batch, reply)
            batch = following
        return bool(tried)

    def _still_open(self, frozen: Sequence[Queued]) -> list[Queued]:
        """Those of the changes whose streams nothing keeps from being written; the others, which were not sent, thaw."""
        open_now = set(self._positions.open())
        self._thaw([one for one in frozen if one.stream not in open_now])
        return [one for one in frozen if one.stream in open_now]

    def _thaw(self, frozen: Sequence[Queued]) -> None:
        if frozen:
            with self._database.write() as connection:
                outbox.thaw(connection, [one.change_id for one in frozen])

    def freeze(self, tried: Collection[str]) -> list[Queued]:
        """Chooses the next batch and freezes it: later edits of these records wait until it is answered.

        The first time the whole queue is looked at, so that too many deletions are noticed before any of them goes; then as much as fits.
        """
        self._check_cancelled()
        with self._database.write() as connection:
            if not tried:
                places = self._places(connection)
                self._positions.paused.update(self._guard.sent(connection, outbox.deletions(connection, places)))
                self._to_push = max(self._to_push, self._tally.pushed + len(places))
            # Groups of which a member was tried wait as a whole: a group never goes in pieces.
            ready = outbox.sendable(connection, self._writable(), self._clock(), self._limits.changes, tried)
            paused = self._guard.sent(connection, [one.change for one in ready if one.may_delete]) if tried else {}
            self._positions.paused.update(paused)
            batch = next(batches([one for one in ready if one.stream not in paused], self._limits), [])
            outbox.freeze(connection, [one.change_id for one in batch])
        if batch:
            self._to_push = max(self._to_push, self._tally.pushed + len(batch))
            self._tell(Phase.PUSHING, stream=batch[0].stream, done=self._tally.pushed, total=self._to_push)
        return batch

    def _writable(self) -> list[str]:
        return [name for name in self._positions.open() if self._positions.states[name].access == "write"]

    def _places(self, connection: Connection, limit: int | None = None) -> list[int]:
        """The places in the queue of what may be sent now."""
        return outbox.sendable_places(connection, self._writable(), self._clock(), limit)

    def push(self, changes: Sequence[Queued]) -> None:
        """Sends a batch and settles the answer."""
        reply = self.answered(changes, self.begin(changes))
        if reply is not None:
            self.settle(changes, reply)

    def begin(self, changes: Sequence[Queued]) -> Callable[[], PushReply]:
        """Sends a batch; what is returned waits for the answer."""
        open_now = self._positions.open()
        named = {change.stream for change in changes} | set(open_now if len(open_now) <= FEW_STREAMS else ())
        told = self._positions.told(sorted(named))
        return self._transport.begin(lambda: self._transport.push(told, changes))

    def answered(self, changes: Sequence[Queued], wait: Callable[[], PushReply]) -> PushReply | None:
        """The answer to a batch, to be settled; None when the server took it in no way: one that it finds too large goes in halves."""
        try:
            reply = wait()
        except Refused as error:
            if error.code == "too-large":
                self._halve(changes, error)
            else:
                self._pause_forked({change.stream for change in changes}, error)
            return None
        if not are_answers(changes, reply.results):
            raise not_ours()
        return reply

    def _halve(self, changes: Sequence[Queued], error: AppError) -> None:
        split = halves(changes)
        if len(split) > 1:
            for half in split:
                self.push(half)
            return
        self._check_cancelled()
        problem = Problem(error.code, error.title.th, error.message.th)
        with self._database.write() as connection:
            settlement = self._settlement(connection)
            for change in changes:
                settlement.refuse(change, problem)
            settlement.finish()

    # 5. Settle -------------------------------------------------------------------------------------------------------------------

    def settle(self, changes: Sequence[Queued], reply: PushReply) -> None:
        """Settles every result and moves cursor and witness, in one transaction."""
        applied = Counter(change.stream for change, result in zip(changes, reply.results, strict=True) if result.status == "applied")
        self._positions.pause(reply.problems)
        self._told.update(reply.streams)
        with self._database.write() as connection:
            settlement = self._settlement(connection)
            settlement.answer_all(list(zip(changes, reply.results, strict=True)))
            settlement.finish()
            for stream, move in reply.streams.items():
                if stream in self._positions.states:
                    self._positions.pushed(connection, stream, move, applied[stream])
            streams = [change.stream for change in changes]
            self._positions.judged(connection, zip(streams, reply.results, strict=True))

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
                held = [stream for stream in self._writable() if outbox.sendable_places(connection, [stream], now, 1)]
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

    # What every step needs -------------------------------------------------------------------------------------------------------

    def _save(self, moved: Sequence[StreamState]) -> None:
        if moved:
            with self._database.write() as connection:
                for mine in moved:
                    self._positions.save(connection, mine)

    def _settlement(self, connection: Connection) -> Settlement:
        return Settlement(connection, self._desk, self._clock(), self._tally)

    def _pause_forked(self, streams: Iterable[str], error: Refused) -> None:
        """Pauses all streams of a call when the server lost data in every one of them; any other refusal ends the round."""
        if error.code != "fork":
            raise error
        self._positions.pause(dict.fromkeys(streams, Problem("fork")))

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise _Cancelled

    def _tell(self, phase: Phase, stream: str = "", done: int = 0, total: int = 0) -> None:
        self._listener(SyncStatus(phase, stream, done, total, PHASE_WORDS[phase]))
