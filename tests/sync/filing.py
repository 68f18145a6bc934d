"""A server with documents on loopback, a line to it that is cut where a test says, and the desks on it."""

import hashlib
import random
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from desktop.storage import attachments, file_states, file_uses, state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.file_states import FileState
from desktop.storage.rows import Row
from desktop.storage.store import Act, Store
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.kinds import Json
from records.words import Language, Words
from server_stub.app import create_app
from server_stub.auth import Auth
from server_stub.files import FileLimits
from server_stub.storage.sqlite import SqliteStorage
from tests.served import Served
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.office import STREAM

WORD = Words("ก", "a")
DEVICE = {"name": "pc", "os": "linux", "app_version": "0.1", "public_key": "ab" * 32, "sealing_key": "cd" * 32}


class CutLine:
    """Carries connections to a port; `next_cut` says after how many bytes, either way, the next of them breaks (None: never)."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.next_cut: Callable[[], int | None] = lambda: None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._carried: list[socket.socket] = []
        self._start(self._accept)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in self._carried:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(60)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._carried += [near, far]
            left = [self.next_cut()]
            self._start(self._carry, near, far, left)
            self._start(self._carry, far, near, left)

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket, left: list[int | None]) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 14):
                if left[0] is not None:
                    block = block[: left[0]]
                    left[0] -= len(block)
                target.sendall(block)
                if left[0] == 0:
                    break
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class FilingSite:
    """A server on loopback and the desks enrolled on it."""

    def __init__(self, folder: Path, limits: FileLimits | None = None) -> None:
        self.folder = folder
        self.random = Random(3)
        self.now = datetime.now(UTC)
        self.storage = SqliteStorage(folder / "server.db", is_durable=False)
        self.auth = Auth(self.storage, self.clock, self.random.randbytes)
        app = create_app(self.storage, CATALOGUE, self.clock, self.random.randbytes, cache_folder=folder / "downloads", file_limits=limits)
        self._served = Served(app)
        self.url = self._served.url
        self.line = CutLine(self._served.port)
        self.desks: list[FilingDesk] = []

    def clock(self) -> datetime:
        return self.now

    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def desk(self, name: str, *grants: str) -> "FilingDesk":
        self.auth.add_account(name, "clerk", grants or (f"{STREAM}:write:*",))
        made = FilingDesk(self, name)
        self.desks.append(made)
        return made

    @property
    def kept(self) -> list[Path]:
        """The files of the stream that the server shows."""
        return sorted((self.folder / "files" / STREAM.replace("/", "%2F")).glob("*"))

    def close(self) -> None:
        for desk in self.desks:
            desk.transport.close()
            desk.database.close()
        self.line.close()
        self._served.close()
        self.storage.close()


class FilingDesk:
    """A desk that was enrolled over HTTP."""

    def __init__(self, site: FilingSite, name: str) -> None:
        self.folder = site.folder / name
        self.folder.mkdir()
        self.site = site
        self.name = name
        self.database = Database.open(self.folder / FILE_NAME, KEY, CATALOGUE, synchronous="OFF")
        self.store = Store(self.database, CATALOGUE, site.clock, site.random.randbytes)
        self.enrolled = HttpTransport(site.url).enrol(site.auth.new_code(name), DEVICE)
        with self.database.write() as connection:
            state.take_grants(connection, self.enrolled.streams)
        self.transport = HttpTransport(f"http://127.0.0.1:{site.line.port}", self.enrolled.token, self._counter, Language.ENGLISH)

    def _counter(self) -> int:
        with self.database.write() as connection:
            return state.next_counter(connection)

    def sync(self, file_bytes: int | None = None) -> Report:
        return run_round(
            self.database,
            CATALOGUE,
            self.transport,
            self.site.clock,
            self.site.random.randbytes,
            lambda status: None,
            file_bytes=file_bytes,
        )

    def attach(self, *contents: bytes, record_type: str = "note", field: str = "attachments") -> Row:
        """A record that names these contents, which are here."""
        refs: list[Json] = []
        for content in contents:
            with self.database.write() as connection:
                file = attachments.add(connection, content, f"{len(content)}.pdf", "application/pdf")
            refs.append({"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type})
        with self.act() as act:
            return self.store.save(STREAM, record_type, None, {"title": "ก", field: refs}, act=act)

    def act(self) -> AbstractContextManager[Act]:
        return self.store.act(self.name, WORD)

    def content(self, content: bytes) -> bytes | None:
        """What this desk has of a content."""
        with self.database.reading() as connection:
            return attachments.content(connection, named(content))

    def state(self, content: bytes) -> FileState:
        file_uses.catch_up(self.database)
        with self.database.reading() as connection:
            return file_states.state_of(connection, named(content))

    def wish(self, content: bytes) -> None:
        with self.database.write() as connection:
            file_states.wish(connection, named(content), self.site.clock())


def content_of(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def cuts(sizes: Sequence[int]) -> Callable[[], int | None]:
    """One cut for each connection to come, then none."""
    left = list(sizes)
    return lambda: left.pop(0) if left else None
