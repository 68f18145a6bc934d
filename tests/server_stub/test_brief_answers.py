"""Brief answers to a push: what is not shown to who made it, and what is all the same (docs/protocol.md, "Additive to version 1")."""

from typing import Any

import pytest

from records.protocol import Result
from records.stored import record_hash, stored_bytes
from tests.server_stub.world import OFFICE, START, World


def brief(world: World, *changes: dict[str, Any]) -> list[Result]:
    return world.service.push(world.som, {"streams": {OFFICE: START}, "changes": list(changes), "brief": True}).results


def test_what_a_push_made_is_not_shown_to_who_made_it(world: World) -> None:
    change = world.change()
    (result,) = brief(world, change)
    assert (result.status, result.snapshot) == ("applied", None)
    made = result.made
    assert made is not None
    assert (made.version, made.seq) == (1, 1)
    assert made.hash == record_hash("note", change["id"], stored_bytes(change["set"]), deleted=False, previous="")


def test_a_change_that_was_applied_by_a_push_before_is_answered_in_full(world: World) -> None:
    change = world.change()
    brief(world, change)
    (again,) = brief(world, change)
    assert again.made is None
    assert again.snapshot is not None
    assert again.snapshot.fields == change["set"]


def test_a_change_on_which_another_of_the_same_push_stands_is_answered_in_full(world: World) -> None:
    first = world.change()
    base = {"version": 1, "hash": record_hash("note", first["id"], stored_bytes(first["set"]), deleted=False, previous="")}
    second = world.change(id=first["id"], base=base, set={"title": "ใหม่"})
    one, two = brief(world, first, second)
    assert one.snapshot is not None
    assert one.snapshot.version == 2
    assert two.made is not None


@pytest.mark.parametrize("asked", ["yes", 1, {}, None, False], ids=str)
def test_who_does_not_ask_is_answered_in_full(world: World, asked: object) -> None:
    body = {"streams": {OFFICE: START}, "changes": [world.change()], "brief": asked}
    (result,) = world.service.push(world.som, body).results
    assert result.made is None
    assert result.snapshot is not None
