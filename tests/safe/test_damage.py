"""A damaged file is noticed, set aside and replaced by the newest good backup; what waited in it is taken along as far as it can be read."""

import os
from pathlib import Path
from random import Random

import pytest

from desktop import paths
from desktop.app import open_office
from desktop.services import restoring
from desktop.storage.connection import DatabaseError
from desktop.storage.database import Database
from desktop.storage.failures import DAMAGED
from records.catalogue import BY_TYPE
from records.errors import AppError
from tests.offices import ENVIRON, NOW, made_office
from tests.safe.desks import PLENTY, flipped

KEY = bytes.fromhex("11" * 32)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder: a backup, and unsent work since."""
    home = tmp_path_factory.mktemp("template")
    office = made_office(home)
    for number in range(30):
        office.records.save("project", None, {"title": f"ก่อนสำรอง {number}"})
    office.backups.make(office.database, "daily")
    for number in range(30):
        office.records.save("project", None, {"title": f"หลังสำรอง {number}"})
    office.close()
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    import shutil

    return Path(shutil.copytree(template, tmp_path / "home"))


def noticed(home: Path) -> bool:
    """Whether opening, the daily check or reading everything says that the file is damaged, in a sentence."""
    try:
        database = Database.open(home / paths.DATABASE, KEY, BY_TYPE)
        try:
            return bool(database.problems())
        finally:
            database.close()
    except AppError as error:
        return error.code in (*DAMAGED, "disk", "cannot-open")


def recovered(home: Path) -> tuple[restoring.Restored, list[str]]:
    """Restores the newest good backup and says which titles there are."""
    good = restoring.newest_good(home, KEY)
    assert good is not None
    done = restoring.restore(home, good, KEY, KEY, BY_TYPE, lambda: NOW, os.urandom, free=PLENTY)
    office = made_office(home)
    with office.database.reading() as connection:
        titles = [row[0] for row in connection.execute("SELECT title FROM record_project ORDER BY title")]
    assert office.database.problems() == []
    office.close()
    return done, titles


@pytest.mark.parametrize("seed", range(5))
def test_flipped_bits_are_noticed_and_the_file_is_replaced(home: Path, seed: int) -> None:
    random = Random(seed)
    before = (home / paths.DATABASE).read_bytes()
    flipped(home / paths.DATABASE, random, random.choice((1, 2, 8, 64)))
    damaged = (home / paths.DATABASE).read_bytes()

    assert damaged != before
    assert noticed(home)
    done, titles = recovered(home)

    assert [title for title in titles if title.startswith("ก่อน")] == sorted(f"ก่อนสำรอง {n}" for n in range(30))
    assert [title for title in titles if title.startswith("หลัง")] == sorted(f"หลังสำรอง {n}" for n in range(30)) or not done.is_whole
    assert done.set_aside is not None
    assert (done.set_aside / paths.DATABASE).stat().st_size == len(damaged)


@pytest.mark.parametrize("part", [0, 4_096, 0.9])
def test_a_truncated_file_is_noticed_and_replaced(home: Path, part: float) -> None:
    content = (home / paths.DATABASE).read_bytes()
    (home / paths.DATABASE).write_bytes(content[: int(part * len(content)) if 0 < part < 1 else int(part)])
    if part:
        assert noticed(home)

    _, titles = recovered(home)

    assert len(titles) >= 30


def test_a_lost_log_leaves_a_file_that_is_sound_or_said_to_be_damaged(home: Path) -> None:
    office = open_office(home, environ=ENVIRON)
    office.records.save("project", None, {"title": "ในบันทึก"})
    copy = home.parent / "copied"
    copy.mkdir()
    # As a copy tool that knows nothing of logs would take it.
    (copy / paths.DATABASE).write_bytes((home / paths.DATABASE).read_bytes())
    office.close()

    if not noticed(copy):
        database = Database.open(copy / paths.DATABASE, KEY, BY_TYPE)
        with database.reading() as connection:
            assert connection.value("SELECT count(*) FROM record_project") == 60
        database.close()


def test_an_empty_file_in_the_place_of_the_database_is_restored_over(home: Path) -> None:
    (home / paths.DATABASE).write_bytes(b"")
    done, titles = recovered(home)
    assert (len(titles), done.unsent) == (30, 0)


def test_the_library_itself_never_answers_with_a_wrong_row(home: Path) -> None:
    """Every page is authenticated: a flipped bit is an error on use, not another value."""
    flipped(home / paths.DATABASE, Random(99), 64)
    try:
        database = Database.open(home / paths.DATABASE, KEY, BY_TYPE)
    except AppError:
        return
    try:
        with database.reading() as connection:
            titles = [row[0] for row in connection.execute("SELECT title FROM record_project")]
        assert set(titles) == {f"{when}สำรอง {n}" for when in ("ก่อน", "หลัง") for n in range(30)}
    except (AppError, DatabaseError):
        pass
    finally:
        database.close()
