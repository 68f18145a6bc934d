"""The office most tests of services work in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.office import Office
from tests.offices import made_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An enrolled office without records, whose account is a clerk; it closes itself."""
    made = made_office(tmp_path / "home")
    yield made
    made.close()
