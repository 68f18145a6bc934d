"""One computer of the day: a data folder, and the desktop's command line on it.

Each command runs in a process of its own. Where the system can, that process is forked from one that has the program loaded already:
the day has some hundred and fifty commands, and half of each would be Python finding its modules.
"""

import io
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import cli

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

_LOADED = ["desktop.cli", "desktop.sync.engine", "desktop.sync.transport", "demo.computer"]
"""What the process that is forked from has loaded."""


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    """0 done, 1 an error, 2 wrong usage, 3 finished but something is refused, paused or failed."""
    value: Any
    """The JSON it printed; None when it printed none."""
    sentence: str
    """What it said on standard error."""


class Computer:
    """A computer with Thongthin on it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is an empty data folder; the key of its database lives in this process only."""
        self.home = folder
        self.environ = {**os.environ, "THONGTHIN_KEY": secrets.token_hex(32), "PYTHONUTF8": "1"}

    def ask(self, *arguments: str, given: object = None) -> Answer:
        """Runs one command with --json; `given` goes to its standard input as JSON."""
        content = b"" if given is None else json.dumps(given, ensure_ascii=False).encode()
        start = _start()
        near, far = start.Pipe(duplex=False)
        process = start.Process(target=_command, args=(far, ["--home", str(self.home), "--json", *arguments], self.environ, content))
        process.start()
        far.close()
        try:
            code, told, sentence = near.recv()
        except EOFError:
            raise RuntimeError(f"thongthin {' '.join(arguments)} ended without an answer") from None
        finally:
            process.join()
            near.close()
        return Answer(code, json.loads(told) if told.strip() else None, sentence.strip())

    def do(self, *arguments: str, given: object = None) -> Any:
        """Runs one command that must work; returns its JSON. Raises RuntimeError with what it said."""
        answer = self.ask(*arguments, given=given)
        if answer.code != 0:
            raise RuntimeError(f"thongthin {' '.join(arguments)}: {answer.code}: {answer.sentence}")
        return answer.value

    def run_module(self, module: str, *arguments: str, **environ: str) -> int:
        """Runs a program of the project on this computer and waits for its end; returns its exit status."""
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, env={**self.environ, **environ}, check=False).returncode


def _start() -> "ForkServerContext | SpawnContext":
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(_LOADED)
    return start


def _command(answer: Connection, arguments: list[str], environ: dict[str, str], content: bytes) -> None:
    """In the process of the command: runs it as `thongthin` does and sends back what it printed."""
    os.environ.update(environ)
    out, err = io.StringIO(), io.StringIO()
    code = cli.run(arguments, environ=environ, stdin=io.BytesIO(content), stdout=out, stderr=err)
    answer.send((code, out.getvalue(), err.getvalue()))
    answer.close()
