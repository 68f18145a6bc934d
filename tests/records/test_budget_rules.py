"""Rules of the budget: no line below zero, contracts within the line, payments within the contract, sums that agree, the council's say."""

from datetime import date
from typing import Any

import pytest

from records.kinds import Json
from tests.records.test_checks import found

LINE, OTHER, CONTRACT, PAYMENT, TRANSFER, PROJECT = (f"01936f5e-4c00-7abc-8def-00000000001{number}" for number in range(6))
Stored = tuple[str, dict[str, Json]]


def line(id: str = LINE, amount: int = 100_00, **fields: Json) -> Stored:
    """A stored line."""
    return "budget_line", {"id": id, "fiscal_year": 2569, "name": "ค่าใช้สอย", "programme": "education", "amount": amount, **fields}


def contract(amount: int, id: str = CONTRACT, **fields: Json) -> Stored:
    """A stored contract of the line."""
    return "contract", {"id": id, "number": "1", "vendor": "ก", "budget_line": LINE, "amount": amount, "state": "signed", **fields}


def payment(amount: int, id: str = PAYMENT, **fields: Json) -> Stored:
    """A stored payment."""
    return "disbursement", {"id": id, "fiscal_year": 2569, "voucher_number": "v", "payee": "ก", "amount": amount, **fields}


def transfer(amount: int, source: str = LINE, target: str = OTHER, id: str = TRANSFER, state: str = "approved") -> Stored:
    """A stored transfer."""
    return "budget_transfer", {
        "id": id,
        "fiscal_year": 2569,
        "kind": "transfer",
        "from_line": source,
        "to_line": target,
        "amount": amount,
        "state": state,
    }


DRAFT_LINE: dict[str, Any] = {
    "fiscal_year": 2569,
    "name": "ค่าใช้สอย",
    "programme": "education",
    "budget_group": "operations",
    "amount": 100_00,
}
DRAFT_TRANSFER: dict[str, Any] = {
    "fiscal_year": 2569, "kind": "transfer", "from_line": LINE, "to_line": OTHER, "amount": 50_00, "state": "approved",
    "approved_by": "executive", "approved_on": date(2026, 11, 1),
}  # fmt: skip
DRAFT_CONTRACT: dict[str, Any] = {
    "number": "1",
    "vendor": "ก",
    "budget_line": LINE,
    "amount": 80_00,
    "state": "signed",
    "signed_on": date(2026, 11, 1),
}
DRAFT_PAYMENT: dict[str, Any] = {"fiscal_year": 2569, "voucher_number": "v", "payee": "ก", "amount": 30_00, "budget_line": LINE}


def test_a_sound_line_transfer_contract_and_payment_have_no_problem() -> None:
    assert found("budget_line", DRAFT_LINE, line(), id=LINE) == {}
    assert found("budget_transfer", DRAFT_TRANSFER, line(), line(OTHER)) == {}
    assert found("contract", DRAFT_CONTRACT, line()) == {}
    assert found("disbursement", DRAFT_PAYMENT, line()) == {}


def test_a_line_below_zero_after_transfers_contracts_and_payments_is_an_error() -> None:
    around = (line(), transfer(40_00), contract(50_00), payment(20_00, budget_line=LINE))
    severity, text = found("budget_line", DRAFT_LINE, *around, id=LINE)["amount"]
    assert (severity, text.split(":")[0]) == ("error", "This line is 10.00 baht below zero")
    assert found("budget_line", DRAFT_LINE, line(), transfer(40_00), contract(50_00), payment(10_00, budget_line=LINE), id=LINE) == {}


def test_a_proposed_transfer_a_draft_contract_and_a_terminated_one_bind_nothing() -> None:
    around = (line(), transfer(90_00, state="proposed"), contract(90_00, state="draft"), contract(90_00, OTHER, state="terminated"))
    assert found("budget_line", DRAFT_LINE, *around, id=LINE) == {}


def test_a_payment_under_a_contract_of_the_line_is_counted_once() -> None:
    assert found("budget_line", DRAFT_LINE, line(), contract(80_00), payment(80_00, contract=CONTRACT, budget_line=LINE), id=LINE) == {}


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"amount": 100_01}, "amount", "At most 100.00 baht"),
        ({"amount": None}, "amount", "more than zero"),
        ({"from_line": None}, "from_line", "No line that gives"),
        ({"to_line": None}, "to_line", "No line that takes"),
        ({"to_line": LINE}, "to_line", "to the line it takes from"),
        ({"fiscal_year": 2570}, "to_line", "of the fiscal year 2569"),
        ({"approved_on": date(2026, 12, 1)}, "approved_on", "in the future"),
    ],
)
def test_a_transfer_that_cannot_be_is_an_error_in_words(change: dict[str, Any], field: str, said: str) -> None:
    problems = found("budget_transfer", DRAFT_TRANSFER | change, line(), line(OTHER))
    assert problems[field][0] == "error"
    assert said in problems[field][1]


def test_an_approved_transfer_is_not_counted_twice_against_its_own_line() -> None:
    draft = DRAFT_TRANSFER | {"amount": 100_00}
    assert found("budget_transfer", draft, line(), line(OTHER), transfer(100_00), id=TRANSFER) == {}


def test_taking_a_transfer_back_must_leave_the_taker_above_zero() -> None:
    spent: Stored = ("disbursement", {"id": PAYMENT, "budget_line": OTHER, "amount": 120_00})
    problems = found("budget_transfer", DRAFT_TRANSFER | {"state": "cancelled"}, line(), line(OTHER), transfer(50_00), spent, id=TRANSFER)
    assert problems["to_line"][0] == "error"


@pytest.mark.parametrize(("kind", "warns"), [("transfer", False), ("new_item", True), ("amend", True)])
def test_equipment_land_and_construction_as_a_new_item_ask_for_the_council_with_its_source(kind: str, *, warns: bool) -> None:
    target = line(OTHER, category="ค่าครุภัณฑ์")
    problems = found("budget_transfer", DRAFT_TRANSFER | {"kind": kind}, line(), target)
    assert ("approved_by" in problems) == warns
    if warns:
        assert problems["approved_by"][0] == "warning"
        assert "B.E. 2563" in problems["approved_by"][1]
    assert "approved_by" not in found("budget_transfer", DRAFT_TRANSFER | {"kind": kind, "approved_by": "council"}, line(), target)


def test_an_amended_explanation_needs_no_money_and_no_giver() -> None:
    draft = DRAFT_TRANSFER | {"kind": "amend", "from_line": None, "amount": None}
    assert found("budget_transfer", draft, line(OTHER)) == {}


def test_a_contract_of_more_than_its_line_has_left_is_an_error() -> None:
    around = (line(), contract(30_00, OTHER))
    assert found("contract", DRAFT_CONTRACT, *around)["amount"] == (
        "error",
        "The contract is 80.00 baht, more than the 70.00 left of its line",
    )
    assert "amount" not in found("contract", DRAFT_CONTRACT | {"state": "draft"}, *around)
    paid = payment(80_00, contract=CONTRACT, budget_line=LINE)
    assert found("contract", DRAFT_CONTRACT, line(), contract(80_00), paid, id=CONTRACT) == {}


def test_more_paid_than_the_contract_is_an_error_on_both() -> None:
    draft = DRAFT_PAYMENT | {"contract": CONTRACT, "amount": 50_01}
    problems = found("disbursement", draft, line(), contract(80_00), payment(30_00, contract=CONTRACT))
    assert problems["amount"] == ("error", "With this voucher 80.01 baht are paid, more than the 80.00 of the contract")
    said = found("contract", DRAFT_CONTRACT, line(), payment(80_01, contract=CONTRACT), id=CONTRACT)["amount"]
    assert said == ("error", "80.01 baht are paid, more than the 80.00 of the contract")


def test_a_payment_beyond_its_line_or_of_another_year_is_listed() -> None:
    assert found("disbursement", DRAFT_PAYMENT | {"amount": 100_01}, line())["amount"] == (
        "error",
        "More than the 100.00 baht left of the line",
    )
    assert found("disbursement", DRAFT_PAYMENT | {"fiscal_year": 2570}, line())["fiscal_year"][0] == "warning"
    assert found("disbursement", DRAFT_PAYMENT | {"deductions": 30_01}, line())["deductions"][0] == "error"


def test_numbers_used_twice_are_listed() -> None:
    twin = payment(1, OTHER, elaas_number="E1")
    problems = found("disbursement", DRAFT_PAYMENT | {"elaas_number": "E1"}, line(), twin)
    assert {name: problem[0] for name, problem in problems.items()} == {"elaas_number": "warning", "voucher_number": "warning"}
    assert (
        found("contract", DRAFT_CONTRACT | {"egp_number": "65"}, line(), contract(1, OTHER, egp_number="65"))["egp_number"][0] == "warning"
    )


def test_a_project_of_the_ordinance_is_in_the_plan_of_its_year() -> None:
    project: Stored = ("project", {"id": PROJECT, "title": "ถนน"})
    planned: Stored = ("project_budget", {"id": OTHER, "project": PROJECT, "fiscal_year": 2569, "planned": 1})
    draft = DRAFT_LINE | {"project": PROJECT}
    assert found("budget_line", draft, project)["project"] == ("warning", "The plan has no money for this project in 2569")
    assert found("budget_line", draft, project, planned) == {}
    assert found("budget_line", draft, line())["project"][1].startswith("What “Project of the plan” points to is not here")
    assert found("budget_line", DRAFT_LINE | {"name": "โครงการก่อสร้างถนน"})["project"][0] == "warning"


def test_a_year_equals_the_sum_of_its_lines() -> None:
    year = {"year": 2569, "expenditure_total": 150_00, "revenue_estimate": 120_00}
    revenue: Stored = ("revenue_line", {"id": OTHER, "fiscal_year": 2569, "name": "ภาษี", "estimate": 120_00})
    problems = found("fiscal_year", year, line(), revenue)
    assert problems["expenditure_total"][0] == "warning"
    assert found("fiscal_year", year | {"revenue_estimate": 119_00}, line(), revenue)["revenue_estimate"] == (
        "error", "Not the sum of the lines, 120.00 baht; 1.00 baht apart",
    )  # fmt: skip
    assert found("fiscal_year", year | {"expenditure_total": 100_00}, line(), revenue) == {}
    assert found("fiscal_year", {"year": 2569, "expenditure_total": 101_00}, line())["expenditure_total"][0] == "error"


def test_receipts_of_revenue_belong_to_their_year_and_add_up() -> None:
    receipt: Stored = ("revenue_receipt", {"id": PAYMENT, "fiscal_year": 2569, "revenue_line": LINE, "amount": 70_00})
    revenue: dict[str, Any] = {"fiscal_year": 2569, "name": "ภาษี", "category": "taxes", "received": 71_00}
    assert found("revenue_line", revenue, receipt, id=LINE)["received"] == ("warning", "Not the sum of its receipts, 70.00 baht")
    stored: Stored = ("revenue_line", {"id": LINE, "fiscal_year": 2568, "name": "ภาษี"})
    problems = found("revenue_receipt", {"fiscal_year": 2569, "amount": 1, "revenue_line": LINE}, stored)
    assert problems["fiscal_year"] == ("error", "This revenue line is of the fiscal year 2568")
