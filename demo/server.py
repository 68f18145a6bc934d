"""The central server of the demonstration: its own process, driven only by its command line, as an administrator drives it."""

import re
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_READY_S = 30.0


class CentralServer:
    """thongthin-server on an SQLite file in a folder; `up` and `down` are the line that is there and the line that is cut."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._home = folder
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Its address, from the first `up` on."""
        return f"http://127.0.0.1:{self._port}"

    def run(self, *arguments: str) -> str:
        """Runs one administrator's command; returns what it printed. Raises CalledProcessError."""
        command = [sys.executable, "-m", "server_stub", "--home", str(self._home), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout

    def up(self) -> str:
        """Starts the server, always at the same address; returns the address once it answers. Raises RuntimeError."""
        command = [sys.executable, "-m", "server_stub", "--home", str(self._home), "serve", "--port", str(self._port)]
        log = (self._home / "serve.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8")
        log.close()
        assert self._process.stdout is not None  # noqa: S101 - asked for by PIPE above
        for line in self._process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self._port = int(found[1])
                return found[0]
        raise RuntimeError(f"the server did not start: see {self._home / 'serve.log'}")

    def down(self) -> None:
        """Cuts the line: ends the process."""
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
