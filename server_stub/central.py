"""What the server writes by itself into the stream `central`: the changes of its imports, in one transaction each."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from records.changes import Base, Change
from records.ids import Entropy, new_id
from records.kinds import Json
from records.kinds.times import rfc3339
from records.record import RecordType
from server_stub.ledger import Ledger
from server_stub.storage.base import StoredRecord, Writer

STREAM = "central"
SERVER_ACCOUNT = "server"
"""The author of what the server writes by itself."""


class CentralPen:
    """Makes changes of the server's own and writes them."""

    def __init__(self, catalogue: Mapping[str, RecordType], clock: Callable[[], datetime], entropy: Entropy, *, device: str) -> None:
        """`device`: the server's device id."""
        self._catalogue = catalogue
        self._clock = clock
        self._entropy = entropy
        self._device = device

    def change(self, record_type: str, record_id: str, record: StoredRecord | None, fields: Mapping[str, Json]) -> Change:
        """The change that sets these wire fields; `record` is the record as it is now, None for a new one."""
        now = self._clock()
        return Change(
            change_id=new_id(now, self._entropy),
            stream=STREAM,
            type=record_type,
            id=record_id,
            base=Base(record.version, record.hash) if record is not None else None,
            op="put",
            set=dict(fields),
            made_at=rfc3339(now),
            made_by=SERVER_ACCOUNT,
        )

    def write(self, writer: Writer, changes: Collection[Change]) -> None:
        """Writes them under the stream's lock that `writer` holds."""
        ledger = Ledger(writer, self._catalogue, changed_at=rfc3339(self._clock()))
        ledger.load(ids={change.id for change in changes})
        ledger.write_own(changes, device=self._device)
        ledger.close()
