"""The calls of documents in the simulation: the server's own `Files` without HTTP."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from desktop.sync.line import FileDownload, FileUpload
from desktop.sync.replies import OFFLINE, problem_error
from records.errors import Refused, Unavailable
from records.problem_types import PROBLEMS
from records.words import Language, Words
from server_stub.file_parts import Checksum
from server_stub.file_reply import Download
from server_stub.files import Files
from server_stub.problems import CallProblem
from server_stub.session import Session

T = TypeVar("T")


def broken() -> Unavailable:
    """The line is gone."""
    return Unavailable(OFFLINE, Words("หลุด", "lost"), code="offline")


class FileLine:
    """The part of a simulated transport that carries documents."""

    def file_call(self, work: Callable[[Files, Session], T]) -> T:
        """Does the work on the server, unless the request or its reply is lost; this line has no server of documents."""
        raise broken()

    def cut(self, size: int) -> int:
        """After how many bytes of a body of that size the line breaks."""
        return size

    def _asked(self, work: Callable[[Files, Session], T]) -> T:
        try:
            return self.file_call(work)
        except CallProblem as problem:
            raise problem_error(problem.type.status, msgspec.json.encode(problem.document(Language.ENGLISH))) from problem

    def begin_file(self, stream: str, sha256: str, size: int, media_type: str) -> FileUpload | None:
        upload = self._asked(lambda files, session: files.begin(session, stream, sha256, size))
        return None if upload is None else FileUpload(upload.id, upload.offset)

    def file_offset(self, stream: str, upload: str) -> int | None:
        try:
            return self._asked(lambda files, session: files.upload(session, stream, upload).offset)
        except Refused as error:
            if error.code != "not-found":
                raise
            return None

    def send_part(self, stream: str, upload: str, offset: int, part: bytes) -> int:
        size = self.cut(len(part))
        checksum = Checksum("sha256", hashlib.sha256(part).digest()) if size % 2 else None

        def append(files: Files, session: Session) -> int:
            with files.appending(session, stream, upload, offset, checksum) as appending:
                appending.write(part[:size])
                if size < len(part):
                    appending.broken_off()
                else:
                    appending.end()
            return appending.offset

        reached = self._asked(append)
        if size < len(part) and (checksum is not None or not size):
            raise broken()
        return reached

    @contextmanager
    def fetch_file(self, stream: str, sha256: str, offset: int) -> Iterator[FileDownload]:
        download: Download = self._asked(lambda files, session: files.open(session, stream, sha256))
        if offset and offset >= download.size:
            raise Refused(PROBLEMS["not-found"].title, PROBLEMS["not-found"].detail, code="range")
        # A server may begin at the start all the same.
        first = offset if self.cut(2) else 0
        yield FileDownload(first, download.size, self._blocks(download.path.read_bytes()[first:]))

    def _blocks(self, content: bytes) -> Iterator[bytes]:
        size = self.cut(len(content))
        for at in range(0, size, 32):
            yield content[at : min(at + 32, size)]
        if size < len(content):
            raise broken()

    def missing_files(self, stream: str) -> list[str]:
        return self._asked(lambda files, session: files.missing(session, stream))
