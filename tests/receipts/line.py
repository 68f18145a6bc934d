"""A real server on loopback with the whole catalogue, and desks whose line can be cut; the line is the only stand-in."""

import random
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import open_office
from desktop.services.office import Office
from desktop.storage import state
from desktop.sync.transport import HttpTransport
from records.catalogue import BY_TYPE
from records.errors import Unavailable
from records.protocol import NumbersReply
from records.words import Language, Words
from server_stub.app import create_app
from server_stub.auth import Auth
from server_stub.storage.sqlite import SqliteStorage
from tests.served import Served

STREAM = "office/6560115"
KEY = {"THONGTHIN_KEY": "11" * 32}


class Line:
    """How the line of a desk is."""

    def __init__(self) -> None:
        self.is_up = True
        self.loses_replies = 0
        """So many replies to /numbers get lost on the way back."""
        self.calls = 0


class DeskTransport(HttpTransport):
    """The client's own transport over a line that may be cut, before a call or after the server did its part."""

    line: Line

    def _sent(self, method: str, url: str, headers, content):  # type: ignore[no-untyped-def]  # as its parent
        if not self.line.is_up:
            raise Unavailable(Words("ไม่มีสัญญาณ", "no line"), Words("ไม่มีสัญญาณ", "no line"), code="offline")
        self.line.calls += 1
        return super()._sent(method, url, headers, content)

    def numbers(self, stream: str, book: str, year: int, count: int, seen: int, request_id: str) -> NumbersReply:
        reply = super().numbers(stream, book, year, count, seen, request_id)
        if self.line.loses_replies:
            self.line.loses_replies -= 1
            raise Unavailable(Words("คำตอบหาย", "reply lost"), Words("คำตอบหาย", "reply lost"), code="offline")
        return reply


class Site:
    """The server and the desks enrolled on it."""

    def __init__(self, folder: Path, seed: int = 3) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.storage = SqliteStorage(folder / "server.db", is_durable=False)
        self.auth = Auth(self.storage, self.now, self.random.randbytes)
        app = create_app(self.storage, BY_TYPE, self.now, self.random.randbytes, cache_folder=folder / "downloads")
        self._served = Served(app)
        self.url = self._served.url
        self.offices: list[Office] = []
        self.lines: dict[str, Line] = {}

    @staticmethod
    def now() -> datetime:
        """The clock of everybody: today's, for the server's Date header is."""
        return datetime.now(UTC)

    def desk(self, name: str, role: str = "clerk", full_name: str = "") -> Office:
        """An enrolled desk."""
        line = self.lines[name] = Line()

        def made(server: str, token: str, language: Language) -> HttpTransport:
            transport = DeskTransport(server, token, counter, language)
            transport.line = line
            return transport

        def counter() -> state.Numbered:
            with office.database.write() as connection:
                return state.next_numbered(connection)

        office = open_office(
            self.folder / name, Language.ENGLISH, environ=KEY, clock=self.now, entropy=self.random.randbytes, new_transport=made
        )
        self.auth.add_account(name, role, (f"{STREAM}:write",), full_name or name)
        office.enrolment.enrol(self.url, self.auth.new_code(name))
        self.offices.append(office)
        return office

    def close(self) -> None:
        for office in self.offices:
            office.close()
        self._served.close()
        self.storage.close()
