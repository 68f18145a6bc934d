"""The day ends with 0 only if every proof held."""

from pathlib import Path

import pytest

from demo import __main__ as run
from demo.stage import Stage, must


def failing(_stage: Stage) -> None:
    """A step that does not bring about what it must."""
    must(holds=False, what="both desks must be equal")


def test_a_proof_that_fails_ends_the_day_with_a_code_and_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["make run", "--headless"])
    monkeypatch.setattr("demo.day.STEPS", (failing,))

    assert run.main() == 1
    assert "both desks must be equal" in capsys.readouterr().err
