"""What every command works with: the global options, the office they open, and how results are printed."""

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TextIO

import msgspec
import typer

from desktop import collecting, config, paths
from desktop.app import logged, open_office
from desktop.services.lock import require_unlocked
from desktop.services.office import Office
from records.errors import Correctable
from records.kinds import Json
from records.words import Language, Words, say

Opener = Callable[..., Office]
TypeName = Annotated[str, typer.Argument(metavar="TYPE")]
RecordId = Annotated[str, typer.Argument(metavar="ID")]
"""What most commands about one record begin with."""


@dataclass
class Session:
    """One run of the command line."""

    home: Path | None
    as_json: bool
    stream: str | None
    language_given: Language | None
    environ: Mapping[str, str]
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    open_office: Opener = open_office
    file: Path | None = None
    """A bundle to open in the window; None for none."""

    @property
    def folder(self) -> Path:
        """The data folder of this run."""
        return paths.data_folder(self.home, self.environ)

    @property
    def language(self) -> Language:
        """The language named, else the one chosen before, else Thai."""
        return self.language_given or config.load(self.folder).language

    @contextmanager
    def office(self, *, even_locked: bool = False) -> Iterator[Office]:
        """Opens the office for one command; `even_locked` for those that show and change no records."""
        collecting.resume()
        with logged(self.folder, self.environ):
            office = self.open_office(self.home, self.language, environ=self.environ, ask=self.ask)
            try:
                if not even_locked:
                    require_unlocked(office)
                if self.stream is not None:
                    office.require_stream(self.stream)
                yield office
            finally:
                office.close()

    def ask(self, words: Words) -> str | None:
        """Asks a person at the terminal; None when there is none."""
        # Standard input may carry JSON: the passphrase is read from the terminal itself, where there is one.
        if not sys.stdin.isatty() and not self.stderr.isatty():
            return None
        try:
            return getpass.getpass(f"{say(words, self.language)}: ", stream=self.stderr)
        except (EOFError, getpass.GetPassWarning):
            return None

    def say(self, words: Words, **values: object) -> str:
        """A text in the language of this run."""
        return say(words, self.language, **values)

    def print(self, value: Any, lines: Sequence[str]) -> None:
        """Prints a result: the value with --json, the lines for a person without."""
        if self.as_json:
            # A pipe on Thai Windows is Windows-874: escapes are valid JSON in every encoding.
            is_utf8 = (self.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
            text = json.dumps(msgspec.to_builtins(value), ensure_ascii=not is_utf8, indent=2)
            self.stdout.write(text + "\n")
            return
        for line in lines:
            self.stdout.write(line + "\n")

    def read_object(self, example: str) -> dict[str, Json]:
        """The JSON object on standard input. Raises Correctable when there is none; `example` shows what is meant."""
        given = b"" if self.stdin.isatty() else self.stdin.read()
        try:
            read = msgspec.json.decode(given.decode("utf-8-sig"))
        except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
            # The decoder gives up with RecursionError on JSON nested thousands deep.
            read = None
        return json_object(read, example)

    def finish(self, code: int) -> None:
        """Ends the command with an exit code; 0 needs no call."""
        if code:
            raise typer.Exit(code)


def json_object(read: object, example: str) -> dict[str, Json]:
    """The value, which must be a JSON object. Raises Correctable."""
    if not isinstance(read, dict):
        raise Correctable(
            Words("ต้องส่ง JSON", "JSON is needed"),
            Words(
                "ข้อมูลที่ส่งมาไม่ใช่ออบเจกต์ JSON ไม่มีอะไรเปลี่ยนแปลง ตัวอย่าง {example}",
                "What was given is no JSON object; nothing was changed. Example: {example}",
            ).filled(example=example),
        )
    return read


def session_of(context: typer.Context) -> Session:
    """The session of a command."""
    session = context.obj
    if not isinstance(session, Session):
        raise TypeError("a command runs inside a session")
    return session
