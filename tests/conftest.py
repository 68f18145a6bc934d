"""What every test lives under: no screen needed, no unexpected log line, the same examples on every run.

Set QT_QPA_PLATFORM before starting pytest to see windows; set HYPOTHESIS_PROFILE=explore to search new examples.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.postgres"]

settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class _Collector(logging.Handler):
    """Keeps every record at WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the record."""
        self.records.append(record)


@pytest.fixture
def warnings_logged() -> Iterator[list[logging.LogRecord]]:
    """The log records at WARNING or above since the test began, from every logger that propagates."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield collector.records
    logging.getLogger().removeHandler(collector)


@pytest.fixture
def expected_log(warnings_logged: list[logging.LogRecord]) -> list[logging.LogRecord]:
    """Asked for by a test that provokes log lines at WARNING or above: it must then find them here. Fails when none came."""
    return warnings_logged


@pytest.fixture(autouse=True)
def _only_expected_log_lines(request: pytest.FixtureRequest, warnings_logged: list[logging.LogRecord]) -> Iterator[None]:
    """Fails a test that logs at WARNING or above without asking for `expected_log`, and one that asks for it and logs nothing."""
    yield
    lines = "\n".join(f"{record.levelname} {record.name}: {record.getMessage()}" for record in warnings_logged)
    if "expected_log" in request.fixturenames:
        assert lines, "the test asks for expected_log, but nothing was logged at WARNING or above"
    else:
        assert not lines, f"logged at WARNING or above without being expected:\n{lines}"
