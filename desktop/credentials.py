"""The 32-byte key of the database: from THONGTHIN_KEY, the operating system's keyring, or a passphrase. Only importer of keyring.

    1. THONGTHIN_KEY (64 hex digits), when set: servers, CI, a scheduled sync. What is said outright beats what is found.
    2. The keyring, when the system has a real one (not the null, failing or plaintext kinds): made at first start, never seen.
    3. A passphrase: the key follows from it by argon2id; beside the database lies only the salt.

When none of these has it, the printed recovery code opens the key file beside the database (desktop/recovery_code.py), and the key goes back
to where it was lost from: the keyring, or a new passphrase where there is none. THONGTHIN_RECOVERY_CODE gives the code where nobody types.

The key is never written to disk in plain. A database whose key is gone is never given a new one.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import durable, paths, recovery_code
from records.errors import Correctable, Refused, Unavailable
from records.ids import Entropy
from records.words import Words

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEY_VARIABLE = "THONGTHIN_KEY"
CODE_VARIABLE = "THONGTHIN_RECOVERY_CODE"
KEY_BYTES = 32
SHORTEST_PASSPHRASE = 8

Ask = Callable[[Words], str | None]
"""Asks a person for a secret with these words; None when nobody can be asked."""

_SERVICE = "thongthin"
_SALT_BYTES = 16
_UNREAL_BACKENDS = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")

ASK = Words("รหัสผ่านของฐานข้อมูล", "Passphrase of the database")
ASK_NEW = Words("ตั้งรหัสผ่านของฐานข้อมูล (อย่างน้อย 8 ตัวอักษร)", "Choose a passphrase for the database (at least 8 characters)")
ASK_AGAIN = Words("พิมพ์รหัสผ่านอีกครั้ง", "Type the passphrase again")
ASK_CODE = Words("รหัสกู้คืน 6 กลุ่มจากกระดาษที่พิมพ์ไว้", "The recovery code, 6 groups, from the printed page")
TOO_SHORT = Words(
    "รหัสผ่านต้องยาวอย่างน้อย 8 ตัวอักษร ยังไม่มีอะไรเปลี่ยนแปลง โปรดลองใหม่",
    "The passphrase needs at least 8 characters; nothing was changed. Please try again.",
)
DIFFER = Words(
    "รหัสผ่านสองครั้งไม่ตรงกัน ยังไม่มีอะไรเปลี่ยนแปลง โปรดลองใหม่",
    "The two passphrases differ; nothing was changed. Please try again.",
)


def database_key(folder: Path, environ: Mapping[str, str], ask: Ask, entropy: Entropy) -> bytes:
    """The key of the database in the data folder, made now when there is no database yet.

    Raises Correctable (THONGTHIN_KEY or the passphrase is not one, nobody to ask), Refused (the key is gone), Unavailable (keyring locked).
    """
    if environ.get(KEY_VARIABLE):
        return _key_from_hex(environ[KEY_VARIABLE])
    is_new = not (folder / paths.DATABASE).exists()
    salt_file = folder / paths.SALT
    wrapped = None if is_new else recovery_code.load(folder / paths.KEY)
    if wrapped is not None and environ.get(CODE_VARIABLE):
        return _recovered(folder, environ[CODE_VARIABLE], ask, entropy)
    if wrapped is not None and recovery_code.PASSPHRASE in wrapped.locks and _real_backend() is None:
        return _key_of_new_passphrase(folder, wrapped, ask, entropy)
    if not salt_file.exists():
        backend = _real_backend()
        key = _key_in_keyring(backend, folder, entropy, is_new=is_new) if backend is not None else None
        if key is not None:
            return key
        if not is_new:
            if wrapped is None:
                raise _key_is_gone()
            return _recovered(folder, ask(ASK_CODE) or "", ask, entropy)
    return _key_of_passphrase(salt_file, ask, entropy)


def keep_key(folder: Path, key: bytes, ask: Ask, entropy: Entropy) -> None:
    """Puts a key where later starts find it: the keyring, or a passphrase chosen now. Raises Correctable, Unavailable."""
    backend = _real_backend()
    if backend is not None:
        from keyring.errors import KeyringError

        try:
            backend.set_password(_SERVICE, str(folder.resolve()), key.hex())
        except KeyringError as error:
            raise _keyring_locked() from error
        return
    passphrase = _chosen_passphrase(ask)
    former = recovery_code.load(folder / paths.KEY)
    locks = dict(former.locks) if former else {}
    locks[recovery_code.PASSPHRASE] = recovery_code.wrap(key, passphrase, entropy)
    recovery_code.save(folder / paths.KEY, key, locks, datetime.now(UTC))
    # The former passphrase led to a key that is not asked for any more; its salt would be asked first.
    (folder / paths.SALT).unlink(missing_ok=True)


def key_by_code(key_file: Path, typed: str) -> bytes:
    """The key in a key file, by the recovery code a person typed. Raises Correctable (a slip, another code) or Refused (no key file)."""
    wrapped = recovery_code.load(key_file)
    if wrapped is None or recovery_code.CODE not in wrapped.locks:
        raise _key_is_gone()
    key = recovery_code.unwrap(wrapped, recovery_code.CODE, recovery_code.read_code(typed))
    if key is None:
        raise Correctable(
            Words("รหัสกู้คืนไม่ตรง", "Not the recovery code"),
            Words(
                "รหัสกู้คืนนี้ไม่ใช่ของฐานข้อมูลนี้ หรือถูกออกใหม่แล้ว ข้อมูลยังอยู่ครบและไม่ถูกแก้ไข โปรดใช้กระดาษใบล่าสุด",
                "This recovery code is not of this database, or a newer one was made. The data are untouched; use the newest printed page.",
            ),
            code="recovery-code",
        )
    return key


def make_code(folder: Path, key: bytes, entropy: Entropy, now: datetime) -> str:
    """Makes a new recovery code for a key and writes the key file; the former code opens it no longer. Raises Unavailable."""
    code = recovery_code.new_code(entropy)
    try:
        former = recovery_code.load(folder / paths.KEY)
    except Refused:
        former = None
    locks = dict(former.locks) if former is not None and former.key_id == recovery_code.key_id(key) else {}
    locks[recovery_code.CODE] = recovery_code.wrap(key, code, entropy)
    try:
        recovery_code.save(folder / paths.KEY, key, locks, now)
    except OSError as error:
        raise Unavailable(
            Words("ออกรหัสกู้คืนไม่ได้", "No recovery code was made"),
            Words(
                "เขียนไฟล์กุญแจในโฟลเดอร์ข้อมูลไม่ได้ ({reason}) รหัสเดิมยังใช้ได้ โปรดตรวจที่ว่างและสิทธิของโฟลเดอร์",
                "The key file could not be written ({reason}); the former code still works. Check the folder's free space and permissions.",
            ).filled(reason=error.strerror or "?"),
        ) from error
    return code


def has_code(folder: Path, key: bytes) -> bool:
    """Whether a recovery code was made for this key."""
    try:
        found = recovery_code.load(folder / paths.KEY)
    except Refused:
        return False
    return found is not None and recovery_code.CODE in found.locks and found.key_id == recovery_code.key_id(key)


def _recovered(folder: Path, typed: str, ask: Ask, entropy: Entropy) -> bytes:
    if not typed:
        raise _key_is_gone()
    key = key_by_code(folder / paths.KEY, typed)
    keep_key(folder, key, ask, entropy)
    return key


def _is_code(folder: Path, typed: str) -> bool:
    """Whether a recovery code was typed where a passphrase was asked: who forgot the passphrase has the paper."""
    try:
        recovery_code.read_code(typed)
    except Correctable:
        return False
    return (folder / paths.KEY).exists()


def _key_of_new_passphrase(folder: Path, wrapped: recovery_code.KeyFile, ask: Ask, entropy: Entropy) -> bytes:
    passphrase = ask(ASK)
    if not passphrase:
        raise _nobody_to_ask()
    if _is_code(folder, passphrase):
        return _recovered(folder, passphrase, ask, entropy)
    key = recovery_code.unwrap(wrapped, recovery_code.PASSPHRASE, passphrase)
    # A wrong passphrase leads to a wrong key, as where the key follows from it: the database says so.
    return key if key is not None else bytes(KEY_BYTES)


def _key_from_hex(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise Correctable(
            Words("กุญแจไม่ถูกต้อง", "Not a key"),
            Words(
                "THONGTHIN_KEY ต้องเป็นเลขฐานสิบหก 64 ตัว ยังไม่มีอะไรเปลี่ยนแปลง โปรดตั้งค่าใหม่",
                "THONGTHIN_KEY must be 64 hex digits; nothing was changed. Please set it again.",
            ),
        )
    return bytes.fromhex(text)


def _real_backend() -> "KeyringBackend | None":
    import keyring

    backend = keyring.get_keyring()
    chosen = [backend, *getattr(backend, "backends", ())]
    real = [b for b in chosen if not type(b).__module__.startswith((*_UNREAL_BACKENDS, "keyring.backends.chainer"))]
    return real[0] if real else None


def _key_in_keyring(backend: "KeyringBackend", folder: Path, entropy: Entropy, *, is_new: bool) -> bytes | None:
    from keyring.errors import KeyringError

    user = str(folder.resolve())
    try:
        kept = backend.get_password(_SERVICE, user)
        if kept is None and is_new:
            backend.set_password(_SERVICE, user, entropy(KEY_BYTES).hex())
            kept = backend.get_password(_SERVICE, user)
    except KeyringError as error:
        raise _keyring_locked() from error
    return None if kept is None else _key_from_hex(kept)


def _keyring_locked() -> Unavailable:
    return Unavailable(
        Words("เปิดที่เก็บกุญแจของเครื่องไม่ได้", "The keyring cannot be opened"),
        Words(
            "ที่เก็บกุญแจของเครื่องถูกล็อกหรือไม่ตอบ ข้อมูลยังอยู่ครบ โปรดปลดล็อกแล้วเปิดโปรแกรมใหม่",
            "The keyring of this computer is locked or does not answer; the data are safe. Unlock it and start again.",
        ),
    )


def _key_is_gone() -> Refused:
    return Refused(
        Words("ไม่พบกุญแจของฐานข้อมูล", "The key of the database is not here"),
        Words(
            "ฐานข้อมูลเข้ารหัสไว้แต่ไม่พบกุญแจในเครื่องนี้ ข้อมูลยังอยู่ครบและไม่ถูกแก้ไข โปรดใช้รหัสกู้คืนที่พิมพ์ไว้ เข้าด้วยผู้ใช้เดิม หรือตั้ง THONGTHIN_KEY หรือติดต่อผู้ดูแลระบบ",
            "The database is encrypted and its key is not on this computer; the data are untouched. Use the printed recovery code, "
            "sign in as the user who made it, set THONGTHIN_KEY, or call your administrator.",
        ),
        code="key-gone",
    )


def _key_of_passphrase(salt_file: Path, ask: Ask, entropy: Entropy) -> bytes:
    if salt_file.exists():
        passphrase = ask(ASK)
        if not passphrase:
            raise _nobody_to_ask()
        if _is_code(salt_file.parent, passphrase):
            return _recovered(salt_file.parent, passphrase, ask, entropy)
        return recovery_code.derive(passphrase, *_read_salt(salt_file))
    passphrase = _chosen_passphrase(ask)
    salt = entropy(_SALT_BYTES)
    text = f"argon2id t={recovery_code.TIME_COST} m={recovery_code.MEMORY_KIB} p={recovery_code.LANES} {base64.b64encode(salt).decode()}\n"
    durable.replace_file(salt_file, text.encode())
    return recovery_code.derive(passphrase, salt)


def _chosen_passphrase(ask: Ask) -> str:
    passphrase = ask(ASK_NEW)
    if not passphrase:
        raise _nobody_to_ask()
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Correctable(
            Words("รหัสผ่านสั้นเกินไป", "The passphrase is too short"),
            TOO_SHORT,
        )
    if ask(ASK_AGAIN) != passphrase:
        raise Correctable(
            Words("รหัสผ่านไม่ตรงกัน", "The passphrases differ"),
            DIFFER,
        )
    return passphrase


def _read_salt(salt_file: Path) -> tuple[bytes, int, int, int]:
    found = re.fullmatch(r"argon2id t=(\d+) m=(\d+) p=(\d+) (\S+)\s*", salt_file.read_text(encoding="ascii", errors="replace"))
    try:
        if found is None:
            raise binascii.Error
        return base64.b64decode(found[4], validate=True), int(found[1]), int(found[2]), int(found[3])
    except binascii.Error as error:
        raise Refused(
            Words("ไฟล์ประกอบกุญแจเสียหาย", "The salt file is damaged"),
            Words(
                "ไฟล์ thongthin.salt ข้างฐานข้อมูลอ่านไม่ได้ ข้อมูลยังอยู่ครบ โปรดนำไฟล์นี้กลับมาจากสำเนาสำรอง",
                "The file thongthin.salt beside the database cannot be read; the data are untouched. Bring it back from a backup.",
            ),
        ) from error


def _nobody_to_ask() -> Correctable:
    return Correctable(
        Words("ต้องมีกุญแจของฐานข้อมูล", "The key of the database is needed"),
        Words(
            "เครื่องนี้ไม่มีที่เก็บกุญแจ ยังไม่มีอะไรเปลี่ยนแปลง โปรดตั้ง THONGTHIN_KEY (เลขฐานสิบหก 64 ตัว) หรือสั่งจากหน้าจอที่พิมพ์รหัสผ่านได้",
            "This computer has no keyring; nothing was changed. Set THONGTHIN_KEY (64 hex digits) or run this where a passphrase can be typed.",
        ),
    )
