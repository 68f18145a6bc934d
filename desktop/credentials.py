"""The 32-byte key of the database: from THONGTHIN_KEY, the operating system's keyring, or a passphrase. Only importer of keyring.

    1. THONGTHIN_KEY (64 hex digits), when set: servers, CI, a scheduled sync. What is said outright beats what is found.
    2. The keyring, when the system has a real one (not the null, failing or plaintext kinds): made at first start, never seen.
    3. A passphrase: the key follows from it by argon2id; beside the database lies only the salt.

The key is never written to disk in plain. A database whose key is gone is never given a new one.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import paths
from records.errors import Correctable, Refused, Unavailable
from records.ids import Entropy
from records.words import Words

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEY_VARIABLE = "THONGTHIN_KEY"
KEY_BYTES = 32
SHORTEST_PASSPHRASE = 8

Ask = Callable[[Words], str | None]
"""Asks a person for a secret with these words; None when nobody can be asked."""

_SERVICE = "thongthin"
_TIME_COST = 3
_MEMORY_KIB = 65_536
_LANES = 4
_SALT_BYTES = 16
_UNREAL_BACKENDS = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")

ASK = Words("รหัสผ่านของฐานข้อมูล", "Passphrase of the database")
ASK_NEW = Words("ตั้งรหัสผ่านของฐานข้อมูล (อย่างน้อย 8 ตัวอักษร)", "Choose a passphrase for the database (at least 8 characters)")
ASK_AGAIN = Words("พิมพ์รหัสผ่านอีกครั้ง", "Type the passphrase again")
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
    if not salt_file.exists():
        backend = _real_backend()
        if backend is not None:
            return _key_in_keyring(backend, folder, entropy, is_new=is_new)
        if not is_new:
            raise _key_is_gone()
    return _key_of_passphrase(salt_file, ask, entropy)


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


def _key_in_keyring(backend: "KeyringBackend", folder: Path, entropy: Entropy, *, is_new: bool) -> bytes:
    from keyring.errors import KeyringError

    user = str(folder.resolve())
    try:
        kept = backend.get_password(_SERVICE, user)
        if kept is None and is_new:
            backend.set_password(_SERVICE, user, entropy(KEY_BYTES).hex())
            kept = backend.get_password(_SERVICE, user)
    except KeyringError as error:
        raise Unavailable(
            Words("เปิดที่เก็บกุญแจของเครื่องไม่ได้", "The keyring cannot be opened"),
            Words(
                "ที่เก็บกุญแจของเครื่องถูกล็อกหรือไม่ตอบ ข้อมูลยังอยู่ครบ โปรดปลดล็อกแล้วเปิดโปรแกรมใหม่",
                "The keyring of this computer is locked or does not answer; the data are safe. Unlock it and start again.",
            ),
        ) from error
    if kept is None:
        raise _key_is_gone()
    return _key_from_hex(kept)


def _key_is_gone() -> Refused:
    return Refused(
        Words("ไม่พบกุญแจของฐานข้อมูล", "The key of the database is not here"),
        Words(
            "ฐานข้อมูลเข้ารหัสไว้แต่ไม่พบกุญแจในเครื่องนี้ ข้อมูลยังอยู่ครบและไม่ถูกแก้ไข โปรดเข้าด้วยผู้ใช้เดิม หรือตั้ง THONGTHIN_KEY หรือติดต่อผู้ดูแลระบบ",
            "The database is encrypted and its key is not on this computer; the data are untouched. "
            "Sign in as the user who made it, set THONGTHIN_KEY, or call your administrator.",
        ),
    )


def _key_of_passphrase(salt_file: Path, ask: Ask, entropy: Entropy) -> bytes:
    if salt_file.exists():
        passphrase = ask(ASK)
        if not passphrase:
            raise _nobody_to_ask()
        return _derive(passphrase, *_read_salt(salt_file))
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
    salt = entropy(_SALT_BYTES)
    text = f"argon2id t={_TIME_COST} m={_MEMORY_KIB} p={_LANES} {base64.b64encode(salt).decode()}\n"
    paths.replace_file(salt_file, text.encode())
    return _derive(passphrase, salt, _TIME_COST, _MEMORY_KIB, _LANES)


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


def _derive(passphrase: str, salt: bytes, time_cost: int, memory_kib: int, lanes: int) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, hash_len=KEY_BYTES, type=Type.ID
    )


def _nobody_to_ask() -> Correctable:
    return Correctable(
        Words("ต้องมีกุญแจของฐานข้อมูล", "The key of the database is needed"),
        Words(
            "เครื่องนี้ไม่มีที่เก็บกุญแจ ยังไม่มีอะไรเปลี่ยนแปลง โปรดตั้ง THONGTHIN_KEY (เลขฐานสิบหก 64 ตัว) หรือสั่งจากหน้าจอที่พิมพ์รหัสผ่านได้",
            "This computer has no keyring; nothing was changed. Set THONGTHIN_KEY (64 hex digits) or run this where a passphrase can be typed.",
        ),
    )
