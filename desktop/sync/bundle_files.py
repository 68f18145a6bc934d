"""Contents of documents in bundles: those the server lacks go along, those wanted come with the reply; what does not fit waits for the next."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from desktop.storage import attachments, file_states, file_uses, state
from desktop.storage.database import Database
from desktop.storage.file_states import Travelling
from desktop.sync.files import arrived
from records.bundle_manifest import CarriedFile, ReplyManifest

MOST_FILES = 1 << 30
"""Bytes of documents in one bundle."""
_MOST_ASKED = 2000


@dataclass(frozen=True)
class Outgoing:
    """The documents of one bundle."""

    files: tuple[CarriedFile, ...] = ()
    """Those that go along."""
    wanted: tuple[CarriedFile, ...] = ()
    contents: Mapping[str, Callable[[], Iterable[bytes]]] = field(default_factory=dict)
    """By SHA-256."""

    @property
    def size(self) -> int:
        """Bytes of those that go along."""
        return sum(one.size for one in {file.sha256: file for file in self.files}.values())


def outgoing(database: Database, now: datetime, *, with_contents: bool = True) -> Outgoing:
    """What a bundle made now takes along and asks for; `with_contents` False sends records alone."""
    file_uses.catch_up(database)
    files: list[CarriedFile] = []
    wanted: list[CarriedFile] = []
    sizes: dict[str, int] = {}
    with database.reading() as connection:
        for one in state.streams(connection):
            if one.paused == state.LOST:
                continue
            wanted += map(_carried, file_states.to_fetch(connection, one.stream, now, _MOST_ASKED))
            if one.access != "write" or not with_contents:
                continue
            for file in file_states.to_send(connection, one.stream, now, _MOST_ASKED):
                if file.sha256 in sizes or sum(sizes.values()) + file.size <= MOST_FILES:
                    sizes[file.sha256] = file.size
                    files.append(_carried(file))
    return Outgoing(tuple(files), tuple(wanted[:_MOST_ASKED]), {one: partial(_blocks, database, one) for one in sizes})


def take_in(database: Database, said: ReplyManifest, blocks: Callable[[str], Iterable[bytes]]) -> int:
    """Takes in the documents of a reply, and notes which of this desk's the server has; returns how many came. Raises BundleFault."""
    came = 0
    for file in said.files:
        name = f"files/{file.sha256}"
        if name in said.entries and arrived(database, file.sha256, blocks(name)):
            came += 1
            _there(database, file)
    for file in said.taken:
        _there(database, file)
    return came


def _there(database: Database, file: CarriedFile) -> None:
    with database.write() as connection:
        file_states.sent(connection, Travelling(file.stream, file.sha256, file.size, "", file.media_type, "", 0))


def _carried(file: Travelling) -> CarriedFile:
    return CarriedFile(file.stream, file.sha256, file.size, file.media_type)


def _blocks(database: Database, sha256: str) -> Iterator[bytes]:
    with database.reading() as connection:
        yield from attachments.blocks(connection, sha256)
