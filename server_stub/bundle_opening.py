"""Opening a bundle: who made it, whether it can be read to its end, and its number; before that nothing is done (docs/bundles.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from records.bundle import CHANGES, MOST_CHANGES, BundleReader
from records.bundle_faults import BundleFault
from records.bundle_manifest import WorkManifest, mark_of
from records.changes import units
from records.ids import is_id
from records.kinds.base import LARGEST_INTEGER
from records.kinds.times import rfc3339
from records.sealing import Kind, open_sealed
from records.words import Language
from server_stub.auth import Auth
from server_stub.envelope import STREAM_NAME
from server_stub.json_in import decode
from server_stub.problems import CallProblem
from server_stub.server_keys import PrivateKeys
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.sync import Clock


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One change of the work, with what batches are made by."""

    raw: Mapping[str, object]
    size: int
    """Bytes."""
    group: str | None

    @property
    def stream(self) -> str:
        """The stream it names; empty when it names none."""
        found = self.raw.get("stream")
        return found if isinstance(found, str) else ""

    @property
    def change_id(self) -> str:
        """Its id."""
        return str(self.raw["change_id"])


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose work may be done."""

    bundle: BundleReader[WorkManifest]
    session: Session
    """Whose calls its work is."""
    sealing_key: str
    """What its reply is sealed to."""


class Opening:
    """Opens bundles."""

    def __init__(self, auth: Auth, storage: Storage, clock: Clock) -> None:
        self._auth = auth
        self._storage = storage
        self._clock = clock

    def opened(self, work: BinaryIO, keys: PrivateKeys, language: Language) -> Opened:
        """Opens a bundle and keeps its number. Raises BundleFault, and then nothing was changed."""
        opened = open_sealed(work, self._device_key, sealing_keys=(keys.sealing,))
        bundle = BundleReader(opened, WorkManifest)
        session = self._caller(bundle.manifest, opened.signer, language)
        _check(bundle)
        return Opened(bundle, session, self._note(bundle.manifest))

    def _device_key(self, kind: Kind, signer: str) -> str:
        if kind != "work":
            raise BundleFault("wrong-kind")
        with self._storage.look_up() as directory:
            device = directory.device(signer) if is_id(signer) else None
        if device is None or not device.public_key or not device.sealing_key:
            raise BundleFault("unknown-device")
        if device.revoked_at is not None:
            raise BundleFault("revoked-device")
        return device.public_key

    def _caller(self, said: WorkManifest, signer: str, language: Language) -> Session:
        if said.device != signer or not is_id(said.id) or not 0 < said.number <= LARGEST_INTEGER:
            raise BundleFault("damaged-bundle", "the manifest is another's")
        if not all(STREAM_NAME.fullmatch(name) and 0 <= at.cursor <= LARGEST_INTEGER for name, at in said.streams.items()):
            raise BundleFault("damaged-bundle", "streams")
        session = self._auth.session_of(said.device, said.account, language)
        if session is None:
            raise BundleFault("unknown-device")
        return session

    def _note(self, said: WorkManifest) -> str:
        """Keeps the number of the bundle; returns the key its reply is sealed to."""
        with self._storage.directory() as directory:
            if directory.bundle(said.device, said.number) not in (None, said.id):
                raise BundleFault("rewound-device")
            directory.put_bundle(said.device, said.number, said.id, at=rfc3339(self._clock()))
            device = directory.device(said.device)
            if device is not None and device.counter == said.number and device.mark not in ("", mark_of(said.id)):
                raise BundleFault("rewound-device")
        if device is None:
            raise BundleFault("unknown-device")
        return device.sealing_key


def _check(bundle: BundleReader[WorkManifest]) -> None:
    """Reads all there is to be done once, so that a bundle that cannot be read to its end changes nothing."""
    count = 0
    for line in bundle.lines(CHANGES):
        count += 1
        read_line(line)
    if count > MOST_CHANGES:
        raise BundleFault("too-large-bundle")
    if count != bundle.manifest.counts.get("changes", 0):
        raise BundleFault("damaged-bundle", "counts")
    for name in bundle.entries:
        if name.startswith("files/"):
            for _ in bundle.blocks(name):
                pass


def read_line(line: bytes) -> BundleLine:
    """One change, nothing of it looked at but its id. Raises BundleFault."""
    try:
        raw = decode(line)
    except CallProblem as error:
        raise BundleFault("damaged-bundle", "a change is not JSON") from error
    if not isinstance(raw, dict) or not is_id(raw.get("change_id")):
        raise BundleFault("damaged-bundle", "a change without an id")
    group = raw.get("group")
    return BundleLine(raw, len(line), group if is_id(group) else None)


def line_units(lines: Iterable[BundleLine]) -> Iterator[list[BundleLine]]:
    """Single changes, and groups whose members stand behind one another; one at a time."""
    held: list[BundleLine] = []
    for line in lines:
        if held and (line.group is None or line.group != held[0].group):
            yield from units(held)
            held = []
        held.append(line)
    yield from units(held)
