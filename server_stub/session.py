"""Who makes a call: what the rest of the server asks of a caller after the token was looked up."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.areas import covers
from records.words import Language


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account may do in one stream."""

    may_write: bool
    areas: tuple[str, ...]
    """Areas of the catalogue, or `*`."""

    @property
    def visible_areas(self) -> tuple[str, ...] | None:
        """The areas a page is filtered by; None when all are granted."""
        return None if covers(self.areas, "*") else self.areas

    def reads(self, area: str) -> bool:
        """Whether records of the area may be seen."""
        return covers(self.areas, area)

    def writes(self, area: str) -> bool:
        """Whether records of the area may be changed."""
        return self.may_write and covers(self.areas, area)


@dataclass(frozen=True, slots=True)
class Session:
    """One caller."""

    account: str
    role: str
    device: str
    """The device's id."""
    grants: Mapping[str, Grant]
    """By stream; a stream that is missing is not granted."""
    authors: Mapping[str, str]
    """The accounts enrolled on the device, each with its role: who may be the author of a change."""
    language: Language = Language.THAI
    counter: int = 0
    """The highest Sync-Counter of the device when it was looked up."""
    mark: str = ""
    """The Sync-Mark that came with it."""
