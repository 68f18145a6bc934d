"""What a record looks like with the changes that wait, and how two edits of one record become one (docs/protocol.md, "Merge").

    base ──mine──▶ mine          A merge says what to change on *theirs*, field by field. Where both sides changed the same field
      └───theirs─▶ theirs        differently the result shows theirs, and mine is kept in a record of type `conflict`.

Pure: fields are wire JSON by name, unknown fields of a newer program included; a value no kind here can hold merges as a whole.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from records.changes import Change, Snapshot, apply_fields
from records.kinds import Json
from records.record import Fields, RecordType

DELETION = "_deleted"
"""Stands for a field's name in the details of a conflict where one side deleted the record; no field can be called so."""
CONFLICT = "conflict"
"""The type of the records that keep what a merge did not take."""

_LONGEST_TITLE = 200
_MOST_NOTE_BYTES = 64 * 1024
"""An entry for information carries the values up to so many bytes of JSON; beyond, it names the fields, and the history has the values."""

_VALUES = ("base", "mine", "theirs", "merged")

Grade = Literal["merged", "conflict"]
Check = Callable[[Fields], Collection[str]]
"""Names the fields of a record that are in error."""


@dataclass(frozen=True)
class Projected:
    """A record as a person sees it: the last snapshot with the waiting changes on top."""

    fields: dict[str, Json]
    deleted: bool


@dataclass(frozen=True)
class FieldConflict:
    """Fields that both sides changed differently; several names when they move together."""

    names: tuple[str, ...]
    base: Mapping[str, Json]
    mine: Mapping[str, Json]
    theirs: Mapping[str, Json]


@dataclass(frozen=True)
class Merged:
    """What is still to be asked of the server, on top of theirs."""

    op: Literal["put", "delete", "none"]
    """`none`: nothing is left to send, theirs stands."""
    set: dict[str, Json] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    merged: tuple[str, ...] = ()
    """The names kept of mine, alone or united with theirs."""


def project(snapshot: Snapshot | None, changes: Sequence[Change]) -> Projected | None:
    """Lays the changes, oldest first, on the snapshot; None when there is neither a snapshot nor a change that makes the record."""
    fields = dict(snapshot.fields) if snapshot else {}
    deleted = snapshot.deleted if snapshot else False
    exists = snapshot is not None
    for change in changes:
        if change.op == "put":
            fields, deleted, exists = apply_fields(fields, change), False, True
        else:
            deleted = True
    return Projected(fields, deleted) if exists else None


def merge(spec: RecordType | None, base: Projected | None, mine: Projected, theirs: Projected, check: Check | None = None) -> Merged:
    """Merges mine into theirs; `base` is what mine began from, None when it is not known.

    `check` is asked about the merged record: an error that neither side had takes the fields it names, or else all of mine, back to theirs
    and makes them conflicts.
    """
    if mine.deleted or theirs.deleted:
        return _merge_with_deletion(spec, base, mine, theirs)
    merged = _merge_fields(spec, base, mine, theirs)
    if check is None or not merged.merged:
        return merged
    found = set(check(_laid_on(theirs.fields, merged))) - set(check(mine.fields)) - set(check(theirs.fields))
    return _taken_back(merged, found, base, mine, theirs) if found else merged


def _merge_with_deletion(spec: RecordType | None, base: Projected | None, mine: Projected, theirs: Projected) -> Merged:
    if mine.deleted and theirs.deleted:
        return Merged("none")
    if mine.deleted:
        if base is not None and (base.deleted or base == theirs):
            return Merged("none" if base.deleted else "delete")
        return Merged("none", conflicts=(FieldConflict((DELETION,), {}, {DELETION: True}, {}),))
    if base is not None and not base.deleted and mine.fields == base.fields:
        return Merged("none")
    restored = _merge_fields(spec, base, mine, theirs)
    # A restore of what was deleted all along is one side's change; an edit that met a deletion needs a person.
    against = () if base is not None and base.deleted else (FieldConflict((DELETION,), {}, {}, {DELETION: True}),)
    return Merged("put", restored.set, restored.unset, (*against, *restored.conflicts), restored.merged)


def _merge_fields(spec: RecordType | None, base: Projected | None, mine: Projected, theirs: Projected) -> Merged:
    values: dict[str, Json] = {}
    unset: list[str] = []
    conflicts: list[FieldConflict] = []
    for names in _units(spec, {*mine.fields, *theirs.fields, *(base.fields if base else ())}):
        was = _part(base.fields, names) if base else None
        kept, found = _part(mine.fields, names), _part(theirs.fields, names)
        if kept in (found, was):
            continue
        taken = kept if was == found else _united(spec, names, was, kept, found)
        if taken is None:
            conflicts.append(FieldConflict(names, was or {}, kept, found))
            continue
        values.update({name: taken[name] for name in names if name in taken and taken[name] != found.get(name)})
        unset.extend(name for name in names if name in found and name not in taken)
    named = tuple(sorted((*values, *unset)))
    return Merged("put" if named else "none", values, tuple(sorted(unset)), tuple(conflicts), named)


def _units(spec: RecordType | None, names: Collection[str]) -> list[tuple[str, ...]]:
    """The names in the units that merge as one, sorted."""
    units: dict[str, list[str]] = {}
    for name in sorted(names):
        known = spec.by_name.get(name) if spec else None
        units.setdefault(f"+{known.together}" if known and known.together else name, []).append(name)
    return [tuple(unit) for unit in units.values()]


def _part(fields: Fields, names: Sequence[str]) -> dict[str, Json]:
    return {name: fields[name] for name in names if name in fields}


def _united(
    spec: RecordType | None, names: tuple[str, ...], was: dict[str, Json] | None, mine: dict[str, Json], theirs: dict[str, Json]
) -> dict[str, Json] | None:
    """Unites a set that both sides changed: additions unite, a removal beats an untouched element. None when it is no set."""
    name = names[0]
    known = spec.by_name.get(name) if spec else None
    if was is None or len(names) > 1 or known is None or not known.kind.is_set:
        return None
    sides = [side.get(name, []) for side in (was, mine, theirs)]
    if not all(isinstance(side, list) for side in sides):
        return None
    old, ours, others = ({_element(one): one for one in side} for side in sides if isinstance(side, list))
    kept = {key: one for key, one in {**ours, **others}.items() if key not in old or (key in ours and key in others)}
    return {name: [kept[key] for key in sorted(kept)]} if kept else {}


def _element(value: Json) -> tuple[str, ...]:
    """Identifies an element and sorts it: a tag by code point, a file as `FileRef` sorts."""
    if isinstance(value, dict):
        return (
            *(str(value.get(part, "")) for part in ("sha256", "name")),
            str(value.get("size", "")).zfill(20),
            str(value.get("media_type", "")),
        )
    return (value,) if isinstance(value, str) else (msgspec.json.encode(value).decode(),)


def brought_together(base: Projected, mine: Projected, theirs: Projected) -> tuple[FieldConflict, ...]:
    """What either side changed, field by field: what the entry of a merge that needed nobody tells."""
    names = sorted({*base.fields, *mine.fields, *theirs.fields})
    parts = ([_part(side.fields, (name,)) for side in (base, mine, theirs)] for name in names)
    return tuple(
        FieldConflict((n,), was, kept, found) for n, (was, kept, found) in zip(names, parts, strict=True) if not was == kept == found
    )


def retold(former: Json, details: Json) -> Json:
    """The details of a merge that met another version before it was sent: what it brought in first stays told, with what it meets now."""
    by_name: dict[Json, Json] = {}
    for one in (*(former if isinstance(former, list) else ()), *(details if isinstance(details, list) else ())):
        if isinstance(one, dict):
            told = by_name.get(one.get("name"))
            # The base is what the first of the merges began from.
            first = {"base": told["base"]} if isinstance(told, dict) and "base" in told else {}
            by_name[one.get("name")] = {**one, **first}
    return list(by_name.values())


def _laid_on(fields: Fields, merged: Merged) -> dict[str, Json]:
    return {**{name: value for name, value in fields.items() if name not in merged.unset}, **merged.set}


def _taken_back(merged: Merged, found: Collection[str], base: Projected | None, mine: Projected, theirs: Projected) -> Merged:
    """The merge without the fields that are in error: they show theirs and become conflicts."""
    back = [name for name in merged.merged if name in found] or list(merged.merged)
    values = {name: value for name, value in merged.set.items() if name not in back}
    unset = tuple(name for name in merged.unset if name not in back)
    was = base.fields if base else {}
    added = tuple(FieldConflict((n,), _part(was, (n,)), _part(mine.fields, (n,)), _part(theirs.fields, (n,))) for n in back)
    named = tuple(name for name in merged.merged if name not in back)
    return Merged("put" if named else "none", values, unset, (*merged.conflicts, *added), named)


def conflict_fields(
    *,
    spec: RecordType | None,
    grade: Grade,
    conflicts: Sequence[FieldConflict],
    losing: Change,
    device: str,
    theirs: Snapshot,
    merged: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """The wire fields of the `conflict` record that keeps what the change `losing` of this `device` could not bring in.

    `spec` is None for a type this program does not know: then nobody can say its area. `details` has one entry per field name: base, mine and theirs (left out where there is no value), who made either and when. Of grade `merged` it tells what either side changed; it is settled from the beginning, and `merged` has what
    became of a field where that is neither side's value (a set both added to).
    """
    mine_by: dict[str, Json] = {"mine_by": losing.made_by, "mine_at": losing.made_at, "mine_device": device}
    if losing.origin is not None:
        # Offered again after a server lost it: it is still the edit of who made it, where and when they did.
        mine_by = {"mine_by": losing.origin.changed_by, "mine_at": losing.origin.changed_at, "mine_device": losing.origin.device}
    theirs_by: dict[str, Json] = {"theirs_by": theirs.changed_by, "theirs_at": theirs.changed_at, "theirs_device": theirs.device}
    details: list[Json] = []
    for conflict in conflicts:
        for name in conflict.names:
            sides = (("base", conflict.base), ("mine", conflict.mine), ("theirs", conflict.theirs))
            values = {side: fields[name] for side, fields in sides if name in fields}
            said = {key: value for key, value in {**mine_by, **theirs_by}.items() if value}
            result = (merged or {}).get(name)
            if result is not None and result not in (values.get("mine"), values.get("theirs")):
                values["merged"] = result
            details.append({"name": name, **values, **said})
    if grade == "merged" and len(msgspec.json.encode(details)) > _MOST_NOTE_BYTES:
        details = [{name: value for name, value in one.items() if name not in _VALUES} for one in details if isinstance(one, dict)]
    title = spec.title_of(theirs.fields)[:_LONGEST_TITLE].strip() if spec else ""
    return {
        "record_type": losing.type,
        "record_id": losing.id,
        **({"record_title": title} if title else {}),
        **({"area": spec.area} if spec else {}),
        "grade": grade,
        "state": "open" if grade == "conflict" else "settled",
        "details": details,
    }
