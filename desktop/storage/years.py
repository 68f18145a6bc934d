"""What the fiscal years of a stream ask of the tables: which are closed, and sums by line, contract and receipt. Read only.

Every write is judged here before it is made; the server judges by the same code of `records.periods`.
"""

from collections.abc import Iterable, Sequence

from desktop.storage import rows
from desktop.storage.connection import Connection
from desktop.storage.rows import Key, Row
from desktop.storage.schema import quoted
from records.changes import Snapshot
from records.errors import Refused
from records.kinds import Json
from records.periods import CLOSED, PARTS, YEAR_TYPE, Read, closed_words, closed_year_of_change, may_close, step_fault
from records.record import Fields
from records.words import Words


def check(
    connection: Connection, key: Key, change: tuple[Fields, Iterable[str]] | None, row: Row | None, snapshot: Snapshot | None
) -> None:
    """Raises Refused for a change that a closed fiscal year does not let be made.

    Args:
        change: the fields set and the names emptied; None deletes.
        row: what the desk shows: a year that was not sent yet closes with a reason too.
        snapshot: what the server has: a record it never took may still be moved to another year or dropped.
    """
    stream, record_type, record_id = key
    if not may_close(record_type):
        return
    then = row.fields if row else {}
    after: dict[str, Json] | None = None
    if change is not None:
        gone = set(change[1])
        after = {**{name: value for name, value in then.items() if name not in gone}, **change[0]}
    taken = snapshot.fields if snapshot is not None and not snapshot.deleted else None
    year = closed_year_of_change(
        record_type, taken, after, closed_years(connection, stream, besides=record_id), whole_of(connection, stream, record_type)
    )
    if year is not None:
        raise _refused(Words("ปีงบประมาณปิดแล้ว", "The fiscal year is closed"), closed_words(year), "closed-period")
    if record_type == YEAR_TYPE:
        shown = then if row is not None and not row.deleted else None
        is_closing = after is not None and after.get("state") == CLOSED
        fault = step_fault(taken, after) or (step_fault(shown, after) if is_closing else None)
        if fault is not None:
            raise _refused(Words("ต้องมีเหตุผล", "A reason is needed"), fault, "workflow")


def check_new(connection: Connection, stream: str, new: Sequence[tuple[str, str, Fields]]) -> None:
    """Raises Refused when one of many new records, each as type, id and fields, belongs to a closed fiscal year."""
    closed = closed_years(connection, stream)
    for record_type, _, fields in new if closed else ():
        read = whole_of(connection, stream, record_type)
        year = closed_year_of_change(record_type, None, fields, closed, read) if record_type != YEAR_TYPE else None
        if year is not None:
            raise _refused(Words("ปีงบประมาณปิดแล้ว", "The fiscal year is closed"), closed_words(year), "closed-period")


def whole_of(connection: Connection, stream: str, record_type: str) -> Read:
    """Finds the record that one of a type is part of."""

    def read(record_id: str) -> Fields | None:
        found = rows.read(connection, stream, PARTS[record_type][1], record_id)
        return found.fields if found is not None else None

    return read


def _refused(title: Words, said: Words, code: str) -> Refused:
    return Refused(title, Words("{said} ไม่มีอะไรเปลี่ยนแปลง", "{said}. Nothing was changed.").filled(said=said), code=code)


def closed_years(connection: Connection, stream: str, *, besides: str = "") -> frozenset[int]:
    """The closed fiscal years (พ.ศ.) of a stream; the fiscal_year record with the id `besides` is left out."""
    table = connection.tables.of(YEAR_TYPE)
    if table.spec is None or not {"year", "state"} <= set(table.spec.by_name):
        return frozenset()
    sql = f"SELECT year FROM {quoted(table.name)} WHERE _stream = ? AND _deleted = 0 AND state = ? AND _id <> ? AND year IS NOT NULL"
    return frozenset(row[0] for row in connection.execute(sql, (stream, CLOSED, besides)))


def sums(connection: Connection, stream: str, record_type: str, by: str, amount: str, **equal: str | int) -> dict[str, int]:
    """The sum (satang) of a money field over the records of a type, not deleted, by the id a reference holds; `equal` bounds them."""
    table = connection.tables.of(record_type)
    if table.spec is None or not {by, amount, *equal} <= set(table.spec.by_name):
        return {}
    conditions = "".join(f" AND {quoted(name)} = ?" for name in equal)
    sql = (
        f"SELECT {quoted(by)}, sum({quoted(amount)}) FROM {quoted(table.name)} "
        f"WHERE _stream = ? AND _deleted = 0 AND {quoted(by)} IS NOT NULL AND {quoted(amount)} IS NOT NULL{conditions} GROUP BY {quoted(by)}"
    )
    return {row[0]: int(row[1]) for row in connection.execute(sql, (stream, *equal.values()))}


def numbers_given(connection: Connection, stream: str, year: int) -> dict[str, list[int]]:
    """The receipt numbers given out in a fiscal year, by book, in order; void ones and deleted records included."""
    table = connection.tables.of("receipt")
    if table.spec is None or not {"book", "number", "fiscal_year"} <= set(table.spec.by_name):
        return {}
    sql = (
        f"SELECT book, number FROM {quoted(table.name)} "
        "WHERE _stream = ? AND fiscal_year = ? AND book IS NOT NULL AND number IS NOT NULL ORDER BY book, number"
    )
    found: dict[str, list[int]] = {}
    for book, number in connection.execute(sql, (stream, year)):
        found.setdefault(book, []).append(number)
    return found
