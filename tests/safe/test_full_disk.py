"""A full disk: a sentence, nothing lost, and work goes on once there is room. On a real small disk where one can be made here."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import paths
from desktop.services.backups import Backups
from desktop.services.office import Office
from desktop.storage.database import Database
from desktop.storage.query import Query
from records.errors import AppError, Unavailable
from records.words import Words
from tests.offices import made_office
from tests.safe.desks import PLENTY, desk_on
from tests.sync.loopback import Site


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def filled(place: Path, leave: int = 0) -> Path:
    """Fills the disk but for so many bytes."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4_096)
        except OSError:
            pass
    if leave:
        with filler.open("r+b") as file:
            file.truncate(filler.stat().st_size - leave)
    return filler


def imported(office: Office) -> None:
    """Saves as many records in one act as an import does."""
    with office.store.act("somchai", Words("ก", "a")) as act:
        for number in range(2_000):
            office.store.save("office/6600101", "project", None, {"title": f"นำเข้า {number} " + "ก" * 400}, act=act)


def test_saving_backing_up_and_importing_on_a_full_disk_say_so_and_go_on_after(small_disk: Path) -> None:
    office = made_office(small_disk / "home")
    office.records.save("project", None, {"title": "ก่อนเต็ม"})
    filler = filled(small_disk)

    codes = []
    for number in range(400):
        try:
            office.records.save("project", None, {"title": f"ลอง {number} " + "ก" * 400})
        except Unavailable as error:
            codes.append(error.code)
            break
    with pytest.raises(Unavailable) as backup:
        Backups(office.folder, office.clock, lambda: "", PLENTY).make(office.database)
    saved = office.store.count(Query("project", None))
    with pytest.raises(Unavailable) as bulk:
        imported(office)
    assert office.store.count(Query("project", None)) == saved

    filler.unlink()
    office.records.save("project", None, {"title": "หลังมีที่ว่าง"})
    made = Backups(office.folder, office.clock, lambda: "", PLENTY).make(office.database).made
    office.close()

    assert codes == ["disk-full"]
    assert bulk.value.code == "disk-full"
    assert backup.value.code == "disk-full"
    assert made.facts.counts["project"] == saved + 1


def test_a_recovery_code_on_a_full_disk_leaves_the_former_one(small_disk: Path) -> None:
    office = made_office(small_disk / "home")
    office.keys.make_code()
    before = (office.folder / paths.KEY).read_bytes()
    filler = filled(small_disk)

    with pytest.raises(Unavailable):
        office.keys.make_code()
    assert (office.folder / paths.KEY).read_bytes() == before
    filler.unlink()
    assert office.keys.make_code().code
    office.close()


@pytest.mark.parametrize("spare", [0, 1, 2, 3, 5, 8])
def test_a_save_that_runs_out_of_pages_anywhere_keeps_nothing_of_itself(tmp_path: Path, spare: int) -> None:
    office = made_office(tmp_path)
    office.records.save("project", None, {"title": "เดิม"})
    with office.database.reading() as connection:
        connection.execute(f"PRAGMA max_page_count = {connection.value('PRAGMA page_count') + spare}").fetchone()
        done = 0
        codes: list[str] = []
        while not codes:
            try:
                office.records.save("project", None, {"title": f"{done} " + "ก" * 300})
                done += 1
            except AppError as error:
                codes.append(error.code)
        assert codes == ["disk-full"]
        assert office.store.count(Query("project", None)) == done + 1
        assert connection.value("SELECT count(*) FROM outbox") == done + 1
        connection.execute("PRAGMA max_page_count = 1000000").fetchone()
    office.records.save("project", None, {"title": "หลัง"})
    office.close()
    database = Database.open(tmp_path / paths.DATABASE, bytes.fromhex("11" * 32), office.catalogue)
    assert database.problems() == []
    database.close()


def test_a_round_on_a_full_disk_says_so_and_the_next_one_ends_where_it_should(tmp_path: Path) -> None:
    site = Site(tmp_path)
    one, two = desk_on(site, "one"), desk_on(site, "two")
    one.make(300)
    one.sync()
    with two.database.reading() as connection:
        connection.execute(f"PRAGMA max_page_count = {connection.value('PRAGMA page_count') + 8}").fetchone()
        with pytest.raises(Unavailable) as told:
            two.sync()
        connection.execute("PRAGMA max_page_count = 1000000").fetchone()
    report = two.sync()

    assert told.value.code == "disk-full"
    assert (report.done, two.notes == one.notes) == (True, True)
    site.close()
