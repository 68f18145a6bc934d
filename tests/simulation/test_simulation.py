"""Histories hold the laws; each deliberate mistake in the protocol is caught. More: `make simulate N=20000`."""

from pathlib import Path

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.history import Broken, World, make_world, play

HISTORIES = 260
PART = 52
MOST = 120
"""Histories within which a mistake must show."""


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The templates, with a server on SQLite."""
    return make_world(tmp_path_factory.mktemp("templates"))


@pytest.mark.parametrize("first", range(1, HISTORIES + 1, PART))
def test_every_history_holds_the_laws(first: int, world: World, tmp_path: Path) -> None:
    for seed in range(first, first + PART):
        play(seed, world, tmp_path / str(seed))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_mistake_in_the_protocol_is_caught(bug: Bug, world: World, tmp_path: Path) -> None:
    assert _caught(bug, world, tmp_path)


def _caught(bug: Bug, world: World, folder: Path) -> bool:
    for seed in range(1, MOST + 1):
        try:
            play(seed, world, folder / str(seed), bug)
        except Broken:
            return True
    return False
