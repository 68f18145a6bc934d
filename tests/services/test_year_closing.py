"""The check list, closing, what a closed year keeps out, money carried over, and opening again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.services.year_checks import CheckLevel
from desktop.services.year_opening import Opening
from desktop.storage import numbers
from desktop.storage.numbers import Lease
from desktop.storage.query import Query
from records.errors import Correctable, Refused
from records.kinds import Json
from records.words import Words
from tests.offices import STREAM, Clock, made_office
from tests.services.budgets import YEAR, as_head, save, sent

NEXT = YEAR + 1


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The office of a head with one line of the year, all of it sent; the day is 22 November 2569."""
    office = as_head(made_office(tmp_path / "home"))
    save(office, "fiscal_year", year=YEAR, state="in_force")
    save(office, "budget_line", fiscal_year=YEAR, name="ค่าวัสดุ", amount=1000)
    sent(office)
    yield office
    office.close()


def found(office: Office) -> dict[str, int]:
    """What the check list counts, items without anything left out."""
    return {item.key: item.count for item in office.years.check_list(YEAR) if item.count}


def line_of(office: Office) -> str:
    """The line of the year."""
    return office.store.find(Query("budget_line")).rows[0].id


def close(office: Office) -> None:
    """Closes the year, all warnings looked at."""
    office.years.close(YEAR, "ตรวจครบแล้ว", {item.key for item in office.years.check_list(YEAR)})


def test_every_item_counts_what_it_names_and_leads_to_it(office: Office) -> None:
    line = line_of(office)
    contract = save(
        office, "contract", number="1/2569", vendor="หจก.", budget_line=line, amount=700, signed_on="2026-09-30", state="signed"
    )
    save(office, "contract", number="2/2570", vendor="หจก.", amount=700, signed_on="2026-10-01", state="signed")
    over = save(office, "budget_line", fiscal_year=YEAR, name="ค่าน้ำมัน", amount=10)
    save(office, "disbursement", fiscal_year=YEAR, budget_line=over, voucher_number="1", payee="ก", amount=11, paid_on="2026-05-01")
    unpaid = save(office, "disbursement", fiscal_year=YEAR, budget_line=line, contract=contract, voucher_number="2", payee="ก", amount=100)
    draft = save(office, "receipt", fiscal_year=YEAR, payer="ข", amount=5)
    asked = save(office, "carry_over", fiscal_year=YEAR, budget_line=line, amount=50, state="asked")
    inside = save(office, "service_request", subject="ขอถังขยะ", state="received", received_at="2026-09-30T16:59:00Z")
    save(office, "service_request", subject="ขอทราย", state="received", received_at="2026-09-30T17:00:00Z")
    items = {item.key: item for item in office.years.check_list(YEAR)}
    assert {key: items[key].ids for key in items if items[key].ids} == {
        "below_zero": (over,),
        "contracts_unpaid": (contract,),
        "payments_open": (unpaid,),
        "receipt_drafts": (draft,),
        "carry_over_open": (asked,),
        "requests_open": (inside,),
    }
    assert items["unsent"].count == 6
    levels = [item.level for item in office.years.check_list(YEAR)]
    assert levels == sorted(levels, key=list(CheckLevel).index)


def test_receipt_numbers_neither_used_nor_voided_are_named(office: Office) -> None:
    block = {"book": "1", "year": YEAR, "from_number": 1, "to_number": 10, "device": "d", "voided": {"4": "กระดาษติด"}}
    letters = {"book": "letter_out", "year": YEAR, "from_number": 1, "to_number": 5, "device": "d"}
    newer = {"book": "1", "year": NEXT, "from_number": 1, "to_number": 5, "device": "d"}
    with office.store.act("somchai", Words("ก", "a")) as act:
        for fields in (block, letters, newer):
            office.store.save(STREAM, "number_block", None, fields, act=act)  # type: ignore[arg-type]
        for number in (1, 2, 3, 7):
            given = {"fiscal_year": YEAR, "book": "1", "number": number, "payer": "ก", "amount": 1, "state": "issued"}
            office.store.save(STREAM, "receipt", None, given, act=act)  # type: ignore[arg-type]
    [item] = [one for one in office.years.check_list(YEAR) if one.key == "numbers_left"]
    assert (item.count, item.detail) == (5, "1: 5-6, 8-10")


def test_numbers_left_on_this_computer_are_given_back_when_their_year_is_over(office: Office) -> None:
    block = office.store.new_id()
    with office.database.write() as connection:
        numbers.put(connection, Lease(request_id=block, stream=STREAM, book="1", year=YEAR, count=10, first=1, last=10, used=3))
    with office.store.act("somchai", Words("ก", "a")) as act:
        fields: dict[str, Json] = {"book": "1", "year": YEAR, "from_number": 1, "to_number": 10, "device": "d"}
        office.store.save(STREAM, "number_block", block, fields, act=act)
        for number in (1, 3):
            given: dict[str, Json] = {"fiscal_year": YEAR, "book": "1", "number": number, "payer": "ก", "amount": 1, "state": "issued"}
            office.store.save(STREAM, "receipt", None, given, act=act)

    assert office.numbering.give_back_year(YEAR) == 7
    assert office.numbering.give_back_year(YEAR) == 0
    [item] = [one for one in office.years.check_list(YEAR) if one.key == "numbers_left"]
    assert (item.count, item.detail) == (1, "1: 2")
    with pytest.raises(Correctable, match="not over"):
        office.numbering.give_back_year(office.numbering.year)


@pytest.mark.parametrize(("now", "may_close"), [("2026-09-30T16:59:59", False), ("2026-09-30T17:00:00", True)])
def test_a_year_is_closed_from_the_first_of_october_in_thailand_on(tmp_path: Path, now: str, may_close: bool) -> None:
    office = as_head(made_office(tmp_path / "home"))
    office.clock = Clock(datetime.fromisoformat(now).replace(tzinfo=UTC))
    save(office, "fiscal_year", year=YEAR, state="in_force")
    assert ("not_over" in found(office)) is not may_close
    assert office.years.get(YEAR).is_current is not may_close
    office.close()


def test_what_blocks_must_be_put_right_and_warnings_looked_at(office: Office) -> None:
    with pytest.raises(Correctable, match="next year"):
        office.years.close(YEAR, "ครบ")
    line = save(office, "budget_line", fiscal_year=YEAR, name="ค่าน้ำมัน", amount=10)
    with pytest.raises(Correctable, match="not sent"):
        close(office)
    sent(office)
    assert line
    close(office)
    assert office.years.get(YEAR).is_closed


def test_only_heads_close_and_always_with_a_reason(office: Office) -> None:
    with pytest.raises(Correctable, match="reason"):
        office.years.close(YEAR, "  ", {"next_year"})
    as_head(office, "clerk")
    with pytest.raises(Refused):
        office.years.close(YEAR, "ครบ", {"next_year"})
    as_head(office, "office-admin")
    close(office)
    with pytest.raises(Correctable, match="not in force"):
        close(office)
    with pytest.raises(Correctable, match="no fiscal year 2555"):
        office.years.close(2555, "ครบ")


def test_a_closed_year_keeps_every_way_of_changing_out(office: Office) -> None:
    line = line_of(office)
    other = save(office, "budget_line", fiscal_year=NEXT, name="ค่าวัสดุ")
    close(office)
    for change in (
        lambda: save(office, "budget_line", fiscal_year=YEAR, name="ใหม่"),
        lambda: office.records.save("budget_line", line, {"amount": 1}),
        lambda: office.records.save("budget_line", other, {"fiscal_year": YEAR}),
        lambda: office.records.delete("budget_line", line),
        lambda: office.records.duplicate("budget_line", line),
    ):
        with pytest.raises(Refused, match="closed") as raised:
            change()
        assert raised.value.code == "closed-period"
    row = office.store.get("budget_line", line)
    assert row is not None
    assert office.years.closed_year_of(row) == YEAR


def test_an_act_in_a_year_that_closed_since_is_not_undone(office: Office) -> None:
    line = line_of(office)
    office.records.save("budget_line", line, {"amount": 900})
    sent(office)
    close(office)
    acts = office.undo.acts()
    undone = office.undo.act(acts[1].id)
    assert undone.records == ()
    assert [reason.en for _, reason in undone.skipped if "closed" in reason.en] != []
    assert office.records.get("budget_line", line).fields["amount"] == 900


def test_closing_is_undone_before_it_is_sent(office: Office) -> None:
    close(office)
    office.undo.last()
    assert not office.years.get(YEAR).is_closed
    assert office.records.save("budget_line", line_of(office), {"amount": 1}).row.fields["amount"] == 1


def test_a_year_is_opened_again_with_a_reason_of_its_own(office: Office) -> None:
    close(office)
    sent(office)
    with pytest.raises(Correctable, match="reason"):
        office.years.reopen(YEAR, "ตรวจครบแล้ว")
    row = office.years.reopen(YEAR, "สตง. ให้แก้")
    assert (row.fields["state"], row.fields["reason"], "closed_on" in row.fields) == ("in_force", "สตง. ให้แก้", False)
    assert office.records.save("budget_line", line_of(office), {"amount": 1}).row.fields["amount"] == 1


def test_money_is_carried_over_no_further_than_the_line_reaches(office: Office) -> None:
    line = line_of(office)
    contract = save(office, "contract", number="1", vendor="ก", budget_line=line, amount=800, signed_on="2026-09-01", state="signed")
    save(office, "disbursement", fiscal_year=YEAR, budget_line=line, contract=contract, voucher_number="1", payee="ก", amount=300)
    given = {"fiscal_year": YEAR, "budget_line": line, "contract": contract, "until": "2027-09-30", "reason": "งานล่าช้า"}

    def problems(**more: object) -> set[tuple[str, str]]:
        checked = office.records.check("carry_over", {**given, **more})  # type: ignore[dict-item]
        return {(problem.field, problem.severity.value) for problem in checked}

    assert problems(amount=500) == set()
    assert problems(amount=501) == {("amount", "error")}, "more than the contract has unpaid"
    assert problems(amount=701, contract=None) >= {("amount", "error")}
    assert problems(amount=500, until="2026-09-30") == {("until", "error")}
    assert problems(amount=500, fiscal_year=NEXT, until="2028-09-30") == {("budget_line", "error")}
    assert problems(amount=500, state="approved") == {("approved_on", "error"), ("approved_by", "error")}
    save(office, "carry_over", amount=400, **given)  # type: ignore[arg-type]
    assert problems(amount=101) == {("amount", "error")}
    assert problems(amount=100) == set()


def test_carried_money_stands_beside_the_line_of_the_next_year(office: Office) -> None:
    line = line_of(office)
    contract = save(office, "contract", number="1", vendor="ก", budget_line=line, amount=800, signed_on="2026-09-01", state="signed")
    save(office, "carry_over", fiscal_year=YEAR, budget_line=line, contract=contract, amount=500, state="approved")
    save(office, "carry_over", fiscal_year=YEAR, budget_line=line, amount=9, state="lapsed")
    office.years.open_next(Opening(NEXT))
    save(office, "disbursement", fiscal_year=NEXT, contract=contract, voucher_number="1/2570", payee="ก", amount=200)
    [carried] = office.years.carried_into(NEXT)
    follower = office.store.get("budget_line", carried.next_line)
    assert follower is not None
    assert (follower.fields["name"], follower.fields["fiscal_year"]) == ("ค่าวัสดุ", NEXT)
    assert (carried.amount, carried.paid) == (500, 200)
    # A line of the next year made by hand follows by what it is called.
    office.undo.last()
    office.records.delete("budget_line", follower.id)
    mine = save(office, "budget_line", fiscal_year=NEXT, name="ค่าวัสดุ")
    assert [one.next_line for one in office.years.carried_into(NEXT)] == [mine]


def test_the_state_of_carried_money_goes_on_after_closing_but_not_its_amount(office: Office) -> None:
    carried = save(office, "carry_over", fiscal_year=YEAR, budget_line=line_of(office), amount=500, state="asked")
    sent(office)
    close(office)
    office.records.save("carry_over", carried, {"state": "approved", "until": "2028-03-31"})
    with pytest.raises(Refused):
        office.records.save("carry_over", carried, {"amount": 501})
