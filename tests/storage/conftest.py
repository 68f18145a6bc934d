"""A desk per test, its law 1 checked when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.storage.audit import check_projection
from tests.storage.office import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An open desk on a real encrypted file."""
    desk = Desk(tmp_path)
    yield desk
    assert check_projection(desk.database.read()) == []
    desk.close()
