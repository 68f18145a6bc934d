"""Unfinished uploads on disk: what came of a file so far, and what it is for. Whole files are kept by files.py.

    <folder>/<device>/<upload>.part    the bytes that came; locked by whoever appends
    <folder>/<device>/<upload>.json    what the upload was begun for

A part lives 30 days after its last byte. Nothing here asks who may do what.
"""

import errno
import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from server_stub.problems import CallProblem, invalid

PART_LIFE = timedelta(days=30)
"""How long an unfinished part is kept after its last byte."""
_SWEEP_EVERY = timedelta(hours=1)
_HASHES: dict[str, Callable[[], "hashlib._Hash"]] = {"sha1": lambda: hashlib.sha1(usedforsecurity=False), "sha256": hashlib.sha256}
CHECKSUMS = tuple(_HASHES)
"""Algorithms of Upload-Checksum."""
_ID_DIGITS = 32
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class About(msgspec.Struct, frozen=True):
    """What an upload was begun for; kept beside its part."""

    stream: str
    sha256: str
    size: int
    device: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way."""

    id: str
    offset: int
    """Bytes that are here."""
    size: int
    """Bytes of the whole file."""
    expires: datetime


class Checksum:
    """What a part must hash to, as Upload-Checksum says it."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        """`algorithm` is one of CHECKSUMS."""
        self._hash = _HASHES[algorithm]()
        self._expected = expected

    def update(self, block: bytes) -> None:
        """Takes the next bytes."""
        self._hash.update(block)

    @property
    def fits(self) -> bool:
        """Whether the bytes so far are the ones meant."""
        return hmac.compare_digest(self._hash.digest(), self._expected)


class Appending:
    """One part being written, under the upload's lock."""

    def __init__(self, file: BinaryIO, upload: Upload, checksum: Checksum | None) -> None:
        """The file stands at its end."""
        self._file = file
        self._checksum = checksum
        self._begun_at = upload.offset
        self._size = upload.size
        self.offset = upload.offset
        """Bytes that are here, those written just now included."""

    def write(self, block: bytes) -> None:
        """Appends. Raises CallProblem: `invalid` for more than the file has, `quota` on a full disk; the part is as before."""
        if self.offset + len(block) > self._size:
            self.take_back()
            raise invalid("", "the body goes beyond the size of the file")
        if self._checksum is not None:
            self._checksum.update(block)
        left = memoryview(block)
        with disk(self.take_back):
            while left:
                left = left[self._file.write(left) :]
        self.offset += len(block)

    def end(self) -> None:
        """Makes what was written durable. Raises CallProblem `checksum` when it is not what was meant; the part is as before."""
        if self._checksum is not None and not self._checksum.fits:
            self.take_back()
            raise CallProblem("checksum")
        with disk(self.take_back):
            os.fsync(self._file.fileno())

    def broken_off(self) -> None:
        """The line broke: keeps what came, unless a checksum over all of it was promised."""
        if self._checksum is not None:
            self.take_back()
        else:
            self.end()

    def take_back(self) -> None:
        """Cuts the part back to where it was."""
        # A disk too broken to cut keeps bytes that the hash of the whole finds out.
        with suppress(OSError):
            self._file.truncate(self._begun_at)
        self.offset = self._begun_at


class Parts:
    """The unfinished uploads of every device; safe to use from several threads and processes."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        """`folder` holds nothing else."""
        self._folder = folder
        self._clock = clock
        self._swept = datetime.min.replace(tzinfo=clock().tzinfo)

    def begin(self, about: About, most: int) -> Upload:
        """The upload for this, a former one gone on with.

        Raises CallProblem: slow-down when the device has `most` others under way, quota, unavailable (the disk).
        """
        upload_id = hashlib.sha256(f"{about.device}\n{about.stream}\n{about.sha256}\n{about.size}".encode()).hexdigest()[:_ID_DIGITS]
        folder = self._of(about.device)
        path, about_path = folder / f"{upload_id}.part", folder / f"{upload_id}.json"
        with disk():
            folder.mkdir(parents=True, exist_ok=True)
            if not about_path.is_file():
                if sum(1 for entry in os.scandir(folder) if entry.name.endswith(".json")) >= most:
                    raise CallProblem("slow-down", retry_after_s=3600)
                written = about_path.with_suffix(f".{os.urandom(8).hex()}")
                written.write_bytes(msgspec.json.encode(about))
                written.replace(about_path)
            path.touch()
        self.touch(path)
        return self._seen(upload_id, path, about.size)

    def find(self, stream: str, device: str, upload_id: str) -> tuple[About, Upload]:
        """What an upload is for and how far it came. Raises CallProblem `not-found`, also for one of another stream or device."""
        path = self.path(device, upload_id)
        try:
            about = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=About)
        except FileNotFoundError as error:
            raise CallProblem("not-found") from error
        if (about.stream, about.device) != (stream, device):
            raise CallProblem("not-found")
        return about, self._seen(upload_id, path, about.size)

    def _seen(self, upload_id: str, path: Path, size: int) -> Upload:
        try:
            found = path.stat()
        except FileNotFoundError as error:
            raise CallProblem("not-found") from error
        return Upload(upload_id, found.st_size, size, datetime.fromtimestamp(found.st_mtime, self._clock().tzinfo) + PART_LIFE)

    def path(self, device: str, upload_id: str) -> Path:
        """Where the bytes of an upload lie. Raises CallProblem `not-found` for an id that is none."""
        if len(upload_id) != _ID_DIGITS or not set(upload_id) <= set("0123456789abcdef"):
            raise CallProblem("not-found")
        return self._of(device) / f"{upload_id}.part"

    def touch(self, path: Path) -> None:
        """A byte came: the part lives on from now, by the server's clock."""
        now = self._clock().timestamp()
        with suppress(FileNotFoundError):
            os.utime(path, (now, now))

    def forget(self, path: Path) -> None:
        """Takes away what is left of an upload that is whole, or came to nothing."""
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)

    def new_path(self) -> Path:
        """A free place for a whole file that came another way."""
        path = self._of("") / f"{os.urandom(16).hex()}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def sweep(self) -> int:
        """Takes away parts whose last byte came more than PART_LIFE ago; returns how many files went."""
        oldest = (self._clock() - PART_LIFE).timestamp()
        gone = 0
        for path in self._folder.glob("*/*"):
            # Another worker may sweep as well.
            with suppress(FileNotFoundError):
                newest = max(_modified(other) for other in (path.with_suffix(".part"), path.with_suffix(".json")))
                if newest < oldest:
                    path.unlink()
                    gone += 1
        return gone

    def sweep_sometimes(self) -> None:
        """Sweeps, once an hour at the most."""
        now = self._clock()
        if now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            self.sweep()

    def _of(self, device: str) -> Path:
        return self._folder / hashlib.sha256(device.encode()).hexdigest()[:_ID_DIGITS]


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A part, to be read and appended to. Raises CallProblem `not-found`."""
    try:
        # Unbuffered: what a full disk does not take must not be tried again on closing.
        file = path.open("rb+", buffering=0)
    except FileNotFoundError as error:
        raise CallProblem("not-found") from error
    with file:
        yield file


@contextmanager
def disk(failed: Callable[[], object] = lambda: None) -> Iterator[None]:
    """A full disk is 507, a broken one 503: neither is the caller's fault."""
    try:
        yield
    except OSError as error:
        failed()
        if error.errno in _FULL:
            raise CallProblem("quota") from error
        raise CallProblem("unavailable", retry_after_s=60) from error


def _modified(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
