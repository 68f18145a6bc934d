"""Leasing blocks of numbers, so that desks without a line give none twice (protocol.md, "POST /numbers")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from records.changes import Change
from records.kinds import Json
from records.protocol import NumbersReply, Position
from records.record import RecordType
from records.stored import wire_fault
from server_stub.books import book_of
from server_stub.ledger import Ledger, fields_of
from server_stub.problems import CallProblem, invalid
from server_stub.restores import Restores
from server_stub.session import Grant, Session
from server_stub.storage.base import Writer

LARGEST_BLOCK = 1000
AHEAD = timedelta(days=31)
"""So long before a year begins its first block may have been leased (our desktop asks two weeks before): a year that begins later than this
after a restore has lost no block."""
_RETRY_S = 900
_CENTURIES = 543
"""Years between พ.ศ. and the common era."""


@dataclass(frozen=True)
class NumbersRequest:
    """What `POST /numbers` asks for."""

    stream: str
    book: str
    year: int
    """พ.ศ., of the kind the book declares."""
    count: int
    request_id: str
    seen: int = 0
    """The highest number of that book and year the client knows."""
    positions: Mapping[str, Position] = field(default_factory=dict)


def lease(
    writer: Writer,
    session: Session,
    grant: Grant,
    catalogue: Mapping[str, RecordType],
    request: NumbersRequest,
    *,
    device: str,
    changed_at: str,
    restores: Restores,
) -> NumbersReply:
    """A block above every number leased or seen before; the same block for the same request id. Raises CallProblem.

    After a restore nobody here knows which numbers were leased since the backup: a book waits until an administrator names its floor.

    Args:
        device: The server's device id: the record of the block is the server's own write.
    """
    if fault := wire_fault(request.book):
        raise invalid("/book", fault)
    if not grant.writes(book_of(request.book).area) or writer.state.is_closed:
        raise CallProblem("no-grant")
    ledger = Ledger(writer, catalogue, changed_at=changed_at)
    ledger.load(ids=[request.request_id], change_ids=[request.request_id])
    known = ledger.record(request.request_id)
    if known is not None or ledger.applied(request.request_id) is not None:
        fields = fields_of(known)
        asked: dict[str, Json] = {"book": request.book, "year": request.year}
        first, last = fields.get("from_number"), fields.get("to_number")
        if not isinstance(first, int) or not isinstance(last, int):
            raise invalid("/request_id", "the id was used for something else")
        if any(fields.get(name) != value for name, value in asked.items()) or last - first + 1 != request.count:
            raise invalid("/request_id", "the id was used for another book, year or count")
        return NumbersReply(first, last)
    floor = _floor(writer, request, restores)
    first = max(writer.last_number(request.stream, request.book, request.year), request.seen, floor) + 1
    last = first + request.count - 1
    writer.set_last_number(request.stream, request.book, request.year, last)
    block = Change(
        change_id=request.request_id,
        stream=request.stream,
        type="number_block",
        id=request.request_id,
        base=None,
        op="put",
        set={
            "book": request.book,
            "year": request.year,
            "device": session.device,
            "from_number": first,
            "to_number": last,
        },
        made_at=changed_at,
        made_by=session.account,
    )
    ledger.write_own([block], device=device)
    ledger.close()
    return NumbersReply(first, last)


def _floor(writer: Writer, request: NumbersRequest, restores: Restores) -> int:
    """The number above which the book goes on. Raises CallProblem while a restored book waits for an administrator."""
    named = writer.number_floor(request.stream, request.book, request.year)
    if needs_floor(request.book, request.year, restores) and (named is None or named[1] < restores.count):
        raise CallProblem("needs-floor", retry_after_s=_RETRY_S)
    return named[0] if named is not None else 0


def needs_floor(book: str, year: int, restores: Restores) -> bool:
    """Whether numbers of that book and year may have been leased and lost with the last restore."""
    return restores.last is not None and _begin(book, year) <= restores.last + AHEAD


def _begin(book: str, year: int) -> datetime:
    """When the year of a book begins, in Thailand's midnight or some hours after it."""
    is_fiscal = book_of(book).year_kind == "fiscal"
    common = max(year - _CENTURIES - is_fiscal, 1)
    day = date(common, 10, 1) if is_fiscal else date(common, 1, 1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def keep_above(writer: Writer, fields: Mapping[str, Json]) -> None:
    """A block that a desk offers again after a restore: the book goes on above it."""
    book, year, last = (fields.get(name) for name in ("book", "year", "to_number"))
    if isinstance(book, str) and isinstance(year, int) and isinstance(last, int):
        stream = writer.state.stream
        if writer.last_number(stream, book, int(year)) < last:
            writer.set_last_number(stream, book, int(year), int(last))
