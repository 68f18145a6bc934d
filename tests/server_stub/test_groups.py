"""Groups: the changes of one push that go in together or not at all (protocol.md, "POST /push")."""

from typing import Any

import pytest

from records.protocol import Limits
from server_stub.problems import CallProblem
from tests.postgres import BOTH
from tests.server_stub.world import OFFICE, START, World

STORES = BOTH


def _codes(reply: Any) -> list[str]:
    return [result.problem.code if result.problem else result.status for result in reply.results]


def test_a_group_goes_in_together_with_neighbouring_seqs(world: World) -> None:
    group = world.new_id()
    reply = world.push(world.change(group=group), world.change(), world.change(group=group))
    assert [result.snapshot.seq for result in reply.results if result.snapshot] == [1, 3, 2]


def test_when_one_member_is_stale_the_others_are_refused_and_nothing_changes(world: World) -> None:
    shown = world.made()
    group = world.new_id()
    reply = world.push(world.change(group=group), world.change(id=shown.id, group=group), world.change())
    assert _codes(reply) == ["group", "stale", "applied"]
    assert world.head() == 2


def test_when_one_member_is_refused_it_keeps_its_own_code(world: World) -> None:
    group = world.new_id()
    reply = world.push(world.change(group=group, set={"title": None}), world.change(group=group))
    assert _codes(reply) == ["invalid", "group"]
    assert world.head() == 0


def test_a_member_applied_before_counts_as_gone_in(world: World) -> None:
    group = world.new_id()
    first, second = world.change(group=group), world.change(group=group)
    world.push(first)
    assert _codes(world.push(first, second)) == ["applied", "applied"]
    assert world.head() == 2


def test_a_member_that_went_in_before_its_area_was_taken_away_counts_too(world: World) -> None:
    group = world.new_id()
    outside, inside = world.change(type="grievance", set={"text": "ก"}, group=group), world.change(group=group)
    world.push(outside)
    narrowed = world.session("som", "clerk", areas=("planning",))
    assert _codes(world.push(outside, inside, session=narrowed)) == ["no-grant", "applied"]


def test_two_changes_of_one_record_make_no_group(world: World) -> None:
    group, shown = world.new_id(), world.made()
    reply = world.push(world.edit(shown, set={"amount": 1}, group=group), world.edit(shown, set={"amount": 2}, group=group))
    assert _codes(reply) == ["group", "group"]


def test_one_change_id_twice_makes_no_group(world: World) -> None:
    group, change_id = world.new_id(), world.new_id()
    reply = world.push(world.change(group=group, change_id=change_id), world.change(group=group, change_id=change_id))
    assert _codes(reply) == ["group", "group"]


def test_a_group_over_two_streams_is_refused_in_both(world: World) -> None:
    group = world.new_id()
    session = world.session("som", "clerk")
    both = type(session)("som", "clerk", "d", {OFFICE: session.grants[OFFICE], "office/1": session.grants[OFFICE]}, session.authors)
    changes = [world.change(group=group), world.change(group=group, stream="office/1")]
    reply = world.service.push(both, {"streams": {OFFICE: START, "office/1": START}, "changes": changes})
    assert _codes(reply) == ["group", "group"]


def test_a_group_of_more_than_the_limit_is_refused(world: World) -> None:
    small = World(limits=Limits(group=2))
    group = small.new_id()
    assert _codes(small.push(*(small.change(group=group) for _ in range(3)))) == ["group"] * 3
    assert _codes(small.push(*(small.change(group=group) for _ in range(2)))) == ["applied"] * 2


def test_a_group_above_its_bytes_ends_the_call_with_the_limits(world: World) -> None:
    small = World(limits=Limits(group_bytes=600))
    group = small.new_id()
    with pytest.raises(CallProblem) as raised:
        small.push(small.change(group=group), small.change(group=group))
    assert raised.value.type.status == 413


def test_two_members_cannot_use_one_number(world: World) -> None:
    group = world.new_id()
    number = {"fiscal_year": 2569, "book": "1", "number": 7}
    reply = world.push(*(world.change(type="receipt", set=number, group=group) for _ in range(2)))
    assert _codes(reply) == ["group", "number-taken"]
    assert world.one(world.change(type="receipt", set=number)).status == "applied"


def test_a_page_never_splits_a_group(world: World) -> None:
    group = world.new_id()
    world.push(world.change(), *(world.change(group=group) for _ in range(4)), world.change())
    page = world.pull(limit=2)
    assert (len(page.snapshots), page.cursors[OFFICE].cursor, page.more) == (5, 5, True)


def test_a_group_that_does_not_fit_the_bytes_begins_the_next_page(world: World) -> None:
    small = World(limits=Limits(bytes=4096 + 1600))
    group = small.new_id()
    small.push(small.change())
    small.push(*(small.change(group=group) for _ in range(3)))
    first = small.pull()
    assert (len(first.snapshots), first.more) == (1, True)
    rest = small.pull(at={"cursor": 1, "chain": first.cursors[OFFICE].chain})
    assert (len(rest.snapshots), rest.more, rest.cursors[OFFICE].cursor) == (3, False, 4)
