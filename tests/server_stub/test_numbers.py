"""Leased numbers (protocol.md, "POST /numbers")."""

from typing import Any

import pytest

from records.protocol import Position
from server_stub.numbers import NumbersRequest
from server_stub.problems import CallProblem
from tests.postgres import BOTH
from tests.server_stub.world import OFFICE, World

STORES = BOTH


def _lease(world: World, session: Any = None, **parts: Any) -> tuple[int, int]:
    asked = {"stream": OFFICE, "book": "receipt", "year": 2569, "count": 10, "request_id": world.new_id(), **parts}
    reply = world.service.numbers(session or world.som, NumbersRequest(**asked))
    return reply.from_, reply.to


def test_blocks_of_a_book_and_year_never_overlap(world: World) -> None:
    assert [_lease(world), _lease(world, count=5), _lease(world, year=2570), _lease(world, book="letter_in")] == [
        (1, 10), (11, 15), (1, 10), (1, 10),
    ]  # fmt: skip


def test_a_block_begins_above_what_the_client_has_seen(world: World) -> None:
    assert _lease(world, seen=40) == (41, 50)
    assert _lease(world, seen=3) == (51, 60)


def test_the_same_request_gets_the_same_block(world: World) -> None:
    request_id = world.new_id()
    assert _lease(world, request_id=request_id) == _lease(world, request_id=request_id) == (1, 10)
    assert world.head() == 1


@pytest.mark.parametrize("other", [{"book": "letter_in"}, {"year": 2570}, {"count": 11}], ids=str)
def test_a_request_id_for_another_book_year_or_count_is_422(world: World, other: dict[str, Any]) -> None:
    request_id = world.new_id()
    _lease(world, request_id=request_id)
    with pytest.raises(CallProblem) as raised:
        _lease(world, request_id=request_id, **other)
    assert raised.value.type.status == 422


def test_an_id_used_by_another_record_is_422(world: World) -> None:
    with pytest.raises(CallProblem, match="agreed form"):
        _lease(world, request_id=world.made().id)


def test_the_block_is_a_record_of_the_server_in_the_area_of_its_book(world: World) -> None:
    with world.storage.directory() as directory:
        directory.set_meta("server_device", "the-server")
    _lease(world, book="letter_in")
    (block,) = world.pull().snapshots
    assert (block.type, block.device, block.changed_by, block.id) == ("number_block", "the-server", "som", block.change_id)
    assert block.fields == {"book": "letter_in", "year": 2569, "device": "device-of-som", "from_number": 1, "to_number": 10}
    assert world.pull(world.session("lek", "clerk", areas=("services",))).snapshots == []
    assert world.pull(world.session("lek", "clerk", areas=("correspondence",))).snapshots == [block]


@pytest.mark.parametrize("way", ["read only", "another area", "another stream", "closed"])
def test_without_a_write_grant_there_are_no_numbers(world: World, way: str) -> None:
    session = {
        "read only": world.session("som", "clerk", write=False),
        "another area": world.session("som", "clerk", areas=("correspondence",)),
        "another stream": world.session("som", "clerk", stream="office/1"),
        "closed": world.som,
    }[way]
    if way == "closed":
        world.close_stream("")
    with pytest.raises(CallProblem) as raised:
        _lease(world, session)
    assert (raised.value.code, world.head()) == ("no-grant", 0)


def test_a_forked_client_gets_no_numbers(world: World) -> None:
    with pytest.raises(CallProblem) as raised:
        _lease(world, positions={OFFICE: Position(4, "a" * 16)})
    assert raised.value.code == "fork"


def test_a_number_already_used_is_refused(world: World) -> None:
    number = {"fiscal_year": 2569, "book": "3", "number": 12}
    shown = world.made(type="receipt", set=number)
    taken = world.one(world.change(type="receipt", set=number))
    assert (taken.status, taken.problem.code) == ("refused", "number-taken")
    assert world.one(world.change(type="receipt", set={**number, "book": "4"})).status == "applied"
    assert world.one(world.edit(shown, set={"number": 12})).status == "applied"


def test_two_changes_of_one_push_cannot_use_one_number(world: World) -> None:
    number = {"fiscal_year": 2569, "book": "3", "number": 12}
    results = world.push(*(world.change(type="receipt", set=number) for _ in range(2))).results
    assert [result.status for result in results] == ["applied", "refused"]


def test_a_receipt_without_its_number_uses_none(world: World) -> None:
    for _ in range(2):
        assert world.one(world.change(type="receipt", set={"fiscal_year": 2569, "book": "3"})).status == "applied"
