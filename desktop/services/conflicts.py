"""The conflict inbox: what two people changed differently, and a person's choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop.services import wire
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.errors import Correctable
from records.ids import new_id
from records.kinds import Json
from records.kinds.times import rfc3339
from records.merge import DELETION
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

CONFLICT = "conflict"
_SETTLE = Words("ตัดสินข้อขัดแย้งของ {title}", "Settle the conflict of {title}")


@dataclass(frozen=True)
class FieldInConflict:
    """One field that two people changed differently."""

    name: str
    """The field's name; `_deleted` when one side deleted the record."""
    base: Json
    """None where there was no value."""
    mine: Json
    """The value of the desk whose edit came later."""
    theirs: Json
    """The value the server had; it is shown until a person chooses."""
    theirs_by: str
    theirs_at: str
    mine_by: str
    mine_at: str

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "name": self.name,
            "base": self.base,
            "mine": self.mine,
            "theirs": self.theirs,
            "theirs_by": self.theirs_by,
            "theirs_at": self.theirs_at,
            "mine_by": self.mine_by,
            "mine_at": self.mine_at,
        }


@dataclass(frozen=True)
class ConflictView:
    """One conflict, for people."""

    row: Row
    """The conflict record itself."""
    type: str
    """Type of the record it is about."""
    record: str
    """Id of that record."""
    title: str
    grade: str
    """`merged` is for information, `conflict` needs a person."""
    state: str
    """`open` or `settled`."""
    fields: tuple[FieldInConflict, ...]

    @property
    def id(self) -> str:
        """The id of the conflict."""
        return self.row.id

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "id": self.row.id,
            "stream": self.row.stream,
            "type": self.type,
            "record": self.record,
            "title": self.title,
            "grade": self.grade,
            "state": self.state,
            "fields": [field.as_json() for field in self.fields],
        }


class Conflicts:
    """Lists and settles conflicts."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def list(self, *, settled_too: bool = False) -> tuple[ConflictView, ...]:
        """The conflicts that need a person, oldest first; with `settled_too` also those settled and those merged for information."""
        filters = () if settled_too else (Filter("state", "eq", "open"), Filter("grade", "eq", "conflict"))
        found = self._office.store.find(Query(CONFLICT, filters=filters)).rows
        return tuple(self._view(row) for row in found)

    def masked(self, conflict: ConflictView) -> ConflictView:
        """The conflict with personal values masked: what lists carry; masks follow the record it is about."""
        spec = self._office.catalogue.get(conflict.type)
        records = self._office.records
        if spec is None:
            return conflict

        def mask(field: FieldInConflict) -> FieldInConflict:
            base, mine, theirs = (records.masked_value(spec, field.name, value) for value in (field.base, field.mine, field.theirs))
            return replace(field, base=base, mine=mine, theirs=theirs)

        return replace(conflict, fields=tuple(map(mask, conflict.fields)))

    def show(self, conflict_id: str) -> ConflictView:
        """One conflict. Raises Correctable when there is none of that id."""
        return self._view(self._office.records.get(CONFLICT, conflict_id))

    def settle(self, conflict_id: str, choices: Mapping[str, Any]) -> Row:
        """Writes a person's choice for every field: `mine`, `theirs` or `{"value": ...}`, and returns the record.

        The record's change and the settled conflict go to the server as one group. Raises Correctable (unknown conflict or field, a field
        without a choice, settled already, a value of the wrong kind); nothing is changed then.
        """
        office = self._office
        conflict = self.show(conflict_id)
        if conflict.state != "open":
            raise _cannot(Words("ข้อขัดแย้งนี้ตัดสินไปแล้ว", "this conflict is settled already"))
        values, unset, deletes = self._chosen(conflict, choices)
        record = office.records.get(conflict.type, conflict.record, conflict.row.stream)
        values = {name: value for name, value in values.items() if record.fields.get(name) != value}
        unset = tuple(name for name in unset if name in record.fields)
        account = office.enrolled.account
        settled: dict[str, Json] = {
            "state": "settled",
            "settled_by": account,
            "settled_at": rfc3339(office.clock()),
        }
        group = new_id(office.clock(), office.entropy)
        with office.store.act(account, _SETTLE.filled(title=conflict.title)) as act:
            if deletes:
                record = office.store.delete(record.stream, record.type, record.id, act=act, group=group)
            else:
                if record.deleted:
                    record = office.store.restore(record.stream, record.type, record.id, act=act)
                record = office.store.save(record.stream, record.type, record.id, values, unset, act=act, group=group)
            office.store.save(conflict.row.stream, CONFLICT, conflict.id, settled, (), act=act, group=group)
        return record

    def _chosen(self, conflict: ConflictView, choices: Mapping[str, Any]) -> tuple[dict[str, Json], tuple[str, ...], bool]:
        """The (set, unset, whether the record is deleted) of a person's choices."""
        known = {field.name: field for field in conflict.fields}
        unknown = tuple(name for name in choices if name not in known)
        missing = tuple(name for name in known if name not in choices)
        if unknown:
            raise _cannot(Words("ไม่มีช่อง {names} ในข้อขัดแย้งนี้", "the conflict has no field {names}").filled(names=", ".join(unknown)))
        if missing:
            raise _cannot(Words("ยังไม่ได้เลือกค่าของ {names}", "no choice was made for {names}").filled(names=", ".join(missing)))
        values: dict[str, Json] = {}
        unset: tuple[str, ...] = ()
        deletes = False
        for name, choice in choices.items():
            value = self._value(conflict, known[name], choice)
            if name == DELETION:
                deletes = bool(value)
            elif choice == "theirs":
                # The record shows theirs already; whoever changed it since knew more than this choice.
                continue
            elif value is None:
                unset += (name,)
            else:
                values[name] = value
        return values, unset, deletes

    def _value(self, conflict: ConflictView, field: FieldInConflict, choice: object) -> Json:
        if choice == "mine":
            return field.mine
        if choice == "theirs":
            return field.theirs
        if isinstance(choice, dict) and set(choice) == {"value"}:
            given: Json = choice["value"]
            if field.name == DELETION:
                return bool(given)
            values, _ = wire.checked(self._office.record_type(conflict.type), {field.name: given}, self._office.today)
            return values.get(field.name)
        raise _cannot(
            Words(
                "ค่าที่เลือกของ {name} ต้องเป็น “mine”, “theirs” หรือ {{“value”: ...}}",
                "the choice for {name} must be “mine”, “theirs” or {{“value”: ...}}",
            ).filled(name=field.name)
        )

    def _view(self, row: Row) -> ConflictView:
        fields = row.fields
        type_name, record_id = str(fields.get("record_type", "")), str(fields.get("record_id", ""))
        record = self._office.store.get(type_name, record_id, row.stream) if type_name in self._office.catalogue else None
        title = str(fields.get("record_title", "")) or (self._office.records.title(record) if record else record_id)
        details = fields.get("details")
        parts: Sequence[Json] = details if isinstance(details, list) else ()
        return ConflictView(
            row=row,
            type=type_name,
            record=record_id,
            title=title,
            grade=str(fields.get("grade", "")),
            state=str(fields.get("state", "")),
            fields=tuple(_field(part) for part in parts if isinstance(part, dict)),
        )


def _field(part: Mapping[str, Json]) -> FieldInConflict:
    return FieldInConflict(
        name=str(part.get("name", "")),
        base=part.get("base"),
        mine=part.get("mine"),
        theirs=part.get("theirs"),
        theirs_by=str(part.get("theirs_by", "")),
        theirs_at=str(part.get("theirs_at", "")),
        mine_by=str(part.get("mine_by", "")),
        mine_at=str(part.get("mine_at", "")),
    )


def _cannot(reason: Words) -> Correctable:
    return Correctable(
        Words("ตัดสินไม่ได้", "Not settled"),
        Words("ตัดสินข้อขัดแย้งไม่ได้และไม่มีอะไรเปลี่ยนแปลง: {reason}", "Nothing was settled or changed: {reason}.").filled(reason=reason),
    )
