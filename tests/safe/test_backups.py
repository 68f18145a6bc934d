"""Backups: whole, verified, never half; what hinders them is said in words; a stick opens on another computer by the code alone."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from desktop import paths
from desktop.app import open_office
from desktop.services import restoring
from desktop.services.backup_sets import sets_in
from desktop.services.backups import Backups
from desktop.storage import copies, migrations
from desktop.storage.database import Database
from records.catalogue import BY_TYPE
from records.errors import AppError, Refused, Unavailable
from tests.offices import ENVIRON, NOW, made_office, thongthin
from tests.safe.desks import PLENTY, flipped

ROOT = Path(__file__).resolve().parents[2]


def test_a_backup_holds_every_record_and_opens_as_one_file(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    for title in ("ก", "ข"):
        office.records.save("project", None, {"title": title})
    made = office.backups.make(office.database, "manual").made
    office.close()

    examined = copies.examine(made.database, bytes.fromhex("11" * 32))
    assert (dict(examined.counts), examined.waiting, examined.problems) == ({"project": 2}, 2, ())
    assert (made.records, made.is_verified, made.has_code) == (2, True, False)
    assert sorted(path.name for path in made.path.iterdir()) == ["backup.json", "thongthin.db"]


def test_the_command_line_backs_up_and_restores(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made_office(home).close()
    saved = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ก"}').json
    backup = thongthin(home, "backup", "--json").json
    thongthin(home, "record", "save", "project", "--id", saved["id"], stdin='{"title": "ผิด"}')
    shared = thongthin(home, "backup", "--to", str(tmp_path / "stick"), "--json").json

    assert [one["name"] for one in thongthin(home, "backup", "--list", "--json").json] == [backup["name"]]
    assert [one["name"] for one in thongthin(home, "restore", "--list", "--from", str(tmp_path / "stick"), "--json").json] == [
        shared["name"]
    ]
    restored = thongthin(home, "restore", "--from", backup["name"], "--without-unsent", "--json")

    assert (restored.code, restored.json["unsent"], restored.json["taken_up"]) == (0, 1, 0)
    assert thongthin(home, "record", "get", "project", saved["id"], "--json").json["fields"]["title"] == "ก"
    assert (Path(restored.json["set_aside"]) / paths.DATABASE).exists()
    assert thongthin(home, "restore").code == thongthin(home, "restore", "--from", "nothing").code == 1


def test_a_stick_opens_on_another_computer_by_the_code_alone(tmp_path: Path) -> None:
    home, stick, other = tmp_path / "home", tmp_path / "stick", tmp_path / "other"
    made_office(home).close()
    thongthin(home, "record", "save", "project", stdin='{"title": "ก"}')
    code = thongthin(home, "recovery-code", "--new", "--json").json["code"]
    thongthin(home, "backup", "--to", str(stick))
    new = {"THONGTHIN_KEY": "33" * 32}

    assert thongthin(other, "restore", "--from", str(stick), environ=new).code == 1
    done = thongthin(other, "restore", "--from", str(stick), environ={**new, "THONGTHIN_RECOVERY_CODE": code})

    assert done.code == 0, done.err
    assert [one["fields"]["title"] for one in thongthin(other, "record", "list", "project", "--json", environ=new).json] == ["ก"]
    assert thongthin(other, "status", environ={"THONGTHIN_KEY": "11" * 32}).code == 1


def test_a_second_place_gets_a_verified_copy_and_its_failure_leaves_the_first(tmp_path: Path) -> None:
    office = made_office(tmp_path / "home")
    stick = tmp_path / "stick"
    backups = Backups(office.folder, office.clock, lambda: str(stick), PLENTY)

    away = backups.make(office.database, "manual")
    stick.mkdir()
    there = backups.make(office.database, "manual")
    office.close()

    assert away.second is None
    assert away.problem is not None
    assert "not be plugged in" in away.problem.message.en
    assert there.second is not None
    assert [one.name for one in sets_in(stick)] == [there.made.name]
    assert len(backups.listed()) == 2


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    tight = Backups(tmp_path, office.clock, lambda: "", lambda _: 1_000)

    with pytest.raises(Unavailable) as told:
        tight.make(office.database)
    office.close()

    assert told.value.code == "backup-space"
    assert list((tmp_path / paths.BACKUPS).iterdir()) == []


def test_a_damaged_backup_is_told_and_never_restored(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    made = office.backups.make(office.database, "manual").made
    key = office.database.key
    office.close()
    flipped(made.database, Random(1), 8)

    with pytest.raises(Refused):
        restoring.restore(tmp_path, made, key, key, BY_TYPE, lambda: NOW, os.urandom, free=PLENTY)
    assert thongthin(tmp_path, "status").code == 0


def test_the_schema_is_changed_after_a_backup_only(tmp_path: Path) -> None:
    older = {name: spec for name, spec in BY_TYPE.items() if name != "project"}
    open_office(tmp_path, environ=ENVIRON, catalogue=older, clock=lambda: NOW).close()
    assert sets_in(tmp_path / paths.BACKUPS) == []

    made_office(tmp_path).close()

    (made,) = sets_in(tmp_path / paths.BACKUPS)
    assert (made.reason, made.is_verified) == ("before-upgrade", True)
    assert copies.examine(made.database, bytes.fromhex("11" * 32)).schema == migrations.LATEST


def test_another_program_with_the_file_open_keeps_a_restore_from_replacing_it(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    made = office.backups.make(office.database, "manual").made

    with pytest.raises(Unavailable) as told:
        restoring.restore(tmp_path, made, office.database.key, office.database.key, BY_TYPE, lambda: NOW, os.urandom, free=PLENTY)

    assert told.value.code == "in-use"
    office.records.save("project", None, {"title": "ยังทำงานได้"})
    office.close()
    assert not (tmp_path / "thongthin.restoring").exists()


def test_a_restore_cut_off_at_any_step_is_finished_or_never_happened(tmp_path: Path) -> None:
    office = made_office(tmp_path / "first")
    office.records.save("project", None, {"title": "ก"})
    made = office.backups.make(office.database, "manual").made
    office.records.save("project", None, {"title": "ข"})
    key = office.database.key
    office.close()

    outcomes = set()
    for step in range(12):
        folder = tmp_path / f"cut{step}"
        shutil.copytree(tmp_path / "first", folder)
        with pytest.MonkeyPatch.context() as patch:
            _cut_off_at(patch, step)
            try:
                one = next(iter(sets_in(folder / paths.BACKUPS)))
                restoring.restore(folder, one, key, key, BY_TYPE, lambda: NOW, os.urandom, with_unsent=False, free=PLENTY)
                cut = False
            except _Cut:
                cut = True
        # A process that is killed leaves no tidying: what the next start finds is what counts.
        listed = thongthin(folder, "record", "list", "project", "--json")
        outcomes.add((cut, len(listed.json)))
        assert listed.code == 0
    assert {count for _, count in outcomes} == {1, 2}
    assert made.records == 1


class _Cut(BaseException):
    """The power went."""


def _cut_off_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """Has the power go at the n-th link, rename or replace, before it happens; stands in for the power."""
    count = 0

    def counting(name: str) -> None:
        original = getattr(Path, name)

        def moved(self: Path, *arguments: object) -> object:
            nonlocal count
            count += 1
            if count > step:
                raise _Cut
            return original(self, *arguments)

        patch.setattr(Path, name, moved)

    counting("rename")
    counting("replace")


def test_a_backup_killed_in_the_middle_leaves_the_former_ones_and_no_half(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    with office.database.write() as connection:
        connection.executemany("INSERT INTO setting VALUES (?, ?)", [(f"filler {n}", "ก" * 3_000) for n in range(2_000)])
    good = office.backups.make(office.database, "manual").made
    office.close()
    environ = {**os.environ, "THONGTHIN_KEY": "11" * 32, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "desktop", "--home", str(tmp_path), "backup"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not list((tmp_path / paths.BACKUPS).glob(".part-*/thongthin.db")) and time.monotonic() < until:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)

    left = sets_in(tmp_path / paths.BACKUPS)
    assert good.name in [one.name for one in left]
    assert list((tmp_path / paths.BACKUPS).glob(".part-*"))
    again = thongthin(tmp_path, "backup")
    assert again.code == 0, again.err
    assert not list((tmp_path / paths.BACKUPS).glob(".part-*"))
    for one in sets_in(tmp_path / paths.BACKUPS):
        assert copies.examine(one.database, bytes.fromhex("11" * 32)).problems == ()


def test_a_deleted_data_folder_is_noticed_before_anything_is_written_to_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    office = made_office(home)
    office.records.save("project", None, {"title": "ก"})
    home.rename(tmp_path / "gone")

    with pytest.raises(AppError) as told:
        office.records.save("project", None, {"title": "ข"})
    (tmp_path / "gone").rename(home)
    office.records.save("project", None, {"title": "ค"})
    office.close()

    assert told.value.code == "folder-missing"
    database = Database.open(home / paths.DATABASE, bytes.fromhex("11" * 32), BY_TYPE)
    with database.reading() as connection:
        assert connection.value("SELECT count(*) FROM record_project") == 2
    database.close()
