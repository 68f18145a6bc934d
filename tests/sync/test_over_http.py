"""Rounds over HTTP: the client's own transport against the server's own routes, on loopback."""

import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import uvicorn

from desktop.storage import state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.errors import Refused
from records.words import Language, Words
from server_stub.app import create_app
from server_stub.auth import Auth
from server_stub.storage.sqlite import SqliteStorage
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.office import OTHER, STREAM

WORD = Words("ก", "a")
DEVICE = {"name": "pc", "os": "linux", "app_version": "0.1", "public_key": "ab" * 32, "sealing_key": "cd" * 32}


def now() -> datetime:
    return datetime.now(UTC)


class Site:
    """A server on loopback and the desks enrolled on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.random = Random(3)
        self.port = 0
        self.serve()
        self.url = f"http://127.0.0.1:{self.port}"
        self.desks: list[HttpDesk] = []

    def serve(self) -> None:
        """Starts the server, on its former port if it had one."""
        self.storage = SqliteStorage(self.folder / "server.db", is_durable=False)
        self.auth = Auth(self.storage, now, self.random.randbytes)
        app = create_app(self.storage, CATALOGUE, now, self.random.randbytes, cache_folder=self.folder / "downloads")
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def stop(self) -> None:
        """Stops the server; its database stays."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self.storage.close()

    def desk(self, name: str, *grants: str) -> "HttpDesk":
        self.auth.add_account(name, "clerk", grants or (f"{STREAM}:write",))
        made = HttpDesk(self, name)
        self.desks.append(made)
        return made

    def close(self) -> None:
        for desk in self.desks:
            desk.transport.close()
            desk.database.close()
        self.stop()


class HttpDesk:
    """A desk that was enrolled over HTTP."""

    def __init__(self, site: Site, name: str, device: Mapping[str, str] = DEVICE) -> None:
        (site.folder / name).mkdir()
        self.name = name
        self.site = site
        self.database = Database.open(site.folder / name / FILE_NAME, KEY, CATALOGUE, synchronous="OFF")
        self.store = Store(self.database, CATALOGUE, now, site.random.randbytes)
        self.enrolled = HttpTransport(site.url).enrol(site.auth.new_code(name), device)
        with self.database.write() as connection:
            state.take_grants(connection, self.enrolled.streams)
        self.transport = HttpTransport(site.url, self.enrolled.token, self._counter, Language.ENGLISH)

    def _counter(self) -> int:
        with self.database.write() as connection:
            return state.next_counter(connection)

    def sync(self) -> Report:
        return run_round(self.database, CATALOGUE, self.transport, now, self.site.random.randbytes, lambda status: None)

    def make(self, count: int) -> None:
        with self.store.act(self.name, WORD) as act:
            for number in range(count):
                self.store.save(STREAM, "note", None, {"title": f"โครงการที่ {number}", "body": "ก" * 100}, act=act)

    @property
    def titles(self) -> int:
        return self.store.count(Query("note", None))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def test_work_travels_over_http_in_one_request_each_way(site: Site) -> None:
    one, two = site.desk("one"), site.desk("two")
    one.sync()
    one.make(300)

    sent, received = one.sync(), two.sync()

    assert (sent.pushed, sent.done, received.pulled, received.done, two.titles) == (300, True, 300, True, 300)
    assert sent.bytes_up < 60_000
    assert received.bytes_down < 60_000


def test_nothing_new_over_http_is_one_small_request(site: Site) -> None:
    one = site.desk("one")
    one.make(1)
    one.sync()

    report = one.sync()

    assert (report.requests, report.done) == (1, True)
    assert report.bytes_up + report.bytes_down < 700


def test_a_wider_grant_brings_its_stream_with_the_next_round(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    site.auth.add_account("one", "clerk", (f"{STREAM}:write", f"{OTHER}:read"))

    assert set(one.sync().streams) | set(one.sync().streams) == {STREAM, OTHER}


def test_a_revoked_device_is_told_so_and_keeps_its_work(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    one.make(3)
    site.auth.revoke(one.enrolled.device_id)

    with pytest.raises(Refused) as error:
        one.sync()

    assert error.value.code == "revoked"
    assert one.titles == 3


def test_a_computer_put_back_to_an_old_copy_is_told_so(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    one.sync()
    with one.database.write() as connection:
        state.set_setting(connection, "sync_counter", "1")

    with pytest.raises(Refused) as error:
        one.sync()

    assert error.value.code == "rewound"
