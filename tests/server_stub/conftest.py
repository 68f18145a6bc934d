"""What the tests of the server share."""

from collections.abc import Iterator

import pytest

from tests.server_stub.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """A server in memory."""
    made = World()
    yield made
    made.storage.close()
