"""Conflicts: what two people changed differently, and a person's choice; and merges that needed nobody, which a person may take back.

Many at a time, and what the inbox lists: `inbox.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop.services import wire
from desktop.storage.acts import Act
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.errors import Correctable
from records.ids import new_id
from records.kinds import Json, LongText
from records.kinds.times import rfc3339
from records.merge import DELETION
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

CONFLICT = "conflict"
_TAKE_BACK = Words("ย้อนการรวมของ {title}", "Take back the merge of {title}")
_SETTLE = Words("ยืนยันการเลือกของ {title}", "Choice for {title}")


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
    mine_device: str = ""
    """Id of the device; empty when not known."""
    theirs_device: str = ""
    merged: Json = None
    """Of grade `merged`: what became of it where that is neither side's value."""

    @property
    def result(self) -> Json:
        """Of grade `merged`: what the merge wrote, of a field that was changed here."""
        return self.mine if self.merged is None else self.merged

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        told = (("mine_device", self.mine_device), ("theirs_device", self.theirs_device), ("merged", self.merged))
        return {
            **{name: value for name, value in told if value},
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
    settled_by: str = ""
    """Account name; of grade `merged` who took the merge back. Empty while nobody did."""
    settled_at: str = ""
    """RFC 3339 UTC."""

    @property
    def can_take_back(self) -> bool:
        """Whether it is a merge that still stands and says what it wrote."""
        return self.grade == "merged" and not self.settled_by and any(one.mine != one.base for one in self.fields)

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
            **{name: value for name, value in (("settled_by", self.settled_by), ("settled_at", self.settled_at)) if value},
            "fields": [field.as_json() for field in self.fields],
        }


class Conflicts:
    """Lists and settles conflicts."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def list(self, *, settled_too: bool = False, grade: str = "") -> tuple[ConflictView, ...]:
        """The conflicts that need a person, oldest first; with `settled_too` also those settled and those merged for information.

        `grade` asks for that one alone: `merged` for what was merged for information.
        """
        filters = [Filter("grade", "eq", grade or "conflict")] if grade or not settled_too else []
        if not settled_too and grade != "merged":
            filters.append(Filter("state", "eq", "open"))
        found = self._office.store.find(Query(CONFLICT, filters=tuple(filters))).rows
        return tuple(self.view(row) for row in found)

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
        return self.view(self._office.records.get(CONFLICT, conflict_id))

    def settle(self, conflict_id: str, choices: Mapping[str, Any]) -> Row:
        """Writes a person's choice for every field: `mine`, `theirs`, `both` (long texts, one below the other) or `{"value": ...}`; returns the record.

        The record's change and the settled conflict go to the server as one group. Raises Correctable (unknown conflict or field, a field
        without a choice, settled already, a value of the wrong kind, a stream that turned read-only); nothing is changed then.
        """
        conflict = self.show(conflict_id)
        with self._office.store.act(self._office.enrolled.account, _SETTLE.filled(title=conflict.title)) as act:
            return self.settle_in(act, conflict, choices)

    def settle_in(self, act: Act, conflict: ConflictView, choices: Mapping[str, Any]) -> Row:
        """As `settle`, inside an act; when it raises, nothing of this conflict was written."""
        office = self._office
        if conflict.state != "open":
            raise _cannot(_settled_words(office, conflict))
        values, unset, deletes = self._chosen(conflict, choices)
        record = office.store.get(conflict.type, conflict.record, conflict.row.stream) if conflict.type in office.catalogue else None
        is_wish = bool(values or unset) or any(choice != "theirs" for choice in choices.values())
        if record is None:
            if is_wish:
                raise _cannot(Words("เครื่องนี้ไม่มีรายการนั้นแล้ว เลือกได้เฉพาะค่าของที่อื่น", "the record is no longer here; only theirs can be chosen"))
            record = conflict.row
        group = new_id(office.clock(), office.entropy)
        # What can be refused goes first, so that a caller who skips this conflict leaves nothing half done.
        if deletes:
            record = office.store.delete(record.stream, record.type, record.id, act=act, group=group)
        elif is_wish or DELETION in choices:
            record = self._written(act, group, record, values, unset)
        self._note(act, group, conflict)
        return record

    def take_back(self, conflict_id: str) -> Row:
        """Takes a merge that needed nobody back: what this side had brought in becomes theirs again, as a new change; returns the record.

        Only fields that still have what the merge wrote. Raises Correctable when it is no such merge, was taken back, or nothing of it is left.
        """
        office = self._office
        conflict = self.show(conflict_id)
        record = office.records.get(conflict.type, conflict.record, conflict.row.stream)
        left = [one for one in conflict.fields if one.mine != one.base and record.fields.get(one.name) == one.result]
        if not conflict.can_take_back or record.deleted or not left:
            raise _cannot(
                Words(
                    "การรวมนี้ย้อนไปแล้ว หรือรายการถูกแก้ไขหลังจากนั้น เปิดประวัติของรายการเพื่อย้อนทีละช่อง",
                    "this merge was taken back already, or the record was changed since; open its history to undo single fields",
                )
            )
        values = {one.name: one.theirs for one in left if one.theirs is not None}
        unset = tuple(one.name for one in left if one.theirs is None)
        group = new_id(office.clock(), office.entropy)
        with office.store.act(office.enrolled.account, _TAKE_BACK.filled(title=conflict.title)) as act:
            saved = self._written(act, group, record, values, unset)
            self._note(act, group, conflict)
        return saved

    def _written(self, act: Act, group: str, record: Row, values: Mapping[str, Json], unset: tuple[str, ...]) -> Row:
        store = self._office.store
        if record.deleted:
            record = store.restore(record.stream, record.type, record.id, act=act)
        changed = {name: value for name, value in values.items() if record.fields.get(name) != value}
        gone = tuple(name for name in unset if name in record.fields)
        return store.save(record.stream, record.type, record.id, changed, gone, act=act, group=group)

    def _note(self, act: Act, group: str, conflict: ConflictView) -> None:
        """Writes into the entry who decided."""
        office = self._office
        said: dict[str, Json] = {"state": "settled", "settled_by": office.enrolled.account, "settled_at": rfc3339(office.clock())}
        office.store.save(conflict.row.stream, CONFLICT, conflict.id, said, (), act=act, group=group)

    def _chosen(self, conflict: ConflictView, choices: Mapping[str, Any]) -> tuple[dict[str, Json], tuple[str, ...], bool]:
        """The (set, unset, whether the record is deleted) of a person's choices."""
        known = {field.name: field for field in conflict.fields}
        unknown = tuple(name for name in choices if name not in known)
        missing = tuple(name for name in known if name not in choices)
        if unknown:
            raise _cannot(Words("ไม่มีช่อง {names} ในรายการนี้", "the conflict has no field {names}").filled(names=", ".join(unknown)))
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
        if choice == "both" and self.can_have_both(conflict.type, field.name):
            return "\n\n".join(str(text) for text in (field.theirs, field.mine) if text is not None)
        if isinstance(choice, dict) and set(choice) == {"value"}:
            given: Json = choice["value"]
            if field.name == DELETION:
                return bool(given)
            values, _ = wire.checked(self._office.record_type(conflict.type), {field.name: given}, self._office.today)
            return values.get(field.name)
        raise _cannot(
            Words(
                "ค่าที่เลือกของ {name} ต้องเป็น “mine”, “theirs”, “both” (เฉพาะข้อความยาว) หรือ {{“value”: ...}}",
                "the choice for {name} must be “mine”, “theirs”, “both” (long texts only) or {{“value”: ...}}",
            ).filled(name=field.name)
        )

    def can_have_both(self, type_name: str, field: str) -> bool:
        """Whether both values can stand in a field, one below the other: long texts alone."""
        spec = self._office.catalogue.get(type_name)
        known = spec.by_name.get(field) if spec else None
        return known is not None and isinstance(known.kind, LongText)

    def view(self, row: Row) -> ConflictView:
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
            settled_by=str(fields.get("settled_by", "")),
            settled_at=str(fields.get("settled_at", "")),
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
        mine_device=str(part.get("mine_device", "")),
        theirs_device=str(part.get("theirs_device", "")),
        merged=part.get("merged"),
    )


def _settled_words(office: "Office", conflict: ConflictView) -> Words:
    by = office.history.name_of(conflict.settled_by) if conflict.settled_by else ""
    if not by:
        return Words("รายการนี้มีผู้เลือกไปแล้ว", "this conflict is settled already")
    return Words("{by} เลือกรายการนี้ไปแล้ว", "this conflict is settled already, by {by}").filled(by=by)


def _cannot(reason: Words) -> Correctable:
    return Correctable(
        Words("ตัดสินไม่ได้", "Not settled"),
        Words("ยืนยันการเลือกไม่ได้และไม่มีอะไรเปลี่ยนแปลง: {reason}", "Nothing was settled or changed: {reason}.").filled(reason=reason),
    )
