"""POST /push, rule by rule as protocol.md states them."""

import pytest

from records.protocol import Limits
from records.stored import next_chain, record_hash, stored_bytes
from server_stub.problems import CallProblem
from tests.postgres import BOTH
from tests.server_stub.world import OFFICE, START, ZEROS, World

STORES = BOTH


def test_what_is_handed_in_with_errors_is_refused_with_the_words_of_the_check(world: World) -> None:
    draft = world.made(set={"state": "draft"})
    refused = world.one(world.edit(draft, set={"state": "filed"}))
    assert (refused.status, refused.problem.code, refused.problem.field) == ("refused", "invalid", "title")
    assert "still to fill" in refused.problem.detail
    assert world.one(world.edit(draft, set={"state": "filed", "title": "ถนน"})).status == "applied"


def test_a_draft_with_errors_goes_in_and_may_take_other_steps(world: World) -> None:
    draft = world.made(set={"state": "draft", "amount": -5})
    assert world.one(world.edit(draft, set={"state": "sent"})).status == "applied"


def test_a_new_record_is_applied_as_version_one_with_the_hash_and_chain_of_the_page(world: World) -> None:
    change = world.change()
    reply = world.push(change)
    shown = reply.results[0].snapshot
    assert shown is not None
    expected = record_hash("note", change["id"], stored_bytes(change["set"]), deleted=False, previous="")
    assert (shown.version, shown.seq, shown.hash, shown.fields) == (1, 1, expected, {"title": "ถนน"})
    chain = next_chain("0" * 64, expected, change["change_id"], 1, "som", "device-of-som", "2026-11-22T03:00:00Z")
    assert (reply.streams[OFFICE].previous_head, reply.streams[OFFICE].head, reply.streams[OFFICE].chain) == (0, 1, chain[:16])


def test_results_come_in_the_order_sent(world: World) -> None:
    changes = [world.change(set={"title": f"{place}"}) for place in range(5)]
    changes[2]["set"] = {"title": ""}
    assert [result.change_id for result in world.push(*changes).results] == [change["change_id"] for change in changes]


def test_a_change_id_applied_before_is_answered_applied_with_the_record_as_it_is_now(world: World) -> None:
    first = world.change()
    shown = world.one(first).snapshot
    newer = world.one(world.edit(shown, set={"title": "สะพาน"})).snapshot
    again = world.one(first)
    assert (again.status, again.snapshot) == ("applied", newer)
    assert world.head() == 2


def test_a_repeated_change_is_recognised_before_its_base_is_judged_stale(world: World) -> None:
    edit = world.edit(world.made(), set={"title": "คลอง"})
    world.one(edit)
    assert world.one(edit).status == "applied"


def test_a_repeat_that_names_its_author_is_the_same_as_one_that_leaves_it_out(world: World) -> None:
    change = world.change()
    world.one(change)
    del change["made_by"]
    assert world.one(change).status == "applied"


@pytest.mark.parametrize(
    "parts",
    [
        {"set": {"title": "อื่น"}},
        {"type": "grievance"},
        {"base": {"version": 1, "hash": "a" * 16}},
        {"made_by": "noi"},
        {"unset": ["amount"]},
    ],
    ids=str,
)
def test_a_change_id_with_other_content_is_refused(world: World, parts: dict[str, object]) -> None:
    change = world.change()
    world.one(change)
    result = world.one({**change, **parts})
    assert (result.status, result.problem.code) == ("refused", "change-id-reused")


def test_a_stale_change_id_is_not_remembered(world: World) -> None:
    shown = world.made()
    change = world.edit(shown, base={"version": 9, "hash": shown.hash}, set={"title": "ก"})
    assert world.one(change).status == "stale"
    change["base"] = {"version": 1, "hash": shown.hash}
    assert world.one(change).status == "applied"


def test_a_refused_change_id_is_not_remembered(world: World) -> None:
    change = world.change(set={"title": None})
    assert world.one(change).status == "refused"
    assert world.one({**change, "set": {"title": "ก"}}).status == "applied"


def test_an_edit_on_another_version_is_stale_and_shows_the_current_record(world: World) -> None:
    shown = world.made()
    current = world.one(world.edit(shown, set={"title": "ใหม่"})).snapshot
    late = world.one(world.edit(shown, set={"title": "ช้า"}))
    assert (late.status, late.snapshot) == ("stale", current)


def test_an_edit_with_the_right_version_and_another_hash_is_stale(world: World) -> None:
    shown = world.made()
    assert world.one(world.edit(shown, base={"version": 1, "hash": "f" * 16}, set={"title": "ก"})).status == "stale"


def test_a_create_of_an_id_that_exists_is_stale(world: World) -> None:
    shown = world.made()
    assert world.one(world.change(id=shown.id)).status == "stale"


def test_a_create_of_an_id_that_was_deleted_is_stale(world: World) -> None:
    shown = world.made()
    world.one(world.edit(shown, op="delete"))
    result = world.one(world.change(id=shown.id))
    assert (result.status, result.snapshot.deleted) == ("stale", True)


def test_an_edit_of_a_record_that_is_not_there_is_stale_without_a_snapshot(world: World) -> None:
    result = world.one(world.change(base={"version": 1, "hash": "a" * 16}))
    assert (result.status, result.snapshot) == ("stale", None)


def test_a_deleted_record_keeps_its_fields(world: World) -> None:
    shown = world.made()
    gone = world.one(world.edit(shown, op="delete")).snapshot
    assert (gone.deleted, gone.version, gone.fields) == (True, 2, {"title": "ถนน"})
    expected = record_hash("note", shown.id, stored_bytes(shown.fields), deleted=True, previous=shown.hash)
    assert gone.hash == expected


def test_a_put_with_the_right_base_restores_a_deleted_record(world: World) -> None:
    gone = world.one(world.edit(world.made(), op="delete")).snapshot
    back = world.one(world.edit(gone)).snapshot
    assert (back.deleted, back.version, back.fields) == (False, 3, {"title": "ถนน"})


@pytest.mark.parametrize("parts", [{"set": {"title": "ก"}}, {"unset": ["title"]}, {"base": None}], ids=str)
def test_a_delete_has_a_base_and_no_set_or_unset(world: World, parts: dict[str, object]) -> None:
    result = world.one({**world.edit(world.made(), op="delete"), **parts})
    assert (result.status, result.problem.code) == ("refused", "invalid")


def test_unset_of_an_absent_name_is_no_error_and_a_change_of_nothing_is_a_version(world: World) -> None:
    result = world.one(world.edit(world.made(), unset=["amount"]))
    assert (result.status, result.snapshot.version, result.snapshot.fields) == ("applied", 2, {"title": "ถนน"})


def test_fields_of_newer_programs_are_kept_untouched(world: World) -> None:
    shown = world.made(set={"title": "ก", "colour": {"code": ["x", 1, True]}})
    edited = world.one(world.edit(shown, set={"amount": 5})).snapshot
    assert edited.fields == {"title": "ก", "colour": {"code": ["x", 1, True]}, "amount": 5}


def test_a_type_of_a_newer_program_is_kept_whole(world: World) -> None:
    shown = world.made(type="drone_flight", set={"height_m": 120})
    assert world.pull().snapshots == [shown]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"set": {"title": None}}, "title"),
        ({"set": {"title": ""}}, "title"),
        ({"set": {"tags": []}}, "tags"),
        ({"set": {"amount": 1.5}}, "amount"),
        ({"set": {"amount": 1.0}}, "amount"),
        ({"set": {"amount": 2**53}}, "amount"),
        ({"set": {"amount": "12"}}, "amount"),
        ({"set": {"amount": True}}, "amount"),
        ({"set": {"title": "a\x00b"}}, "title"),
        ({"set": {"title": "\ud800"}}, "title"),
        ({"set": {"title": "e\u0301"}}, "title"),
        ({"set": {"state": "unheard_of"}}, "state"),
        ({"set": {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}, "deep"),
        ({"set": {"title": "ก"}, "unset": ["title"]}, "title"),
        ({"set": {"Title": "ก"}}, ""),
        ({"set": {"t\ud800": "ก"}}, ""),
        ({"set": ["title"]}, "set"),
        ({"unset": ["x" * 65]}, ""),
        ({"unset": [1]}, "unset"),
        ({"type": "Note"}, "type"),
        ({"type": 5}, "type"),
        ({"id": "ABC"}, "id"),
        ({"id": None}, "id"),
        ({"change_id": "not an id"}, "change_id"),
        ({"group": "not an id"}, "group"),
        ({"op": "patch"}, "op"),
        ({"op": "\ud800"}, "change"),
        ({"made_at": "\ud800"}, "made_at"),
        ({"base": {"version": 1, "hash": "\ud800"}}, "base"),
        ({"op": None}, "op"),
        ({"base": {"version": "1"}}, "base"),
        ({"base": 7}, "base"),
        ({"schema": "1"}, "schema"),
        ({"schema": 10**30}, "schema"),
        ({"made_at": "yesterday"}, "made_at"),
        ({"made_by": "Somchai!"}, "made_by"),
        ({"made_by": 3}, "made_by"),
        ({"merge": {"auto": "yes", "parents": []}}, "merge"),
        ({"origin": {"change_id": "x"}}, "origin"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_a_change_of_the_wrong_shape_is_refused_and_its_neighbour_goes_in(world: World, parts: dict[str, object], field: str) -> None:
    reply = world.push(world.change(**parts), world.change())
    problem = reply.results[0].problem
    assert problem is not None
    assert (reply.results[0].status, problem.code, problem.field) == ("refused", "invalid", field)
    assert problem.title
    assert problem.detail
    assert reply.results[1].status == "applied"


@pytest.mark.parametrize("name", ["type", "id", "op", "base", "made_at"])
def test_a_change_without_a_needed_member_is_refused(world: World, name: str) -> None:
    change = world.change()
    del change[name]
    result = world.one(change)
    assert (result.status, result.problem.code, result.problem.field) == ("refused", "invalid", name)


def test_a_change_of_a_stream_that_is_not_named_under_streams_is_refused(world: World) -> None:
    result = world.one(world.change(stream="office/1"))
    assert (result.status, result.problem.code, result.problem.field) == ("refused", "invalid", "stream")


def test_an_id_of_another_type_is_refused(world: World) -> None:
    shown = world.made()
    result = world.one(world.edit(shown, type="grievance", set={"text": "ก"}))
    assert (result.problem.code, result.problem.field) == ("invalid", "id")


def test_an_author_who_is_not_enrolled_on_the_device_is_refused(world: World) -> None:
    assert world.one(world.change(made_by="stranger")).problem.code == "author"


def test_another_author_of_the_device_becomes_changed_by(world: World) -> None:
    assert world.made(made_by="noi").changed_by == "noi"


def test_workflow_rights_are_those_of_the_author(world: World) -> None:
    draft = world.made(set={"title": "ก", "state": "draft"})
    sent = world.one(world.edit(draft, set={"state": "sent"})).snapshot
    refused = world.one(world.edit(sent, set={"state": "approved"}))
    assert (refused.problem.code, refused.problem.field) == ("workflow", "state")
    assert world.one(world.edit(sent, set={"state": "approved"}, made_by="noi")).status == "applied"


def test_a_step_that_is_not_in_the_workflow_is_refused(world: World) -> None:
    assert world.one(world.change(set={"title": "ก", "state": "approved"}, made_by="noi")).problem.code == "workflow"


def test_work_offered_again_has_the_workflow_rights_of_the_token(world: World) -> None:
    sent = world.one(world.edit(world.made(set={"title": "ก", "state": "draft"}), set={"state": "sent"})).snapshot
    origin = {"change_id": world.new_id(), "changed_by": "noi", "device": "d", "changed_at": "2026-01-01T00:00:00Z", "hash": "a" * 16}
    offered = world.edit(sent, set={"state": "approved"}, made_by="noi", origin=origin)
    assert world.one(offered).problem.code == "workflow"
    kept = world.one(world.edit(sent, set={"title": "ข"}, origin=origin)).snapshot
    assert kept.origin.changed_by == "noi"


def test_a_read_only_account_is_refused(world: World) -> None:
    reader = world.session("som", "clerk", write=False)
    result = world.one(world.change(), reader)
    assert (result.status, result.problem.code) == ("refused", "no-grant")


def test_the_shape_is_judged_before_the_write_grant_and_the_grant_before_the_base(world: World) -> None:
    shown = world.made()
    reader = world.session("som", "clerk", write=False)
    assert world.one(world.change(set={"title": None}), reader).problem.code == "invalid"
    assert world.one(world.change(id=shown.id), reader).problem.code == "no-grant"


def test_a_repeat_is_answered_applied_even_when_the_grant_has_become_read_only(world: World) -> None:
    change = world.change()
    world.one(change)
    assert world.one(change, world.session("som", "clerk", write=False)).status == "applied"


def test_an_area_that_is_not_granted_is_refused_before_anything_else(world: World) -> None:
    change = world.change(type="grievance", set={"text": "ก"})
    shown = world.one(change).snapshot
    outsider = world.session("som", "clerk", areas=("planning",))
    for wish in (change, world.change(id=shown.id), world.edit(shown, set={"text": None})):
        result = world.one(wish, outsider)
        assert (result.status, result.problem.code, result.snapshot) == ("refused", "no-grant", None)


def test_what_went_in_before_its_area_was_taken_away_is_said_to_have_to_who_sends_it_again(world: World) -> None:
    change, other = world.change(type="grievance", set={"text": "ก"}), world.change(type="grievance", set={"text": "ก"})
    world.one(change)
    outsider = world.session("som", "clerk", areas=("planning",))

    said = [world.one(one, outsider) for one in (change, other, {**change, "set": {"text": "ข"}})]

    assert [(one.status, one.problem.code, one.problem.applied, one.snapshot) for one in said] == [
        ("refused", "no-grant", True, None),
        ("refused", "no-grant", False, None),
        ("refused", "no-grant", False, None),
    ]
    assert world.head() == 1


def test_a_conflict_has_the_area_of_its_record(world: World) -> None:
    outsider = world.session("som", "clerk", areas=("planning",))
    about_grievance = world.change(type="conflict", set={"record_type": "grievance", "record_id": world.new_id()})
    assert world.one(about_grievance, outsider).problem.code == "no-grant"
    about_note = world.one({**about_grievance, "set": {"record_type": "note"}}, outsider)
    assert about_note.status == "applied"
    moved = world.one(world.edit(about_note.snapshot, set={"record_type": "grievance"}))
    assert moved.problem.code == "invalid"


def test_a_stream_without_a_grant_waits_under_problems(world: World) -> None:
    elsewhere = world.session("som", "clerk", stream="office/1")
    reply = world.push(world.change(), session=elsewhere)
    assert (reply.results[0].status, reply.problems[OFFICE].code, reply.streams) == ("waiting", "no-grant", {})


def test_a_closed_stream_refuses_writes_and_names_its_successor(world: World) -> None:
    change = world.change()
    world.one(change)
    world.close_stream("office/5560101")
    result = world.one(world.change())
    assert (result.problem.code, result.problem.successor) == ("closed-stream", "office/5560101")
    assert world.one(change).status == "applied"


def test_a_forked_stream_waits_while_the_other_goes_in(world: World) -> None:
    world.made()
    session = world.session("som", "clerk")
    both = type(session)("som", "clerk", "d", {**session.grants, "office/1": session.grants[OFFICE]}, session.authors, session.language)
    changes = [world.change(), world.change(stream="office/1")]
    reply = world.service.push(both, {"streams": {OFFICE: {"cursor": 1, "chain": "f" * 16}, "office/1": START}, "changes": changes})
    assert [result.status for result in reply.results] == ["waiting", "applied"]
    assert (reply.problems[OFFICE].code, set(reply.streams)) == ("fork", {"office/1"})


def test_when_every_stream_forked_the_whole_push_is_a_fork(world: World) -> None:
    with pytest.raises(CallProblem) as raised:
        world.push(world.change(), at={"cursor": 3, "chain": ZEROS})
    assert (raised.value.code, raised.value.type.status) == ("fork", 409)
    assert world.head() == 0


def test_a_witness_the_server_lacks_is_a_fork_even_with_a_good_cursor(world: World) -> None:
    with pytest.raises(CallProblem, match=r"lacks data it once acknowledged"):
        world.push(world.change(), at={**START, "witness": [5, "a" * 16]})


def test_seq_has_no_gaps_and_previous_head_is_read_inside_the_transaction(world: World) -> None:
    world.made()
    reply = world.push(world.change(), world.change(set={"title": None}), world.change())
    assert (reply.streams[OFFICE].previous_head, reply.streams[OFFICE].head) == (1, 3)
    assert [result.snapshot.seq for result in reply.results if result.snapshot] == [2, 3]


def test_two_changes_of_one_record_in_one_push_follow_each_other(world: World) -> None:
    first = world.change()
    hash_ = record_hash("note", first["id"], stored_bytes(first["set"]), deleted=False, previous="")
    second = world.change(id=first["id"], base={"version": 1, "hash": hash_}, set={"amount": 5})
    results = world.push(first, second).results
    assert [result.status for result in results] == ["applied", "applied"]
    assert [result.snapshot.version for result in results if result.snapshot] == [2, 2]


def test_a_record_over_the_limit_is_refused_by_name(world: World) -> None:
    small = World(limits=Limits(record=200))
    assert small.one(small.change(set={"title": "x" * 300})).problem.code == "too-large"
    shown = small.made(set={"title": "x" * 150})
    assert small.one(small.edit(shown, set={"more": "y" * 150})).problem.code == "too-large"


def test_above_a_limit_the_call_ends_with_the_limits(world: World) -> None:
    small = World(limits=Limits(changes=1, streams=1))
    with pytest.raises(CallProblem) as raised:
        small.push(small.change(), small.change())
    assert (raised.value.type.status, raised.value.extra["limits"]["changes"]) == (413, 1)
    with pytest.raises(CallProblem, match="larger"):
        small.service.heads(small.som, {"streams": {OFFICE: START, "office/1": START}})


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"streams": {}}, {"changes": []}, {"streams": [], "changes": []}, {"streams": {}, "changes": {}},
        {"streams": {}, "changes": [5]}, {"streams": {}, "changes": [{}]}, {"streams": {}, "changes": [{"change_id": 5}]},
        {"streams": {}, "changes": [{"change_id": "\ud800"}]}, {"streams": {OFFICE: {"cursor": "1", "chain": ""}}, "changes": []},
        {"streams": {OFFICE: {"cursor": True, "chain": ""}}, "changes": []}, {"streams": {OFFICE: {"cursor": -1, "chain": ""}}, "changes": []},
        {"streams": {OFFICE: {"cursor": 0}}, "changes": []}, {"streams": {OFFICE: {**START, "witness": [1]}}, "changes": []},
        {"streams": {"\ud800": START}, "changes": []},
    ],
    ids=ascii,
)  # fmt: skip
def test_a_wrong_envelope_is_422_with_the_place(world: World, body: object) -> None:
    with pytest.raises(CallProblem) as raised:
        world.service.push(world.som, body)
    assert (raised.value.type.status, raised.value.pointer is not None) == (422, True)
