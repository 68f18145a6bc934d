"""A damaged file is noticed, set aside and replaced by the newest good backup; what waited in it is taken along as far as it can be read."""

import os
from pathlib import Path
from random import Random

import pytest

from desktop import paths
from desktop.app import open_office
from desktop.services import attachments as documents
from desktop.services import restoring
from desktop.services.office import Office
from desktop.storage import attachments, file_states, file_uses, outbox
from desktop.storage.connection import DatabaseError
from desktop.storage.database import Database
from desktop.storage.failures import DAMAGED
from records.catalogue import BY_TYPE
from records.errors import AppError, Unavailable
from records.kinds import FileRef, Json
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


@pytest.mark.parametrize("seed", range(int(os.environ.get("FAULT_SEEDS", "5"))))
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


# Documents ------------------------------------------------------------------------------------------------------------------------


def _attached(office: Office, content: bytes, folder: Path) -> FileRef:
    """A saved record that names a document."""
    path = folder / "เอกสาร.pdf"
    path.write_bytes(content)
    file = documents.attach(office, path)
    named: Json = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
    office.records.save("project", None, {"title": "มีเอกสาร", "attachments": named})
    file_uses.catch_up(office.database)
    return file


def _record_went_in(office: Office) -> None:
    """The server took every record; the documents wait for the next round."""
    with office.database.write() as connection:
        for entry in outbox.everything(connection):
            outbox.remove(connection, entry.change.change_id)


@pytest.mark.parametrize("has_gone_in", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_document_that_was_not_sent_is_taken_out_of_the_damaged_file(home: Path, seed: int, has_gone_in: bool) -> None:
    content = Random(seed).randbytes(300_000)
    office = open_office(home, environ=ENVIRON)
    file = _attached(office, content, home)
    if has_gone_in:
        _record_went_in(office)
    office.close()
    flipped(home / paths.DATABASE, Random(seed), (1, 8, 64)[seed])

    done, _ = recovered(home)

    office = open_office(home, environ=ENVIRON)
    with office.database.reading() as connection:
        found = attachments.content(connection, file.sha256)
        named = file_states.unsent_contents(connection)
    office.close()
    assert (found == content and file.sha256 in named) or (found is None and not done.is_whole)


def test_a_document_of_a_record_that_went_in_comes_over_from_a_sound_file(home: Path) -> None:
    content = Random(5).randbytes(300_000)
    office = open_office(home, environ=ENVIRON)
    file = _attached(office, content, home)
    _record_went_in(office)
    office.close()

    done, _ = recovered(home)

    office = open_office(home, environ=ENVIRON)
    with office.database.reading() as connection:
        assert attachments.content(connection, file.sha256) == content
    office.close()
    assert done.is_whole


@pytest.mark.parametrize(
    "harm", ["UPDATE file_block SET content = zeroblob(length(content)) WHERE number = 0", "DELETE FROM file_block WHERE number = 1"]
)
@pytest.mark.parametrize("is_sent", [True, False])
def test_a_damaged_block_of_a_document_is_noticed_by_its_hash(home: Path, tmp_path: Path, harm: str, is_sent: bool) -> None:
    office = open_office(home, environ=ENVIRON)
    file = _attached(office, Random(6).randbytes(300_000), home)
    with office.database.write() as connection:
        connection.execute(harm)
        if is_sent:
            connection.execute("UPDATE file_state SET is_sent = 1")

    with pytest.raises(Unavailable) as told:
        documents.write(office, file, tmp_path / "out.pdf")

    with office.database.reading() as connection:
        state = file_states.state_of(connection, file.sha256)
    office.close()
    assert told.value.code == "file-damaged"
    assert not (tmp_path / "out.pdf").exists()
    assert (state.is_here, state.is_wished) == (not is_sent, is_sent)
