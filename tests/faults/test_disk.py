"""The disk fails at the k-th write of a round, for all k: a sentence, nothing lost, and the next round goes on.

Two real failures of the system underneath: no file may grow beyond a limit (as a full disk, in the middle of a commit too), and a file
handle that takes no writes any more (as a drive that was pulled out).
"""

import errno
import json
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.storage import attachments, state
from desktop.storage.connection import Connection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.first_download import MANY
from desktop.sync.transport import HttpTransport
from records.errors import AppError
from records.kinds import Json
from records.words import Language, Words
from server_stub import backup, backup_seal
from server_stub.audit import verify
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.site import FaultSite, tried
from tests.faults.stories import ACKNOWLEDGED, now
from tests.faults.yard import Yard
from tests.server_stub.world import World
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
def dead(database: Path, *endings: str) -> Iterator[None]:
    """Files of a database take no writes: every handle to one is one for reading. `-wal` names its log, an empty ending itself."""
    kept = list[tuple[int, int]]()
    for place in (f"{database}{ending}" for ending in endings):
        handles = [int(name) for name in os.listdir("/proc/self/fd") if _target(name) == place]
        kept += [(handle, os.dup(handle)) for handle in handles]
        reading = os.open(place, os.O_RDONLY)
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

    def __init__(self, facts: dict[str, Any], download_from: int = MANY) -> None:
        """`download_from`: as of a round."""
        self._download_from = download_from
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
            report = run_round(
                self.database, CATALOGUE, self.line, now, os.urandom, lambda status: None, download_from=self._download_from
            )  # fmt: skip
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
        assert [row["place"] for row in yard.rows(desk.facts) if "place" in row] == ["ตลาด"]
        if not code:
            break
        pages += 1
    assert pages > 20
    assert codes <= {"", "disk-full", "disk"}


@pytest.mark.parametrize(("is_first", "download_from"), [(False, MANY), (True, MANY), (True, 1)])
def test_a_disk_that_fills_in_a_round_with_documents_or_a_first_download_keeps_everything(
    yard: Yard, is_first: bool, download_from: int
) -> None:
    there = OpenDesk(yard.desk(1))
    there.work()
    there.attach(40_000)
    assert there.sync() == ""
    there.close()
    codes, half_pages = set(), 0
    while True:
        desk = OpenDesk(yard.desk(1, stream=there.facts["stream"] if is_first else ""), download_from)
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


def test_a_server_without_room_for_a_document_says_so_and_has_it_once_there_is(yard: Yard) -> None:
    codes = set()
    for largest in range(150_000, 600_000, 15_000 if IS_LONG else 110_000):
        desk = OpenDesk(yard.desk(1))
        desk.work()
        desk.attach(500_000)
        yard.kill()
        yard.empty_log()
        yard.serve(largest=largest)
        codes.add(desk.sync())
        yard.kill()
        yard.serve()
        desk.close()
        yard.judge(desk.facts)
    assert codes == {"", "quota"}


ENDINGS = [("-wal",), ("",), ("-wal", "")]
"""What of a database fails: its log, itself, both."""


@pytest.mark.parametrize("endings", ENDINGS)
def test_a_drive_that_fails_at_the_kth_commit_of_a_round_keeps_everything(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, endings: tuple[str, ...]
) -> None:
    execute = Connection.execute
    left = [0]
    path = [Path()]

    def failing(connection: Connection, sql: str, *given: Any) -> Any:
        if sql == "COMMIT":
            # Each commit goes over into the file at once: that it cannot is found out here, not a thousand pages later.
            execute(connection, "PRAGMA wal_autocheckpoint = 1").fetchone()
            left[0] -= 1
            if left[0] == 0:
                with dead(path[0], *endings):
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
        assert [row["place"] for row in yard.rows(desk.facts) if "place" in row] == ["ตลาด"]
        # A commit with nothing to write does not fail; past the last commit of a round there is none to fail.
        if left[0] > 0:
            break
    assert number > 5
    # What stands in the log is saved: that it does not go over into the file yet is nothing to stop for.
    assert codes == ({"", "disk"} if "-wal" in endings else {""})


@pytest.mark.usefixtures("expected_log")
@pytest.mark.parametrize("endings", [ENDINGS[0], ENDINGS[2]])
def test_a_drive_of_the_server_that_fails_at_its_kth_commit_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endings: tuple[str, ...]
) -> None:
    assert {""} < _told_by_a_failing_server(tmp_path, monkeypatch, endings) <= {"", "unavailable", "slow-down"}


def test_a_server_whose_log_cannot_go_over_into_its_file_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _told_by_a_failing_server(tmp_path, monkeypatch, ENDINGS[1]) == {""}


def _told_by_a_failing_server(folder: Path, monkeypatch: pytest.MonkeyPatch, endings: tuple[str, ...]) -> set[str]:
    """The codes a desk gets while its server's k-th commit fails, for each k of a round; each time both are judged."""
    site = FaultSite(folder)
    desk = site.fault_desk("one")
    left = [0]
    for name in ("write", "directory"):
        work = getattr(SqliteStorage, name)

        def failing(*given: Any, work: Any = work, **named: Any) -> Iterator[Any]:
            with ExitStack() as broken, work(*given, **named) as inside:
                yield inside
                left[0] -= 1
                if left[0] == 0:
                    broken.enter_context(dead(folder / "server.db", *endings))

        monkeypatch.setattr(SqliteStorage, name, contextmanager(failing))

    codes, number = set(), 0
    while left[0] <= 0:
        number += 1
        site.work(desk, 2)
        site.attach(desk)
        left[0] = number
        error = tried(desk.sync)
        codes.add(error.code if error else "")
        still, left[0] = left[0], 0
        site.judge()
        left[0] = still
    site.close()
    assert number > 4
    return codes


# A backup of the server and its way back -----------------------------------------------------------------------------------------------


@pytest.fixture
def backed_up(tmp_path: Path) -> Iterator[World]:
    """A server with a document and a backup, which the next one is to replace."""
    world = World(tmp_path / "server.db")
    place = tmp_path / "files" / "a" / ("ab" * 32)
    place.parent.mkdir(parents=True)
    place.write_bytes(os.urandom(60_000))
    world.made()
    backup.back_up(world.storage, tmp_path / "server.db", tmp_path / "kept" / "b.db")
    for number in range(20):
        world.made(set={"title": f"{number} " + "ก" * 400})
    yield world
    world.storage.close()


@pytest.mark.parametrize("has_links", [True, False])
def test_a_backup_on_a_disk_that_fills_anywhere_leaves_the_former_one(
    backed_up: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    database, kept = tmp_path / "server.db", tmp_path / "kept" / "b.db"
    if not has_links:
        monkeypatch.setattr(os, "link", _no_links)
        shutil.rmtree(kept.parent / "files")
    former, told = kept.read_bytes(), list[str]()
    size = 0
    while not told or told[-1]:
        with no_file_beyond(size):
            error = tried(lambda: backup.back_up(backed_up.storage, database, kept))
        told.append(error.code if error else "")
        backup_seal.check(kept)
        durable = _durable(backed_up)
        # The last write of all tells the database up to where it is safe: it may fail when the backup stands already.
        assert durable == (1 if error else _durable(backed_up, "head"))
        assert kept.read_bytes() == former or verified(kept) == 21
        assert [path.name for path in kept.parent.rglob("*.part*")] == []
        size += FRAME // 2 if IS_LONG else 5 * FRAME
    assert len(told) > 3
    assert set(told) <= {"", "unavailable"}


def verified(database: Path) -> int:
    """The writes of a database whose chain fits."""
    storage = SqliteStorage(database)
    found = verify(storage)
    storage.close()
    assert found.damage == ()
    return found.revisions


def _durable(world: World, what: str = "durable") -> int:
    with world.storage.read(ALL_STREAMS) as reader:
        (state,) = reader.states(reader.stream_names()).values()
    found: int = getattr(state, what)
    return found


def test_a_restore_on_a_disk_that_fills_anywhere_leaves_the_database_as_it_was(backed_up: World, tmp_path: Path) -> None:
    database, kept = tmp_path / "server.db", tmp_path / "kept" / "b.db"
    writes = verify(backed_up.storage).revisions
    backed_up.storage.close()
    shutil.rmtree(tmp_path / "files")
    told, size = list[str](), 0
    while not told or told[-1]:
        with no_file_beyond(size):
            error = tried(lambda: backup.restore(database, kept, now))
        told.append(error.code if error else "")
        assert verified(database) == (writes if error else 1)
        size += FRAME // 2 if IS_LONG else 5 * FRAME
    assert len(told) > 3
    assert set(told) <= {"", "unavailable"}
    assert [path.stat().st_size for path in (tmp_path / "files" / "a").iterdir()] == [60_000]


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
