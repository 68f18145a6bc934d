"""Sticks of a history: bundles of desks, the server that answers them, and what the way does to them (docs/bundles.md)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec

from desktop.storage import outbox, state
from desktop.sync.batches import written
from records.protocol import Account, AccountReply, Limits
from records.sealing import public_sealing_key, public_signing_key
from records.words import Language
from server_stub import server_keys
from server_stub.auth import Auth
from server_stub.bundles import Bundles
from server_stub.file_contents import FileContents
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.storage.directory import StoredDevice
from server_stub.sync import SyncService
from tests.simulation.network import Network, granted

if TYPE_CHECKING:
    from tests.simulation.desk import Desk

SMALL = Limits(changes=4, page=3)
"""So that a few changes make several batches and pages."""
HARMLESS = frozenset({"rewound-device", "unknown-device", "wrong-device", "revoked-device", "foreign-bundle"})
"""Why a stick of a desk that was put back, or has another id since, is not taken."""


class _Gate(Auth):
    """Says who a device is as the line of the simulation does; keys and devices are the store's own."""

    def __init__(self, post: "Post", storage: Storage, clock: Callable[..., object], entropy: Callable[[int], bytes]) -> None:
        super().__init__(storage, clock, entropy)  # type: ignore[arg-type]  # the clock of the simulation
        self._post = post

    def session_of(self, device_id: str, account: str, language: Language) -> Session | None:
        desk = self._post.owners.get(device_id)
        if desk is None or device_id in self._post.network.revoked:
            return None
        return replace(desk.session, device=device_id, language=language)

    def account(self, session: Session) -> AccountReply:
        return AccountReply(session.device, Account(session.account, session.role), granted(session))


@dataclass
class Post:
    """Where sticks lie about: each may be lost, come twice, or come late."""

    random: Random
    network: Network
    folder: Path
    owners: dict[str, "Desk"] = field(default_factory=dict)
    """Every device there ever was."""
    devices: dict[str, StoredDevice] = field(default_factory=dict)
    work: list[tuple["Desk", Path]] = field(default_factory=list)
    replies: list[tuple["Desk", Path]] = field(default_factory=list)
    _bundles: Bundles | None = None
    _storage: Storage | None = None

    def serve(self, storage: Storage, service: SyncService) -> None:
        """The server, perhaps one that was put back; in most histories its batches and pages are small."""
        gate = _Gate(self, storage, self.network.clock, self.random.randbytes)
        gate.ensure_server()
        self._storage = storage
        self._bundles = Bundles(service, gate, storage, self.network.clock, self.random.randbytes)
        self._bundles.contents = FileContents(self.network.files, self.folder) if self.network.files is not None else None
        self._register()

    def enrol(self, desk: "Desk") -> None:
        """Gives a device its keys."""
        assert self._storage is not None
        signing, sealing = self.random.randbytes(32).hex(), self.random.randbytes(32).hex()
        device = desk.session.device
        self.owners[device] = desk
        self.devices[device] = StoredDevice(
            device, desk.name, "", "", public_signing_key(signing), public_sealing_key(sealing), "2026-11-22T00:00:00Z", None, 0
        )
        self._register()
        with self._storage.look_up() as directory:
            keys = server_keys.public_keys(directory)
        with desk.database.write() as connection:
            known = state.identity(connection)
            assert known is not None
            state.save_identity(connection, msgspec.structs.replace(known, signing_key=signing, sealing_key=sealing, server_keys=keys))

    def _register(self) -> None:
        assert self._storage is not None
        with self._storage.directory() as directory:
            for device in self.devices.values():
                if directory.device(device.id) is None:
                    directory.put_device(device)

    def export(self, desk: "Desk") -> None:
        """A stick with what waits at a desk."""
        path = self.folder / f"{len(self.work)}.ttb"
        desk.main.bundles.export(path)
        self.work.append((desk, path))
        with desk.database.reading() as connection:
            self.network.note_sent({one.change_id: written(one) for one in outbox.in_flight(connection)})

    def relay(self, desk: "Desk", work: Path) -> None:
        """The server answers it."""
        assert self._bundles is not None
        path = self.folder / f"{len(self.replies)}.reply.ttb"
        with work.open("rb") as one, path.open("wb") as reply:
            self._bundles.answer(one, reply, Language.ENGLISH)
        self.replies.append((desk, path))

    def apply(self, desk: "Desk", reply: Path) -> None:
        """A desk takes a reply in."""
        before = desk.witnesses()
        desk.main.bundles.apply(reply)
        for stream, (seq, chain) in desk.witnesses().items():
            if seq < before.get(stream, (0, chain))[0]:
                # The stick had the way back to a server that lost data: what the line told of it before is lost.
                desk.transport.acknowledged[stream] = (seq, chain)
        with desk.database.reading() as connection:
            for entry in outbox.everything(connection):
                if entry.state != "in_flight":
                    self.network.sent.pop(entry.change.change_id, None)
