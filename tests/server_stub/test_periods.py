"""A closed fiscal year on the server: no change of what belongs to it goes in, whichever desk sends it."""

from typing import Any

import pytest

from records.catalogue import BY_TYPE
from records.changes import Snapshot
from server_stub.session import Session
from server_stub.sync import SyncService
from tests.server_stub.world import World

CLOSING = {"state": "closed", "reason": "ครบถ้วน", "closed_by": "nai", "closed_on": "2026-10-20"}


@pytest.fixture
def office() -> World:
    """A world with the whole catalogue."""
    world = World()
    world.service = SyncService(world.storage, BY_TYPE, world.clock, world.entropy)
    return world


@pytest.fixture
def head(office: World) -> Session:
    """Who may close a year."""
    return office.session("nai", "head")


def year(office: World, **fields: Any) -> Snapshot:
    """A fiscal year in force."""
    shown: Snapshot = office.made(type="fiscal_year", set={"year": 2569, "state": "in_force", **fields})
    return shown


def line(office: World, **fields: Any) -> dict[str, Any]:
    """A change that makes a budget line of the year."""
    return office.change(type="budget_line", set={"fiscal_year": 2569, "name": "ค่าวัสดุ", "amount": 100, **fields})


def closed(office: World, head: Session) -> Snapshot:
    """The year, closed."""
    result = office.one(office.edit(year(office), made_by="nai", set=CLOSING), head)
    assert result.status == "applied", result.problem
    shown: Snapshot = result.snapshot
    return shown


def test_records_of_a_closed_year_are_refused_and_say_why(office: World, head: Session) -> None:
    made = office.one(line(office)).snapshot
    other = office.one(line(office, fiscal_year=2570)).snapshot
    closed(office, head)
    for change in (
        line(office),
        office.edit(made, set={"amount": 1}),
        office.edit(made, set={"fiscal_year": 2570}),
        office.edit(other, set={"fiscal_year": 2569}),
        office.edit(made, op="delete"),
    ):
        result = office.one(change)
        assert (result.status, result.problem.code, result.problem.field) == ("refused", "closed-period", "fiscal_year")
        assert "2569" in result.problem.detail
    assert office.one(office.edit(other, set={"amount": 7})).status == "applied"


def test_closing_holds_for_what_follows_in_the_same_push(office: World, head: Session) -> None:
    closing = office.edit(year(office), made_by="nai", set=CLOSING)
    before, after = line(office, name="ก่อน"), line(office, name="หลัง")
    results = office.push(before, closing, after, session=office.session("nai", "head")).results
    assert [result.status for result in results][1:] == ["applied", "refused"]


def test_a_clerk_neither_closes_nor_reopens(office: World, head: Session) -> None:
    result = office.one(office.edit(year(office), set=CLOSING))
    assert (result.status, result.problem.code) == ("refused", "workflow")
    shown = closed(office, head)
    assert office.one(office.edit(shown, set={"state": "in_force", "reason": "แก้ฎีกา"})).problem.code == "workflow"


def test_closing_and_reopening_need_a_reason(office: World, head: Session) -> None:
    shown = year(office)
    assert office.one(office.edit(shown, made_by="nai", set={"state": "closed"}), head).problem.code == "workflow"
    shown = office.one(office.edit(shown, made_by="nai", set=CLOSING), head).snapshot
    again = office.edit(shown, made_by="nai", set={"state": "in_force"}, unset=["closed_on"])
    assert office.one(again, head).problem.code == "workflow"
    again = office.edit(shown, made_by="nai", set={"state": "in_force", "reason": "แก้ฎีกา"}, unset=["closed_on"])
    assert office.one(again, head).status == "applied"
    assert office.one(line(office)).status == "applied"


def test_a_closed_year_itself_is_not_changed_or_deleted(office: World, head: Session) -> None:
    shown = closed(office, head)
    for change in (office.edit(shown, made_by="nai", set={"note": "x"}), office.edit(shown, made_by="nai", op="delete")):
        assert office.one(change, head).problem.code == "closed-period"


def test_years_of_another_office_do_not_matter(office: World, head: Session) -> None:
    closed(office, head)
    elsewhere = "office/6560116"
    session = office.session("som", "clerk", stream=elsewhere)
    reply = office.service.push(
        session, {"streams": {elsewhere: {"cursor": 0, "chain": "0" * 16}}, "changes": [{**line(office), "stream": elsewhere}]}
    )
    assert reply.results[0].status == "applied"


def test_a_change_taken_before_the_year_closed_is_answered_applied_again(office: World, head: Session) -> None:
    change = line(office)
    assert office.one(change).status == "applied"
    closed(office, head)
    assert office.one(change).status == "applied"


def test_work_on_a_carried_contract_goes_on(office: World, head: Session) -> None:
    contract = office.made(
        type="contract", set={"number": "1/2569", "vendor": "หจก.", "signed_on": "2026-08-01", "state": "signed", "amount": 9}
    )
    closed(office, head)
    shown = office.one(office.edit(contract, set={"state": "accepted"}))
    assert shown.status == "applied"
    assert office.one(office.edit(shown.snapshot, set={"amount": 10})).problem.code == "closed-period"
    paid = {"fiscal_year": 2570, "contract": contract.id, "voucher_number": "1", "amount": 9, "payee": "หจก."}
    assert office.one(office.change(type="disbursement", set=paid)).status == "applied"
