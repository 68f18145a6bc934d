"""Cutting what is sent into messages the server takes; pure."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from desktop.storage.outbox import Queued
from records.changes import Change, units
from records.protocol import Limits

ROOM = 4096
"""Bytes of a push kept free for its envelope."""
ROOM_PER_STREAM = 160
"""Bytes of a push kept free for each stream's position."""


Sent = TypeVar("Sent", Change, Queued)


def written(change: Change | Queued) -> bytes:
    """The change as it travels; one of the queue goes exactly as it is stored."""
    return change.content if isinstance(change, Queued) else msgspec.json.encode(change)


def batches(changes: Sequence[Sent], limits: Limits) -> Iterator[list[Sent]]:
    """Batches within the limits, in the order given; a group is never split, and a unit over the limits goes alone."""
    batch: list[Sent] = []
    streams: set[str] = set()
    size = ROOM
    for unit in units(changes):
        weight = sum(len(written(change)) + 1 for change in unit)
        weight += ROOM_PER_STREAM * len({change.stream for change in unit} - streams)
        is_full = len(batch) + len(unit) > limits.changes or size + weight > limits.bytes or len(streams) >= limits.streams
        if batch and is_full:
            yield batch
            batch, streams, size = [], set(), ROOM
        batch.extend(unit)
        streams.update(change.stream for change in unit)
        size += weight
    if batch:
        yield batch


def halves(changes: Sequence[Sent]) -> list[list[Sent]]:
    """The changes in two halves that split no group; one half when there is nothing to split."""
    whole = units(changes)
    middle = len(whole) // 2
    parts = (whole[:middle], whole[middle:]) if middle else (whole,)
    return [[change for unit in part for change in unit] for part in parts]


def parts(streams: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """The streams in parts of at most so many."""
    return (streams[at : at + most] for at in range(0, len(streams), most))
