"""Offices for tests: a real data folder, enrolled without a server, and the command line run inside the process."""

import io
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop import cli
from desktop.app import open_office
from desktop.services.office import Office
from desktop.storage import state
from desktop.storage.state import Identity
from records.protocol import GrantedStream
from records.words import Language
from tests import fresh_files

STREAM = "office/6600101"
ENVIRON = {"THONGTHIN_KEY": "11" * 32}
DEVICE = "0192aaaa-0000-7000-8000-000000000001"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real data; tests that need them skip where the folder is absent."""

GRANTS = (
    GrantedStream(STREAM, "write", ("*",), "เทศบาลนครตัวอย่าง"),
    GrantedStream("central", "read", ("registry",), "ส่วนกลาง"),
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


def made_office(
    folder: Path, *, language: Language = Language.ENGLISH, enrolled: bool = True, server: str = "http://127.0.0.1:9"
) -> Office:
    """An open office in a folder; its server does not answer unless one is named."""
    fresh_files.lay(folder, bytes.fromhex(ENVIRON["THONGTHIN_KEY"]))
    office = open_office(folder, language, environ=ENVIRON, clock=Clock(), entropy=random.Random(7).randbytes)
    if enrolled and office.identity is None:
        enrol(office, server)
    return office


def enrol(office: Office, server: str = "http://127.0.0.1:9") -> None:
    """Enrols an office as a server would have it."""
    identity = Identity(
        device_id=DEVICE, server=server, account="somchai", role="clerk", token="t", full_name="สมชาย ใจดี", accounts=("somchai",)
    )
    with office.database.write() as connection:
        state.save_identity(connection, identity)
        state.take_grants(connection, GRANTS)


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class _Bytes(io.BytesIO):
    """Standard input that is no terminal."""

    def isatty(self) -> bool:
        """Never."""
        return False


def thongthin(home: Path, *arguments: str, stdin: str | bytes = b"", environ: Mapping[str, str] = ENVIRON) -> Outcome:
    """Runs a command of `thongthin` in this process, in English unless told otherwise."""
    out, err = io.StringIO(), io.StringIO()
    given = stdin.encode() if isinstance(stdin, str) else stdin
    language = () if any(argument.startswith("--language") for argument in arguments) else ("--language", "en")
    code = cli.run(["--home", str(home), *language, *arguments], environ=environ, stdin=_Bytes(given), stdout=out, stderr=err)
    return Outcome(code, out.getvalue(), err.getvalue())


def enrolled_home(folder: Path) -> Path:
    """A data folder of an enrolled desk, closed."""
    made_office(folder).close()
    return folder
