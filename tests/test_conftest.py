"""The suite's own rules: an unexpected log line fails a test, an expected one that does not come fails it too."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A throwaway suite under the same conftest."""
    # The fixtures of PostgreSQL are a module of this suite, which a suite elsewhere does not find.
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8").replace('pytest_plugins = ["tests.postgres"]', ""))
    return pytester


def test_a_test_that_logs_a_warning_fails(suite: pytest.Pytester) -> None:
    suite.makepyfile('import logging\ndef test_it(): logging.getLogger("sync").warning("lost %s", "a reply")')
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*WARNING sync: lost a reply*"])


def test_a_test_that_logs_information_passes(suite: pytest.Pytester) -> None:
    suite.makepyfile('import logging\ndef test_it(): logging.getLogger("sync").info("all is well")')
    suite.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_test_that_expects_its_warning_reads_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import logging
        def test_it(expected_log):
            logging.error("lost")
            assert [record.getMessage() for record in expected_log] == ["lost"]
        """
    )
    suite.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_test_that_expects_a_warning_and_sees_none_fails(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_it(expected_log): pass")
    suite.runpytest_subprocess().assert_outcomes(passed=1, errors=1)
