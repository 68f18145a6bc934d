"""Contents of files that records name: taken in by parts, kept once per stream, given to whoever may read a record that names them.

    begin -> Upload            what is missing of it, on disk, for one device (file_parts.py)
    Appending.write ... end    a part of it, checked by its checksum, under the upload's lock
    the last part              fsync, hash of the whole, row for the quota, rename: visible from here on, never before
    open                       the file to be served; asked by hash, answered as if it were not there where the caller may not see it,
                               or where its bytes are no longer those (file_damage.py): then the server lacks it, and is given it again

On disk:  <folder>/<stream>/<sha256>                  the stream's name with its slashes as %2F
          <folder>/.parts/                            unfinished ones

Nothing says whether another stream, or an area the caller may not see, has a file: it is sent again and kept once.
No web types. Everything is durable before it is told.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from records.file_names import is_hash
from server_stub.durable import flush
from server_stub.file_damage import hash_of, is_sound
from server_stub.file_parts import About, Appending, Checksum, Parts, Upload, disk, opened
from server_stub.file_reply import Download
from server_stub.part_lock import part_lock
from server_stub.problems import CallProblem, invalid
from server_stub.session import Grant, Session
from server_stub.storage.base import Storage, StoredFile

_PARTS = ".parts"
"""Beside the streams, whose names begin with a letter or a digit."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How much is taken."""

    largest: int = 100 * 1024 * 1024
    """Bytes of one file."""
    stream: int = 50 * 1024 * 1024 * 1024
    """Bytes of all files of one stream."""
    unfinished: int = 200
    """Uploads one device may have under way."""


class Files:
    """The files of every stream of one server; safe to use from several threads and processes."""

    def __init__(self, storage: Storage, folder: Path, clock: Callable[[], datetime], limits: FileLimits | None = None) -> None:
        """`folder` is kept as long as the database: both are backed up together."""
        self._storage = storage
        self._folder = folder
        self.parts = Parts(folder / _PARTS, clock)
        self.limits = limits or FileLimits()

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
        self.parts.sweep_sometimes()
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
        upload = self.parts.begin(About(stream, sha256, size, session.device), self.limits.unfinished)
        if upload.offset == upload.size:
            with self.appending(session, stream, upload.id, upload.offset, None) as part:
                part.end()
            return None
        return upload

    def upload(self, session: Session, stream: str, upload_id: str) -> Upload:
        """How far an upload of this device came. Raises CallProblem `not-found`, also for those of others."""
        if not _grant(session, stream).may_write:
            raise CallProblem("no-grant")
        return self.parts.find(stream, session.device, upload_id)[1]

    @contextmanager
    def appending(self, session: Session, stream: str, upload_id: str, offset: int, checksum: Checksum | None) -> Iterator[Appending]:
        """A part to be appended at that offset; whoever leaves it has called `end` or `broken_off`. The last one makes the file visible.

        Raises CallProblem: not-found, `offset` (another offset, or somebody appends now), invalid (the whole has another hash).
        """
        if not _grant(session, stream).may_write:
            raise CallProblem("no-grant")
        path = self.parts.path(session.device, upload_id)
        with opened(path) as file, part_lock(file) as is_mine:
            if not is_mine:
                raise CallProblem("offset", retry_after_s=5)
            about, upload = self.parts.find(stream, session.device, upload_id)
            if offset != upload.offset:
                raise CallProblem("offset", extra={"offset": upload.offset})
            file.seek(0, os.SEEK_END)
            appending = Appending(file, upload, checksum)
            yield appending
            self.parts.touch(path)
            if appending.offset == about.size:
                self._finish(about, path, session.grants[stream].areas)

    def _finish(self, about: About, path: Path, areas: Collection[str]) -> None:
        if hash_of(path) != about.sha256:
            self.parts.forget(path)
            raise invalid("/sha256", "the content has another SHA-256; the upload begins anew")
        self._keep(StoredFile(about.stream, about.sha256, about.size, tuple(sorted(areas))), path)
        self.parts.forget(path)

    def take_in(self, stream: str, sha256: str, path: Path, *, areas: Collection[str] = ("*",)) -> None:
        """Takes in a file that came another way (a bundle), moving it; the caller judged who sends it, and names the areas granted to them.

        Raises CallProblem: invalid (another hash), too-large, quota.
        """
        if not is_hash(sha256) or hash_of(path) != sha256:
            raise invalid("", "a file has another SHA-256 than its name")
        size = path.stat().st_size
        if size > self.limits.largest:
            raise CallProblem("too-large", extra={"limits": {"file": self.limits.largest}})
        if is_sound(self._folder, self._place(stream, sha256)):
            path.unlink()
            return
        with self._storage.read([stream]) as reader:
            used = reader.file_bytes(stream)
        if used + size > self.limits.stream:
            raise CallProblem("quota")
        with disk():
            part = self.parts.new_path()
            # From another disk a rename would be a copy that is seen half: it is copied beside its place first.
            shutil.move(path, part)
            flush(part)
        self._keep(StoredFile(stream, sha256, size, tuple(sorted(areas))), part)

    def _keep(self, stored: StoredFile, path: Path) -> None:
        place = self._place(stored.stream, stored.sha256)
        with disk():
            place.parent.mkdir(parents=True, exist_ok=True)
            # The row first: killed in between, the quota counts a file that the client will send again.
            with self._storage.write(stored.stream) as writer:
                writer.put_stored_file(stored)
            path.replace(place)
            flush(place.parent)

    # Down -------------------------------------------------------------------------------------------------------------------------

    def open(self, session: Session, stream: str, sha256: str) -> Download:
        """The file, for whoever may read a record that names it. Raises CallProblem: no-grant (the stream), not-found (all else)."""
        grant = _grant(session, stream)
        if not is_hash(sha256):
            raise CallProblem("not-found")
        with self._storage.read([stream]) as reader:
            areas = reader.file_areas(stream, sha256)
        place = self._place(stream, sha256)
        if not any(grant.reads(area) for area in areas) or not is_sound(self._folder, place):
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

    def _place(self, stream: str, sha256: str) -> Path:
        # A stream's name begins with a letter or digit: quoted, it is one name and no way out of the folder.
        return self._folder / quote(stream, safe="") / sha256


def _grant(session: Session, stream: str) -> Grant:
    grant = session.grants.get(stream)
    if grant is None:
        raise CallProblem("no-grant")
    return grant
