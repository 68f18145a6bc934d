"""`thongthin-server backup`, `restore` and `mark-restored` on PostgreSQL: one moment, read back; one transaction, or nothing."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL

from benchmarks.postgres import Cluster
from records.errors import AppError, Correctable, Refused, Unavailable
from records.stored import FIRST_CHAIN
from server_stub import backup as backups
from server_stub import backup_seal, postgres_backup
from server_stub.backup import BackedUp, Restored
from server_stub.cli import run as server
from server_stub.problems import CallProblem
from server_stub.restores import restores_of
from server_stub.storage import postgres_copies
from server_stub.storage.base import ALL_STREAMS, StreamState
from server_stub.storage.directory import StoredDevice
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.postgres_address import address_of
from server_stub.storage.postgres_connections import Connections
from server_stub.storage.postgres_programs import Programs
from server_stub.storage.postgres_schema import make_schema, migrate
from tests.postgres import LOGIN, run
from tests.server_stub.test_backup import _is_waiting, _lease
from tests.server_stub.world import OFFICE, World

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class Place:
    """A server on a database of its own, and what an administrator does with it."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.programs = Programs(cluster.programs)
        self.owner = cluster.address("kept")
        self.url = cluster.address("kept", LOGIN)
        run(cluster, "DROP DATABASE IF EXISTS kept WITH (FORCE)", "CREATE DATABASE kept")
        PostgresStorage(self.owner).close()
        self.world = World(storage=PostgresStorage(self.url))

    def back_up(self, name: str = "b.dump", programs: Programs | None = None) -> BackedUp:
        files = self.folder / "files"
        return postgres_backup.back_up(self.world.storage, self.url, self.folder / "kept" / name, files, programs or self.programs)

    def restore(self, name: str = "b.dump", *, is_forced: bool = False, url: str = "") -> Restored:
        """With the server stopped, and started again whatever comes of it."""
        self.world.storage.close()
        try:
            return postgres_backup.restore(
                url or self.owner, self.folder / "kept" / name, self.folder / "files", self.folder, lambda: NOW, self.programs, is_forced=is_forced
            )  # fmt: skip
        finally:
            self.start()

    def start(self) -> None:
        world = self.world
        world.storage = PostgresStorage(self.url)
        world.service = type(world.service)(world.storage, world.service._catalogue, world.clock, world.entropy)

    def state(self) -> StreamState:
        with self.world.storage.read(ALL_STREAMS) as reader:
            return reader.states([OFFICE])[OFFICE]

    def schemas(self) -> list[str]:
        with psycopg.connect(self.owner) as connection:
            return [name for (name,) in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'thongthin%' ORDER BY 1")]


@pytest.fixture
def place(postgres_cluster: Cluster, tmp_path: Path) -> Iterator[Place]:
    made = Place(postgres_cluster, tmp_path)
    made.world.made()
    yield made
    made.world.storage.close()


def test_the_login_of_every_day_takes_a_backup_that_holds_every_row_though_rows_are_guarded(place: Place) -> None:
    for _ in range(5):
        place.world.made()
    done = place.back_up()
    place.world.made()
    assert (done.streams, done.writes, done.path.stat().st_size) == (1, 6, done.bytes)
    assert sorted(one.name for one in done.path.parent.iterdir()) == ["b.dump", "b.dump.sha256"]
    assert place.world.pull().cursors[OFFICE].durable == 6
    assert (place.restore().writes, place.state().head) == (6, 6)


def test_writes_go_on_while_a_backup_is_taken_and_it_holds_one_moment(place: Place) -> None:
    is_done = threading.Event()

    def write() -> None:
        while not is_done.is_set():
            place.world.made()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        done = place.back_up()
    finally:
        is_done.set()
        writing.join()
    assert place.world.head() > done.writes
    assert (place.restore().damage, place.state().head) == (0, done.writes)


def test_a_restore_sets_the_tables_aside_marks_the_new_ones_and_can_be_undone(place: Place) -> None:
    place.back_up()
    place.world.made()
    place.world.made()
    done = place.restore()
    assert (done.writes, done.damage, done.set_aside) == (1, 0, "thongthin_aside_20261122_030000")
    state = place.state()
    assert (state.head, state.durable, state.restored) == (1, 1, 1)
    with place.world.storage.look_up() as directory:
        assert restores_of(directory) == type(restores_of(directory))(1, NOW)
    with pytest.raises(CallProblem) as raised:
        place.world.pull(at={"cursor": 3, "chain": "f" * 16})
    assert raised.value.code == "fork"
    # Rows are guarded as before, also from their owner, and the login of every day deletes none.
    with place.world.storage.read([]) as reader:
        assert reader.states([OFFICE]) == {}
    assert (place.world.made().seq, place.restore().set_aside) == (2, "thongthin_aside_20261122_030000_2")
    run(
        place.cluster,
        "ALTER SCHEMA thongthin RENAME TO thongthin_restored",
        f"ALTER SCHEMA {done.set_aside} RENAME TO thongthin",
        database="kept",
    )
    assert place.state().head == 3


def test_a_restore_again_keeps_the_lowest_head_counts_on_and_distrusts_former_floors(place: Place) -> None:
    known = place.world.new_id()
    assert _lease(place.world, request_id=known) == (1, 5)
    place.back_up()
    assert _lease(place.world) == (6, 10)
    for count, floor, first in ((1, 10, 11), (2, 30, 31)):
        place.restore()
        with place.world.storage.look_up() as directory:
            assert restores_of(directory).count == count
        assert (_lease(place.world, request_id=known), _is_waiting(place.world), _is_waiting(place.world, book="new")) == (
            (1, 5),
            True,
            True,
        )
        with place.world.storage.write(OFFICE) as writer:
            writer.set_number_floor(OFFICE, "1", 2570, floor, count)
        assert (_lease(place.world), place.state().restored) == ((first, first + 4), 2)


def test_a_restore_into_an_empty_database_makes_everything(place: Place) -> None:
    place.back_up()
    run(place.cluster, "DROP SCHEMA thongthin CASCADE", database="kept")
    done = place.restore()
    assert (done.set_aside, done.writes, place.state().restored, place.world.made().seq) == (None, 1, 1, 2)


def test_a_damaged_database_is_set_aside_as_it_is(place: Place) -> None:
    place.back_up()
    run(place.cluster, "DROP TABLE thongthin.meta", database="kept")
    done = place.restore()
    assert (place.state().head, place.schemas()) == (1, ["thongthin", done.set_aside])


def test_a_database_that_is_served_is_not_exchanged(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.back_up()
    place.world.made()
    monkeypatch.setattr(postgres_copies, "_GONE_WITHIN_S", 0.2)
    with pytest.raises(Unavailable) as raised:
        postgres_backup.restore(
            place.owner, place.folder / "kept" / "b.dump", place.folder, place.folder, lambda: NOW, place.programs, is_forced=True
        )
    assert (raised.value.code, place.world.head(), place.schemas()) == ("in-use", 2, ["thongthin"])


@pytest.mark.parametrize("kind", ["text", "cut", "flipped", "empty", "foreign"])
def test_a_damaged_backup_is_refused_and_nothing_changes(place: Place, kind: str) -> None:
    for _ in range(200):
        place.world.made(set={"title": place.world.new_id() * 3})
    place.back_up()
    path = place.folder / "kept" / "b.dump"
    whole = path.read_bytes()
    middle = len(whole) // 2
    changed = {"text": b"a" * 9000, "cut": whole[:middle], "empty": b"", "flipped": whole[: middle - 999] + b"\xff" * 999 + whole[middle:]}
    if kind == "foreign":
        run(place.cluster, "DROP DATABASE IF EXISTS foreigner", "CREATE DATABASE foreigner")
        run(place.cluster, "CREATE SCHEMA thongthin; CREATE TABLE thongthin.meta (name TEXT)", database="foreigner")
        os.system(f"{place.cluster.programs / 'pg_dump'} -Fc -f {path} {place.cluster.address('foreigner')}")  # noqa: S605  # our own
    else:
        path.write_bytes(changed[kind])
    with pytest.raises(Refused):
        place.restore()
    assert (place.state().head, place.schemas()) == (201, ["thongthin"])


@pytest.mark.parametrize("step", ["audited", "mark"])
def test_a_restore_cut_off_leaves_everything_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    place.back_up()
    place.world.made()

    def fail(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(postgres_backup if step == "audited" else backups, step, fail)
    with pytest.raises(KeyboardInterrupt):
        place.restore()
    assert (place.state().head, place.state().restored, place.schemas()) == (2, 0, ["thongthin"])


def test_a_backup_whose_chain_does_not_fit_or_of_another_server_needs_force(place: Place) -> None:
    change = "UPDATE thongthin.revision SET changed_by = 'somebody'", "UPDATE thongthin.revision SET changed_by = 'som'"
    run(place.cluster, change[0], database="kept")
    place.back_up()
    run(place.cluster, change[1], database="kept")
    with pytest.raises(Refused) as raised:
        place.restore()
    assert (raised.value.code, place.schemas()) == ("force", ["thongthin"])
    assert place.restore(is_forced=True).damage == 1
    with place.world.storage.directory() as directory:
        directory.set_meta("server_device", "another")
    with pytest.raises(Refused) as raised:
        place.restore()
    assert raised.value.code == "force"


def test_who_was_shut_out_since_the_backup_stays_outside(place: Place) -> None:
    device = StoredDevice("d1", "pc", "linux", "1", "", "", "t", None, 0)
    with place.world.storage.directory() as directory:
        directory.put_device(device)
    place.back_up()
    with place.world.storage.directory() as directory:
        directory.put_device(replace(device, revoked_at="2026-11-22T03:00:00Z"))
    place.restore()
    with place.world.storage.look_up() as directory:
        found = directory.device("d1")
    assert found is not None
    assert found.revoked_at == "2026-11-22T03:00:00Z"


def test_an_older_backup_comes_back_with_the_tables_of_today(place: Place) -> None:
    run(place.cluster, "DROP SCHEMA thongthin CASCADE", database="kept")
    connections = Connections(address_of(place.owner), most=1)
    with connections.transaction(SQL("BEGIN")) as connection:
        make_schema(connection, connections)
        # Bundles came with the fifth.
        migrate(connection, after=0, until=4)
        values = f"('{OFFICE}', 0, '{FIRST_CHAIN}', 'ก', 0, 0, '')"
        connection.execute(f"INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES {values}".encode())
    connections.close()
    place.back_up()
    assert (place.restore().streams, place.world.made().seq) == (1, 1)
    with place.world.storage.directory() as directory:
        directory.put_bundle("d", 1, "b", at="t")
        assert directory.bundle("d", 1) == "b"


def _script(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    return folder


def test_a_dump_that_saw_no_rows_is_noticed_and_the_former_backup_stays(place: Place, tmp_path: Path) -> None:
    place.back_up()
    path = tmp_path / "kept" / "b.dump"
    before = path.read_bytes()
    bin_ = _script(tmp_path / "bin", "pg_dump", f'unset PGOPTIONS; exec "{place.cluster.programs}/pg_dump" "$@"')
    (bin_ / "pg_restore").symlink_to(place.cluster.programs / "pg_restore")
    place.world.made()
    with pytest.raises(Refused, match="other rows of record, revision, stream"):
        place.back_up(programs=Programs(bin_))
    assert (path.read_bytes(), sorted(one.name for one in path.parent.iterdir())) == (before, ["b.dump", "b.dump.sha256"])
    assert place.state().durable == 1
    # Nor is such a file, made by hand, taken for a backup.
    with place.world.storage.directory() as directory:
        from server_stub.storage.directory import StoredAccount, StoredGrant

        directory.put_account(StoredAccount("som", "clerk", ""), [StoredGrant(OFFICE, "write", ("*",))], at="t")
    backup_seal.seal_of(path).unlink()
    os.system(f'"{place.cluster.programs}/pg_dump" -Fc --enable-row-security -f {path} {place.url}')  # noqa: S605  # our own
    with pytest.raises(Refused, match="hidden from pg_dump"):
        place.restore()


@pytest.mark.parametrize(
    ("pg_dump", "kind", "words"),
    [
        ("", Correctable, "Install postgresql-client-18"),
        ("echo 'pg_dump (PostgreSQL) 15.1'", Correctable, "Install postgresql-client-18"),
        (
            '[ "$1" = --version ] || { echo "pg_dump: error: could not write to file: No space left on device" >&2; exit 1; }',
            Unavailable,
            "Check the disk",
        ),
        ('[ "$1" = --version ] || { echo "pg_dump: error: connection refused" >&2; exit 1; }', Unavailable, "See that PostgreSQL runs"),
    ],
)
def test_what_pg_dump_cannot_do_is_said(place: Place, tmp_path: Path, pg_dump: str, kind: type[AppError], words: str) -> None:
    bin_ = _script(tmp_path / "bin", "pg_dump" if pg_dump else "other", pg_dump)
    with pytest.raises(kind) as raised:
        place.back_up(programs=Programs(bin_))
    assert words in raised.value.message.en
    assert list((tmp_path / "kept").iterdir()) == []


def test_no_address_and_no_password_stand_on_the_line_of_a_program(place: Place, tmp_path: Path) -> None:
    said = tmp_path / "said"
    bin_ = _script(tmp_path / "bin", "pg_dump", f'echo "$@" >> {said}; echo "$PGPASSWORD $PGHOST" >> {said}.env; exit 1')
    address = address_of(f"postgresql://web:s3cret@127.0.0.1:{place.cluster.port}/kept")
    with pytest.raises(Unavailable):
        Programs(bin_).dump(address, tmp_path / "x", snapshot="1", server=0)
    assert not any(word in said.read_text() for word in ("s3cret", "127.0.0.1", "web"))
    assert "s3cret 127.0.0.1" in Path(f"{said}.env").read_text()


Run = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def typed(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line on the database; returns the exit code and what was printed."""
    monkeypatch.setenv("THONGTHIN_HOME", str(tmp_path / "home"))

    def call(*arguments: str) -> tuple[int, dict[str, object]]:
        code = server([*arguments, "--json", "--database", place.owner])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else {}

    return call


def test_the_commands_back_up_and_put_back(place: Place, typed: Run, tmp_path: Path) -> None:
    assert _lease(place.world) == (1, 5)
    place.world.storage.close()
    bin_, backup = str(place.cluster.programs), str(tmp_path / "c.dump")
    code, told = typed("backup", backup, "--pg-bin", bin_)
    assert (code, told["streams"], told["writes"]) == (0, 1, 2)
    code, told = typed("restore", backup, "--pg-bin", bin_)
    assert (code, told["floors_needed"], str(told["set_aside"])[:16]) == (3, 1, "thongthin_aside_")
    assert typed("floor", OFFICE, "1", "2570", "5")[0] == 0
    assert typed("restore", str(tmp_path / "none.dump"))[0] == 1
    # By hand, or by the recovery of PostgreSQL to a point in time: said afterwards.
    assert typed("floors")[0] == 0
    code, told = typed("mark-restored")
    assert (code, told) == (3, {"streams": 1, "writes": 2, "damage": 0, "floors_needed": 1})
    place.start()
    assert (place.state().restored, _is_waiting(place.world)) == (2, True)
