"""300 histories hold the laws; each deliberate mistake in the protocol is caught. More: `python -m tests.simulation --histories 20000`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulation.bugs import BUGS, WITNESS_BUG, Bug
from tests.simulation.history import Broken, History, RestoredHistory, make_template

PART = 60
MOST = 120
"""Histories within which a mistake must show."""

Maker = Callable[[int], Path]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file with the schema alone."""
    return make_template(tmp_path_factory.mktemp("template"))


def _play(kind: type[History], seed: int, template: Path, folder: Path, bug: Bug | None = None) -> None:
    own = folder / str(seed)
    own.mkdir()
    (kind(seed, template, own) if bug is None else kind(seed, template, own, bug)).run()


@pytest.mark.parametrize("first", range(1, 301, PART))
def test_every_history_holds_the_laws(first: int, template: Path, tmp_path: Path) -> None:
    for seed in range(first, first + PART):
        _play(History, seed, template, tmp_path)


@pytest.mark.parametrize("first", [1, 31])
def test_a_server_that_lost_data_gets_back_what_the_desks_hold(first: int, template: Path, tmp_path: Path) -> None:
    for seed in range(first, first + 30):
        _play(RestoredHistory, seed, template, tmp_path)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_mistake_in_the_protocol_is_caught(bug: Bug, template: Path, tmp_path: Path) -> None:
    assert _caught(History, bug, template, tmp_path)


def test_a_push_that_does_not_move_the_witness_is_caught(template: Path, tmp_path: Path) -> None:
    assert _caught(RestoredHistory, WITNESS_BUG, template, tmp_path)


def _caught(kind: type[History], bug: Bug, template: Path, folder: Path) -> bool:
    for seed in range(1, MOST + 1):
        try:
            _play(kind, seed, template, folder, bug)
        except Broken:
            return True
    return False
