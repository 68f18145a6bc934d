"""Rows of streams and areas this device is granted no longer: what they are, and how they go once a person has agreed (protocol.md, "Grant").

Unsent changes never go with them: they are set aside, can be exported, and are offered again should the grant come back. A stream's rows go
in batches, each a transaction; stopped in between, the rest is still left over and goes the next time.
"""

from collections.abc import Iterator, Mapping

import msgspec

from desktop.storage import held, outbox, rows, search, state
from desktop.storage.connection import Connection
from desktop.storage.numbers import LETTER_BOOKS
from desktop.storage.schema import Table, quoted
from desktop.storage.state import LOST, StreamState
from records.areas import covers
from records.kinds import Json

UNKNOWN_TYPE_AREA = "platform"
"""The area of types this program does not know, as the server judges them."""
_CONFLICT = "conflict"
_NUMBER_BLOCK = "number_block"
BATCH = 2_000


def is_left(stream: StreamState) -> bool:
    """Whether rows of the stream wait for a person to let them go; those of an area only once everything still granted has come again."""
    return stream.paused == LOST or (stream.outside and stream.cursor >= stream.head)


def count(connection: Connection, stream: StreamState) -> int:
    """How many records are left over, deleted ones included."""
    return sum(1 for _ in _left(connection, stream))


def let_go(connection: Connection, stream: StreamState, most: int = BATCH) -> int:
    """Removes up to so many left over records with what is remembered of them; inside `write()`. Returns how many went, 0 at the end.

    The last call of a stream granted no longer forgets the stream too.
    """
    batch = [key for key, _ in zip(_left(connection, stream), range(most), strict=False)]
    for record_type, record_id in batch:
        for entry in outbox.pending(connection, stream.stream, record_type, record_id):
            outbox.set_aside(connection, entry.change.change_id)
        held.drop(connection, (stream.stream, record_type, record_id))
        table = connection.tables.of(record_type)
        connection.execute(f"DELETE FROM {quoted(table.name)} WHERE _stream = ? AND _id = ?", (stream.stream, record_id))
        connection.note(record_type, record_id)
    ids = [record_id for _, record_id in batch]
    search.remove(connection, stream.stream, ids)
    for name in ("revision", "checked", "finding", "act_record"):
        connection.execute(
            f"DELETE FROM {name} WHERE stream = ? AND id IN (SELECT value FROM json_each(?))",
            (stream.stream, msgspec.json.encode(ids).decode()),
        )
    if not batch:
        _settle(connection, stream)
    return len(batch)


def _settle(connection: Connection, stream: StreamState) -> None:
    if stream.paused == LOST:
        connection.execute("DELETE FROM stream WHERE stream = ?", (stream.stream,))
    else:
        state.save_stream(connection, msgspec.structs.replace(stream, outside=False))


def _left(connection: Connection, stream: StreamState) -> Iterator[tuple[str, str]]:
    """Type and id of the records that are left over."""
    areas = () if stream.paused == LOST else stream.areas
    for table in connection.tables.all():
        yield from _left_in(connection, table, stream.stream, areas)


def _left_in(connection: Connection, table: Table, stream: str, areas: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    spec = table.spec
    if spec is not None and spec.type not in (_CONFLICT, _NUMBER_BLOCK):
        if not covers(areas, spec.area):
            for (record_id,) in connection.execute(f"SELECT _id FROM {quoted(table.name)} WHERE _stream = ?", (stream,)).fetchall():
                yield spec.type, record_id
        return
    for values in connection.execute(f"{table.select} WHERE _stream = ?", (stream,)).fetchall():
        row = rows.row_of(table, values)
        if not covers(areas, _area(connection, row.type, row.fields)):
            yield row.type, row.id


def _area(connection: Connection, record_type: str, fields: Mapping[str, Json]) -> str:
    """The area a grant must cover, as the server judges: a conflict's is that of its record, a number block's that of its book."""
    if record_type == _NUMBER_BLOCK:
        return "correspondence" if fields.get("book") in LETTER_BOOKS else "services"
    about = fields.get("record_type") if record_type == _CONFLICT else record_type
    spec = connection.tables.by_type[about].spec if isinstance(about, str) and about in connection.tables.by_type else None
    return spec.area if spec is not None else UNKNOWN_TYPE_AREA
