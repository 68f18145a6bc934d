"""What to do when the server's version of a record meets what waits here: (theirs, base, waiting changes) -> Action.

Every rule of conflicts lives here; nothing here reads or writes. The engine carries an Action out in one transaction.

    pulled, or answered `stale`      meet(theirs, base, waiting)        waiting = the changes not applied, oldest first
    answered `applied`               settle(theirs, base, sent, later)  later = the edits made after `sent`, one or several people's
    answered `refused`               joined(sent, later)                one change with a new id holding both

`base` is the snapshot the oldest of these changes was made on; None when the record was made here.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from records.changes import Change, MergeNote, Origin, Snapshot, apply_fields
from records.checks import Severity, check
from records.ids import conflict_id
from records.kinds import Json
from records.merge import CONFLICT, Check, Merged, Projected, brought_together, conflict_fields, merge, project
from records.record import Fields, RecordType, from_wire
from records.stored import record_hash, stored_bytes


def errors_of(spec: RecordType) -> Check:
    """Names the fields of a record of the type that stand in the way of submitting it, as far as the record alone can tell."""

    def fields_in_error(fields: Fields) -> set[str]:
        return {problem.field for problem in check(spec, from_wire(spec, fields)) if problem.severity is Severity.ERROR}

    return fields_in_error


@dataclass(frozen=True)
class Desk:
    """What a plan must know of where it is made."""

    catalogue: Mapping[str, RecordType]
    device: str
    new_id: Callable[[], str]
    check: Callable[[RecordType], Check] = errors_of
    """The checks that run on a merged record of a type."""


@dataclass(frozen=True)
class Nothing:
    """The snapshot is the version already held; after a restore it may have come in by another change."""


@dataclass(frozen=True)
class Observe:
    """Nothing waits: the record becomes the snapshot."""

    snapshot: Snapshot


@dataclass(frozen=True)
class DropAgreed:
    """Both sides say the same: the waiting changes go, the record becomes the snapshot."""

    snapshot: Snapshot


@dataclass(frozen=True)
class Rebase:
    """The snapshot changed nothing that the waiting change stands on: the same wish on the new base."""

    snapshot: Snapshot
    change: Change
    later: tuple[Change, ...] = ()
    """Those behind it, as they are."""


@dataclass(frozen=True)
class MergeQuietly:
    """Both sides changed different things: what is left of mine, on the new base."""

    snapshot: Snapshot
    change: Change
    later: tuple[Change, ...] = ()
    """What is left of those behind it, where several people's changes wait: each goes under its own name, after the one before."""
    note: Change | None = None
    """The entry of grade `merged` that tells people of it, in one group with `change`; None where there is nobody to tell."""


@dataclass(frozen=True)
class Conflict:
    """Both sides changed the same thing: theirs is shown, mine is kept in a new record of type `conflict`."""

    snapshot: Snapshot
    change: Change | None
    """What is left of mine, in one group with the conflict; None when nothing is."""
    conflict: Change


Action = Nothing | Observe | DropAgreed | Rebase | MergeQuietly | Conflict


def meet(theirs: Snapshot, base: Snapshot | None, waiting: Sequence[Change], desk: Desk, *, parted: int = 0) -> Action:
    """Plans for a version of the server that came while these changes wait; none of them is in flight or was applied.

    `parted`: what the server wrote up to this seq was there before it lost data, hence before every version offered again.
    """
    if base is not None and (base.version, base.hash) == (theirs.version, theirs.hash):
        return Nothing()
    if not waiting:
        return Observe(theirs)
    count = _agreed(theirs, base, waiting)
    agreed, left = waiting[:count], waiting[count:]
    if not left:
        return DropAgreed(theirs)
    began = project(base, agreed)
    mine = project(base, waiting)
    if mine is None:
        return DropAgreed(theirs)
    if count and began == Projected(theirs.fields, theirs.deleted):
        return Rebase(theirs, replace(left[0], change_id=desk.new_id(), base=theirs.base), tuple(left[1:]))
    if _is_older(theirs, left[0], parted):
        first = _onto(theirs, project(base, waiting[: count + 1]), left[0], desk)
        if first is not None:
            return Rebase(theirs, first, tuple(left[1:]))
    apart = _apart(theirs, base, agreed, left, desk)
    if apart is not None:
        return apart
    group = next((change.group for change in left if change.group), None)
    return _merged(theirs, began, base.hash if base else "", mine, replace(left[-1], group=group), desk)


def _agreed(theirs: Snapshot, base: Snapshot | None, waiting: Sequence[Change]) -> int:
    """How many of the versions offered again, from the first on, are in theirs: it is what they make, or a later version offered again."""
    offered = [change.origin for change in itertools.takewhile(lambda change: change.origin is not None, waiting)]
    there = Projected(theirs.fields, theirs.deleted)
    same = next((count for count in range(len(offered), 0, -1) if project(base, waiting[:count]) == there), 0)
    if theirs.origin is None:
        return same
    later = [one is not None and _came_before(one, theirs, theirs.origin) for one in offered]
    return max(same, later.index(False) if False in later else len(later))


def _came_before(offered: Origin, theirs: Snapshot, last: Origin) -> bool:
    """Whether theirs is that version or, as far as can be told, a later one of it.

    Numbers alone do not tell it where a server lost data twice: two versions 2 may have been, one after each loss. Where theirs stands under
    the very hash it had, so does all before it, and the version just before it can be told.
    """
    if offered.hash == last.hash:
        return True
    is_told = theirs.hash == last.hash and offered.version == last.version - 1
    return 0 < offered.version < last.version and (not is_told or _follows(theirs, offered.hash))


def surely_in(theirs: Snapshot, waiting: Sequence[Change]) -> int:
    """How many of the versions offered again, from the first on, are beyond doubt among those that theirs goes back to: hashes say so."""
    offered = [change.origin.hash for change in itertools.takewhile(lambda change: change.origin is not None, waiting) if change.origin]
    places = (place for place, hash_ in enumerate(offered, 1) if hash_ == theirs.hash or _follows(theirs, hash_))
    return max(places, default=0)


def _follows(theirs: Snapshot, hash_: str) -> bool:
    """Whether theirs was written on the version of this hash."""
    kept = stored_bytes(theirs.fields)
    return record_hash(theirs.type, theirs.id, kept, deleted=theirs.deleted, previous=hash_) == theirs.hash


def _is_older(theirs: Snapshot, offered: Change, parted: int) -> bool:
    """Whether a version offered again was written on theirs, or on what came of it, before the server lost it."""
    if offered.origin is None:
        return False
    return theirs.seq <= parted or (theirs.origin is not None and 0 < theirs.origin.version < offered.origin.version)


def _onto(theirs: Snapshot, mine: Projected | None, change: Change, desk: Desk) -> Change | None:
    """The change that makes of theirs what the offered version was; None where a deletion or nothing is all that is left of it."""
    if mine is None or (mine.deleted and theirs.deleted):
        return None
    new = replace(change, change_id=desk.new_id(), base=theirs.base)
    if mine.deleted:
        return new
    values = {n: v for n, v in mine.fields.items() if n not in theirs.fields or stored_bytes({n: theirs.fields[n]}) != stored_bytes({n: v})}
    gone = tuple(sorted(name for name in theirs.fields if name not in mine.fields))
    return replace(new, set=values, unset=gone) if values or gone or theirs.deleted else None


def settle(theirs: Snapshot, base: Snapshot | None, sent: Change, later: Sequence[Change], desk: Desk) -> Action:
    """Plans for the answer `applied` to `sent`: `theirs` is the record as it is now, with whatever others wrote after it."""
    if theirs.change_id == sent.change_id:
        return Rebase(theirs, replace(later[0], base=theirs.base))
    frozen = project(base, [sent])
    mine = project(base, [sent, *later])
    if frozen is None or mine is None:
        return DropAgreed(theirs)
    apart = _apart(theirs, base, (sent,), later, desk)
    if apart is not None:
        return apart
    return _merged(theirs, frozen, sent.base.hash if sent.base else "", mine, later[-1], desk)


def _apart(theirs: Snapshot, base: Snapshot | None, sent: Sequence[Change], waiting: Sequence[Change], desk: Desk) -> Action | None:
    """Merges the edits of several people one after the other, so that each keeps its author.

    None where that cannot be: one person's, a deletion among them, or something a person must settle; then they are merged as one.
    """
    if len({(change.made_by, change.origin) for change in waiting}) < 2 or any(change.op == "delete" for change in waiting):
        return None
    spec = desk.catalogue.get(theirs.type)
    parents = (theirs.hash, base.hash if base else "")
    kept: list[Change] = []
    for at, change in enumerate(waiting):
        began = project(base, [*sent, *waiting[:at]])
        mine = project(base, [*sent, *waiting[: at + 1]])
        found = project(theirs, kept)
        if mine is None or found is None:
            return None
        merged = merge(spec, began, mine, found, desk.check(spec) if spec else None)
        if merged.conflicts:
            return None
        if merged.op != "none":
            left = _left(merged, theirs, change, desk.new_id(), MergeNote(auto=True, parents=parents))
            kept.append(replace(left, base=None) if kept else left)
    if not kept:
        return DropAgreed(theirs)
    quiet = _quiet(theirs, project(base, sent), project(base, [*sent, *waiting]), kept[0], waiting[0], desk, kept)
    return MergeQuietly(theirs, quiet.change, tuple(kept[1:]), quiet.note)


def _quiet(
    theirs: Snapshot,
    began: Projected | None,
    mine: Projected | None,
    change: Change,
    losing: Change,
    desk: Desk,
    left: Sequence[Change],
) -> MergeQuietly:
    """A merge that needs nobody, with the entry that tells people of it where it was somebody else's edit that met theirs.

    `left` is all that is left of mine. No entry is made about entries, about what the program alone keeps, nor about a desk's own work.
    """
    spec = desk.catalogue.get(theirs.type)
    is_kept = spec is None or all(field.kept_by_program for field in spec.fields)
    is_own = theirs.device == desk.device
    if is_kept or is_own or began is None or mine is None or began == Projected(theirs.fields, theirs.deleted):
        return MergeQuietly(theirs, change)
    result = project(theirs, left)
    grouped = replace(change, group=change.group or desk.new_id())
    told = brought_together(began, mine, Projected(theirs.fields, theirs.deleted))
    fields = conflict_fields(
        spec=spec,
        grade="merged",
        conflicts=told,
        losing=losing,
        device=desk.device,
        theirs=theirs,
        merged=result.fields if result else None,
    )
    return MergeQuietly(theirs, grouped, note=_entry(losing, grouped, fields, desk))


def _entry(losing: Change, change: Change, fields: dict[str, Json], desk: Desk) -> Change:
    """The change that makes the entry about what became of `losing`; `change` says in whose name, in which group."""
    return Change(
        change_id=desk.new_id(),
        stream=losing.stream,
        type=CONFLICT,
        # Two desks that offer one lost version again, and lose, tell one conflict.
        id=conflict_id(losing.id, losing.origin.change_id if losing.origin else losing.change_id),
        base=None,
        op="put",
        set=fields,
        group=change.group,
        made_at=losing.made_at,
        made_by=change.made_by,
        merge=change.merge,
    )


def joined(sent: Change, later: Change, new_id: str) -> Change | None:
    """One change holding a refused one and the edit made after it; None when the record was made here and deleted again."""
    if later.op == "delete":
        if sent.base is None:
            return None
        return replace(later, change_id=new_id, base=sent.base, group=sent.group or later.group)
    values = apply_fields(sent.set, later)
    unset = {*sent.unset, *later.unset} - set(values)
    return replace(later, change_id=new_id, base=sent.base, set=values, unset=tuple(sorted(unset)), group=sent.group or later.group)


def _merged(theirs: Snapshot, began: Projected | None, began_hash: str, mine: Projected, losing: Change, desk: Desk) -> Action:
    spec = desk.catalogue.get(theirs.type)
    merged = merge(spec, began, mine, Projected(theirs.fields, theirs.deleted), desk.check(spec) if spec else None)
    # Two people who settle one conflict differ in their records' own changes; the entry itself needs no entry about it.
    lost = merged.conflicts if theirs.type != CONFLICT else ()
    if merged.op == "none" and not lost:
        return DropAgreed(theirs)
    if not lost and began == Projected(theirs.fields, theirs.deleted):
        return Rebase(theirs, _left(merged, theirs, losing, desk.new_id(), None))
    note = MergeNote(auto=True, parents=(theirs.hash, began_hash))
    if not lost:
        change = _left(merged, theirs, losing, desk.new_id(), note)
        return _quiet(theirs, began, mine, change, losing, desk, (change,))
    remains = None if merged.op == "none" else _left(merged, theirs, losing, desk.new_id(), note)
    group = losing.group or (desk.new_id() if remains else None)
    fields = conflict_fields(spec=spec, grade="conflict", conflicts=lost, losing=losing, device=desk.device, theirs=theirs)
    kept = _entry(losing, replace(losing, group=group, merge=note), fields, desk)
    return Conflict(theirs, replace(remains, group=group) if remains else None, kept)


def _left(merged: Merged, theirs: Snapshot, losing: Change, change_id: str, note: MergeNote | None) -> Change:
    return Change(
        change_id=change_id,
        stream=losing.stream,
        type=losing.type,
        id=losing.id,
        base=theirs.base,
        op="delete" if merged.op == "delete" else "put",
        set=merged.set,
        unset=merged.unset,
        group=losing.group,
        made_at=losing.made_at,
        made_by=losing.made_by,
        merge=note,
        origin=losing.origin,
    )
