"""Contents of files that records name: taken in by parts, kept once per stream, given to whoever may read a record that names them.

    begin -> Upload            what is missing of it, on disk, for one device; lives 30 days after the last byte
    Upload.write ... end       a part of it, checked by its checksum, under the upload's lock
    the last part              fsync, hash of the whole, row for the quota, rename: visible from here on, never before
    open                       the file to be served; asked by hash, answered as if it were not there where the caller may not see it

On disk:  <folder>/<stream>/<sha256>                  the stream's name with its slashes as %2F
          <folder>/.parts/<device>/<upload>.part and .json

Nothing says whether another stream, or an area the caller may not see, has a file: it is sent again and kept once.
No web types. Everything is durable before it is told.
"""

import errno
import hashlib
import hmac
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import msgspec

from records.file_names import is_hash
from server_stub.file_reply import Download
from server_stub.part_lock import part_lock
from server_stub.problems import CallProblem, invalid
from server_stub.session import Grant, Session
from server_stub.storage.base import Storage, StoredFile

PART_LIFE = timedelta(days=30)
"""How long an unfinished part is kept after its last byte."""
_SWEEP_EVERY = timedelta(hours=1)
_HASHES: dict[str, Callable[[], "hashlib._Hash"]] = {"sha1": lambda: hashlib.sha1(usedforsecurity=False), "sha256": hashlib.sha256}
CHECKSUMS = tuple(_HASHES)
"""Algorithms of Upload-Checksum."""
_ID_DIGITS = 32
_PARTS = ".parts"
"""Beside the streams, whose names begin with a letter or a digit."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How much is taken."""

    largest: int = 100 * 1024 * 1024
    """Bytes of one file."""
    stream: int = 50 * 1024 * 1024 * 1024
    """Bytes of all files of one stream."""
    unfinished: int = 200
    """Uploads one device may have under way."""


class _About(msgspec.Struct, frozen=True):
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
        with _disk(self.take_back):
            while left:
                left = left[self._file.write(left) :]
        self.offset += len(block)

    def end(self) -> None:
        """Makes what was written durable. Raises CallProblem `checksum` when it is not what was meant; the part is as before."""
        if self._checksum is not None and not self._checksum.fits:
            self.take_back()
            raise CallProblem("checksum")
        with _disk(self.take_back):
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


class Files:
    """The files of every stream of one server; safe to use from several threads and processes."""

    def __init__(self, storage: Storage, folder: Path, clock: Callable[[], datetime], limits: FileLimits | None = None) -> None:
        """`folder` is kept as long as the database: both are backed up together."""
        self._storage = storage
        self._folder = folder
        self._clock = clock
        self.limits = limits or FileLimits()
        self._swept = datetime.min.replace(tzinfo=clock().tzinfo)

    # Up ---------------------------------------------------------------------------------------------------------------------------

    def begin(self, session: Session, stream: str, sha256: object, size: object) -> Upload | None:
        """The upload of a file, a former one of this device gone on with; None when the server has the file.

        Raises CallProblem: no-grant, invalid, too-large, quota, slow-down (too many unfinished ones).
        """
        grant = _grant(session, stream)
        if not is_hash(sha256) or not isinstance(sha256, str):
            raise invalid("/sha256", "a file is named by 64 small hex digits")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise invalid("/size", "a size is an integer from 0")
        if not grant.may_write:
            raise CallProblem("no-grant")
        if size > self.limits.largest:
            raise CallProblem("too-large", extra={"limits": {"file": self.limits.largest}})
        self._sweep_sometimes()
        with self._storage.read([stream]) as reader:
            areas = reader.file_areas(stream, sha256)
            used = reader.file_bytes(stream)
            state = reader.states([stream]).get(stream)
            stored = reader.stored_file(stream, sha256)
        if state is not None and state.is_closed and not areas:
            raise CallProblem("no-grant")
        is_here = self._place(stream, sha256).is_file()
        # Whoever may see neither a record that names the file nor all that its sender sees is told nothing: they send it, it is kept once.
        is_known = any(grant.reads(area) for area in areas) or (stored is not None and all(map(grant.reads, stored.areas)))
        if is_here and is_known:
            return None
        if used + size > self.limits.stream and not is_here:
            raise CallProblem("quota")
        upload = self._make_part(_About(stream, sha256, size, session.device))
        if upload.offset == upload.size:
            with self.appending(session, stream, upload.id, upload.offset, None) as part:
                part.end()
            return None
        return upload

    def upload(self, session: Session, stream: str, upload_id: str) -> Upload:
        """How far an upload of this device came. Raises CallProblem `not-found`, also for those of others."""
        if not _grant(session, stream).may_write:
            raise CallProblem("no-grant")
        part, _ = self._part(session, stream, upload_id)
        return self._seen(upload_id, part, self._about(session, stream, upload_id).size)

    @contextmanager
    def appending(self, session: Session, stream: str, upload_id: str, offset: int, checksum: Checksum | None) -> Iterator[Appending]:
        """A part to be appended at that offset; whoever leaves it has called `end` or `broken_off`. The last one makes the file visible.

        Raises CallProblem: not-found, `offset` (another offset, or somebody appends now), invalid (the whole has another hash).
        """
        if not _grant(session, stream).may_write:
            raise CallProblem("no-grant")
        path, about_path = self._part(session, stream, upload_id)
        with _opened(path) as file, part_lock(file) as is_mine:
            if not is_mine:
                raise CallProblem("offset", retry_after_s=5)
            about = self._about(session, stream, upload_id)
            upload = self._seen(upload_id, path, about.size)
            if offset != upload.offset:
                raise CallProblem("offset", extra={"offset": upload.offset})
            file.seek(0, os.SEEK_END)
            appending = Appending(file, upload, checksum)
            yield appending
            self._touch(path)
            if appending.offset == about.size:
                self._finish(about, path, about_path, session.grants[stream].areas)

    def _finish(self, about: _About, path: Path, about_path: Path, areas: Collection[str]) -> None:
        if _hash_of(path) != about.sha256:
            path.unlink(missing_ok=True)
            about_path.unlink(missing_ok=True)
            raise invalid("/sha256", "the content has another SHA-256; the upload begins anew")
        self._keep(StoredFile(about.stream, about.sha256, about.size, tuple(sorted(areas))), path)
        about_path.unlink(missing_ok=True)

    def take_in(self, stream: str, sha256: str, path: Path, *, areas: Collection[str] = ("*",)) -> None:
        """Takes in a file that came another way (a bundle), moving it; the caller judged who sends it, and names the areas granted to them.

        Raises CallProblem: invalid (another hash), too-large, quota.
        """
        if not is_hash(sha256) or _hash_of(path) != sha256:
            raise invalid("", "a file has another SHA-256 than its name")
        size = path.stat().st_size
        if size > self.limits.largest:
            raise CallProblem("too-large", extra={"limits": {"file": self.limits.largest}})
        if self._place(stream, sha256).is_file():
            path.unlink()
            return
        with self._storage.read([stream]) as reader:
            used = reader.file_bytes(stream)
        if used + size > self.limits.stream:
            raise CallProblem("quota")
        with _disk():
            part = self._parts("") / f"{os.urandom(16).hex()}.part"
            part.parent.mkdir(parents=True, exist_ok=True)
            # From another disk a rename would be a copy that is seen half: it is copied beside its place first.
            shutil.move(path, part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        self._keep(StoredFile(stream, sha256, size, tuple(sorted(areas))), part)

    def _keep(self, stored: StoredFile, path: Path) -> None:
        place = self._place(stored.stream, stored.sha256)
        with _disk():
            place.parent.mkdir(parents=True, exist_ok=True)
            # The row first: killed in between, the quota counts a file that the client will send again.
            with self._storage.write(stored.stream) as writer:
                writer.put_stored_file(stored)
            path.replace(place)
            _sync_folder(place.parent)

    # Down -------------------------------------------------------------------------------------------------------------------------

    def open(self, session: Session, stream: str, sha256: str) -> Download:
        """The file, for whoever may read a record that names it. Raises CallProblem: no-grant (the stream), not-found (all else)."""
        grant = _grant(session, stream)
        if not is_hash(sha256):
            raise CallProblem("not-found")
        with self._storage.read([stream]) as reader:
            areas = reader.file_areas(stream, sha256)
        place = self._place(stream, sha256)
        if not any(grant.reads(area) for area in areas) or not place.is_file():
            raise CallProblem("not-found")
        return Download(place, f'"{sha256}"', place.stat().st_size)

    def has(self, stream: str, sha256: str) -> bool:
        """Whether the content is here; whoever asks judged who may know."""
        return is_hash(sha256) and self._place(stream, sha256).is_file()

    def missing(self, session: Session, stream: str) -> list[str]:
        """The files that records the caller may see name and the server does not have: after a restore, whoever has them sends them."""
        grant = _grant(session, stream)
        folder = self._place(stream, "")
        here = {entry.name for entry in os.scandir(folder)} if folder.is_dir() else set()
        with self._storage.read([stream]) as reader:
            return [sha256 for sha256 in reader.named_files(stream, grant.visible_areas) if sha256 not in here]

    # Unfinished parts -------------------------------------------------------------------------------------------------------------

    def sweep(self) -> int:
        """Takes away parts whose last byte came more than PART_LIFE ago; returns how many files went."""
        oldest = (self._clock() - PART_LIFE).timestamp()
        gone = 0
        for path in (self._folder / _PARTS).glob("*/*"):
            # Another worker may sweep as well.
            with suppress(FileNotFoundError):
                newest = max(_modified(other) for other in (path.with_suffix(".part"), path.with_suffix(".json")))
                if newest < oldest:
                    path.unlink()
                    gone += 1
        return gone

    def _sweep_sometimes(self) -> None:
        now = self._clock()
        if now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            self.sweep()

    def _make_part(self, about: _About) -> Upload:
        upload_id = hashlib.sha256(f"{about.device}\n{about.stream}\n{about.sha256}\n{about.size}".encode()).hexdigest()[:_ID_DIGITS]
        folder = self._parts(about.device)
        path, about_path = folder / f"{upload_id}.part", folder / f"{upload_id}.json"
        with _disk():
            folder.mkdir(parents=True, exist_ok=True)
            if not about_path.is_file():
                if sum(1 for entry in os.scandir(folder) if entry.name.endswith(".json")) >= self.limits.unfinished:
                    raise CallProblem("slow-down", retry_after_s=3600)
                written = about_path.with_suffix(f".{os.urandom(8).hex()}")
                written.write_bytes(msgspec.json.encode(about))
                written.replace(about_path)
            path.touch()
        self._touch(path)
        return self._seen(upload_id, path, about.size)

    def _seen(self, upload_id: str, path: Path, size: int) -> Upload:
        try:
            found = path.stat()
        except FileNotFoundError as error:
            raise CallProblem("not-found") from error
        return Upload(upload_id, found.st_size, size, datetime.fromtimestamp(found.st_mtime, self._clock().tzinfo) + PART_LIFE)

    def _about(self, session: Session, stream: str, upload_id: str) -> _About:
        _, path = self._part(session, stream, upload_id)
        try:
            about = msgspec.json.decode(path.read_bytes(), type=_About)
        except FileNotFoundError as error:
            raise CallProblem("not-found") from error
        if (about.stream, about.device) != (stream, session.device):
            raise CallProblem("not-found")
        return about

    def _part(self, session: Session, stream: str, upload_id: str) -> tuple[Path, Path]:
        """Where the part and what it is for are. Raises CallProblem `not-found` for an id that is none."""
        if len(upload_id) != _ID_DIGITS or not set(upload_id) <= set("0123456789abcdef"):
            raise CallProblem("not-found")
        folder = self._parts(session.device)
        return folder / f"{upload_id}.part", folder / f"{upload_id}.json"

    def _touch(self, path: Path) -> None:
        now = self._clock().timestamp()
        with suppress(FileNotFoundError):
            os.utime(path, (now, now))

    def _parts(self, device: str) -> Path:
        return self._folder / _PARTS / hashlib.sha256(device.encode()).hexdigest()[:_ID_DIGITS]

    def _place(self, stream: str, sha256: str) -> Path:
        # A stream's name begins with a letter or digit: quoted, it is one name and no way out of the folder.
        return self._folder / quote(stream, safe="") / sha256


def _grant(session: Session, stream: str) -> Grant:
    grant = session.grants.get(stream)
    if grant is None:
        raise CallProblem("no-grant")
    return grant


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        # Unbuffered: what a full disk does not take must not be tried again on closing.
        file = path.open("rb+", buffering=0)
    except FileNotFoundError as error:
        raise CallProblem("not-found") from error
    with file:
        yield file


@contextmanager
def _disk(failed: Callable[[], object] = lambda: None) -> Iterator[None]:
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


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Makes a rename durable; where folders cannot be opened (Windows) the file system sees to it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
