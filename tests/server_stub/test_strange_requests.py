"""Seeded strange requests: whatever is sent, the server answers as the page says and its audit chain holds."""

import json
import random
from typing import Any

import msgspec
import pytest

from server_stub.audit import verify
from server_stub.json_in import decode
from server_stub.problems import CallProblem
from server_stub.sync import snapshot_of
from server_stub.wire import pull_reply, push_reply
from tests.server_stub.world import OFFICE, START, World

ODD = (
    None, True, False, 0, -1, 1, 2**53, -(2**53), 2**64, 10**40, 1.5, 1e300, "", "a", "ก", "\ud800", "\x00", "e\u0301", "x" * 70, "note",
    "put", "delete", OFFICE, "2026-01-01T00:00:00Z", "som",
)  # fmt: skip
NAMES = ("title", "amount", "state", "version", "hash", "auto", "parents", "\ud800", "x y", "cursor", "chain", "witness", OFFICE, "set")
TYPES = ("note", "grievance", "receipt", "conflict", "number_block", "of_a_newer_program")


def _odd(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(14)
    if kind < 9 or depth > 3:
        return chance.choice(ODD)
    if kind < 11:
        return [_odd(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(NAMES): _odd(chance, depth + 1) for _ in range(chance.randrange(4))}


def _body(chance: random.Random, world: World, known: list[Any]) -> dict[str, Any]:
    if known and chance.random() < 0.4:
        change = world.edit(chance.choice(known), set={"title": "ใหม่"})
    else:
        change = world.change(type=chance.choice(TYPES))
    if known and chance.random() < 0.1:
        change["id"] = chance.choice(known).id
    group = world.new_id() if chance.random() < 0.2 else None
    change["group"] = group
    for _ in range(chance.randrange(3)):
        change[chance.choice(list(change))] = _odd(chance)
    body: dict[str, Any] = {"streams": {OFFICE: START}, "changes": [change, world.change(group=group)]}
    if chance.random() < 0.05:
        body["streams"][OFFICE] = _odd(chance)
    if chance.random() < 0.05:
        body[chance.choice(("streams", "changes", "limit"))] = _odd(chance)
    return body


@pytest.mark.parametrize("seed", range(3))
def test_strange_requests_are_answered_and_the_chain_holds(world: World, seed: int) -> None:
    chance = random.Random(seed)
    known: list[Any] = []
    statuses: set[str] = set()
    for _ in range(400):
        body = decode(json.dumps(_body(chance, world, known)).encode())
        try:
            pushed = world.service.push_rows(world.som, body)
            msgspec.json.encode(push_reply(pushed))
            msgspec.json.encode(pull_reply(world.service.pull_rows(world.som, body)))
            msgspec.json.encode(world.service.heads(world.som, body))
        except CallProblem as problem:
            statuses.add(problem.code)
            continue
        statuses.update(outcome.status for outcome in pushed.outcomes)
        known += [snapshot_of(outcome.record) for outcome in pushed.outcomes if outcome.record and chance.random() < 0.1]
    assert {"applied", "refused", "stale", "invalid"} <= statuses
    assert verify(world.storage).damage == ()
