"""A backup taken while the server serves, and a backup put in the place of the database (SQLite; PostgreSQL: postgres_backup.py).

    back_up    copy beside the target -> checked -> on the disk -> renamed, with its checksum (backup_seal.py)     only then the live database says: durable up to here
    restore    copy beside the database -> checked, marked as restored -> the present one to set-aside/ -> renamed

Stopped between any two steps, nothing has changed or everything has: each ends in one rename. Documents, which never change, are linked or
copied into the folder `files` beside the backup, where all backups of that folder share them.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from records.errors import AppError, Correctable, Refused, Unavailable
from records.words import Words
from server_stub import backup_seal
from server_stub.audit import Audit, audited
from server_stub.durable import flush
from server_stub.restores import moment_of, remember, restores_of
from server_stub.storage import sqlite_copies
from server_stub.storage.base import ALL_STREAMS, Reader, Storage
from server_stub.storage.directory import Directory, StoredDevice
from server_stub.storage.sqlite import SqliteStorage

FILES = "files"
"""The folder of documents, beside the database and beside its backups: `files/<stream>/<sha256>`."""
SET_ASIDE = "set-aside"
_DOWNLOADS = "downloads"
_COARSE_CLOCK_S = 2
"""The file systems of sticks tell times so coarsely."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BackedUp:
    """What a backup came to."""

    path: Path
    bytes: int
    streams: int
    writes: int
    """Of all streams together."""
    files: int
    """Documents that were not in the backup's folder yet."""


@dataclass(frozen=True)
class Restored:
    """What a restore came to."""

    set_aside: str | None
    """The folder with the replaced database, on PostgreSQL its schema; None when there was none."""
    streams: int
    writes: int
    damage: int
    """Places where the backup's chain does not fit; only with force."""
    files: int
    """Documents brought back."""


def back_up(storage: Storage, database: Path, target: Path, files: Path | None = None) -> BackedUp:
    """Writes a checked backup and tells the live database up to where it is safe. Raises Correctable, Unavailable, Refused.

    Args:
        files: the folder of documents; None is the one beside the database.
    """
    if target.exists() and database.exists() and target.samefile(database):
        raise Correctable(
            Words("ที่เก็บสำเนาคือฐานข้อมูลเอง", "That is the database itself"),
            Words(
                f"{target} คือฐานข้อมูลที่ใช้อยู่ ไม่มีอะไรเปลี่ยนแปลง โปรดระบุแฟ้มอื่น",
                f"{target} is the database in use; nothing was changed. Name another file.",
            ),
        )
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sqlite_copies.copy(database, part)
        heads = _heads(part)
        brought = bring(files or database.parent / FILES, target.parent / FILES)
        backup_seal.place(part, target)
        size = target.stat().st_size
    except OSError as error:
        raise place_failed(target, error) from error
    finally:
        with suppress(OSError):
            sqlite_copies.sweep(part)
    with storage.directory() as directory:
        directory.mark_durable(heads)
    return BackedUp(target, size, len(heads), sum(heads.values()), brought)


def _heads(path: Path) -> dict[str, int]:
    """The head of each stream of a copy, which is opened as a store for that and closed as one file again."""
    with closing(SqliteStorage(path)) as copied, copied.read(ALL_STREAMS) as reader:
        heads = heads_of(reader)
    sqlite_copies.settle(path)
    flush(path)
    return heads


def restore(database: Path, source: Path, clock: Callable[[], datetime], *, is_forced: bool = False, files: Path | None = None) -> Restored:
    """Puts a backup in the place of the database.

    Args:
        files: the folder of documents; None is the one beside the database.
        is_forced: also when the backup's checksum or audit chain does not fit, or it is of another server. A server that runs is never
            overruled.

    Raises:
        Correctable: no such file.
        Unavailable: the server runs, no room; nothing was changed.
        Refused: the backup is damaged or needs `is_forced`; nothing was changed.
    """
    must_be_there(source)
    working = database.with_name(f"{database.name}.restoring")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        if not is_forced:
            backup_seal.check(source)
        present = _present(database)
        sqlite_copies.copy(source, working)
        streams, writes, damage = _marked(working, present, clock(), is_forced=is_forced)
        sqlite_copies.settle(working)
        flush(working)
        brought = bring(source.parent / FILES, files or database.parent / FILES)
        now = clock().astimezone(UTC)
        aside = _free_folder(database.parent / SET_ASIDE, f"{now:%Y%m%d-%H%M%S}")
        sqlite_copies.exchange(database, working, aside)
        forget_downloads(database.parent)
    except OSError as error:
        raise place_failed(database, error) from error
    finally:
        with suppress(OSError):
            sqlite_copies.sweep(working)
    return Restored(str(aside) if aside.exists() else None, streams, writes, damage, brought)


def must_be_there(source: Path) -> None:
    """Raises Correctable when there is no such backup."""
    if not source.is_file():
        raise Correctable(
            Words("ไม่พบสำเนา", "No such backup"),
            Words(f"ไม่พบแฟ้ม {source} ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจชื่อแฟ้ม", f"There is no file {source}; nothing was changed. Check its name."),
        )


def forget_downloads(folder: Path) -> None:
    """Takes away the cache of first downloads, made from what is no more."""
    shutil.rmtree(folder / _DOWNLOADS, ignore_errors=True)


@dataclass(frozen=True)
class Present:
    """What the database that is replaced says of itself."""

    server: str
    """The server's device id; empty where it cannot be read."""
    restores: int
    revoked: tuple[tuple[str, str], ...]
    """Devices shut out, and when."""


NOBODY = Present("", 0, ())
"""A database that is not there, or cannot be read."""


def present(directory: Directory) -> Present:
    """Asks the database that is to be replaced."""
    revoked = tuple((one.id, one.revoked_at) for one, _ in directory.devices() if one.revoked_at)
    return Present(directory.meta("server_device") or "", restores_of(directory).count, revoked)


def _present(database: Path) -> Present:
    """Looks into the present database, if it can be read, and makes sure that nobody serves it. Raises Unavailable (`in-use`)."""
    if not database.exists():
        return NOBODY
    try:
        sqlite_copies.settle(database)
        with closing(SqliteStorage(database)) as storage, storage.look_up() as directory:
            found = present(directory)
        sqlite_copies.settle(database)
    except AppError as error:
        if error.code == "in-use":
            raise
        # Damaged: that is what a restore is for.
        return NOBODY
    return found


def _marked(working: Path, former: Present, at: datetime, *, is_forced: bool) -> tuple[int, int, int]:
    """Checks the copy and marks it as restored; returns its streams, writes and faults."""
    with closing(SqliteStorage(working)) as storage:
        with storage.read(ALL_STREAMS) as reader, readable(working):
            audit = audited(reader)
            heads = heads_of(reader)
            moment = moment_of_restore(reader, heads, at)
        with storage.directory() as directory:
            accept(audit, directory, former, is_forced=is_forced)
            mark(directory, heads, former, moment)
    return len(heads), audit.revisions, len(audit.damage)


@contextmanager
def readable(working: Path) -> Iterator[None]:
    """Raises Refused (`damaged`) where what is read inside is no value of this program: flipped bits that the database itself does not see."""
    try:
        yield
    except (ValueError, msgspec.MsgspecError) as error:
        raise sqlite_copies.damaged(working, str(error) or type(error).__name__) from error


def heads_of(reader: Reader) -> dict[str, int]:
    """The head of every stream."""
    return {stream: state.head for stream, state in reader.states(reader.stream_names()).items()}


def moment_of_restore(reader: Reader, heads: Mapping[str, int], now: datetime) -> datetime:
    """When the backup that is read takes its place; not before what it holds was written."""
    last = [
        datetime.fromisoformat(one.changed_at)
        for stream, head in heads.items()
        for one in reader.page(stream, after=head - 1, until=head, areas=None, limit=1)
    ]
    return moment_of(now, max(last, default=None))


def accept(audit: Audit, directory: Directory, former: Present, *, is_forced: bool) -> None:
    """Raises Refused (`force`) for a backup that does not fit itself or the server whose place it takes."""
    if audit.damage and not is_forced:
        raise _needs_force(
            Words(f"ลูกโซ่ตรวจสอบไม่ตรง {len(audit.damage):,} จุด", f"its audit chain does not fit in {len(audit.damage):,} places")
        )
    if former.server not in ("", directory.meta("server_device") or "") and not is_forced:
        raise _needs_force(Words("เป็นของเซิร์ฟเวอร์อื่น", "it is of another server"))


def mark(directory: Directory, heads: Mapping[str, int], former: Present, at: datetime) -> None:
    """Marks a database as a backup that took the place of `former`: every stream at its head, one restore more, who was shut out outside."""
    remember(directory, max(restores_of(directory).count, former.restores) + 1, at)
    directory.mark_restored(heads)
    for device_id, revoked_at in former.revoked:
        # Whoever was shut out since the backup stays outside.
        device = directory.device(device_id)
        if device is not None:
            directory.put_device(_revoked(device, revoked_at))


def _revoked(device: StoredDevice, at: str) -> StoredDevice:
    return replace(device, revoked_at=device.revoked_at or at)


def _needs_force(why: Words) -> Refused:
    return Refused(
        Words("ไม่ใช้สำเนานี้", "This backup is not used"),
        Words(
            f"ไม่นำสำเนานี้มาใช้ เพราะ{why.th} ไม่มีอะไรเปลี่ยนแปลง โปรดใช้สำเนาอื่น หรือสั่งด้วย --force หากแน่ใจ",
            f"This backup is not used, because {why.en}; nothing was changed. Use another one, or --force if you are sure.",
        ),
        code="force",
    )


def bring(source: Path, target: Path) -> int:
    """Links or copies the documents that are not there yet; returns how many. Their names are their contents, so none ever changes."""
    if not source.is_dir() or (target.exists() and target.samefile(source)):
        return 0
    brought = 0
    for file in _documents(source):
        place = target / file.relative_to(source)
        if place.exists() and not _is_newer(file.stat(), place.stat()):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        try:
            os.link(file, place)
        except OSError:
            part = place.with_name(f"{place.name}.part")
            shutil.copyfile(file, part)
            flush(part)
            part.replace(place)
        flush(place.parent)
        brought += 1
    return brought


def _is_newer(there: os.stat_result, here: os.stat_result) -> bool:
    """Whether a document stands in for a damaged one: half of it, or sent again since it was brought."""
    return there.st_size != here.st_size or there.st_mtime > here.st_mtime + _COARSE_CLOCK_S


def _documents(folder: Path) -> Iterator[Path]:
    for path, _, names in os.walk(folder):
        yield from (Path(path) / name for name in names if _SHA256.fullmatch(name))


def _free_folder(parent: Path, name: str) -> Path:
    path, number = parent / name, 2
    while path.exists():
        path, number = parent / f"{name}-{number}", number + 1
    return path


def place_failed(path: Path, error: OSError) -> Unavailable:
    """The error for a place that cannot be written."""
    return Unavailable(
        Words("เขียนแฟ้มไม่ได้", "The file cannot be written"),
        Words(
            f"เขียน {path} ไม่ได้ ({error.strerror}) ฐานข้อมูลเดิมไม่เปลี่ยนแปลง โปรดตรวจเนื้อที่ดิสก์และสิทธิของโฟลเดอร์ แล้วลองใหม่",
            f"{path} cannot be written ({error.strerror}); the database is as it was. Check the disk and the folder's rights, then try again.",
        ),
        code="unavailable",
    )
