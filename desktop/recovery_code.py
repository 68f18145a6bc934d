"""The recovery code: what a person prints and keeps, and the small key file that it opens.

The code is six groups of five letters of Crockford's base 32 (no I, L, O, U): four random ones (20 bits, 120 in all) and a check letter
over GF(32) that catches every wrong letter, every two that changed places and a group in the wrong place. The key file is JSON:

    {"format": 1, "key_id": "<16 hex: which key>", "made_at": "<RFC 3339 UTC>", "locks": {
        "code":       {"t": 3, "m": 65536, "p": 4, "salt": "<base64>", "nonce": "<base64>", "wrapped": "<base64>"},
        "passphrase": the same, only where the computer has no keyring and the key did not begin with a passphrase}}

`wrapped` is the raw 32-byte key, sealed by ChaCha20-Poly1305 with argon2id(secret, salt) and `key_id` as associated data. `key_id` is a
one-way hash of the key: it tells which database a key file belongs to and nothing else.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from desktop import durable
from records.errors import Correctable, Refused
from records.ids import Entropy
from records.kinds.times import rfc3339
from records.words import Words

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 6
_GROUP_LETTERS = 4
_SAME_AS = {"I": "1", "L": "1", "O": "0", "U": "V"}
TIME_COST = 3
MEMORY_KIB = 65_536
LANES = 4
_SALT_BYTES = 16
_NONCE_BYTES = 12
_FORMAT = 1
CODE, PASSPHRASE = "code", "passphrase"


class Lock(msgspec.Struct, frozen=True):
    """The key, wrapped by one secret; binary parts are base64."""

    t: int
    """argon2id time cost."""
    m: int
    """argon2id memory, KiB."""
    p: int
    """argon2id lanes."""
    salt: str
    nonce: str
    wrapped: str


class KeyFile(msgspec.Struct, frozen=True):
    """A key file; fields as in the picture above."""

    format: int
    key_id: str
    made_at: str
    locks: dict[str, Lock]


def new_code(entropy: Entropy) -> str:
    """A new recovery code, written in its groups."""
    number = int.from_bytes(entropy(15), "big")
    values = [(number >> (5 * i)) & 31 for i in range(GROUPS * _GROUP_LETTERS)]
    groups = []
    for index in range(GROUPS):
        group = values[index * _GROUP_LETTERS : (index + 1) * _GROUP_LETTERS]
        groups.append("".join(ALPHABET[value] for value in (*group, _check(group, index))))
    return "-".join(groups)


def read_code(typed: str) -> str:
    """The code as written by `new_code`, from what a person typed: small letters, spaces and look-alike letters are understood.

    Raises Correctable that names the group with a slip.
    """
    letters = [_SAME_AS.get(letter, letter) for letter in typed.upper() if letter.isalnum()]
    size = _GROUP_LETTERS + 1
    if len(letters) != GROUPS * size or any(letter not in ALPHABET for letter in letters):
        raise Correctable(
            Words("รหัสกู้คืนไม่ครบ", "The recovery code is not complete"),
            Words(
                "รหัสกู้คืนมี 6 กลุ่ม กลุ่มละ 5 ตัว ที่พิมพ์มี {count} ตัว ยังไม่มีอะไรเปลี่ยนแปลง โปรดตรวจกับกระดาษแล้วพิมพ์ใหม่",
                "A recovery code has 6 groups of 5 letters; {count} were typed. Nothing was changed; check it against the paper and type it again.",
            ).filled(count=len(letters)),
            code="recovery-code",
        )
    groups = [letters[at : at + size] for at in range(0, len(letters), size)]
    wrong = [
        str(i + 1) for i, group in enumerate(groups) if _check([ALPHABET.index(x) for x in group[:-1]], i) != ALPHABET.index(group[-1])
    ]
    if wrong:
        raise Correctable(
            Words("รหัสกู้คืนพิมพ์ผิด", "There is a slip in the recovery code"),
            Words(
                "กลุ่มที่ {groups} พิมพ์ไม่ตรงกับกระดาษ ยังไม่มีอะไรเปลี่ยนแปลง โปรดแก้กลุ่มนั้น",
                "Group {groups} is not as on the paper; nothing was changed. Please correct it.",
            ).filled(groups=", ".join(wrong)),
            code="recovery-code",
        )
    return "-".join("".join(group) for group in groups)


def _check(values: list[int], index: int) -> int:
    total = 0
    # Horner's rule in GF(32): each place weighs another power of x, so no two slips of one kind cancel.
    for value in values:
        total = _times_x(total) ^ value
    return _times_x(total) ^ (index + 1)


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def key_id(key: bytes) -> str:
    """Which key it is, in 16 hex digits; nothing of the key follows from it."""
    return hashlib.sha256(b"thongthin key id\n" + key).hexdigest()[:16]


def derive(secret: str, salt: bytes, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB, lanes: int = LANES) -> bytes:
    """32 bytes from a secret, by argon2id."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(secret.encode(), salt, time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, hash_len=32, type=Type.ID)


def wrap(key: bytes, secret: str, entropy: Entropy) -> Lock:
    """The key, wrapped by a secret."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = entropy(_SALT_BYTES), entropy(_NONCE_BYTES)
    wrapped = ChaCha20Poly1305(derive(secret, salt)).encrypt(nonce, key, key_id(key).encode())
    return Lock(TIME_COST, MEMORY_KIB, LANES, *(base64.b64encode(part).decode() for part in (salt, nonce, wrapped)))


def unwrap(file: KeyFile, lock: str, secret: str) -> bytes | None:
    """The key, by the secret of one of the locks; None when it is not the secret (or there is no such lock)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    found = file.locks.get(lock)
    if found is None:
        return None
    try:
        salt, nonce, wrapped = (base64.b64decode(part, validate=True) for part in (found.salt, found.nonce, found.wrapped))
        made = derive(secret, salt, found.t, found.m, found.p)
        return ChaCha20Poly1305(made).decrypt(nonce, wrapped, file.key_id.encode())
    except (InvalidTag, binascii.Error, ValueError):
        return None


def load(path: Path) -> KeyFile | None:
    """Reads a key file; None when there is none. Raises Refused when it cannot be read."""
    try:
        read = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise _damaged(path) from error
    if read.format != _FORMAT:
        raise _damaged(path)
    return read


def save(path: Path, key: bytes, locks: Mapping[str, Lock], now: datetime) -> None:
    """Writes a key file. Raises OSError."""
    durable.replace_file(path, msgspec.json.format(msgspec.json.encode(KeyFile(_FORMAT, key_id(key), rfc3339(now), dict(locks)))))


def _damaged(path: Path) -> Refused:
    return Refused(
        Words("ไฟล์กุญแจกู้คืนอ่านไม่ได้", "The recovery key file cannot be read"),
        Words(
            "ไฟล์ {path} อ่านไม่ได้หรือเสียหาย ข้อมูลยังอยู่ครบ โปรดนำไฟล์นี้กลับมาจากชุดสำรอง",
            "The file {path} cannot be read or is damaged; the data are untouched. Bring it back from a backup set.",
        ).filled(path=path),
        code="key-file",
    )
