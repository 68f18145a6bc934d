"""A real central server for the command line: a process of its own on a free port."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFICE = "office/6600101"


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    home: Path
    url: str

    def run(self, *arguments: str) -> str:
        """Runs a command of `thongthin-server` on its database and returns what it printed."""
        done = subprocess.run(
            _command(self.home, *arguments), cwd=ROOT, env=_environ(), capture_output=True, text=True, check=True, timeout=240
        )
        return done.stdout.strip()

    def code_for(self, account: str, role: str = "clerk", stream: str = f"{OFFICE}:write", full_name: str = "") -> str:
        """Adds an account and returns an enrolment code for it."""
        self.run("add-account", account, "--role", role, "--stream", stream, "--full-name", full_name)
        return self.run("enrolment-code", account)


def _command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "server_stub", "--home", str(home), *arguments]


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this folder; each test uses accounts and an office of its own."""
    home = tmp_path_factory.mktemp("server")
    subprocess.run(_command(home, "init"), cwd=ROOT, env=_environ(), check=True, capture_output=True, timeout=240)
    with subprocess.Popen(
        _command(home, "serve", "--port", "0"), cwd=ROOT, env=_environ(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        yield Server(home, ready.split()[-1])
        process.terminate()
