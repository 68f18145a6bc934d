"""What becomes of each result of a push, edits made meanwhile included (docs/protocol.md, "A round", 5)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from desktop.storage import history
from desktop.storage.outbox import Queued
from desktop.storage.rows import Row
from desktop.sync.round_lock import round_lock
from records.changes import Change
from records.errors import Refused, Unavailable
from records.kinds import Json
from records.protocol import CursorMove, HeadsReply, Position, Problem, PullReply, PushReply, Result
from records.words import Words
from server_stub.problems import CallProblem
from server_stub.session import Grant
from tests.simulation.desk import Desk
from tests.simulation.network import SimulatedTransport
from tests.sync.office import OTHER, STREAM, Office, fields, make, pending, shared, sync


def during_push(office: Office, when: str, act: Callable[[], object], of: Desk) -> None:
    """Has something happen once, while a push of the desk is on its way."""

    def between(desk: Desk, now: str) -> None:
        if now == when and desk is of and any(entry.state == "in_flight" for entry in pending(desk)):
            office.between = lambda desk, when: None
            act()

    office.between = between


def edit(desk: Desk, row: Row, **values: Json) -> Callable[[], object]:
    return lambda: desk.save(STREAM, row.type, row.id, values)


def test_a_change_gone_stale_on_its_way_is_merged_and_goes_with_a_new_id(office: Office) -> None:
    one, two, row = shared(office)
    edit(one, row, title="ข")()
    edit(two, row, body="ค")()
    during_push(office, "before", lambda: sync(two), one)

    report = sync(one)

    assert (report.pushed, report.merged, report.conflicts, report.done) == (1, 1, 0, True)
    sync(two)
    assert fields(one, row) == fields(two, row) == {"title": "ข", "body": "ค"}


def test_an_edit_made_while_its_record_went_stale_goes_in_the_merged_change(office: Office) -> None:
    one, two, row = shared(office)
    edit(one, row, title="ข")()
    edit(two, row, body="ค")()
    during_push(office, "before", lambda: (sync(two), edit(one, row, place="ง")()), one)

    report = sync(one)

    assert (report.pushed, report.conflicts) == (1, 0)
    assert fields(one, row) == {"title": "ข", "body": "ค", "place": "ง"}


def test_what_others_wrote_before_a_lost_reply_came_again_is_no_conflict(office: Office) -> None:
    one, two, row = shared(office)
    edit(one, row, title="ข")()

    def lose() -> None:
        raise Unavailable(*[CallProblem("unavailable").title] * 2, code="offline")

    during_push(office, "after", lose, one)
    with pytest.raises(Unavailable):
        sync(one)
    sync(two)
    edit(two, row, title="ค")()
    sync(two)
    edit(one, row, body="ง")()

    report = sync(one)

    assert (report.conflicts, report.merged, report.done) == (0, 1, True)
    assert fields(one, row) == {"title": "ค", "body": "ง"}


def test_an_edit_made_while_its_record_was_refused_replaces_the_refused_change(office: Office) -> None:
    one = office.desk("one")
    row = one.save(STREAM, "task", None, {"title": "ก", "state": "done"})
    during_push(office, "after", edit(one, row, state="draft", owner="ข"), one)

    report = sync(one)

    assert (report.pushed, report.refused) == (1, 0)
    assert fields(one, row) == {"title": "ก", "state": "draft", "owner": "ข"}


def test_a_record_refused_and_deleted_meanwhile_is_gone(office: Office) -> None:
    one = office.desk("one")
    row = one.save(STREAM, "task", None, {"title": "ก", "state": "done"})
    during_push(office, "after", lambda: one.delete(row), one)

    sync(one)

    assert pending(one) == []
    assert one.store.get("task", row.id) is None
    with one.store.act("one", Words("กู้", "restore")) as act:
        assert one.store.restore(STREAM, "task", row.id, act=act).fields == {"title": "ก", "state": "done"}


def test_a_group_with_a_stale_member_goes_again_whole(office: Office) -> None:
    one, two, first = shared(office)
    second = make(one, "ฉ")
    sync(one)
    sync(two)
    one.save_together([(first, {"title": "ข"}), (second, {"title": "ช"})])
    ids = {entry.change.id: entry.change.change_id for entry in pending(one)}
    edit(two, first, body="ค")()
    sent: list[Change] = []

    def meanwhile() -> None:
        sync(two)
        sent.extend(entry.change for entry in pending(one))

    during_push(office, "before", meanwhile, one)

    report = sync(one)

    assert (report.pushed, report.merged, report.done) == (2, 1, True)
    sync(two)
    assert (fields(two, first), fields(two, second)) == ({"title": "ข", "body": "ค"}, {"title": "ช"})
    assert {change.id: change.change_id for change in sent} == ids


def test_a_member_of_a_failed_group_that_was_edited_meanwhile_goes_with_the_edit(office: Office) -> None:
    one, two, first = shared(office)
    second = make(one, "ฉ")
    sync(one)
    sync(two)
    one.save_together([(first, {"title": "ข"}), (second, {"title": "ช"})])
    edit(two, first, body="ค")()
    during_push(office, "before", lambda: (sync(two), edit(one, second, owner="ซ")()), one)

    report = sync(one)

    assert (report.pushed, report.done) == (2, True)
    assert fields(one, second) == {"title": "ช", "owner": "ซ"}


def test_a_group_made_while_one_of_it_is_on_its_way_goes_in_one_piece(office: Office) -> None:
    # Found by the simulation: the record tried in this pass held back itself, and the rest of its group went without it.
    one, _, first = shared(office)
    second = make(one, "ฉ")
    sync(one)
    edit(one, first, title="ข")()
    during_push(office, "before", lambda: one.save_together([(first, {"body": "ค"}), (second, {"body": "ง"})]), one)

    sync(one)

    grouped = [[c["id"] for c in msgspec.json.decode(one.body)["changes"] if c["group"]] for one in office.network.late]
    assert [sorted(ids) for ids in grouped if ids] == [sorted([first.id, second.id])]


def test_groups_that_become_one_leave_what_was_refused_as_it_is(office: Office) -> None:
    # Found by the simulation: the mark of a refused member went without its row being told.
    one = office.desk("one")
    note, other, task = make(one), make(one, "ฉ"), one.save(STREAM, "task", None, {"title": "ก", "state": "draft"})
    sync(one)
    one.save_together([(note, {"title": "ข"}), (task, {"state": "done"})])
    sync(one)

    one.save_together([(note, {"body": "ค"}), (other, {"body": "ง"})])

    assert one.faults() == []
    assert sorted(entry.state for entry in pending(one)) == ["refused", "waiting", "waiting"]
    assert len({entry.change.group for entry in pending(one)}) == 1
    assert sync(one).pushed == 0


class Answering(SimulatedTransport):
    """A server that answers in its own way."""

    def __init__(self, desk: Desk, result: Callable[[Change], Result] | None = None, pulled: PullReply | None = None) -> None:
        super().__init__(desk.transport._network, desk.session, lambda when: None)
        self._result = result
        self._pulled = pulled

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        return super().heads(streams) if self._pulled is None else HeadsReply({STREAM: 9}, {}, {})

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        return super().pull(streams, limit) if self._pulled is None else self._pulled

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        if self._result is None:
            return super().push(streams, changes)
        return PushReply([self._result(change.change) for change in changes], {}, {})


def test_a_record_the_server_says_it_does_not_have_is_kept_and_marked(office: Office) -> None:
    one, _, row = shared(office)
    edit(one, row, title="ข")()

    report = sync(one, Answering(one, lambda change: Result(change.change_id, "stale")))

    assert (report.refused, fields(one, row)) == (1, {"title": "ข"})


def test_a_base_called_stale_that_is_the_current_one_is_offered_anew(office: Office) -> None:
    one, _, row = shared(office)
    held = one.snapshots(STREAM)[row.id]
    edit(one, row, title="ข")()
    before = pending(one)[0].change

    sync(one, Answering(one, lambda change: Result(change.change_id, "stale", held)))

    after = pending(one)[0].change
    assert (after.set, after.base, after.change_id != before.change_id) == (before.set, before.base, True)
    assert sync(one).done


def test_a_change_that_waits_for_its_stream_stays_in_flight(office: Office) -> None:
    one, _, row = shared(office)
    edit(one, row, title="ข")()

    report = sync(one, Answering(one, lambda change: Result(change.change_id, "waiting")))

    assert ([entry.state for entry in pending(one)], report.done) == (["in_flight"], False)


def test_a_page_that_does_not_begin_at_the_cursor_is_not_applied(office: Office) -> None:
    one, _, _ = shared(office)
    elsewhere = PullReply([], {STREAM: CursorMove(5, 9, "f" * 16, 9, 0)}, False, {})

    report = sync(one, Answering(one, pulled=elsewhere))

    assert (report.streams[STREAM].cursor, report.streams[STREAM].head, report.done) == (1, 9, False)


def test_a_server_that_promises_more_and_brings_nothing_is_no_line(office: Office) -> None:
    one, _, _ = shared(office)

    with pytest.raises(Unavailable):
        sync(one, Answering(one, pulled=PullReply([], {}, True, {})))


def test_a_server_that_promises_more_and_brings_nothing_is_no_line_though_another_stream_is_paused(office: Office) -> None:
    both = office.desk("both", {STREAM: Grant(True, ("*",)), OTHER: Grant(True, ("*",))})
    stuck = Answering(both, pulled=PullReply([], {}, True, {}))
    stuck.heads = lambda streams: HeadsReply({STREAM: 9}, {}, {OTHER: Problem("no-grant")})  # type: ignore[method-assign]  # one answer

    with pytest.raises(Unavailable):
        sync(both, stuck)


def test_a_conflict_settled_at_two_desks_keeps_in_the_history_who_else_settled_it(office: Office) -> None:
    one, two, row = shared(office)
    edit(one, row, title="ข")()
    edit(two, row, title="ค")()
    for desk in (one, two, one):
        sync(desk)
    (conflict,) = one.rows_of(("conflict",))
    one.settle(conflict, "theirs")
    two.settle(conflict, "theirs")

    sync(one)
    sync(two)

    with two.database.reading() as connection:
        (kept,) = history.discards(connection, STREAM, "conflict", conflict.id)
    assert kept.change.set["settled_by"] == "two"
    assert two.rows_of(("conflict",))[0].fields["settled_by"] == "one"


def test_a_busy_server_ends_the_round_at_the_first_call(office: Office) -> None:
    one, _, row = shared(office)
    edit(one, row, title="ข")()
    with pytest.raises(Unavailable):
        sync(one, Answering(one, lambda change: Result("other", "applied")))

    class Busy(Answering):
        def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
            raise Refused(CallProblem("slow-down").title, CallProblem("slow-down").message, code="slow-down")

    busy = Busy(one)
    with pytest.raises(Refused):
        sync(one, busy)

    assert busy.requests == 0


def test_a_folder_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable), round_lock(tmp_path / "gone"):
        pass


def test_two_streams_are_pulled_in_one_round(office: Office) -> None:
    both = office.desk("both", {**office.desk("one").session.grants, OTHER: office.desk("two").session.grants[STREAM]})
    make(both)
    make(both, stream=OTHER)

    assert (sync(both).pushed, sync(office.desks[0]).pulled) == (2, 1)
