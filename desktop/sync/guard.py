"""The guard against mass deletion: more deletions of a type in one round than anybody makes by hand pause the stream until a person agrees.

Counted per stream and type, sent and received apart, unknown types too. A deletion of what is not here, or deleted already, is none.
"""

from collections.abc import Mapping, Sequence

from desktop.storage import rows
from desktop.storage.connection import Connection
from desktop.sync.status import Pause
from records.changes import Change, Snapshot
from records.record import RecordType
from records.words import Words

ALWAYS_FREE = 20
"""So many deletions of a type never ask."""
FREE_PERCENT = 10
"""Nor does this part of the records of the type that were here when the round began to delete."""
CODE = "deletions"

_RECEIVED = Words(
    "เซิร์ฟเวอร์แจ้งลบ {type} ถึง {count} รายการในคราวเดียว โปรแกรมยังไม่ลบและหยุดรับส่งส่วนนี้ไว้ โปรดตรวจกับหน่วยงาน หากถูกต้องจึงอนุญาตในหน้าการรับส่งข้อมูล",
    "The server asks to delete {count} [record|records] of {type} at once. Nothing was deleted and this part is paused. Check with the office; "
    "if it is right, allow it on the sync page.",
)
_SENT = Words(
    "กำลังจะส่งการลบ {type} ถึง {count} รายการในคราวเดียว โปรแกรมยังไม่ส่งและหยุดรับส่งส่วนนี้ไว้ โปรดตรวจรายการที่ลบ หากถูกต้องจึงอนุญาตในหน้าการรับส่งข้อมูล",
    "{count} [deletion|deletions] of {type} would be sent at once. Nothing was sent and this part is paused. Check what was deleted; "
    "if it is right, allow it on the sync page.",
)


class DeletionGuard:
    """Counts the deletions of one round."""

    def __init__(self, catalogue: Mapping[str, RecordType], allowed: int) -> None:
        """`allowed`: as many deletions of a type as a person has agreed to; 0 when nobody was asked."""
        self._catalogue = catalogue
        self._allowed = allowed
        self._roofs: dict[tuple[str, str], int] = {}
        self._received: dict[tuple[str, str], set[str]] = {}
        self._sent: dict[tuple[str, str], set[str]] = {}

    def received(self, connection: Connection, stream: str, page: Sequence[Snapshot]) -> Pause | None:
        """Counts the deletions of a page about to be stored; a Pause when they are too many to store unasked."""
        by_type: dict[str, set[str]] = {}
        for snapshot in page:
            if snapshot.deleted:
                by_type.setdefault(snapshot.type, set()).add(snapshot.id)
        most = 0, ""
        for record_type, ids in by_type.items():
            counted = self._received.setdefault((stream, record_type), set())
            counted |= rows.alive(connection, stream, record_type, list(ids))
            if len(counted) > self._roof(connection, stream, record_type):
                most = max(most, (len(counted), record_type))
        # The type with the most is named: what a person allows then lets the others through as well.
        return self._pause(_RECEIVED, most[1], most[0]) if most[0] else None

    def sent(self, connection: Connection, changes: Sequence[Change]) -> dict[str, Pause]:
        """Counts the deletions about to be sent; a Pause for each stream where they are too many."""
        most: dict[str, tuple[int, str]] = {}
        for change in changes:
            if change.op == "delete":
                self._sent.setdefault((change.stream, change.type), set()).add(change.id)
        for (stream, record_type), ids in self._sent.items():
            if len(ids) > self._roof(connection, stream, record_type, besides=len(ids)):
                most[stream] = max(most.get(stream, (0, "")), (len(ids), record_type))
        return {stream: self._pause(_SENT, record_type, count) for stream, (count, record_type) in most.items()}

    def _roof(self, connection: Connection, stream: str, record_type: str, besides: int = 0) -> int:
        """`besides`: so many are deleted on this desk already, and were here before."""
        known = self._roofs.get((stream, record_type))
        if known is None:
            here = rows.alive_count(connection, stream, record_type) + besides
            known = self._roofs[stream, record_type] = max(ALWAYS_FREE, here * FREE_PERCENT // 100, self._allowed)
        return known

    def _pause(self, words: Words, record_type: str, count: int) -> Pause:
        spec = self._catalogue.get(record_type)
        return Pause(CODE, words.filled(type=spec.label if spec else record_type, count=count), count)
