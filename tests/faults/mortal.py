"""A process that forks programs which die: everything is imported once, and a fork lives for one short story.

One JSON line in, one JSON line out, when the story ended or was ended:

    {"desk": {...}, "deadly": k}     a story at one desk            -> {"killed": bool, "status": n}
    {"command": {...}, "deadly": k}  a server's backup or restore   -> {"killed": bool, "status": n}
    {"server": {...}, "deadly": k}   a server on a port             -> {"pid": n}, and it serves until it dies
"""

import errno
import json
import os
import resource
import signal
import socket
import sys
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

import uvicorn

from server_stub import backup, postgres_backup
from server_stub.app import create_app
from server_stub.storage.base import Storage
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.postgres_programs import Programs
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.points import Points, killed_beyond
from tests.faults.stories import PASSED, Story, now
from tests.simulation.kinds import CATALOGUE


def run_desk(facts: dict[str, Any], points: Points) -> None:
    """One story; what points it passed is left in a file when it comes to its end."""
    folder = Path(facts["folder"])
    points.watch_desk()
    points.watch_files()
    story = Story(folder, facts)
    if facts.get("torn"):
        killed_beyond(facts["torn"])
    story.tell(facts.get("story", "ordinary"))
    passed = json.dumps(points.passed)
    (folder / PASSED).write_text(passed)


def run_command(facts: dict[str, Any], points: Points) -> None:
    """A backup of a server's database, or a restore of one."""
    database, kept, programs = Path(facts["database"]), Path(facts["kept"]), Programs(Path(facts.get("programs", "")))
    files = database.parent / backup.FILES
    url: str = facts.get("url", "")
    if facts.get("has_no_links"):
        vars(os)["link"] = _refused
    points.watch_files()
    if facts["what"] == "backup":
        storage: Storage = PostgresStorage(url, must_exist=True) if url else SqliteStorage(database)
        points.watch_server()
        if url:
            points.watch_programs()
            postgres_backup.back_up(storage, url, kept, files, programs)
        else:
            backup.back_up(storage, database, kept)
        storage.close()
    elif url:
        points.watch_programs()
        postgres_backup.restore(url, kept, files, database.parent, now, programs)
    else:
        backup.restore(database, kept, now)
    passed = json.dumps(points.passed)
    Path(facts["passed"]).write_text(passed)


def _refused(*_: object) -> None:
    """A disk without links."""
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def run_server(facts: dict[str, Any], points: Points) -> None:
    """Serves on the port until it is killed; where `largest` is not 0, no file of it grows beyond so many bytes, or it is killed by trying."""
    storage = PostgresStorage(facts["url"], must_exist=True) if facts["url"] else SqliteStorage(Path(facts["database"]))
    app = create_app(storage, CATALOGUE, now, os.urandom, cache_folder=Path(facts["database"]).parent / "downloads")
    points.watch_server()
    points.watch_files()
    if facts["largest"] and facts["is_torn"]:
        killed_beyond(facts["largest"])
    elif facts["largest"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (facts["largest"], facts["largest"]))
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", facts["port"]))
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run(sockets=[listening])


RUN = {"server": run_server, "desk": run_desk, "command": run_command}


def warm_up() -> None:
    """Makes a server once, so that no fork imports and compiles again what each of them needs."""
    with closing(SqliteStorage(None)) as storage:
        uvicorn.Config(create_app(storage, CATALOGUE, now, os.urandom), log_level="critical").load()


def main() -> None:
    """Forks for each line until there is no more."""
    warm_up()
    for line in sys.stdin:
        asked = json.loads(line)
        points = Points(asked["deadly"])
        child = os.fork()
        if child == 0:
            try:
                for name, run in RUN.items():
                    if name in asked:
                        run(asked[name], points)
            finally:
                # A fork never returns into the loop of its parent; how it ended is seen in its status.
                if sys.exc_info()[0] is not None:
                    traceback.print_exc()
                os._exit(0 if sys.exc_info()[0] is None else 1)
        if "server" in asked:
            print(json.dumps({"pid": child}), flush=True)
            continue
        _, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)


if __name__ == "__main__":
    main()
