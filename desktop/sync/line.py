"""What the engine may ask of the server, whatever carries it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from desktop.storage.outbox import Queued
from desktop.storage.state import Numbered
from records.protocol import AccountReply, DigestReply, HeadsReply, Hello, Position, PullReply, PushReply


@dataclass(frozen=True)
class FileUpload:
    """Where the rest of a file goes."""

    id: str
    offset: int | None
    """Bytes the server has; None when it did not say."""


@dataclass(frozen=True)
class FileDownload:
    """A file as it comes."""

    offset: int
    """Where the bytes begin."""
    size: int
    """Bytes of the whole file, as the server says."""
    blocks: Iterator[bytes]
    """Raises Unavailable when the line breaks."""


@dataclass(frozen=True)
class SnapshotDownload:
    """A first download as it comes: gzip, as it travels."""

    etag: str
    """Names the file, for the case that it is cut."""
    offset: int
    """Where the bytes begin."""
    size: int
    """Bytes of the whole file."""
    blocks: Iterator[bytes]
    """Raises Unavailable when the line breaks."""


Answered = TypeVar("Answered")

Number = int | Numbered
"""What a request is counted by; a number alone says nothing when an older copy of the desk counts on from its own."""


def counting(number: Number) -> dict[str, str]:
    """The headers that say it."""
    told = number if isinstance(number, Numbered) else Numbered(number)
    return {"Sync-Counter": str(told.number)} | ({"Sync-Mark": told.mark} if told.mark else {})


class Transport(Protocol):
    """What the engine may ask of the server. Every call raises Unavailable, or Refused with the `code` of the problem."""

    @property
    def grants(self) -> str:
        """The last `Sync-Grants` a reply carried; empty before the first."""

    @property
    def requests(self) -> int:
        """Requests sent so far."""

    @property
    def bytes_up(self) -> int:
        """Bytes sent so far, headers included."""

    @property
    def bytes_down(self) -> int:
        """Bytes received so far, as they travelled, headers included."""

    def hello(self) -> Hello:
        """Asks for the server's limits; needs no token."""

    def account(self) -> AccountReply:
        """Asks who this device is and which streams it may use."""

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """Asks which streams moved beyond these positions."""

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """Fetches the next page of what is new after these positions."""

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        """Offers changes; those of the queue travel exactly as they are stored."""

    def reserve(self) -> None:
        """Takes the number of the next call now, so that it is stored with the transaction that is open."""

    def begin(self, call: Callable[[], Answered]) -> Callable[[], Answered]:
        """Starts one call of this transport and returns what waits for its answer, or raises its error; one call at a time."""

    def lineage(self, stream: str, after: int) -> bytes:
        """Fetches every hash each record had after a seq: gzip JSON lines, as they travelled."""

    def digest(self, stream: str, at: int) -> DigestReply:
        """Asks for count and sum of hashes by type and first byte of id, as the stream stood at a seq."""


class FileLine(Protocol):
    """What is asked of the server about contents of documents. Raises as `Transport`."""

    def begin_file(self, stream: str, sha256: str, size: int, media_type: str) -> FileUpload | None:
        """Begins to send a file, or goes on; None when the server has it."""

    def file_offset(self, stream: str, upload: str) -> int | None:
        """Bytes of an upload the server has; None when it knows no such upload."""

    def send_part(self, stream: str, upload: str, offset: int, part: bytes) -> int:
        """Sends the next part of a file; returns the bytes the server has then. Refused: `offset` (another offset), `checksum`, `not-found`."""

    def fetch_file(self, stream: str, sha256: str, offset: int) -> AbstractContextManager[FileDownload]:
        """Opens a file from an offset on; the server may begin at 0 all the same. Refused: `not-found` when it has not arrived there."""

    def missing_files(self, stream: str) -> list[str]:
        """The files that records name and the server does not have."""


class SnapshotLine(Protocol):
    """What is asked of the server about first downloads. Raises as `Transport`."""

    @property
    def grants(self) -> str:
        """The last `Sync-Grants` a reply carried; empty before the first."""

    def fetch_snapshot(self, stream: str, etag: str, offset: int) -> AbstractContextManager[SnapshotDownload]:
        """Opens the first download of a stream; with an etag and an offset from there on, or another file from 0 where that one is gone."""


class Line(Transport, FileLine, SnapshotLine, Protocol):
    """A line that carries records, whole streams and documents."""
