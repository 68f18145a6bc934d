"""What a desk makes of replies: late, repeated, of another, after a line, with too many deletions."""

import io
from pathlib import Path

import msgspec
import pytest

from desktop.storage import state
from desktop.sync import bundle_reply
from desktop.sync.engine import run_round
from records.bundle_faults import BundleFault
from records.errors import Correctable
from records.protocol import Limits
from tests.bundles.site import OTHER, STREAM, Site
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE


def _reason(site: Site, desk: Desk, reply: bytes) -> str:
    before = desk.kept([STREAM])
    with pytest.raises(BundleFault) as caught:
        site.apply(desk, reply)
    assert desk.kept([STREAM]) == before
    return caught.value.code


def _cursor(desk: Desk) -> int:
    with desk.database.reading() as connection:
        mine = state.stream(connection, STREAM)
    assert mine is not None
    return mine.cursor


def test_a_reply_for_another_desk_changes_nothing(site: Site) -> None:
    one, two = site.desk("one"), site.desk("two")
    reply = site.relay(one, site.export(one))
    assert _reason(site, two, reply) == "foreign-bundle"
    # Even where the keys were copied along, the desk is another.
    who = site.identity(one)
    site.change_identity(two, sealing_key=who.sealing_key)
    assert _reason(site, two, reply) == "wrong-device"


def test_a_reply_nobody_of_the_server_signed_changes_nothing(site: Site) -> None:
    desk = site.desk("one")
    who = site.identity(desk)
    assert who.server_keys is not None
    reply = site.relay(desk, site.export(desk))
    site.change_identity(desk, server_keys=type(who.server_keys)("ab" * 32, who.server_keys.sealing))
    assert _reason(site, desk, reply) == "unsigned-bundle"


def test_work_is_no_reply(site: Site) -> None:
    desk = site.desk("one")
    assert _reason(site, desk, site.export(desk)) == "foreign-bundle"


def test_a_desk_without_keys_is_told_what_to_do(site: Site) -> None:
    desk = site.desk("one")
    site.change_identity(desk, server_keys=None)
    with pytest.raises(Correctable) as caught:
        site.export(desk)
    assert caught.value.code == "no-bundle-keys"
    with pytest.raises(Correctable):
        bundle_reply.open_reply(io.BytesIO(b""), site.identity(desk))


def test_a_reply_taken_in_twice_changes_nothing_the_second_time(site: Site) -> None:
    desk, other = site.desk("one"), site.desk("two")
    site.make(other)
    site.by_line(other)
    site.make(desk)
    reply = site.relay(desk, site.export(desk))
    first = site.apply(desk, reply).report
    after = desk.kept([STREAM])
    second = site.apply(desk, reply).report
    assert ((first.pushed, first.pulled, first.done), (second.pushed, second.pulled, second.done)) == ((1, 2, True), (0, 0, True))
    assert desk.kept([STREAM]) == after


def test_an_edit_made_after_the_export_waits_and_goes_with_the_next(site: Site) -> None:
    desk = site.desk("one")
    row = site.make(desk, "แรก")
    work = site.export(desk)
    desk.save(STREAM, "note", row.id, {"title": "หลัง"})
    site.apply(desk, site.relay(desk, work))
    assert str(desk.rows_of()[0].fields["title"]) == "หลัง"
    assert site.by_stick(desk).report.done
    with site.storage.read([STREAM, OTHER]) as reader:
        assert reader.records(STREAM, [row.id])[row.id].version == 2


def test_a_lost_stick_costs_nothing(site: Site) -> None:
    desk = site.desk("one")
    site.make(desk)
    site.export(desk)
    site.make(desk)
    assert site.by_stick(desk).report.pushed == 2


def test_while_another_bundle_is_out_its_stream_takes_no_pages(site: Site) -> None:
    desk, other = site.desk("one"), site.desk("two")
    site.make(desk)
    first = site.relay(desk, site.export(desk))
    site.make(desk)
    second = site.export(desk)
    site.make(other)
    site.by_line(other)
    early = site.apply(desk, first)
    assert (early.report.pushed, early.report.pulled, early.unanswered, _cursor(desk)) == (1, 0, frozenset({STREAM}), 0)
    late = site.apply(desk, site.relay(desk, second))
    assert (late.report.pushed, late.report.pulled, late.unanswered, late.report.done) == (1, 3, frozenset(), True)


def test_an_older_reply_after_a_newer_one_takes_nothing_back(site: Site) -> None:
    desk, other = site.desk("one"), site.desk("two")
    old = site.export(desk)
    reply_to_old = site.relay(desk, old)
    row = site.make(other, "ใหม่")
    site.by_line(other)
    assert site.by_stick(desk).report.pulled == 1
    assert site.apply(desk, reply_to_old).report.pulled == 0
    assert [str(one.fields["title"]) for one in desk.rows_of()] == ["ใหม่"]
    assert row.id == desk.rows_of()[0].id


def test_a_reply_made_before_a_sync_over_the_line_brings_only_what_lies_behind_it(site: Site) -> None:
    desk, other = site.desk("one"), site.desk("two")
    for title in "กข":
        site.make(other, title)
    site.by_line(other)
    work = site.export(desk)
    site.by_line(desk)
    site.make(other, "ค")
    site.by_line(other)
    taken = site.apply(desk, site.relay(desk, work))
    assert (taken.report.pulled, taken.report.done, _cursor(desk)) == (1, True, 3)


def test_a_reply_of_another_history_of_the_server_is_left(site: Site) -> None:
    """The server was restored between: what it says now does not lead on from where the desk stands."""
    desk, other = site.desk("one"), site.desk("two")
    site.make(other)
    site.by_line(other)
    reply = site.relay(desk, site.export(desk))
    site.by_line(desk)
    with desk.database.write() as connection:
        mine = state.stream(connection, STREAM)
        assert mine is not None
        state.save_stream(connection, msgspec.structs.replace(mine, chain="f" * 16, witness_chain="f" * 16))
    before = desk.kept([STREAM])
    assert site.apply(desk, reply).report.pulled == 0
    assert desk.kept([STREAM]) == before


def test_too_many_deletions_in_a_reply_wait_for_a_person(site: Site) -> None:
    desk, other = site.desk("one"), site.desk("two")
    rows = [site.make(other, str(number)) for number in range(40)]
    site.by_line(other)
    site.by_line(desk)
    for row in rows[:30]:
        other.delete(row)
    run_round(other.database, CATALOGUE, other.transport, other.clock, other.random.randbytes, lambda _: None, allow_deletes=30)
    reply = site.relay(desk, site.export(desk))
    taken = site.apply(desk, reply)
    assert (len(desk.rows_of()), taken.report.problems[STREAM].deletions) == (40, 30)
    assert site.apply(desk, reply, allow_deletes=30).report.done
    assert len(desk.rows_of()) == 10


def test_too_many_deletions_are_not_written_into_a_bundle_unasked(site: Site) -> None:
    desk = site.desk("one")
    rows = [site.make(desk, str(number)) for number in range(40)]
    site.by_line(desk)
    for row in rows[:30]:
        desk.delete(row)
    work = site.freeze(desk)
    assert (len(work.changes), work.paused[STREAM].deletions) == (0, 30)
    assert len(site.freeze(desk, allow_deletes=30).changes) == 30


def test_the_first_download_of_an_office_comes_by_stick(tmp_path: Path) -> None:
    site = Site(tmp_path, limits=Limits(page=7))
    near, far = site.desk("near"), site.desk("far")
    for number in range(40):
        site.make(near, str(number))
    site.by_line(near)
    taken = site.by_stick(far)
    assert (taken.report.pulled, taken.report.done) == (40, True)
    assert far.snapshots(STREAM) == near.snapshots(STREAM)
    site.close()


def test_a_grant_that_changed_comes_with_the_reply_unless_something_newer_said_so(site: Site) -> None:
    desk = site.desk("one")
    site.by_stick(desk)
    work = site.export(desk)
    site.auth.add_account("one", "clerk", [f"{STREAM}:read:*"])
    reply = site.relay(desk, work)
    site.apply(desk, reply)
    with desk.database.reading() as connection:
        assert [one.access for one in state.streams(connection)] == ["read"]
    site.auth.add_account("one", "clerk", [f"{STREAM}:write:*"])
    site.by_stick(desk)
    site.apply(desk, reply)
    with desk.database.reading() as connection:
        assert [one.access for one in state.streams(connection)] == ["write"]
