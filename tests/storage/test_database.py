"""The file: keys, threads, processes, kills, full disks, newer versions, copies."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop.storage import migrations, outbox, state
from desktop.storage.audit import check_projection
from desktop.storage.database import FILE_NAME, Changed, Database
from desktop.storage.query import Query
from records.errors import Correctable, Refused, Unavailable
from tests.storage.office import CATALOGUE, KEY, STREAM, Desk

_ROOT = Path(__file__).parents[2]


def test_the_file_says_nothing_to_who_lacks_the_key(desk: Desk) -> None:
    desk.save(None, {"title": "ความลับ"})
    desk.close()

    content = b"".join(path.read_bytes() for path in desk.folder.iterdir())

    assert b"SQLite format" not in content
    assert "ความลับ".encode() not in content
    desk.open()


def test_a_wrong_key_is_refused_and_nothing_changes(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    desk.close()

    for key in (b"x" * 32, b"short"):
        with pytest.raises(Refused, match="does not open this database file"):
            Database.open(desk.folder / FILE_NAME, key, CATALOGUE)

    desk.open()
    assert desk.store.get("project", row.id) == row


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(os.urandom(8192))

    with pytest.raises(Refused, match="damaged"):
        Database.open(tmp_path / FILE_NAME, KEY, CATALOGUE)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is not there"):
        Database.open(tmp_path / "ไม่มี" / FILE_NAME, KEY, CATALOGUE)


def test_a_folder_with_a_thai_name_works(tmp_path: Path) -> None:
    folder = tmp_path / "ข้อมูล อบต."
    folder.mkdir()

    desk = Desk(folder)
    row = desk.save(None, {"title": "ก"})

    assert desk.store.get("project", row.id) == row
    desk.close()


@pytest.mark.parametrize("statement", ["PRAGMA user_version = 1000", "UPDATE setting SET value = '1000' WHERE name = 'schema'"])
def test_a_database_of_a_newer_program_is_refused_and_left_alone(desk: Desk, statement: str) -> None:
    desk.database.read().execute(statement)
    desk.close()
    before = (desk.folder / FILE_NAME).read_bytes()

    with pytest.raises(Refused, match="newer version"):
        Database.open(desk.folder / FILE_NAME, KEY, CATALOGUE)

    assert (desk.folder / FILE_NAME).read_bytes() == before
    shutil.rmtree(desk.folder)
    desk.folder.mkdir()
    desk.open()


def test_a_migration_copies_the_file_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = desk.save(None, {"title": "ก"})
    desk.close()
    add = ("9999_later", lambda db: db.execute("CREATE TABLE later (a INTEGER) STRICT"))
    monkeypatch.setattr(migrations, "_ALL", (*migrations._ALL, add))
    before = migrations.LATEST
    monkeypatch.setattr(migrations, "LATEST", before + 1)

    desk.open()

    copy = Database(desk.folder / f"{FILE_NAME}.before-{before + 1}", KEY, CATALOGUE)
    assert copy.read().value("PRAGMA user_version") == before
    assert copy.read().value("SELECT count(*) FROM record_project") == 1
    copy.close()
    assert desk.database.read().value("SELECT count(*) FROM later") == 0
    assert desk.store.get("project", row.id) == row


def test_a_migration_that_fails_leaves_the_file_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.close()
    add = ("9999_broken", lambda db: db.execute("CREATE TABLE broken (a GHOST) STRICT"))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_ALL", (*migrations._ALL, add))
        patch.setattr(migrations, "LATEST", migrations.LATEST + 1)
        with pytest.raises(Exception, match="GHOST"):
            desk.open()

    desk.open()
    assert desk.database.read().value("PRAGMA user_version") == migrations.LATEST


def test_a_write_inside_a_write_joins_it_and_all_is_rolled_back_together(desk: Desk) -> None:
    heard: list[Changed] = []
    end = desk.database.subscribe(heard.append)

    with pytest.raises(ZeroDivisionError):
        _save_and_fail(desk)
    nothing = desk.store.count(Query("project"))
    with desk.database.write():
        a = desk.save(None, {"title": "ก"})
        b = desk.save(None, {"full_name": "ข"}, type="person")
        during = list(heard)
    end()
    desk.save(None, {"title": "ค"})

    assert nothing == 0
    assert during == []
    assert heard == [Changed(frozenset({"project", "person"}), frozenset({a.id, b.id}))]
    assert heard[0].touches("person")
    assert not heard[0].touches("report")


def _save_and_fail(desk: Desk) -> None:
    with desk.database.write():
        desk.save(None, {"title": "ก"})
        raise ZeroDivisionError


def _save_many(desk: Desk) -> None:
    for _ in range(50):
        desk.save(None, {"title": "ข", "note": "ย" * 5_000})


def _open_and_read(desk: Desk) -> None:
    desk.open()
    desk.store.find(Query("project"))


def test_a_full_disk_is_said_and_what_was_saved_stays(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    connection = desk.database.read()
    pages = connection.value("PRAGMA page_count")
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(Unavailable, match="disk is full") as caught:
        _save_many(desk)

    assert caught.value.code == "disk-full"
    saved = desk.store.count(Query("project"))
    connection.execute("PRAGMA max_page_count = 1073741823")
    desk.save(None, {"title": "ค"})
    assert desk.store.get("project", row.id) == row
    assert desk.store.count(Query("project")) == saved + 1


def test_damage_in_the_middle_of_the_file_is_refused_not_shown(desk: Desk) -> None:
    for i in range(300):
        desk.save(None, {"title": f"โครงการ {i}", "note": "ย" * 300})
    desk.close()
    path = desk.folder / FILE_NAME
    content = bytearray(path.read_bytes())
    for at in range(8192, len(content), 4096):
        content[at + 100] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(Refused, match="damaged"):
        _open_and_read(desk)

    desk.database.close()
    shutil.rmtree(desk.folder)
    desk.folder.mkdir()
    desk.open()


def test_two_threads_write_and_read_at_once(desk: Desk) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(25):
                row = desk.save(None, {"title": f"{number}-{i}"})
                assert desk.store.get("project", row.id) == row
        except BaseException as error:  # noqa: BLE001 - carried to the main thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert desk.store.count(Query("project")) == 50


_OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.storage.office import Desk
desk = Desk(Path(sys.argv[1]), seed=int(sys.argv[2]))
for i in range(int(sys.argv[3])):
    print(desk.save(None, {"title": f"{sys.argv[2]}-{i}", "note": "n" * 200}).id, flush=True)
desk.close()
"""


def _start(folder: Path, seed: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _OTHER_PROCESS, str(folder), str(seed), str(count)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def test_another_process_may_write_and_its_commits_are_noticed(desk: Desk) -> None:
    heard: list[Changed] = []
    desk.database.subscribe(heard.append)

    desk.save(None, {"title": "ก"})
    own = desk.database.poll_other_processes()
    heard.clear()
    with _start(desk.folder, 2, 20) as other:
        for i in range(20):
            desk.save(None, {"title": f"ของเรา {i}"})
        other.communicate()
    heard.clear()

    assert not own
    assert other.returncode == 0
    assert desk.database.poll_other_processes()
    assert heard == [Changed(frozenset(), frozenset())]
    assert heard[0].touches("project")
    assert not desk.database.poll_other_processes()
    assert desk.store.count(Query("project")) == 41


@pytest.mark.parametrize("saves", [1, 7, 30])
def test_what_was_said_to_be_saved_survives_a_kill(tmp_path: Path, saves: int) -> None:
    with _start(tmp_path, 3, 10_000) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(saves)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().split()

    desk = Desk(tmp_path)
    connection = desk.database.read()

    assert check_projection(connection) == []
    assert set(said) <= set(desk.store.ids(Query("project")))
    assert {entry.change.id for entry in outbox.everything(connection)} == set(desk.store.ids(Query("project")))
    assert desk.database.problems() == []
    desk.close()


def test_a_copy_opens_with_the_same_key_and_has_everything(desk: Desk, tmp_path: Path) -> None:
    row = desk.save(None, {"title": "ก"})
    folder = tmp_path / "copy"
    folder.mkdir()

    desk.database.backup(folder / FILE_NAME)
    copy = Desk(folder)

    assert copy.store.get("project", row.id) == row
    copy.close()


def test_a_stream_without_write_access_is_not_edited(desk: Desk) -> None:
    with desk.database.write() as connection:
        state.save_stream(connection, state.StreamState(stream=STREAM, name="อบต. บ้านเหนือ", read_only=True))

    with pytest.raises(Correctable, match="may only read the data of “อบต"):
        desk.save(None, {"title": "ก"})


def test_a_commit_that_need_not_wait_for_the_disk_leaves_all_others_waiting(desk: Desk) -> None:
    connection = desk.database.read()

    with desk.database.write(is_durable=False):
        during = connection.value("PRAGMA synchronous")
        with pytest.raises(RuntimeError, match="durable"):
            desk.save(None, {"title": "ก"})
    with pytest.raises(ZeroDivisionError), desk.database.write(is_durable=False):
        assert 1 // 0
    with desk.database.write(), desk.database.write(is_durable=False):
        inside = connection.value("PRAGMA synchronous")

    assert (during, inside, connection.value("PRAGMA synchronous")) == (1, 2, 2)
    assert desk.save(None, {"title": "ข"}).version == 0
