"""An office with desks on a good line to a real server in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from records.protocol import Limits
from server_stub.session import Grant
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.simulation.bugs import NO_BUG
from tests.simulation.desk import Clock, Desk
from tests.simulation.history import make_template
from tests.simulation.kinds import CATALOGUE
from tests.simulation.network import Fates, Network

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


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()
