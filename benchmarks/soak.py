"""Hours in a small office: two desks work and sync without a pause, and what their programs and the server hold is watched.

The floor is what is held after the first third, when every cache is warm: what grows from there on would grow for a whole working day.
`--soak SECONDS` says how long; docs/reliability.md asks for a night of it. Watched are memory, open files, threads, and the largest
write-ahead log that was seen.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Line
from benchmarks.processes import ROOT
from benchmarks.product_desk import ACCOUNT, LABEL, STREAM, edit, enrol, enter, open_desk, sync
from benchmarks.product_server import ProductServer
from benchmarks.work_item import SPEC
from benchmarks.workload import items
from desktop.services.office import Office
from desktop.storage import attachments, file_uses
from desktop.storage.database import FILE_NAME
from records.kinds import Json

_SECOND = "second"
_RECORDS = 200
_EDITED = 5
_DOCUMENT_EVERY = 10
"""Rounds between two documents."""
_DOCUMENT = 60_000
"""Bytes of one."""
_TIMES = 12
"""How often it is looked at."""
UNITS = {"mb": "MB", "files": "open files", "threads": "threads", "log_mb": "MB of log"}
"""What is watched of a program, and in what."""


def soak(bench: Bench) -> Iterable[Line]:
    """What both programs hold at the end against that after a third of the time."""
    folder = bench.place("soak")
    server = ProductServer(folder / "server")
    with server.running():
        for number in (1, 2):
            desk = open_desk(folder / f"desk{number}")
            enrol(desk, server, [STREAM], ACCOUNT if number == 1 else _SECOND)
            if number == 1:
                enter(desk, items(_RECORDS))
            desk.close()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.soak", str(folder), str(bench.sizes.soak_s), str(server.process_id)],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    said = json.loads(done.stdout)
    for who in ("desk", "server"):
        for what, unit in UNITS.items():
            course = [held[who][what] for held in said["course"]]
            warm, end = course[len(course) // 3], course[-1]
            yield Line(
                name=f"soak_{who}_{what}", value=end, floor=warm, ratio=round(end / warm, 3), unit=unit, n=_RECORDS, runs=said["rounds"],
                note=f"{bench.sizes.soak_s} s of work: {' '.join(map(str, course))}",
            )  # fmt: skip


def main(folder: Path, seconds: float, server: int) -> None:
    """Works and syncs for so many seconds; prints what was held after each twelfth of the time, and how many rounds there were."""
    desks = [open_desk(folder / "desk1"), open_desk(folder / "desk2")]
    ids = [item["id"] for item in islice(items(_RECORDS), _RECORDS)]
    for desk in desks:
        sync(desk)
    logs = {"desk": folder / "desk1" / f"{FILE_NAME}-wal", "server": folder / "server" / "server.db-wal"}
    processes = {"desk": "self", "server": str(server)}
    largest = dict.fromkeys(logs, 0.0)
    course: list[dict[str, dict[str, float]]] = []
    holder = ""
    began, rounds = time.monotonic(), 0
    while len(course) < _TIMES:
        start = rounds * _EDITED % _RECORDS
        edit(desks[0], ids[start : start + _EDITED], f"รอบที่ {rounds}")
        with desks[1].store.act(_SECOND, LABEL) as act:
            # Another field of a record the first one edits too: a merge in each round.
            desks[1].store.save(STREAM, SPEC.type, ids[start + 1], {"division": f"ฝ่าย {rounds}"}, act=act)
        if rounds % _DOCUMENT_EVERY == 0:
            holder = _document(desks[0], holder)
        for desk in desks:
            sync(desk)
        rounds += 1
        largest = {who: max(size, _megabytes(logs[who])) for who, size in largest.items()}
        if time.monotonic() - began >= seconds * (len(course) + 1) / _TIMES:
            course.append({who: _held(process) | {"log_mb": largest[who]} for who, process in processes.items()})
    for desk in desks:
        desk.close()
    sys.stdout.write(json.dumps({"rounds": rounds, "course": course}))


def _document(desk: Office, holder: str) -> str:
    """Puts a new document in the place of the former one of a record, which is made the first time; the record's id."""
    with desk.database.write() as connection:
        file = attachments.add(connection, os.urandom(_DOCUMENT), "1.pdf", "application/pdf")
    named: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
    with desk.store.act(ACCOUNT, LABEL) as act:
        fields: dict[str, Json] = {"title": "เอกสาร", "attachments": named}
        row = desk.store.save(STREAM, "project", holder or None, fields, act=act)
    file_uses.catch_up(desk.database)
    return row.id


def _held(process: str) -> dict[str, float]:
    """Memory, open files and threads of a process (proc(5): VmRSS is in kB)."""
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return {
        "mb": round(int(facts["VmRSS"].split()[0]) / 1024, 1),
        "files": len(os.listdir(f"/proc/{process}/fd")),
        "threads": int(facts["Threads"]),
    }


def _megabytes(path: Path) -> float:
    return round(path.stat().st_size / 1024**2, 3) if path.exists() else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
