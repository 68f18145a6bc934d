"""Numbers for receipts: leased in blocks from the server, given out one by one without a line (protocol.md, "POST /numbers").

    refill()        with a line: asks for a block when few are left; the request's id is stored first, so a lost reply gets the same block
    next_number()   without one: the next number of this device's oldest block, in the transaction that issues the receipt
    settle()        writes into the number_block records how far each block was used, what was voided and what was given back

A number once given out is never given again: not after undo, not after a deletion, not by another desk.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from desktop.services import clock_check
from desktop.storage import mirror, numbers, outbox, rows, state
from desktop.storage.connection import Connection
from desktop.storage.numbers import LETTER_BOOKS, Lease
from records.errors import AppError, Correctable, Refused, Unavailable
from records.ids import new_id
from records.kinds import Json
from records.thai.fiscal import fiscal_year_of
from records.thai.text import mend
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.transport import HttpTransport
    from records.bundle_manifest import NumbersWish

BLOCK = 50
"""Numbers asked for at once, as many as a paper book has; a desk that uses more in two weeks asks for as many as it used."""
LARGEST_BLOCK = 500
_PACE_DAYS = 14
FEW = 10
"""At so many left another block is asked for."""
FLOOR = "needs-floor"
"""The code of a server that was put back to a backup and waits for its administrator to name from which number a book goes on."""
FIRST_BOOK = "1"
_BOOK = "receipt_book"
_NEXT_YEAR_DAYS = 14
"""So many days before a fiscal year begins its first block is asked for: the line may be cut on its first morning."""


@dataclass(frozen=True)
class BlockAccount:
    """What became of the numbers of one block."""

    device: str
    """Id of the device that may use it."""
    first: int
    last: int
    used: int
    """How many receipts stand."""
    voided: tuple[int, ...]
    returned: int
    """How many were given back unused."""
    free: int
    """How many are still to use."""
    missing: tuple[int, ...]
    """Below the highest number given out, without a receipt on this computer: it has not arrived, or a book was skipped."""


class Numbering:
    """The receipt books of this device."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    @property
    def book(self) -> str:
        """The book this device issues from."""
        with self._office.database.reading() as connection:
            return state.setting(connection, _BOOK) or FIRST_BOOK

    @property
    def is_chosen(self) -> bool:
        """Whether this device issues receipts at all: only then does it lease numbers by itself."""
        with self._office.database.reading() as connection:
            return state.setting(connection, _BOOK) is not None

    def choose_book(self, name: str) -> None:
        """Issues from this book from now on. Raises Correctable for a name no receipt book can have."""
        name = mend(name)
        if not name or len(name) > 30 or name in LETTER_BOOKS:
            raise Correctable(
                Words("ชื่อเล่มใช้ไม่ได้", "No name of a book"),
                Words(
                    "เล่มที่ของใบเสร็จต้องมี 1-30 ตัวอักษร ยังไม่มีอะไรเปลี่ยนแปลง เช่น 1 หรือ ก",
                    "A receipt book has a name of 1-30 letters, such as 1; nothing was changed.",
                ),
            )
        with self._office.database.write() as connection:
            state.set_setting(connection, _BOOK, name)

    @property
    def year(self) -> int:
        """The fiscal year (พ.ศ.) of today: receipts are numbered by it."""
        return fiscal_year_of(self._office.today)

    def stream(self, stream: str | None = None) -> str:
        """The stream receipts are written to. Raises as `Office.stream_for_new`."""
        return self._office.stream_for_new(self._office.record_type("receipt"), stream)

    def left(self, book: str | None = None, year: int | None = None, stream: str | None = None) -> int:
        """How many numbers this device may still give out without a line."""
        with self._office.database.reading() as connection:
            return self._left(connection, self.stream(stream), book or self.book, year or self.year)

    def next_number(self, connection: Connection, stream: str, book: str, year: int) -> int:
        """Takes the next number; inside the `write()` that saves the receipt, so that neither is kept without the other.

        Raises Unavailable (`no-numbers`) when this device has none left.
        """
        for lease in self._held(connection, stream, book, year):
            used = self._used(connection, lease)
            if used < lease.end:
                numbers.put(connection, msgspec.structs.replace(lease, used=used + 1))
                return used + 1
        raise Unavailable(
            Words("เลขใบเสร็จหมด", "No receipt numbers left"),
            Words(
                "เครื่องนี้ไม่มีเลขที่ใบเสร็จเล่มที่ {book} ปี {year} เหลือแล้ว ยังไม่ได้ออกใบเสร็จ โปรดต่ออินเทอร์เน็ตแล้วลองใหม่ โปรแกรมจะขอเลขชุดใหม่ให้เอง",
                "This computer has no numbers of book {book}, {year}, left; no receipt was issued. "
                "Connect to the network and try again: the program asks for more by itself.",
            ).filled(book=book, year=year),
            code="no-numbers",
        )

    def refill(
        self,
        transport: "HttpTransport | None" = None,
        *,
        book: str | None = None,
        year: int | None = None,
        least: int = FEW,
        stream: str | None = None,
    ) -> int:
        """Asks for a block when fewer than `least` numbers are left; returns how many are left then.

        Raises Unavailable without a line, Refused without a grant.
        """
        place, book, year = self.stream(stream), book or self.book, year or self.year
        lease = self._wanted(place, book, year, least)
        if lease is None:
            return self.left(book, year, place)
        if transport is not None:
            self._ask(transport, lease)
        else:
            with closing(self._office.transport()) as own:
                self._ask(own, lease)
        return self.left(book, year, place)

    def refill_all(self, transport: "HttpTransport") -> Words | None:
        """Refills what this device issues from, while a round of sync has the line; what is in the way waits for the next round.

        Returns what a person has to know and do before it can go on; None mostly.
        """
        if not self.is_chosen:
            return None
        years = {self.year, fiscal_year_of(self._office.today + timedelta(days=_NEXT_YEAR_DAYS))}
        for year in sorted(years):
            try:
                self.refill(transport, year=year)
            except AppError as error:
                return _FLOOR_WAITS.filled(book=self.book, year=year, left=self.left(year=year)) if error.code == FLOOR else None
        return None

    def wishes(self) -> "tuple[NumbersWish, ...]":
        """The blocks this device has asked for or must ask for, for a bundle; the same ids as over a line."""
        # Nothing else at the counter needs the format of bundles.
        from records.bundle_manifest import NumbersWish

        if self.is_chosen:
            years = {self.year, fiscal_year_of(self._office.today + timedelta(days=_NEXT_YEAR_DAYS))}
            for year in sorted(years):
                try:
                    self._wanted(self.stream(), self.book, year, FEW)
                except AppError:
                    break
        with self._office.database.reading() as connection:
            asked = [lease for lease in numbers.leases(connection) if not lease.first]
        return tuple(NumbersWish(one.request_id, one.stream, one.book, one.year, one.count, one.seen) for one in asked)

    def _wanted(self, stream: str, book: str, year: int, least: int) -> Lease | None:
        """The block to ask for, stored under its id; None when there are numbers enough."""
        with self._office.database.write() as connection:
            if self._left(connection, stream, book, year) >= least:
                return None
            asked = [one for one in numbers.leases(connection) if (one.stream, one.book, one.year, one.first) == (stream, book, year, 0)]
            if asked:
                return asked[0]
            seen = numbers.highest_receipt(connection, stream, book, year)
            request_id = new_id(self._office.clock(), self._office.entropy)
            count = self._count(connection, stream, book, year)
            lease = Lease(request_id=request_id, stream=stream, book=book, year=year, count=count, seen=seen)
            numbers.put(connection, lease)
            return lease

    def _count(self, connection: Connection, stream: str, book: str, year: int) -> int:
        """How many numbers to ask for: what this desk used of the book in two weeks, a paper book at least."""
        since = (self._office.today - timedelta(days=_PACE_DAYS)).isoformat()
        held = self._held(connection, stream, book, year)
        used = sum(numbers.issued_since(connection, stream, book, year, one.first, one.last, since) for one in held)
        return min(max(BLOCK, used), LARGEST_BLOCK)

    def _ask(self, transport: "HttpTransport", lease: Lease) -> None:
        try:
            reply = transport.numbers(lease.stream, lease.book, lease.year, lease.count, lease.seen, lease.request_id)
        except Refused:
            # Asked again it would be refused again; an id of its own is made when somebody asks anew.
            with self._office.database.write() as connection:
                numbers.drop(connection, lease.request_id)
            raise
        with self._office.database.write() as connection:
            clock_check.remember(connection, self._office.clock(), transport.server_time)
            now = next((one for one in numbers.leases(connection) if one.request_id == lease.request_id), lease)
            if now.first == 0:
                # Another process may have had the same answer and used of it already.
                numbers.put(connection, msgspec.structs.replace(now, first=reply.from_, last=reply.to))

    def settle(self) -> int:
        """Writes into this device's number_block records what is true of them now; returns how many changed. Before a round pushes."""
        office = self._office
        changed = 0
        with office.database.write() as connection:
            # In a stream that turned read-only nothing can be told any more, and the round must go on all the same.
            writable = {one.stream for one in state.streams(connection) if not one.read_only}
            for lease in numbers.leases(connection):
                row = office.store.get("number_block", lease.request_id, lease.stream) if lease.first and lease.stream in writable else None
                if row is None:
                    continue
                used = self._used(connection, lease)
                found = numbers.receipts_between(connection, lease.stream, lease.book, lease.year, lease.first, lease.last)
                voided: dict[str, Json] = {str(number): reason for number, reason in found.items() if reason is not None}
                kept: dict[str, Json] = {}
                if used >= lease.first:
                    kept["used"] = used
                if voided:
                    kept["voided"] = voided
                if lease.returned_from:
                    kept["returned_from"] = lease.returned_from
                saved = office.store.keep(lease.stream, "number_block", lease.request_id, kept, account=office.enrolled.account)
                changed += saved is not row and saved.fields != row.fields
        return changed

    def renumber(self, receipt_id: str) -> tuple[int, int]:
        """Gives a receipt whose number another one has (`number-taken`) the next number of this device; returns the former and the new.

        A person asks for it, for a paper with the former number is out: it is taken back and printed anew. Raises Correctable for any other
        receipt, Unavailable without numbers.
        """
        with self._office.database.write() as connection:
            entry = next(
                (one for one in outbox.everything(connection) if (one.change.type, one.change.id) == ("receipt", receipt_id)), None
            )
            if entry is None or entry.problem is None or entry.problem.code != "number-taken" or entry.state != "refused":
                raise Correctable(
                    Words("เลขใบเสร็จนี้ไม่ซ้ำ", "This number is not taken"),
                    Words(
                        "ให้เลขใหม่ได้เฉพาะใบเสร็จที่เซิร์ฟเวอร์แจ้งว่าเลขซ้ำ ไม่มีอะไรเปลี่ยนแปลง",
                        "Only a receipt whose number the server calls taken gets a new one; nothing was changed.",
                    ),
                )
            change = entry.change
            book, year = str(change.set.get("book", "")), _whole(change.set.get("fiscal_year"))
            number = self.next_number(connection, change.stream, book, year)
            again = msgspec.structs.replace(
                change, change_id=new_id(self._office.clock(), self._office.entropy), set={**change.set, "number": number}
            )
            outbox.replace(connection, change.change_id, again)
            mirror.reproject(connection, change.stream, change.type, change.id)
            return _whole(change.set.get("number")), number

    def give_back(self, book: str, year: int, stream: str | None = None) -> int:
        """Gives the unused rest of this device's blocks back, as at the end of a year; returns how many numbers. They are used by nobody."""
        returned = 0
        with self._office.database.write() as connection:
            for lease in self._held(connection, self.stream(stream), book, year):
                used = self._used(connection, lease)
                if used < lease.end:
                    returned += lease.end - used
                    numbers.put(connection, msgspec.structs.replace(lease, used=used, returned_from=max(used + 1, lease.first)))
        self.settle()
        return returned

    def give_back_year(self, year: int, stream: str | None = None) -> int:
        """Gives back what this device has left of every receipt book of a fiscal year; returns how many numbers.

        Raises Correctable while the year goes on: its receipts still need them.
        """
        if year >= self.year:
            raise Correctable(
                Words("ปีงบประมาณยังไม่สิ้นสุด", "The year goes on"),
                Words(
                    "ปีงบประมาณ {year} ยังไม่สิ้นสุด เลขใบเสร็จยังต้องใช้ ไม่มีอะไรเปลี่ยนแปลง คืนเลขได้ตั้งแต่วันที่ 1 ตุลาคม",
                    "Fiscal year {year} is not over and its receipt numbers are still needed; nothing was changed. Give them back from 1 October on.",
                ).filled(year=year),
            )
        place = self.stream(stream)
        with self._office.database.reading() as connection:
            books = {one.book for one in numbers.leases(connection) if (one.stream, one.year) == (place, year)} - LETTER_BOOKS
        return sum(self.give_back(book, year, place) for book in sorted(books))

    def account_of(self, book: str, year: int, stream: str | None = None) -> Sequence[BlockAccount]:
        """Every number of a book and year: used, voided, given back, free or missing, block by block as this computer knows them."""
        place = self.stream(stream)
        found = []
        blocks = self._office.store.by_key("number_block", {"book": book, "year": year}, place)
        with self._office.database.reading() as connection:
            for row in sorted(blocks, key=lambda one: _whole(one.fields.get("from_number"))):
                first, last = _whole(row.fields.get("from_number")), _whole(row.fields.get("to_number"))
                receipts = numbers.receipts_between(connection, place, book, year, first, last)
                end = max([_whole(row.fields.get("used")), *receipts], default=0)
                kept_to = _whole(row.fields.get("returned_from")) - 1 if row.fields.get("returned_from") else last
                found.append(
                    BlockAccount(
                        device=str(row.fields.get("device", "")),
                        first=first,
                        last=last,
                        used=sum(reason is None for reason in receipts.values()),
                        voided=tuple(number for number, reason in receipts.items() if reason is not None),
                        returned=sum(number not in receipts for number in range(kept_to + 1, last + 1)),
                        free=max(0, kept_to - max(end, first - 1)),
                        missing=tuple(number for number in range(first, end + 1) if number not in receipts),
                    )
                )
        return found

    def _held(self, connection: Connection, stream: str, book: str, year: int) -> list[Lease]:
        """The blocks of a book and year, oldest first; what the server closed of them meanwhile is given out no more."""
        held = [one for one in numbers.leases(connection) if one.first and (one.stream, one.book, one.year) == (stream, book, year)]
        return [self._as_closed(connection, one) for one in held]

    @staticmethod
    def _as_closed(connection: Connection, lease: Lease) -> Lease:
        row = rows.read(connection, lease.stream, "number_block", lease.request_id)
        closed_from = _whole(row.fields.get("returned_from")) if row is not None else 0
        if not closed_from or (lease.returned_from and lease.returned_from <= closed_from):
            return lease
        return msgspec.structs.replace(lease, returned_from=max(closed_from, lease.used + 1))

    def _left(self, connection: Connection, stream: str, book: str, year: int) -> int:
        held = self._held(connection, stream, book, year)
        return sum(max(0, one.end - self._used(connection, one)) for one in held)

    @staticmethod
    def _used(connection: Connection, lease: Lease) -> int:
        """The highest number given out, also by a time of this computer that a restored backup does not remember."""
        highest = numbers.highest_receipt(connection, lease.stream, lease.book, lease.year, lease.first, lease.last)
        return max(lease.used, highest, lease.first - 1)


_FLOOR_WAITS = Words(
    "เลขใบเสร็จเล่มที่ {book} ปี {year} เหลือในเครื่องนี้ {left} เลข และเซิร์ฟเวอร์กลางยังไม่ให้ชุดใหม่ เพราะถูกกู้คืนจากสำเนาสำรอง "
    "โปรดโทรแจ้งผู้ดูแลเซิร์ฟเวอร์กลางให้กำหนดเลขเริ่มต้นของเล่มนี้",
    "Of book {book}, {year}, {left} number[ is|s are] left on this computer, and the central server gives no new ones yet: it was put back to a backup. Please "
    "call its administrator, who has to name the first number of this book.",
)


def _whole(value: Json) -> int:
    return value if isinstance(value, int) else 0
