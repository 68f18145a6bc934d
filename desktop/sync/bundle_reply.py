"""Taking a bundle in: the reply to this desk's work, or its first start; through the engine's own settling and storing of pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from desktop.storage import bundles, state
from desktop.storage.database import Database
from desktop.storage.state import Identity
from desktop.sync import bundle_files
from desktop.sync.bundle import BundleLine
from desktop.sync.bundle_work import no_keys
from desktop.sync.engine import Round
from desktop.sync.round_lock import round_lock
from desktop.sync.round_state import Listener
from desktop.sync.status import Report
from records.bundle import BundleReader
from records.bundle_faults import BundleFault
from records.bundle_manifest import EnrolmentManifest, ReplyManifest
from records.ids import Entropy
from records.kinds.times import rfc3339
from records.record import RecordType
from records.sealing import Kind, open_sealed


@dataclass(frozen=True)
class TakenIn:
    """What a bundle brought."""

    report: Report
    unanswered: frozenset[str]
    """Streams with work in flight that it does not answer: their pages wait for the reply that does."""
    files: int = 0
    """Documents that came."""


def open_reply(file: BinaryIO, identity: Identity | None) -> BundleReader[ReplyManifest]:
    """Opens and checks a reply to this desk. Raises BundleFault, or Correctable where there are no keys for bundles."""
    if identity is None or identity.server_keys is None or not identity.sealing_key:
        raise no_keys()
    signing = identity.server_keys.signing

    def signer_key(kind: Kind, _signer: str) -> str:
        if kind != "reply":
            raise BundleFault("wrong-kind")
        return signing

    reply = BundleReader(open_sealed(file, signer_key, sealing_keys=(identity.sealing_key,)), ReplyManifest)
    if reply.manifest.device != identity.device_id:
        raise BundleFault("wrong-device")
    return reply


def open_enrolment(file: BinaryIO, code: str) -> BundleReader[EnrolmentManifest]:
    """Opens and checks a first start by its code. Raises BundleFault."""

    def signer_key(kind: Kind, _signer: str) -> None:
        if kind != "enrolment":
            raise BundleFault("wrong-kind")

    return BundleReader(open_sealed(file, signer_key, code=code), EnrolmentManifest)


def take_in(
    database: Database,
    catalogue: Mapping[str, RecordType],
    bundle: BundleReader[ReplyManifest] | BundleReader[EnrolmentManifest],
    clock: Callable[[], datetime],
    entropy: Entropy,
    listener: Listener,
    *,
    allow_deletes: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> TakenIn:
    """Settles what a bundle answers and stores its pages. Raises Unavailable while a round runs, BundleFault for what turns out damaged.

    It may be stopped between any two transactions and taken in again.
    """
    said = bundle.manifest
    with round_lock(database.path.parent):
        line = BundleLine(bundle, takes_grants=isinstance(said, ReplyManifest) and _is_newest(database, said))
        made = Round(database, catalogue, line, clock, entropy, listener, allow_deletes=allow_deletes, cancelled=cancelled)
        report = made.take_reply()
    came = bundle_files.take_in(database, said, bundle.blocks) if isinstance(said, ReplyManifest) and not report.cancelled else 0
    if isinstance(said, ReplyManifest) and not report.cancelled:
        with database.write() as connection:
            bundles.answered(connection, said.answers, rfc3339(clock()))
    return TakenIn(report, line.unanswered(), came)


def _is_newest(database: Database, said: ReplyManifest) -> bool:
    """Whether nothing said what is granted since the work was made."""
    with database.reading() as connection:
        known = state.setting(connection, state.GRANTS) or ""
        sent = bundles.sent(connection)
    made_with = next((one.grants for one in sent if one.id == said.answers), None)
    return made_with == known and not any(one.answered_at and one.number > said.number for one in sent)
