"""Hours in a small office: a desk works and syncs without a pause, and the memory of desk and server is watched.

The floor is the memory after the first third, when every cache is warm: what grows from there on would grow for a whole working day.
`--soak SECONDS` says how long; docs/reliability.md asks for a night of it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Line
from benchmarks.processes import ROOT, memory_mb
from benchmarks.product_desk import STREAM, edit, enrol, enter, open_desk, sync
from benchmarks.product_server import ProductServer
from benchmarks.workload import items

_RECORDS = 200
_EDITED = 5


def soak(bench: Bench) -> Iterable[Line]:
    """The memory of both programs at the end against that after a third of the time."""
    folder = bench.place("soak")
    server = ProductServer(folder / "server")
    with server.running():
        desk = open_desk(folder / "desk")
        enrol(desk, server, [STREAM])
        enter(desk, items(_RECORDS))
        desk.close()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.soak", str(folder / "desk"), str(bench.sizes.soak_s), str(server.process_id)],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    said = json.loads(done.stdout)
    for who in ("desk", "server"):
        warm, end = said[who]
        yield Line(
            name=f"soak_{who}", value=end, floor=warm, ratio=round(end / warm, 3), unit="MB", n=_RECORDS, runs=said["rounds"],
            note=f"{bench.sizes.soak_s} s of work",
        )  # fmt: skip


def main(folder: Path, seconds: float, server: int) -> None:
    """Works and syncs for so many seconds; prints the memory after a third and at the end, and how many rounds there were."""
    desk = open_desk(folder)
    ids = [item["id"] for item in islice(items(_RECORDS), _RECORDS)]
    sync(desk)
    warm: dict[str, float] = {}
    began, rounds = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds or rounds < 6:
        start = rounds * _EDITED % _RECORDS
        edit(desk, ids[start : start + _EDITED], f"รอบที่ {rounds}")
        sync(desk)
        rounds += 1
        if not warm and (passed > seconds / 3 or rounds == 2):
            warm = _memory(server)
    end = _memory(server)
    desk.close()
    sys.stdout.write(json.dumps({"rounds": rounds, **{who: [warm[who], end[who]] for who in end}}))


def _memory(server: int) -> dict[str, float]:
    return {"desk": memory_mb("self"), "server": memory_mb(server)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
