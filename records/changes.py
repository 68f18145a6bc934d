"""The two nouns of sync: a Change is a wish, a Snapshot is an observation (protocol.md, "Words").

Both are the wire's own shape, so that what is stored, sent and hashed is one thing.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Protocol, TypeVar

import msgspec

from records.kinds.base import LARGEST_INTEGER, Json

SCHEMA = 1
"""The number of this program's catalogue, sent with every change; rises when a type or field is added."""


Seq = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]
"""A seq or version as it is read from the wire: one that no store can hold is no reply of ours."""


class Base(msgspec.Struct, frozen=True, gc=False):
    """The version a change was made on."""

    version: int
    hash: str


class MergeNote(msgspec.Struct, frozen=True, gc=False):
    """Says that a change came out of a merge."""

    auto: bool
    """True when no person decided."""
    parents: tuple[str, str]
    """The hashes of the version it builds on and of the version the losing edit began from; empty text where there was none."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a change offered again after a server restore first came from; as claimed by the client."""

    change_id: str
    changed_by: str
    device: str
    changed_at: str
    hash: str
    version: Seq = 0
    """The version it was of its record then, by which two versions offered again order themselves; 0 when not told."""


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wish: what a client asks the server to write to one record."""

    change_id: str
    """UUIDv7 made by the client; applied at most once, ever."""
    stream: str
    type: str
    id: str
    base: Base | None
    """The version it was made on; None for a record the server is believed not to have."""
    op: Literal["put", "delete"]
    set: dict[str, Json] = {}
    """Only the fields that change, by name."""
    unset: tuple[str, ...] = ()
    """The fields that lose their value, sorted."""
    group: str | None = None
    """Changes of one group go in together or not at all."""
    schema: int = SCHEMA
    made_at: str
    """RFC 3339 UTC; for people, never for order."""
    made_by: str
    """Account name."""
    merge: MergeNote | None = None
    origin: Origin | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An observation: a record as the server holds it at one version."""

    stream: str
    type: str
    id: str
    version: Seq
    """1, 2, 3 ... per record."""
    hash: str
    seq: Seq
    """The number of its last write in the stream, 1, 2, 3 ..."""
    deleted: bool
    """A tombstone keeps its fields."""
    fields: dict[str, Json]
    schema: Seq
    changed_at: str
    changed_by: str
    device: str
    change_id: str
    origin: Origin | None = None

    @property
    def base(self) -> Base:
        """What a change made on this snapshot names as its base."""
        return Base(self.version, self.hash)


def apply_fields(fields: dict[str, Json], change: Change) -> dict[str, Json]:
    """The fields after the change's `set` and `unset`; the given dict stays as it is."""
    return {**{name: value for name, value in fields.items() if name not in change.unset}, **change.set}


class Grouped(Protocol):
    """Whatever stands alone or belongs to a group."""

    @property
    def group(self) -> str | None:
        """The group's id; None for one that stands alone."""


G = TypeVar("G", bound=Grouped)


def units(changes: Iterable[G]) -> list[list[G]]:
    """What goes in together: single changes, and groups gathered at the place of their first member."""
    found: list[list[G]] = []
    groups: dict[str, list[G]] = {}
    for change in changes:
        if change.group is None:
            found.append([change])
        elif change.group in groups:
            groups[change.group].append(change)
        else:
            groups[change.group] = [change]
            found.append(groups[change.group])
    return found
