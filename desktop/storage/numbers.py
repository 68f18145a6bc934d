"""Blocks of numbers leased to this device, and which numbers of a book its records use. Functions take a connection inside `write()` to change.

A block is asked for under an id that is stored before the request goes out: when the reply is lost, the same id gets the same block.
"""

import msgspec

from desktop.storage import state
from desktop.storage.connection import Connection
from desktop.storage.schema import quoted

LETTER_BOOKS = frozenset({"letter_in", "letter_out", "order_or_announcement"})
"""Books numbered by calendar year: they do not turn with the fiscal year. Every other name is a receipt book (protocol.md, "numbers")."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """One block of this device, asked for or held."""

    request_id: str
    """Also the id of its number_block."""
    stream: str
    book: str
    year: int
    """พ.ศ., of the kind the book declares."""
    count: int
    """How many were asked for."""
    seen: int = 0
    """The highest number known when it was asked for; the request is repeated with it."""
    first: int = 0
    """0 until the server answered."""
    last: int = 0
    used: int = 0
    """Highest number given out; 0 while none is."""
    returned_from: int = 0
    """First number given back; 0 while the rest is kept."""

    @property
    def end(self) -> int:
        """The last number that may be given out."""
        return min(self.last, self.returned_from - 1) if self.returned_from else self.last


def leases(connection: Connection) -> list[Lease]:
    """Every block of this device, in the order in which they were asked for; a restore gives up all there were (`state.give_up_blocks`)."""
    text = state.setting(connection, state.LEASES)
    return msgspec.json.decode(text, type=list[Lease]) if text else []


def put(connection: Connection, lease: Lease) -> None:
    """Adds a block, or writes it anew."""
    known = leases(connection)
    places = [place for place, one in enumerate(known) if one.request_id == lease.request_id]
    if places:
        known[places[0]] = lease
    else:
        known.append(lease)
    state.set_setting(connection, state.LEASES, msgspec.json.encode(known).decode())


def drop(connection: Connection, request_id: str) -> None:
    """Forgets a block."""
    known = [one for one in leases(connection) if one.request_id != request_id]
    state.set_setting(connection, state.LEASES, msgspec.json.encode(known).decode() if known else None)


def highest_receipt(connection: Connection, stream: str, book: str, year: int, first: int = 1, last: int | None = None) -> int:
    """The highest number a receipt of the book and year has in the range, deleted ones included; 0 for none."""
    sql = f"SELECT max(number) FROM {quoted(_table(connection))} WHERE fiscal_year = ? AND book = ? AND number BETWEEN ? AND ? AND +_stream = ?"
    found = connection.value(sql, year, book, first, last if last is not None else 2**53 - 1, stream)
    return int(found or 0)


def receipts_between(connection: Connection, stream: str, book: str, year: int, first: int, last: int) -> dict[int, str | None]:
    """The numbers receipts have in the range: None for one that stands, the reason for a void one."""
    sql = (
        f"SELECT number, state, void_reason FROM {quoted(_table(connection))} WHERE fiscal_year = ? AND book = ? AND number BETWEEN ? AND ? "
        "AND +_stream = ? AND +_deleted = 0 ORDER BY number"
    )
    found = connection.execute(sql, (year, book, first, last, stream)).fetchall()
    return {number: (reason or "") if state_ == "void" else None for number, state_, reason in found}


def issued_since(connection: Connection, stream: str, book: str, year: int, first: int, last: int, since: str) -> int:
    """How many receipts of the range were issued on an ISO day or later."""
    sql = (
        f"SELECT count(*) FROM {quoted(_table(connection))} WHERE fiscal_year = ? AND book = ? AND number BETWEEN ? AND ? "
        "AND +_stream = ? AND +_deleted = 0 AND +issued_on >= ?"
    )
    return int(connection.value(sql, year, book, first, last, stream, since) or 0)


def issued_on(connection: Connection, day: str, cashier: str | None = None, stream: str | None = None) -> list[str]:
    """The ids of the receipts issued on an ISO day, drafts and deleted ones aside, newest number first.

    None for every cashier, and for every stream this desk reads.
    """
    # The plus keeps the planner on the index of days: a cashier has thousands of receipts, a day hundreds.
    sql = f"""
        SELECT _id FROM {quoted(_table(connection))}
        WHERE _deleted = 0 AND issued_on = ? AND +state IS NOT NULL AND (? IS NULL OR coalesce(+cashier, '') = ?)
        AND (? IS NULL OR +_stream = ?)
        ORDER BY +book, +number DESC
    """
    return [row[0] for row in connection.execute(sql, (day, cashier, cashier, stream, stream)).fetchall()]


def unremitted(connection: Connection, stream: str, since: str) -> list[tuple[str, str, int, int]]:
    """Days with receipts in no remittance, newest first: day (ISO), cashier, how many receipts, satang of those that stand.

    Args:
        since: ISO day; older ones are of the time before this program.
    """
    sql = f"""
        SELECT issued_on, coalesce(cashier, ''), count(*), coalesce(sum(CASE WHEN state = 'void' THEN 0 ELSE amount END), 0)
        FROM {quoted(_table(connection))}
        WHERE _deleted = 0 AND issued_on >= ? AND +_stream = ? AND state IS NOT NULL AND remittance IS NULL
        GROUP BY issued_on, coalesce(cashier, '') ORDER BY issued_on DESC, 2
    """
    return [(day, cashier, count, amount) for day, cashier, count, amount in connection.execute(sql, (since, stream)).fetchall()]


def _table(connection: Connection) -> str:
    return connection.tables.of("receipt").name
