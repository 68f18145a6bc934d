"""A central server and desks that reach it by a line, by sticks, or by both."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec

from desktop.storage import bundles as out
from desktop.storage import state
from desktop.storage.bundles import Sent
from desktop.sync import bundle_reply, bundle_work
from desktop.sync.bundle_reply import TakenIn
from desktop.sync.bundle_work import Work
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from records.ids import new_id
from records.protocol import Limits
from records.sealing import public_sealing_key, public_signing_key
from records.words import Language
from server_stub import backup as backups
from server_stub.auth import Auth, DeviceDescription
from server_stub.bundles import Bundles
from server_stub.session import Grant
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.simulation.bugs import NO_BUG
from tests.simulation.crashes import Clock
from tests.simulation.desk import Desk
from tests.simulation.history import make_template
from tests.simulation.kinds import CATALOGUE
from tests.simulation.network import Fates, Network

if TYPE_CHECKING:
    from desktop.storage.rows import Row

STREAM = "office/6560115"
OTHER = "office/6560116"


@dataclass
class Post:
    """The sticks of one desk: what it sent, and what came back."""

    work: list[bytes] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)


class Site:
    """One server; `limits` of its bundles may be small, so that a few changes make several batches and pages."""

    def __init__(self, folder: Path, seed: int = 7, limits: Limits | None = None, database: Path | None = None) -> None:
        """`database`: the server's file; None keeps it in memory."""
        self.folder = folder
        self._template = make_template(folder)
        self.random = Random(seed)
        self.clock = Clock()
        self.storage = SqliteStorage(database, is_durable=False)
        self._limits = limits
        self._open()
        self.network = Network(self.service, self.random, Fates(0, 0))
        self.desks: list[Desk] = []
        self.post: dict[str, Post] = {}

    def _open(self) -> None:
        self.auth = Auth(self.storage, self.clock, self.random.randbytes)
        self.auth.ensure_server()
        self.service = SyncService(self.storage, CATALOGUE, self.clock, self.random.randbytes)
        small = SyncService(self.storage, CATALOGUE, self.clock, self.random.randbytes, limits=self._limits)
        self.bundles = Bundles(small, self.auth, self.storage, self.clock, self.random.randbytes)

    def put_back(self, database: Path, backup: Path) -> None:
        """The server's file is replaced by a backup, as the administrator's command does it."""
        self.storage.close()
        backups.restore(database, backup, self.clock)
        self.storage = SqliteStorage(database, is_durable=False)
        self._open()
        self.network.service = self.service

    def desk(self, name: str, streams: tuple[str, ...] = (STREAM,)) -> Desk:
        """An enrolled desk with the keys of bundles."""
        grants = {stream: Grant(True, ("*",)) for stream in streams}
        desk = Desk(name, self._template, self.folder / name, self.network, self.random, grants, lambda *_: None, NO_BUG)
        self.auth.add_account(name, "clerk", [f"{stream}:write:*" for stream in streams])
        signing, sealing = self.random.randbytes(32).hex(), self.random.randbytes(32).hex()
        device = DeviceDescription(name, public_key=public_signing_key(signing), sealing_key=public_sealing_key(sealing))
        enrolled = self.auth.enrol(self.auth.new_code(name), device, address="", session=None)
        who = state.Identity(
            device_id=enrolled.device_id, server="https://sync.example", account=name, role="clerk", token=enrolled.token,
            signing_key=signing, sealing_key=sealing, server_keys=enrolled.keys,
        )  # fmt: skip
        with desk.database.write() as connection:
            state.save_identity(connection, who)
            state.take_grants(connection, enrolled.streams)
        desk.session = self.auth.session(enrolled.token, Language.ENGLISH)
        desk.transport._session = desk.session
        self.desks.append(desk)
        self.post[name] = Post()
        return desk

    def export(self, desk: Desk) -> bytes:
        """A stick with the desk's work."""
        work = self.freeze(desk)
        content = self.written(desk, work)
        with desk.database.write() as connection:
            out.remember(
                connection,
                Sent(id=work.id, number=work.number, at=work.made_at, place="", changes=len(work.changes), files=0, size=len(content), grants=work.grants),
            )  # fmt: skip
        self.post[desk.name].work.append(content)
        return content

    def freeze(self, desk: Desk, *, allow_deletes: int = 0) -> Work:
        return bundle_work.freeze(desk.database, CATALOGUE, desk.clock, desk.random.randbytes, lambda _: None, allow_deletes=allow_deletes)

    def written(self, desk: Desk, work: Work) -> bytes:
        file = io.BytesIO()
        bundle_work.write(work, file, desk.random.randbytes)
        return file.getvalue()

    def relay(self, desk: Desk, work: bytes) -> bytes:
        """What the server answers; it lies in the desk's post."""
        reply = io.BytesIO()
        self.bundles.answer(io.BytesIO(work), reply, Language.ENGLISH)
        self.post[desk.name].replies.append(reply.getvalue())
        return reply.getvalue()

    def apply(self, desk: Desk, reply: bytes, allow_deletes: int = 0) -> TakenIn:
        with desk.database.reading() as connection:
            who = state.identity(connection)
        bundle = bundle_reply.open_reply(io.BytesIO(reply), who)
        return bundle_reply.take_in(
            desk.database, CATALOGUE, bundle, desk.clock, desk.random.randbytes, lambda _: None, allow_deletes=allow_deletes
        )

    def by_stick(self, desk: Desk) -> TakenIn:
        """There and back."""
        return self.apply(desk, self.relay(desk, self.export(desk)))

    def by_line(self, desk: Desk) -> Report:
        return run_round(desk.database, CATALOGUE, desk.transport, desk.clock, desk.random.randbytes, lambda _: None)

    def make(self, desk: Desk, title: str = "ก", stream: str = STREAM) -> "Row":
        return desk.save(stream, "note", None, {"title": title})

    def new_id(self) -> str:
        return new_id(self.clock(), self.random.randbytes)

    def identity(self, desk: Desk) -> state.Identity:
        with desk.database.reading() as connection:
            who = state.identity(connection)
        assert who is not None
        return who

    def change_identity(self, desk: Desk, **parts: object) -> None:
        with desk.database.write() as connection:
            state.save_identity(connection, msgspec.structs.replace(self.identity(desk), **parts))

    def close(self) -> None:
        for desk in self.desks:
            desk.database.close()
        self.storage.close()
