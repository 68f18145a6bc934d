"""What the server would refuse of an import, said row by row before anything is written: closed years, locks, steps of a workflow.

The rules are those of `records`; the server asks the same ones when the import arrives.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.services.steps import as_state
from desktop.storage import years
from records.checks import Severity
from records.kinds import Choice, Json
from records.locks import HOLDERS, lock_on
from records.periods import YEAR_TYPE, closed_words, closed_year_of_change, step_fault
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_STEP = Words(
    "สถานะ “{state}” ต้องไปถึงตามขั้นตอนในโปรแกรม แถวนี้นำเข้าโดยไม่เปลี่ยนสถานะ",
    "The state “{state}” is reached by the steps in the program; the row is imported without it",
)
_HELD_BACK = Words(
    "ยังเป็น “{state}” ไม่ได้: {fault} แถวนี้นำเข้าโดยไม่เปลี่ยนสถานะ",
    "It cannot be “{state}” yet: {fault}. The row is imported without that state",
)


class ImportGuard:
    """Asked for each record an import would write into one stream."""

    def __init__(self, office: "Office", stream: str | None) -> None:
        """`stream` is None where there is none to write to: the import is seen, not written."""
        self._office = office
        self._stream = stream

    @cached_property
    def _roles(self) -> tuple[str, ...]:
        identity = self._office.identity
        return (identity.role,) if identity is not None else ()

    @cached_property
    def _closed(self) -> frozenset[int]:
        if self._stream is None:
            return frozenset()
        with self._office.database.reading() as connection:
            return years.closed_years(connection, self._stream)

    def refusal(self, type_name: str, before: Mapping[str, Json] | None, changed: Mapping[str, Json]) -> Words | None:
        """Why a record may not be made (`before` None) or changed so; None when it may."""
        after = {**(before or {}), **changed}
        if type_name == YEAR_TYPE:
            year = closed_year_of_change(type_name, before, after, ())
            return closed_words(year) if year is not None else step_fault(before, after)
        year = closed_year_of_change(type_name, before, after, self._closed, self._read)
        if year is not None:
            return closed_words(year)
        lock = lock_on(type_name, before, changed, (), is_delete=False, read=self._read)
        return lock.text if lock is not None else None

    def step_fault(self, spec: RecordType, before: Mapping[str, Json] | None, changed: Mapping[str, Json]) -> Words | None:
        """Why the state a row gives is not taken; None when it is, or when it gives none."""
        flow = spec.workflow
        if flow is None or flow.field not in changed or self._stream is None:
            return None
        was, target = as_state((before or {}).get(flow.field)), as_state(changed[flow.field])
        if not flow.reaches(was, target, self._roles):
            return _STEP.filled(state=_label(spec, flow.field, target))
        if flow.is_submission(was, target):
            record_id = str((before or {}).get("id", ""))
            found = self._office.records.check(spec.type, {**(before or {}), **changed}, record_id, self._stream)
            fault = next((problem for problem in found if problem.severity is Severity.ERROR), None)
            if fault is not None:
                return _HELD_BACK.filled(state=_label(spec, flow.field, target), fault=fault.text)
        return None

    def _read(self, record_id: str) -> Mapping[str, Json] | None:
        found = (self._office.store.get(holder, record_id, self._stream) for holder in HOLDERS if holder in self._office.catalogue)
        return next((row.fields for row in found if row is not None), None)


def _label(spec: RecordType, field: str, state: str | None) -> Words:
    kind = spec.field(field).kind
    options = kind.options if isinstance(kind, Choice) else ()
    return next((option.label for option in options if option.value == state), Words(state or "-", state or "-"))
