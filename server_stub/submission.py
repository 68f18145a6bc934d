"""What is handed in must be free of errors: the checks of the desktop, run once more where a step of a workflow says so.

The records a rule may ask for are those of the stream as the unit of changes would leave it: a receipt is judged with its own items.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from records.checks import Severity, check
from records.kinds import Json
from records.record import RecordType, from_wire
from server_stub.ledger import Ledger, Planned, fields_of
from server_stub.shape import Fault
from server_stub.storage.base import StoredRecord, Writer

Found = Sequence[Mapping[str, Json]]


class Submissions:
    """The checks of one unit of changes, before any of it is written."""

    def __init__(self, writer: Writer, ledger: Ledger, catalogue: Mapping[str, RecordType], today: date) -> None:
        """`today` is the day in Thailand."""
        self._writer = writer
        self._ledger = ledger
        self._catalogue = catalogue
        self._today = today

    def fault(self, planned: Planned, unit: Iterable[Planned]) -> Fault | None:
        """Why a planned change may not be handed in; None when it is no submission or free of errors."""
        change = planned.shaped.change
        spec = self._catalogue.get(change.type)
        if spec is None or spec.workflow is None or change.op == "delete" or change.origin:
            return None
        flow = spec.workflow
        fields: dict[str, Any] = msgspec.json.decode(planned.fields)
        before, after = fields_of(planned.before).get(flow.field), fields.get(flow.field)
        if before == after or not flow.is_submission(_text(before), _text(after)):
            return None
        found = check(spec, from_wire(spec, fields), self._related(unit), record_id=change.id, today=self._today)
        first = next((problem for problem in found if problem.severity is Severity.ERROR), None)
        return Fault("invalid", first.text, first.field) if first is not None else None

    def _related(self, unit: Iterable[Planned]) -> Callable[[str, Mapping[str, Json]], Found]:
        pending: dict[str, tuple[str, dict[str, Json] | None]] = {}
        for record in self._ledger.written():
            pending[record.id] = (record.type, None if record.deleted else fields_of(record))
        for planned in unit:
            change = planned.shaped.change
            pending[change.id] = (change.type, None if change.op == "delete" else msgspec.json.decode(planned.fields))

        def related(record_type: str, wanted: Mapping[str, Json]) -> Found:
            rest = {name: value for name, value in wanted.items() if name != "id"}
            fresh = [
                {**fields, "id": record_id}
                for record_id, (kind, fields) in pending.items()
                if kind == record_type and fields is not None and wanted.get("id", record_id) == record_id and _has(fields, rest)
            ]
            stored = self._stored(record_type, wanted, rest)
            return fresh + [{**fields_of(record), "id": record.id} for record in stored if record.id not in pending]

        return related

    def _stored(self, record_type: str, wanted: Mapping[str, Json], rest: Mapping[str, Json]) -> list[StoredRecord]:
        stream = self._writer.state.stream
        if "id" not in wanted:
            return self._writer.where(stream, record_type, rest)
        found = self._writer.records(stream, [str(wanted["id"])]).values()
        return [record for record in found if record.type == record_type and not record.deleted and _has(fields_of(record), rest)]


def _has(fields: Mapping[str, Json], wanted: Mapping[str, Json]) -> bool:
    return all(fields.get(name) == value for name, value in wanted.items())


def _text(state: Json) -> str | None:
    return state if isinstance(state, str) else None
