"""The short way of a push: what it reads and judges for all changes at once is what the long way says of each."""

import json
import random
from typing import Any

import msgspec
import pytest

from records.changes import Change, Snapshot
from records.protocol import Limits
from server_stub.json_in import decode
from server_stub.problems import CallProblem
from server_stub.shape import shaped
from server_stub.whole_push import read_push, shapes_of
from server_stub.wire import push_reply
from tests.server_stub.test_strange_requests import _body as strange_body
from tests.server_stub.world import OFFICE, START, World


def _answer(world: World, body: object) -> object:
    try:
        return json.loads(msgspec.json.encode(push_reply(world.service.push_rows(world.som, body))))
    except CallProblem as problem:
        return problem.code


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_answer_alike(seed: int) -> None:
    chance, long_way, short_way = random.Random(seed), World(), World()
    known: list[Any] = []
    taken = 0
    for _ in range(300):
        sent = json.dumps(strange_body(chance, long_way, known)).encode()
        short = read_push(sent)
        taken += short is not None
        before = _answer(long_way, decode(sent))
        after = _answer(short_way, short or decode(sent))
        # Each world has a clock of its own, which the short way asks as often.
        assert after == before
        known += [r["snapshot"] for r in before["results"] if r["snapshot"]] if isinstance(before, dict) else []
        known = [msgspec.convert(one, Snapshot) if isinstance(one, dict) else one for one in known]
    assert taken > 50


@pytest.mark.parametrize(
    "twist",
    [
        lambda body: body.replace(b'"op":"put"', b'"op":"put","op":"put"'),
        lambda body: body.replace(b'"title":', b'"title":"a","title":'),
        lambda body: body.replace(b'"schema":1,', b""),
        lambda body: body.replace(b'"schema":1', b'"schema":1,"extra":{}'),
        lambda body: body.replace(b'"schema":1,', b'"op":"put",'),
        lambda body: body.replace(b'"made_by":"som"', b'"made_by":null'),
        lambda body: body.replace(b'"title"', b'"\\u0074itle\\u003a"'),
        lambda body: body[:-1],
    ],
)
def test_what_is_out_of_the_ordinary_is_read_the_long_way(world: World, twist: Any) -> None:
    body = json.dumps({"streams": {OFFICE: START}, "changes": [world.change()]}, separators=(",", ":")).encode()

    assert read_push(body) is not None
    assert twist(body) != body
    assert read_push(twist(body)) is None


def test_shapes_are_those_of_the_long_way_or_none(world: World) -> None:
    plain = [world.change(set={"title": "ถนน", "amount": 5}), world.change(base={"version": 1, "hash": "a" * 16})]
    odd = [
        world.change(unset=["title"], set={}), world.change(op="delete", set={}, base={"version": 1, "hash": "a"}),
        world.change(origin=dict.fromkeys(("change_id", "changed_by", "device", "changed_at", "hash"), "x")),
    ]  # fmt: skip
    changes = [msgspec.convert(one, Change) for one in plain + odd]

    found = shapes_of(changes, Limits())

    assert [shape is not None for shape in found] == [True, True, False, False, False]
    assert found[:2] == [shaped(one, account="som", limits=Limits()) for one in plain]


@pytest.mark.parametrize(
    "parts",
    [
        {"id": "x,y"}, {"change_id": "00000000-0000-7000-8000-000000000000,00000000-0000-7000-8000-000000000001"}, {"type": "No"},
        {"made_at": "today"}, {"made_by": "ก"}, {"set": {"title": "e\u0301"}}, {"set": {"Title": "a"}}, {"set": {"title": ""}},
        {"set": {"amount": 2**53}}, {"set": {"amount": 1.5}}, {"set": {"tags": ["a"]}}, {"base": {"version": 1, "hash": "\x00"}},
        {"base": {"version": 2**60, "hash": "a"}}, {"schema": -1}, {"group": "g"},
    ],
)  # fmt: skip
def test_a_change_of_another_shape_sends_its_neighbours_the_long_way(world: World, parts: dict[str, Any]) -> None:
    changes = [msgspec.convert(one, Change) for one in (world.change(), world.change(**parts))]

    assert shapes_of(changes, Limits())[1] is None
