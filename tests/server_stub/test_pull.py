"""Heads, pull and history (protocol.md, "Calls")."""

from typing import Any

import msgspec
import pytest

from records.protocol import Limits
from server_stub.problems import CallProblem
from server_stub.wire import pull_reply
from tests.postgres import BOTH
from tests.server_stub.world import OFFICE, START, ZEROS, World

STORES = BOTH


def _at(move: Any) -> dict[str, Any]:
    return {"cursor": move.cursor, "chain": move.chain}


def test_heads_says_nothing_when_nothing_moved(world: World) -> None:
    assert world.service.heads(world.som, {"streams": {OFFICE: START}}) is None
    head = world.push(world.change()).streams[OFFICE]
    assert world.service.heads(world.som, {"streams": {OFFICE: {"cursor": head.head, "chain": head.chain}}}) is None


def test_heads_names_only_what_moved(world: World) -> None:
    session = world.session("som", "clerk")
    both = type(session)("som", "clerk", "d", {OFFICE: session.grants[OFFICE], "office/1": session.grants[OFFICE]}, session.authors)
    world.made()
    reply = world.service.heads(both, {"streams": {OFFICE: START, "office/1": START}})
    assert reply is not None
    assert (reply.heads, reply.durable, reply.problems) == ({OFFICE: 1}, {OFFICE: 0}, {})


def test_heads_names_a_stream_without_grant_or_with_a_fork_and_serves_the_others(world: World) -> None:
    world.made()
    reply = world.service.heads(world.som, {"streams": {OFFICE: START, "office/2": START}})
    assert reply is not None
    assert (reply.heads, {name: problem.code for name, problem in reply.problems.items()}) == ({OFFICE: 1}, {"office/2": "no-grant"})


def test_a_pull_at_head_has_nothing(world: World) -> None:
    move = world.push(world.change()).streams[OFFICE]
    assert world.pull(at={"cursor": move.head, "chain": move.chain}) is None


def test_pages_bring_the_current_snapshot_of_every_record_in_seq_order(world: World) -> None:
    records = [world.made(set={"title": str(place)}) for place in range(5)]
    world.one(world.edit(records[0], set={"title": "again"}))
    world.one(world.edit(records[1], op="delete"))
    seen: list[Any] = []
    at, pages = START, 0
    while (page := world.pull(at=at, limit=2)) is not None:
        seen += page.snapshots
        at, pages = _at(page.cursors[OFFICE]), pages + 1
    assert [snapshot.seq for snapshot in seen] == [3, 4, 5, 6, 7]
    assert (seen[-1].deleted, seen[-2].fields, pages) == (True, {"title": "again"}, 3)


def test_a_page_names_where_it_begins_and_how_far_it_goes(world: World) -> None:
    for _ in range(3):
        world.made()
    move = world.pull(limit=2).cursors[OFFICE]
    assert (move.from_, move.cursor, move.head) == (0, 2, 3)


def test_what_another_area_hides_still_moves_the_cursor_to_head(world: World) -> None:
    world.made(type="grievance", set={"text": "ก"})
    page = world.pull(world.session("lek", "district", areas=("planning",)))
    assert (page.snapshots, page.cursors[OFFICE].cursor, page.more) == ([], 1, False)


def test_a_caller_sees_only_granted_areas(world: World) -> None:
    note = world.made()
    world.made(type="grievance", set={"text": "ก"})
    world.made(type="conflict", set={"record_type": "grievance"})
    own = world.made(type="conflict", set={"record_type": "note"})
    page = world.pull(world.session("lek", "district", areas=("planning",)))
    assert page.snapshots == [note, own]


def test_the_limit_counts_over_all_streams(world: World) -> None:
    session = world.session("som", "clerk")
    both = type(session)("som", "clerk", "d", {OFFICE: session.grants[OFFICE], "office/1": session.grants[OFFICE]}, session.authors)
    for stream in (OFFICE, "office/1"):
        changes = [world.change(stream=stream, made_by="som") for _ in range(2)]
        world.service.push(both, {"streams": {stream: START}, "changes": changes})
    page = world.service.pull(both, {"streams": {OFFICE: START, "office/1": START}, "limit": 2})
    assert page is not None
    assert (len(page.snapshots), set(page.cursors), page.more) == (2, {OFFICE}, True)


def test_a_page_ends_before_its_bytes_but_always_holds_one_record() -> None:
    small = World(limits=Limits(bytes=4096 + 700))
    for _ in range(2):
        small.made(set={"title": "x", "text": "ก" * 500})
    page = small.pull()
    assert (len(page.snapshots), page.more) == (1, True)


@pytest.mark.parametrize("limit", [0, -1, 2001, "5", True, None, 1.5])
def test_a_limit_outside_one_to_page_is_422(world: World, limit: object) -> None:
    with pytest.raises(CallProblem) as raised:
        world.pull(limit=limit)
    assert (raised.value.type.status, raised.value.pointer) == (422, "/limit")


@pytest.mark.parametrize(
    "position",
    [
        {"cursor": 9, "chain": ZEROS}, {"cursor": 1, "chain": ZEROS}, {"cursor": 0, "chain": "a" * 16},
        {**START, "witness": [1, "b" * 16]}, {**START, "witness": [2, ZEROS]}, {"cursor": 0, "chain": ""},
    ],
    ids=str,
)  # fmt: skip
def test_a_position_the_server_does_not_have_is_a_fork(world: World, position: dict[str, Any]) -> None:
    world.made()
    for call in (world.service.heads, world.service.pull):
        with pytest.raises(CallProblem) as raised:
            call(world.som, {"streams": {OFFICE: position}})
        assert raised.value.code == "fork"


def test_a_good_witness_beyond_the_cursor_is_no_fork(world: World) -> None:
    world.made()
    move = world.push(world.change()).streams[OFFICE]
    page = world.pull(at={**START, "witness": [move.head, move.chain]})
    assert len(page.snapshots) == 2


def test_the_raw_reply_is_the_structs_byte_for_byte(world: World) -> None:
    origin = {"change_id": world.new_id(), "changed_by": "noi", "device": "d", "changed_at": "2026-01-01T00:00:00Z", "hash": "a" * 16}
    world.push(world.change(set={"zebra": [1, {"ก": "ข"}], "title": "ก"}), world.change(origin=origin))
    body = {"streams": {OFFICE: START}}
    raw = msgspec.json.encode(pull_reply(world.service.pull_rows(world.som, body)))
    assert raw == msgspec.json.encode(world.service.pull(world.som, body))


def test_history_is_newest_first_and_says_what_each_version_set(world: World) -> None:
    shown = world.made()
    edited = world.one(world.edit(shown, set={"amount": 5}, made_by="noi")).snapshot
    world.one(world.edit(edited, op="delete"))
    history = world.service.history(world.som, OFFICE, "note", shown.id, None)
    assert [(v.version, v.set, v.changed_by, v.deleted) for v in history.versions] == [
        (3, {}, "som", True), (2, {"amount": 5}, "noi", False), (1, {"title": "ถนน"}, "som", False),
    ]  # fmt: skip
    assert world.service.history(world.som, OFFICE, "note", shown.id, 2).versions == history.versions[2:]


def test_history_comes_in_pages_of_a_hundred(world: World) -> None:
    shown = world.made()
    for place in range(101):
        shown = world.one(world.edit(shown, set={"amount": place})).snapshot
    first = world.service.history(world.som, OFFICE, "note", shown.id, None)
    rest = world.service.history(world.som, OFFICE, "note", shown.id, first.versions[-1].version)
    assert (len(first.versions), first.more, len(rest.versions), rest.more) == (100, True, 2, False)


def test_history_is_closed_to_other_areas_and_streams(world: World) -> None:
    shown = world.made(type="grievance", set={"text": "ก"})
    cases = [
        (world.session("lek", "district", areas=("planning",)), "grievance", shown.id, "no-grant"),
        (world.session("lek", "clerk", stream="office/1"), "grievance", shown.id, "no-grant"),
        (world.som, "note", shown.id, "not-found"),
        (world.som, "grievance", world.new_id(), "not-found"),
    ]
    for session, record_type, record_id, code in cases:
        with pytest.raises(CallProblem) as raised:
            world.service.history(session, OFFICE, record_type, record_id, None)
        assert raised.value.code == code
