"""What a backup is on disk, and which backups a folder has: reading and judging, not making (backups.py)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from desktop import paths
from records.kinds import Json
from records.kinds.times import rfc3339

FACTS = "backup.json"
IN_PLACE = "thongthin-backups"
"""The folder inside a second place, such as a stick, in which the backups stand."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`backup.json`."""

    made_at: datetime
    """Aware UTC."""
    reason: str
    """`daily`, `manual`, `before-restore`, `before-upgrade`."""
    bytes: int
    """Size of the copy."""
    counts: dict[str, int]
    """Records that are not deleted, by type."""
    waiting: int
    """Changes that the server had not taken."""
    verified_at: datetime | None
    """When it was last opened and checked; None when it was found damaged since."""
    key_id: str
    """Which key opens it (recovery_code.key_id)."""
    program: str
    """The version that made it."""


@dataclass(frozen=True)
class BackupSet:
    """One backup."""

    path: Path
    """Its folder."""
    facts: Facts

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.path.name

    @property
    def made_at(self) -> datetime:
        """Aware UTC."""
        return self.facts.made_at

    @property
    def reason(self) -> str:
        """Why it was made."""
        return self.facts.reason

    @property
    def records(self) -> int:
        """How many records it holds."""
        return sum(self.facts.counts.values())

    @property
    def is_verified(self) -> bool:
        """Whether it was sound when it was last opened."""
        return self.facts.verified_at is not None

    @property
    def database(self) -> Path:
        """The copy."""
        return self.path / paths.DATABASE

    @property
    def has_code(self) -> bool:
        """Whether a recovery code opens it."""
        return (self.path / paths.KEY).exists()

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "name": self.name,
            "path": str(self.path),
            "made_at": rfc3339(self.made_at),
            "reason": self.reason,
            "bytes": self.facts.bytes,
            "records": self.records,
            "waiting": self.facts.waiting,
            "verified": self.is_verified,
            "recovery_code": self.has_code,
            "key_id": self.facts.key_id,
        }


def sets_in(place: Path) -> list[BackupSet]:
    """The backups in a folder, newest first; also when the folder is one backup itself, or has them in its `thongthin-backups`."""
    found: list[BackupSet] = []
    try:
        if (place / FACTS).exists():
            candidates = [place]
        else:
            inner = place / IN_PLACE
            candidates = [
                path for folder in (place, inner) if folder.is_dir() for path in folder.iterdir() if not path.name.startswith(".")
            ]
    except OSError:
        return []
    for path in candidates:
        try:
            found.append(BackupSet(path, msgspec.json.decode((path / FACTS).read_bytes(), type=Facts)))
        except (OSError, msgspec.DecodeError):
            continue
    return sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)


def written(facts: Facts) -> bytes:
    """The text of `backup.json`."""
    return msgspec.json.format(msgspec.json.encode(facts))
