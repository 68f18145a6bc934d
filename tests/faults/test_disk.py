"""The disk fails at the k-th write of a round, for all k: a sentence, nothing lost, and the next round goes on.

Two real failures of the system underneath: no file may grow beyond a limit (as a full disk, in the middle of a commit too), and a file
handle that takes no writes any more (as a drive that was pulled out).
"""

import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.storage import attachments, state
from desktop.storage.connection import Connection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.transport import HttpTransport
from records.errors import AppError
from records.kinds import Json
from records.words import Language, Words
from server_stub.audit import verify
from tests.faults.stories import ACKNOWLEDGED, now
from tests.faults.yard import Yard
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE

WORD = Words("งาน", "work")
IS_LONG = int(os.environ.get("FAULT_SEEDS", "1")) >= 20
"""Whether every half page is tried, or every fifth."""
FRAME = 4096 + 24
"""Bytes of one page in the write-ahead log."""


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


@contextmanager
def dead_log(database: Path) -> Iterator[None]:
    """The write-ahead log of the file takes no writes: every handle to it is one for reading."""
    log = f"{database}-wal"
    handles = [int(name) for name in os.listdir("/proc/self/fd") if _target(name) == log]
    kept = [(handle, os.dup(handle)) for handle in handles]
    reading = os.open(log, os.O_RDONLY)
    for handle in handles:
        os.dup2(reading, handle)
    os.close(reading)
    try:
        yield
    finally:
        for handle, copy in kept:
            os.dup2(copy, handle)
            os.close(copy)


def _target(name: str) -> str:
    try:
        return str(Path(f"/proc/self/fd/{name}").readlink())
    except OSError:
        return ""


class OpenDesk:
    """A desk in this process on a server in another."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.path = Path(facts["folder"]) / FILE_NAME
        self.facts = facts
        self.database = Database.open(self.path, KEY, CATALOGUE)
        self.store = Store(self.database, CATALOGUE, now, os.urandom)
        self.line = HttpTransport(facts["url"], facts["token"], self._counter, Language.ENGLISH)

    def _counter(self) -> int:
        with self.database.write() as connection:
            return state.next_counter(connection)

    def work(self) -> None:
        """Records of three acts, one of them grown by later edits."""
        for number in range(3):
            with self.store.act(self.facts["account"], WORD) as act:
                row = self.store.save(self.facts["stream"], "note", None, {"title": f"งาน {number}", "body": "ก" * 2000}, act=act)
        with self.store.act(self.facts["account"], WORD) as act:
            self.store.save(self.facts["stream"], "note", row.id, {"place": "ตลาด"}, act=act)

    def attach(self, size: int) -> None:
        """A record with a document of so many bytes; what a judge must find is written down."""
        content = os.urandom(size)
        with self.database.write() as connection:
            file = attachments.add(connection, content, "1.pdf", "application/pdf")
        named: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
        with self.store.act(self.facts["account"], WORD) as act:
            row = self.store.save(self.facts["stream"], "note", None, {"title": "เอกสาร", "attachments": named}, act=act)
        told = {"id": row.id, "field": "title", "text": "เอกสาร", "document": file.sha256}
        (self.path.parent / ACKNOWLEDGED).write_text(json.dumps(told) + "\n")

    def sync(self) -> str:
        """One round; the code of what stopped it or its documents, empty when nothing did."""
        try:
            report = run_round(self.database, CATALOGUE, self.line, now, os.urandom, lambda status: None)
        except AppError as error:
            return error.code if error.title.th and error.message.th else "without words"
        if report.files.troubles:
            return report.files.troubles[0].code if report.files.troubles[0].message.th else "without words"
        return "line" if report.files.is_broken or report.files.waiting else ""

    def close(self) -> None:
        """Ends it."""
        self.line.close()
        self.database.close()


def test_a_disk_that_fills_at_the_kth_page_of_a_round_keeps_everything(yard: Yard) -> None:
    codes = set()
    pages = 0
    while True:
        desk = OpenDesk(yard.desk(1))
        desk.work()
        begun = Path(f"{desk.path}-wal").stat().st_size
        # Half a page more: the commit breaks off inside a frame as well as between two.
        with no_file_beyond(begun + pages * FRAME // 2):
            code = desk.sync()
        codes.add(code)
        assert desk.sync() == ""
        desk.close()
        yard.judge(desk.facts)
        assert [row.get("place") for row in yard.rows(desk.facts)] == [None, None, "ตลาด"]
        if not code:
            break
        pages += 1
    assert pages > 20
    assert codes <= {"", "disk-full", "disk"}


@pytest.mark.parametrize("is_first", [False, True])
def test_a_disk_that_fills_in_a_round_with_documents_or_a_first_download_keeps_everything(yard: Yard, is_first: bool) -> None:
    there = OpenDesk(yard.desk(1))
    there.work()
    there.attach(40_000)
    assert there.sync() == ""
    there.close()
    codes, half_pages = set(), 0
    while True:
        desk = OpenDesk(yard.desk(1, stream=there.facts["stream"] if is_first else ""))
        if not is_first:
            desk.work()
            desk.attach(40_000)
        begun = Path(f"{desk.path}-wal").stat().st_size
        with no_file_beyond(begun + half_pages * FRAME // 2):
            code = desk.sync()
        codes.add(code)
        desk.sync()
        desk.close()
        yard.judge(desk.facts)
        if is_first:
            assert yard.titles(desk.facts) == yard.titles(there.facts)
        if not code:
            break
        half_pages += 1 if IS_LONG else 5
    assert half_pages > 20
    assert codes <= {"", "disk-full", "disk"}
    assert "disk" in codes


def test_a_server_whose_disk_fills_at_the_kth_write_says_so_and_shows_nothing_half(yard: Yard) -> None:
    codes, half_pages = set(), 0
    while True:
        desk = OpenDesk(yard.desk(1))
        desk.work()
        desk.attach(20_000)
        yard.kill()
        log = Path(f"{yard.database}-wal")
        yard.serve(largest=(log.stat().st_size if log.exists() else 0) + half_pages * FRAME // 2)
        code = desk.sync()
        codes.add(code)
        yard.kill()
        yard.serve()
        desk.close()
        yard.judge(desk.facts)
        if not code:
            break
        half_pages += 1 if IS_LONG else 4
    assert half_pages > 8
    assert verify(yard.storage).damage == ()
    assert codes <= {"", "quota", "unavailable", "slow-down", "line"}


def test_a_drive_that_fails_at_the_kth_commit_of_a_round_keeps_everything(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    execute = Connection.execute
    left = [0]
    path = [Path()]

    def failing(connection: Connection, sql: str, *given: Any) -> Any:
        if sql == "COMMIT":
            left[0] -= 1
            if left[0] == 0:
                with dead_log(path[0]):
                    return execute(connection, sql, *given)
        return execute(connection, sql, *given)

    codes, number = set(), 0
    while True:
        number += 1
        desk = OpenDesk(yard.desk(1))
        desk.work()
        path[0], left[0] = desk.path, number
        with monkeypatch.context() as patched:
            patched.setattr(Connection, "execute", failing, raising=False)
            code = desk.sync()
        codes.add(code)
        assert desk.sync() == ""
        desk.close()
        yard.judge(desk.facts)
        assert [row.get("place") for row in yard.rows(desk.facts)] == [None, None, "ตลาด"]
        # A commit with nothing to write does not fail; past the last commit of a round there is none to fail.
        if left[0] > 0:
            break
    assert number > 5
    assert codes == {"", "disk"}
