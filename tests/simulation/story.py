"""What the people of a history did, as far as the laws must know, and names for ids that do not depend on the clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from records.kinds import Json

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def device_id(desk: str, number: int = 1) -> str:
    """The id of the so-many-th device of a desk: a UUID that says whose it is."""
    return f"{number:08x}-0000-7000-8000-{desk.encode()[:6].ljust(6, b'.').hex()}"


def desk_of(device: str) -> str:
    """The desk a device is of; the server's own device is of none that is known."""
    try:
        return bytes.fromhex(device[-12:]).decode("ascii").rstrip(".")
    except ValueError:
        return device


@dataclass
class Wish:
    """One edit a person made, followed by a text found nowhere else."""

    token: str
    desk: str
    id: str
    field: str
    is_excused: bool = False
    """The same desk changed its mind later, or lost it with its file."""


@dataclass
class Story:
    """What people did."""

    wishes: list[Wish] = field(default_factory=list)
    deletions: list[tuple[str, str]] = field(default_factory=list)
    """Desk and record."""
    said_again: set[str] = field(default_factory=set)
    """Tokens that undo, settling or a file put back wrote a second time."""
    put_back: set[str] = field(default_factory=set)
    """Desks that got an older file: they may meet their own work as that of another."""

    def wish(self, token: str, desk: str, record_id: str, name: str) -> None:
        """Somebody wrote this text into a field."""
        self.wishes.append(Wish(token, desk, record_id, name))

    def as_it_was(self) -> "Story":
        """A copy that goes on by itself: an act that the desk refuses was never made."""
        return Story([replace(wish) for wish in self.wishes], list(self.deletions), set(self.said_again), set(self.put_back))

    def changed_mind(self, desk: str, record_id: str, name: str | None = None) -> None:
        """The desk itself replaces what it wrote before: one field, or all of the record."""
        for wish in self.wishes:
            if wish.desk == desk and wish.id == record_id and name in (None, wish.field):
                wish.is_excused = True
        self.deletions = [one for one in self.deletions if one != (desk, record_id)]

    def perhaps_made(self, before: "Story") -> None:
        """What was begun since then may be stored or not: the process died before it said so."""
        known = {wish.token for wish in before.wishes}
        for wish in self.wishes:
            wish.is_excused = wish.is_excused or wish.token not in known
        self.deletions = [one for one in self.deletions if one in before.deletions]
        self.said_again |= {wish.token for wish in self.wishes if wish.token not in known}

    def got_older_file(self, desk: str) -> None:
        """The desk goes on from an older file: what it says now it may have said before."""
        self.put_back.add(desk)
        self.said_again |= {wish.token for wish in self.wishes if wish.desk == desk}
        # What was made and deleted without ever being sent lives again, as it did in the older file.
        self.deletions = [one for one in self.deletions if one[0] != desk]

    def lost_file(self, desk: str, kept: str) -> None:
        """The desk's file is gone but for an older copy: of what it wished, `kept` (a text) is all that can be held against anybody."""
        self.got_older_file(desk)
        for wish in self.wishes:
            if wish.desk == desk:
                wish.is_excused = wish.is_excused or wish.token not in kept


class Serials:
    """Names ids and hashes by the order in which they were first met: two histories that differ in their clocks alone name them alike."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, text: str) -> str:
        """The name of one id."""
        return f"#{self._known.setdefault(text, len(self._known))}"

    def known(self, text: str) -> int | None:
        """The number of an id that was met; None for another."""
        return self._known.get(text)

    def plain(self, value: object) -> str:
        """A value as text, its ids and hashes named and its times left out."""
        text = msgspec.json.encode(value, order="sorted").decode()
        text = _TIME.sub("@", text)
        return _HASH.sub(lambda found: self.of(found[0]), _ID.sub(lambda found: self.of(found[0]), text))


def without_ids(fields: Mapping[str, Json]) -> str:
    """Fields as text, without what an id, a hash or a clock makes of them."""
    text = msgspec.json.encode(fields, order="sorted").decode()
    return _HASH.sub("#", _ID.sub("#", _TIME.sub("@", text)))
