"""Closing an office that was merged into another, and opening it again."""

import json

import pytest

from tests.server_stub.conftest import Run

OLD, NEW = "office/6560115", "office/6560116"


@pytest.fixture
def offices(server: Run) -> Run:
    assert server("add-account", "som", "--role", "clerk", "--stream", f"{OLD}:write", "--stream", f"{NEW}:write")[0] == 0
    return server


def test_a_stream_is_closed_in_favour_of_another_and_opened_again(offices: Run) -> None:
    code, out, _ = offices("close-stream", OLD, "--successor", NEW, "--json")
    assert (code, json.loads(out)) == (0, {"stream": OLD, "closed": True, "successor": NEW})
    code, out, _ = offices("reopen-stream", OLD, "--json")
    assert (code, json.loads(out)) == (0, {"stream": OLD, "closed": False, "successor": None})
    code, out, _ = offices("close-stream", OLD)
    assert (code, "nothing follows it" in out, f"--stream {OLD}:read" in out) == (0, True, True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("close-stream", "office/none"), "There is no stream office/none"),
        (("close-stream", OLD, "--successor", "office/none"), "There is no stream office/none"),
        (("close-stream", OLD, "--successor", OLD), "cannot follow"),
        (("reopen-stream", OLD), "takes writes already"),
    ],
)
def test_what_cannot_be_closed_or_opened_is_said_and_nothing_changes(offices: Run, command: tuple[str, ...], said: str) -> None:
    code, _, told = offices(*command)
    assert (code, said in told, "nothing was changed" in told) == (1, True, True)


def test_a_closed_stream_follows_none(offices: Run) -> None:
    assert offices("close-stream", NEW)[0] == 0
    code, _, told = offices("close-stream", OLD, "--successor", NEW)
    assert (code, "closed itself" in told) == (1, True)
