"""The calls about contents of documents, and about whole streams as files: tus uploads, ranges of downloads."""

import base64
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, TypeVar
from urllib.parse import quote

import msgspec

from desktop.sync.line import FileDownload, FileUpload, SnapshotDownload
from desktop.sync.replies import Answer, not_ours, packed, read_as
from records.errors import Refused
from records.problem_types import PROBLEMS
from records.protocol import FileHere, FilesMissing

TUS = "1.0.0"
"""The version of the resumable uploads (tus.io) that is spoken."""
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")

Reply = TypeVar("Reply", bound=msgspec.Struct)


class FileCalls(ABC):
    """What a line can say about files, whatever sends it."""

    @abstractmethod
    def call(self, method: str, path: str, kind: type[Reply], body: object = None, empty: Reply | None = None) -> Reply:
        """Sends one request with a JSON body and reads a struct back; `empty` is what 204 stands for."""

    @abstractmethod
    def exchange(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, content: bytes | BinaryIO = b""
    ) -> AbstractContextManager[Answer]:
        """Sends one request and opens its answer, whose body is read as it comes; a problem the server states is raised."""

    def begin_file(self, stream: str, sha256: str, size: int, media_type: str) -> FileUpload | None:
        """Begins to send a file, or goes on; None when the server has it."""
        headers: dict[str, str] = {"Tus-Resumable": TUS}
        content = packed(msgspec.json.encode({"sha256": sha256, "size": size, "media_type": media_type}), headers)
        with self.exchange("POST", f"/streams/{quote(stream)}/files", headers, content) as answer:
            if answer.status == 200:
                # Nothing is taken for sent on a status alone: a box may answer 200 to everything.
                if read_as(FileHere, answer) != FileHere(sha256, size):
                    raise not_ours()
                return None
            # Only the last part of the address is taken: the token goes to nobody else, whatever a Location says.
            upload = answer.headers.get("location", "").rsplit("/", 1)[-1]
            if answer.status != 201 or not upload:
                raise not_ours()
            return FileUpload(upload, _offset(answer))

    def file_offset(self, stream: str, upload: str) -> int | None:
        """Bytes of an upload the server has; None when it knows no such upload."""
        try:
            with self.exchange("HEAD", _upload(stream, upload), {"Tus-Resumable": TUS}) as answer:
                return _offset(answer)
        except Refused as error:
            if error.code != "not-found":
                raise
            return None

    def send_part(self, stream: str, upload: str, offset: int, part: bytes) -> int:
        """Sends the next part of a file; returns the bytes the server has then."""
        digest = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            "Tus-Resumable": TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
        }  # fmt: skip
        with self.exchange("PATCH", _upload(stream, upload), headers, part) as answer:
            found = _offset(answer)
            if found is None:
                raise not_ours()
            return found

    @contextmanager
    def fetch_file(self, stream: str, sha256: str, offset: int) -> Iterator[FileDownload]:
        """Opens a file from an offset on; the server may begin at 0 all the same."""
        headers = {"Range": f"bytes={offset}-", "If-Range": f'"{sha256}"'} if offset else {}
        with self.exchange("GET", f"/streams/{quote(stream)}/files/{sha256}", headers) as answer:
            if answer.status == 206:
                told = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
                if told is None or int(told[1]) != offset:
                    raise not_ours()
                yield FileDownload(offset, int(told[2]), answer.blocks())
            elif answer.status == 416:
                # What is here is more than the server has: it comes anew.
                raise Refused(PROBLEMS["not-found"].title, PROBLEMS["not-found"].detail, code="range")
            elif answer.status == 200 and answer.headers.get("content-length", "").isdecimal():
                yield FileDownload(0, int(answer.headers["content-length"]), answer.blocks())
            else:
                raise not_ours()

    def missing_files(self, stream: str) -> list[str]:
        """The files that records name and the server does not have."""
        return self.call("GET", f"/streams/{quote(stream)}/files", FilesMissing).missing

    @contextmanager
    def fetch_snapshot(self, stream: str, etag: str, offset: int) -> Iterator[SnapshotDownload]:
        """Opens the first download of a stream, or the rest of one that was begun where the server still has it."""
        headers = {"Range": f"bytes={offset}-", "If-Range": etag} if offset else {}
        with self.exchange("GET", f"/streams/{quote(stream)}/snapshot", headers) as answer:
            length, named = answer.headers.get("content-length", ""), answer.headers.get("etag", "")
            told = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
            if answer.media_type != "application/gzip" or not named or answer.headers.get("content-encoding"):
                raise not_ours()
            if answer.status == 206 and told is not None and int(told[1]) == offset and named == etag:
                yield SnapshotDownload(named, offset, int(told[2]), answer.blocks())
            elif answer.status == 200 and re.fullmatch("[0-9]{1,15}", length):
                yield SnapshotDownload(named, 0, int(length), answer.blocks())
            else:
                raise not_ours()


def _upload(stream: str, upload: str) -> str:
    return f"/streams/{quote(stream)}/files/uploads/{quote(upload, safe='')}"


def _offset(answer: Answer) -> int | None:
    """Upload-Offset; None when the server did not say."""
    text = answer.headers.get("upload-offset", "")
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else None
