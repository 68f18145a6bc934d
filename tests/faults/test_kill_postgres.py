"""kill -9 of a worker at its points and of PostgreSQL's own processes, in the middle of what desks send: nothing acknowledged is lost."""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks.postgres import Cluster, cluster
from server_stub import backup_seal, postgres_backup
from server_stub.audit import verify
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.postgres_programs import Programs
from tests.faults.yard import Mortals, Yard
from tests.postgres import LOGIN, run

COUNT = int(os.environ.get("FAULT_SEEDS", "1"))
SEEDS = range(1, COUNT + 1)


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A cluster that waits for the disk, as a real one does, with a login for the program."""
    with cluster() as made:
        roles = "CREATE ROLE thongthin_owner NOLOGIN; CREATE ROLE thongthin_server NOLOGIN"
        run(made, roles, f"CREATE ROLE {LOGIN} LOGIN IN ROLE thongthin_server")
        yield made


@pytest.fixture
def yard(tmp_path: Path, mortals: Mortals, durable: Cluster) -> Iterator[Yard]:
    """A server on a new database of PostgreSQL."""
    name = f"faults{time.monotonic_ns()}"
    run(durable, f"CREATE DATABASE {name}")
    PostgresStorage(durable.address(name)).close()
    made = Yard(tmp_path, mortals, durable.address(name, LOGIN), durable.address(name))
    made.serve()
    yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_worker_killed_at_any_point_loses_nothing_it_acknowledged(seed: int, yard: Yard, mortals: Mortals) -> None:
    every = range(1, 120) if COUNT >= 20 else range(1 + seed % 4, 120, 4)
    assert yard.outlived(every, seed) > 8
    assert verify(yard.storage).damage == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_postgresql_killed_in_the_middle_of_pushes_loses_nothing_it_acknowledged(
    seed: int, yard: Yard, mortals: Mortals, durable: Cluster
) -> None:
    """A killed process of it takes all others along: PostgreSQL starts anew by itself, reads its log, and the server connects again."""
    chance, killed = random.Random(seed), 0
    for _ in range(4):
        facts = yard.desk(seed)
        enough = threading.Event()
        wait = chance.uniform(0.01, 0.15)

        def kill(wait: float = wait, enough: threading.Event = enough) -> None:
            nonlocal killed
            while not enough.wait(wait):
                for pid in _backends(durable):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed += 1

        thread = threading.Thread(target=kill)
        thread.start()
        told = mortals.ask(desk=facts, deadly=0)
        enough.set()
        thread.join()
        assert not told["killed"]
        _until_it_answers(durable)
        yard.judge(facts)
    assert killed
    assert verify(yard.storage).damage == ()


def test_a_backup_killed_at_any_point_is_whole_or_not_there(yard: Yard, mortals: Mortals, durable: Cluster, tmp_path: Path) -> None:
    facts, command = yard.desk(1), _command(yard, durable, tmp_path)
    mortals.ask(desk=facts, deadly=0)
    yard.judge(facts)
    mortals.ask(command=command | {"what": "backup", "kept": str(tmp_path / "0" / "b.dump")}, deadly=0)
    count = len(json.loads((tmp_path / "passed.json").read_text()))
    assert count > 20
    found = set()

    for deadly in _points(count, 1 if COUNT >= 20 else 4):
        kept = tmp_path / str(deadly) / "b.dump"
        assert mortals.ask(command=command | {"what": "backup", "kept": str(kept)}, deadly=deadly)["killed"]
        found.add(kept.exists())
        if kept.exists():
            backup_seal.check(kept)
        yard.judge(facts)
    # Another one after all that: whole again, and the server says up to where it is safe.
    done = postgres_backup.back_up(yard.storage, yard.postgres, kept, yard.folder / "files", Programs(durable.programs))
    backup_seal.check(kept)
    assert (found, done.writes > 0) == ({True, False}, True)


def test_a_restore_killed_at_any_point_leaves_one_database_or_the_other(
    yard: Yard, mortals: Mortals, durable: Cluster, tmp_path: Path
) -> None:
    kept, command = tmp_path / "kept" / "b.dump", _command(yard, durable, tmp_path)
    command |= {"what": "restore", "kept": str(kept), "url": yard.owner}
    heads = set()
    # 0: how many points there are; that one comes to its end.
    every = [0]
    for deadly in every:
        facts = yard.desk(deadly)
        mortals.ask(desk=facts, deadly=0)
        postgres_backup.back_up(yard.storage, yard.postgres, kept, yard.folder / "files", Programs(durable.programs))
        before = _head(yard, facts)
        mortals.ask(desk=facts | {"seed": deadly + 100}, deadly=0)
        after = _head(yard, facts)
        assert after > before
        yard.kill()
        yard.storage.close()

        assert mortals.ask(command=command, deadly=deadly)["killed"] == bool(deadly)
        if not deadly:
            count = len(json.loads((tmp_path / "passed.json").read_text()))
            every += [*_points(count - 6, count // (40 if COUNT >= 20 else 3)), *range(count - 5, count + 1)]
        _until_alone(durable, yard.postgres)
        yard.open()
        heads.add(_head(yard, facts) - before if deadly else 0)
        assert _head(yard, facts) in (before, after)
        if deadly % 2:
            # Half of the administrators type it again, the others go on with what is there.
            yard.kill()
            yard.storage.close()
            assert not mortals.ask(command=command, deadly=0)["killed"]
            yard.open()
            assert _head(yard, facts) == before
        yard.judge(facts)
        assert verify(yard.storage).damage == ()
    assert len(heads) > 1


def _command(yard: Yard, cluster: Cluster, folder: Path) -> dict[str, Any]:
    return {
        "url": yard.postgres, "programs": str(cluster.programs), "database": str(yard.folder / "server.db"),
        "passed": str(folder / "passed.json"),
    }  # fmt: skip


def _points(count: int, step: int) -> list[int]:
    """All, or some of them with the last, behind which everything is done."""
    return [*range(1, count, step), count]


def _head(yard: Yard, facts: dict[str, Any]) -> int:
    with yard.storage.read(ALL_STREAMS) as reader:
        return reader.states([facts["stream"]])[facts["stream"]].head


def _until_alone(cluster: Cluster, url: str) -> None:
    """PostgreSQL needs a moment to see that a killed program is gone."""
    name = url.rpartition("/")[2].partition("?")[0]
    for _ in range(400):
        with psycopg.connect(cluster.address(), autocommit=True) as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone()
        if row == (0,):
            return
        time.sleep(0.02)
    raise AssertionError("a killed program is still at its work")


def _backends(cluster: Cluster) -> list[int]:
    """The processes that serve the program's login; none while PostgreSQL starts."""
    with suppress(psycopg.OperationalError), psycopg.connect(cluster.address(), autocommit=True) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE usename = %s", (LOGIN,)).fetchall()
        return [pid for (pid,) in rows]
    return []


def _until_it_answers(cluster: Cluster) -> None:
    for _ in range(600):
        with suppress(psycopg.OperationalError):
            run(cluster, "SELECT 1")
            return
        time.sleep(0.05)
    raise AssertionError("PostgreSQL does not come back")
