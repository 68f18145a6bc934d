"""What a form asks of the office: load a record, check and save it. Runs on the store's thread; no widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.ui.widgets.record_model import conflicts_of
from records.checks import Problem, Severity
from records.errors import AppError, Correctable
from records.kinds import Json, Reference
from records.periods import CLOSED, YEAR_TYPE, fixed_fields, may_close
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.storage.rows import Row


@dataclass(frozen=True)
class Loaded:
    """A record as a form needs it."""

    row: "Row"
    has_conflict: bool
    closed_year: int | None = None
    """The closed fiscal year it belongs to (พ.ศ.); None when it may be changed."""
    fixed: frozenset[str] = frozenset()
    """The fields that year fixes."""


@dataclass(frozen=True)
class SaveAnswer:
    """What a save came to."""

    loaded: Loaded | None
    """The record as stored; None when problems kept it from being saved."""
    problems: tuple[Problem, ...]
    gone: AppError | None = None

    @property
    def row(self) -> "Row | None":
        """What was stored."""
        return self.loaded.row if self.loaded is not None else None


@dataclass(frozen=True)
class Wish:
    """What is to be saved."""

    record_id: str
    """Empty for a new record."""
    given: Mapping[str, Json]
    """Wire values by field, None for an emptied one: only what changed."""
    stands_on_errors: bool
    """Whether errors keep it from being saved."""


def load(office: "Office", spec: RecordType, record_id: str) -> Loaded | None:
    """The record; None when this desk does not have it."""
    row = office.store.get(spec.type, record_id)
    if row is None:
        return None
    return loaded(office, row, has_conflict=record_id in conflicts_of(office.store, spec.type, office.catalogue))


def loaded(office: "Office", row: "Row", *, has_conflict: bool) -> Loaded:
    """A row with what its form must know of its fiscal year."""
    if not may_close(row.type):
        return Loaded(row, has_conflict)
    year = office.years.closed_year_of(row)
    fixed = fixed_fields(row.type, office.catalogue[row.type].by_name) if year is not None else frozenset[str]()
    return Loaded(row, has_conflict, year if fixed else None, fixed)


def save(office: "Office", spec: RecordType, wish: Wish) -> SaveAnswer:
    """Checks the whole record as it would be, and saves what changed."""
    before = office.store.get(spec.type, wish.record_id) if wish.record_id else None
    if wish.record_id and before is None:
        return SaveAnswer(None, (), _gone())
    fields = dict(before.fields) if before is not None else {}
    for name, value in wish.given.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    problems = tuple(office.records.check(spec.type, fields, wish.record_id, before.stream if before is not None else None))
    if wish.stands_on_errors and any(problem.severity is Severity.ERROR for problem in problems):
        return SaveAnswer(None, problems)
    saved = office.records.save(spec.type, wish.record_id or None, wish.given, before.stream if before is not None else None)
    return SaveAnswer(loaded(office, saved.row, has_conflict=False), problems)


def leads_to_page(type_name: str, target: str, state: str) -> bool:
    """Whether a step is taken on the page of year's turn and not on the form: closing a fiscal year and opening it again."""
    return type_name == YEAR_TYPE and CLOSED in (target, state)


def _gone() -> Correctable:
    return Correctable(
        Words("ไม่พบรายการ", "No such record"),
        Words(
            "รายการนี้ไม่อยู่ในเครื่องแล้ว สิ่งที่พิมพ์ยังเก็บเป็นร่าง โปรดคัดลอกไปยังรายการใหม่",
            "This record is no longer here. What you typed is kept as a draft; copy it to a new record.",
        ),
    )


def children_of(catalogue: Mapping[str, RecordType], spec: RecordType) -> list[tuple[RecordType, str]]:
    """The types that refer to this one, each with the field that does: what belongs to a record of it."""
    return [
        (other, field.name)
        for other in catalogue.values()
        for field in other.fields
        if isinstance(field.kind, Reference) and field.kind.to == spec.type and other.area != "platform"
    ]
