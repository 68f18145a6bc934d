"""Which bundles went out of this desk and which of them were answered; functions take a connection inside `write()` to change."""

import msgspec

from desktop.storage import state
from desktop.storage.connection import Connection

_SETTING = "bundles"
KEPT = 30
"""Answered bundles remembered; those that are out are all remembered."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One bundle of this desk."""

    id: str
    number: int
    at: str
    """When it was made, RFC 3339 UTC."""
    place: str
    """Where it was written."""
    changes: int
    files: int
    size: int
    """Bytes, sealed."""
    grants: str = ""
    """The mark of the grants this desk knew then."""
    answered_at: str = ""
    """When its reply was taken in, RFC 3339 UTC; empty while it is out."""


def sent(connection: Connection) -> tuple[Sent, ...]:
    """Every bundle remembered, newest first."""
    text = state.setting(connection, _SETTING)
    return tuple(msgspec.json.decode(text, type=list[Sent])) if text else ()


def remember(connection: Connection, one: Sent) -> None:
    """Keeps a bundle that was written, or what became of it."""
    found = [one, *(other for other in sent(connection) if other.id != one.id)]
    found.sort(key=lambda each: each.number, reverse=True)
    answered = [each for each in found if each.answered_at][:KEPT]
    kept = [each for each in found if not each.answered_at or each in answered]
    state.set_setting(connection, _SETTING, msgspec.json.encode(kept).decode())


def answered(connection: Connection, bundle_id: str, at: str) -> None:
    """Notes that the reply of a bundle was taken in: with it, everything that older ones carried was answered too."""
    number = next((one.number for one in sent(connection) if one.id == bundle_id), 0)
    for one in sent(connection):
        if one.number <= number and not one.answered_at:
            remember(connection, msgspec.structs.replace(one, answered_at=at))
