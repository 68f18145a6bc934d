"""The steps of a round that send: batches are frozen, pushed and settled. See docs/protocol.md, "A round", 4 and 5."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from desktop.storage import outbox, sending
from desktop.storage.outbox import Queued
from desktop.sync.batches import batches, halves
from desktop.sync.replies import not_ours
from desktop.sync.round_state import FEW_STREAMS, UPGRADE, RoundState
from desktop.sync.settlement import are_answers
from desktop.sync.status import Phase
from records.errors import AppError, Refused
from records.protocol import Problem, PushReply


class Offering(RoundState):
    """What waits goes in batches; one is on its way at a time."""

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
                self._positions.paused.update(self._guard.sent(connection, sending.deletions(connection, places)))
                self._to_push = max(self._to_push, self._tally.pushed + len(places))
            # Groups of which a member was tried wait as a whole: a group never goes in pieces.
            ready = sending.sendable(connection, self._writable(), self._clock(), self._limits.changes, tried)
            paused = self._guard.sent(connection, [one.change for one in ready if one.is_deletion]) if tried else {}
            self._positions.paused.update(paused)
            batch = next(batches([one for one in ready if one.stream not in paused], self._limits), [])
            outbox.freeze(connection, [one.change_id for one in batch])
            if batch and not tried:
                # It leaves now, so its number is stored with it: one wait for the disk, not two. Never while another request is on its way:
                # what runs beside a round repeats the last number stored, and would come before that request.
                self._transport.reserve()
        if batch:
            self._to_push = max(self._to_push, self._tally.pushed + len(batch))
            self._tell(Phase.PUSHING, stream=batch[0].stream, done=self._tally.pushed, total=self._to_push)
        return batch

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
        # Where a power cut takes this away, it is as if the reply had been lost: the batch is in flight still.
        with self._database.write(is_durable=False) as connection:
            settlement = self._settlement(connection)
            settlement.answer_all(list(zip(changes, reply.results, strict=True)))
            settlement.finish()
            for stream, move in reply.streams.items():
                if stream in self._positions.states:
                    self._positions.pushed(connection, stream, move, applied[stream])
            streams = [change.stream for change in changes]
            self._positions.judged(connection, zip(streams, reply.results, strict=True))
