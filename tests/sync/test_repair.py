"""Comparing a copy with the server: what differs is read again, bucket by bucket, and nothing else is touched."""

from pathlib import Path
from random import Random

import pytest

from desktop.storage import rows, state
from desktop.sync.repair import Compared, compare, look_at_page
from records.changes import Snapshot
from records.errors import Unavailable
from records.stored import FIRST_CHAIN
from records.words import Words
from server_stub.session import Grant
from tests.simulation import laws
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE
from tests.sync.office import STREAM, Office, fields, make, pending, sync
from tests.sync.test_lineage import Restorable

_READ = {STREAM: Grant(False, ("*",))}
_WORD = Words("หลุด", "lost")


def _compared(desk: Desk, **more: object) -> Compared:
    found = compare(desk.database, CATALOGUE, desk.transport, desk.clock, desk.random.randbytes, **more)  # type: ignore[arg-type]
    return found[STREAM]


def _spoil(desk: Desk, record_id: str, how: str) -> None:
    """Damages a row behind the program's back, as a file put together from readable parts has it."""
    with desk.database.write() as connection:
        table = connection.tables.of("note")
        shown = desk.snapshots(STREAM)[record_id]
        if how == "gone":
            rows.remove(connection, (STREAM, "note", record_id))
        elif how == "older":
            older = {"version": shown.version - 1, "hash": "0" * 16, "fields": {"title": "เก่า"}}
            rows.write(connection, [Snapshot(**{**{name: getattr(shown, name) for name in Snapshot.__struct_fields__}, **older})])
        else:
            connection.execute(f"UPDATE {table.name} SET _deleted = 1 WHERE _id = ?", (record_id,))
            connection.execute(f"UPDATE {table.name} SET _hash = 'ffffffffffffffff' WHERE _id = ?", (record_id,))


def _settled(office: Office) -> None:
    for _ in range(3):
        for desk in office.desks:
            sync(desk)
    assert laws.equality_faults(office.storage, office.desks) == []
    assert [fault for desk in office.desks for fault in desk.faults()] == []


@pytest.fixture
def office(tmp_path: Path) -> Restorable:
    return Restorable(tmp_path)


def test_a_copy_that_is_as_the_servers_costs_one_request(office: Restorable) -> None:
    one = office.desk("one")
    for number in range(5):
        make(one, f"{number}")
    sync(one)
    before, kept = one.transport.requests, one.kept([STREAM])
    done = _compared(one)
    assert (one.transport.requests - before, done.records, done.buckets, done.mended) == (1, 5, 0, 0)
    assert (one.kept([STREAM]), "5 records are as on the server" in done.words.en) == (kept, True)


@pytest.mark.parametrize("how", ["gone", "older", "changed"])
def test_what_differs_is_read_again_and_unsent_edits_stay(office: Restorable, how: str) -> None:
    one, two = office.desk("one"), office.desk("two")
    made = [make(one, f"{number}") for number in range(6)]
    other = one.save(STREAM, "task", None, {"title": "งาน"})
    sync(one)
    one.save(STREAM, "note", made[0].id, {"place": "ยังไม่ส่ง"})
    one.save(STREAM, "note", made[1].id, {"title": "ก"})
    waiting = pending(one)
    for row in made[2:4]:
        _spoil(one, row.id, how)
    done = _compared(one)
    assert (done.mended, done.offered, done.buckets, pending(one)) == (2, 0, 1, waiting)
    assert [fields(one, row)["title"] for row in made[2:]] == ["2", "3", "4", "5"]
    assert fields(one, other) == {"title": "งาน"}
    _settled(office)
    assert fields(two, made[0])["place"] == "ยังไม่ส่ง"


def test_a_record_that_only_this_desk_has_is_offered_again(office: Restorable) -> None:
    one, two = office.desk("one"), office.desk("two")
    row = make(one, "ก")
    sync(one)
    shown = one.snapshots(STREAM)[row.id]
    stray = Snapshot(**{**{name: getattr(shown, name) for name in Snapshot.__struct_fields__}, "id": one.store.new_id(), "hash": "a" * 16})
    with one.database.write() as connection:
        rows.write(connection, [stray])
    done = _compared(one)
    assert (done.offered, done.went_back, [each.change.id for each in pending(one)]) == (1, 0, [stray.id])
    _settled(office)
    assert two.store.get("note", stray.id) is not None


def test_where_a_desk_only_reads_such_a_record_goes_and_stays_in_the_history(office: Restorable) -> None:
    one, reader = office.desk("one"), office.desk("reader", _READ)
    row = make(one, "ก")
    sync(one)
    sync(reader)
    shown = reader.snapshots(STREAM)[row.id]
    stray = Snapshot(**{**{name: getattr(shown, name) for name in Snapshot.__struct_fields__}, "id": one.store.new_id(), "hash": "a" * 16})
    with reader.database.write() as connection:
        rows.write(connection, [stray])
    done = _compared(reader)
    assert (done.offered, done.went_back, pending(reader)) == (0, 1, [])
    _settled(office)
    assert '"ก"' in reader.told_text()


def test_a_stream_on_its_way_is_left_for_later(office: Restorable) -> None:
    one, two = office.desk("one"), office.desk("two")
    row = make(one, "ก")
    sync(one)
    sync(two)
    two.save(STREAM, "note", row.id, {"place": "ข"})
    make(one, "ค")
    sync(one)
    sync(two)
    with two.database.write() as connection:
        mine = state.streams(connection)[0]
        state.save_stream(connection, state.StreamState(**{**_members(mine), "cursor": 1, "chain": mine.chain}))  # type: ignore[arg-type]
    done = _compared(two)
    assert (done.is_skipped, done.mended, "not complete" in done.words.en) == (True, 0, True)


def _members(mine: state.StreamState) -> dict[str, object]:
    return {name: getattr(mine, name) for name in state.StreamState.__struct_fields__}


def test_a_server_with_another_history_is_left_to_the_next_round(office: Restorable) -> None:
    one, two = office.desk("one"), office.desk("two")
    make(one, "ก")
    sync(one)
    office.back_up()
    make(one, "ข")
    sync(one)
    office.put_back()
    make(two, "ค")
    sync(two)
    assert _compared(one).is_skipped
    _settled(office)


def test_many_deletions_are_asked_about_first(office: Restorable) -> None:
    one, two = office.desk("one"), office.desk("two")
    made = [make(one, f"{number}") for number in range(25)]
    sync(one)
    sync(two)
    for row in made:
        two.delete(row)
    sync(two, allow_deletes=25)
    sync(one, allow_deletes=25)
    with one.database.write() as connection:
        shown = one.snapshots(STREAM)
        alive = {"deleted": False, "hash": "0" * 16, "version": 1}
        rows.write(
            connection, [Snapshot(**{**{n: getattr(each, n) for n in Snapshot.__struct_fields__}, **alive}) for each in shown.values()]
        )
    done = _compared(one)
    assert (done.mended <= 20, "would delete" in done.words.en) == (True, True)
    assert (_compared(one, allow_deletes=25).mended + done.mended, laws.equality_faults(office.storage, [one])) == (25, [])


@pytest.mark.parametrize("seed", range(25))
def test_any_damage_is_mended_however_often_the_line_breaks(office: Restorable, seed: int) -> None:
    random = Random(seed)
    one, two = office.desk("one"), office.desk("two")
    made = [make(random.choice((one, two)), f"{number}") for number in range(random.randrange(3, 12))]
    for _ in range(2):
        sync(one)
        sync(two)
    for row in random.sample(made, len(made) // 2):
        if random.random() < 0.4:
            two.delete(row)
        else:
            two.save(STREAM, "note", row.id, {"place": f"{random.random()}"})
    sync(two)
    sync(one)
    for row in random.sample(made, random.randrange(1, len(made))):
        if random.random() < 0.3 and not one.snapshots(STREAM)[row.id].deleted:
            one.save(STREAM, "note", row.id, {"owner": "ยังไม่ส่ง"})
        else:
            _spoil(one, row.id, random.choice(("gone", "older", "changed")))
    unsent = {each.change.id for each in pending(one)}
    breaks = random.randrange(4)

    def between(desk: Desk, when: str) -> None:
        nonlocal breaks
        if breaks and random.random() < 0.5:
            breaks -= 1
            raise Unavailable(_WORD, _WORD, code="offline")

    office.between = between
    for _ in range(8):
        try:
            done = _compared(one)
        except Unavailable:
            one.reopen()
            continue
        if not done.buckets:
            break
    office.between = lambda desk, when: None
    assert unsent == {each.change.id for each in pending(one)}
    assert _compared(one).buckets == 0
    _settled(office)


def _spoil_values(desk: Desk, record_id: str) -> None:
    """Changes a value under its hash, as a mistake of the program or of a migration does: the sum of hashes stays the server's."""
    with desk.database.write() as connection:
        table = connection.tables.of("note")
        connection.execute(f"UPDATE {table.name} SET title = 'ผิด' WHERE _id = ?", (record_id,))


def test_a_value_changed_under_its_hash_is_seen_by_value_alone_and_takes_the_servers(office: Restorable) -> None:
    one, _ = office.desk("one"), office.desk("two")
    made = [make(one, f"{number}") for number in range(6)]
    sync(one)
    one.save(STREAM, "note", made[0].id, {"place": "ยังไม่ส่ง"})
    _spoil_values(one, made[3].id)

    by_hash, by_value, again = _compared(one), _compared(one, by_value=True), _compared(one, by_value=True)

    assert [(done.buckets, done.mended, done.offered) for done in (by_hash, by_value, again)] == [(0, 0, 0), (0, 1, 0), (0, 0, 0)]
    assert ("1 differed" in by_value.words.en, "as on the server" in again.words.en) == (True, True)
    assert [fields(one, row)["title"] for row in made] == ["0", "1", "2", "3", "4", "5"]
    assert fields(one, made[0])["place"] == "ยังไม่ส่ง"
    _settled(office)


def test_a_stream_is_looked_at_page_by_page_with_one_small_request_each(office: Restorable) -> None:
    one = office.desk("one")
    made = [make(one, f"{number}") for number in range(7)]
    sync(one)
    _spoil_values(one, made[5].id)
    begin: tuple[int, str] | None = (0, FIRST_CHAIN[:16])
    before, pages = one.transport.requests, []

    while begin is not None:
        looked = look_at_page(one.database, CATALOGUE, one.transport, one.clock, one.random.randbytes, STREAM, begin, 3)
        pages.append(looked.mended)
        begin = looked.reached

    assert (sum(pages), len(pages) > 2, one.transport.requests - before) == (1, True, len(pages))
    assert fields(one, made[5])["title"] == "5"
    assert one.faults() == []
