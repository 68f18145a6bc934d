"""Histories hold the laws; each deliberate mistake in the protocol is caught. More: `make simulate N=20000`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.history import Broken, World, make_world, play
from tests.simulation.stores import postgres_stores

ON_SQLITE = range(1, 261)
ON_POSTGRES = range(261, 301)
PART = 52
PART_ON_POSTGRES = 10
MOST = 400
"""Histories within which a mistake must show."""


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The templates, with a server on SQLite."""
    return make_world(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same, with a server on PostgreSQL."""
    with postgres_stores() as stores:
        yield make_world(tmp_path_factory.mktemp("templates"), stores)


@pytest.mark.parametrize("first", ON_SQLITE[::PART])
def test_every_history_holds_the_laws(first: int, world: World, tmp_path: Path) -> None:
    for seed in range(first, first + PART):
        play(seed, world, tmp_path / str(seed))


@pytest.mark.parametrize("first", ON_POSTGRES[::PART_ON_POSTGRES])
def test_every_history_holds_the_laws_on_postgresql(first: int, on_postgres: World, tmp_path: Path) -> None:
    for seed in range(first, first + PART_ON_POSTGRES):
        play(seed, on_postgres, tmp_path / str(seed))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_mistake_in_the_protocol_is_caught(bug: Bug, world: World, tmp_path: Path) -> None:
    assert _caught(bug, world, tmp_path)


def _caught(bug: Bug, world: World, folder: Path) -> bool:
    # The history known to show it is played first: most of the time no other is needed.
    for seed in (bug.shown_by, *range(1, MOST + 1)):
        try:
            play(seed, world, folder / f"{seed}-{len(list(folder.iterdir()))}", bug)
        except Broken:
            return True
    return False
