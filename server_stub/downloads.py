"""The first download of a stream: gzip JSON lines, made once per head and set of areas, kept as a file, served by ranges."""

import gzip
import hashlib
import os
import re
import tempfile
from pathlib import Path

import msgspec

from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN
from server_stub.file_reply import Download
from server_stub.problems import CallProblem
from server_stub.session import Grant, Session
from server_stub.storage.base import Reader, Storage, StreamState
from server_stub.wire import snapshot_line

_GZIP_LEVEL = 4
_KEPT = 2
"""Files kept of one stream and set of areas: the newest, and the one before it for downloads under way."""


class _FirstLine(msgspec.Struct, frozen=True):
    seq: int
    chain: str
    sha256: str
    count: int


class Downloads:
    """Makes and keeps the first downloads."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        """`folder` is a cache: it may be emptied at any time."""
        self._storage = storage
        self._folder = folder

    def open(self, session: Session, stream: str, wanted_etag: str = "") -> Download:
        """The download of a stream for what this caller may see. Raises CallProblem.

        Args:
            wanted_etag: The ETag of a download that was begun; that one is served again while it is kept.
        """
        grant = session.grants.get(stream)
        if grant is None:
            raise CallProblem("no-grant")
        prefix = hashlib.sha256(msgspec.json.encode([stream, sorted(grant.visible_areas or ("*",))])).hexdigest()[:24]
        name = wanted_etag.strip('"')
        begun = self._folder / f"{name}.gz" if re.fullmatch(rf'"{prefix}-\d+-[0-9a-f]+"', wanted_etag) else None
        if begun is not None and begun.is_file():
            return _download(begun)
        with self._storage.read([stream]) as reader:
            state = reader.states([stream]).get(stream)
            seq, chain = (state.head, state.chain) if state else (0, FIRST_CHAIN)
            path = self._folder / f"{prefix}-{seq:012d}-{chain[:CHAIN_ON_WIRE]}.gz"
            if not path.is_file():
                self._make(path, reader, stream, state, grant)
                for old in sorted(self._folder.glob(f"{prefix}-*.gz"))[:-_KEPT]:
                    old.unlink(missing_ok=True)
        return _download(path)

    def _make(self, path: Path, reader: Reader, stream: str, state: StreamState | None, grant: Grant) -> None:
        """Writes the file beside its place and moves it there, so that another worker never serves half of one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        head, chain = (state.head, state.chain) if state else (0, FIRST_CHAIN)
        digest, count = hashlib.sha256(), 0
        with tempfile.TemporaryFile(dir=self._folder) as lines:
            for row in reader.page(stream, after=0, until=head, areas=grant.visible_areas, limit=None):
                line = snapshot_line(row)
                digest.update(line)
                lines.write(line)
                count += 1
            lines.seek(0)
            first = msgspec.json.encode(_FirstLine(head, chain[:CHAIN_ON_WIRE], digest.hexdigest(), count)) + b"\n"
            handle, unfinished = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "wb") as file, gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed:
                packed.write(first)
                while block := lines.read(1 << 20):
                    packed.write(block)
        Path(unfinished).replace(path)


def _download(path: Path) -> Download:
    return Download(path, f'"{path.stem}"', path.stat().st_size)
