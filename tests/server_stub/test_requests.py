"""The steps of citizens' requests as the server enforces them, with the real catalogue: per role, one by one or several taken without a line."""

from typing import Any

import pytest

from records.catalogue import BY_TYPE
from server_stub.sync import SyncService
from tests.server_stub.world import World

FILED = {"subject": "ขอถังขยะ", "applicant_name": "นายสมชาย ใจดี", "phone": "0812345678"}


@pytest.fixture
def office() -> World:
    """A server that knows the real record types."""
    made = World()
    made.service = SyncService(made.storage, BY_TYPE, made.clock, made.entropy)
    return made


def filed(office: World, state: str = "received", **fields: Any) -> Any:
    """What becomes of a request a clerk files in a state."""
    return office.one(office.change(type="service_request", set={**FILED, **fields, "state": state}))


def moved(office: World, snapshot: Any, state: str, made_by: str = "som", **fields: Any) -> Any:
    """What becomes of a step of the workflow; `noi` is a head."""
    return office.one(office.edit(snapshot, set={"state": state, **fields}, made_by=made_by))


@pytest.mark.parametrize("state", ["received", "checking", "waiting_citizen", "approval", "cancelled"])
def test_a_clerk_may_have_come_so_far_before_the_line_was_back(office: World, state: str) -> None:
    assert filed(office, state).status == "applied"


@pytest.mark.parametrize("state", ["done", "rejected"])
def test_a_clerk_decides_nothing(office: World, state: str) -> None:
    refused = filed(office, state, result="อนุญาต")
    assert (refused.status, refused.problem.code, refused.problem.field) == ("refused", "workflow", "state")
    waiting = filed(office, "approval").snapshot
    assert moved(office, waiting, state, result="อนุญาต").problem.code == "workflow"


def test_a_head_decides_with_a_result_in_words(office: World) -> None:
    waiting = filed(office, "approval").snapshot

    assert moved(office, waiting, "done", "noi").status == "refused"
    assert moved(office, waiting, "done", "noi", result="อนุญาต").status == "applied"


def test_a_head_may_take_a_decision_back_but_a_clerk_may_not(office: World) -> None:
    done = moved(office, filed(office, "approval").snapshot, "done", "noi", result="อนุญาต").snapshot

    assert moved(office, done, "checking").problem.code == "workflow"
    assert moved(office, done, "approval").problem.code == "workflow"
    assert moved(office, done, "approval", "noi").status == "applied"


def test_steps_taken_without_a_line_arrive_as_one(office: World) -> None:
    received = filed(office).snapshot

    assert moved(office, received, "approval").status == "applied"
