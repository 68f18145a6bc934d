"""Documents whose bytes are no longer what their name says: moved away, so that the server lacks them and whoever has one sends it again.

    <folder>/.damaged/<stream>/<sha256>.<random>      kept as it was found, for a person to look at

A disk that answers with other bytes than were written says nothing; the hash that names a document does.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from records.file_names import is_hash
from server_stub.durable import flush

_DAMAGED = ".damaged"
"""Beside the streams, whose names begin with a letter or a digit."""


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A document that was found damaged."""

    stream: str
    sha256: str


def hash_of(path: Path) -> str:
    """The SHA-256 of a file in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_sound(folder: Path, place: Path) -> bool:
    """Whether a document is what its name says; one that is not, or cannot be read, is moved away. False also when it is gone.

    Args:
        folder: of all documents of the server.
        place: of this one in it.
    """
    try:
        with place.open("rb") as file:
            seen = os.fstat(file.fileno())
            try:
                if hashlib.file_digest(file, "sha256").hexdigest() == place.name:
                    return True
            except OSError:
                # A disk that cannot read it any more: as lost as with other bytes.
                pass
        # Sent again in the meantime it is another file, and a sound one.
        if os.path.samestat(seen, place.stat()):
            aside = folder / _DAMAGED / place.parent.name
            aside.mkdir(parents=True, exist_ok=True)
            place.rename(aside / f"{place.name}.{os.urandom(4).hex()}")
            flush(place.parent)
            return False
        return place.is_file()
    except FileNotFoundError:
        return False


def every_document(folder: Path) -> Iterator[tuple[str, Path]]:
    """The stream and the place of every document of a server."""
    for streams in sorted(folder.glob("[!.]*")):
        for place in sorted(streams.glob("*")):
            if is_hash(place.name):
                yield unquote(streams.name), place


def damaged(folder: Path) -> tuple[int, list[DamagedFile]]:
    """Reads every document of a server; how many there are, and which were not what their name says and were moved away."""
    found, count = list[DamagedFile](), 0
    for stream, place in every_document(folder):
        count += 1
        if not is_sound(folder, place):
            found.append(DamagedFile(stream, place.name))
    return count, found
