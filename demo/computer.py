"""One computer of the day: a data folder, and the desktop's command line on it."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        command = [sys.executable, "-m", "desktop", "--home", str(self.home), "--json", *arguments]
        text = None if given is None else json.dumps(given, ensure_ascii=False)
        done = subprocess.run(command, input=text, env=self.environ, capture_output=True, text=True, encoding="utf-8", check=False)
        value = json.loads(done.stdout) if done.stdout.strip() else None
        return Answer(done.returncode, value, done.stderr.strip())

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
