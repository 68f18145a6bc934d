"""What the type checker says of record types: a class in the catalogue is as strict as one written by hand."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SOURCE = '''"""A catalogue with faults."""

from datetime import date

from records import fields
from records.record import Record, record
from records.words import Words

LABEL = Words("ก", "A")


@record(type="well", area="property", label=LABEL, title=("name",))
class Well(Record):
    """A well."""

    name: str = fields.text(LABEL)
    dug: date | None = fields.day(LABEL, default=None)
    wrong: str = fields.day(LABEL)  # a kind that disagrees with its annotation
    absent: str = fields.text(LABEL, default=None)  # may be empty, but says it may not
    asked: int = fields.integer(LABEL, in_lists=True)  # no such option


sound = Well(name="x", wrong="", absent="", asked=1)
missing = Well(wrong="", absent="", asked=1)  # without a required field
unknown = Well(name="x", wrong="", absent="", asked=1, nama="x")  # an unknown name
mistyped = Well(name=5, wrong="", absent="", asked=1)  # a wrong value
sound.name = "y"  # a frozen record
positional = Well("x", wrong="", absent="", asked=1)  # fields are named
day: str = sound.dug  # a wrong use
'''


def test_a_wrong_declaration_or_use_is_refused_by_the_type_checker(tmp_path: Path) -> None:
    path = tmp_path / "wells.py"
    path.write_text(SOURCE, encoding="utf-8")
    command = [
        sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.11", "--no-error-summary",
        f"--cache-dir={tmp_path / 'cache'}", "--follow-imports=silent", str(path),
    ]  # fmt: skip
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    refused = {int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line}
    marked = {number for number, line in enumerate(SOURCE.splitlines(), start=1) if "  # " in line}
    assert refused == marked, said
