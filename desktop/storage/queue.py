"""What is asked of the outbox beside sending: how many wait of each type, who goes together, what is offered again at once."""

from datetime import datetime

from desktop.storage import outbox
from desktop.storage.connection import Connection
from records.changes import Change


def entry_of(connection: Connection, stream: str, group: str, record_id: str, *, in_flight: bool) -> Change | None:
    """The change of a group that makes the entry of a quiet merge of this record; None when there is none. `in_flight`: also one that was sent."""
    sql = (
        f"SELECT outbox_change.change FROM {outbox.WITH_CHANGES} "
        "WHERE group_id = ? AND stream = ? AND type = 'conflict' AND (? OR state <> 'in_flight')"
    )
    found = (outbox.CHANGE.decode(row[0]) for row in connection.execute(sql, (group, stream, in_flight)).fetchall())
    return next(
        (one for one in found if one.base is None and (one.set.get("grade"), one.set.get("record_id")) == ("merged", record_id)), None
    )


def group_size(connection: Connection, group: str) -> int:
    """How many changes of a group are here."""
    return int(connection.value("SELECT count(*) FROM outbox WHERE group_id = ?", group))


def due_now(connection: Connection, now: datetime, change_id: str | None = None) -> int:
    """Lets refused changes be sent again now, one or all; returns how many there are."""
    only = "" if change_id is None else " AND change_id = ?"
    parameters = (now.isoformat(), *(() if change_id is None else (change_id,)))
    return int(connection.execute(f"UPDATE outbox SET retry_at = ? WHERE state = 'refused'{only}", parameters).rowcount)


def by_type(connection: Connection) -> list[tuple[str, int]]:
    """How many changes of each type were not refused and wait, most first."""
    sql = "SELECT type, count(*) FROM outbox WHERE problem IS NULL AND state <> 'set_aside' GROUP BY type ORDER BY count(*) DESC, type"
    return [(row[0], row[1]) for row in connection.execute(sql).fetchall()]
