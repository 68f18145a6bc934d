"""What the tests of dying programs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.yard import Mortals, Yard


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    """The process that forks programs which die."""
    made = Mortals()
    yield made
    made.close()


@pytest.fixture
def yard(tmp_path: Path, mortals: Mortals) -> Iterator[Yard]:
    """A server that serves."""
    made = Yard(tmp_path, mortals)
    made.serve()
    yield made
    made.close()
