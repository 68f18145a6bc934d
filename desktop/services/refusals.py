"""What goes when a person gives up an unsent change: it, its group, and what else waits for the same records."""

from desktop.storage import outbox
from desktop.storage.connection import Connection
from desktop.storage.outbox import Pending


def whole_of(connection: Connection, change_id: str) -> list[Pending]:
    """The change and, until nothing is added, all of its group and of the records in it: a later edit makes no sense without the one before.

    In the order of the queue; empty when there is no such change.
    """
    everything = outbox.everything(connection)
    chosen = {entry.position for entry in everything if entry.change.change_id == change_id}
    while True:
        groups = {entry.change.group for entry in everything if entry.position in chosen and entry.change.group}
        records = {_record(entry) for entry in everything if entry.position in chosen or entry.change.group in groups}
        more = {entry.position for entry in everything if _record(entry) in records}
        if more == chosen:
            return [entry for entry in everything if entry.position in chosen]
        chosen = more


def of_record(connection: Connection, record_type: str, record_id: str, stream: str | None) -> str | None:
    """The id of the first unsent change of a record; None when it has none."""
    for entry in outbox.everything(connection):
        if (entry.change.type, entry.change.id) == (record_type, record_id) and stream in (None, entry.change.stream):
            return entry.change.change_id
    return None


def _record(entry: Pending) -> tuple[str, str, str]:
    return entry.change.stream, entry.change.type, entry.change.id
