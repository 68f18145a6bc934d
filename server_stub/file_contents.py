"""Contents of files as bundles carry them: the same rules as over a line, of who may send, who may read and what fits."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from records.bundle_manifest import CarriedFile
from server_stub.files import Files
from server_stub.problems import CallProblem
from server_stub.session import Session

_BLOCK = 1 << 18


class FileContents:
    """What `bundles.Bundles` asks of the files."""

    def __init__(self, files: Files, folder: Path) -> None:
        """`folder`: where a content lies until it is judged."""
        self._files = files
        self._folder = folder

    def take_in(self, session: Session, file: CarriedFile, blocks: Iterable[bytes]) -> None:
        """Keeps a content whose hash fits. Raises CallProblem: no-grant, invalid, too-large, quota."""
        grant = session.grants.get(file.stream)
        if grant is None or not grant.may_write:
            raise CallProblem("no-grant")
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            path = Path(place) / "content"
            size = 0
            with path.open("wb") as kept:
                for block in blocks:
                    size += len(block)
                    if size > self._files.limits.largest:
                        raise CallProblem("too-large", extra={"limits": {"file": self._files.limits.largest}})
                    kept.write(block)
            self._files.take_in(file.stream, file.sha256, path, areas=grant.areas)

    def content(self, session: Session, stream: str, sha256: str) -> tuple[int, Iterator[bytes]] | None:
        """The size and the blocks of a content the caller may read; None when it is not here or not theirs."""
        try:
            found = self._files.open(session, stream, sha256)
        except CallProblem:
            return None
        return found.size, _blocks(found.path)

    def lacks(self, stream: str, sha256: str) -> bool:
        """Whether the content is not here."""
        return not self._files.has(stream, sha256)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
