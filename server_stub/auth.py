"""Accounts, devices, tokens, enrolment codes and grants: who a caller is and what they may touch.

Tokens and codes are kept as hashes only and never written to a log. A token belongs to one account on one device.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from records.areas import ALL_AREAS, AREAS, DEFAULT_AREAS, ROLES
from records.bundle_manifest import mark_of
from records.errors import Correctable
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.protocol import Account, AccountReply, Enrolled, GrantedStream
from records.sealing import code_letters
from records.stored import ACCOUNT_NAME
from records.words import Language, Words
from server_stub import server_keys
from server_stub.envelope import STREAM_NAME
from server_stub.problems import CallProblem
from server_stub.session import Grant, Session
from server_stub.storage.base import Storage
from server_stub.storage.directory import Directory, StoredAccount, StoredCode, StoredDevice, StoredGrant

CODE_LIFE = timedelta(days=7)
_FAILURES_ALLOWED = 9
_FAILURE_WINDOW_S = 60.0
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, read aloud without doubt
_CODE_LETTERS = 12


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """What a device says of itself when it is enrolled."""

    name: str
    os: str = ""
    app_version: str = ""
    public_key: str = ""
    sealing_key: str = ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_grant(text: str, role: str) -> StoredGrant:
    """The grant that `STREAM:read|write[:area,area]` names; without areas those of the role. Raises Correctable."""
    stream, _, rest = text.partition(":")
    access, _, named = rest.partition(":")
    areas = tuple(area.strip() for area in named.split(",") if area.strip()) or DEFAULT_AREAS[role]
    unknown = [area for area in areas if area != ALL_AREAS and area not in AREAS]
    if not STREAM_NAME.fullmatch(stream) or access not in ("read", "write") or unknown:
        raise Correctable(
            Words("สิทธิไม่ถูกต้อง", "Not a grant"),
            Words(
                f"“{text}” ไม่ใช่สิทธิ ไม่มีอะไรเปลี่ยนแปลง เขียนเป็น ชุดข้อมูล:read หรือ ชุดข้อมูล:write ตามด้วย :งาน,งาน ได้",
                f"“{text}” is no grant; nothing was changed. Write STREAM:read or STREAM:write, optionally :area,area "
                f"with areas of: {', '.join(AREAS)}.",
            ),
        )
    return StoredGrant(stream, access, areas)


class Auth:
    """Who callers are. Safe to use from several threads."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], entropy: Entropy) -> None:
        """`entropy` makes tokens and codes: `os.urandom` anywhere but in a simulation."""
        self._storage = storage
        self._clock = clock
        self._entropy = entropy

    def ensure_server(self) -> str:
        """The server's own device id; it and the keys of bundles are made the first time it is asked for."""
        with self._storage.directory() as directory:
            known = directory.meta("server_device")
            if known is None:
                known = new_id(self._clock(), self._entropy)
                directory.set_meta("server_device", known)
            server_keys.ensure(directory, self._entropy)
            return known

    def add_account(self, name: str, role: str, streams: Sequence[str], full_name: str = "") -> tuple[StoredGrant, ...]:
        """Adds an account, or gives one that is there this role and these grants. Raises Correctable."""
        if not ACCOUNT_NAME.fullmatch(name):
            raise Correctable(
                Words("ชื่อบัญชีใช้ไม่ได้", "Not an account name"),
                Words(
                    f"ชื่อบัญชี “{name}” ใช้ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง ใช้ได้เฉพาะ a-z 0-9 จุด ขีด และขีดล่าง",
                    f"“{name}” cannot be an account name; nothing was changed. Use a-z, 0-9, dot, dash and underscore.",
                ),
            )
        if role not in ROLES:
            raise Correctable(
                Words("ไม่รู้จักบทบาท", "Unknown role"),
                Words(
                    f"ไม่มีบทบาท “{role}” ไม่มีอะไรเปลี่ยนแปลง เลือกได้: {', '.join(ROLES)}",
                    f"There is no role “{role}”; nothing was changed. Choose one of: {', '.join(ROLES)}.",
                ),
            )
        by_stream = {grant.stream: grant for grant in (parse_grant(text, role) for text in streams)}
        grants = tuple(by_stream.values())
        with self._storage.directory() as directory:
            directory.put_account(StoredAccount(name, role, full_name), grants, at=rfc3339(self._clock()))
        return grants

    def new_code(self, account: str) -> str:
        """Makes an enrolment code for the account; shown once, kept as a hash, good for one device within 7 days. Raises Correctable."""
        digits = int.from_bytes(self._entropy(8), "big")
        code = "".join(_CODE_ALPHABET[digits >> 5 * place & 31] for place in range(_CODE_LETTERS))
        with self._storage.directory() as directory:
            if directory.account(account) is None:
                raise Correctable(
                    Words("ไม่พบบัญชี", "No such account"),
                    Words(
                        f"ไม่มีบัญชีชื่อ “{account}” ไม่มีอะไรเปลี่ยนแปลง เพิ่มด้วย add-account ก่อน",
                        f"There is no account “{account}”; nothing was changed. Add it with add-account first.",
                    ),
                )
            directory.put_code(_hash(code), StoredCode(account, rfc3339(self._clock() + CODE_LIFE), None))
        return "-".join(code[place : place + 4] for place in range(0, _CODE_LETTERS, 4))

    def enrol(
        self, code: str, device: DeviceDescription | None, *, address: str, session: Session | None, request_id: str = ""
    ) -> Enrolled:
        """Lets the account of the code work on a device: a new one, or that of the session. Raises CallProblem.

        A wrong, used or expired code is 403 with the same words, from the 10th failure of an address in a minute 429; a right code is
        looked at first, so nobody's failures keep another out. The same `request_id` again within the code's life is the same use: its
        reply was lost, and only that computer knows the id.
        """
        now = self._clock()
        with self._storage.directory() as directory:
            hashed = _hash(code_letters(code))
            known = directory.code(hashed)
            if known is None or known.expires_at < rfc3339(now) or not _may_use(directory, known, session, request_id):
                failures = directory.failures(address, since=now.timestamp() - _FAILURE_WINDOW_S)
                directory.add_failure(address, at=now.timestamp(), forget_before=now.timestamp() - _FAILURE_WINDOW_S)
                enrolled = None
            else:
                failures = 0
                enrolled = self._enrolled(directory, hashed, known, device, session, request_id)
        if enrolled is not None:
            return enrolled
        # Raised outside the transaction: the failure must stay counted.
        if failures >= _FAILURES_ALLOWED:
            raise CallProblem("slow-down", retry_after_s=int(_FAILURE_WINDOW_S))
        raise CallProblem("code")

    def _enrolled(
        self,
        directory: Directory,
        hashed: str,
        known: StoredCode,
        device: DeviceDescription | None,
        session: Session | None,
        request_id: str,
    ) -> Enrolled:
        now = self._clock()
        at = rfc3339(now)
        device_id = known.device or (session.device if session else new_id(now, self._entropy))
        if not known.device and session is None and device is not None:
            directory.put_device(
                StoredDevice(
                    device_id,
                    device.name,
                    device.os,
                    device.app_version,
                    device.public_key,
                    device.sealing_key,
                    at,
                    revoked_at=None,
                    counter=0,
                )
            )
        directory.put_code(
            hashed, replace(known, used_at=known.used_at or at, device=device_id, request=_hash(request_id) if request_id else "")
        )
        directory.enrol_account(device_id, known.account)
        token = base64.urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")
        directory.put_token(_hash(token), device_id, known.account, at=at)
        account = directory.account(known.account)
        if account is None:
            raise CallProblem("code")
        return Enrolled(device_id, token, _account(account), _granted(directory, account.name), server_keys.public_keys(directory))

    def session(self, token: str, language: Language) -> Session:
        """Who holds the token. Raises CallProblem `unauthenticated` or `revoked`."""
        with self._storage.look_up() as directory:
            owner = directory.token_owner(_hash(token))
            if owner is None:
                raise CallProblem("unauthenticated")
            if owner.device.revoked_at is not None:
                raise CallProblem("revoked")
            return _session(directory, owner.account, owner.device, language)

    def session_of(self, device_id: str, account: str, language: Language) -> Session | None:
        """The caller a device would be with that account's token; None when the account does not work on it, or it is revoked."""
        with self._storage.look_up() as directory:
            device = directory.device(device_id)
            known = next((one for one in directory.accounts_on(device_id) if one.name == account), None)
            if device is None or device.revoked_at is not None or known is None:
                return None
            return _session(directory, known, device, language)

    def count(self, session: Session, counter: int, mark: str = "") -> None:
        """Keeps the request's Sync-Counter; the same number again is the same request again. Raises CallProblem `rewound`.

        It is not worth a wait for the disk: whatever the request writes takes it along, and where a power cut takes it away nothing of the
        device was written since.

        `mark`: the Sync-Mark, which a desk makes anew with each number: the same number with another mark is the next request of an older
        copy of the desk. Empty where the client sends none: then only a lower number tells.
        """
        if session.counter == counter and mark in ("", session.mark):
            return
        with self._storage.directory(is_durable=False) as directory:
            device = directory.device(session.device)
            if device is None or counter < device.counter:
                raise CallProblem("rewound")
            is_repeat = counter == device.counter
            if mark and ((is_repeat and device.mark not in ("", mark)) or _is_of_bundle(directory, device.id, counter, but=mark)):
                raise CallProblem("rewound")
            directory.put_device(replace(device, counter=counter, mark=mark or (device.mark if is_repeat else "")))

    def account(self, session: Session) -> AccountReply:
        """The caller's account and grants."""
        with self._storage.look_up() as directory:
            known = directory.account(session.account) or StoredAccount(session.account, session.role, "")
            keys = server_keys.public_keys(directory)
            return AccountReply(session.device, _account(known), _granted(directory, session.account), keys)

    def log_out(self, token: str) -> None:
        """Ends the token."""
        with self._storage.directory() as directory:
            directory.drop_token(_hash(token))

    def devices(self) -> list[tuple[StoredDevice, tuple[str, ...]]]:
        """Every device with the accounts on it."""
        with self._storage.look_up() as directory:
            return directory.devices()

    def revoke(self, device_id: str) -> StoredDevice:
        """Shuts a device out from its next call on. Raises Correctable for an unknown id."""
        with self._storage.directory() as directory:
            device = directory.device(device_id)
            if device is None:
                raise Correctable(
                    Words("ไม่พบเครื่อง", "No such device"),
                    Words(
                        f"ไม่มีเครื่องรหัส {device_id} ไม่มีอะไรเปลี่ยนแปลง ดูรายชื่อด้วย list-devices",
                        f"There is no device {device_id}; nothing was changed. See list-devices.",
                    ),
                )
            if device.revoked_at is None:
                device = replace(device, revoked_at=rfc3339(self._clock()))
                directory.put_device(device)
            return device


def _may_use(directory: Directory, code: StoredCode, session: Session | None, request_id: str) -> bool:
    """Whether the code is not used, or was used by this very request on a device that may still work."""
    if code.used_at is None:
        return True
    if not request_id or code.request != _hash(request_id) or (session is not None and session.device != code.device):
        return False
    device = directory.device(code.device)
    return device is not None and device.revoked_at is None


def _is_of_bundle(directory: Directory, device_id: str, number: int, *, but: str) -> bool:
    """Whether a bundle took that number, under another mark than this."""
    bundle_id = directory.bundle(device_id, number)
    return bundle_id is not None and mark_of(bundle_id) != but


def grants_mark(session: Session) -> str:
    """The header Sync-Grants: 16 hex digits that differ when what is granted differs."""
    told = [session.account, session.role, *((name, grant.may_write, grant.areas) for name, grant in sorted(session.grants.items()))]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


def _session(directory: Directory, account: StoredAccount, device: StoredDevice, language: Language) -> Session:
    grants = {grant.stream: Grant(grant.access == "write", grant.areas) for grant in directory.grants(account.name)}
    authors = {one.name: one.role for one in directory.accounts_on(device.id)}
    return Session(account.name, account.role, device.id, grants, authors, language, device.counter, device.mark)


def _account(known: StoredAccount) -> Account:
    return Account(known.name, known.role, known.full_name)


def _granted(directory: Directory, account: str) -> tuple[GrantedStream, ...]:
    grants = directory.grants(account)
    names = directory.stream_names([grant.stream for grant in grants])
    return tuple(
        GrantedStream(grant.stream, "write" if grant.access == "write" else "read", grant.areas, names.get(grant.stream) or grant.stream)
        for grant in grants
    )
