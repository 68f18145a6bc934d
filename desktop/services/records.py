"""Opening, finding, saving and deleting records; what a list shows of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desktop.services import wire
from desktop.services.steps import as_state, held_back, step_refused
from desktop.storage.acts import Act
from desktop.storage.query import Page, Query
from desktop.storage.rows import Row
from desktop.storage.search import Hit, Search
from records.checks import Problem, Severity, check
from records.errors import Correctable
from records.fields import FieldSpec
from records.ids import is_id, new_id
from records.kinds import CannotHold, Json, Kind, Reference, YesNo
from records.record import RecordType, from_wire
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST_FOUND = 50

_SAVE = Words("บันทึก{type} {title}", "Save {type} {title}")
_DELETE = Words("ลบ{type} {title}", "Delete {type} {title}")
_DELETE_MANY = Words("ลบ{type} {count} รายการ", "Delete {type}: {count} records")
_NOT_COPIED: Mapping[str, tuple[str, ...]] = {
    "service_request": ("tracking_number", "received_at", "due", "closed_on", "result", "missing_notified_at"),
}
"""By type: what belongs to one record alone, beside its state."""
_CHANGE_MANY = Words("แก้ไข{fields}ของ{type} {count} รายการ", "Change {fields} of {type}: {count} records")
_RESTORE = Words("กู้คืน{type} {title}", "Restore {type} {title}")


@dataclass(frozen=True)
class Saved:
    """A record after it was saved."""

    row: Row
    problems: tuple[Problem, ...]
    """What is not as it should be; saving never waits for it, submitting does."""


class Records:
    """What a person may do with records."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def get(self, type_name: str, record_id: str, stream: str | None = None) -> Row:
        """The record, deleted ones included. Raises Correctable when the type or the id is not known here."""
        spec = self._office.record_type(type_name)
        row = self._office.store.get(type_name, record_id, stream) if is_id(record_id) else None
        if row is None:
            raise Correctable(
                Words("ไม่พบรายการ", "No such record"),
                Words(
                    "ไม่พบ{type}รหัส “{id}” ในเครื่องนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจรหัสหรือรับข้อมูลล่าสุดด้วย sync",
                    "There is no {type} “{id}” on this computer; nothing was changed. Check the id, or get the latest with `sync`.",
                ).filled(type=spec.label, id=record_id),
            )
        return row

    def find(self, query: Query) -> Page:
        """The records a query finds. Raises Correctable for an unknown type or field."""
        spec = self._office.record_type(query.type)
        for name in (*(f.field for f in query.filters), *(name for name, _ in query.sort)):
            if not name.startswith("_"):
                spec.field(name)
        return self._office.store.find(query)

    def search(self, text: str, types: Iterable[str] | None = None, limit: int = MOST_FOUND) -> list[Hit]:
        """What the search box finds over every type, best first."""
        return Search(self._office.database).find(text, types, limit=limit)

    def save(self, type_name: str, record_id: str | None, given: Mapping[str, Json], stream: str | None = None) -> Saved:
        """Saves JSON fields: those named change, null empties one, the rest stays. A draft may be incomplete.

        Raises Correctable naming the field (unknown, of the wrong kind) and Refused without a grant; nothing is saved then.
        """
        spec = self._office.record_type(type_name)
        self._require_by_hand(spec)
        values, unset = wire.checked(spec, given, self._office.today)
        return self._save(spec, record_id, values, unset, stream)

    def save_draft(self, type_name: str, record_id: str | None, draft: Mapping[str, Any], stream: str | None = None) -> Saved:
        """Saves Python values by field, as editors hold them; None empties a field. Raises as `save`."""
        spec = self._office.record_type(type_name)
        values = {name: spec.field(name).kind.to_wire(value) for name, value in draft.items() if value is not None}
        unset = tuple(sorted(name for name, value in draft.items() if value is None))
        return self._save(spec, record_id, values, unset, stream)

    def _save(self, spec: RecordType, record_id: str | None, values: dict[str, Json], unset: tuple[str, ...], stream: str | None) -> Saved:
        office = self._office
        if record_id is None:
            return self._write(spec, new_id(office.clock(), office.entropy), office.stream_for_new(spec, stream), {}, values, unset)
        row = self.get(spec.type, record_id, stream)
        return self._write(spec, record_id, row.stream, row.fields, values, unset)

    def create(self, type_name: str, record_id: str, given: Mapping[str, Json], stream: str) -> Saved:
        """Makes a record under an id its maker chose, in the stream named. Raises as `save`."""
        spec = self._office.record_type(type_name)
        values, _ = wire.checked(spec, given, self._office.today)
        return self._write(spec, record_id, stream, {}, values, ())

    def _write(
        self, spec: RecordType, record_id: str, stream: str, before: Mapping[str, Json], values: dict[str, Json], unset: tuple[str, ...]
    ) -> Saved:
        office = self._office
        enrolled = office.enrolled
        after = {**{name: value for name, value in before.items() if name not in unset}, **values}
        self._require_step(spec, before, after, record_id, stream)
        label = _SAVE.filled(type=spec.label, title=spec.title_of(after))
        with office.store.act(enrolled.account, label) as act:
            saved = self._stored(spec, record_id, stream, before, values, unset, act)
        return Saved(saved, tuple(self.check(spec.type, saved.fields, saved.id, saved.stream)))

    def _stored(
        self,
        spec: RecordType,
        record_id: str,
        stream: str,
        before: Mapping[str, Json],
        values: dict[str, Json],
        unset: tuple[str, ...],
        act: Act,
    ) -> Row:
        """Writes a record and what follows from it, inside an act."""
        store = self._office.store
        if spec.type == "payment_notice":
            code = self._office.papers.payment_code({**{n: v for n, v in before.items() if n not in unset}, **values}, stream)
            values = {**values, **({"qr_payload": code} if code else {})}
            unset = unset if code else (*unset, "qr_payload")
        if spec.type != "service_request":
            return store.save(stream, spec.type, record_id, values, unset, act=act)
        # The calendar and the clock are brought only where they are needed.
        from desktop.services import request_flow

        after = {**{name: value for name, value in before.items() if name not in unset}, **values}
        more = request_flow.prepared(self._office, record_id, before, after, values)
        gone = {*unset, *more.gone} - more.values.keys()
        saved = store.save(stream, spec.type, record_id, {**values, **more.values}, gone, act=act)
        request_flow.follow(self._office, saved, before.get("state"), act)
        return saved

    def _require_step(self, spec: RecordType, before: Mapping[str, Json], after: Mapping[str, Json], record_id: str, stream: str) -> None:
        """Raises Correctable for a step of the workflow that this account may not take, or a submission that has errors."""
        flow = spec.workflow
        if flow is None or before.get(flow.field) == after.get(flow.field):
            return
        state, target = (as_state(fields.get(flow.field)) for fields in (before, after))
        if not flow.allows(state, target, (self._office.enrolled.role,)):
            raise step_refused(spec, state, target)
        if flow.is_submission(state, target):
            faults = [problem for problem in self.check(spec.type, after, record_id, stream) if problem.severity is Severity.ERROR]
            if faults:
                raise held_back(spec, faults)

    def delete(self, type_name: str, record_id: str, stream: str | None = None) -> Row:
        """Deletes a record; its fields stay in its tombstone, so that it can be restored. Raises Correctable when there is none."""
        spec = self._office.record_type(type_name)
        self._require_by_hand(spec)
        row = self.get(type_name, record_id, stream)
        with self._office.store.act(self._office.enrolled.account, _DELETE.filled(type=spec.label, title=self.title(row))) as act:
            return self._office.store.delete(row.stream, type_name, record_id, act=act)

    def delete_many(self, type_name: str, ids: Sequence[str]) -> tuple[Row, ...]:
        """Deletes records in one act, which undo takes back as a whole. Raises as `delete`; nothing is deleted then."""
        office = self._office
        spec = office.record_type(type_name)
        self._require_by_hand(spec)
        rows = [self.get(type_name, one) for one in ids]
        label = _DELETE_MANY.filled(type=spec.label, count=f"{len(rows):,}")
        if len(rows) == 1:
            label = _DELETE.filled(type=spec.label, title=self.title(rows[0]))
        with office.store.act(office.enrolled.account, label) as act:
            return tuple(office.store.delete(row.stream, type_name, row.id, act=act) for row in rows)

    def restore(self, type_name: str, record_id: str, stream: str | None = None) -> Row:
        """Brings a deleted record back, also one that never left this desk. Raises Correctable when there is none."""
        office = self._office
        spec = office.record_type(type_name)
        row = office.store.get(type_name, record_id, stream) if is_id(record_id) else None
        place = row.stream if row else office.stream_for_new(spec, stream)
        label = _RESTORE.filled(type=spec.label, title=self.title(row) if row else "")
        with office.store.act(office.enrolled.account, label) as act:
            return office.store.restore(place, type_name, record_id, act=act)

    def change_many(self, type_name: str, ids: Sequence[str], draft: Mapping[str, Any]) -> tuple[Row, ...]:
        """Gives the same Python values to many records in one act, which undo takes back as a whole; None empties a field.

        Records that have the values already are left alone and not returned. Raises as `save`; nothing is changed then.
        """
        office = self._office
        spec = office.record_type(type_name)
        self._require_by_hand(spec)
        values = {name: spec.field(name).kind.to_wire(value) for name, value in draft.items() if value is not None}
        unset = tuple(sorted(name for name, value in draft.items() if value is None))
        rows = [row for one in ids if _differs(row := self.get(type_name, one), values, unset)]
        for row in rows:
            after = {**{name: value for name, value in row.fields.items() if name not in unset}, **values}
            self._require_step(spec, row.fields, after, row.id, row.stream)
        names = ", ".join(spec.field(name).label.th for name in draft), ", ".join(spec.field(name).label.en for name in draft)
        label = _CHANGE_MANY.filled(type=spec.label, count=f"{len(rows):,}", fields=Words(*names))
        with office.store.act(office.enrolled.account, label) as act:
            return tuple(self._stored(spec, row.id, row.stream, row.fields, values, unset, act) for row in rows)

    @staticmethod
    def _require_by_hand(spec: RecordType) -> None:
        """Raises Correctable for records that only the program makes and deletes: conflicts, blocks of numbers."""
        if all(field.kept_by_program for field in spec.fields):
            raise Correctable(
                Words("โปรแกรมเป็นผู้บันทึกเอง", "The program keeps these"),
                Words(
                    "{type}เป็นรายการที่โปรแกรมบันทึกเอง สร้าง แก้ หรือลบด้วยมือไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดใช้คำสั่งของรายการนั้น เช่น conflicts settle",
                    "The program itself keeps records of {type}; they are not made, changed or deleted by hand and nothing was changed. "
                    "Use their own command, such as conflicts settle.",
                ).filled(type=spec.label),
            )

    def duplicate(self, type_name: str, record_id: str, stream: str | None = None) -> Saved:
        """Makes a new record with the same values, but those the program keeps. Raises as `get` and `save`."""
        row = self.get(type_name, record_id, stream)
        spec = self._office.record_type(type_name)
        values = {name: value for name, value in row.fields.items() if name in spec.by_name and not spec.field(name).kept_by_program}
        if spec.workflow is not None:
            # A copy begins anew: what says how far the other came stays with it.
            gone = {spec.workflow.field, *_NOT_COPIED.get(type_name, ())}
            values = {name: value for name, value in values.items() if name not in gone}
        return self._save(spec, None, values, (), row.stream)

    def users_of(self, type_name: str, record_id: str) -> list[tuple[str, str, str]]:
        """The (type, id, field) of every record that refers to this one: what a person is shown before deleting it."""
        return self._office.store.users_of(type_name, record_id)

    def check(self, type_name: str, fields: Mapping[str, Json], record_id: str = "", stream: str | None = None) -> list[Problem]:
        """What is not as it should be with wire fields, errors first.

        Other records are asked for in the stream of the record alone, as the server does: the sums of two offices never mix. `stream` is
        where the record lies, or would; None finds it out.
        """
        spec = self._office.record_type(type_name)
        place = stream or self._stream_of(spec, record_id)

        def related(other: str, wanted: Mapping[str, Json]) -> list[Mapping[str, Json]]:
            return self._related(other, wanted, place)

        return check(spec, from_wire(spec, fields), related, record_id=record_id, today=self._office.today)

    def _stream_of(self, spec: RecordType, record_id: str) -> str | None:
        """The stream of a record that is here, else the only one a new one could go to; None where there are several."""
        row = self._office.store.get(spec.type, record_id) if record_id else None
        if row is not None:
            return row.stream
        return self._office.own_stream(spec.type)

    def _related(self, type_name: str, wanted: Mapping[str, Json], stream: str | None) -> list[Mapping[str, Json]]:
        store = self._office.store
        spec = self._office.catalogue.get(type_name)
        if spec is None:
            return []
        if "id" in wanted:
            # An id says which record is meant, wherever it lies: an office refers to the registry of the centre.
            row = store.get(type_name, str(wanted["id"]))
            rest = {name: value for name, value in wanted.items() if name != "id"}
            found = [row] if row is not None and not row.deleted and all(row.fields.get(n) == v for n, v in rest.items()) else []
        else:
            is_same_home = stream is not None and stream.split("/")[0] == spec.home
            found = store.by_key(type_name, dict(wanted), stream if is_same_home else None)
        return [{**row.fields, "id": row.id} for row in found]

    def title(self, row: Row) -> str:
        """What people call a record: its title fields as shown, its type's label where they are empty."""
        spec = self._office.catalogue.get(row.type)
        if spec is None:
            return row.id
        parts = [self.shown(spec.field(name), row.fields[name]) for name in spec.title if name in row.fields]
        return " ".join(filter(None, parts)) or row.id

    def titles(self, type_name: str, ids: Iterable[str]) -> dict[str, str]:
        """What people call the records of these ids; ids this desk does not have are left out."""
        return {row.id: self.title(row) for row in self._office.store.rows(type_name, list(dict.fromkeys(ids)))}

    def shown(self, field: FieldSpec, value: Json, *, is_masked: bool = True) -> str:
        """A value as a person reads it; personal kinds hide their telling digits unless told not to."""
        try:
            held = field.kind.from_wire(value)
        except CannotHold:
            return plain(value, self._office.language)
        if isinstance(field.kind, Reference):
            return self._office.store.titles(field.kind.to, [str(value)]).get(str(value), str(value))
        write: Callable[[Any, Any], str] = field.kind.mask if is_masked and field.personal else field.kind.show
        return write(held, self._office.language)

    def masked(self, row: Row) -> Row:
        """The row with personal values that have a mask replaced by it: what lists and exports carry."""
        spec = self._office.catalogue.get(row.type)
        if spec is None:
            return row
        return replace(row, fields={name: self.masked_value(spec, name, value) for name, value in row.fields.items()})

    def masked_value(self, spec: RecordType, name: str, value: Json) -> Json:
        """A wire value as lists carry it: the mask where the field is personal and its kind has one, else the value itself."""
        field = spec.by_name.get(name)
        if value is None or field is None or field not in masked_fields(spec):
            return value
        return self.shown(field, value)


def _differs(row: Row, values: Mapping[str, Json], unset: Sequence[str]) -> bool:
    return any(row.fields.get(name) != value for name, value in values.items()) or any(name in row.fields for name in unset)


def masked_fields(spec: RecordType) -> list[FieldSpec]:
    """The fields whose values are masked: personal ones of a kind that has a mask of its own."""
    return [field for field in spec.fields if field.personal and type(field.kind).mask is not Kind.mask]


def plain(value: Json, language: Language) -> str:
    """A wire value of which this program does not know the kind, as well as it can be read: without brackets and quotes."""
    if isinstance(value, bool):
        return say(YesNo.yes if value else YesNo.no, language)
    if isinstance(value, list):
        return ", ".join(plain(one, language) for one in value)
    if isinstance(value, dict):
        return ", ".join(plain(one, language) for one in value.values())
    return "" if value is None else str(value)
