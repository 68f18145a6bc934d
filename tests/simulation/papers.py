"""Documents of a history: their blocks and parts are small, so that lines break between them; what must hold of their contents."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import msgspec

from desktop.storage import attachments
from desktop.storage.connection import Connection
from desktop.sync import files as exchange
from records.areas import covers
from records.file_names import named_files
from records.kinds import FileRef, Json
from server_stub.files import Files
from server_stub.storage.base import ALL_STREAMS, Storage

if TYPE_CHECKING:
    from tests.simulation.desk import Desk

BLOCK = 16
"""Bytes."""
PART = 48


@contextmanager
def small_blocks() -> Iterator[None]:
    """Documents of a hundred bytes travel like those of megabytes."""
    sizes: list[tuple[Any, str, int]] = [
        (attachments, "BLOCK", BLOCK), (exchange, "BLOCK", BLOCK), (exchange, "PART", PART), (exchange, "SMALLEST_PART", BLOCK),
    ]  # fmt: skip
    former = [getattr(module, name) for module, name, _ in sizes]
    try:
        for module, name, size in sizes:
            setattr(module, name, size)
        yield
    finally:
        for (module, name, _), size in zip(sizes, former, strict=True):
            setattr(module, name, size)


def content(random: Random) -> bytes:
    """The content of a document; now and then one that others attach too."""
    return random.choice((b"one and the same", random.randbytes(random.choice((1, 16, 40, 100))), random.randbytes(150)))


def with_one(held: Json, file: FileRef) -> Json:
    """The documents of a record with another one, in the order they have on the wire."""
    files = {*msgspec.convert(held or [], list[FileRef]), file}
    return cast(Json, msgspec.to_builtins(sorted(files)))


def put_back(random: Random, folder: Path, backup: Path) -> None:
    """The folder of a server's documents after its restore: as in the backup, as it was, or empty."""
    fate = random.randrange(3)
    if fate:
        shutil.rmtree(folder, ignore_errors=True)
    if fate == 1 and backup.exists():
        shutil.copytree(backup, folder)


def half_shown(connection: Connection) -> list[str]:
    """Contents a desk shows that are not what their name says."""
    shown = [row[0] for row in connection.execute("SELECT sha256 FROM file WHERE is_whole = 1")]
    return [f"{sha256} is shown and is another content" for sha256 in shown if attachments.hash_of(connection, sha256)[0] != sha256]


def stored_wrongly(folder: Path) -> list[str]:
    """Contents the server shows that are not what their name says."""
    stored = [path for path in folder.glob("*/*") if path.parent.name != ".parts"]
    return [f"the server shows {path.name}" for path in stored if hashlib.sha256(path.read_bytes()).hexdigest() != path.name]


def faults(storage: Storage, files: Files, streams: Sequence[str], desks: Sequence["Desk"]) -> list[str]:
    """Every document a living record names is on the server where a desk that may send it has it, and then on every desk that sees the record."""
    found: list[str] = []
    here = {desk.name: _here(desk) for desk in desks}
    for stream in streams:
        # A desk that shows an edit of its own which was refused wants what the edit names.
        shown = {desk.name: desk.shown(stream).keys() for desk in desks}
        with storage.read(ALL_STREAMS) as reader:
            records = list(reader.page(stream, after=0, until=None, areas=None, limit=None))
        for record in records:
            if record.deleted or b'"sha256"' not in record.fields:
                continue
            seers = [one for one in desks if stream in one.session.grants and covers(one.session.grants[stream].areas, record.area)]
            for file in named_files(msgspec.json.decode(record.fields)):
                is_there = files.has(stream, file.sha256)
                senders = [one.name for one in seers if one.session.grants[stream].may_write and file.sha256 in here[one.name]]
                if senders and not is_there:
                    found.append(f"{file.sha256[:8]} of {stream} {record.id} did not reach the server from {senders}")
                if is_there:
                    found += [
                        f"{file.sha256[:8]} of {stream} {record.id} did not reach {o.name}"
                        for o in seers
                        if record.id in shown[o.name] and file.sha256 not in here[o.name]
                    ]
    return found


def _here(desk: "Desk") -> set[str]:
    with desk.database.reading() as connection:
        return {row[0] for row in connection.execute("SELECT sha256 FROM file WHERE is_whole = 1")}
