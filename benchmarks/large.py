"""The first download of a large stream, by a process of its own: how long it takes beside the floor's pages, and what memory it takes.

The bound on memory is "flat": what it takes over the memory of the idle desk must not follow the number of records. Its floor is therefore
the same desk with a fifth of them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.filling import fill_floor, fill_server
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.processes import ROOT, memory_mb
from benchmarks.product_desk import STREAM, enrol, index, open_desk, sync
from benchmarks.product_server import ProductServer
from benchmarks.work_item import SPEC
from benchmarks.workload import one_by_one
from desktop.storage.query import Query

_MOST_RUNS = 3


def first_pull_large(bench: Bench) -> Iterator[Line]:
    """A new desk fetches a hundred thousand records: time until the rows are usable, until the search index is built, memory at the peak."""
    n, few = bench.sizes.download, bench.sizes.download // 5
    server = _filled(bench, few)
    with server.running():
        small = _fetched(bench, server, few)
    server = _filled(bench, n)
    floor_desk = bench.floor_desk(bench.new_table()) if bench.has_floor else None
    if floor_desk:
        fill_floor(floor_desk, one_by_one(n))
    said: list[dict[str, Any]] = []
    with server.running():
        idle_server = memory_mb(server.process_id)

        def product() -> Seconds:
            said.append(_fetched(bench, server, n))
            return float(said[-1]["seconds"])

        def floor() -> Seconds:
            assert floor_desk is not None
            desk = bench.floor_desk(floor_desk.table)
            taken = timed(desk.pull)
            assert desk.count() == n
            desk.close()
            return taken

        ours, theirs = in_turns(product, floor if floor_desk else None, min(_MOST_RUNS, bench.sizes.runs))
        server_took = memory_mb(server.process_id, peak=True) - idle_server
    traffic = {"requests": said[-1]["requests"], "bytes": said[-1]["bytes"]}
    yield line("first_pull_large", ours, theirs, n=n, **traffic, note=f"the first, for which the server made the file: {ours[0]:.1f} s")
    yield line("first_pull_large_indexed", [one["indexed"] for one in said], theirs, n=n, **traffic)
    peak, of_few = max(one["peak"] - one["idle"] for one in said), small["peak"] - small["idle"]
    note = f"desk over idle, floor: {few} records; idle {said[-1]['idle']:.0f} MB, the server {server_took:.0f} MB over its own"
    yield Line(
        name="first_pull_large_memory", value=round(peak, 1), floor=round(of_few, 1), ratio=round(peak / of_few, 2), unit="MB", n=n,
        runs=len(said), note=note,
    )  # fmt: skip


def _filled(bench: Bench, n: int) -> ProductServer:
    server = ProductServer(bench.place("large-server"))
    fill_server(server, one_by_one(n))
    return server


def _fetched(bench: Bench, server: ProductServer, n: int) -> dict[str, Any]:
    """What a new desk's process says of its first round."""
    folder = bench.place("large-desk")
    desk = open_desk(folder)
    enrol(desk, server, [STREAM])
    desk.close()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.large", str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["records"] == n
    return said


def main(folder: Path) -> None:
    """Runs the first round of an enrolled desk; prints seconds, memory before and at the peak in MB, and what travelled."""
    desk = open_desk(folder)
    desk.store.count(Query(SPEC.type))
    idle = memory_mb("self")
    reports = []
    seconds = timed(lambda: reports.append(sync(desk)))
    indexed = seconds + timed(lambda: index(desk))
    said = {
        "seconds": seconds, "indexed": indexed, "idle": idle, "peak": memory_mb("self", peak=True), "requests": reports[0].requests,
        "bytes": reports[0].bytes_up + reports[0].bytes_down, "records": desk.store.count(Query(SPEC.type)),
    }  # fmt: skip
    desk.close()
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
