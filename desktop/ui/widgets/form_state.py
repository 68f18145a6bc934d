"""What a form holds against what is stored: which fields a person changed, and what happens when somebody else writes meanwhile. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.fields import FieldSpec
from records.kinds import Files, Json, LongText, Money, Structure, Tags
from records.record import RecordType
from records.words import Words

MAIN = Words("ข้อมูลหลัก", "Main")
PEOPLE = Words("บุคคลและการติดต่อ", "Person and contact")
AMOUNTS = Words("จำนวนเงิน", "Amounts")
DATES = Words("วันและเวลา", "Dates and times")
DETAILS = Words("รายละเอียด", "Details")
PAPERS = Words("บันทึกและเอกสาร", "Notes and papers")
KEPT = Words("ข้อมูลที่โปรแกรมบันทึก", "Kept by the program")
_OF_IMPORT = ("source_sheet", "source_row")
"""Where a record came from: filled by an import, rarely looked at."""
_LEAST = 2
"""Fields a section must have to stand for itself."""


@dataclass(frozen=True)
class FormSection:
    """A short group of fields under a heading."""

    title: Words
    fields: tuple[FieldSpec, ...]


def sections_of(spec: RecordType) -> list[FormSection]:
    """The fields of a form in short sections: what names the record first, long texts and papers last."""
    state = spec.workflow.field if spec.workflow else ""
    groups: dict[str, list[FieldSpec]] = {}
    for field in spec.fields:
        if field.name != state:
            groups.setdefault(_group_of(spec, field), []).append(field)
    main = groups.pop("main", [])
    details = groups.pop("details", [])
    for name in ("people", "amounts", "dates"):
        if len(groups.get(name, [])) < _LEAST:
            details += groups.pop(name, [])
    order = [
        (MAIN, main),
        (PEOPLE, groups.get("people")),
        (AMOUNTS, groups.get("amounts")),
        (DATES, groups.get("dates")),
        (DETAILS, details),
    ]
    order += [(PAPERS, groups.get("papers")), (KEPT, groups.get("kept"))]
    return [FormSection(title, tuple(fields)) for title, fields in order if fields]


def _group_of(spec: RecordType, field: FieldSpec) -> str:
    if field.kept_by_program or isinstance(field.kind, Structure) or field.name in _OF_IMPORT:
        return "kept"
    if field.required or field.name in spec.title or field.name in spec.key:
        return "main"
    if isinstance(field.kind, LongText | Files | Tags):
        return "papers"
    if field.personal or field.kind.name in {"phone", "email", "citizen_id"}:
        return "people"
    if isinstance(field.kind, Money):
        return "amounts"
    return "dates" if field.kind.name in {"date", "moment"} else "details"


def changed(base: Mapping[str, Json], shown: Mapping[str, Json]) -> dict[str, Json]:
    """The fields whose shown wire value (None for empty) differs from the stored one."""
    return {name: value for name, value in shown.items() if not _equal(base.get(name), value)}


@dataclass(frozen=True)
class Rebased:
    """What a newer version of the record means for an open form."""

    untouched: tuple[str, ...]
    """Fields that moved elsewhere and that the person here left alone: the form simply shows them."""
    both: tuple[str, ...]
    """Fields changed here and elsewhere to different values: the person chooses."""


def rebase(base: Mapping[str, Json], mine: Iterable[str], shown: Mapping[str, Json], theirs: Mapping[str, Json]) -> Rebased:
    """Compares a form with the newer version of its record.

    Args:
        base: the wire fields the form was filled from.
        mine: the fields changed here.
        shown: what stands in the form now, by field; a field that cannot be read is absent.
        theirs: the newer wire fields.
    """
    moved = [name for name in sorted({*base, *theirs}) if not _equal(base.get(name), theirs.get(name))]
    changed_here = set(mine)
    both = tuple(name for name in moved if name in changed_here and not _equal(shown.get(name), theirs.get(name)))
    return Rebased(tuple(name for name in moved if name not in changed_here), both)


def _equal(one: Json, other: Json) -> bool:
    # Python holds 1 and True for equal; the wire does not.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


@dataclass(frozen=True)
class KeptDraft:
    """What was typed and not saved when a form was left."""

    given: dict[str, Json]
    """Wire values by field, None for an emptied one."""
    typed: dict[str, str]
    """Texts that mean nothing yet."""
    base: dict[str, Json]
    """What those fields were when the form was filled."""

    def as_json(self) -> Json:
        """The form in which the window remembers it."""
        return {"given": dict(self.given), "typed": dict(self.typed), "base": dict(self.base)}


def kept_draft(value: Json, spec: RecordType) -> KeptDraft | None:
    """The draft remembered; None when there is none, it is empty, or it is not of this form."""
    if not isinstance(value, dict):
        return None
    given, typed, base = value.get("given"), value.get("typed"), value.get("base")
    if not isinstance(given, dict) or not isinstance(typed, dict) or not isinstance(base, dict):
        return None
    draft = KeptDraft(
        {name: wire for name, wire in given.items() if name in spec.by_name},
        {name: str(text) for name, text in typed.items() if name in spec.by_name},
        dict(base),
    )
    return draft if draft.given or draft.typed else None
