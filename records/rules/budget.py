"""Rules of the budget after its adoption: no line below zero, contracts within the line, payments within the contract, sums that agree.

What the law demands of a transfer is advisory: a person decides; the source stands beside the sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from records.balances import Amounts, amount_of, binds, line_amounts, line_of_payment
from records.catalogue.budget_tree import SIDE_OF
from records.kinds import Json
from records.rules.problem import Case, Problem, error, info, warning
from records.thai.money import show_baht
from records.words import Words

Found = Mapping[str, Json]


@dataclass(frozen=True)
class CouncilRule:
    """Since when the council must approve a kind of transfer, and where that is written."""

    since_year: int
    """The first fiscal year (พ.ศ.) it holds in."""
    until_year: int | None
    kinds: frozenset[str]
    """Kinds of transfer."""
    law_ref: Words


COUNCIL_RULES = (
    CouncilRule(
        2564,
        None,
        frozenset({"new_item", "amend"}),
        Words(
            "ระเบียบกระทรวงมหาดไทยว่าด้วยวิธีการงบประมาณขององค์กรปกครองส่วนท้องถิ่น พ.ศ. 2563",
            "Ministry of Interior regulation on local budget procedure, B.E. 2563",
        ),
    ),
)
"""Transfers that concern equipment, land or construction. General knowledge of the regulation: shown with its source, never enforced."""

CAPITAL_WORDS = (Words("ครุภัณฑ์", "Equipment"), Words("ที่ดิน", "Land"), Words("สิ่งก่อสร้าง", "Construction"))
"""Words in a category that mark equipment, land and construction."""


def is_capital(line: Found) -> bool:
    """Whether a line buys equipment, land or construction."""
    category = str(line.get("category") or "")
    return line.get("budget_group") == "investment" or any(word.th in category for word in CAPITAL_WORDS)


def council_rule(kind: Json, year: Json, to_line: Found | None) -> CouncilRule | None:
    """The rule by which the council approves such a transfer; None when none is known."""
    if to_line is None or not is_capital(to_line) or not isinstance(year, int):
        return None
    return next(
        (rule for rule in COUNCIL_RULES if kind in rule.kinds and rule.since_year <= year and (rule.until_year or year) >= year), None
    )


# Lines ----------------------------------------------------------------------------------------------------------------------------


def budget_line(case: Case) -> Iterator[Problem]:
    """A line: its place in the tree, its project, and what is left of it."""
    side, programme = case.value("side"), case.value("programme")
    if side is not None and programme is not None and SIDE_OF.get(programme) != side:
        yield warning("side", Words("แผนงานนี้อยู่ใต้ด้านอื่น", "This programme belongs to another side"))
    for name, words in _PLACES:
        if case.value(name) is None:
            yield warning(name, words)
    if case.value("amount") is None:
        yield warning("amount", Words("ยังไม่ได้กรอกจำนวนเงิน", "No amount is given"))
    yield from _project_of_line(case)
    if case.id and case.related is not None:
        amounts = amounts_of_line(case, case.id, _wire(case))
        if amounts.balance < 0:
            yield _below_zero("amount", amounts)


_PROJECT = Words("โครงการ", "Project")
"""How the name of a line begins that pays a project."""
_PLACES = (
    ("programme", Words("ยังไม่ได้ระบุแผนงาน", "No programme is named")),
    ("budget_group", Words("ยังไม่ได้ระบุงบ", "No budget group is named")),
)


def _project_of_line(case: Case) -> Iterator[Problem]:
    project, year = case.value("project"), case.value("fiscal_year")
    if project is None:
        if str(case.value("name") or "").lstrip().startswith(_PROJECT.th):
            yield warning(
                "project",
                Words(
                    "รายการนี้เป็นโครงการ แต่ยังไม่ได้ผูกกับโครงการในแผนพัฒนา",
                    "This line is a project, but it names none of the development plan",
                ),
            )
        return
    if case.others("project", id=project) and year is not None and not case.others("project_budget", project=project, fiscal_year=year):
        yield warning(
            "project",
            Words("โครงการนี้ไม่มีงบประมาณตามแผนในปี {year}", "The plan has no money for this project in {year}"),
            year=year,
        )


def amounts_of_line(case: Case, line_id: str, line: Found) -> Amounts:
    """The money of a line as the records under check and around it have it, the record of the case itself left out."""
    contracts = case.others("contract", budget_line=line_id)
    payments = {str(one.get("id")): one for one in case.others("disbursement", budget_line=line_id)}
    agreed = [one.get("id") for one in contracts] + [one.get("contract") for one in case.others("carry_over", budget_line=line_id)]
    for contract_id in agreed:
        payments |= {str(one.get("id")): one for one in case.others("disbursement", contract=contract_id)}
    return line_amounts(
        line,
        case.others("budget_transfer", to_line=line_id),
        case.others("budget_transfer", from_line=line_id),
        contracts,
        [one for one in payments.values() if _line_of(case, one) == line_id],
    )


def _line_of(case: Case, payment: Found) -> Json:
    """The line a payment counts on."""
    contract = payment.get("contract")
    return line_of_payment(payment, _one(case, "contract", contract), case.others("carry_over", contract=contract))


def _below_zero(field: str, amounts: Amounts) -> Problem:
    return error(
        field,
        Words(
            "รายการนี้ติดลบ {short} บาท: คงเหลือหลังโอน {available} ผูกพันสัญญา {contracted} จ่ายนอกสัญญา {paid}",
            "This line is {short} baht below zero: {available} after transfers, {contracted} contracted, {paid} paid otherwise",
        ),
        short=show_baht(-amounts.balance),
        available=show_baht(amounts.available),
        contracted=show_baht(amounts.contracted),
        paid=show_baht(amounts.paid_otherwise),
    )


def _wire(case: Case) -> dict[str, Json]:
    """The plain values of the draft (numbers, words and ids) as other records have them."""
    return {name: value for name, value in case.draft.items() if isinstance(value, str | int)}


def _one(case: Case, type: str, record_id: Json) -> Found | None:
    return next(iter(case.others(type, id=record_id)), None)


# Transfers ------------------------------------------------------------------------------------------------------------------------


def budget_transfer(case: Case) -> Iterator[Problem]:
    """A transfer: two lines of one year, money that is there, and who has the power to approve it."""
    kind, source, target = case.value("kind"), case.value("from_line"), case.value("to_line")
    if target is None:
        yield error("to_line", Words("ยังไม่ได้ระบุรายการที่รับโอน", "No line that takes is named"))
    if kind != "amend":
        if source is None:
            yield error("from_line", Words("ยังไม่ได้ระบุรายการที่โอนลด", "No line that gives is named"))
        if not case.value("amount"):
            yield error("amount", Words("จำนวนเงินที่โอนต้องมากกว่าศูนย์", "The amount must be more than zero"))
    if source is not None and source == target:
        yield error("to_line", Words("รายการที่โอนลดกับรายการที่รับโอนเป็นรายการเดียวกัน", "It gives to the line it takes from"))
    yield from _approval(case)
    yield from _years(case)
    if case.value("state") == "cancelled":
        yield from _taken_back(case)
    elif source is not None and source != target:
        yield from _giver(case, str(source))


def _approval(case: Case) -> Iterator[Problem]:
    rule = council_rule(case.value("kind"), case.value("fiscal_year"), _one(case, "budget_line", case.value("to_line")))
    if rule is not None and case.value("approved_by") != "council":
        yield warning(
            "approved_by",
            Words(
                "ครุภัณฑ์ ที่ดินและสิ่งก่อสร้างที่ตั้งจ่ายเป็นรายการใหม่หรือเปลี่ยนลักษณะ ปริมาณ คุณภาพ ต้องให้สภาท้องถิ่นอนุมัติ ({law})",
                "Equipment, land and construction that become a new item, or change in nature, quantity or quality, need the council ({law})",
            ),
            law=rule.law_ref,
        )
    if case.value("state") != "approved":
        return
    if case.value("approved_by") is None:
        yield warning("approved_by", Words("ยังไม่ได้ระบุผู้อนุมัติ", "Nobody is named who approved it"))
    if case.value("approved_on") is None:
        yield warning("approved_on", Words("ยังไม่ได้ระบุวันที่อนุมัติ", "No day of approval is given"))
    elif case.today is not None and case.value("approved_on") > case.today:
        yield error("approved_on", Words("วันที่อนุมัติอยู่ในอนาคต", "The day of approval lies in the future"))


def _years(case: Case) -> Iterator[Problem]:
    for name in ("from_line", "to_line"):
        line = _one(case, "budget_line", case.value(name))
        year = line.get("fiscal_year") if line is not None else None
        if year is not None and case.value("fiscal_year") is not None and year != case.value("fiscal_year"):
            yield error(name, Words("รายการนี้เป็นของปีงบประมาณ {year}", "This line is of the fiscal year {year}"), year=year)


def _giver(case: Case, source: str) -> Iterator[Problem]:
    line = _one(case, "budget_line", source)
    if line is None:
        return
    amounts = amounts_of_line(case, source, line)
    wanted = amount_of(_wire(case))
    if wanted > amounts.balance:
        yield error(
            "amount",
            Words(
                "โอนได้ไม่เกิน {balance} บาท รายการที่โอนลดมีหลังโอน {available} บาท ผูกพันและจ่ายแล้ว {used} บาท",
                "At most {balance} baht can be moved: the line that gives has {available} after transfers, {used} bound or paid",
            ),
            balance=show_baht(max(amounts.balance, 0)),
            available=show_baht(amounts.available),
            used=show_baht(amounts.available - amounts.balance),
        )


def _taken_back(case: Case) -> Iterator[Problem]:
    """A transfer taken back must not leave the line that took it below zero."""
    target = case.value("to_line")
    line = _one(case, "budget_line", target)
    if line is not None and (amounts := amounts_of_line(case, str(target), line)).balance < 0:
        yield _below_zero("to_line", amounts)


# Contracts and payments -----------------------------------------------------------------------------------------------------------


def contract(case: Case) -> Iterator[Problem]:
    """A contract: within its line, not paid beyond its amount, its numbers its own."""
    fields = {**_wire(case), "id": case.id}
    line = _one(case, "budget_line", case.value("budget_line"))
    if case.value("budget_line") is None:
        yield warning("budget_line", Words("ยังไม่ได้ระบุรายการงบประมาณที่จ่าย", "No budget line that pays it is named"))
    if case.value("state") not in (None, "draft") and case.value("signed_on") is None:
        yield warning("signed_on", Words("ยังไม่ได้กรอกวันที่ลงนาม", "No day of signing is given"))
    payments = case.others("disbursement", contract=case.id or None)
    paid, amount = sum(map(amount_of, payments)), amount_of(fields)
    if paid > amount and case.value("amount") is not None:
        text = Words("เบิกจ่ายแล้ว {paid} บาท เกินวงเงินตามสัญญา {amount} บาท", "{paid} baht are paid, more than the {amount} of the contract")
        yield error("amount", text, paid=show_baht(paid), amount=show_baht(amount))
    if line is not None and binds(fields):
        yield from _within_line(case, line, fields, payments)
    yield from _project_of_contract(case, line)
    yield from _repeated(
        case, "egp_number", Words("มีสัญญาอื่นใช้เลขที่โครงการ e-GP นี้ {count} สัญญา", "{count} other contracts have this e-GP number")
    )


def _within_line(case: Case, line: Found, fields: Found, payments: Sequence[Found]) -> Iterator[Problem]:
    amounts = amounts_of_line(case, str(case.value("budget_line")), line)
    # Payments of this contract that name the line stand among those "otherwise", for the contract itself is left out of what is asked.
    left = amounts.balance + sum(amount_of(one) for one in payments if one.get("budget_line") == case.value("budget_line"))
    if amount_of(fields) > left:
        yield error(
            "amount",
            Words(
                "วงเงินตามสัญญา {amount} บาท เกินงบประมาณคงเหลือของรายการ {left} บาท",
                "The contract is {amount} baht, more than the {left} left of its line",
            ),
            amount=show_baht(amount_of(fields)),
            left=show_baht(left),
        )


def _project_of_contract(case: Case, line: Found | None) -> Iterator[Problem]:
    if line is not None and case.value("project") and line.get("project") not in (None, case.value("project")):
        yield warning("project", Words("รายการงบประมาณนี้เป็นของโครงการอื่น", "This budget line belongs to another project"))


def disbursement(case: Case) -> Iterator[Problem]:
    """A payment: inside its contract and its line, of the same year, with numbers of its own."""
    fields = _wire(case)
    agreement = _one(case, "contract", case.value("contract"))
    named = case.value("budget_line") or (agreement or {}).get("budget_line")
    line_id = _line_of(case, fields)
    line = _one(case, "budget_line", line_id)
    if line_id is None:
        yield warning("budget_line", Words("ยังไม่ได้ระบุรายการงบประมาณที่จ่าย", "No budget line that pays is named"))
    if (case.value("deductions") or 0) > amount_of(fields):
        yield error("deductions", Words("หักมากกว่าจำนวนเงินที่เบิก", "More is deducted than is paid"))
    if agreement is not None:
        paid = sum(map(amount_of, case.others("disbursement", contract=case.value("contract")))) + amount_of(fields)
        if agreement.get("amount") is not None and paid > amount_of(agreement):
            yield error(
                "amount",
                Words(
                    "เมื่อรวมฎีกานี้ เบิกจ่าย {paid} บาท เกินวงเงินตามสัญญา {amount} บาท",
                    "With this voucher {paid} baht are paid, more than the {amount} of the contract",
                ),
                paid=show_baht(paid),
                amount=show_baht(amount_of(agreement)),
            )
        if case.value("budget_line") and agreement.get("budget_line") not in (None, case.value("budget_line")):
            yield warning("budget_line", Words("สัญญานี้ผูกกับรายการงบประมาณอื่น", "The contract is bound to another budget line"))
    if line is not None:
        yield from _payment_in_line(case, str(line_id), line, agreement, is_carried=line_id != named)
    yield from _repeated(case, "elaas_number", Words("มีฎีกาอื่นใช้เลขที่ e-LAAS นี้ {count} ฉบับ", "{count} other vouchers have this e-LAAS number"))


def _payment_in_line(case: Case, line_id: str, line: Found, agreement: Found | None, *, is_carried: bool) -> Iterator[Problem]:
    year = line.get("fiscal_year")
    if not is_carried and year is not None and case.value("fiscal_year") is not None and year != case.value("fiscal_year"):
        yield warning(
            "fiscal_year", Words("รายการงบประมาณเป็นของปีงบประมาณ {year}", "The budget line is of the fiscal year {year}"), year=year
        )
    is_covered = agreement is not None and binds(agreement) and agreement.get("budget_line") == line_id
    left = amounts_of_line(case, line_id, line).balance
    if not is_covered and amount_of(_wire(case)) > left:
        text = Words("เกินงบประมาณคงเหลือของรายการ {left} บาท", "More than the {left} baht left of the line")
        yield error("amount", text, left=show_baht(left))


def _repeated(case: Case, name: str, text: Words) -> Iterator[Problem]:
    """Another record of the type with the same number."""
    if case.value(name):
        twins = case.others(case.spec.type, **{name: case.value(name)})
        if twins:
            yield warning(name, text, count=len(twins))


# Years and revenue ----------------------------------------------------------------------------------------------------------------


def fiscal_year(case: Case) -> Iterator[Problem]:
    """A year: what it says equals what its lines say."""
    year = case.value("year")
    if case.related is None or year is None:
        return
    for name, type, field in (("expenditure_total", "budget_line", "amount"), ("revenue_estimate", "revenue_line", "estimate")):
        lines = case.others(type, fiscal_year=year)
        said, sums = case.value(name), sum(amount_of(line, field) for line in lines)
        if lines and said is not None and said != sums:
            yield error(
                name,
                Words(
                    "ไม่ตรงกับผลรวมของรายการ {sums} บาท ต่างกัน {difference} บาท",
                    "Not the sum of the lines, {sums} baht; {difference} baht apart",
                ),
                sums=show_baht(sums),
                difference=show_baht(abs(said - sums)),
            )
    spent, comes = case.value("expenditure_total"), case.value("revenue_estimate")
    if spent is not None and comes is not None and spent > comes:
        yield warning(
            "expenditure_total",
            Words("รายจ่ายมากกว่าประมาณการรายรับ {more} บาท", "Expenditure is {more} baht above the estimated revenue"),
            more=show_baht(spent - comes),
        )


def revenue_line(case: Case) -> Iterator[Problem]:
    """A line of revenue: what is typed as received equals its receipts, where there are any."""
    receipts = case.others("revenue_receipt", revenue_line=case.id or None)
    said, sums = case.value("received"), sum(map(amount_of, receipts))
    if receipts and said is not None and said != sums:
        yield warning(
            "received", Words("ไม่ตรงกับผลรวมรายรับจริง {sums} บาท", "Not the sum of its receipts, {sums} baht"), sums=show_baht(sums)
        )
    if case.value("category") is None:
        yield info("category", Words("ยังไม่ได้ระบุหมวดรายได้", "No category is named"))


def revenue_receipt(case: Case) -> Iterator[Problem]:
    """Money received: under a line of the same year."""
    line = _one(case, "revenue_line", case.value("revenue_line"))
    if case.value("revenue_line") is None:
        yield warning("revenue_line", Words("ยังไม่ได้ระบุประเภทรายได้", "No revenue line is named"))
    year = line.get("fiscal_year") if line is not None else None
    if year is not None and case.value("fiscal_year") is not None and year != case.value("fiscal_year"):
        yield error("fiscal_year", Words("ประเภทรายได้นี้เป็นของปีงบประมาณ {year}", "This revenue line is of the fiscal year {year}"), year=year)
