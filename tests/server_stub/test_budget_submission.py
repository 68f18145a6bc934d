"""The server runs the rules of the budget: an approved transfer never brings a line below zero, whatever program sent it."""

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


def line(world: World, name: str, amount: int) -> str:
    """The id of a new line."""
    fields = {"fiscal_year": 2570, "name": name, "programme": "education", "budget_group": "operations", "amount": amount}
    return str(world.made(type="budget_line", set=fields).id)


def transfer(world: World, source: str, target: str, amount: int, state: str) -> Any:
    """What became of a transfer."""
    fields = {"fiscal_year": 2570, "kind": "transfer", "from_line": source, "to_line": target, "amount": amount, "state": state}
    return world.one(world.change(type="budget_transfer", set=fields))


def test_an_approved_transfer_of_more_than_is_left_is_refused_and_a_proposed_one_is_not(world: World) -> None:
    source, target = line(world, "ค่าใช้สอย", 10_000), line(world, "ค่าวัสดุ", 0)
    assert transfer(world, source, target, 6_000, "approved").status == "applied"
    refused = transfer(world, source, target, 4_001, "approved")
    assert (refused.status, refused.problem.code, refused.problem.field) == ("refused", "invalid", "amount")
    assert "At most 40.00 baht" in refused.problem.title + refused.problem.detail
    assert transfer(world, source, target, 4_001, "proposed").status == "applied"
    assert transfer(world, source, target, 4_000, "approved").status == "applied"
