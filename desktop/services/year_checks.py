"""What must be gone through before a fiscal year is closed: each item with its count, how much it matters and the records it means."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.storage import outbox, years
from desktop.storage.numbers import LETTER_BOOKS
from desktop.storage.outbox import Pending
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.periods import PERIODS, year_of
from records.thai.fiscal import fiscal_year_bounds
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

_PAGE = 5_000
_MONEY_AREAS = ("planning", "budget", "services")
"""Areas whose open conflicts keep a year open."""


class CheckLevel(StrEnum):
    """How much an item matters."""

    BLOCK = "block"
    """The year is not closed before it is put right."""
    WARN = "warn"
    """A person looks at it and accepts it."""
    INFO = "info"
    """Good to know."""


@dataclass(frozen=True)
class CheckItem:
    """One item of the check list."""

    key: str
    label: Words
    level: CheckLevel
    advice: Words
    """What to do about it."""
    count: int = 0
    """0: nothing to do."""
    type: str = ""
    """The record type whose list shows them; empty where there is no list."""
    ids: tuple[str, ...] = ()
    """The records meant, of that type."""
    detail: str = ""
    """Numbers or names for where there is no list, such as the receipt numbers left."""

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "key": self.key,
            "label": say(self.label, language),
            "level": self.level.value,
            "count": self.count,
            "advice": say(self.advice, language),
            "type": self.type or None,
            "ids": list(self.ids),
            "detail": self.detail or None,
        }


def check_list(office: "Office", year: int, stream: str) -> tuple[CheckItem, ...]:
    """Every item, those that block first; asks the store alone."""
    look = _Look(office, year, stream)
    items = []
    for item, find in _ITEMS:
        found = find(look)
        items.append(replace(item, count=found.count, type=found.type, ids=found.ids, detail=found.detail))
    return tuple(sorted(items, key=lambda item: list(CheckLevel).index(item.level)))


class _Look:
    """What the items ask."""

    def __init__(self, office: "Office", year: int, stream: str) -> None:
        self.office = office
        self.year = year
        self.stream = stream

    @cached_property
    def pending(self) -> list[Pending]:
        """The changes of the stream that the server has not taken."""
        with self.office.database.reading() as connection:
            return outbox.everything(connection, [self.stream])

    def has(self, type_name: str, *fields: str) -> bool:
        """Whether this program knows a type with such fields."""
        spec = self.office.catalogue.get(type_name)
        return spec is not None and set(fields) <= set(spec.by_name)

    def rows(self, type_name: str, *filters: Filter) -> Iterator[Row]:
        """The records of a type that meet the conditions."""
        if not self.has(type_name, *(one.field for one in filters)):
            return
        ids = self.office.store.ids(Query(type_name, self.stream, filters=filters))
        for start in range(0, len(ids), _PAGE):
            yield from self.office.store.rows(type_name, ids[start : start + _PAGE])

    def of_year(self, type_name: str, *filters: Filter) -> Iterator[Row]:
        """Those of the fiscal year."""
        return self.rows(type_name, Filter("fiscal_year", "eq", self.year), *filters)

    def sums(self, type_name: str, by: str, amount: str = "amount", **equal: str | int) -> dict[str, int]:
        """Sums of a money field by the id in a reference."""
        with self.office.database.reading() as connection:
            return years.sums(connection, self.stream, type_name, by, amount, **equal)


@dataclass(frozen=True)
class _Found:
    """What an item found; its parts are those of CheckItem."""

    count: int = 0
    type: str = ""
    ids: tuple[str, ...] = ()
    detail: str = ""


def _listed(type_name: str, ids: Sequence[str]) -> _Found:
    return _Found(len(ids), type_name, tuple(ids))


def _not_over(look: _Look) -> _Found:
    return _Found(int(look.office.today <= fiscal_year_bounds(look.year)[1]))


def _below_zero(look: _Look) -> _Found:
    amounts = look.office.budget.amounts([row.id for row in look.of_year("budget_line")], look.stream)
    return _listed("budget_line", [line for line, one in amounts.items() if one.balance < 0])


def _transfers(look: _Look) -> _Found:
    return _listed("budget_transfer", [row.id for row in look.of_year("budget_transfer", Filter("state", "eq", "proposed"))])


def _contracts(look: _Look) -> _Found:
    first, last = fiscal_year_bounds(look.year)
    signed = (Filter("signed_on", "ge", first.isoformat()), Filter("signed_on", "le", last.isoformat()))
    paid = look.sums("disbursement", "contract")
    carried: dict[str, int] = {}
    for row in look.of_year("carry_over", Filter("state", "ne", "lapsed")):
        contract = str(row.fields.get("contract"))
        carried[contract] = carried.get(contract, 0) + _amount(row)
    left = []
    for row in look.rows("contract", *signed, Filter("state", "ne", "terminated")):
        if _amount(row) - paid.get(row.id, 0) - carried.get(row.id, 0) > 0:
            left.append(row.id)
    return _listed("contract", left)


def _carry_overs(look: _Look) -> _Found:
    return _listed("carry_over", [row.id for row in look.of_year("carry_over") if row.fields.get("state") in (None, "asked")])


def _payments(look: _Look) -> _Found:
    return _listed("disbursement", [row.id for row in look.of_year("disbursement", Filter("paid_on", "empty"))])


def _remittances(look: _Look) -> _Found:
    if not look.has("receipt", "remittance"):
        return _Found()
    asked = (Filter("state", "eq", "issued"), Filter("remittance", "empty"))
    return _listed("receipt", [row.id for row in look.of_year("receipt", *asked)])


def _drafts(look: _Look) -> _Found:
    return _listed("receipt", [row.id for row in look.of_year("receipt", Filter("state", "empty"))])


def _numbers(look: _Look) -> _Found:
    with look.office.database.reading() as connection:
        given = years.numbers_given(connection, look.stream, look.year)
    left: list[str] = []
    blocks = []
    count = 0
    for row in look.rows("number_block", Filter("year", "eq", look.year)):
        book, first, last = (row.fields.get(name) for name in ("book", "from_number", "to_number"))
        if not isinstance(book, str) or not isinstance(first, int) or not isinstance(last, int) or book in LETTER_BOOKS:
            continue
        returned = row.fields.get("returned_from")
        # What was given back is accounted for: nobody uses it.
        last = min(last, returned - 1) if isinstance(returned, int) else last
        voided = row.fields.get("voided")
        used = {number for number in given.get(book, []) if first <= number <= last}
        used |= {int(number) for number in voided if str(number).isdigit()} if isinstance(voided, dict) else set()
        missing = [number for number in range(first, last + 1) if number not in used]
        if missing:
            count += len(missing)
            blocks.append(row.id)
            left.append(f"{book}: {_ranges(missing)}")
    return _Found(count, "number_block", tuple(blocks), " · ".join(left))


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers as people write them: 3-5, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def _requests(look: _Look) -> _Found:
    first, last = fiscal_year_bounds(look.year)
    # Moments are UTC: the year in Thailand begins seven hours earlier.
    since, until = f"{first - timedelta(days=1)}T17:00:00Z", f"{last}T17:00:00Z"
    came = (Filter("received_at", "ge", since), Filter("received_at", "lt", until))
    open_ones = Filter("state", "in", ["received", "checking", "waiting_citizen", "approval"])
    return _listed("service_request", [row.id for row in look.rows("service_request", *came, open_ones)])


def _unsent(look: _Look) -> _Found:
    by_type: dict[str, list[str]] = {}
    for entry in look.pending:
        if entry.change.type in PERIODS and look.has(entry.change.type):
            by_type.setdefault(entry.change.type, []).append(entry.change.id)
    rows = (row for type_name, ids in by_type.items() for row in look.office.store.rows(type_name, ids))
    return _Found(sum(1 for row in rows if year_of(row.type, row.fields) == look.year))


def _refused(look: _Look) -> _Found:
    return _Found(sum(1 for entry in look.pending if entry.problem is not None))


def _conflicts(look: _Look) -> _Found:
    if not look.has("conflict", "state", "grade", "area"):
        return _Found()
    asked = (Filter("state", "eq", "open"), Filter("grade", "eq", "conflict"), Filter("area", "in", list(_MONEY_AREAS)))
    return _Found(look.office.store.count(Query("conflict", look.stream, filters=asked)))


def _next_year(look: _Look) -> _Found:
    return _Found(int(not look.office.store.by_key("fiscal_year", {"year": look.year + 1}, look.stream)))


def _amount(row: Row) -> int:
    amount = row.fields.get("amount")
    return amount if isinstance(amount, int) else 0


_BLOCK, _WARN, _INFO = CheckLevel.BLOCK, CheckLevel.WARN, CheckLevel.INFO

_ITEMS: tuple[tuple[CheckItem, Callable[[_Look], _Found]], ...] = (
    (
        CheckItem(
            "not_over", Words("การสิ้นปีงบประมาณ", "End of the year"), _BLOCK,
            Words("ปิดได้ตั้งแต่วันที่ 1 ตุลาคม", "It can be closed from 1 October on"),
        ),
        _not_over,
    ),
    (
        CheckItem(
            "below_zero", Words("รายการงบประมาณที่ติดลบ", "Budget lines below zero"), _BLOCK,
            Words("โอนงบประมาณเพิ่ม หรือแก้ฎีกาที่ลงผิดรายการ", "Transfer money to them, or correct vouchers on the wrong line"),
        ),
        _below_zero,
    ),
    (
        CheckItem(
            "transfers_open", Words("การโอนงบประมาณที่ยังไม่อนุมัติ", "Transfers not approved yet"), _BLOCK,
            Words("บันทึกการอนุมัติหรือยกเลิก", "Record the approval, or cancel them"),
        ),
        _transfers,
    ),
    (
        CheckItem(
            "receipts_not_remitted", Words("ใบเสร็จที่ยังไม่ได้นำส่งเงิน", "Receipts whose money is not remitted"), _BLOCK,
            Words("ปิดยอดประจำวันและนำส่งเงิน", "Close the day and remit the money"),
        ),
        _remittances,
    ),
    (
        CheckItem(
            "unsent", Words("การแก้ไขของปีนี้ที่ยังไม่ได้ส่ง", "Edits of this year not sent yet"), _BLOCK,
            Words("กด F5 เพื่อรับส่งข้อมูลก่อน", "Press F5 to sync first"),
        ),
        _unsent,
    ),
    (
        CheckItem(
            "conflicts", Words("รายการที่มีผู้แก้ไขที่อื่นและรอท่านเลือก", "Records edited elsewhere too that wait for your choice"), _BLOCK,
            Words("เลือกค่าที่ถูกต้องในหน้า “รอท่านเลือก”", "Choose the right values on the page “Your choices”"),
        ),
        _conflicts,
    ),
    (
        CheckItem(
            "contracts_unpaid", Words("สัญญาที่ยังจ่ายไม่ครบและไม่ได้กันเงิน", "Contracts not fully paid and not carried over"), _WARN,
            Words("กันเงินเหลื่อมปีก่อนปิด มิฉะนั้นเงินที่เหลือพับตก", "Carry the money over before closing, else what is left lapses"),
        ),
        _contracts,
    ),
    (
        CheckItem(
            "carry_over_open", Words("เงินกันเหลื่อมปีที่ยังไม่อนุมัติ", "Carry-overs not approved yet"), _WARN,
            Words("บันทึกการอนุมัติ ทำภายหลังปิดปีได้", "Record the approval; it can be done after closing too"),
        ),
        _carry_overs,
    ),
    (
        CheckItem(
            "payments_open", Words("ฎีกาที่ยังไม่ได้จ่าย", "Vouchers not paid yet"), _WARN,
            Words("ลงวันที่จ่าย หรือลบฎีกาที่ไม่ใช้", "Enter the day of payment, or delete those not used"),
        ),
        _payments,
    ),
    (
        CheckItem(
            "receipt_drafts", Words("ร่างใบเสร็จที่ยังไม่ได้ออก", "Receipts never issued"), _WARN,
            Words("ออกใบเสร็จหรือลบร่าง", "Issue or delete them"),
        ),
        _drafts,
    ),
    (
        CheckItem(
            "numbers_left", Words("เลขใบเสร็จที่ไม่ได้ใช้และไม่ได้ยกเลิก", "Receipt numbers neither used nor voided"), _WARN,
            Words(
                "เลขของปีนี้ไม่ถูกใช้ในปีใหม่ คืนเลขที่เหลือของแต่ละเครื่อง เลขที่ข้ามให้บันทึกยกเลิกพร้อมเหตุผล",
                "Numbers of this year are not used in the next: give back what is left on each computer, void those skipped, with a reason",
            ),
        ),
        _numbers,
    ),
    (
        CheckItem(
            "refused", Words("รายการที่เซิร์ฟเวอร์ไม่รับ", "Records the server does not take"), _WARN,
            Words("ดูเหตุผลในหน้าการรับส่งข้อมูล", "See why on the sync page"),
        ),
        _refused,
    ),
    (
        CheckItem(
            "next_year", Words("การเปิดปีถัดไป", "Opening of the next year"), _WARN,
            Words("เปิดปีถัดไปในขั้นที่ 1", "Open it in step 1"),
        ),
        _next_year,
    ),
    (
        CheckItem(
            "requests_open", Words("คำขอที่รับในปีนี้และยังไม่เสร็จ", "Requests of this year still open"), _INFO,
            Words("ทำต่อในปีใหม่ได้", "Work on them goes on in the new year"),
        ),
        _requests,
    ),
)  # fmt: skip
