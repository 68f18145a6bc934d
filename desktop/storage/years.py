"""What the fiscal years of a stream ask of the tables: which are closed, and sums by line, contract and receipt. Read only."""

from desktop.storage.connection import Connection
from desktop.storage.schema import quoted
from records.periods import CLOSED, YEAR_TYPE


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
