"""Putting a backup in the place of the present database, which is set aside and never deleted.

1. copy the backup beside the database, give it the present key        `thongthin.restoring`
2. bring into it what only the present file has: unsent changes, the standing with the server, drafts (storage/transplant.py)
3. write `restore.json`: from here on the restore is decided            a computer that stops before has changed nothing,
4. the present files go to `set-aside/<moment>/`, the copy becomes `thongthin.db`       one that stops after goes on at the next start

No connection of this process may be open to the database meanwhile.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from desktop import credentials, durable, paths, recovery_code
from desktop.services.backup_failures import FreeBytes, damaged, free_bytes, place_failed, require_room
from desktop.services.backup_sets import BackupSet, sets_in
from desktop.storage import copies, transplant
from desktop.storage.copies import Documents, Left
from desktop.storage.database import Database
from records.errors import AppError, Correctable, Refused
from records.ids import Entropy, new_id
from records.kinds import Json
from records.record import RecordType
from records.words import Words

_RESTORING = "thongthin.restoring"
_BESIDE = ("-wal", "-shm")


class Decided(msgspec.Struct, frozen=True):
    """`restore.json`."""

    aside: str
    """Name of the folder in `set-aside` that gets the present files."""


@dataclass(frozen=True)
class Restored:
    """What a restore came to."""

    backup: BackupSet
    set_aside: Path | None
    """The folder with the files that were replaced; None when there were none."""
    unsent: int
    """Changes that waited in the replaced file."""
    taken_up: int
    """Those of them that wait in the restored one now."""
    is_whole: bool
    """Whether everything that waited could be read."""
    is_same_desk: bool
    """Whether the server goes on knowing this desk; False: it will ask to enrol again with a code."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "restored": self.backup.as_json(),
            "set_aside": str(self.set_aside) if self.set_aside else None,
            "unsent": self.unsent,
            "taken_up": self.taken_up,
            "unsent_readable": self.is_whole,
            "same_device": self.is_same_desk,
        }


def key_of(one: BackupSet, present: bytes | None, ask: credentials.Ask) -> bytes:
    """The key of a backup: the present one, or through its key file by the recovery code. Raises Correctable, Refused."""
    if present is not None and one.facts.key_id == recovery_code.key_id(present):
        return present
    if not one.has_code:
        raise Refused(
            Words("เปิดสำเนานี้ไม่ได้", "This backup does not open"),
            Words(
                "สำเนานี้ใช้กุญแจอื่น และไม่มีไฟล์กุญแจกู้คืนในชุด ไม่มีอะไรเปลี่ยนแปลง โปรดเปิดบนเครื่องที่สร้างสำเนา หรือตั้ง THONGTHIN_KEY เดิม",
                "This backup has another key and no recovery key file. Nothing was changed; open it on the computer that made it, or set its THONGTHIN_KEY.",
            ),
            code="key-gone",
        )
    typed = ask(credentials.ASK_CODE)
    if not typed:
        raise Correctable(
            Words("ต้องใช้รหัสกู้คืน", "The recovery code is needed"),
            Words(
                "สำเนานี้มาจากเครื่องอื่น ต้องใช้รหัสกู้คืนของเครื่องนั้น ไม่มีอะไรเปลี่ยนแปลง โปรดสั่งจากหน้าจอที่พิมพ์รหัสได้",
                "This backup is of another computer and needs its recovery code. Nothing was changed; run this where the code can be typed.",
            ),
            code="recovery-code",
        )
    return credentials.key_by_code(one.path / paths.KEY, typed)


def newest_good(folder: Path, key: bytes, second_place: str = "") -> BackupSet | None:
    """The newest backup of this key that stands the check now; None when there is none. Opens each from the newest on."""
    places = (folder / paths.BACKUPS, *((Path(second_place),) if second_place else ()))
    found = {one.name: one for place in places for one in sets_in(place) if one.facts.key_id == recovery_code.key_id(key)}
    for one in sorted(found.values(), key=lambda one: (one.made_at, one.name), reverse=True):
        try:
            if not copies.examine(one.database, key).problems:
                return one
        except AppError:
            continue
    return None


def restore(
    folder: Path,
    one: BackupSet,
    backup_key: bytes,
    key: bytes,
    catalogue: Mapping[str, RecordType],
    clock: Callable[[], datetime],
    entropy: Entropy,
    *,
    with_unsent: bool = True,
    free: FreeBytes = free_bytes,
) -> Restored:
    """Restores a backup into a data folder.

    Args:
        backup_key: opens the backup.
        key: the folder's own; the restored database gets it.
        with_unsent: whether the changes that wait in the present database go on waiting in the restored one.

    Raises:
        Unavailable: no room, another program has the database open; nothing was changed.
        Refused: the backup is damaged or its key is another; nothing was changed.
    """
    present = folder / paths.DATABASE
    working = folder / _RESTORING
    try:
        require_room(folder, 2 * one.facts.bytes, free)
        if copies.examine(one.database, backup_key).problems:
            raise _backup_damaged()
        with _readable(present, key) as readable:
            left = copies.left_in(readable, key) if readable.exists() else Left()
            _sweep(working)
            shutil.copyfile(one.database, working)
            if backup_key != key:
                copies.rekey(working, backup_key, key)
            taken, is_same = _prepared(working, key, catalogue, readable, left, clock, entropy, with_unsent=with_unsent)
        copies.settle_alone(working, key)
        durable.flush(working)
        now = clock().astimezone(UTC)
        aside = _free_folder(folder / paths.SET_ASIDE, f"{now:%Y%m%d-%H%M%S}")
        durable.replace_file(folder / paths.RESTORE, msgspec.json.encode(Decided(aside.name)))
        finish(folder)
    except OSError as error:
        raise place_failed(folder, error) from error
    finally:
        if not (folder / paths.RESTORE).exists():
            _sweep(working)
    return Restored(one, aside if aside.exists() else None, len(left.pending), taken, left.is_whole, is_same)


def finish(folder: Path) -> None:
    """Ends a restore that was decided: at once, or at the next start when the computer stopped in between. Raises Unavailable."""
    try:
        _finish(folder)
    except OSError as error:
        raise place_failed(folder, error) from error


def _finish(folder: Path) -> None:
    decided = folder / paths.RESTORE
    if not decided.exists():
        return
    try:
        aside = folder / paths.SET_ASIDE / msgspec.json.decode(decided.read_bytes(), type=Decided).aside
    except msgspec.DecodeError:
        aside = folder / paths.SET_ASIDE / "restore"
    working, present = folder / _RESTORING, folder / paths.DATABASE
    if working.exists():
        aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        if present.exists() and not (aside / present.name).exists():
            _link(present, aside / present.name)
        for name in (present.name + ending for ending in _BESIDE):
            with suppress(FileNotFoundError):
                (folder / name).rename(aside / name)
        for name in (paths.KEY, paths.SALT):
            if (folder / name).exists():
                shutil.copyfile(folder / name, aside / name)
        durable.flush(aside)
        working.replace(present)
        durable.flush(folder)
        if not any(aside.glob(f"{present.name}*")):
            shutil.rmtree(aside, ignore_errors=True)
    decided.unlink()


@contextmanager
def _readable(present: Path, key: bytes) -> Iterator[Path]:
    """The present file, to be read; a damaged one through a copy: reading moves the log into the file, and it stays as it was found."""
    copy = present.with_name("thongthin.reading")
    try:
        if present.exists():
            copies.settle_alone(present, key)
    except AppError as error:
        if error.code == "in-use":
            raise
        # Damaged: it is set aside as it is, write-ahead log and all.
        try:
            for ending in ("", *_BESIDE[:1]):
                if present.with_name(present.name + ending).exists():
                    shutil.copyfile(present.with_name(present.name + ending), copy.with_name(copy.name + ending))
            yield copy
        finally:
            _sweep(copy)
    else:
        yield present


def _prepared(
    working: Path,
    key: bytes,
    catalogue: Mapping[str, RecordType],
    present: Path,
    left: Left,
    clock: Callable[[], datetime],
    entropy: Entropy,
    *,
    with_unsent: bool,
) -> tuple[int, bool]:
    """Brings the copy up to this program and takes over what the replaced file knows better."""
    database = Database.open(working, key, catalogue, before_upgrade=lambda _: None)
    try:
        with database.write() as connection:
            is_same = transplant.carry_on(connection, left, lambda: new_id(clock(), entropy))
            taken = 0
            if with_unsent:
                with _documents(present, key, left) as documents:
                    taken = transplant.take_up(connection, left, documents, lambda: new_id(clock(), entropy)).changes
                transplant.take_drafts(connection, left)
    finally:
        database.close()
    return taken, is_same


def _documents(present: Path, key: bytes, left: Left) -> AbstractContextManager[Documents]:
    """The documents of the present file; where none is asked for it is not opened, as it may not open at all."""
    return copies.documents_of(present, key) if left.documents else nullcontext(lambda _: iter(()))


def _link(present: Path, aside: Path) -> None:
    """Gives the present file a second name, so that at no moment there is no database; where links are not known, a copy."""
    try:
        os.link(present, aside)
    except OSError:
        shutil.copyfile(present, aside.with_name(aside.name + ".part"))
        aside.with_name(aside.name + ".part").rename(aside)


def _sweep(path: Path) -> None:
    for ending in ("", *_BESIDE, "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _free_folder(parent: Path, name: str) -> Path:
    path, number = parent / name, 2
    while path.exists():
        path, number = parent / f"{name}-{number}", number + 1
    return path


def _backup_damaged() -> Refused:
    known = damaged()
    return Refused(
        Words("สำเนานี้เสียหาย", "This backup is damaged"),
        Words(
            "เปิดตรวจสำเนานี้แล้วพบว่าเสียหาย จึงไม่ใช้ ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกสำเนาอื่น",
            "This backup did not stand the check and is not used. Nothing was changed; choose another one.",
        ),
        code=known.code,
    )
