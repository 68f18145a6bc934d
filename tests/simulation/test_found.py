"""What the simulation found, as named tests; others stand beside what they are about (tests/sync/test_engine.py, tests/safe)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest

from desktop.storage import file_states, file_uses, mirror, numbers, outbox, rows, state
from desktop.storage.held import hold
from desktop.storage.numbers import Lease
from records.changes import Change, Origin
from records.protocol import GrantedStream, Problem
from records.stored import CHAIN_ON_WIRE
from server_stub.session import Grant
from tests.bundles.site import Site
from tests.simulation import laws
from tests.simulation.desk import BOOK, BOOK_YEAR, Desk
from tests.simulation.post import Post
from tests.simulation.story import Story, device_id
from tests.sync.office import STREAM, Office, make, pending, sync
from tests.sync.test_lineage import Restorable


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def test_a_round_goes_on_where_a_stream_with_leased_numbers_turned_read_only(office: Office) -> None:
    # The account of the numbers could not be written any more, and with it no round began at all.
    one = office.desk("one")
    one.uses_numbers = True
    make(one)
    one.round()
    one.issue(STREAM, one.store.new_id(), {"payer": "ก"})
    with one.database.write() as connection:
        state.take_grants(connection, [GrantedStream(STREAM, "read", ("*",), "ก")])

    assert one.round().done
    with one.database.reading() as connection:
        assert numbers.leases(connection)[0].used == 1


def test_a_restored_row_names_the_change_it_shows(office: Office) -> None:
    # Changes of groups get new ids when a backup comes back; their rows went on naming the former ones.
    one = office.desk("one")
    first, second = make(one, "ก"), make(one, "ข")
    sync(one)
    one.save_together([(first, {"body": "ค"}), (second, {"body": "ง"})])
    one.keep_copy("copy")
    sync(one)

    one.restore_copy("copy")

    assert one.faults() == []
    assert sync(one).done


def test_blocks_leased_after_a_restore_are_used_on_a_computer_whose_clock_was_set_back(office: Office) -> None:
    # A block counted as given up when its id was smaller than one made at the restore: a desk with a wrong clock leased a new one each round.
    one = office.desk("one")
    one.uses_numbers = True
    make(one)
    one.round()
    one.keep_copy("copy")
    one.restore_copy("copy")
    with one.database.write() as connection:
        old = "00000000-0000-7000-8000-000000000000"
        numbers.put(connection, Lease(request_id=old, stream=STREAM, book=BOOK, year=BOOK_YEAR, count=5, first=90, last=94))

    assert one.issue(STREAM, one.store.new_id(), {"payer": "ก"}) == 90


def test_a_bundle_of_a_desk_that_was_told_of_more_than_it_holds_is_answered(tmp_path: Path) -> None:
    # The witness beside its cursor went to the server's own calls in a shape they do not take: the whole bundle was refused as malformed.
    site = Site(tmp_path)
    one, two = site.desk("one"), site.desk("two")
    site.make(one)
    site.by_line(one)
    with site.storage.read([STREAM]) as reader:
        chain = str(reader.chain_at(STREAM, 1))[:CHAIN_ON_WIRE]
    with two.database.write() as connection:
        (mine,) = state.streams(connection)
        state.save_stream(connection, msgspec.structs.replace(mine, witness_seq=1, witness_chain=chain))
    site.make(two)

    assert site.by_stick(two).report.pulled == 2
    site.close()


def test_a_record_with_a_document_that_comes_twice_in_a_round_is_stored(office: Office) -> None:
    # OR IGNORE in a trigger does not hold inside an upsert: the second row with that document broke the round, and every later one.
    one, two = office.desk("one"), office.desk("two")
    row = make(one)
    one.attach(row, b"x", "x.txt")
    make(one)
    one.round()
    first, second = sorted(one.snapshots(STREAM).values(), key=lambda snapshot: "papers" not in snapshot.fields)

    for page in ([first], [first, second]):
        with two.database.write() as connection:
            rows.write(connection, page)

    file_uses.catch_up(two.database)
    with two.database.reading() as connection:
        assert len(list(file_states.listed(connection))) == 1


def test_a_document_put_off_by_a_clock_that_was_wrong_comes_once_it_is_set_right(office: Office) -> None:
    # The hour of the next try lay ten years ahead: a document that was not there yet never came.
    one = office.desk("one")
    one.attach(make(one), b"x", "x.txt")
    file_uses.catch_up(one.database)
    with one.database.write() as connection:
        (file,) = file_states.to_send(connection, STREAM, one.clock(), 9)
        file_states.failed(connection, file, Problem("not-found"), one.clock() + timedelta(minutes=5))
        later = one.clock() + timedelta(minutes=6)

        assert file_states.to_send(connection, STREAM, one.clock(), 9) == []
        assert len(file_states.to_send(connection, STREAM, later, 9)) == 1
        assert len(file_states.to_send(connection, STREAM, later - timedelta(days=3650), 9)) == 1


def test_an_edit_of_a_record_whose_lost_version_was_refused_lets_it_be_tried_again(office: Office) -> None:
    # The edit waited for days behind a version offered again that the server had refused.
    one = office.desk("one")
    row = make(one)
    one.round()
    held = one.snapshots(STREAM)[row.id]
    origin = Origin(change_id=one.store.new_id(), changed_by="two", device=device_id("two"), changed_at=held.changed_at, hash="a" * 16)
    with one.database.write() as connection:
        lost = Change(
            change_id=one.store.new_id(), stream=STREAM, type="note", id=row.id, base=held.base, op="put", set={"place": "ข"},
            made_at=held.changed_at, made_by="one", origin=origin,
        )  # fmt: skip
        hold(connection, STREAM, "note", row.id)
        outbox.offer(connection, [lost])
        outbox.refuse(connection, lost.change_id, Problem("no-grant"), one.clock() + timedelta(hours=64))
        mirror.reproject(connection, STREAM, "note", row.id)

    one.save(STREAM, "note", row.id, {"title": "ค"})

    assert one.faults() == []
    assert one.round().pushed == 2


def test_what_a_server_lost_while_a_desk_could_not_see_it_comes_back_with_the_area(tmp_path: Path) -> None:
    # The recovery says nothing of areas that are not granted; once the area came back, nobody offered the record again.
    office = Restorable(tmp_path)
    one, two = office.desk("one"), office.desk("two")
    make(one, record_type="note")
    sync(one)
    office.back_up()
    row = make(one, record_type="case")
    sync(one)
    one.compares = True
    whole = one.session
    one.session = replace(whole, grants={STREAM: Grant(True, ("planning",))})
    one.round()
    office.put_back()
    one.round()
    one.session = whole

    for _ in range(3):
        one.round()

    sync(two)
    assert two.store.get("case", row.id) is not None
    office.close()


def test_an_undo_that_may_not_be_done_whole_leaves_the_deletion_as_it_is(office: Office) -> None:
    # Seed 12222: the deletion was taken back, then its fields were refused for a closed remittance: the deletion and the edits were gone.
    one, two = office.desk("one"), office.desk("two")
    row = one.save(STREAM, "remittance", None, {"state": "open", "cashier": "ก"})
    sync(one)
    sync(two)
    two.save(STREAM, "remittance", row.id, {"cashier": "ข"})
    one.save(STREAM, "remittance", row.id, {"state": "closed"})
    sync(one)
    sync(two)
    two.save(STREAM, "remittance", row.id, {"state": "open", "reopen_reason": "ค"})
    two.delete(row)

    told = two.store.undo_last(two.account)

    assert (told.undone, [kept.deleted for kept, _ in told.skipped]) == ([], [True])
    with two.database.reading() as connection:
        [waiting] = outbox.pending(connection, STREAM, "remittance", row.id)
    assert waiting.change.op == "delete"
    assert two.faults() == []


WHOLE = {STREAM: Grant(True, ("*",))}
NARROWED = {STREAM: Grant(True, ("planning",))}


def _sent_and_not_answered(office: Office, desk: Desk) -> None:
    """All that waits at a desk goes in, and the answer is lost."""
    with desk.database.write() as connection:
        outbox.freeze(connection, [one.change.change_id for one in outbox.everything(connection)])
    position = {"cursor": 0, "chain": "0" * CHAIN_ON_WIRE}
    changes = [msgspec.to_builtins(one.change) for one in pending(desk)]
    office.network.service.push(desk.session, {"streams": {STREAM: position}, "changes": changes})


def test_a_deletion_of_a_record_that_went_in_unanswered_outlives_a_narrowed_grant(office: Office) -> None:
    # Seed 9960: refused for its area, the record counted as never made, and its deletion as needless; it lived on at every other desk.
    one, two = office.desk("one"), office.desk("two")
    row = make(one, record_type="case")
    _sent_and_not_answered(office, one)
    one.delete(row)
    one.session = replace(one.session, grants=NARROWED)
    sync(one)
    one.session = replace(one.session, grants=WHOLE)
    one.clock.now += timedelta(hours=1)

    sync(one)

    sync(two)
    assert [found.deleted for found in two.rows_of(("case",), [STREAM], deleted=True)] == [True]
    assert pending(one) == []


def test_a_group_that_went_in_is_not_offered_again_in_part_where_a_grant_was_narrowed(office: Office) -> None:
    # Seed 8515: the group had gone in whole; refused for the area of one record, that record was offered once more.
    one, two = office.desk("one"), office.desk("two")
    rows = [make(one), make(one, record_type="case")]
    sync(one)
    one.save_together([(row, {"title": "ข"}) for row in rows])
    _sent_and_not_answered(office, one)
    one.session = replace(one.session, grants=NARROWED)
    sync(one)
    make(two)
    sync(two)
    one.save(STREAM, "case", rows[1].id, {"title": "ค"})
    one.session = replace(one.session, grants=WHOLE)

    sync(one)

    assert laws.server_faults(office.storage, [STREAM], Story()) == []


def test_what_a_server_lost_stays_with_a_desk_that_may_not_offer_it_any_more(tmp_path: Path) -> None:
    # Seed 5891: the only desk that knew it had lost its grant by then; there it is found, until a person lets it go.
    office = Restorable(tmp_path)
    one = office.desk("one")
    row = make(one)
    sync(one)
    office.back_up()
    one.save(STREAM, "note", row.id, {"title": "<one.1>"})
    sync(one)
    office.put_back()
    one.session, one.had_other_grants = replace(one.session, grants={}), True

    sync(one)

    story = Story()
    story.wish("<one.1>", "one", row.id, "title")
    assert one.snapshots(STREAM)[row.id].fields == {"title": "<one.1>"}
    assert laws.accounting_faults(office.storage, [STREAM], [one], story, is_restored=True) == []
    one.had_other_grants = False
    assert laws.accounting_faults(office.storage, [STREAM], [one], story, is_restored=True) != []
    office.close()


def test_chance_hears_nothing_of_how_well_a_download_compresses(tmp_path: Path) -> None:
    # Seeds 1530 and 6714: other clocks make other ids, a line broke as often as there were blocks of bytes, and calm histories went apart.
    states = []
    for name, title in (("plain", "ก" * 900), ("mixed", Random(1).randbytes(900).hex())):
        (tmp_path / name).mkdir()
        office = Office(tmp_path / name)
        one = office.desk("one")
        make(one, title)
        sync(one)
        office.network.random = Random(2)
        with one.transport.fetch_snapshot(STREAM, "", 0) as coming:
            assert sum(len(block) for block in coming.blocks) == coming.size
        states.append(office.network.random.getstate())
        office.close()

    assert states[0] == states[1]


def test_a_desk_that_found_its_way_back_by_stick_is_held_to_what_the_stick_told(tmp_path: Path) -> None:
    # Seed 10935: it was held to what the line had told it before the server lost that.
    office = Restorable(tmp_path)
    post = Post(office.random, office.network, tmp_path / "post")
    post.folder.mkdir()
    post.serve(office.storage, office.service())
    one = office.desk("one")
    post.enrol(one)
    row = make(one)
    sync(one)
    office.back_up()
    one.save(STREAM, "note", row.id, {"title": "ข"})
    sync(one)
    assert one.transport.acknowledged[STREAM][0] == 2
    office.put_back()
    post.serve(office.storage, office.service())
    post.export(one)
    post.relay(*post.work[-1])

    post.apply(*post.replies[-1])

    assert one.transport.acknowledged == one.witnesses()
    assert laws.has(office.storage, STREAM, *one.transport.acknowledged[STREAM])
    office.close()


def test_a_record_of_a_type_that_came_later_is_not_offered_where_its_area_may_be_gone(office: Office) -> None:
    # Seed 19587: an older program knows no area of it; no longer shown it, it took the record for one the server had lost.
    one, two = office.desk("one"), office.desk("two")
    make(one, record_type="plot")
    sync(one)
    two.reopen(0)
    sync(two)
    two.session = replace(two.session, grants={STREAM: Grant(True, ("services",))})
    two.round()

    two.compare()

    assert pending(two) == []
