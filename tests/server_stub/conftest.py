"""What the tests of the server share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server_stub.cli import run
from server_stub.storage.base import Storage
from server_stub.storage.postgres import PostgresStorage
from tests.server_stub.web import Web, web_of
from tests.server_stub.world import World

Run = Callable[..., tuple[int, str, str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of a module that names `STORES` on each of them."""
    stores = getattr(metafunc.module, "STORES", ())
    if stores and "other_store" in metafunc.fixturenames:
        metafunc.parametrize("other_store", stores, indirect=True)


@pytest.fixture
def other_store(request: pytest.FixtureRequest) -> Storage | None:
    """The store of `world` and `web` where it is not SQLite's: a module that says `STORES = BOTH` runs on each."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return PostgresStorage(request.getfixturevalue("postgres_url"), is_durable=False)


@pytest.fixture
def world(other_store: Storage | None) -> Iterator[World]:
    """A server in memory."""
    made = World(storage=other_store)
    yield made
    made.storage.close()


@pytest.fixture
def web(tmp_path: Path, other_store: Storage | None) -> Iterator[Web]:
    """A server over HTTP, on a file."""
    with web_of(tmp_path, World(tmp_path / "server.db", storage=other_store)) as made:
        yield made


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line on a data folder of its own; returns exit code, what was printed and what was complained of."""
    monkeypatch.setenv("THONGTHIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call
