"""An office with desks on a good line to a real server in memory, and what its people do."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from desktop.storage import outbox
from desktop.storage.outbox import Pending
from desktop.storage.rows import Row
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from records.protocol import Limits
from server_stub.session import Grant
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.simulation.bugs import NO_BUG
from tests.simulation.crashes import Clock
from tests.simulation.desk import Desk
from tests.simulation.history import make_template
from tests.simulation.kinds import CATALOGUE
from tests.simulation.network import Fates, Network, SimulatedTransport

STREAM = "office/6560115"
OTHER = "office/6560116"
ALL = {STREAM: Grant(True, ("*",))}


class Office:
    """A server and the desks on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = make_template(folder)
        self.storage = SqliteStorage(None)
        self.random = Random(7)
        self.network = Network(self.service(), self.random, Fates(0, 0))
        self.desks: list[Desk] = []
        self.between: Callable[[Desk, str], None] = lambda desk, when: None
        """Called before and after each call of a desk."""

    def service(self, limits: Limits | None = None) -> SyncService:
        return SyncService(self.storage, CATALOGUE, Clock(), self.random.randbytes, limits=limits)

    def desk(self, name: str, grants: dict[str, Grant] = ALL) -> Desk:
        desk = Desk(name, self._template, self._folder / name, self.network, self.random, grants, self._between, NO_BUG)
        self.desks.append(desk)
        return desk

    def _between(self, desk: Desk, when: str) -> None:
        self.between(desk, when)

    def close(self) -> None:
        for desk in self.desks:
            desk.database.close()
        self.storage.close()


def sync(desk: Desk, transport: SimulatedTransport | None = None, **options: object) -> Report:
    return run_round(
        desk.database, CATALOGUE, transport or desk.transport, desk.clock, desk.random.randbytes, lambda status: None, **options,  # type: ignore[arg-type]
    )  # fmt: skip


def make(desk: Desk, title: str = "ก", record_type: str = "note", stream: str = STREAM) -> Row:
    return desk.save(stream, record_type, None, {"title": title})


def shared(office: Office, title: str = "ก") -> tuple[Desk, Desk, Row]:
    """Two desks that both have one record."""
    one, two = office.desk("one"), office.desk("two")
    row = make(one, title)
    sync(one)
    sync(two)
    return one, two, row


def fields(desk: Desk, row: Row) -> dict[str, object]:
    found = desk.store.get(row.type, row.id)
    assert found is not None
    return dict(found.fields)


def pending(desk: Desk) -> list[Pending]:
    with desk.database.reading() as connection:
        return outbox.everything(connection)
