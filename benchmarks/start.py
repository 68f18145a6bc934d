"""From the start of the process to the first list a person can use, beside an empty window started the same way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import USABLE
from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.processes import ROOT
from benchmarks.product_desk import KEY


def start(bench: Bench) -> Iterator[Line]:
    """The program's window with its list of many records, in memory without a screen unless QT_QPA_PLATFORM says otherwise."""
    folder = bench.large_desk.folder
    compiled = bench.place("compiled")

    def product() -> Seconds:
        return _started(compiled, "list", str(folder))

    def floor() -> Seconds:
        return _started(compiled, "empty")

    # Once unmeasured: bytecode and the disk's cache are warm for both.
    product()
    floor()
    yield line("start", *in_turns(product, floor, bench.sizes.runs), n=bench.sizes.desk)


def _started(compiled: Path, *arguments: str) -> Seconds:
    """How long until a new process says that its window is usable; `compiled` keeps the bytecode of both, as installing them would."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "THONGTHIN_KEY": KEY.hex(), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    processes: list[subprocess.Popen[str]] = []

    def work() -> None:
        command = [sys.executable, "-m", "benchmarks.start_window", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        if process.stdout.readline().strip() != USABLE:
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.wait()}")

    took = timed(work)
    processes[0].communicate()
    return took
