"""Bytes that change where they lie: documents and backups of the server, backups of a desk, bundles on a stick. Noticed each time, never used.

FAULT_SEEDS says how many seeds (`make faults`: 20); a seed flips 1 to 64 bits anywhere, or cuts the file short. What damages a desk's database:
tests/safe/test_damage.py; what changes on its way: test_line.py.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.services import restoring
from desktop.storage import outbox
from desktop.storage.outbox import Pending
from records.catalogue import BY_TYPE
from records.errors import AppError
from server_stub import backup as backups
from server_stub import backup_seal
from server_stub.audit import verify
from server_stub.problems import CallProblem
from server_stub.storage.sqlite import SqliteStorage
from tests.bundles.site import Site
from tests.faults.site import tried
from tests.offices import NOW, made_office
from tests.safe.desks import PLENTY, flipped
from tests.server_stub.conftest import Run, server  # noqa: F401 - a fixture
from tests.server_stub.world import World
from tests.simulation.desk import Desk
from tests.sync.filing import FilingSite, content_of
from tests.sync.office import STREAM

SEEDS = range(int(os.environ.get("FAULT_SEEDS", "6")))


def harmed(path: Path, seed: int) -> None:
    """Flips 1 to 64 bits of a file, each fifth seed cuts it short instead."""
    random = Random(seed)
    if seed % 5 == 4:
        content = path.read_bytes()
        path.write_bytes(content[: random.randrange(len(content))])
    else:
        flipped(path, random, random.choice((1, 1, 2, 8, 64)))


# Documents of the server --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[FilingSite]:
    made = FilingSite(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_document_of_the_server_is_shown_to_nobody_and_sent_again_by_whoever_has_it(filed: FilingSite, seed: int) -> None:
    one, two = filed.desk("one"), filed.desk("two")
    content = content_of(seed, 20_000)
    one.attach(content)
    one.sync()
    harmed(filed.kept[0], seed)

    assert two.sync().files.received == 0
    assert (two.content(content), filed.kept) == (None, [])
    filed.later(days=1, minutes=1)
    one.sync()

    assert two.sync().files.received == 1
    assert (two.content(content), [path.read_bytes() for path in filed.kept]) == (content, [content])
    aside = list((filed.folder / "files" / ".damaged").rglob("*.*"))
    assert [path.name.partition(".")[0] for path in aside if path.is_file()] == [filed.kept[0].name]


def test_verify_names_damaged_documents_and_sets_them_aside(server: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    server("init")
    sound, broken = "ab" * 32, "cd" * 32
    place = tmp_path / "home" / "files" / STREAM.replace("/", "%2F")
    place.mkdir(parents=True)
    (place / broken).write_bytes(b"x")
    code, printed, _ = server("verify", "--json")
    assert (code, json.loads(printed)["ok"], json.loads(printed)["files"]) == (3, False, 1)
    assert json.loads(printed)["damaged_files"] == [{"stream": STREAM, "sha256": broken}]
    assert sound not in printed

    code, printed, _ = server("verify", "--json")

    assert (code, json.loads(printed)["files"], list(place.iterdir())) == (0, 0, [])


def test_a_document_that_was_sent_again_takes_the_place_of_the_damaged_one_in_the_backup(tmp_path: Path) -> None:
    database, kept = tmp_path / "server.db", tmp_path / "kept" / "b.db"
    world = World(database)
    content = content_of(1, 5_000)
    place = tmp_path / "files" / "a" / ("ab" * 32)
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    os.utime(place, (1_000_000, 1_000_000))
    backups.back_up(world.storage, database, kept)
    # Linked, the backup has the damage of the server's disk.
    flipped(place, Random(1), 1)
    os.utime(place, (1_000_000, 1_000_000))
    place.rename(tmp_path / "aside")
    place.write_bytes(content)

    brought = [backups.back_up(world.storage, database, kept).files for _ in range(2)]

    world.storage.close()
    assert (brought, (kept.parent / "files" / "a" / place.name).read_bytes()) == ([1, 0], content)


# Backups of the server ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder with a backup in it, closed."""
    folder = tmp_path_factory.mktemp("backed-up")
    world = World(folder / "server.db")
    for _ in range(5):
        world.made()
    backups.back_up(world.storage, folder / "server.db", folder / "kept" / "b.db")
    world.made()
    world.storage.close()
    return folder


def _writes(path: Path) -> int:
    storage = SqliteStorage(path)
    found = verify(storage)
    storage.close()
    assert found.damage == ()
    return found.revisions


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_damaged_backup_of_the_server_is_not_put_back(backed_up: Path, tmp_path: Path, seed: int, is_sealed: bool) -> None:
    home = Path(shutil.copytree(backed_up, tmp_path / "home"))
    database, kept = home / "server.db", home / "kept" / "b.db"
    before = _writes(database)
    harmed(kept, seed)
    if not is_sealed:
        backup_seal.seal_of(kept).unlink()

    told = tried(lambda: backups.restore(database, kept, lambda: NOW))

    # Without its checksum a flipped bit in an empty part of a page is nobody's: what is put back is whole all the same.
    assert told is not None or not is_sealed
    assert _writes(database) == before - (told is None)


def test_a_backup_fits_its_checksum_while_another_takes_its_place(backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(shutil.copytree(backed_up, tmp_path / "home"))
    database, kept = home / "server.db", home / "kept" / "b.db"
    storage = SqliteStorage(database)
    seal = backup_seal.seal_of(kept)
    former, is_former_kept = seal.read_text(), []
    replace = Path.replace

    def seen(path: Path, target: Path) -> Path:
        backup_seal.check(kept)
        is_former_kept.append(former in seal.read_text())
        done = replace(path, target)
        backup_seal.check(kept)
        return done

    monkeypatch.setattr(Path, "replace", seen)
    backups.back_up(storage, database, kept)
    storage.close()

    assert is_former_kept == [True, True, True]
    assert (seal.read_text() != former, len(seal.read_text().splitlines())) == (True, 1)


# Backups of a desk --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_backup_of_a_desk_gives_way_to_the_one_before_it(tmp_path: Path, seed: int) -> None:
    office = made_office(tmp_path)
    office.records.save("project", None, {"title": "ก่อน"})
    older = office.backups.make(office.database, "manual").made
    office.records.save("project", None, {"title": "หลัง"})
    newer = office.backups.make(office.database, "manual").made
    key = office.database.key
    office.close()
    harmed(newer.database, seed)

    with pytest.raises(AppError):
        restoring.restore(tmp_path, newer, key, key, BY_TYPE, lambda: NOW, os.urandom, free=PLENTY)

    good = restoring.newest_good(tmp_path, key)
    assert good is not None
    assert (good.name, newer.name) == (older.name, newer.name)


# Bundles on a stick -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_stick_changes_nothing_on_either_side_and_the_sound_one_goes_in(tmp_path: Path, seed: int) -> None:
    site = Site(tmp_path)
    desk = site.desk("one")
    site.make(desk, "ไปกับแฟ้ม")
    stick = tmp_path / "work.ttb"
    work = site.export(desk)
    stick.write_bytes(work)
    harmed(stick, seed)

    with pytest.raises((AppError, CallProblem)):
        site.relay(desk, stick.read_bytes())
    assert verify(site.storage).revisions == 0

    reply = site.relay(desk, work)
    stick.write_bytes(reply)
    harmed(stick, seed)
    with pytest.raises(AppError):
        site.apply(desk, stick.read_bytes())
    assert [entry.state for entry in _waiting(desk)] == ["in_flight"]

    taken = site.apply(desk, reply)
    assert (taken.report.pushed, _waiting(desk)) == (1, [])
    site.close()


def _waiting(desk: Desk) -> list[Pending]:
    with desk.database.reading() as connection:
        return outbox.everything(connection)
