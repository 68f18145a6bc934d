"""Stored bytes, hashes and chains: how a record is written so that every copy of it is equal byte for byte.

Sources: protocol.md ("stored bytes", "hash", "chain"); RFC 8785 (JSON Canonicalization Scheme), here without floats.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping

import msgspec

from records.kinds.base import LARGEST_INTEGER, Json

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""What a field or type name looks like on the wire (used with `fullmatch`)."""
ACCOUNT_NAME = re.compile(r"[a-z0-9._-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FLAT = frozenset((str, int, bool))
"""Types of values that have no keys of their own."""
FIRST_CHAIN = "0" * 64
"""The chain of a stream in which nothing was written."""
_64_BITS = (1 << 64) - 1
CHAIN_ON_WIRE = 16
"""Hex digits of a chain that travel."""


def stored_bytes(fields: Mapping[str, Json]) -> bytes:
    """The canonical JSON of wire fields: keys sorted, no spaces, UTF-8."""
    if _FLAT.issuperset(map(type, fields.values())) and "".join(fields).isascii():
        return msgspec.json.encode(fields, order="sorted")
    return msgspec.json.encode(_sorted_by_utf16(fields) if _has_odd_keys(fields) else fields, order="sorted")


def _has_odd_keys(value: object) -> bool:
    """Whether a nested key may sort differently by UTF-16 unit than by code point (only keys beyond the basic plane do)."""
    if isinstance(value, str):
        return False
    if isinstance(value, Mapping):
        return any(not key.isascii() and max(key) > "\ud7ff" for key in value) or any(map(_has_odd_keys, value.values()))
    return isinstance(value, list) and any(map(_has_odd_keys, value))


def _sorted_by_utf16(value: object) -> object:
    if isinstance(value, Mapping):
        ordered = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return msgspec.Raw(b"{" + b",".join(msgspec.json.encode(k) + b":" + _encoded(value[k]) for k in ordered) + b"}")
    if isinstance(value, list):
        return msgspec.Raw(b"[" + b",".join(map(_encoded, value)) + b"]")
    return value


def _encoded(value: object) -> bytes:
    return msgspec.json.encode(_sorted_by_utf16(value))


def record_hash(record_type: str, record_id: str, fields_bytes: bytes, *, deleted: bool, previous: str) -> str:
    """The hash of one version of a record: 16 hex digits; `previous` is the hash of the version before, empty for the first."""
    text = b"%b\n%b\n%b\n%b\n%b" % (record_type.encode(), record_id.encode(), fields_bytes, b"1" if deleted else b"0", previous.encode())
    return hashlib.sha256(text).hexdigest()[:16]


def next_chain(chain: str, hash: str, change_id: str, version: int, changed_by: str, device: str, changed_at: str) -> str:
    """The chain after one more version was written to a stream: 64 hex digits."""
    return hashlib.sha256("\n".join((chain, hash, change_id, str(version), changed_by, device, changed_at)).encode()).hexdigest()


def are_plain(values: Collection[object]) -> bool:
    """Whether `wire_fault` finds nothing in any of these, told for all at once; False when in doubt."""
    if not _FLAT.issuperset(map(type, values)) or "" in values:
        return False
    if any(value > LARGEST_INTEGER or value < -LARGEST_INTEGER for value in values if type(value) is int):
        return False
    # A line end composes with nothing: the joined text is in NFC just when every part of it is.
    return not _text_fault("\n".join([value for value in values if type(value) is str]))


def wire_fault(value: object) -> str:
    """Says in English why a value cannot be a field's wire value; empty when it can (protocol.md, "stored bytes")."""
    if value is None or value in ("", []):
        return "null, empty text and empty lists are not values; use unset"
    return _fault(value)


def _fault(value: object) -> str:
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, float):
        return "floats are not allowed; send decimals as text"
    if isinstance(value, int):
        return "" if abs(value) <= LARGEST_INTEGER else "the integer is beyond 2^53-1"
    if isinstance(value, list):
        return next(filter(None, map(_fault, value)), "")
    if isinstance(value, Mapping):
        return next(filter(None, (_fault(part) for pair in value.items() for part in pair)), "")
    return ""


def _text_fault(text: str) -> str:
    if text.isascii():
        return "text has a NUL" if "\0" in text else ""
    if _SURROGATE.search(text):
        return "text has a lone surrogate"
    if "\0" in text:
        return "text has a NUL"
    return "" if unicodedata.is_normalized("NFC", text) else "text is not in NFC"


def add_hash(known: tuple[int, int], hash_text: str) -> tuple[int, int]:
    """Adds one record's hash to (count, sum modulo 2^64) of a bucket of a digest (protocol.md, "digest")."""
    return known[0] + 1, (known[1] + int(hash_text, 16)) & _64_BITS


def sum_text(total: int) -> str:
    """The sum of a bucket as it travels: 16 hex digits, for JSON has no integers of 64 bits."""
    return f"{total:016x}"
