"""A first start without a line: a device, its keys, what it is granted and its first download in one file that a code opens.

The code is made with the bundle and used up by it: it opens this file and enrols nobody over the line. Without the code the file is useless.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from records.areas import covers
from records.bundle import BundleWriter
from records.bundle_manifest import EnrolmentManifest, NumbersGiven, NumbersWish
from records.errors import Correctable
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.protocol import Position
from records.sealing import public_sealing_key, public_signing_key, seal_by_code
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN
from records.thai.dates import today_in_thailand
from records.thai.fiscal import fiscal_year_of
from records.words import Language, Words
from server_stub import server_keys
from server_stub.auth import Auth, DeviceDescription, grants_mark
from server_stub.books import book_of
from server_stub.numbers import NumbersRequest
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.sync import Clock, SyncService
from server_stub.wire import pull_reply

FIRST_BOOK = "1"
"""The receipt book a desk issues from until somebody chooses another."""
BLOCK = 50
"""Numbers of a paper book."""


@dataclass(frozen=True)
class EnrolmentBundle:
    """What was made."""

    code: str
    """Shown once; kept nowhere."""
    device: str
    records: int
    numbers: int
    """How many receipt numbers it holds."""


def write_enrolment(
    out: BinaryIO,
    account: str,
    auth: Auth,
    service: SyncService,
    storage: Storage,
    clock: Clock,
    entropy: Entropy,
    *,
    device_name: str = "",
    server: str = "",
    block: int = BLOCK,
) -> EnrolmentBundle:
    """Makes a device for the account and writes its bundle. Raises Correctable for an unknown account.

    Args:
        server: The address the desk is told for the day there is a line.
        block: Receipt numbers to lease for each office the account issues receipts of; 0 for none.
    """
    server_device = auth.ensure_server()
    code = auth.new_code(account)
    signing, sealing = entropy(32).hex(), entropy(32).hex()
    name = device_name or account
    described = DeviceDescription(name, public_key=public_signing_key(signing), sealing_key=public_sealing_key(sealing))
    # From here on the code enrols nobody else.
    enrolled = auth.enrol(code, described, address="", session=None)
    session = auth.session(enrolled.token, Language.THAI)
    with storage.look_up() as directory:
        keys = server_keys.private_keys(directory)
    if keys is None:
        raise _no_keys()
    wishes = _wishes(session, clock, entropy, block)
    given = tuple(_leased(service, session, wish) for wish in wishes)
    writer = BundleWriter(out, seal_by_code(code, entropy), "enrolment", server_device, keys.signing)
    positions = {one.stream: Position(0, FIRST_CHAIN[:CHAIN_ON_WIRE]) for one in enrolled.streams}
    pages, records = _pages(service, session, positions, writer)
    writer.finish(
        EnrolmentManifest(
            device=enrolled.device_id,
            device_name=name,
            made_at=rfc3339(clock()),
            server=server,
            token=enrolled.token,
            signing_key=signing,
            sealing_key=sealing,
            account=enrolled.account,
            streams=enrolled.streams,
            grants=grants_mark(session),
            heads={stream: at.cursor for stream, at in positions.items()},
            counts={"pages": pages},
            numbers=wishes,
            given=given,
            keys=keys.public,
        )
    )
    return EnrolmentBundle(code, enrolled.device_id, records, sum(one.to - one.from_ + 1 for one in given))


def _wishes(session: Session, clock: Clock, entropy: Entropy, block: int) -> tuple[NumbersWish, ...]:
    """One block of the first book in each office the account may issue receipts of."""
    area, now = book_of(FIRST_BOOK).area, clock()
    year = fiscal_year_of(today_in_thailand(now))
    writable = [name for name, grant in sorted(session.grants.items()) if grant.may_write and covers(grant.areas, area)]
    return tuple(
        NumbersWish(new_id(now, entropy), name, FIRST_BOOK, year, block) for name in writable if block > 0 and name.startswith("office/")
    )


def _leased(service: SyncService, session: Session, wish: NumbersWish) -> NumbersGiven:
    block = service.numbers(session, NumbersRequest(wish.stream, wish.book, wish.year, wish.count, wish.request_id))
    return NumbersGiven(wish.request_id, block.from_, block.to)


def _pages(service: SyncService, session: Session, positions: dict[str, Position], writer: BundleWriter) -> tuple[int, int]:
    """Everything granted; moves the positions to where the pages end. Returns how many pages and records there are."""
    pages = records = 0
    most = service.limits.streams
    names = list(positions)
    for part in (names[at : at + most] for at in range(0, len(names), most)):
        more = True
        while more:
            told: Mapping[str, object] = {name: msgspec.to_builtins(positions[name]) for name in part}
            pulled = service.pull_rows(session, {"streams": told, "limit": service.limits.page})
            for name, move in pulled.cursors.items():
                positions[name] = Position(move.cursor, move.chain)
            if pulled.cursors:
                pages += 1
                records += len(pulled.rows)
                writer.add_message("pages", pages, msgspec.json.encode(pull_reply(pulled)))
            more = pulled.more and bool(pulled.cursors)
    return pages, records


def _no_keys() -> Correctable:
    return Correctable(
        Words("เซิร์ฟเวอร์ยังไม่พร้อม", "The server is not ready"),
        Words(
            "ฐานข้อมูลนี้ยังไม่มีกุญแจของเซิร์ฟเวอร์ ไม่มีอะไรเปลี่ยนแปลง โปรดสั่ง thongthin-server init ก่อน",
            "This database has no server keys yet; nothing was changed. Run thongthin-server init first.",
        ),
    )
