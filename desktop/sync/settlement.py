"""Carries out what plan.py decided, inside the transaction of the caller: page by page, result by result (docs/protocol.md, "A round").

It only speaks to desktop/storage; what it decides by itself is nothing but bookkeeping.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from desktop.storage import history, mirror, outbox, queue, state
from desktop.storage.connection import Connection
from desktop.storage.outbox import Pending, Queued
from desktop.storage.rows import First
from desktop.sync import retry
from desktop.sync.plan import Action, Conflict, Desk, DropAgreed, MergeQuietly, Nothing, Rebase, joined, meet, settle, surely_in
from desktop.sync.replies import not_ours
from records.changes import Base, Change, Snapshot
from records.made import as_made, version_made
from records.merge import CONFLICT, retold
from records.protocol import Limits, Made, Problem, Result

ALONE = "group"
"""The code of a change that was fine while another one of its group was not."""
GONE = "gone"
"""The code kept on a change whose record the server says it does not have."""
MOST_IN_GROUP = Limits().group
"""Changes of one group at most (docs/protocol.md)."""


def are_answers(changes: Sequence[Change | Queued], results: Sequence[Result]) -> bool:
    """Whether these are the results of these changes: one each, in their order, none that shows another record."""
    if [change.change_id for change in changes] != [result.change_id for result in results]:
        return False
    for change, result in zip(changes, results, strict=True):
        shown = result.snapshot
        if shown is not None and (shown.id != change.id or shown.stream != change.stream or shown.type != change.type):
            return False
    return True


@dataclass
class Tally:
    """What was done, counted."""

    pushed: int = 0
    pulled: int = 0
    merged: int = 0
    conflicts: int = 0
    offered: Counter[str] = field(default_factory=Counter)
    """Records offered again after the server lost them, by stream."""
    went_back: Counter[str] = field(default_factory=Counter)
    """Records that went back with a server that lost data, in streams this desk only reads."""

    def note(self, stream: str, offered: int, went_back: int) -> None:
        """A stream was brought back to a server that lost data."""
        self.offered[stream] += offered
        self.went_back[stream] += went_back


class Settlement:
    """The bookkeeping of one transaction."""

    def __init__(self, connection: Connection, desk: Desk, now: datetime, tally: Tally) -> None:
        """`now` dates refusals; nothing is ordered by it."""
        self._connection = connection
        self._desk = desk
        self._now = now
        self._tally = tally
        self._gone: list[str] = []
        self._first: list[tuple[Queued, First]] = []
        """What was applied and made a record."""
        self._edited: list[tuple[Change, Made]] = []
        self._quiet: list[Snapshot] = []
        self._told: set[str] = set()
        """The ids of conflicts made in this transaction."""

    def take(self, stream: str, snapshots: Sequence[Snapshot]) -> None:
        """Takes what was pulled of one stream; none of its changes is in flight."""
        busy = _busy(self._connection, stream, snapshots)
        for snapshot in snapshots:
            if (snapshot.type, snapshot.id) not in busy and snapshot.id not in self._told:
                self._quiet.append(snapshot)
                continue
            waiting = outbox.pending(self._connection, stream, snapshot.type, snapshot.id)
            base = mirror.snapshot_of(self._connection, stream, snapshot.type, snapshot.id)
            action = self._meet(snapshot, base, waiting)
            if isinstance(action, Nothing) and snapshot != base:
                mirror.observe(self._connection, [snapshot])
            self._carry_out(action, waiting)
        self._tally.pulled += len(snapshots)

    def finish(self) -> None:
        """Stores in bulk what nothing waits for; to be called once, at the end."""
        outbox.remove_all(self._connection, self._gone)
        if not mirror.confirm_made(self._connection, self._first):
            self._quiet += [first.snapshot(sent.change) for sent, first in self._first]
        if not mirror.confirm_edited(self._connection, self._edited, self._desk.device):
            raise not_ours()
        mirror.observe(self._connection, self._quiet)

    def answer_all(self, answers: Sequence[tuple[Queued, Result]]) -> None:
        """Settles a whole reply; what was applied and has no later edit, which is nearly all, is settled without reading it back."""
        applied = {sent.change_id for sent, result in answers if result.status == "applied"}
        plain = outbox.alone(self._connection, applied)
        for sent, result in answers:
            if sent.change_id not in plain:
                self.answer(sent, result)
        # What was settled just now may have put another change behind one of these.
        still = outbox.alone(self._connection, plain) if len(plain) < len(answers) else plain
        for sent, result in answers:
            if sent.change_id in still and self._is_plain(sent, result):
                self._count(sent)
                self._gone.append(sent.change_id)
            elif sent.change_id in plain:
                self.answer(sent, result)

    def _is_plain(self, sent: Queued, result: Result) -> bool:
        """Takes down what is stored in bulk at the end; False for what is not of that kind."""
        shown, made = result.snapshot, result.made
        if made is not None:
            if made.version == 1 and sent.makes(made.hash):
                self._first.append((sent, First(made.hash, made.seq, made.changed_at, self._desk.device, sent.stream, sent.id)))
                return True
            change = sent.change
            # The row of a deletion that was refused once does not show it.
            if change.op == "put":
                self._edited.append((change, made))
            return change.op == "put"
        if shown is None:
            return False
        if (shown.version, shown.change_id) == (1, sent.change_id) and not shown.deleted and sent.makes(shown.hash):
            self._first.append((sent, First(shown.hash, shown.seq, shown.changed_at, shown.device, sent.stream, sent.id)))
        else:
            self._quiet.append(shown)
        return True

    def answer(self, sent: Change | Queued, result: Result) -> None:
        """Settles what the server answered to one change; `waiting` leaves it in flight."""
        pending = outbox.pending(self._connection, sent.stream, sent.type, sent.id)
        mine = next((one for one in pending if one.change.change_id == sent.change_id), None)
        if mine is None or result.status == "waiting":
            return
        later = [one for one in pending if one is not mine]
        snapshot = result.snapshot if result.made is None else self._made_by(mine.change, result.made)
        if result.status == "applied" and snapshot is not None:
            self._applied(mine, later, snapshot)
        elif result.status == "stale" and result.snapshot is not None:
            self._stale(mine, later, result.snapshot)
        else:
            problem = result.problem or Problem(GONE)
            made = self._as_it_went_in(mine.change) if problem.applied else None
            if made is None:
                self._refused(mine, later, problem)
            else:
                self._applied(mine, later, made)

    def _as_it_went_in(self, change: Change) -> Snapshot | None:
        """What this change made of its record, which the server shows to this desk no longer; None where its base is not here.

        All of it follows from base and change but where it stands in the stream, which comes with the record should the grant come back.
        """
        base = self._base(change)
        made = as_made(base, change)
        return None if made is None else msgspec.structs.replace(made, seq=base.seq if base else 0, device=self._desk.device)

    def _made_by(self, change: Change, made: Made) -> Snapshot:
        """The snapshot a brief answer stands for. Raises Unavailable for one that cannot be: sent again, a change is answered in full."""
        snapshot = version_made(self._base(change), change, made, self._desk.device)
        if snapshot is None:
            raise not_ours()
        return snapshot

    def refuse(self, change: Change | Queued, problem: Problem) -> None:
        """Keeps a change that cannot be sent as it is, marked with the reason."""
        self.answer(change, Result(change.change_id, "refused", problem=problem))

    def _meet(self, theirs: Snapshot, base: Snapshot | None, waiting: Sequence[Pending]) -> Action:
        changes = [pending.change for pending in waiting]
        offered = any(change.origin is not None for change in changes)
        mine = state.stream(self._connection, theirs.stream) if offered else None
        return meet(theirs, base, changes, self._desk, parted=mine.parted if mine else 0)

    def _base(self, change: Change) -> Snapshot | None:
        return mirror.snapshot_of(self._connection, change.stream, change.type, change.id)

    def _applied(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        self._count(mine.change)
        if not later:
            self._gone.append(mine.change.change_id)
            self._quiet.append(snapshot)
            return
        action = settle(snapshot, self._base(mine.change), mine.change, [one.change for one in later], self._desk)
        outbox.remove(self._connection, mine.change.change_id)
        # On the very version that was made, the next change alone gets its base; those behind it go on waiting.
        self._carry_out(action, later[:1] if isinstance(action, Rebase) and snapshot.change_id == mine.change.change_id else later)

    def _stale(self, mine: Pending, later: Sequence[Pending], snapshot: Snapshot) -> None:
        waiting = [mine, *later]
        action = self._meet(snapshot, self._base(mine.change), waiting)
        if isinstance(action, Nothing):
            # The server calls the base stale and shows the same base: nothing to merge with, so the same wish is made anew.
            base = Base(snapshot.version, snapshot.hash)
            action = Rebase(snapshot, msgspec.structs.replace(mine.change, change_id=self._desk.new_id(), base=base))
            waiting = [mine]
        for one in later:
            self._note_deletion(mine, one)
        self._carry_out(action, waiting)

    def _refused(self, mine: Pending, later: Sequence[Pending], problem: Problem) -> None:
        change = mine.change
        if later:
            self._join(mine, later[0])
        elif problem.code == ALONE:
            outbox.thaw(self._connection, [change.change_id])
        else:
            until = retry.refused_until(self._now, mine.refusals + 1)
            outbox.refuse(self._connection, change.change_id, problem, until)
        mirror.reproject(self._connection, change.stream, change.type, change.id)

    def _join(self, mine: Pending, later: Pending) -> None:
        both = joined(mine.change, later.change, self._desk.new_id())
        self._note_deletion(mine, later)
        outbox.remove(self._connection, mine.change.change_id)
        if both is None:
            outbox.remove(self._connection, later.change.change_id)
        else:
            outbox.replace(self._connection, later.change.change_id, both)
            self._unite_groups(later.change.group, both.group)

    def _note_deletion(self, mine: Pending, later: Pending) -> None:
        """An edit that never went in, of a record deleted since, stays in the history."""
        if later.change.op == "delete" and mine.change.op == "put" and (mine.change.set or mine.change.unset):
            history.discard(self._connection, mine.change, "deleted", later.change.made_at)

    def _carry_out(self, action: Action, waiting: Sequence[Pending]) -> None:
        if isinstance(action, Nothing):
            return
        if isinstance(action, DropAgreed) and action.snapshot.type == CONFLICT:
            # Settled at two desks: theirs stands, and who had settled it here can still be found.
            for pending in waiting:
                history.discard(self._connection, pending.change, "theirs", pending.change.made_at)
        change = action.change if isinstance(action, Rebase | MergeQuietly | Conflict) else None
        left = [] if change is None else [change, *action.later] if isinstance(action, MergeQuietly | Rebase) else [change]
        gone = len(waiting) - len(left)
        kept = surely_in(action.snapshot, [pending.change for pending in waiting])
        going_on = {one.origin for one in left}
        for place, pending in enumerate(waiting[:gone]):
            if place >= kept and pending.change.origin is not None and pending.change.origin not in going_on:
                # Offered again and not sent on: what the server may lack of it, between two versions it has, is found in the history.
                history.discard(self._connection, pending.change, "lost", pending.change.made_at)
            outbox.remove(self._connection, pending.change.change_id)
        for pending, one in zip(waiting[gone:], left, strict=True):
            outbox.replace(self._connection, pending.change.change_id, one)
            self._unite_groups(pending.change.group, one.group)
        mirror.observe(self._connection, [action.snapshot])
        if isinstance(action, MergeQuietly):
            self._tally.merged += 1
            if action.note is not None:
                self._tell(action.note, is_stale=waiting[0].state == "in_flight")
        if isinstance(action, Conflict) and not self._is_told(action.conflict):
            # A desk put back to a backup may lose the same change once more: that conflict is told already, its id is the same.
            self._tally.conflicts += 1
            self._add(action.conflict)

    def _count(self, sent: Change | Queued) -> None:
        """Counts what people wrote; the entry that tells of a merge goes beside it uncounted."""
        if sent.type == CONFLICT:
            change = sent if isinstance(sent, Change) else sent.change
            self._tally.pushed += change.set.get("grade") != "merged"
        else:
            self._tally.pushed += 1

    def _tell(self, note: Change, *, is_stale: bool) -> None:
        """Adds the entry of a merge that needed nobody; one that did not go in yet is told on instead: one entry per merged change.

        `is_stale`: the merged change was just answered so. Then its entry, of the same group, did not go in either, whatever is said of it later.
        """
        former = queue.entry_of(self._connection, note.stream, note.group or "", str(note.set["record_id"]), in_flight=is_stale)
        if former is not None:
            fields = {**note.set, "details": retold(former.set.get("details"), note.set["details"])}
            again = msgspec.structs.replace(former, change_id=note.change_id, set=fields)
            outbox.replace(self._connection, former.change_id, again)
            mirror.reproject(self._connection, former.stream, former.type, former.id)
        elif not self._is_told(note):
            self._add(note)

    def _add(self, entry: Change) -> None:
        """Adds an entry; where the group is full it goes alone, for a group too large is refused whole."""
        if entry.group is not None and queue.group_size(self._connection, entry.group) >= MOST_IN_GROUP:
            entry = msgspec.structs.replace(entry, group=None)
        self._told.add(entry.id)
        outbox.add(self._connection, entry, None)
        mirror.reproject(self._connection, entry.stream, entry.type, entry.id)

    def _is_told(self, conflict: Change) -> bool:
        key = (conflict.stream, conflict.type, conflict.id)
        return mirror.snapshot_of(self._connection, *key) is not None or bool(outbox.pending(self._connection, *key))

    def _unite_groups(self, former: str | None, group: str | None) -> None:
        """Two groups that share a record become one, so that each still goes in whole."""
        if former is not None and group is not None and former != group:
            outbox.unite_groups(self._connection, former, group)


def _busy(connection: Connection, stream: str, snapshots: Sequence[Snapshot]) -> set[tuple[str, str]]:
    """Type and id of those with pending changes."""
    by_type: dict[str, list[str]] = {}
    for snapshot in snapshots:
        by_type.setdefault(snapshot.type, []).append(snapshot.id)
    return {(kind, one) for kind, ids in by_type.items() for one in outbox.ids_with_pending(connection, stream, kind, ids)}
