"""The central server of the demonstration: its own process, driven only by its command line, as an administrator drives it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_READY_S = 30.0


class CentralServer:
    """thongthin-server on an SQLite file in a folder, or on PostgreSQL; `up` and `down` start and end its process."""

    def __init__(self, folder: Path, database: str = "", workers: int = 1) -> None:
        """`folder` is made when it is missing; `database` is the address of a PostgreSQL, empty for a file in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.home = folder
        self._command = [sys.executable, "-m", "server_stub", "--home", str(folder), *(["--database", database] if database else [])]
        self._workers = workers
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Its address, from the first `up` on."""
        return f"http://127.0.0.1:{self._port}"

    def run(self, *arguments: str) -> str:
        """Runs one administrator's command; returns what it printed. Raises CalledProcessError."""
        return subprocess.run([*self._command, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout

    def ask(self, *arguments: str) -> tuple[int, Any]:
        """Runs one administrator's command that may list what needs a person; its exit code and its JSON."""
        done = subprocess.run([*self._command, "--json", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def up(self) -> str:
        """Starts the server, always at the same address; returns the address once it answers. Raises RuntimeError."""
        command = [*self._command, "serve", "--port", str(self._port), "--workers", str(self._workers)]
        log = (self.home / "serve.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8")
        log.close()
        assert self._process.stdout is not None  # noqa: S101 - asked for by PIPE above
        for line in self._process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self._port = int(found[1])
                return found[0]
        raise RuntimeError(f"the server did not start: see {self.home / 'serve.log'}")

    def down(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_READY_S)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.down()
