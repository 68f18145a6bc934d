"""The server holds parts to the closing of what they are part of, and closed remittances to the receipts they were closed with."""

from typing import Any

import pytest

from records.catalogue import BY_TYPE
from server_stub.sync import SyncService
from tests.server_stub.world import World


@pytest.fixture
def world() -> World:
    """A server with the whole catalogue."""
    made = World()
    made.service = SyncService(made.storage, BY_TYPE, made.clock, made.entropy)
    return made


def receipt(world: World, number: int, **more: Any) -> Any:
    """A receipt as it was issued."""
    fields = {
        "book": "1", "number": number, "fiscal_year": 2570, "issued_on": "2026-11-20", "payer": "ก", "amount": 100, "means": "cash",
        "state": "issued", **more,
    }  # fmt: skip
    return world.made(type="receipt", set=fields)


def closed_day(world: World, numbers: str) -> str:
    """The id of a closed remittance that lists these receipts."""
    return str(world.made(type="remittance", set={"day": "2026-11-20", "fiscal_year": 2570, "numbers": numbers, "state": "closed"}).id)


def test_a_receipt_is_put_only_into_a_closed_remittance_that_lists_it(world: World) -> None:
    counted, late = receipt(world, 4), receipt(world, 7)
    day = closed_day(world, "เล่มที่ 1 เลขที่ 3-5")

    refused = world.one(world.edit(late, set={"remittance": day}))
    assert (refused.status, refused.problem.code) == ("refused", "closed-remittance")
    assert world.one(world.edit(counted, set={"remittance": day})).status == "applied"


def test_a_new_receipt_that_names_a_closed_remittance_without_it_is_refused_with_words(world: World) -> None:
    day = closed_day(world, "เล่มที่ 1 เลขที่ 3-5")
    fields = {"book": "1", "number": 9, "fiscal_year": 2570, "payer": "ก", "amount": 100, "remittance": day}

    refused = world.one(world.change(type="receipt", set=fields))

    assert (refused.status, refused.problem.code) == ("refused", "closed-remittance")
    assert "next round" in refused.problem.title + refused.problem.detail


def test_an_item_of_a_receipt_of_a_closed_year_is_refused(world: World) -> None:
    draft = world.made(type="receipt", set={"fiscal_year": 2569, "payer": "ก"})
    item = {"receipt": draft.id, "description": "ค่าน้ำ", "amount": 100}
    assert world.one(world.change(type="receipt_item", set=item)).status == "applied"
    year = world.one(world.change(type="fiscal_year", set={"year": 2569, "state": "closed"}, made_by="noi"))
    assert year.status == "applied"

    refused = world.one(world.change(type="receipt_item", set={**item, "description": "ค่าไฟ"}))

    assert (refused.status, refused.problem.code, refused.problem.field) == ("refused", "closed-period", "receipt")
