"""After a backup was restored, rounds with the real server lose nothing, say nothing twice and reuse no change id."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.storage import numbers
from desktop.storage.numbers import Lease
from records.errors import Refused
from tests.safe.desks import SafeDesk, desk_on, settled
from tests.sync.loopback import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def test_what_was_sent_after_the_backup_comes_back_and_nothing_is_sent_twice(site: Site) -> None:
    one, two = desk_on(site, "one"), desk_on(site, "two")
    kept = one.save(None, title="ก")
    one.sync()
    backup = one.back_up()
    one.save(kept, title="ข")
    later = one.save(None, title="ค")
    one.sync()
    settled(two)
    before = two.notes

    done = one.restore(backup)
    assert one.notes == {kept: {"title": "ก"}}
    report = one.sync()

    assert (report.pushed, report.conflicts, done.is_same_desk) == (0, 0, True)
    assert one.notes == before == {kept: {"title": "ข"}, later: {"title": "ค"}}


def test_what_was_not_sent_waits_again_on_its_own_base_and_reaches_the_others(site: Site) -> None:
    one, two = desk_on(site, "one"), desk_on(site, "two")
    old = one.save(None, title="ก", body="เดิม")
    one.sync()
    backup = one.back_up()
    made = one.save(None, title="ใหม่")
    one.sync()
    one.save(old, title="แก้แล้ว")
    one.save(made, body="เพิ่ม")
    unsent = one.save(None, title="ยังไม่ส่ง")
    ids = {pending.change.change_id for pending in one.pending}

    done = one.restore(backup)

    assert (done.unsent, done.taken_up) == (3, 3)
    assert {pending.change.change_id for pending in one.pending} == ids
    assert one.notes[old]["title"] == "แก้แล้ว"
    settled(one, two)
    assert one.pending == []
    assert (
        one.notes
        == two.notes
        == {
            old: {"title": "แก้แล้ว", "body": "เดิม"},
            made: {"title": "ใหม่", "body": "เพิ่ม"},
            unsent: {"title": "ยังไม่ส่ง"},
        }
    )


def test_without_the_unsent_edits_the_file_set_aside_still_has_them(site: Site) -> None:
    one = desk_on(site, "one")
    one.save(None, title="ก")
    one.sync()
    backup = one.back_up()
    one.save(None, title="เผลอทำ")

    done = one.restore(backup, with_unsent=False)

    assert (done.unsent, done.taken_up, one.pending) == (1, 0, [])
    assert done.set_aside is not None
    assert (done.set_aside / "thongthin.db").exists()


def test_a_change_that_waited_in_the_backup_and_was_sent_since_is_taken_once(site: Site) -> None:
    one, two = desk_on(site, "one"), desk_on(site, "two")
    one.sync()
    note = one.save(None, title="ก")
    backup = one.back_up()
    one.sync()
    two.sync()
    two.save(note, body="ของอีกเครื่อง")
    settled(two)

    one.restore(backup)
    settled(one, two)

    assert one.pending == []
    assert one.notes == two.notes == {note: {"title": "ก", "body": "ของอีกเครื่อง"}}


def test_a_restored_desk_whose_former_file_is_lost_enrols_as_a_new_device(site: Site) -> None:
    one, two = desk_on(site, "one"), desk_on(site, "two")
    note = one.save(None, title="ก")
    one.sync()
    one.save(note, body="รอส่งตอนสำรอง")
    backup = one.back_up()
    one.sync()
    # One request alone after the backup is as good as one whose reply was lost.
    one.sync()
    device = one.enrolled.device_id
    one.database.close()
    (one.folder / "thongthin.db").write_bytes(b"")

    one.restore(backup)
    with pytest.raises(Refused) as told:
        one.sync()
    assert told.value.code == "rewound"
    one.enrol_again()
    settled(one, two)

    assert one.enrolled.device_id != device
    assert one.pending == []
    assert one.notes == two.notes == {note: {"title": "ก", "body": "รอส่งตอนสำรอง"}}


def test_blocks_of_numbers_leased_before_a_restore_are_given_up_and_those_leased_after_it_are_kept_whatever_the_clock_says(
    site: Site,
) -> None:
    one = desk_on(site, "one")
    before, after = "01ff0000-0000-7000-8000-000000000001", "01000000-0000-7000-8000-000000000001"

    def leased(request_id: str, first: int) -> Lease:
        return Lease(request_id=request_id, stream="office/6560115", book="1", year=2570, count=50, first=first, last=first + 49)

    with one.database.write() as connection:
        numbers.put(connection, leased(before, 1))
    backup = one.back_up()
    one.restore(backup)

    with one.database.write() as connection:
        assert numbers.leases(connection) == []
        # The clock was set back by years: the id of the new block is smaller than all before.
        numbers.put(connection, leased(after, 51))
        assert [one.request_id for one in numbers.leases(connection)] == [after]


@pytest.mark.parametrize("seed", [0, 3, 8])
def test_histories_with_restores_converge_and_lose_nothing_acknowledged(site: Site, seed: int) -> None:
    random = Random(seed)
    one, two = desk_on(site, "one"), desk_on(site, "two")
    one.back_up()
    titles: set[str] = set()
    for step in range(28):
        desk = random.choice((one, one, two))
        act = random.choice(("save", "save", "save", "edit", "edit", "delete", "sync", "sync", "backup", "restore"))
        notes = sorted(desk.notes)
        if act == "save":
            titles.add(desk.save(None, title=f"{desk.name} {step}"))
        elif act == "edit" and notes:
            desk.save(random.choice(notes), **{random.choice(("body", "place", "owner")): f"{desk.name} {step}"})
        elif act == "delete" and notes and step % 3 == 0:
            titles.discard(gone := random.choice(notes))
            desk.delete(gone)
        elif act == "sync":
            desk.sync_or_enrol()
        elif act == "backup":
            one.back_up()
        elif act == "restore":
            restored(one, random)
    two.sync()
    acknowledged = two.notes
    restored(one, random)

    settled(one, two)

    assert one.notes == two.notes
    assert one.pending == two.pending == []
    # Whatever the server had said yes to is still there, in the record or, where the restored desk wished otherwise since, in its history.
    assert set(acknowledged) <= set(two.notes) | deleted(two)
    # Everything that was ever made and not deleted by a person is here: restores took the unsent along.
    assert titles - deleted(two) <= set(two.notes)


def restored(desk: SafeDesk, random: Random) -> None:
    """Restores one of the backups that still exist."""
    desk.restore(random.choice(desk.backups.listed()))


def deleted(desk: SafeDesk) -> set[str]:
    """Ids of notes that are deleted."""
    with desk.database.reading() as connection:
        return {row[0] for row in connection.execute("SELECT _id FROM record_note WHERE _deleted = 1")}
