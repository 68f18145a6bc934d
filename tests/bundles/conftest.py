"""What the tests of bundles share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bundles.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server in memory, nobody enrolled."""
    made = Site(tmp_path)
    yield made
    made.close()
