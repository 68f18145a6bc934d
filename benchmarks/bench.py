"""What the measures of one command share: sizes, a folder, servers and filled desks, each made when first asked for."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import floor_server, postgres
from benchmarks.floor_desk import FloorDesk
from benchmarks.processes import free_port, uvicorn
from benchmarks.product_desk import ACCOUNT, STREAM, enrol, enter, open_desk, receive, sync
from benchmarks.product_server import ProductServer
from benchmarks.workload import items
from desktop.services.office import Office
from records.words import Language


@dataclass(frozen=True)
class Sizes:
    """How much work each measure does."""

    exchange: int = 10_000
    """Records pushed and pulled."""
    changed: int = 100
    """Records changed of these."""
    desk: int = 100_000
    """Records on the desk that is started, searched and listed."""
    download: int = 100_000
    """Records of a large first download."""
    few: int = 1_000
    many: int = 200_000
    """Records of the two stores whose small work is compared."""
    sheet: int = 20_000
    """Rows of a sheet out and in."""
    streams: int = 334
    """Offices of a province."""
    offices: int = 7_850
    """Offices of the country, all at once."""
    soak_s: float = 20
    """Seconds of work while memory is watched."""
    steps: int = 60
    """Steps of a scroll."""
    saves: int = 200
    queries: int = 300
    runs: int = 5
    """How often each side is measured."""


@dataclass
class Settled:
    """A server with all records, the desk that pushed them, and the floor's counterparts."""

    server: ProductServer
    desk: Office
    floor: FloorDesk | None


class Bench:
    """The stage; close it at the end."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        """`folder`: empty, on the disk to be measured."""
        self.folder = folder
        self.sizes = sizes
        self._stack = ExitStack()
        self._number = 0

    def close(self) -> None:
        """Ends every process and connection."""
        self._stack.close()

    def place(self, name: str) -> Path:
        """A new folder."""
        self._number += 1
        made = self.folder / f"{self._number}-{name}"
        made.mkdir()
        return made

    # The floor

    @cached_property
    def _floor(self) -> tuple[str, str] | None:
        """Address of the floor's database and of its server; None where PostgreSQL is not installed."""
        if not postgres.is_there():
            return None
        database = self._stack.enter_context(postgres.postgres())
        settings = {floor_server.ADDRESS: database}
        port = free_port()
        self._stack.enter_context(uvicorn("benchmarks.floor_server:create_app", port, settings))
        return database, f"http://127.0.0.1:{port}"

    @property
    def has_floor(self) -> bool:
        """Whether the floor of the exchange can run here."""
        return self._floor is not None

    def new_table(self) -> str:
        """A new empty table on the floor's server."""
        assert self._floor is not None
        self._number += 1
        floor_server.make_table(self._floor[0], f"item_{self._number}")
        return f"item_{self._number}"

    def floor_desk(self, table: str) -> FloorDesk:
        """A new desk of the floor."""
        assert self._floor is not None
        desk = FloorDesk(self.place("floor") / "desk.db", self._floor[1], table)
        self._stack.callback(desk.close)
        return desk

    # The product

    @cached_property
    def _template(self) -> tuple[Path, int]:
        """A server's and an enrolled desk's folder with all records waiting to be sent, and the server's port."""
        folder = self.place("template")
        server = ProductServer(folder / "server")
        with server.running():
            desk = open_desk(folder / "desk")
            enrol(desk, server, [STREAM])
        enter(desk, items(self.sizes.exchange))
        desk.close()
        return folder, server.port

    @contextmanager
    def before_push(self) -> Iterator[tuple[ProductServer, Office]]:
        """An empty server that runs, and a desk about to push everything to it."""
        template, port = self._template
        folder = self.place("exchange")
        shutil.copytree(template, folder, dirs_exist_ok=True)
        server = ProductServer(folder / "server", port)
        with server.running():
            desk = open_desk(folder / "desk")
            try:
                desk.new_transport(desk.enrolled.server, "", Language.THAI).hello()
                yield server, desk
            finally:
                desk.close()

    @cached_property
    def settled(self) -> Settled:
        """Everything pushed; stays up until the end."""
        server, desk = self._stack.enter_context(self.before_push())
        sync(desk)
        floor = None
        if self.has_floor:
            floor = self.floor_desk(self.new_table())
            floor.fill(items(self.sizes.exchange))
            floor.push(is_new=True)
            floor.pull()
            floor.take_counts()
        return Settled(server, desk, floor)

    def new_desk(self, streams: list[str], account: str = ACCOUNT) -> Office:
        """An empty desk enrolled with the settled server."""
        desk = open_desk(self.place("desk"))
        self._stack.callback(desk.close)
        enrol(desk, self.settled.server, streams, account)
        return desk

    @cached_property
    def large_desk(self) -> Office:
        """A desk with many records, indexed; enrolled nowhere."""
        desk = open_desk(self.place("large"))
        self._stack.callback(desk.close)
        receive(desk, items(self.sizes.desk))
        return desk
