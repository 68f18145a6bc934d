"""kill -9 of a worker at its points and of PostgreSQL's own processes, in the middle of what desks send: nothing acknowledged is lost."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from benchmarks.postgres import Cluster, cluster
from server_stub.audit import verify
from server_stub.storage.postgres import PostgresStorage
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
    made = Yard(tmp_path, mortals, durable.address(name, LOGIN))
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
