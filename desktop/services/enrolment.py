"""Joining an office: a code becomes a device with a token and the streams it may use."""

import platform
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from desktop.services import lock
from desktop.storage import state
from desktop.storage.state import Identity
from records import VERSION
from records.errors import AppError, Correctable, Refused, Unavailable
from records.protocol import PROBLEMS, Enrolled
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_LOST_TOKEN = ("unauthenticated", "revoked", "rewound")
"""The server no longer takes this device's token: it enrols as a new device."""


class Enrolment:
    """Enrols this data folder."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def enrol(self, server: str, code: str, device_name: str = "") -> Identity:
        """Enrols with a code; on an enrolled device of the same server it adds the account and makes it the one that works.

        Raises Correctable (a wrong address, a folder of another server), Refused (a wrong, used or expired code), Unavailable (no line).
        """
        office = self._office
        former = office.identity
        server = server.strip().rstrip("/")
        if former is not None and former.server != server:
            raise Correctable(
                Words("โฟลเดอร์นี้ลงทะเบียนแล้ว", "This folder is enrolled already"),
                Words(
                    "โฟลเดอร์ข้อมูลนี้ลงทะเบียนกับ {server} แล้ว ไม่มีอะไรเปลี่ยนแปลง โปรดใช้โฟลเดอร์อื่นด้วย --home",
                    "This data folder is enrolled with {server} already; nothing was changed. Use another folder with --home.",
                ).filled(server=former.server),
            )
        name = device_name or platform.node() or "desktop"
        signing_key, device = _new_device(name)
        token = former.token if former else ""
        try:
            enrolled = self._ask(server, token, code, device)
        except Refused as error:
            if not token or error.code not in _LOST_TOKEN:
                raise
            former = None
            enrolled = self._ask(server, "", code, device)
        identity = _identity(server, name, signing_key, enrolled, former)
        with office.database.write() as connection:
            state.save_identity(connection, identity)
            state.take_grants(connection, enrolled.streams)
            lock.note(connection, None)
        return identity

    def _ask(self, server: str, token: str, code: str, device: dict[str, str]) -> Enrolled:
        with closing(self._office.new_transport(server, token, self._office.language)) as transport:
            try:
                return transport.enrol(code.strip(), device)
            except Unavailable as error:
                if error.code != "offline":
                    raise
                raise _no_server(server, error) from error
            except Refused as error:
                if error.code == "not-found":
                    raise _no_server(server, error) from error
                if error.code not in ("no-grant", "invalid"):
                    raise
                # What is not granted, or has not the form of a code, is the code (protocol.md: wrong, used or expired are answered alike).
                said = PROBLEMS["code"]
                raise Refused(said.title, said.detail, code="code") from error


def _no_server(server: str, error: AppError) -> Unavailable:
    """No server of ours at that address: before enrolment nothing tries again by itself, and the address may be wrong."""
    return Unavailable(
        Words("ติดต่อเซิร์ฟเวอร์ไม่ได้", "The server cannot be reached"),
        Words(
            "ไม่พบเซิร์ฟเวอร์ของท้องถิ่นที่ {server} ยังไม่มีอะไรเปลี่ยนแปลง โปรดตรวจที่อยู่และเครือข่าย (อาจต้องลงชื่อเข้าเครือข่ายก่อน) แล้วลงทะเบียนอีกครั้ง",
            "There is no server of ours at {server}; nothing was changed. Check the address and the network, which may ask you to sign in first, then enrol again.",
        ).filled(server=server),
        code=error.code,
    )


def _new_device(name: str) -> tuple[str, dict[str, str]]:
    """A new signing key (private, hex) and what the server is told of this device."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    device = {
        "name": name[:100],
        "os": f"{platform.system()} {platform.release()}"[:100],
        "app_version": VERSION,
        "public_key": private.public_key().public_bytes_raw().hex(),
    }
    return private.private_bytes_raw().hex(), device


def _identity(server: str, name: str, signing_key: str, enrolled: Enrolled, former: Identity | None) -> Identity:
    account = enrolled.account
    added = Identity(
        device_id=enrolled.device_id,
        server=server,
        account=account.name,
        role=account.role,
        token=enrolled.token,
        full_name=account.full_name,
        device_name=name,
        accounts=(account.name,),
        signing_key=signing_key,
    )
    if former is None or former.device_id != enrolled.device_id:
        return added
    accounts = tuple(dict.fromkeys((*former.accounts, account.name)))
    token = enrolled.token or former.token
    return msgspec.structs.replace(added, accounts=accounts, signing_key=former.signing_key, device_name=former.device_name, token=token)
