"""A server put back to a backup twice in a row, by its own commands, over HTTP: every desk notices, nothing that was acknowledged is lost.

Three seeds by default, FAULT_SEEDS for more (`make faults`); each third on PostgreSQL with two workers.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.postgres import Cluster
from server_stub.storage.postgres import PostgresStorage
from tests.faults.town import STREAM, Desk, Town, refused_numbers
from tests.postgres import LOGIN, run

CASES = [("sqlite" if seed % 3 else "postgres", seed) for seed in range(1, int(os.environ.get("FAULT_SEEDS", "3")) + 1)]
NewTown = Callable[[str, int], Town]


@pytest.fixture
def new_town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewTown]:
    """Makes a server on a store of that kind, with the dice of a seed."""
    made: list[Town] = []

    def make(store: str, seed: int) -> Town:
        if store == "sqlite":
            made.append(Town(tmp_path, seed))
        else:
            cluster: Cluster = request.getfixturevalue("postgres_cluster")
            run(cluster, "DROP DATABASE IF EXISTS town WITH (FORCE)", "CREATE DATABASE town")
            PostgresStorage(cluster.address("town")).close()
            made.append(
                Town(tmp_path, seed, owner=cluster.address("town"), login=cluster.address("town", LOGIN), programs=cluster.programs, workers=2)
            )  # fmt: skip
        return made[-1]

    yield make
    for town in made:
        town.close()


def notices(desk: Desk, head: int) -> None:
    """A desk that was told of more than the server has now must notice in its next round, and come to its end in it."""
    knew_more = desk.mine.witness_seq > head
    report, has_noticed = desk.sync()
    assert has_noticed or not knew_more, f"{desk.name} did not notice"
    assert report.problems == {}
    assert STREAM in report.streams


@pytest.mark.parametrize(("store", "seed"), CASES)
def test_restored_twice_in_a_row_every_desk_notices_and_nothing_acknowledged_is_lost(new_town: NewTown, store: str, seed: int) -> None:
    town = new_town(store, seed)
    one, two, province = town.desk("one"), town.desk("two"), town.desk("province", "read")
    for desk in (one, two):
        desk.sync()
        desk.work()
    for desk in (one, two, province):
        desk.sync()
    town.back_up()
    for desk in (one, two, one):
        desk.work()
        desk.sync()
    assert refused_numbers(two) == ""
    for desk in (two, province):
        desk.sync()
    known = town.acknowledged()
    leased = [block for desk in (one, two) for block in desk.leased()]

    head = town.put_back()
    # Work goes on before anybody has noticed, and not everybody comes back before it happens again.
    writers = town.random.sample([one, two], 2)
    writers[0].work()
    notices(writers[0], head)
    if town.random.random() < 0.5:
        notices(province, head)
    # A server that does not know which numbers it gave out gives none; what a desk has of its own blocks it goes on giving.
    assert refused_numbers(one) == "needs-floor"
    writers[0].work()
    writers[0].sync()
    known |= town.acknowledged()

    head = town.put_back()
    writers[1].work()
    for desk in town.random.sample([one, two, province], 3):
        notices(desk, head)
    for desk in (one, two, one, two, province):
        report, _ = desk.sync()
        assert report.problems == {}

    # Their documents went up again at once, though the server is asked for them only once a day.
    assert {path.name for path in town.files()} == town.documents
    highest = max(last for _, last in leased)
    assert refused_numbers(one) == "needs-floor"
    # Named too low: the blocks that the desks brought back themselves are not leased again.
    town.command("floor", STREAM, "1", "2570", "1")
    assert refused_numbers(one) == ""
    assert max(first for first, _ in one.leased()) > highest
    for desk in (one, two, province, one, two, province):
        desk.sync()

    lost = known - town.acknowledged() - one.kept() - two.kept() - province.kept()
    conflicts = town.in_conflicts()
    assert [fact for fact in lost if fact[2] not in conflicts] == []
    assert one.shown() == two.shown() == province.shown()
    assert [desk.waits() for desk in town.desks] == [0, 0, 0]
    given = town.numbers()
    assert len(given) == len(set(given)) == one.receipts + two.receipts
    assert town.is_sound()
