"""The calls of documents in the simulation: the server's own `Files` without HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from desktop.sync.line import FileDownload, FileUpload
from desktop.sync.replies import OFFLINE, problem_error
from records.errors import Refused, Unavailable
from records.words import Language, Words
from server_stub.file_reply import Download
from server_stub.files import Files
from server_stub.problems import CallProblem
from server_stub.session import Session

T = TypeVar("T")


class FileLine:
    """The part of a simulated transport that carries documents."""

    def file_call(self, work: Callable[[Files, Session], T]) -> T:
        """Does the work on the server, unless the request or its reply is lost; this line has no server of documents."""
        raise Unavailable(OFFLINE, Words("หลุด", "lost"), code="offline")

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
        def append(files: Files, session: Session) -> int:
            with files.appending(session, stream, upload, offset, None) as appending:
                appending.write(part)
                appending.end()
            return appending.offset

        return self._asked(append)

    @contextmanager
    def fetch_file(self, stream: str, sha256: str, offset: int) -> Iterator[FileDownload]:
        download: Download = self._asked(lambda files, session: files.open(session, stream, sha256))
        yield FileDownload(offset, download.size, iter([download.path.read_bytes()[offset:]]))

    def missing_files(self, stream: str) -> list[str]:
        return self._asked(lambda files, session: files.missing(session, stream))
