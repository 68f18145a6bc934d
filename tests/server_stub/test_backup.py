"""`thongthin-server backup` and `restore`: whole or not at all, also while the server serves; and what a restored server tells."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.errors import AppError, Refused, Unavailable
from server_stub import backup as backups
from server_stub import backup_seal
from server_stub.audit import verify
from server_stub.problems import CallProblem
from server_stub.restores import restores_of
from server_stub.storage import sqlite_copies
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.directory import StoredDevice
from server_stub.storage.sqlite import SqliteStorage
from tests.server_stub.conftest import Run
from tests.server_stub.world import OFFICE, START, World

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A server on a file."""
    made = World(tmp_path / "server.db")
    made.made()
    yield made
    made.storage.close()


def _heads(path: Path) -> tuple[int, int]:
    """Head and durable of the office."""
    storage = SqliteStorage(path)
    with storage.read(ALL_STREAMS) as reader:
        state = reader.states([OFFICE])[OFFICE]
    storage.close()
    return state.head, state.durable


def _restored(world: World, path: Path, backup: Path, **more: Any) -> backups.Restored:
    world.storage.close()
    done = backups.restore(path, backup, lambda: NOW, **more)
    world.storage = SqliteStorage(path)
    world.service = type(world.service)(world.storage, world.service._catalogue, world.clock, world.entropy)
    return done


def test_a_backup_holds_what_was_there_and_the_live_database_says_so(world: World, tmp_path: Path) -> None:
    target = tmp_path / "kept" / "monday.db"
    done = backups.back_up(world.storage, tmp_path / "server.db", target)
    world.made()
    assert (done.streams, done.writes, done.bytes) == (1, 1, target.stat().st_size)
    assert sorted(path.name for path in target.parent.iterdir()) == ["monday.db", "monday.db.sha256"]
    assert world.service.heads(world.som, {"streams": {OFFICE: START}}).durable == {OFFICE: 1}  # type: ignore[union-attr]
    assert world.pull().cursors[OFFICE].durable == 1
    assert (_heads(target), world.head()) == ((1, 0), 2)


def test_writes_go_on_while_a_backup_is_taken(world: World, tmp_path: Path) -> None:
    with world.storage.write(OFFICE) as writer:
        # A write that has not ended neither stops the copy nor comes into it.
        sqlite_copies.copy(tmp_path / "server.db", tmp_path / "b.db")
        writer.set_last_number(OFFICE, "1", 2570, 9)
    assert (_heads(tmp_path / "b.db")[0], verify(world.storage).damage) == (1, ())


@pytest.mark.parametrize("step", ["copy", "_heads", "bring", "flush"])
def test_a_backup_cut_off_leaves_the_former_one_and_nothing_else(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "kept" / "b.db"
    backups.back_up(world.storage, tmp_path / "server.db", target)
    before = target.read_bytes()
    world.made()

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sqlite_copies if step == "copy" else backups, step, fail)
    with pytest.raises(Unavailable):
        backups.back_up(world.storage, tmp_path / "server.db", target)
    assert (sorted(path.name for path in target.parent.iterdir()), target.read_bytes()) == (["b.db", "b.db.sha256"], before)
    assert world.pull().cursors[OFFICE].durable == 1


def test_a_restore_sets_the_database_aside_and_marks_the_new_one(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "kept" / "b.db"
    backups.back_up(world.storage, path, backup)
    world.made()
    world.made()
    done = _restored(world, path, backup)
    assert (done.writes, done.damage, _heads(Path(done.set_aside or "") / "server.db")[0]) == (1, 0, 3)
    with world.storage.read(ALL_STREAMS) as reader:
        state = reader.states([OFFICE])[OFFICE]
    assert (state.head, state.durable, state.restored) == (1, 1, 1)
    with world.storage.look_up() as directory:
        assert restores_of(directory) == type(restores_of(directory))(1, NOW)
    with pytest.raises(CallProblem) as raised:
        world.pull(at={"cursor": 3, "chain": "f" * 16})
    assert (raised.value.code, _heads(backup)) == ("fork", (1, 0))


def test_a_restore_again_keeps_the_lowest_head_and_counts_on(world: World, tmp_path: Path) -> None:
    path, first, second = tmp_path / "server.db", tmp_path / "a.db", tmp_path / "b.db"
    backups.back_up(world.storage, path, first)
    _restored(world, path, first)
    world.made()
    backups.back_up(world.storage, path, second)
    world.made()
    for backup, head in ((second, 2), (second, 2), (first, 1)):
        _restored(world, path, backup)
        with world.storage.read(ALL_STREAMS) as reader:
            state = reader.states([OFFICE])[OFFICE]
        assert (state.head, state.durable, state.restored) == (head, head, 1)
    with world.storage.look_up() as directory:
        assert restores_of(directory).count == 4


def test_a_database_that_is_served_is_not_exchanged(world: World, tmp_path: Path) -> None:
    backup = tmp_path / "b.db"
    backups.back_up(world.storage, tmp_path / "server.db", backup)
    world.made()
    for is_forced in (False, True):
        with pytest.raises(Unavailable) as raised:
            backups.restore(tmp_path / "server.db", backup, lambda: NOW, is_forced=is_forced)
        assert raised.value.code == "in-use"
    assert world.made().seq == 3
    assert not (tmp_path / "set-aside").exists()


def test_a_damaged_database_is_set_aside_as_it_is(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    backups.back_up(world.storage, path, backup)
    world.storage.close()
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])
    broken = path.read_bytes()
    done = _restored(world, path, backup)
    assert ((Path(done.set_aside or "") / "server.db").read_bytes(), world.head()) == (broken, 1)


@pytest.mark.parametrize("kind", ["text", "cut", "flipped", "empty"])
def test_a_damaged_backup_is_refused_and_nothing_changes(world: World, tmp_path: Path, kind: str) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    for _ in range(40):
        world.made(set={"title": "ก" * 90})
    backups.back_up(world.storage, path, backup)
    whole = backup.read_bytes()
    changed = {"text": b"a" * 9000, "cut": whole[: len(whole) // 2], "empty": b"", "flipped": whole[:2000] + b"\xff" * 3000 + whole[5000:]}
    backup.write_bytes(changed[kind])
    world.storage.close()
    with pytest.raises(AppError):
        backups.restore(path, backup, lambda: NOW)
    assert (_heads(path)[0], sorted(one.name for one in tmp_path.iterdir())) == (41, ["b.db", "b.db.sha256", "server.db"])


def test_a_backup_whose_chain_does_not_fit_needs_force(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    backups.back_up(world.storage, path, backup)
    changed = sqlite.connect(str(backup))
    changed.execute("UPDATE revision SET changed_by = 'somebody'")
    changed.commit()
    changed.close()
    backup_seal.seal_of(backup).unlink()
    world.storage.close()
    with pytest.raises(Refused) as raised:
        backups.restore(path, backup, lambda: NOW)
    assert raised.value.code == "force"
    assert _restored(world, path, backup, is_forced=True).damage == 1


def test_a_backup_of_another_server_needs_force(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other.db")
    for one, name in ((world, "a"), (other, "b")):
        with one.storage.directory() as directory:
            directory.set_meta("server_device", name)
    backups.back_up(other.storage, tmp_path / "other.db", tmp_path / "b.db")
    other.storage.close()
    world.storage.close()
    with pytest.raises(Refused):
        backups.restore(tmp_path / "server.db", tmp_path / "b.db", lambda: NOW)


def test_who_was_shut_out_since_the_backup_stays_outside(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    device = StoredDevice("d1", "pc", "linux", "1", "", "", "t", None, 0)
    with world.storage.directory() as directory:
        directory.put_device(device)
    backups.back_up(world.storage, path, backup)
    with world.storage.directory() as directory:
        directory.put_device(device.__class__("d1", "pc", "linux", "1", "", "", "t", "2026-11-22T03:00:00Z", 0))
    _restored(world, path, backup)
    with world.storage.look_up() as directory:
        assert directory.device("d1").revoked_at == "2026-11-22T03:00:00Z"  # type: ignore[union-attr]


def test_documents_go_along_and_only_new_ones_are_brought(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "live" / "server.db", tmp_path / "kept" / "b.db"
    (tmp_path / "live").mkdir()
    live = World(path)
    live.made()
    name = hashlib.sha256(b"a").hexdigest()
    place = path.parent / "files" / OFFICE / name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"a")
    (place.parent / "unfinished.part").write_bytes(b"x")
    assert [backups.back_up(live.storage, path, backup).files for _ in range(2)] == [1, 0]
    assert [one.name for one in (backup.parent / "files" / OFFICE).iterdir()] == [name]
    place.unlink()
    assert (_restored(live, path, backup).files, place.read_bytes()) == (1, b"a")
    live.storage.close()


def _lease(world: World, book: str = "1", year: int = 2570, **more: Any) -> tuple[int, int]:
    from server_stub.numbers import NumbersRequest

    request = NumbersRequest(OFFICE, book, year, 5, more.pop("request_id", world.new_id()), **more)
    reply = world.service.numbers(world.som, request)
    return reply.from_, reply.to


def _is_waiting(world: World, **more: Any) -> bool:
    try:
        _lease(world, **more)
    except CallProblem as error:
        return (error.code, error.type.status, error.retry_after_s) == ("needs-floor", 503, 900)
    return False


def test_after_a_restore_a_book_waits_until_its_floor_is_named(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    known = world.new_id()
    assert _lease(world, request_id=known) == (1, 5)
    backups.back_up(world.storage, path, backup)
    assert _lease(world) == (6, 10)
    for count, floor, first in ((1, 10, 11), (2, 30, 31)):
        _restored(world, path, backup)
        # What was leased before the backup is still answered; what a floor named before this restore says is not trusted.
        assert (_lease(world, request_id=known), _is_waiting(world), _is_waiting(world, book="new")) == ((1, 5), True, True)
        with world.storage.write(OFFICE) as writer:
            writer.set_number_floor(OFFICE, "1", 2570, floor, count)
        assert (_lease(world), _is_waiting(world, book="new")) == ((first, first + 4), True)
        assert _lease(world, seen=90) == (91, 95)


def test_a_year_that_begins_long_after_the_restore_needs_no_floor(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    backups.back_up(world.storage, path, backup)
    _restored(world, path, backup)
    # Restored on 22 November 2026: fiscal 2571 begins on 1 October 2027, calendar 2570 on 1 January 2027.
    assert (_is_waiting(world, year=2570), _is_waiting(world, year=2571)) == (True, False)
    assert (_is_waiting(world, book="letter_in", year=2569), _is_waiting(world, book="letter_in", year=2570)) == (True, False)


def test_a_clock_set_back_by_years_at_the_restore_spares_no_book_its_floor(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    world.one(world.change())
    backups.back_up(world.storage, path, backup)
    world.storage.close()
    backups.restore(path, backup, lambda: NOW - timedelta(days=3650))
    world.storage = SqliteStorage(path)
    world.service = type(world.service)(world.storage, world.service._catalogue, world.clock, world.entropy)
    # The backup holds later work: the clock is wrong, and how long ago the backup was made is not known.
    assert (_is_waiting(world, year=2570), _is_waiting(world, year=2571), _is_waiting(world, year=2573)) == (True, True, False)


def test_a_block_offered_again_is_never_leased_twice(world: World, tmp_path: Path) -> None:
    path, backup = tmp_path / "server.db", tmp_path / "b.db"
    backups.back_up(world.storage, path, backup)
    _restored(world, path, backup)
    with world.storage.write(OFFICE) as writer:
        writer.set_number_floor(OFFICE, "1", 2570, 0, 1)
    origin = {"change_id": world.new_id(), "changed_by": "som", "device": "d", "changed_at": "2026-11-22T03:00:00Z", "hash": "0" * 16}
    block = {"book": "1", "year": 2570, "from_number": 1, "to_number": 50, "device": "d"}
    assert world.one(world.change(type="number_block", set=block, origin=origin)).status == "applied"
    assert _lease(world) == (51, 55)


def test_the_commands_name_what_waits_and_take_floors(server: Run, tmp_path: Path) -> None:
    backup = str(tmp_path / "b.db")
    assert server("add-account", "som", "--role", "clerk", "--stream", f"{OFFICE}:write")[0] == 0
    home = tmp_path / "home" / "thongthin-server.db"
    storage = SqliteStorage(home)
    with storage.write(OFFICE) as writer:
        writer.set_last_number(OFFICE, "1", 2569, 40)
        writer.use_number(OFFICE, "1", 2569, 41, "r")
    storage.close()
    code, out, _ = server("backup", backup, "--json")
    assert (code, json.loads(out)["streams"]) == (0, 1)
    code, out, _ = server("restore", backup, "--json")
    assert (code, json.loads(out)["floors_needed"]) == (3, 1)
    code, out, _ = server("floors", "--json")
    book = {"stream": OFFICE, "book": "1", "year": 2569, "leased": 40, "used": 41, "floor": None, "waiting": True}
    assert (code, json.loads(out)) == (3, [book])
    code, out, _ = server("floor", OFFICE, "1", "2569", "60", "--json")
    assert (code, json.loads(out)["next"]) == (0, 61)
    code, out, _ = server("floors", "--json")
    assert (code, json.loads(out)) == (0, [{**book, "floor": 60, "waiting": False}])
    assert server("floor", "office/none", "1", "2569", "60")[0] == 1
    assert server("restore", str(tmp_path / "none.db"))[0] == 1
    assert server("backup", str(home))[0] == 1
    assert "61" in server("floor", OFFICE, "1", "2569", "60")[1]
    assert "Backed up" in server("backup", backup)[1]


@contextmanager
def _served(home: Path) -> Iterator[str]:
    environment = {**os.environ, "THONGTHIN_HOME": str(home), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "server_stub", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("ready ").strip()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=120)


def test_a_real_server_is_backed_up_while_it_serves_and_not_restored_under_it(server: Run, tmp_path: Path) -> None:
    assert server("init")[0] == 0
    backup = str(tmp_path / "b.db")
    with _served(tmp_path / "home") as address:
        assert server("backup", backup)[0] == 0
        code, _, complaint = server("restore", backup, "--force")
        assert (code, "Stop thongthin-server serve" in complaint) == (1, True)
        assert httpx.get(f"{address}/sync/v1/hello", headers={"Sync-Protocol": "1"}).status_code == 200
    assert server("restore", backup)[0] == 0
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromtimestamp((tmp_path / "home" / "thongthin-server.db").stat().st_mtime, UTC)
