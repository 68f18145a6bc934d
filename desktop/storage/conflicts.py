"""Conflict records as the inbox asks for them; they are ordinary records of type `conflict`, written through the outbox like any other."""

from collections.abc import Collection

from desktop.storage import rows
from desktop.storage.connection import Connection
from desktop.storage.rows import Row
from desktop.storage.schema import quoted
from records.merge import CONFLICT


def unsettled(connection: Connection, streams: Collection[str] | None = None) -> list[Row]:
    """The conflicts still open, oldest first; those in a stream that turned read-only included."""
    return [row for row in _where(connection, f"{quoted('state')} = ?", "open") if streams is None or row.stream in streams]


def of_record(connection: Connection, record_id: str) -> list[Row]:
    """The conflicts, open and settled, about one record, oldest first."""
    return _where(connection, f"{quoted('record_id')} = ?", record_id)


def _where(connection: Connection, condition: str, value: str) -> list[Row]:
    table = connection.tables.by_type.get(CONFLICT)
    if table is None:
        return []
    found = connection.execute(f"{table.select} WHERE _deleted = 0 AND {condition} ORDER BY _id", (value,))
    return [rows.row_of(table, values) for values in found]
