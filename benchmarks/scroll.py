"""A list of many records scrolled, sorted and filtered in its window, beside a bare lazy table on a plain file of the same rows."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.list_window import Times
from benchmarks.measuring import Line, line, percentile
from benchmarks.processes import ROOT
from benchmarks.product_desk import KEY
from benchmarks.workload import NAMES, items


def scroll(bench: Bench) -> Iterator[Line]:
    """The 95th percentile of a scroll's frames and of the wait for its rows, the medians of sort and filter."""
    folder = bench.large_desk.folder
    plain = bench.place("plain") / "plain.db"
    _fill(plain, bench.sizes.desk)
    ours: Times = {}
    theirs: Times = {}
    for turn in range(bench.sizes.runs):
        sides = [("product", folder, ours), ("floor", plain, theirs)]
        for side, where, times in sides if turn % 2 == 0 else reversed(sides):
            for name, found in _played(side, where, bench.sizes.steps).items():
                times.setdefault(name, []).extend(found)
    n = bench.sizes.desk
    for name in ("frame", "rows"):
        worst = max(ours[name]) * 1000
        slow = [percentile(ours[name], 95)], [percentile(theirs[name], 95)]
        yield line(f"scroll_{name}_p95", *slow, n=n, runs=len(ours[name]), note=f"slowest {worst:.0f} ms")
    for name in ("sort", "filter"):
        yield line(f"{name}_shown", ours[name], theirs[name], n=n)


def _fill(path: Path, n: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE item ({', '.join(NAMES)}, PRIMARY KEY (id))")
    places = ", ".join("?" * len(NAMES))
    connection.executemany(f"INSERT INTO item ({', '.join(NAMES)}) VALUES ({places})", (tuple(item.values()) for item in items(n)))
    connection.execute("CREATE INDEX item_budget ON item (budget)")
    connection.execute("CREATE INDEX item_status ON item (status)")
    connection.commit()
    connection.close()


def _played(side: str, where: Path, steps: int) -> Times:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "THONGTHIN_KEY": KEY.hex()}
    command = [sys.executable, "-m", "benchmarks.list_window", side, str(where), str(steps)]
    played = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    times: Times = json.loads(played.stdout.splitlines()[-1])
    return times
