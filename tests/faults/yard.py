"""A server that can be killed and started, stories told against it in processes that die, and what must hold afterwards."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]  # the wheel has no stubs

from desktop.storage import attachments, file_states, outbox, state
from desktop.storage.audit import check_projection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from desktop.storage.store import Store
from desktop.sync import bundle_reply
from desktop.sync.engine import run_round
from desktop.sync.transport import HttpTransport
from records.sealing import public_sealing_key, public_signing_key
from records.words import Language
from server_stub import backup
from server_stub.auth import Auth, DeviceDescription
from server_stub.storage.base import ALL_STREAMS, Storage
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.stories import ACKNOWLEDGED, PASSED, STICK, now
from tests.simulation.desk import KEY
from tests.simulation.history import make_template
from tests.simulation.kinds import CATALOGUE


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
        assert answer.get("status", 0) in (0, signal.SIGKILL, signal.SIGXFSZ), "a story failed: see what it printed"
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


class Yard:
    """A server that can be killed and started, and stories told against it."""

    def __init__(self, folder: Path, mortals: Mortals, postgres: str = "", owner: str = "") -> None:
        """`postgres`: the URL of a database with tables, `owner` the same with the right to make them; empty: SQLite's."""
        self.postgres = postgres
        self.owner = owner
        self.folder = folder
        self.mortals = mortals
        self.database = folder / "server.db"
        self.template = make_template(folder)
        self.storage = self._store()
        self.auth = Auth(self.storage, now, os.urandom)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = 0
        self.tellings = 0

    def serve(self, deadly: int = 0, largest: int = 0, *, is_torn: bool = False) -> None:
        """Starts the server; with a deadly point it dies there, with a `largest` its disk is full for files beyond so many bytes.

        `is_torn`: it is killed in the middle of the write that goes beyond instead.
        """
        facts = {"database": str(self.database), "port": self.port, "largest": largest, "is_torn": is_torn, "url": self.postgres}
        self.server = self.mortals.ask(server=facts, deadly=deadly)["pid"]
        for _ in range(2000):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.005)
        raise AssertionError("the server does not start")

    def _store(self) -> Storage:
        return PostgresStorage(self.postgres, must_exist=True) if self.postgres else SqliteStorage(self.database)

    def empty_log(self) -> None:
        """Brings the log of the server's database into it: whoever writes next begins a new one."""
        self.storage.close()
        connection = sqlite.connect(str(self.database))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        self.storage = self._store()
        self.auth = Auth(self.storage, now, os.urandom)

    def kill(self) -> None:
        """Kills the server, whether it lives or not."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGKILL)
        while lives(self.server):
            time.sleep(0.005)

    def desk(self, seed: int, story: str = "ordinary", stream: str = "") -> dict[str, Any]:
        """A desk enrolled under a name of its own, on a stream of its own where none is named."""
        self.tellings += 1
        name, stream = f"clerk{self.tellings}", stream or f"office/{6000000 + self.tellings}"
        signing, sealing = os.urandom(32).hex(), os.urandom(32).hex()
        folder = self.folder / name
        folder.mkdir()
        shutil.copyfile(self.template, folder / FILE_NAME)
        self.auth.add_account(name, "clerk", (f"{stream}:write",))
        device = DeviceDescription(name, public_key=public_signing_key(signing), sealing_key=public_sealing_key(sealing))
        enrolled = self.auth.enrol(self.auth.new_code(name), device, address="", session=None)
        database = Database.open(folder / FILE_NAME, KEY, CATALOGUE)
        with database.write() as connection:
            state.take_grants(connection, enrolled.streams)
            who = state.Identity(
                device_id=enrolled.device_id, server=self.url, account=name, role="clerk", token=enrolled.token,
                signing_key=signing, sealing_key=sealing, server_keys=enrolled.keys,
            )  # fmt: skip
            state.save_identity(connection, who)
        database.close()
        facts = {"folder": str(folder), "url": self.url, "token": enrolled.token, "account": name, "seed": seed}
        return facts | {"stream": stream, "story": story}

    def outlived(
        self, points: Iterable[int], seed: int, story: str = "ordinary", stream: str = "", prepare: Callable[[], object] = lambda: None,
        **more: Any,
    ) -> int:  # fmt: skip
        """Kills the server at one point after another, each under a desk of its own; the first point it never came to.

        Each desk is judged when all were served: one start of a server less for each.

        Args:
            prepare: done before each, while no server runs.
            more: facts of each desk.
        """
        deaths = list[tuple[int, dict[str, Any]]]()
        for deadly in points:
            facts = self.desk(seed, story, stream) | more
            self.kill()
            prepare()
            self.serve(deadly)
            self.mortals.ask(desk=facts, deadly=0)
            deaths.append((deadly, facts))
            if self.survives():
                break
        else:
            raise AssertionError("the server passes more points than were looked at")
        self.kill()
        self.serve()
        for deadly, facts in deaths:
            try:
                self.judge(facts)
            except BaseException as wrong:
                wrong.add_note(f"killed at point {deadly} under {facts['account']}")
                raise
        return deadly

    def survives(self) -> bool:
        """Whether the server came through: on a busy machine one that was killed, or is about to be, is there for a while yet."""
        until = time.monotonic() + 1
        while lives(self.server):
            if time.monotonic() > until:
                return True
            time.sleep(0.01)
        return False

    def judge(self, facts: dict[str, Any]) -> None:
        """What was acknowledged is there; after rounds it is on the server, once, and nothing waits."""
        folder = Path(facts["folder"])
        told = [json.loads(line) for line in (folder / ACKNOWLEDGED).read_text().splitlines()] if (folder / ACKNOWLEDGED).exists() else []
        documents = {one["document"] for one in told if one.get("document")}
        texts: dict[tuple[str, str], list[str]] = {}
        for one in told:
            texts.setdefault((one["id"], one["field"]), []).append(one["text"])
        database = Database.open(folder / FILE_NAME, KEY, CATALOGUE)
        try:
            assert database.problems() == []
            self._shown(database, texts)
            # Later: the hour of whatever was put off has come.
            with database.write() as connection:
                connection.execute("UPDATE file_state SET retry_at = NULL")

            def counter() -> int:
                with database.write() as connection:
                    return state.next_counter(connection)

            line = HttpTransport(self.url, facts["token"], counter, Language.ENGLISH)
            for _ in range(2):
                report = run_round(database, CATALOGUE, line, now, os.urandom, lambda status: None, file_bytes=None)
            self._sticks_are_whole(database, line, folder / STICK)
            line.close()
            assert report.done
            self._shown(database, texts)
            with database.reading() as connection:
                assert outbox.everything(connection) == []
                assert check_projection(connection) == []
                assert file_states.waiting(connection) == (0, 0)
                for sha256 in documents:
                    assert attachments.hash_of(connection, sha256)[0] == sha256, "an acknowledged document is lost"
        finally:
            database.close()
        with self.storage.read(ALL_STREAMS) as reader:
            rows = {row.id: json.loads(row.fields) for row in reader.page(facts["stream"], after=0, until=None, areas=None, limit=None)}
            writes = [row.change_id for row in reader.revisions_in_order(facts["stream"])]
        assert len(writes) == len(set(writes))
        kept = self.folder / "files" / facts["stream"].replace("/", "%2F")
        shown = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept.glob("*")}
        assert documents <= set(shown), "the server lacks an acknowledged document"
        assert all(name == found for name, found in shown.items()), "the server shows a document half"
        for (record_id, name), told_texts in texts.items():
            # An act that was committed, but of which nobody could be told any more, may stand above what was told last.
            assert name in rows[record_id], "an acknowledged field is lost"
            assert rows[record_id][name] not in told_texts[:-1], "an acknowledged edit is lost"

    def _sticks_are_whole(self, database: Database, line: HttpTransport, stick: Path) -> None:
        """What has the name of a bundle is one, though it be brought again."""
        with database.reading() as connection:
            who = state.identity(connection)
        for path in stick.glob("*.ttb"):
            with path.open("rb") as file:
                if path.name.endswith(".reply.ttb"):
                    bundle_reply.open_reply(file, who)
                else:
                    line.bundle(file, io.BytesIO())

    @staticmethod
    def _shown(database: Database, texts: dict[tuple[str, str], list[str]]) -> None:
        store = Store(database, CATALOGUE, now, os.urandom)
        for (record_id, name), told in texts.items():
            row = store.get("note", record_id)
            assert row is not None, "an acknowledged record is lost"
            assert row.fields.get(name) is not None, "an acknowledged field is lost"
            assert row.fields[name] not in told[:-1], "an acknowledged edit is lost"

    def passed(self, facts: dict[str, Any]) -> list[str]:
        """The points a story passed that came to its end."""
        found: list[str] = json.loads((Path(facts["folder"]) / PASSED).read_text())
        return found

    def titles(self, facts: dict[str, Any]) -> set[str]:
        """What a desk shows."""
        database = Database.open(Path(facts["folder"]) / FILE_NAME, KEY, CATALOGUE)
        found = Store(database, CATALOGUE, now, os.urandom).find(Query("note", None, limit=1000)).rows
        database.close()
        return {str(row.fields["title"]) for row in found}

    def rows(self, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """What the server has in a desk's stream, in the order it was made."""
        with self.storage.read(ALL_STREAMS) as reader:
            found = sorted(reader.page(facts["stream"], after=0, until=None, areas=None, limit=None), key=lambda row: row.id)
        return [json.loads(row.fields) for row in found]

    def lose(self, kept: Path) -> None:
        """The server's machine is lost, and its backup put in its place."""
        self.kill()
        self.storage.close()
        backup.restore(self.database, kept, now)
        self.open()

    def open(self) -> None:
        """Serves whatever database is there."""
        self.storage = self._store()
        self.auth = Auth(self.storage, now, os.urandom)
        self.serve()

    def close(self) -> None:
        self.kill()
        self.storage.close()


def lives(pid: int) -> bool:
    """Whether the process runs; one that was killed stays as a zombie until its parent ends."""
    try:
        # A zombie whose threads still end holds its files, and the locks on them.
        is_zombie = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not is_zombie or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False
