"""The books whose numbers are leased: what each counts, by which year, and which records use its numbers (protocol.md, "numbers")."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.changes import Change
from records.kinds import Json


@dataclass(frozen=True)
class Book:
    """A running series of numbers inside an office."""

    area: str
    """The area a grant must cover to lease from it."""
    year_kind: str
    """`calendar` or `fiscal`; the year itself is a พ.ศ. number."""
    record_type: str
    """The type whose records use the numbers."""
    year_field: str = "year"
    number_field: str = "number"
    book_field: str = ""
    """The field that names the book, where a type has several; empty when the book is called as the type."""


_RECEIPTS = Book("services", "fiscal", "receipt", "fiscal_year", book_field="book")

BOOKS: Mapping[str, Book] = {
    "letter_in": Book("correspondence", "calendar", "letter_in"),
    "letter_out": Book("correspondence", "calendar", "letter_out"),
    "order_or_announcement": Book("correspondence", "calendar", "order_or_announcement"),
}
"""The books that are called as the type of their records; every other name is a receipt book (เล่มที่), as an office calls it."""

NUMBERED: Mapping[str, Book] = {book.record_type: book for book in (*BOOKS.values(), _RECEIPTS)}
"""By record type: the books whose numbers its records use."""


def book_of(name: object) -> Book:
    """The book of that name."""
    return BOOKS.get(name, _RECEIPTS) if isinstance(name, str) else _RECEIPTS


def number_used(change: Change, fields: Mapping[str, Json]) -> tuple[str, int, int] | None:
    """The book, year and number used by a record with these fields; None when it has none or the change does not touch them."""
    book = NUMBERED.get(change.type)
    if book is None or change.op == "delete":
        return None
    named = (book.number_field, book.year_field, book.book_field)
    if not any(name in change.set for name in named):
        return None
    name = fields.get(book.book_field, change.type)
    year, number = fields.get(book.year_field), fields.get(book.number_field)
    if not isinstance(name, str) or not isinstance(year, int) or not isinstance(number, int):
        return None
    return name, int(year), int(number)
