"""Rules of receipts, their items, the tariff and remittances; what no longer changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from records.catalogue import BY_TYPE
from records.checks import check
from records.kinds import Json
from records.locks import CLOSED_REMITTANCE, ISSUED_RECEIPT, lock_on
from records.rules.receipts import sums_of

TODAY = date(2026, 11, 22)
RECEIPT, REMITTANCE, FEE = (f"0192aaaa-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
GOOD: dict[str, Any] = {
    "book": "1", "number": 14, "fiscal_year": 2570, "issued_on": TODAY, "payer": "สมชาย", "amount": 14_550, "means": "cash", "state": "issued",
}  # fmt: skip


def found(record_type: str, draft: Mapping[str, Any], *others: tuple[str, dict[str, Json]], id: str = "") -> dict[str, str]:
    """Field -> severity of what a check finds; `others` are the records of other types there are."""

    def related(type_name: str, wanted: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
        return [fields for name, fields in others if name == type_name and all(fields.get(n) == value for n, value in wanted.items())]

    return {one.field: str(one.severity) for one in check(BY_TYPE[record_type], draft, related, record_id=id, today=TODAY)}


def item(amount: int) -> tuple[str, dict[str, Json]]:
    return "receipt_item", {"id": f"item-{amount}", "receipt": RECEIPT, "amount": amount}


def test_a_good_receipt_has_nothing_to_mend() -> None:
    assert found("receipt", GOOD, item(12_550), item(2_000), id=RECEIPT) == {}


@pytest.mark.parametrize(
    ("change", "field", "severity"),
    [
        ({"issued_on": TODAY + timedelta(days=1)}, "issued_on", "error"),
        ({"issued_on": date(2026, 9, 30)}, "issued_on", "error"),
        ({"issued_on": None}, "issued_on", "error"),
        ({"number": None}, "number", "error"),
        ({"state": "void"}, "void_reason", "error"),
        ({"void_reason": "ผิด"}, "void_reason", "warning"),
        ({"cash_given": 14_549}, "cash_given", "error"),
        ({"means": None}, "means", "warning"),
        ({"means": "cheque"}, "means_ref", "warning"),
        ({"amount": 0}, "amount", "warning"),
    ],
)
def test_what_is_wrong_with_a_receipt_stands_beside_its_field(change: dict[str, Any], field: str, severity: str) -> None:
    assert found("receipt", {**GOOD, **change}) == {field: severity}


def test_items_make_the_sum_of_their_receipt() -> None:
    assert found("receipt", GOOD, item(12_550), id=RECEIPT) == {"amount": "error"}


def test_an_item_is_held_against_the_tariff_of_its_day() -> None:
    fee: dict[str, Json] = {"id": FEE, "amount": 1_000, "valid_to": "2026-09-30"}
    draft = {"receipt": RECEIPT, "order": 1, "description": "ค่าน้ำ", "amount": 2_500, "quantity": 2, "fee_item": FEE}
    receipt: dict[str, Json] = {"id": RECEIPT, "issued_on": "2026-11-22"}
    assert found("receipt_item", draft, ("fee_item", fee), ("receipt", receipt)) == {"amount": "info", "fee_item": "warning"}
    in_force: dict[str, Json] = {"id": FEE, "amount": 1_250}
    assert found("receipt_item", draft, ("fee_item", in_force), ("receipt", receipt)) == {}


def test_a_closed_remittance_agrees_with_its_receipts() -> None:
    listed: tuple[str, dict[str, Json]] = ("receipt", {"id": RECEIPT, "remittance": REMITTANCE, "amount": 500, "state": "issued"})
    void: tuple[str, dict[str, Json]] = ("receipt", {"id": FEE, "remittance": REMITTANCE, "amount": 900, "state": "void"})
    draft = {
        "day": TODAY, "cashier": "ก", "receipt_count": 1, "void_count": 1, "total": 500, "cash": 500, "state": "closed", "closed_by": "ก",
        "closed_at": datetime(2026, 11, 22, 9, tzinfo=UTC),
    }  # fmt: skip
    assert found("remittance", draft, listed, void, id=REMITTANCE) == {}
    assert found("remittance", {**draft, "total": 400}, listed, void, id=REMITTANCE) == {"total": "error"}
    assert found("remittance", {**draft, "closed_by": None}, listed, void, id=REMITTANCE) == {"closed_by": "error"}
    assert found("remittance", {**draft, "day": TODAY + timedelta(days=1)}, listed, void, id=REMITTANCE) == {"day": "error"}


def test_what_does_not_say_how_it_was_paid_lies_in_the_drawer() -> None:
    sums = sums_of([{"amount": 100}, {"amount": 50, "means": "qr"}, {"amount": 9, "state": "void"}])
    assert (sums["cash"], sums["qr"], sums["total"], sums["receipt_count"], sums["void_count"]) == (100, 50, 150, 2, 1)


def _lock(
    record_type: str, before: dict[str, Json] | None, given: dict[str, Json], *, is_delete: bool = False, **stored: dict[str, Json]
) -> str:
    lock = lock_on(record_type, before, given, (), is_delete=is_delete, read=stored.get)
    return lock.code if lock else ""


@pytest.mark.parametrize(
    ("before", "given", "code"),
    [
        ({}, {"amount": 5}, ""),
        ({"state": "issued"}, {"state": "void", "void_reason": "ผิด"}, ""),
        ({"state": "issued"}, {"remittance": "open"}, ""),
        ({"state": "issued"}, {"remittance": "day"}, CLOSED_REMITTANCE),
        ({"state": "issued"}, {"payer": "ข"}, ISSUED_RECEIPT),
        ({"state": "void"}, {"state": "issued"}, ISSUED_RECEIPT),
        ({"state": "issued", "remittance": "open"}, {"state": "void"}, ""),
        ({"state": "issued", "remittance": "day"}, {"state": "void"}, CLOSED_REMITTANCE),
        ({"state": "issued", "remittance": "day"}, {"copy_count": 2}, ""),
        ({"state": "issued", "remittance": "gone"}, {"copy_count": 2}, ""),
    ],
)
def test_a_receipt_changes_only_as_far_as_it_may(before: dict[str, Json], given: dict[str, Json], code: str) -> None:
    assert _lock("receipt", before, given, day={"state": "closed"}, open={"state": "open"}) == code


def test_a_closed_remittance_is_only_opened_again_with_a_reason() -> None:
    closed: dict[str, Json] = {"state": "closed", "total": 5}
    assert _lock("remittance", closed, {"state": "open", "reopen_reason": "ผิด"}) == ""
    assert _lock("remittance", closed, {"state": "open"}) == CLOSED_REMITTANCE
    assert _lock("remittance", closed, {"state": "open", "reopen_reason": "ผิด", "total": 9}) == CLOSED_REMITTANCE
    assert _lock("remittance", closed, {"note": "ครบ"}) == ""
    assert _lock("remittance", closed, {}, is_delete=True) == CLOSED_REMITTANCE
    assert _lock("remittance", {"state": "open"}, {"total": 9}) == ""


def test_items_stay_with_an_issued_receipt() -> None:
    assert _lock("receipt_item", None, {"receipt": "r", "amount": 5}, r={"state": "issued"}) == ISSUED_RECEIPT
    assert _lock("receipt_item", {"receipt": "r"}, {}, is_delete=True, r={"state": "issued"}) == ISSUED_RECEIPT
    closed: dict[str, Json] = {"state": "closed"}
    assert _lock("receipt_item", {"receipt": "r"}, {"amount": 1}, r={"state": "issued", "remittance": "d"}, d=closed) == CLOSED_REMITTANCE
    assert _lock("receipt_item", None, {"receipt": "new", "amount": 5}) == ""
    assert _lock("project", {"title": "ก"}, {"title": "ข"}) == ""
