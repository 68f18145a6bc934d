"""Which files the fields of a record name, whatever its type: any value shaped as a `FileRef`, at any depth. Pure.

Files travel apart from records (protocol.md, "Files"). The server gives a file to whoever may read a record that names it, also when a newer
program named it in a type or field this one does not know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from records.kinds.base import LARGEST_INTEGER, Json

MARK = b'"sha256"'
"""What the stored bytes of fields hold where they name a file: a quick no for nearly all records."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as a record names it."""

    sha256: str
    name: str
    """Empty when the record gives none."""
    size: int
    """Bytes."""
    media_type: str
    """Empty when the record gives none."""


def is_hash(text: object) -> bool:
    """Whether this is a SHA-256 as files are named by: 64 small hex digits."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def named_files(value: Json) -> Iterator[NamedFile]:
    """Every file that a wire value names, in the order met; the same file may come twice."""
    left: list[Json] = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left.extend(reversed(one))
        elif isinstance(one, dict):
            found = _named(one)
            if found is not None:
                yield found
            left.extend(reversed(one.values()))


def _named(one: dict[str, Json]) -> NamedFile | None:
    sha256, size, name, media_type = (one.get(part) for part in ("sha256", "size", "name", "media_type"))
    if not isinstance(sha256, str) or not is_hash(sha256) or isinstance(size, bool) or not isinstance(size, int):
        return None
    if not 0 <= size <= LARGEST_INTEGER:
        return None
    return NamedFile(sha256, name if isinstance(name, str) else "", size, media_type if isinstance(media_type, str) else "")
