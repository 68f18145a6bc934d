"""A process that forks programs which die: everything is imported once, and a fork lives for one short story.

One JSON line in, one JSON line out, when the story ended or was ended:

    {"desk": {...}, "deadly": k}     work and rounds at one desk    -> {"killed": bool, "passed": [names]}
    {"server": {...}, "deadly": k}   a server on a port             -> {"pid": n}, and it serves until it dies
"""

import contextlib
import json
import os
import random
import socket
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from desktop.services.backups import Backups
from desktop.storage import state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.transport import HttpTransport
from records.errors import Unavailable
from records.words import Language, Words
from server_stub.app import create_app
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.points import Points
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE

ACKNOWLEDGED = "acknowledged.jsonl"
"""What the person was told is saved, one line each, written as soon as they were told."""
PASSED = "passed.json"
WORD = Words("งาน", "work")


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Story:
    """What a clerk does at one desk until the end, or until the power goes."""

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self._folder = folder
        self._random = random.Random(facts["seed"])
        self._stream: str = facts["stream"]
        self._account: str = facts["account"]
        self._is_early: bool = facts.get("is_early", False)
        """Says that it is saved before it is: the mistake that the tests must notice."""
        self._told = os.open(folder / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._database = Database.open(folder / FILE_NAME, KEY, CATALOGUE, synchronous="FULL")
        self._store = Store(self._database, CATALOGUE, now, self._random.randbytes)
        self._transport = HttpTransport(facts["url"], facts["token"], self._counter, Language.ENGLISH)

    def _counter(self) -> int:
        with self._database.write() as connection:
            return state.next_counter(connection)

    def tell(self) -> None:
        """Work, a round, more work, a backup, a round."""
        for _ in range(self._random.randint(1, 3)):
            self._work()
        self._round()
        self._work()
        if self._random.random() < 0.5:
            Backups(self._folder, now, lambda: "", lambda _: 10**12).make(self._database, "manual")
        self._work()
        self._round()

    def _round(self) -> None:
        # Where the line is down people go on working.
        with contextlib.suppress(Unavailable):
            run_round(self._database, CATALOGUE, self._transport, now, self._random.randbytes, lambda status: None)

    def _work(self) -> None:
        rows = self._store.find(Query("note", None, limit=100)).rows
        roll = self._random.random()
        text = f"{self._random.getrandbits(40):x}"
        field = "title" if roll < 0.5 or not rows else "place" if roll < 0.8 else "owner"
        with self._store.act(self._account, WORD) as act:
            if field == "title":
                done = [self._store.save(self._stream, "note", None, {"title": text}, act=act)]
            elif field == "place":
                done = [self._store.save(self._stream, "note", self._random.choice(rows).id, {"place": text}, act=act)]
            else:
                done = [self._store.save(self._stream, "note", row.id, {"owner": text}, act=act) for row in rows[:2]]
            if self._is_early:
                self._tell(done, field, text)
        if not self._is_early:
            self._tell(done, field, text)

    def _tell(self, done: Sequence[Row], field: str, text: str) -> None:
        """What a screen says after a save: written at once, so that it outlives the process."""
        lines = [json.dumps({"id": row.id, "field": field, "text": text}) + "\n" for row in done]
        os.write(self._told, "".join(lines).encode())


def run_desk(facts: dict[str, Any], points: Points) -> None:
    """One story; what points it passed is left in a file when it comes to its end."""
    folder = Path(facts["folder"])
    points.watch_desk()
    points.watch_files()
    Story(folder, facts).tell()
    (folder / PASSED).write_text(json.dumps(points.passed))


def run_server(facts: dict[str, Any], points: Points) -> None:
    """Serves on the port until it is killed."""
    storage = SqliteStorage(Path(facts["database"]))
    app = create_app(storage, CATALOGUE, now, os.urandom, cache_folder=Path(facts["database"]).parent / "downloads")
    points.watch_server()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", facts["port"]))
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run(sockets=[listening])


def main() -> None:
    """Forks for each line until there is no more."""
    for line in sys.stdin:
        asked = json.loads(line)
        points = Points(asked["deadly"])
        child = os.fork()
        if child == 0:
            try:
                run_server(asked["server"], points) if "server" in asked else run_desk(asked["desk"], points)
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
