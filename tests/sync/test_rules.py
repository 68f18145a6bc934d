"""The rules of a round that hold when something changes in mid-life: an upgrade is asked for, a stream closes, a clock jumps, a grant narrows."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from desktop.storage import leftover, outbox, state
from desktop.storage.outbox import Queued
from desktop.storage.state import StreamState
from desktop.sync.retry import REFUSED_AFTER_H
from records.errors import Refused, Unavailable
from records.protocol import GrantedStream, HeadsReply, Position, Problem, PullReply, PushReply, Result
from records.words import Words
from server_stub.session import Grant
from tests.simulation.desk import Desk
from tests.simulation.network import Fates, SimulatedTransport
from tests.sync.office import OTHER, STREAM, Office, fields, make, pending, shared, sync

BOTH = {STREAM: Grant(True, ("*",)), OTHER: Grant(True, ("*",))}
TOO_OLD = Refused(Words("เก่า", "old"), Words("เก่า", "old"), code="upgrade-required")


class TakesNoPushes(SimulatedTransport):
    """A server that still serves pulls to this program and takes no pushes any more."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.transport._network, desk.session, lambda when: None)
        self.pulled: list[str] = []
        self.pushed: list[list[str]] = []

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        self.pushed.append([change.change_id for change in changes])
        raise TOO_OLD

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        self.pulled.extend(streams)
        return super().heads(streams)

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        self.pulled.extend(streams)
        return super().pull(streams, limit)


def stream_of(desk: Desk, name: str = STREAM) -> StreamState:
    with desk.database.reading() as connection:
        found = state.stream(connection, name)
    assert found is not None
    return found


def regrant(desk: Desk, *granted: GrantedStream) -> None:
    with desk.database.write() as connection:
        state.take_grants(connection, granted)


def test_a_program_too_old_to_push_still_receives_and_offers_once_only(office: Office) -> None:
    one, two = office.desk("one", BOTH), office.desk("two", BOTH)
    make(one, "mine")
    make(two, "theirs", stream=OTHER)
    sync(two)
    line = TakesNoPushes(one)

    first = sync(one, line)
    again = sync(one, line)

    assert (first.pulled, first.pushed, first.done) == (1, 0, False)
    assert first.problems[STREAM].code == "upgrade-required"
    assert "upgrade" in first.problems[STREAM].message.en
    assert OTHER not in first.problems
    assert again.problems.keys() == {STREAM}
    assert len(line.pushed) == 2
    assert line.pushed[0] == line.pushed[1], "sent again with the same id, and nothing besides"


def test_unanswered_changes_keep_their_stream_from_being_pulled_while_the_program_is_too_old(office: Office) -> None:
    one, two = office.desk("one", BOTH), office.desk("two", BOTH)
    make(one, "mine")
    line = TakesNoPushes(one)
    sync(one, line)
    line.pulled.clear()
    make(two, "theirs")
    make(two, "theirs too", stream=OTHER)
    sync(two)
    make(one, "later", stream=OTHER)

    report = sync(one, line)

    assert set(line.pulled) == {OTHER}
    assert {row.fields["title"] for row in one.rows_of(("note",))} == {"mine", "theirs too", "later"}
    assert report.problems.keys() == {STREAM, OTHER}
    assert [entry.state for entry in pending(one)] == ["in_flight", "waiting"]


def test_after_the_upgrade_everything_goes_and_nothing_was_lost(office: Office) -> None:
    one, two = office.desk("one", BOTH), office.desk("two", BOTH)
    row = make(one, "mine")
    sync(one, TakesNoPushes(one))
    one.save(STREAM, "note", row.id, {"body": "edited meanwhile"})
    make(one, "later", stream=OTHER)
    sync(one, TakesNoPushes(one))

    assert sync(one).done
    sync(two)
    assert pending(one) == []
    assert fields(two, row) == {"title": "mine", "body": "edited meanwhile"}
    assert stream_of(one).paused == ""


@pytest.mark.parametrize("years", [10, -10])
def test_a_refused_change_is_offered_again_though_the_clock_jumped_by_years(office: Office, years: int) -> None:
    one = office.desk("one")
    right = one.clock.now
    one.clock.now = right + timedelta(days=365 * years)
    one.save(STREAM, "task", None, {"title": "ก", "state": "done"})
    sync(one)
    one.clock.now = right

    assert sync(one).requests == 1
    assert pending(one)[0].refusals == 2


def test_the_longest_wait_of_the_queue_is_that_of_the_table() -> None:
    assert timedelta(hours=REFUSED_AFTER_H[-1]) == outbox.LONGEST_RETRY


def test_a_pull_that_moves_the_record_of_a_refused_change_rebases_it_and_it_is_offered_at_once(office: Office) -> None:
    one, two = office.desk("one"), office.desk("two")
    row = one.save(STREAM, "task", None, {"title": "ก", "state": "draft"})
    sync(one)
    sync(two)
    one.save(STREAM, "task", row.id, {"state": "done"})
    sync(one)
    refused = pending(one)[0]
    two.save(STREAM, "task", row.id, {"state": "sent"})
    two.save(STREAM, "task", row.id, {"remark": "ข"})
    sync(two)

    report = sync(one)

    assert refused.problem is not None
    assert (report.pulled, report.pushed + report.refused + report.conflicts > 0) == (1, True)
    assert refused.change.change_id not in {entry.change.change_id for entry in pending(one)}


def test_a_closed_stream_is_remembered_with_its_successor_and_what_is_unsent_stays(office: Office) -> None:
    one = office.desk("one")
    make(one, "before")
    sync(one)
    with office.storage.directory() as directory:
        directory.close_stream(STREAM, OTHER)
    make(one, "after")

    report = sync(one)

    found = stream_of(one)
    assert (report.refused, found.is_closed, found.successor, found.read_only) == (1, True, OTHER, True)
    assert len(one.rows_of(("note",))) == 2
    assert pending(one)[0].problem is not None
    assert sync(one).done, "it is still received"


def test_a_closed_stream_that_opens_again_is_written_again(office: Office) -> None:
    one = office.desk("one")
    make(one)

    class Closed(SimulatedTransport):
        def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
            problem = Problem("closed-stream", successor=OTHER)
            return PushReply([Result(change.change_id, "refused", problem=problem) for change in changes], {}, {})

    sync(one, Closed(office.network, one.session, lambda when: None))
    assert stream_of(one).is_closed
    one.clock.now += timedelta(hours=1)

    assert sync(one).pushed == 1
    assert (stream_of(one).is_closed, stream_of(one).read_only) == (False, False)


def _areas(desk: Desk, *areas: str, access: str = "write") -> None:
    """The server grants these areas now, and the desk was told."""
    regrant(desk, GrantedStream(STREAM, access, areas, "ก"))  # type: ignore[arg-type]  # one of the two words
    desk.transport._session = dataclasses.replace(desk.session, grants={STREAM: Grant(access == "write", areas)})


def test_rows_outside_narrower_areas_go_only_when_a_person_lets_them_and_unsent_changes_stay(office: Office) -> None:
    one, two = office.desk("one"), office.desk("two")
    note, case = make(one, "note"), make(one, "case", "case")
    sync(one)
    sync(two)
    unsent = make(two, "unsent", "case")
    _areas(two, "planning")
    assert not leftover.is_left(stream_of(two)), "what is still granted has not come again"

    report = sync(two)

    assert report.refused == 1
    assert leftover.is_left(stream_of(two))
    assert {row.id for row in two.rows_of(("note", "case"))} == {note.id, case.id, unsent.id}
    with two.database.write() as connection:
        assert leftover.count(connection, stream_of(two)) == 2
        assert leftover.let_go(connection, stream_of(two)) == 2
    with two.database.write() as connection:
        assert leftover.let_go(connection, stream_of(two)) == 0
    assert {row.id for row in two.rows_of(("note", "case"))} == {note.id}
    assert [entry.state for entry in pending(two)] == ["set_aside"]
    assert not leftover.is_left(stream_of(two))
    assert two.faults() == []

    _areas(two, "*")
    sync(two)
    assert {row.id for row in two.rows_of(("note", "case"))} >= {note.id, case.id}


@pytest.mark.parametrize("then", ["nothing", "edited", "deleted"])
def test_a_change_whose_area_was_taken_away_after_it_went_in_is_settled_and_meets_nobody(office: Office, then: str) -> None:
    one, two = office.desk("one"), office.desk("two")
    case = make(one, "case", "case")
    office.network.fates = Fates(0, 100)
    with pytest.raises(Unavailable):
        sync(one)
    office.network.fates = Fates(0, 0)
    _areas(one, "planning")
    if then == "edited":
        one.save(STREAM, "case", case.id, {"title": "case again"})
    elif then == "deleted":
        one.delete(case)

    sync(one)

    assert [(entry.change.op, entry.change.base and entry.change.base.version) for entry in pending(one)] == {
        "nothing": [], "edited": [("put", 1)], "deleted": [("delete", 1)],
    }[then]  # fmt: skip
    assert fields(one, case)["title"] == ("case again" if then == "edited" else "case") if then != "deleted" else True
    assert one.faults() == []

    _areas(one, "*")
    one.clock.now += timedelta(days=1)
    assert sync(one).done
    assert sync(two).conflicts == 0
    assert {name: list(desk.shown(STREAM).values()) for name, desk in (("one", one), ("two", two))} == {
        "one": list(two.shown(STREAM).values()), "two": list(two.shown(STREAM).values()),
    }  # fmt: skip
    assert [row.type for row in two.shown(STREAM).values()] == ["case"]


def test_wider_areas_leave_nothing_over(office: Office) -> None:
    one = office.desk("one")
    make(one)
    sync(one)
    _areas(one, "planning")
    sync(one)
    _areas(one, "planning", "services")
    assert not stream_of(one).outside


def test_a_stream_lost_is_let_go_whole_and_comes_back_whole(office: Office) -> None:
    one, two = office.desk("one", BOTH), office.desk("two", BOTH)
    mine = make(one, "mine")
    kept = make(one, "kept", stream=OTHER)
    sync(one)
    unsent = one.save(STREAM, "note", mine.id, {"body": "unsent"})
    regrant(one, GrantedStream(OTHER, "write", ("*",), "ข"))

    assert leftover.is_left(stream_of(one))
    with one.database.write() as connection:
        assert leftover.let_go(connection, stream_of(one)) == 1
        assert leftover.let_go(connection, stream_of(one)) == 0
    assert [row.id for row in one.rows_of(("note",))] == [kept.id]
    assert sync(one).done
    assert [entry.change.set for entry in pending(one)] == [{"body": "unsent"}]

    regrant(one, GrantedStream(STREAM, "write", ("*",), "ก"), GrantedStream(OTHER, "write", ("*",), "ข"))
    sync(one)
    sync(one)
    sync(two)
    assert pending(one) == []
    assert fields(two, unsent)["title"] == "mine"
    assert one.faults() == []


def test_write_read_write_keeps_unsent_work_and_sends_it_in_the_end(office: Office) -> None:
    one, two, row = shared(office)
    one.save(STREAM, "note", row.id, {"body": "ข"})
    _areas(one, "*", access="read")
    two.save(STREAM, "note", row.id, {"place": "ค"})
    sync(two)

    report = sync(one)

    assert (report.pushed, report.pulled, stream_of(one).read_only) == (0, 1, True)
    assert fields(one, row) == {"title": "ก", "body": "ข", "place": "ค"}
    _areas(one, "*")
    assert sync(one).pushed == 1
    sync(two)
    assert fields(two, row) == {"title": "ก", "body": "ข", "place": "ค"}
