"""What waits: listed by type, offered again at once, dropped with a trace; and the rounds remembered."""

from datetime import timedelta

import pytest

from desktop.services.office import Office
from desktop.services.overview import overview
from desktop.services.rounds import KEPT, remember_failure, remember_report, rounds
from desktop.storage import mirror, outbox, sending
from desktop.sync.status import Report
from records.errors import Correctable, Unavailable
from records.protocol import Problem
from records.words import Words
from tests.offices import NOW
from tests.services.test_inbox import project, taken


def refused(office: Office) -> str:
    """The id of a change the server does not take before tomorrow."""
    row = project(office)
    taken(office, row)
    office.records.save("project", row.id, {"target": "ก"})
    with office.database.write() as connection:
        (entry,) = outbox.pending(connection, row.stream, row.type, row.id)
        outbox.refuse(connection, entry.change.change_id, Problem("closed-period"), NOW + timedelta(days=1))
        mirror.reproject(connection, row.stream, row.type, row.id)
    return entry.change.change_id


def test_what_waits_is_counted_by_type(office: Office) -> None:
    project(office)
    project(office)
    office.records.save("person", None, {"first_name": "ก"})
    found = overview(office)
    assert [(name, count) for name, _, count in found.waiting_by_type] == [("project", 2), ("person", 1)]
    assert (found.deletions, found.numbers_left, found.merged) == (0, None, 0)


def test_a_refused_change_is_offered_again_at_once_when_asked(office: Office) -> None:
    change = refused(office)
    assert office.sync.retry(change) == office.sync.retry() == 1
    with office.database.reading() as connection:
        assert [one.change.change_id for one in sending.sendable(connection, ["office/6600101"], NOW)] == [change]


def test_a_refused_change_that_is_dropped_shows_the_record_as_the_server_has_it_and_stays_in_the_history(office: Office) -> None:
    change = refused(office)
    (row,) = overview(office).refused

    assert office.sync.discard(change) == 1

    assert "target" not in office.records.get("project", row.id).fields
    assert [one.discarded for one in office.history.of("project", row.id, ask_server=False) if one.discarded] == ["refused"]
    assert overview(office).refused == ()


def test_a_record_that_was_never_sent_is_dropped_and_can_be_brought_back(office: Office) -> None:
    row = project(office, title="ถนน")
    office.sync.discard(overview(office).waiting[0].change_id)
    assert office.store.get("project", row.id) is None
    assert office.records.restore("project", row.id).fields["title"] == "ถนน"


def test_what_is_on_its_way_is_not_dropped(office: Office) -> None:
    project(office)
    change = overview(office).waiting[0].change_id
    with office.database.write() as connection:
        outbox.freeze(connection, [change])
    assert overview(office).waiting[0].is_sent
    for one in (change, "unknown"):
        with pytest.raises(Correctable, match="being sent or was sent"):
            office.sync.discard(one)


def test_a_group_is_dropped_whole(office: Office) -> None:
    with office.store.act("somchai", Words("ก", "a")) as act:
        for _ in range(3):
            office.store.save("office/6600101", "project", None, {"title": "x"}, act=act, group="g")
    assert office.sync.discard(overview(office).waiting[1].change_id) == 3
    assert overview(office).waiting == ()


def test_rounds_keep_how_long_they_took_and_only_the_last_of_them(office: Office) -> None:
    with office.database.write() as connection:
        for number in range(KEPT + 3):
            remember_report(connection, NOW + timedelta(minutes=number), Report(done=True, requests=3, refused=1), NOW)
        remember_failure(connection, NOW, Unavailable(Words("ก", "a"), Words("ข", "b"), code="offline"), NOW + timedelta(days=1))
        kept = rounds(connection)
    assert len(kept) == KEPT
    assert (kept[0].outcome, kept[0].seconds) == ("offline", 0)
    assert (kept[1].seconds, kept[1].requests, kept[1].refused) == ((KEPT + 2) * 60, 3, 1)
