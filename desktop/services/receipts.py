"""Receipts at the counter: issue, void, copy. What a number costs, a kill or a cut line cannot part from its receipt: both are one transaction.

Remittances are in services/remittances.py, the papers themselves in services/papers.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from desktop.services.numbering import FLOOR
from desktop.services.steps import step_refused
from desktop.storage import numbers
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.errors import Correctable, FieldError, Unavailable
from records.ids import new_id
from records.kinds import Json
from records.thai.money import MAX_SATANG, show_baht
from records.thai.text import mend
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST_ITEMS = 50
"""Lines of one receipt; a receipt and its lines reach the server as one group."""

_ISSUE = Words("ออกใบเสร็จเล่มที่ {book} เลขที่ {number}", "Issue receipt {book}/{number}")
_VOID = Words("ยกเลิกใบเสร็จเล่มที่ {book} เลขที่ {number}", "Void receipt {book}/{number}")

_NO_NUMBERS = Words("เซิร์ฟเวอร์ยังไม่ให้เลขใบเสร็จ", "The server gives no receipt numbers yet")
_NO_NUMBERS_YET = Words(
    "เซิร์ฟเวอร์กำลังยุ่งและยังไม่ให้เลขใบเสร็จชุดใหม่ของเล่มที่ {book} ยังไม่ได้ออกใบเสร็จ โปรดลองใหม่ในอีกสักครู่ หรือใช้ใบเสร็จเล่มกระดาษไปก่อน",
    "The server is busy and gives no new receipt numbers of book {book} yet; no receipt was issued. Try again in a while, or use the paper book until "
    "then.",
)


@dataclass(frozen=True)
class ItemDraft:
    """One line of a receipt to be issued."""

    description: str
    amount: int
    """Satang of the whole line."""
    fee_item: str | None = None
    """Id of the line of the tariff; None when told in words."""
    quantity: int | None = None
    """None for one."""
    revenue: str | None = None
    """Id of the revenue line; None when unknown."""


@dataclass(frozen=True)
class ReceiptDraft:
    """A receipt to be issued, its lines aside."""

    payer: str
    means: str = "cash"
    means_ref: str | None = None
    """Number of a cheque or transfer."""
    cash_given: int | None = None
    """Satang; None where it was not asked."""
    payer_tax_id: str | None = None
    """13 digits."""
    request: str | None = None
    """Id of the request it pays."""
    book: str | None = None
    """None for the book this computer issues from."""


class Receipts:
    """What a cashier does."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    @property
    def cashier(self) -> str:
        """Who takes the money at this desk: the full name of the account, else its name. Raises Correctable before enrolment."""
        identity = self._office.enrolled
        return identity.full_name or identity.account

    def issue(self, draft: ReceiptDraft, items: Sequence[ItemDraft], stream: str | None = None, *, may_ask: bool = True) -> Row:
        """Issues a receipt with the next number of this computer's block.

        Args:
            may_ask: whether to ask the server for numbers when none are left.

        Raises:
            FieldError: no payer, no items, no money, less cash than it costs.
            Unavailable: (`no-numbers`) no number left and no line to get more.
            Refused: no grant.
        """
        office, numbering = self._office, self._office.numbering
        fields = self._fields(draft, items)
        place, book, year = numbering.stream(stream), mend(draft.book or "") or numbering.book, numbering.year
        if may_ask and not numbering.left(book, year, place):
            self._ask_for_numbers(book, place)
        account, receipt_id = office.enrolled.account, new_id(office.clock(), office.entropy)
        with office.database.write() as connection:
            number = numbering.next_number(connection, place, book, year)
            with office.store.act(account, _ISSUE.filled(book=book, number=number)) as act:
                group = new_id(office.clock(), office.entropy)
                for order, item in enumerate(items, start=1):
                    # Before their receipt: an issued receipt takes no more items.
                    office.store.save(place, "receipt_item", None, _item_fields(receipt_id, order, item), act=act, group=group)
                whole = {
                    **fields,
                    "book": book,
                    "number": number,
                    "fiscal_year": year,
                    "issued_on": office.today.isoformat(),
                    "state": "issued",
                }
                return office.store.save(place, "receipt", receipt_id, whole, act=act, group=group)

    def _ask_for_numbers(self, book: str, place: str) -> None:
        """Asks the server; without a line the words are those of a book that is used up. Raises Unavailable when it answers with none."""
        try:
            self._office.numbering.refill(book=book, stream=place, least=1)
        except Unavailable as error:
            if error.code == FLOOR:
                raise
            if error.code in ("slow-down", "unavailable"):
                raise Unavailable(_NO_NUMBERS, _NO_NUMBERS_YET.filled(book=book), code="no-numbers") from error

    def _fields(self, draft: ReceiptDraft, items: Sequence[ItemDraft]) -> dict[str, Json]:
        payer, total = mend(draft.payer), sum(item.amount for item in items)
        if not payer:
            raise FieldError(Words("ยังไม่ได้กรอกชื่อผู้ชำระเงิน ยังไม่ได้ออกใบเสร็จ", "Who pays is still to fill; no receipt was issued."))
        if not items or len(items) > MOST_ITEMS or any(not mend(item.description) for item in items):
            raise FieldError(
                Words(
                    "ใบเสร็จต้องมี 1-{most} รายการ และทุกรายการต้องมีชื่อ ยังไม่ได้ออกใบเสร็จ",
                    "A receipt has 1-{most} items, each with its name; no receipt was issued.",
                ).filled(most=MOST_ITEMS)
            )
        if any(item.amount <= 0 for item in items) or total > MAX_SATANG:
            raise FieldError(
                Words("จำนวนเงินของทุกรายการต้องมากกว่า 0 บาท ยังไม่ได้ออกใบเสร็จ", "Each item costs more than 0 baht; no receipt was issued.")
            )
        if draft.means == "cash" and draft.cash_given is not None and draft.cash_given < total:
            raise FieldError(
                Words(
                    "รับเงินมา {given} บาท ไม่พอสำหรับ {total} บาท ยังไม่ได้ออกใบเสร็จ",
                    "{given} baht were given, which is less than {total} baht; no receipt was issued.",
                ).filled(given=show_baht(draft.cash_given), total=show_baht(total))
            )
        revenues = {item.revenue for item in items}
        values: dict[str, Json] = {
            "payer": payer,
            "amount": total,
            "means": draft.means,
            "description": ", ".join(mend(item.description) for item in items),
            "cashier": self.cashier,
            "means_ref": mend(draft.means_ref or ""),
            "cash_given": draft.cash_given if draft.means == "cash" else None,
            "payer_tax_id": draft.payer_tax_id,
            "request": draft.request,
            "revenue": revenues.pop() if len(revenues) == 1 else None,
        }
        spec = self._office.record_type("receipt")
        spec.field("means").kind.from_wire(draft.means)
        return {name: value for name, value in values.items() if value not in (None, "")}

    def void(self, receipt_id: str, reason: str) -> Row:
        """Voids a receipt; its number is never used again.

        Raises FieldError without a reason, Refused for another role than a head's, or in a closed remittance.
        """
        office = self._office
        row = self.get(receipt_id)
        reason = mend(reason)
        if not reason:
            raise FieldError(
                Words("การยกเลิกใบเสร็จต้องระบุเหตุผล ยังไม่มีอะไรเปลี่ยนแปลง", "A receipt is voided with a reason; nothing was changed.")
            )
        spec = office.record_type("receipt")
        before = str(row.fields.get("state", "")) or None
        if spec.workflow is None or before == "void" or not spec.workflow.allows(before, "void", (office.enrolled.role,)):
            raise step_refused(spec, before, "void")
        values: dict[str, Json] = {
            "state": "void",
            "void_reason": reason,
            "voided_by": self.cashier,
            "voided_on": office.today.isoformat(),
        }
        label = _VOID.filled(book=row.fields.get("book", ""), number=row.fields.get("number", ""))
        with office.store.act(office.enrolled.account, label) as act:
            return office.store.save(row.stream, "receipt", row.id, values, act=act)

    def count_copy(self, receipt_id: str) -> Row:
        """Counts one more copy; what is printed after this says so. Raises Correctable for no receipt, or one never issued."""
        row = self.get(receipt_id)
        if not row.fields.get("state"):
            raise Correctable(
                Words("ยังไม่ได้ออกใบเสร็จ", "Not issued yet"),
                Words("ใบเสร็จนี้ยังไม่ได้ออก จึงไม่มีสำเนา", "This receipt was not issued, so there is no copy of it; nothing was changed."),
            )
        count = row.fields.get("copy_count")
        copies = (count if isinstance(count, int) else 0) + 1
        return self._office.store.keep(row.stream, "receipt", row.id, {"copy_count": copies}, account=self._office.enrolled.account)

    def of_request(self, request_id: str) -> list[Row]:
        """The receipts of a request that stand, in the order they were issued."""
        found = self._office.store.by_key("receipt", {"request": request_id})
        return [row for row in found if row.fields.get("state") != "void"]

    def get(self, receipt_id: str) -> Row:
        """The receipt. Raises Correctable when there is none."""
        return self._office.records.get("receipt", receipt_id)

    def find(self, text: str) -> Row:
        """The receipt a person names: its id, or `book/number` of this fiscal year, or `book/number/year`. Raises Correctable."""
        parts = text.split("/")
        numbers = [part.strip() for part in parts[1:]]
        if len(parts) in (2, 3) and all(part.isdecimal() for part in numbers):
            year = int(numbers[1]) if len(numbers) > 1 else self._office.numbering.year
            found = self._office.store.by_key(
                "receipt", {"fiscal_year": year, "book": parts[0].strip(), "number": int(numbers[0])}, self._office.own_stream("receipt")
            )
            if found:
                return found[0]
        return self.get(text)

    def items(self, receipt_id: str) -> list[Row]:
        """The lines of a receipt, as printed."""
        rows = self._office.store.by_key("receipt_item", {"receipt": receipt_id})
        return sorted(rows, key=lambda row: (row.fields.get("order", 0), row.id))

    def of_day(self, day: date, cashier: str | None = None, limit: int | None = None) -> list[Row]:
        """The receipts of this office issued on a day, newest number first."""
        with self._office.database.reading() as connection:
            ids = numbers.issued_on(connection, day.isoformat(), cashier, self._office.own_stream("receipt"))
        return self._office.store.rows("receipt", ids[:limit])

    def fees(self) -> list[Row]:
        """The tariff in force today, by code then name."""
        on = self._office.today.isoformat()
        rows = self._office.store.find(Query("fee_item", sort=(("code", False), ("name", False)))).rows
        return [row for row in rows if str(row.fields.get("valid_from", "")) <= on <= str(row.fields.get("valid_to", "9999"))]


def _item_fields(receipt_id: str, order: int, item: ItemDraft) -> dict[str, Json]:
    values: dict[str, Json] = {
        "receipt": receipt_id,
        "order": order,
        "description": mend(item.description),
        "amount": item.amount,
        "fee_item": item.fee_item,
        "quantity": item.quantity,
        "revenue": item.revenue,
    }
    return {name: value for name, value in values.items() if value is not None}
