"""Ids made by the client: UUIDv7 (RFC 9562), lower case with dashes.

The time inside an id only keeps neighbours together in an index; nothing is ever ordered by it.
"""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

Entropy = Callable[[int], bytes]
"""Gives n random bytes: `os.urandom`, or `random.Random(seed).randbytes` in a simulation."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDS = re.compile(f"(?:{_ID.pattern},)*")
_CONFLICT_NAMESPACE = uuid.UUID("8f0b7e52-6c1d-5b8e-9a54-3f7d1c20e6a1")
_COPY_NAMESPACE = uuid.UUID("3d1f0c86-52a7-5e0b-8c19-7be2a4d09f35")


def new_id(now: datetime, entropy: Entropy) -> str:
    """Makes a UUIDv7 for the instant `now` (aware); years outside 1970-10889 are clamped, so a broken clock still makes ids."""
    milliseconds = min(max(int(now.timestamp() * 1000), 0), (1 << 48) - 1)
    value = milliseconds << 80 | int.from_bytes(entropy(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def conflict_id(record_id: str, losing_change_id: str) -> str:
    """The id of the conflict a losing change leaves on a record: the same on every desk (UUIDv5 of both ids)."""
    return str(uuid.uuid5(_CONFLICT_NAMESPACE, f"{record_id}\n{losing_change_id}"))


def copy_id(source: str, purpose: str) -> str:
    """The id of what a record becomes for a purpose ("2570"): the same on every desk, so that two desks that copy make one copy (UUIDv5)."""
    return str(uuid.uuid5(_COPY_NAMESPACE, f"{source}\n{purpose}"))


def are_ids(texts: Sequence[str]) -> bool:
    """Whether each of these texts is an id, told for all at once."""
    listed = ",".join(texts)
    return _IDS.fullmatch(listed + ",") is not None and listed.count(",") == len(texts) - 1


def is_id(text: object) -> bool:
    """Tells whether the text is an id as the protocol writes them: a UUID, lower case, with dashes."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None
