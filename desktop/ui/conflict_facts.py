"""What the conflict inbox shows, gathered on the store's thread: values as people read them, names instead of accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.conflicts import ConflictView, FieldInConflict
from desktop.ui.widgets.record_text import has_mask
from records.fields import FieldSpec
from records.kinds import Json
from records.merge import DELETION
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

DELETED = Words("ลบรายการนี้", "Deleted the record")
EDITED = Words("แก้ไขและเก็บรายการไว้", "Edited and kept the record")
NOT_DELETED = Words("ยังไม่ถูกลบ", "Not deleted")
NO_VALUE = Words("(ว่าง)", "(empty)")
DELETED_HERE = Words("ที่นี่ลบ / ที่อื่นแก้ไข", "Deleted here / edited elsewhere")
DELETED_THERE = Words("ที่นี่แก้ไข / ที่อื่นลบ", "Edited here / deleted elsewhere")


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

    @property
    def alike(self) -> tuple[str, ...]:
        """Conflicts with the same value here can take the same choice: the type and the fields."""
        return (self.type, *sorted(field.name for field in self.fields))


@dataclass(frozen=True)
class Inbox:
    """Everything the inbox shows."""

    open: tuple[ConflictFacts, ...]
    """Those that need a person, oldest first."""
    merged: tuple[ConflictFacts, ...]
    """Merged by themselves, for information, newest first."""


def inbox(office: "Office", *, most_merged: int = 50) -> Inbox:
    """Gathers the inbox; on the store's thread."""
    views = office.conflicts.list(settled_too=True)
    waiting = [one for one in views if one.state == "open" and one.grade == "conflict"]
    merged = sorted((one for one in views if one.grade == "merged"), key=lambda one: one.row.changed_at, reverse=True)
    return Inbox(tuple(_facts(office, one) for one in waiting), tuple(_facts(office, one) for one in merged[:most_merged]))


def _facts(office: "Office", view: ConflictView) -> ConflictFacts:
    spec = office.catalogue.get(view.type)
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
    )


def _field(office: "Office", type_spec: RecordType | None, one: FieldInConflict) -> FieldFacts:
    spec = type_spec.by_name.get(one.name) if type_spec else None
    label = spec.label if spec else Words(one.name, one.name)
    if one.name == DELETION:
        label = DELETED_HERE if one.mine else DELETED_THERE
    return FieldFacts(
        name=one.name,
        label=label,
        spec=spec,
        base=_not_deleted(office) if one.name == DELETION else _side(office, spec, one.name, one.base),
        mine=_side(office, spec, one.name, one.mine, one.mine_by, one.mine_at),
        theirs=_side(office, spec, one.name, one.theirs, one.theirs_by, one.theirs_at),
        is_masked=spec is not None and has_mask(spec),
    )


def _side(office: "Office", spec: FieldSpec | None, name: str, wire: Json, by: str = "", at: str = "") -> Side:
    if name == DELETION:
        text = full = say(DELETED if wire else EDITED, office.language)
    elif wire is None:
        text = full = say(NO_VALUE, office.language)
    elif spec is None:
        text = full = str(wire)
    else:
        text = office.records.shown(spec, wire)
        full = office.records.shown(spec, wire, is_masked=False)
    return Side(wire, text, full, office.history.name_of(by) if by else "", at)


def _not_deleted(office: "Office") -> Side:
    text = say(NOT_DELETED, office.language)
    return Side(None, text, text)


def settle_all(office: "Office", ids: Sequence[str], choices: Mapping[str, object]) -> list[str]:
    """Settles these conflicts with one choice; returns the ids of the acts, oldest first. Raises Correctable; those before stay settled."""
    account = office.enrolled.account
    made: list[str] = []
    for conflict_id in ids:
        office.conflicts.settle(conflict_id, choices)
        made += [act.id for act in office.store.last_acts(account, 1)]
    return made


def take_back(office: "Office", acts: Sequence[str]) -> int:
    """Undoes these acts, newest first; returns how many records are as before."""
    account = office.enrolled.account
    return sum(len(office.store.undo(act, account).undone) for act in reversed(acts))
