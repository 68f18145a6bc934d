"""What the tests of the server share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server_stub.web import Web, web_of
from tests.server_stub.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """A server in memory."""
    made = World()
    yield made
    made.storage.close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """A server over HTTP, on a file."""
    with web_of(tmp_path) as made:
        yield made
