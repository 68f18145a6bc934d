"""Making a bundle: everything sendable is frozen as for a push and written, sealed to the server and signed by this device.

What was sent before and not answered goes along again, with the same change ids: a lost stick costs nothing, and whichever way an answer comes
first, by a line or by another bundle, it is the answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from desktop.storage import state
from desktop.storage.database import Database
from desktop.storage.outbox import Queued
from desktop.storage.state import Identity
from desktop.sync.bundle import NoLine
from desktop.sync.bundle_files import Outgoing, outgoing
from desktop.sync.engine import Round
from desktop.sync.round_lock import round_lock
from desktop.sync.round_state import Listener
from desktop.sync.status import Pause
from records import VERSION
from records.bundle import CHANGES, BundleWriter
from records.bundle_manifest import NumbersWish, WorkManifest, mark_of
from records.changes import units
from records.errors import Correctable
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.protocol import Position, ServerKeys
from records.record import RecordType
from records.sealing import seal_to
from records.words import Words


@dataclass(frozen=True)
class Work:
    """What a bundle of this desk is made of."""

    id: str
    number: int
    made_at: str
    identity: Identity
    keys: ServerKeys
    changes: Sequence[Queued]
    positions: Mapping[str, Position]
    grants: str
    """The mark of the grants this desk knows."""
    paused: Mapping[str, Pause]
    """What a person must agree to before it is sent."""
    numbers: tuple[NumbersWish, ...] = ()
    documents: Outgoing = field(default_factory=Outgoing)


def freeze(
    database: Database,
    catalogue: Mapping[str, RecordType],
    clock: Callable[[], datetime],
    entropy: Entropy,
    listener: Listener,
    *,
    allow_deletes: int = 0,
    with_files: bool = True,
) -> Work:
    """Freezes what is sendable, looks up the documents that go along, and takes a number. Raises Unavailable while a round runs, Correctable where there are no keys for bundles."""
    with database.reading() as connection:
        who = state.identity(connection)
        grants = state.setting(connection, state.GRANTS) or ""
    if who is None or who.server_keys is None or not (who.signing_key and who.sealing_key):
        raise no_keys()
    with round_lock(database.path.parent):
        made = Round(database, catalogue, NoLine(), clock, entropy, listener, allow_deletes=allow_deletes)
        changes, positions = made.freeze_all()
        now = clock()
        bundle_id = new_id(now, entropy)
        with database.write() as connection:
            number = state.next_counter(connection, mark_of(bundle_id))
    documents = outgoing(database, now, with_contents=with_files)
    return Work(bundle_id, number, rfc3339(now), who, who.server_keys, changes, positions, grants, dict(made.paused), documents=documents)


def write(work: Work, out: BinaryIO, entropy: Entropy) -> None:
    """Writes the bundle to a file; the file stays open."""
    who = work.identity
    writer = BundleWriter(out, seal_to(work.keys.sealing, entropy), "work", who.device_id, who.signing_key)
    writer.add(CHANGES, _lines(work.changes))
    for sha256, blocks in sorted(work.documents.contents.items()):
        writer.add(f"files/{sha256}", blocks(), is_packed=True)
    writer.finish(
        WorkManifest(
            id=work.id,
            number=work.number,
            device=who.device_id,
            account=who.account,
            made_at=work.made_at,
            app_version=VERSION,
            streams=dict(work.positions),
            counts={"changes": len(work.changes), "files": len(work.documents.contents)},
            numbers=work.numbers,
            files=work.documents.files,
            wanted=work.documents.wanted,
        )
    )


def _lines(changes: Sequence[Queued]) -> Iterator[bytes]:
    """One change a line; the members of a group behind one another."""
    for unit in units(changes):
        for change in unit:
            yield change.content + b"\n"


def no_keys() -> Correctable:
    """The error of a desk that has no keys for bundles."""
    return Correctable(
        Words("เครื่องนี้ยังส่งงานด้วยแฟ้มไม่ได้", "This computer cannot make bundles yet"),
        Words(
            "เครื่องนี้ยังไม่มีกุญแจสำหรับแฟ้มรับส่งงาน ไม่มีอะไรเปลี่ยนแปลง โปรดรับส่งข้อมูลผ่านเครือข่ายหนึ่งครั้ง หรือลงทะเบียนด้วยแฟ้มจากผู้ดูแลระบบ",
            "This computer has no keys for bundles yet; nothing was changed. Sync once over a line, or enrol with a bundle from your administrator.",
        ),
        code="no-bundle-keys",
    )
