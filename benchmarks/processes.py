"""Servers as processes of their own over loopback, as they run in the world."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 30.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Waits until somebody listens on the port. Raises RuntimeError when the process ended or never listened."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} never listened on {port}")


def memory_mb(process: int | str, *, peak: bool = False) -> float:
    """What of a process is in memory, or was at most since it began, in megabytes (proc(5): VmRSS, VmHWM, in kB)."""
    name = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError(f"process {process} does not say what memory it has")


@contextmanager
def uvicorn(factory: str, port: int, settings: Mapping[str, str], *, workers: int = 1) -> Iterator[int]:
    """Runs an application under uvicorn with these environment variables; gives the id of its process."""
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--no-access-log", "--log-level", "error"]
    if workers > 1:
        command += ["--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings})
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait()
