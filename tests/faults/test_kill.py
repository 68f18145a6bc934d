"""kill -9 at every numbered point of a desk and of the server: nothing that was acknowledged is lost, nothing goes in twice.

Three seeds by default; FAULT_SEEDS=20 for more (docs/reliability.md).
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.storage import outbox, state
from desktop.storage.audit import check_projection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.transport import HttpTransport
from records.errors import Unavailable
from records.words import Language
from server_stub.audit import verify
from server_stub.auth import Auth
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.mortal import ACKNOWLEDGED, PASSED, now
from tests.simulation.desk import KEY
from tests.simulation.history import make_template
from tests.simulation.kinds import CATALOGUE
from tests.sync.test_over_http import DEVICE

SEEDS = range(1, int(os.environ.get("FAULT_SEEDS", "3")) + 1)


class Mortals:
    """The process that forks programs which die."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.mortal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **asked: Any) -> dict[str, Any]:
        """One line to it, its line back."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


class Yard:
    """A server that can be killed and started, and stories told against it."""

    def __init__(self, folder: Path, mortals: Mortals) -> None:
        self.folder = folder
        self.mortals = mortals
        self.database = folder / "server.db"
        self.template = make_template(folder)
        self.storage = SqliteStorage(self.database)
        self.auth = Auth(self.storage, now, os.urandom)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = 0
        self.tellings = 0

    def serve(self, deadly: int = 0) -> None:
        """Starts the server; with a deadly point it dies there."""
        self.server = self.mortals.ask(server={"database": str(self.database), "port": self.port}, deadly=deadly)["pid"]
        for _ in range(400):
            with contextlib.suppress(Unavailable):
                line = HttpTransport(self.url)
                line.hello()
                line.close()
                return
            time.sleep(0.02)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        """Kills the server, whether it lives or not."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGKILL)
        while _lives(self.server):
            time.sleep(0.005)

    def desk(self, seed: int) -> dict[str, Any]:
        """A desk enrolled under a name and on a stream of its own."""
        self.tellings += 1
        name, stream = f"clerk{self.tellings}", f"office/{6000000 + self.tellings}"
        folder = self.folder / name
        folder.mkdir()
        shutil.copyfile(self.template, folder / FILE_NAME)
        self.auth.add_account(name, "clerk", (f"{stream}:write",))
        line = HttpTransport(self.url)
        enrolled = line.enrol(self.auth.new_code(name), DEVICE)
        line.close()
        database = Database.open(folder / FILE_NAME, KEY, CATALOGUE)
        with database.write() as connection:
            state.take_grants(connection, enrolled.streams)
            state.save_identity(connection, state.Identity(device_id=enrolled.device_id, server=self.url, account=name, role="clerk"))
        database.close()
        return {"folder": str(folder), "url": self.url, "token": enrolled.token, "account": name, "seed": seed, "stream": stream}

    def judge(self, facts: dict[str, Any]) -> None:
        """What was acknowledged is there; after rounds it is on the server, once, and nothing waits."""
        folder = Path(facts["folder"])
        told = [json.loads(line) for line in (folder / ACKNOWLEDGED).read_text().splitlines()] if (folder / ACKNOWLEDGED).exists() else []
        texts: dict[tuple[str, str], list[str]] = {}
        for one in told:
            texts.setdefault((one["id"], one["field"]), []).append(one["text"])
        database = Database.open(folder / FILE_NAME, KEY, CATALOGUE)
        try:
            assert database.problems() == []
            self._shown(database, texts)

            def counter() -> int:
                with database.write() as connection:
                    return state.next_counter(connection)

            line = HttpTransport(self.url, facts["token"], counter, Language.ENGLISH)
            for _ in range(2):
                report = run_round(database, CATALOGUE, line, now, os.urandom, lambda status: None)
            line.close()
            assert report.done
            self._shown(database, texts)
            with database.reading() as connection:
                assert outbox.everything(connection) == []
                assert check_projection(connection) == []
        finally:
            database.close()
        with self.storage.read(ALL_STREAMS) as reader:
            rows = {row.id: json.loads(row.fields) for row in reader.page(facts["stream"], after=0, until=None, areas=None, limit=None)}
            writes = [row.change_id for row in reader.revisions_in_order(facts["stream"])]
        assert len(writes) == len(set(writes))
        for (record_id, name), told_texts in texts.items():
            # An act that was committed, but of which nobody could be told any more, may stand above what was told last.
            assert name in rows[record_id], "an acknowledged field is lost"
            assert rows[record_id][name] not in told_texts[:-1], "an acknowledged edit is lost"

    @staticmethod
    def _shown(database: Database, texts: dict[tuple[str, str], list[str]]) -> None:
        store = Store(database, CATALOGUE, now, os.urandom)
        for (record_id, name), told in texts.items():
            row = store.get("note", record_id)
            assert row is not None, "an acknowledged record is lost"
            assert row.fields.get(name) is not None, "an acknowledged field is lost"
            assert row.fields[name] not in told[:-1], "an acknowledged edit is lost"

    def rows(self, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """What the server has in a desk's stream, in the order it was made."""
        with self.storage.read(ALL_STREAMS) as reader:
            found = sorted(reader.page(facts["stream"], after=0, until=None, areas=None, limit=None), key=lambda row: row.id)
        return [json.loads(row.fields) for row in found]

    def close(self) -> None:
        self.kill()
        self.storage.close()


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    made = Mortals()
    yield made
    made.close()


@pytest.fixture
def yard(tmp_path: Path, mortals: Mortals) -> Iterator[Yard]:
    made = Yard(tmp_path, mortals)
    made.serve()
    yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_killed_at_any_point_loses_nothing_it_acknowledged(seed: int, yard: Yard, mortals: Mortals) -> None:
    facts = yard.desk(seed)
    assert not mortals.ask(desk=facts, deadly=0)["killed"]
    yard.judge(facts)
    passed = json.loads((Path(facts["folder"]) / PASSED).read_text())

    for deadly in range(1, len(passed) + 1):
        facts = yard.desk(seed)
        assert mortals.ask(desk=facts, deadly=deadly)["killed"], f"point {deadly}: {passed[deadly - 1]}"
        yard.judge(facts)

    assert {"before commit", "after commit", "before request", "after reply"} <= set(passed)
    assert verify(yard.storage).damage == ()


def test_a_desk_that_acknowledges_too_early_is_caught(yard: Yard, mortals: Mortals) -> None:
    caught = 0
    for deadly in range(1, 12):
        facts = yard.desk(1) | {"is_early": True}
        mortals.ask(desk=facts, deadly=deadly)
        try:
            yard.judge(facts)
        except AssertionError as error:
            caught += "acknowledged" in str(error)

    assert caught


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_at_any_point_loses_nothing_it_acknowledged(seed: int, yard: Yard, mortals: Mortals) -> None:
    for deadly in range(1, 40):
        facts = yard.desk(seed)
        yard.kill()
        yard.serve(deadly)
        mortals.ask(desk=facts, deadly=0)
        survived = _lives(yard.server)
        yard.kill()
        yard.serve()
        yard.judge(facts)
        if survived:
            break
    else:
        raise AssertionError("the server passes more points than were looked at")
    assert deadly > 8
    assert verify(yard.storage).damage == ()


def _lives(pid: int) -> bool:
    """Whether the process runs; one that was killed stays as a zombie until its parent ends."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
