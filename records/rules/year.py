"""Rules of money carried over: inside what the line and the contract have left, and payable only in the years after."""

from collections.abc import Iterable, Iterator, Mapping

from records.catalogue import BY_TYPE
from records.kinds import Json
from records.rules.problem import Case, Problem, error, warning
from records.thai.dates import show_date
from records.thai.fiscal import fiscal_year_bounds
from records.thai.money import show_baht
from records.words import Language, Words

_APPROVED = ("approved", "spent")


def carry_over(case: Case) -> Iterator[Problem]:
    """Money carried over: of its own year, no more than is left, approved by somebody on a day."""
    year, until = case.value("fiscal_year"), case.value("until")
    if year is not None and until is not None and until <= fiscal_year_bounds(year)[1]:
        last = fiscal_year_bounds(year)[1]
        day = Words(show_date(last, Language.THAI), show_date(last, Language.ENGLISH))
        yield error("until", Words("วันสุดท้ายที่เบิกจ่ายได้ต้องอยู่หลัง {day}", "The last day of payment must come after {day}"), day=day)
    if case.value("state") in _APPROVED:
        for name in ("approved_on", "approved_by", "until"):
            if case.value(name) is None:
                label = case.spec.field(name).label
                yield error(name, Words("อนุมัติแล้วต้องระบุ “{label}”", "What is approved needs “{label}”"), label=label)
    if case.value("reason") is None:
        yield warning("reason", Words("ยังไม่ได้บอกเหตุผลที่กันเงิน", "No reason is given"))
    line = next(iter(case.others("budget_line", id=case.value("budget_line"))), None)
    if line is not None:
        yield from _line(case, line)
    contract = next(iter(case.others("contract", id=case.value("contract"))), None)
    if contract is not None:
        yield from _contract(case, contract)


def _line(case: Case, line: Mapping[str, Json]) -> Iterator[Problem]:
    if case.value("fiscal_year") is not None and line.get("fiscal_year") != case.value("fiscal_year"):
        yield error("budget_line", Words("รายการงบประมาณนี้เป็นของปีอื่น", "This budget line belongs to another year"))
    amount = case.value("amount")
    left = left_of_line(case, line)
    if amount is not None and amount > left:
        words = Words("กันได้ไม่เกินยอดคงเหลือของรายการ {left} บาท", "No more than the line's balance of {left} baht can be carried over")
        yield error("amount", words, left=show_baht(max(left, 0)))


def left_of_line(case: Case, line: Mapping[str, Json]) -> int:
    """What may still be carried over of a line (satang): its money after transfers, less what was paid and other carry-overs."""
    line_id = str(line.get("id"))
    left = _sum([line])
    if "budget_transfer" in BY_TYPE:
        left += _sum(one for one in case.others("budget_transfer", to_line=line_id) if one.get("state") == "approved")
        left -= _sum(one for one in case.others("budget_transfer", from_line=line_id) if one.get("state") == "approved")
    left -= _sum(case.others("disbursement", budget_line=line_id))
    return left - _sum(one for one in case.others("carry_over", budget_line=line_id) if one.get("state") != "lapsed")


def _contract(case: Case, contract: Mapping[str, Json]) -> Iterator[Problem]:
    if case.value("budget_line") is not None and contract.get("budget_line") not in (None, case.value("budget_line")):
        yield error("contract", Words("สัญญานี้ใช้เงินของรายการอื่น", "This contract is paid by another line"))
    amount = case.value("amount")
    owed = _sum([contract]) - _sum(case.others("disbursement", contract=contract.get("id")))
    owed -= _sum(one for one in case.others("carry_over", contract=contract.get("id")) if one.get("state") != "lapsed")
    if amount is not None and amount > owed:
        words = Words("เกินยอดที่ยังไม่ได้จ่ายตามสัญญา {owed} บาท", "More than the {owed} baht the contract still has unpaid")
        yield error("amount", words, owed=show_baht(max(owed, 0)))


def _sum(found: Iterable[Mapping[str, Json]]) -> int:
    amounts = (one.get("amount") for one in found)
    return sum(amount for amount in amounts if isinstance(amount, int) and not isinstance(amount, bool))
