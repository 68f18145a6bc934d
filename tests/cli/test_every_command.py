"""Every command given what it cannot use: one sentence, never a traceback, nothing changed. New commands are covered by being registered."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from desktop.app import open_office
from desktop.cli import make_app
from records.words import Language
from tests.offices import ENVIRON, enrolled_home, thongthin

UNKNOWN = "0192cccc-0000-7000-8000-00000000000f"
OTHER_OFFICE = "office/6600102"
TYPED = (
    "", " ", "nonsense", UNKNOWN, "9" * 26, "-1", "๒๕๖๙", "๙๙๙๙๙๙๙๙๙๙", "0", "a\0b", "../../x", "[]", "2569-13-45", "1e999", "x" * 5_000,
    "NaN", "title=", "/", "a/b/c", "1/99999999999999999999", "-",
)  # fmt: skip
"""What a person may type in any place."""
PLAUSIBLE = {
    "type_name": "project", "office_code": "6600101", "year": "2570", "amount": "10", "to": "o.xlsx", "out": "o.pdf", "files": "none.csv",
    "state": "checking", "text": "ก", "name": "ก", "reason": "ก", "day": "2026-11-20",
}  # fmt: skip
"""What stands in the required places that are not the one tried; an unknown id elsewhere."""
OBJECTS: tuple[str | bytes, ...] = (
    "", "null", "[]", "{", '"x"', "true", "0", "1e999", "[" * 2_000, b"\xff\xfe", '{"a": 1e999}', '{"title": 5}', '{"title": ["x"]}',
    '{"title": {"a": 1}}', '{"title":"\\ud800"}', '{"_id":"x"}', '{"id":"x"}', '{"fiscal_year": 99999999999999999999}', '{"amount": NaN}',
    '{"payer": 5, "items": [5]}', '{"payer":"ก","items":[]}', '{"payer":"ก","items":5}', '{"values": 3}', '{"service":"x","subject":5}',
    '{"payer":"ก","items":[{"description":"ก","amount":"x"}]}', '{"payer":"ก","items":[{"description":"ก","amount":99999999999999999999999}]}',
    '{"payer":"ก","means":"x","items":[{"description":"ก","amount":100}]}', '{"subject":"ก","citizen_id":"1"}', '{"state": "no-such"}',
    '{"subject":"ก","service":"' + UNKNOWN + '"}', '{"title": "' + "x" * 100_000 + '"}',
)  # fmt: skip
"""What may stand on standard input."""
READERS = (
    ("request", "receive"), ("receipt", "issue"), ("conflicts", "settle", UNKNOWN), ("record", "save", "project"), ("record", "save", "receipt"),
    ("record", "save", "service_request"), ("record", "save", "fiscal_year"), ("record", "save", "no_such_type"),
)  # fmt: skip
"""Commands that read an object."""
LEFT_OUT = ("enrol", "sync", "restore", "recovery-code")
"""These speak to a server or make the file anew, and have tests of their own."""


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from _leaves(one, (*path, name))
        else:
            yield (*path, name), one


COMMANDS = {
    " ".join(path): command for path, command in _leaves(typer.main.get_command(make_app(Language.ENGLISH))) if path[0] not in LEFT_OUT
}


def _line(path: Sequence[str], command: Any, tried: Any, value: str) -> list[str]:
    """The command line with one place tried and the other required ones filled plausibly."""
    options: list[str] = []
    places: list[str] = []
    for one in command.params:
        if one is not tried and not one.required:
            continue
        given = value if one is tried else PLAUSIBLE.get(one.name, UNKNOWN)
        if one.param_type_name == "argument":
            places.append(given)
        else:
            options += [one.opts[0], given]
    return [*path, *options, "--", *places] if places else [*path, *options]


def _kept(home: Path) -> list[Any]:
    """What people did in the folder, as stored."""
    office = open_office(home, environ=ENVIRON)
    try:
        with office.database.reading() as connection:
            asked = ("SELECT change FROM outbox_change ORDER BY position", "SELECT id FROM act ORDER BY id")
            return [connection.execute(sql).fetchall() for sql in asked]
    finally:
        office.close()


def _refuses(home: Path, line: Sequence[str], stdin: str | bytes, before: list[Any]) -> list[Any]:
    """Asserts that a command ends in order, and changed nothing where it failed; returns what is kept then."""
    done = thongthin(home, *line, stdin=stdin)
    assert "unexpectedly" not in done.err, (line, stdin[:80], done.err)
    assert "Traceback" not in done.err
    assert done.code in (0, 1, 2, 3), (line, done)
    after = _kept(home)
    if done.code in (1, 2):
        assert done.err.count("\n") == 1, (line, done.err)
        assert after == before, (line, stdin[:80], done.err)
    return after


@pytest.mark.parametrize("name", COMMANDS)
def test_no_place_of_a_command_line_takes_it_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    home = enrolled_home(tmp_path / "home")
    kept = _kept(home)
    chance = random.Random(name)
    for place in COMMANDS[name].params:
        if not getattr(place, "is_flag", False):
            for value in chance.sample(TYPED, 4):
                kept = _refuses(home, _line(name.split(), COMMANDS[name], place, value), "{}", kept)


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
def test_nothing_on_standard_input_takes_a_command_down(tmp_path: Path, reader: tuple[str, ...]) -> None:
    home = enrolled_home(tmp_path)
    kept = _kept(home)
    for given in OBJECTS:
        kept = _refuses(home, reader, given, kept)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_stream_of_another_office_is_refused_or_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    home = enrolled_home(tmp_path / "home")
    before = _kept(home)
    line = [*_line(name.split(), COMMANDS[name], None, ""), "--stream"]
    options = [f"--stream={OTHER_OFFICE}", *line[:-1]]
    assert _refuses(home, options, '{"subject": "ก", "payer": "ก", "items": [{"description": "ก", "amount": 1}]}', before) == before
