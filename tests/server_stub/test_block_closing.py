"""Blocks of numbers nobody will use: closed by the server with the reason, and never leased again."""

from datetime import date
from typing import Any

import pytest

from records.protocol import NumbersReply
from server_stub.audit import verify
from server_stub.auth import Auth, DeviceDescription
from server_stub.block_closing import GRACE, close_of_device, end_of_year
from server_stub.numbers import NumbersRequest
from server_stub.session import Grant, Session
from tests.server_stub.world import CATALOGUE, OFFICE, World


@pytest.mark.parametrize(
    ("book", "year", "last"),
    [("1", 2569, date(2026, 9, 30)), ("letter_in", 2569, date(2026, 12, 31)), ("letter_out", 2570, date(2027, 12, 31))],
)
def test_receipts_count_fiscal_years_and_letters_calendar_years(book: str, year: int, last: date) -> None:
    assert end_of_year(book, year) == last


def lease(world: World, session: Session | None = None, **parts: Any) -> NumbersReply:
    asked = {"stream": OFFICE, "book": "1", "year": 2569, "count": 10, "request_id": world.new_id(), **parts}
    return world.service.numbers(session or world.som, NumbersRequest(**asked))


def blocks(world: World) -> list[dict[str, Any]]:
    return [snapshot.fields for snapshot in world.pull().snapshots if snapshot.type == "number_block"]


def test_a_block_of_a_year_that_ended_is_closed_after_the_grace_and_only_its_rest(world: World) -> None:
    world.clock.now = world.clock.now.replace(year=2025, month=10, day=1)
    for book, year in (("1", 2568), ("1", 2569), ("letter_in", 2568)):
        lease(world, book=book, year=year)
    used = world.pull().snapshots[0]
    world.push(world.change(id=used.id, type="number_block", base={"version": 1, "hash": used.hash}, set={"used": 2}))
    world.clock.forward(days=GRACE.days)
    lease(world, book="2", year=2570)
    assert [block.get("returned_from") for block in blocks(world) if block["book"] != "2"] == [None] * 3

    world.clock.forward(days=2)
    lease(world, book="2", year=2570)

    found = {(block["book"], block["year"]): block for block in blocks(world)}
    assert (found["1", 2568]["returned_from"], found["1", 2568]["used"]) == (3, 2)
    assert "ปี" in found["1", 2568]["closed_because"]
    assert "returned_from" not in found["1", 2569]
    assert "returned_from" not in found["letter_in", 2568], "a calendar year ends three months later"
    head = world.head()
    lease(world, book="2", year=2570)
    assert world.head() == head + 1, "closed once"
    assert verify(world.storage).damage == ()


def test_the_numbers_of_a_closed_block_are_leased_to_nobody_but_a_late_receipt_still_goes_in(world: World) -> None:
    first = lease(world, book="1", year=2568)
    world.clock.forward(days=365)
    again = lease(world, book="1", year=2568)
    late = world.change(type="receipt", set={"fiscal_year": 2568, "book": "1", "number": first.from_ + 1})
    assert again.from_ > first.to
    assert world.one(late).status == "applied"


def test_a_revoked_devices_blocks_are_closed_in_every_stream_and_those_of_others_are_not(world: World) -> None:
    auth = Auth(world.storage, world.clock, world.entropy)
    auth.ensure_server()
    auth.add_account("som", "clerk", [f"{OFFICE}:write", "office/6560999:write"])
    device = auth.enrol(auth.new_code("som"), DeviceDescription("desk"), address="", session=None).device_id
    grants = {OFFICE: Grant(True, ("*",)), "office/6560999": Grant(True, ("*",))}
    mine = Session("som", "clerk", device, grants, {"som": "clerk"})
    for stream in grants:
        lease(world, mine, stream=stream)
    lease(world)

    closed = close_of_device(world.storage, CATALOGUE, device, clock=world.clock, entropy=world.entropy)

    assert closed == 2
    assert [(block["device"] == device, block.get("returned_from")) for block in blocks(world)] == [(False, None), (True, 1)]
    assert close_of_device(world.storage, CATALOGUE, device, clock=world.clock, entropy=world.entropy) == 0
    assert verify(world.storage).damage == ()
