"""A server on loopback and desks that were enrolled on it over HTTP: the client's own transport against the server's own routes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from desktop.storage import state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.words import Language, Words
from server_stub.app import create_app
from server_stub.auth import Auth
from server_stub.storage.sqlite import SqliteStorage
from tests.served import Served
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.office import STREAM

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
        self._served = Served(app, self.port)
        self.port = self._served.port

    def stop(self) -> None:
        """Stops the server; its database stays."""
        self._served.close()
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

    def _counter(self) -> state.Numbered:
        with self.database.write() as connection:
            return state.next_numbered(connection)

    def sync(self) -> Report:
        return run_round(self.database, CATALOGUE, self.transport, now, self.site.random.randbytes, lambda status: None)

    def make(self, count: int) -> None:
        with self.store.act(self.name, WORD) as act:
            for number in range(count):
                self.store.save(STREAM, "note", None, {"title": f"โครงการที่ {number}", "body": "ก" * 100}, act=act)

    @property
    def titles(self) -> int:
        return self.store.count(Query("note", None))
