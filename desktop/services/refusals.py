"""Giving up what the server does not take: an unsent change is dropped, the record shows the server's version again, the history keeps both."""

from typing import TYPE_CHECKING

from desktop.storage import history, mirror, outbox
from desktop.storage.outbox import Pending
from records.errors import Correctable, Unavailable
from records.kinds.times import rfc3339
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.storage.connection import Connection


def discard(office: "Office", record_type: str, record_id: str, stream: str | None = None) -> int:
    """Drops the unsent changes of a record, and of those that may only go in together with it; returns how many.

    Raises Correctable when nothing of it is unsent, Unavailable while one is on its way: the server may have taken it already.
    """
    with office.database.write() as connection:
        mine = [
            entry for entry in outbox.everything(connection)
            if (entry.change.type, entry.change.id) == (record_type, record_id) and stream in (None, entry.change.stream)
        ]  # fmt: skip
        if not mine:
            raise Correctable(
                Words("ไม่มีอะไรค้างส่ง", "Nothing is unsent"),
                Words("รายการนี้ไม่มีการแก้ไขที่ค้างส่ง ไม่มีอะไรเปลี่ยนแปลง", "This record has no unsent changes; nothing was changed."),
            )
        dropped = _with_groups(connection, mine)
        if any(entry.state == "in_flight" for entry in dropped):
            raise Unavailable(
                Words("กำลังส่งอยู่", "It is on its way"),
                Words(
                    "การแก้ไขนี้ส่งไปแล้วและยังไม่ได้รับคำตอบ จึงยังทิ้งไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดรับส่งข้อมูลก่อนแล้วลองใหม่",
                    "This change was sent and not answered yet, so it cannot be dropped; nothing was changed. Sync first, then try again.",
                ),
                code="in-flight",
            )
        for entry in dropped:
            history.discard(connection, entry.change, "refused" if entry.problem else "withdrawn", rfc3339(office.clock()))
            outbox.remove(connection, entry.change.change_id)
        for change in {(entry.change.stream, entry.change.type, entry.change.id) for entry in dropped}:
            mirror.reproject(connection, *change)
    return len(dropped)


def _with_groups(connection: "Connection", entries: list[Pending]) -> list[Pending]:
    """These changes and, until nothing is added, all of their groups and of the records in them: what stays must still make sense."""
    everything = outbox.everything(connection)
    chosen = {entry.position for entry in entries}
    while True:
        groups = {e.change.group for e in everything if e.position in chosen and e.change.group}
        records = {(e.change.stream, e.change.type, e.change.id) for e in everything if e.position in chosen or e.change.group in groups}
        more = {e.position for e in everything if (e.change.stream, e.change.type, e.change.id) in records}
        if more == chosen:
            return [entry for entry in everything if entry.position in chosen]
        chosen = more
