"""Asks records/locks.py before a save or a deletion of a person is written; what a round of sync brings is never refused here."""

from collections.abc import Collection

from desktop.storage import rows
from desktop.storage.connection import Connection
from records.errors import Refused
from records.locks import HOLDERS, lock_on
from records.record import Fields
from records.words import Words


def check(
    connection: Connection,
    stream: str,
    record_type: str,
    before: Fields | None,
    values: Fields,
    gone: Collection[str] = (),
    *,
    is_delete: bool = False,
) -> None:
    """Raises Refused for a record that no longer changes; `before` is None for a new one."""

    def read(record_id: str) -> Fields | None:
        found = (rows.read(connection, stream, holder, record_id) for holder in HOLDERS)
        return next((row.fields for row in found if row is not None), None)

    lock = lock_on(record_type, before, values, gone, is_delete=is_delete, read=read)
    if lock is not None:
        raise Refused(
            Words("แก้ไขรายการนี้ไม่ได้แล้ว", "This no longer changes"),
            Words("{why} ไม่มีอะไรเปลี่ยนแปลง", "{why}. Nothing was changed.").filled(why=lock.text),
            code=lock.code,
        )
