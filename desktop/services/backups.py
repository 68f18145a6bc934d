"""Backups: whole encrypted copies of the database, each in a folder of its own, verified by opening, kept by the rule of backup_rule.py.

<place>/20261122-094630-daily-1f0c/thongthin.db    the copy, encrypted with the key of the database
                                   thongthin.key   that key, wrapped by the recovery code; absent when none was made
                                   backup.json     when, why, how many records, verified

A backup is written as `.part-...`, flushed to the disk and renamed: a computer that stops in the middle leaves rubbish, which the next
backup takes away, never half a backup. Made in any thread; the database is written and read meanwhile.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop import durable, paths, recovery_code
from desktop.file_lock import Taken, file_lock
from desktop.services import backup_rule
from desktop.services.backup_failures import FreeBytes, damaged, failed, free_bytes, place_failed, require_room
from desktop.services.backup_sets import FACTS, IN_PLACE, BackupSet, Facts, sets_in, written
from desktop.storage import copies
from desktop.storage.database import Database
from records import VERSION
from records.errors import AppError, Unavailable
from records.words import Words

_PART = ".part-"
_LOCK = "backup.lock"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What making a backup came to."""

    made: BackupSet
    second: BackupSet | None
    """The copy in the second place; None when there is none or it failed."""
    problem: AppError | None
    """Why the second place has no copy; the first one is sound all the same."""


class Backups:
    """The backups of one data folder."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], second_place: Callable[[], str], free: FreeBytes = free_bytes) -> None:
        """`second_place` answers the folder a person chose besides, empty for none."""
        self.folder = folder / paths.BACKUPS
        self._home = folder
        self._clock = clock
        self._second_place = second_place
        self._free = free

    @property
    def second_folder(self) -> Path | None:
        """Where copies go besides; None when no second place was chosen."""
        chosen = self._second_place()
        return Path(chosen) / IN_PLACE if chosen else None

    def listed(self) -> list[BackupSet]:
        """Every backup here and in the second place, newest first; one that stands in both is named once."""
        found: dict[str, BackupSet] = {}
        for place in (self.folder, self.second_folder):
            for one in sets_in(place) if place is not None else ():
                found.setdefault(one.name, one)
        return sorted(found.values(), key=lambda one: (one.made_at, one.name), reverse=True)

    def is_due(self) -> bool:
        """Whether today has no backup yet."""
        return backup_rule.is_due(sets_in(self.folder), self._clock())

    def make(self, database: Database, reason: str = "daily", *, to: Path | None = None) -> Outcome:
        """Makes a backup, verifies it and removes those the rule does not keep.

        Args:
            to: the folder it is written to; None for the data folder's own, then also the second place.

        Raises:
            Unavailable: no room (`backup-space`), the place cannot be written, another backup is being made (`busy`).
            Refused: the database is damaged (`damaged`): what was copied did not stand the check and was not kept.
        """
        place = to if to is not None else self.folder
        with self._alone(place):
            made = self._written(database, place, reason)
            _prune(place, made, self._clock())
        if to is not None:
            return Outcome(made, None, None)
        second, problem = None, None
        if self.second_folder is not None:
            try:
                second = self._copied(made, self.second_folder, database.key)
            except AppError as error:
                problem = error
                _log.info("the second place has no copy of %s: %s", made.name, error.message.en)
        return Outcome(made, second, problem)

    @contextmanager
    def _alone(self, place: Path) -> Iterator[None]:
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            with file_lock(self._home / _LOCK):
                for rubbish in place.glob(f"{_PART}*"):
                    shutil.rmtree(rubbish, ignore_errors=True)
                yield
        except Taken as error:
            raise failed(place, Words("กำลังสำรองข้อมูลอยู่แล้ว", "a backup is being made already"), "busy") from error
        except OSError as error:
            raise place_failed(place, error) from error

    def _written(self, database: Database, place: Path, reason: str) -> BackupSet:
        size = sum(part.stat().st_size for part in (database.path, database.path.with_name(database.path.name + "-wal")) if part.exists())
        require_room(place, size, self._free)
        now = self._clock().astimezone(UTC)
        key_id = recovery_code.key_id(database.key)
        path = _free_name(place, f"{now:%Y%m%d-%H%M%S}-{reason}-{key_id[:4]}")
        part = place / f"{_PART}{path.name}"
        part.mkdir(mode=0o700)
        try:
            database.backup(part / paths.DATABASE)
            facts = _examined(part / paths.DATABASE, database.key, reason, now)
            if (self._home / paths.KEY).exists():
                shutil.copyfile(self._home / paths.KEY, part / paths.KEY)
            return _finished(part, path, facts)
        except BaseException as error:
            shutil.rmtree(part, ignore_errors=True)
            if isinstance(error, Unavailable) and error.code == "disk-full":
                raise failed(place, Words("ดิสก์เต็ม", "the disk is full"), "disk-full") from error
            raise

    def _copied(self, made: BackupSet, place: Path, key: bytes) -> BackupSet:
        """Copies a backup to another place, opens it there and keeps the rule there too."""
        try:
            # The place itself is never made: a stick that is not plugged in must not become a folder of the mount point.
            if not place.parent.is_dir():
                raise FileNotFoundError(2, "no such folder", str(place.parent))
            place.mkdir(exist_ok=True)
            for rubbish in place.glob(f"{_PART}{made.name}*"):
                shutil.rmtree(rubbish, ignore_errors=True)
            require_room(place, made.facts.bytes, self._free)
            path = place / made.name
            part = place / f"{_PART}{made.name}"
            part.mkdir()
            try:
                for name in (paths.DATABASE, paths.KEY):
                    if (made.path / name).exists():
                        shutil.copyfile(made.path / name, part / name)
                facts = _examined(part / paths.DATABASE, key, made.reason, made.made_at)
                copied = _finished(part, path, facts)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
            _prune(place, copied, self._clock())
        except OSError as error:
            raise place_failed(place, error) from error
        return copied

    def spread_key_file(self, key: bytes) -> int:
        """Puts the present key file into every reachable backup of this key, so that the newest code opens them all; returns how many."""
        count = 0
        for place in (self.folder, self.second_folder):
            for one in sets_in(place) if place is not None else ():
                if one.facts.key_id == recovery_code.key_id(key):
                    with suppress(OSError):
                        durable.replace_file(one.path / paths.KEY, (self._home / paths.KEY).read_bytes())
                        count += 1
        return count


def _examined(path: Path, key: bytes, reason: str, made_at: datetime) -> Facts:
    examined = copies.examine(path, key)
    if examined.problems:
        _log.info("a copy did not stand the check: %s", "; ".join(examined.problems[:3]))
        raise damaged()
    return Facts(
        made_at=made_at, reason=reason, bytes=path.stat().st_size, counts=dict(examined.counts), waiting=examined.waiting,
        verified_at=made_at, key_id=recovery_code.key_id(key), program=VERSION,
    )  # fmt: skip


def _finished(part: Path, path: Path, facts: Facts) -> BackupSet:
    """Flushes a written folder to the disk and gives it its name."""
    durable.replace_file(part / FACTS, written(facts))
    for file in part.iterdir():
        durable.flush(file)
    durable.flush(part)
    part.rename(path)
    durable.flush(path.parent)
    return BackupSet(path, facts)


def _prune(place: Path, newest: BackupSet, now: datetime) -> None:
    """Removes what the rule does not keep, of backups of the same key only: others share the stick."""
    ours = [one for one in sets_in(place) if one.facts.key_id == newest.facts.key_id and one.is_verified]
    gone = backup_rule.sort(ours, now).gone
    for one in ours:
        if one.name in gone and one.name != newest.name:
            # Renamed first: a backup that is half removed must not look like one.
            doomed = place / f"{_PART}{one.name}"
            with suppress(OSError):
                one.path.rename(doomed)
                shutil.rmtree(doomed, ignore_errors=True)


def _free_name(place: Path, name: str) -> Path:
    path, number = place / name, 2
    while path.exists():
        path, number = place / f"{name}-{number}", number + 1
    return path
