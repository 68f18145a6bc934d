"""Record types: a typed frozen class per type, from which table, search, list, form, checks, sync and sheet all derive.

A `Record` is complete: its constructor demands every required field. What is still being filled is a draft: a mapping of field name to
value. Stored and sent is the third form, `fields`: field name to wire JSON, unknown names of a newer program included.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from records import fields as _fields
from records.errors import Correctable
from records.fields import FieldSpec
from records.kinds import CannotHold, Choice, Json
from records.words import Language, Words
from records.workflow import Workflow

Draft = Mapping[str, Any]
"""Field name to Python value; a field without a value is absent."""
Fields = Mapping[str, Json]
"""Field name to wire JSON, as stored and sent; a field without a value is absent."""
PROGRESS = ("state", "status", "stage")
"""Fields that say how far a record has come, the most telling first."""


@dataclass(frozen=True)
class RecordType:
    """What every layer may ask of a record type."""

    type: str
    """Its name on the wire, `[a-z][a-z0-9_]*`; also its table."""
    area: str
    """The area of work it belongs to (`records.areas`); grants are given by area."""
    label: Words
    fields: tuple[FieldSpec, ...]
    home: str
    """The stream it lives in: `office`, `province` or `central`."""
    title: tuple[str, ...]
    """The fields that name a record to a person, joined by a space."""
    key: tuple[str, ...]
    """The natural key: two records with equal values here are possibly the same; empty when there is none."""
    workflow: Workflow | None
    cls: "RecordClass"
    by_name: Mapping[str, FieldSpec] = field(repr=False)

    def field(self, name: str) -> FieldSpec:
        """The field of that name. Raises Correctable when the type has none."""
        found = self.by_name.get(name)
        if found is None:
            raise Correctable(
                Words("ไม่รู้จักช่องข้อมูล", "Unknown field"),
                Words(
                    "{type} ไม่มีช่องข้อมูลชื่อ “{name}” ไม่มีอะไรเปลี่ยนแปลง ดูรายชื่อช่องด้วย record types",
                    "{type} has no field “{name}”; nothing was changed. See `record types` for its fields",
                ).filled(type=self.label, name=name),
            )
        return found

    @property
    def quick_choice(self) -> FieldSpec | None:
        """The choice whose options are a list's quick filters; None where there is none.

        It says how far the record has come: the state of its workflow, else a listed choice of PROGRESS, else the one of the fewest options.
        """
        if self.workflow is not None:
            return self.by_name[self.workflow.field]
        choices = {field.name: field for field in self.fields if isinstance(field.kind, Choice) and field.in_list}
        telling = next((choices[name] for name in PROGRESS if name in choices), None)
        return telling or min(choices.values(), key=_option_count, default=None)

    def title_of(self, fields: Fields, language: Language = Language.THAI) -> str:
        """The name of a record for people, from its wire fields, on one line; empty when none of its title fields is filled."""
        return " ".join(" ".join(self._shown(name, fields[name], language) for name in self.title if name in fields).split())

    def _shown(self, name: str, wire: Json, language: Language) -> str:
        kind = self.by_name[name].kind
        try:
            return kind.show(kind.from_wire(wire), language)
        except CannotHold:
            return str(wire)


def _option_count(field: FieldSpec) -> int:
    return len(field.kind.options) if isinstance(field.kind, Choice) else 0


class Record:
    """A complete record of a type; subclasses are declared with `@record` in `records/catalogue`."""

    spec: ClassVar[RecordType]

    def fields(self) -> dict[str, Json]:
        """The wire fields of this record."""
        draft = {spec.name: getattr(self, spec.name) for spec in self.spec.fields}
        return to_wire(self.spec, {name: value for name, value in draft.items() if value is not None})

    @classmethod
    def of(cls, fields: Fields) -> Self:
        """The record of wire fields. Raises Correctable when a required field is missing; unknown names are left aside."""
        draft = from_wire(cls.spec, fields)
        missing = [spec.label for spec in cls.spec.fields if spec.required and spec.name not in draft]
        if missing:
            raise Correctable(
                Words("ข้อมูลยังไม่ครบ", "Not complete yet"),
                Words("ยังไม่ได้กรอก: " + ", ".join(w.th for w in missing), "Still to fill: " + ", ".join(w.en for w in missing)),
            )
        return cls(**draft)


RecordClass = type[Record]
R = TypeVar("R", bound=Record)
_RecordClassOf = type[R]


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        _fields.text, _fields.long_text, _fields.integer, _fields.decimal, _fields.money, _fields.day, _fields.moment, _fields.fiscal_year,
        _fields.choice, _fields.yes_no, _fields.reference, _fields.citizen_id, _fields.phone, _fields.email, _fields.coordinates,
        _fields.tags, _fields.files, _fields.structure,
    ),
)  # fmt: skip
def record(
    *,
    type: str,
    area: str,
    label: Words,
    title: tuple[str, ...],
    home: str = "office",
    key: tuple[str, ...] = (),
    workflow: Workflow | None = None,
) -> Callable[["_RecordClassOf[R]"], "_RecordClassOf[R]"]:
    """Declares a record type; see `docs/adding-a-record-type.md`."""

    def declare(cls: "_RecordClassOf[R]") -> "_RecordClassOf[R]":
        made: _RecordClassOf[R] = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        specs = tuple(_fields.spec_of(f) for f in dataclasses.fields(made))  # type: ignore[arg-type]  # a dataclass since the line above
        by_name = {spec.name: spec for spec in specs}
        named = (*title, *key, *((workflow.field,) if workflow else ()))
        unknown = [name for name in named if name not in by_name]
        if unknown:
            raise TypeError(f"{type}: no field {', '.join(unknown)}")
        made.spec = RecordType(type, area, label, specs, home, title, key, workflow, made, by_name)
        return made

    return declare


def to_wire(spec: RecordType, draft: Draft) -> dict[str, Json]:
    """Wire fields of a draft; None values are left out. Raises Correctable for an unknown field name."""
    return {name: spec.field(name).kind.to_wire(value) for name, value in draft.items() if value is not None}


def from_wire(spec: RecordType, fields: Fields) -> dict[str, Any]:
    """The draft of wire fields; unknown names and values this program cannot hold are left aside (the caller keeps the wire)."""
    draft: dict[str, Any] = {}
    for name, wire in fields.items():
        known = spec.by_name.get(name)
        if known is None:
            continue
        try:
            draft[name] = known.kind.from_wire(wire)
        except CannotHold:
            continue
    return draft


def named(catalogue: Mapping[str, RecordType], name: str) -> RecordType:
    """The record type of that name in a catalogue. Raises Correctable when it has none."""
    found = catalogue.get(name)
    if found is None:
        raise Correctable(
            Words("ไม่รู้จักประเภทข้อมูล", "Unknown record type"),
            Words(
                "ไม่มีประเภทข้อมูลชื่อ “{name}” ไม่มีอะไรเปลี่ยนแปลง ดูรายชื่อด้วย record types",
                "There is no record type “{name}”; nothing was changed. See `record types` for their names.",
            ).filled(name=name),
        )
    return found
