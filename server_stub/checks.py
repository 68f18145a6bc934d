"""What the catalogue says of a change: kinds of its fields, steps of its workflow; the last test of a push."""

from collections.abc import Callable, Collection, Mapping

from records.changes import Change
from records.fields import FieldSpec
from records.kinds import CannotHold, Integer, Json, Money, Text
from records.locks import lock_on
from records.periods import PARTS, PERIODS, YEAR_TYPE, closed_words, closed_year_of_change, may_close, step_fault
from records.record import RecordType
from records.words import Words
from server_stub.ledger import fields_of
from server_stub.shape import Fault
from server_stub.storage.base import StoredRecord

_MOST_REMEMBERED = 4_096
_LONGEST_REMEMBERED = 40
"""Characters: dates, times, choices, ids and numbers are shorter."""


class KindChecks:
    """Whether fields hold values of their kinds; remembers which texts each kind was found to hold, for dates and choices come again."""

    def __init__(self, catalogue: Mapping[str, RecordType]) -> None:
        """One for the life of a server; safe to use from several threads."""
        self._by_type = {name: {field.name: _KindCheck(field) for field in spec.fields} for name, spec in catalogue.items()}

    def check(self, change: Change) -> None:
        """Each named field that the catalogue knows holds a value of its kind. Raises Fault.

        What the change does not name is not judged: a newer program may have written it. The values have the form of wire values.
        """
        known = self._by_type.get(change.type)
        if known is None:
            return
        for name, value in change.set.items():
            field = known.get(name)
            if field is not None and type(value) is not field.free:
                field.check(value)


class _KindCheck:
    __slots__ = ("_good", "_kind", "_label", "_name", "free")

    def __init__(self, field: FieldSpec) -> None:
        self._name, self._kind, self._label = field.name, field.kind, field.label
        self._good: set[str] = set()
        read = type(field.kind).from_wire
        self.free: type | None = str if read is Text.from_wire else int if read in (Integer.from_wire, Money.from_wire) else None
        """The type of which the kind holds every value."""

    def check(self, value: Json) -> None:
        if type(value) is str and value in self._good:
            return
        try:
            self._kind.from_wire(value)
        except CannotHold as error:
            words = Words(
                "ช่อง “{label}” เก็บค่านี้ไม่ได้ โปรดแก้ไขแล้วบันทึกใหม่", "The field “{label}” cannot hold this value; correct it and save again"
            )
            raise Fault("invalid", words.filled(label=self._label), self._name) from error
        if type(value) is str and len(self._good) < _MOST_REMEMBERED and len(value) <= _LONGEST_REMEMBERED:
            self._good.add(value)


def check_workflow(spec: RecordType | None, change: Change, before: StoredRecord | None, role: str) -> None:
    """The step from the state before, or several taken one after the other without a line, are ones this role may take. Raises Fault."""
    if spec is None or spec.workflow is None or change.op == "delete":
        return
    field = spec.workflow.field
    if field not in change.set and field not in change.unset:
        return
    if not spec.workflow.reaches(_state(fields_of(before).get(field)), _state(change.set.get(field)), (role,)):
        raise Fault("workflow", field=field)


Stored = Callable[[str], StoredRecord | None]
"""A record of the stream by id, as it is stored."""


def check_period(change: Change, before: StoredRecord | None, after: Mapping[str, Json], closed: Collection[int], stored: Stored) -> None:
    """No closed fiscal year is touched, and a year closes and opens with a reason. Raises Fault.

    `after` is what the record would be; `closed` are the closed years (พ.ศ.) of the stream, this record aside.
    """
    if not may_close(change.type):
        return
    was = fields_of(before) if before is not None and not before.deleted else None
    now = None if change.op == "delete" else after
    year = closed_year_of_change(change.type, was, now, closed, _reader(stored))
    if year is not None:
        field = "year" if change.type == YEAR_TYPE else PARTS[change.type][0] if change.type in PARTS else PERIODS[change.type].year
        raise Fault("closed-period", closed_words(year), field)
    fault = step_fault(was, now) if change.type == YEAR_TYPE else None
    if fault is not None:
        raise Fault("workflow", fault, "state")


def check_locks(change: Change, before: StoredRecord | None, stored: Stored) -> None:
    """The record is not one that no longer changes: an issued receipt, one of a closed remittance. Raises Fault."""
    fields = fields_of(before) if before is not None else None
    lock = lock_on(change.type, fields, change.set, change.unset, is_delete=change.op == "delete", read=_reader(stored))
    if lock is not None:
        raise Fault(lock.code, lock.text)


def _reader(stored: Stored) -> Callable[[str], dict[str, Json] | None]:
    def read(record_id: str) -> dict[str, Json] | None:
        found = stored(record_id)
        return fields_of(found) if found is not None else None

    return read


def _state(value: Json) -> str | None:
    return value if isinstance(value, str) else None
