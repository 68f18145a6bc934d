"""Reading a request body: inflated with a cap, decoded once, a name given twice in one object refused.

msgspec keeps the last of two equal names without a word. Written out again the decoded value has one colon per name and the colons of its
texts, so a body with more colons named something twice; only then, or where a colon is written as an escape, the slow reader decides.
"""

import json
import zlib
from typing import NoReturn

import msgspec
import zstandard

from server_stub.problems import CallProblem, invalid

_GZIP_WINDOW = 31
_MOST_ZSTD_MEMORY = 1 << 23
_MOST_FRAMES = 100
"""Members of gzip or frames of zstd in one body: nobody needs more than one, and each costs a copy of the rest."""
_ZSTD_PIECE = 512
_LONGEST_INTEGER = 40
"""Digits."""


class OverCap(Exception):
    """The body inflates beyond what is read of anybody."""


def inflate(body: bytes, encoding: str, cap: int) -> bytes:
    """The body without its Content-Encoding, at most `cap` bytes. Raises OverCap, or CallProblem for what cannot be inflated."""
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        plain = body
    elif coding == "gzip":
        plain = _gunzip(body, cap)
    elif coding == "zstd":
        plain = _unzstd(body, cap)
    else:
        raise CallProblem("encoding")
    if len(plain) > cap:
        raise OverCap
    return plain


def _gunzip(body: bytes, cap: int) -> bytes:
    """All members of a gzip body (RFC 1952, 2.2), one after the other."""
    parts: list[bytes] = []
    left = cap + 1
    for _ in range(_MOST_FRAMES):
        inflater = zlib.decompressobj(_GZIP_WINDOW)
        try:
            parts.append(inflater.decompress(body, left))
        except zlib.error as error:
            raise invalid("", "the body is not gzip") from error
        left -= len(parts[-1])
        if left <= 0:
            raise OverCap
        if not inflater.eof:
            raise invalid("", "the gzip body is cut off")
        body = inflater.unused_data
        if not body:
            return b"".join(parts)
    raise invalid("", "the gzip body has too many members")


def _unzstd(body: bytes, cap: int) -> bytes:
    """All frames of a zstd body (RFC 8878, 3), one after the other.

    Fed in small pieces, because one call inflates all it is given: a piece of 512 bytes makes 16 MB at the very most.
    """
    parts: list[bytes] = []
    left, at, frames = cap, 0, 0
    inflater = None
    while at < len(body) or inflater is None:
        inflater = inflater or zstandard.ZstdDecompressor(max_window_size=_MOST_ZSTD_MEMORY).decompressobj()
        piece = body[at : at + _ZSTD_PIECE]
        try:
            parts.append(inflater.decompress(piece))
        except zstandard.ZstdError as error:
            raise invalid("", "the body is not zstd") from error
        left -= len(parts[-1])
        if left < 0:
            raise OverCap
        at += len(piece) - len(inflater.unused_data)
        if inflater.eof:
            frames += 1
            if at < len(body):
                inflater = None
        elif at >= len(body):
            raise invalid("", "the zstd body is cut off")
        if frames > _MOST_FRAMES:
            raise invalid("", "the zstd body has too many frames")
    return b"".join(parts)


def decode(body: bytes) -> object:
    """The JSON value of a body. Raises CallProblem `invalid` for what is no JSON, or names something twice in one object."""
    try:
        value: object = msgspec.json.decode(body)
        if b"\\u003" not in body and body.count(b":") == msgspec.json.encode(value).count(b":"):
            return value
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # Lone surrogates and huge numbers are JSON all the same: one faulty change must not refuse its neighbours.
        pass
    return _decode_slowly(body)


def _decode_slowly(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer)
    except RecursionError as error:
        raise invalid("", "the JSON is nested too deep") from error
    except ValueError as error:
        raise invalid("", "the body is not JSON") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise invalid("", "a name stands twice in one object")
    return found


def _integer(digits: str) -> int:
    """The integer; a longer one than the interpreter reads becomes one that is beyond every limit too, for its change to be refused."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else 10**_LONGEST_INTEGER


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
