"""What the conflict inbox shows, gathered on the store's thread: values as people read them, names instead of accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop.services.conflicts import ConflictView, FieldInConflict
from desktop.services.inbox import Asked, Line, narrowed
from desktop.services.records import plain
from desktop.storage.state import StreamState
from desktop.ui.widgets.record_text import has_mask
from records.fields import FieldSpec
from records.kinds import Json, LongText
from records.merge import DELETION
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

DELETED = Words("ลบรายการนี้", "Deleted the record")
EDITED = Words("แก้ไขและเก็บรายการไว้", "Edited and kept the record")
NOT_DELETED = Words("ยังไม่ถูกลบ", "Not deleted")
NO_VALUE = Words("(ว่าง)", "(empty)")
NEWER_FIELD = Words("ช่องของโปรแกรมรุ่นใหม่กว่า ({name})", "A field of a newer program ({name})")
DELETED_HERE = Words("ที่นี่ลบ / ที่อื่นแก้ไข", "Deleted here / edited elsewhere")
DELETED_THERE = Words("ที่นี่แก้ไข / ที่อื่นลบ", "Edited here / deleted elsewhere")
DELETED_BY_ONE = Words("คนหนึ่งลบ / อีกคนแก้ไข", "Deleted by one / edited by the other")


@dataclass(frozen=True)
class Side:
    """One of the values that met."""

    wire: Json
    """None where there is no value."""
    text: str
    """As people read it; personal kinds masked."""
    full: str
    """The same without a mask."""
    by: str = ""
    """Who wrote it, by name."""
    at: str = ""
    """RFC 3339 UTC."""
    is_here: bool = False
    """Made at this very desk."""


@dataclass(frozen=True)
class FieldFacts:
    """One field two people changed differently."""

    name: str
    label: Words
    spec: FieldSpec | None
    """None for a deletion and for a field of a newer program: no third value can be typed."""
    base: Side
    mine: Side
    theirs: Side
    is_masked: bool
    can_have_both: bool = False
    """Both texts may stand, one below the other."""


@dataclass(frozen=True)
class ConflictFacts:
    """One card of the inbox."""

    id: str
    type: str
    record: str
    stream: str
    label: Words
    """Of the record's type."""
    title: str
    grade: str
    state: str
    fields: tuple[FieldFacts, ...]
    noted_at: str
    """When it was noted, RFC 3339 UTC."""
    is_deleted: bool = False
    """The record was deleted since."""
    is_gone: bool = False
    """The record is not on this computer any more."""
    is_read_only: bool = False
    """Its stream turned read-only: nothing can be settled here."""
    can_take_back: bool = False
    """A merge that still stands and can be taken back."""
    settled_by: str = ""
    """Who settled it, or took the merge back, by name; empty while nobody did."""


@dataclass(frozen=True)
class Inbox:
    """What the inbox shows: the lines asked for, and of the first of them everything."""

    lines: tuple[Line, ...] = ()
    facts: tuple[ConflictFacts, ...] = ()
    """Of the first lines, in their order."""
    open: int = 0
    """Conflicts that need a person, in all."""
    merged: int = 0
    """Merges for information that were not read yet, in all."""
    narrowed: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    """What all lines of the grade can be narrowed down by: values and counts of `area`, `type`, `person`."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Full names by account, of the people in `narrowed`."""


def inbox(office: "Office", asked: Asked, shown: int) -> Inbox:
    """Gathers the inbox, of the first `shown` lines everything; on the store's thread."""
    all_lines = office.inbox.lines(replace(asked, area="", type="", person="", age=""))
    is_plain = not (asked.area or asked.type or asked.person or asked.age)
    lines = all_lines if is_plain else office.inbox.lines(asked)
    by = narrowed(all_lines)
    streams = {one.stream: one for one in office.streams}
    facts = [_facts(office, one, streams.get(one.row.stream)) for one in office.inbox.views([line.id for line in lines[:shown]])]
    return Inbox(
        lines=lines,
        facts=tuple(facts),
        open=office.sync.status().conflicts,
        merged=len(all_lines) if asked.grade == "merged" else len(office.inbox.lines(Asked("merged"))),
        narrowed=by,
        names={account: office.history.name_of(account) for account, _ in by["person"]},
    )


def alike(lines: Sequence[Line], line_id: str) -> list[str]:
    """The ids of the other conflicts that can take the same choice: those of the type, about the same fields."""
    mine = next((one for one in lines if one.id == line_id), None)
    if mine is None:
        return []
    return [one.id for one in lines if one.id != line_id and (one.type, sorted(one.fields)) == (mine.type, sorted(mine.fields))]


def _facts(office: "Office", view: ConflictView, stream: StreamState | None) -> ConflictFacts:
    spec = office.catalogue.get(view.type)
    record = office.store.get(view.type, view.record, view.row.stream) if spec else None
    return ConflictFacts(
        id=view.id,
        type=view.type,
        record=view.record,
        stream=view.row.stream,
        label=spec.label if spec else Words(view.type, view.type),
        title=view.title,
        grade=view.grade,
        state=view.state,
        fields=tuple(_field(office, spec, one) for one in view.fields),
        noted_at=view.row.changed_at,
        is_deleted=record is not None and record.deleted,
        is_gone=record is None,
        is_read_only=stream is None or stream.read_only or stream.access != "write",
        can_take_back=view.can_take_back,
        settled_by=office.history.name_of(view.settled_by) if view.settled_by else "",
    )


def _field(office: "Office", type_spec: RecordType | None, one: FieldInConflict) -> FieldFacts:
    spec = type_spec.by_name.get(one.name) if type_spec else None
    label = spec.label if spec else NEWER_FIELD.filled(name=one.name)
    mine = _side(office, spec, one.name, one.mine, one.mine_by, one.mine_at, one.mine_device)
    theirs = _side(office, spec, one.name, one.theirs, one.theirs_by, one.theirs_at, one.theirs_device)
    if one.name == DELETION:
        label = DELETED_BY_ONE
        if mine.is_here or theirs.is_here:
            label = DELETED_HERE if bool(one.mine) is mine.is_here else DELETED_THERE
    return FieldFacts(
        name=one.name,
        label=label,
        spec=spec,
        base=_not_deleted(office) if one.name == DELETION else _side(office, spec, one.name, one.base),
        mine=mine,
        theirs=theirs,
        is_masked=spec is not None and has_mask(spec),
        can_have_both=spec is not None and isinstance(spec.kind, LongText) and None not in (one.mine, one.theirs),
    )


def _side(office: "Office", spec: FieldSpec | None, name: str, wire: Json, by: str = "", at: str = "", device: str = "") -> Side:
    if name == DELETION:
        text = full = say(DELETED if wire else EDITED, office.language)
    elif wire is None:
        text = full = say(NO_VALUE, office.language)
    elif spec is None:
        text = full = plain(wire, office.language)
    else:
        text = office.records.shown(spec, wire)
        full = office.records.shown(spec, wire, is_masked=False)
    identity = office.identity
    is_here = bool(device) and identity is not None and identity.device_id == device
    return Side(wire, text, full, office.history.name_of(by) if by else "", at, is_here)


def _not_deleted(office: "Office") -> Side:
    text = say(NOT_DELETED, office.language)
    return Side(None, text, text)
