"""Joining an office: a code becomes a device with a token and the streams it may use."""

import hashlib
import platform
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from desktop.services import lock
from desktop.storage import state
from desktop.storage.state import Identity
from records import VERSION
from records.errors import AppError, Correctable, Refused, Unavailable
from records.ids import new_id
from records.problem_types import PROBLEMS
from records.protocol import Enrolled
from records.sealing import code_letters, public_sealing_key, public_signing_key
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.transport import HttpTransport

_LOST_TOKEN = ("unauthenticated", "revoked", "rewound")
"""The server no longer takes this device's token: it enrols as a new device."""
_BEGUN = "enrolling"


class _Begun(msgspec.Struct, frozen=True):
    """An enrolment that was asked for, kept until it is answered: when the reply is lost, the same code is asked for in the same words."""

    code: str
    """SHA-256 of the server's address and the code, hex."""
    request_id: str
    signing_key: str
    sealing_key: str


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
        if former is not None and former.server not in ("", server):
            raise Correctable(
                Words("โฟลเดอร์นี้ลงทะเบียนแล้ว", "This folder is enrolled already"),
                Words(
                    "โฟลเดอร์ข้อมูลนี้ลงทะเบียนกับ {server} แล้ว ไม่มีอะไรเปลี่ยนแปลง โปรดใช้โฟลเดอร์อื่นด้วย --home",
                    "This data folder is enrolled with {server} already; nothing was changed. Use another folder with --home.",
                ).filled(server=former.server),
            )
        name = device_name or platform.node() or "desktop"
        begun = self._begin(server, code, former)
        signing_key, sealing_key = begun.signing_key, begun.sealing_key
        device = _described(name, signing_key, sealing_key)
        with office.database.reading() as connection:
            is_rewound = state.is_rewound(connection)
        # The server would add the account to the device that this desk no longer is.
        token = former.token if former and not is_rewound else ""
        try:
            enrolled = self._ask(server, token, code, device, begun.request_id)
        except Refused as error:
            if not token or error.code not in _LOST_TOKEN:
                raise
            former = None
            enrolled = self._ask(server, "", code, device, begun.request_id)
        identity = _identity(server, name, signing_key, sealing_key, enrolled, former)
        with office.database.write() as connection:
            state.save_identity(connection, identity)
            if is_rewound:
                # Which numbers of its blocks were given out since, nobody here knows.
                state.give_up_blocks(connection)
                state.set_rewound(connection, is_rewound=False)
            state.take_grants(connection, enrolled.streams)
            state.set_setting(connection, _BEGUN, None)
            lock.note(connection, None)
        return identity

    def complete_keys(self, transport: "HttpTransport") -> None:
        """Tells the server the keys of bundles it does not have of this device, and keeps its own; for devices enrolled before there were any.

        The keys are stored before they are sent: when the reply is lost, the same ones are sent again. A server that knows no bundles is left
        alone.
        """
        office = self._office
        who = office.identity
        if who is None or who.server_keys is not None:
            return
        if not (who.signing_key and who.sealing_key):
            signing_key, sealing_key = who.signing_key or office.entropy(32).hex(), who.sealing_key or office.entropy(32).hex()
            who = msgspec.structs.replace(who, signing_key=signing_key, sealing_key=sealing_key)
            with office.database.write() as connection:
                state.save_identity(connection, who)
        try:
            told = transport.keys(public_signing_key(who.signing_key), public_sealing_key(who.sealing_key))
        except AppError:
            # What is in the way waits for the next round.
            return
        with office.database.write() as connection:
            state.save_identity(connection, msgspec.structs.replace(who, server_keys=told.keys))

    def _begin(self, server: str, code: str, former: Identity | None) -> _Begun:
        """What to ask with; stored before it is sent, and the same for the same code."""
        office = self._office
        named = hashlib.sha256(f"{server}\n{code_letters(code)}".encode()).hexdigest()
        with office.database.write() as connection:
            text = state.setting(connection, _BEGUN)
            begun = msgspec.json.decode(text, type=_Begun) if text else None
            if begun is None or begun.code != named:
                begun = _Begun(
                    named,
                    new_id(office.clock(), office.entropy),
                    (former.signing_key if former else "") or office.entropy(32).hex(),
                    (former.sealing_key if former else "") or office.entropy(32).hex(),
                )
                state.set_setting(connection, _BEGUN, msgspec.json.encode(begun).decode())
        return begun

    def _ask(self, server: str, token: str, code: str, device: dict[str, str], request_id: str) -> Enrolled:
        with closing(self._office.new_transport(server, token, self._office.language)) as transport:
            try:
                return transport.enrol(code.strip(), device, request_id)
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


def _described(name: str, signing_key: str, sealing_key: str) -> dict[str, str]:
    """What the server is told of this device; of its keys the public halves."""
    return {
        "name": name[:100],
        "os": f"{platform.system()} {platform.release()}"[:100],
        "app_version": VERSION,
        "public_key": public_signing_key(signing_key),
        "sealing_key": public_sealing_key(sealing_key),
    }


def _identity(server: str, name: str, signing_key: str, sealing_key: str, enrolled: Enrolled, former: Identity | None) -> Identity:
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
        sealing_key=sealing_key,
        server_keys=enrolled.keys,
    )
    if former is None or former.device_id != enrolled.device_id:
        return added
    accounts = tuple(dict.fromkeys((*former.accounts, account.name)))
    token = enrolled.token or former.token
    # The server keeps the keys it was told first; those it does not have yet are told with the next round.
    server_keys = former.server_keys
    return msgspec.structs.replace(added, accounts=accounts, device_name=former.device_name, token=token, server_keys=server_keys)
