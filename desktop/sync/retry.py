"""When to try again, as tables; pure. Sources: docs/protocol.md, "A round, on the client" and "Many clients"."""

import hashlib
from datetime import datetime, timedelta

from records.ids import Entropy

REFUSED_AFTER_H: tuple[float, ...] = (0.5, 1, 4, 16, 64)
"""Hours after which a refused change is offered again: after the first refusal, the second ...; the last one repeats."""
ABSENT_AFTER_MIN: tuple[float, ...] = (5, 15, 60, 240, 960)
"""Minutes after which a document that has not arrived at the server is asked for again; the last one repeats."""
TIMER_S = 15 * 60
"""Seconds between two rounds when nothing happens."""
FILES_S = 2
"""Seconds until the next round when documents are left: what people save meanwhile goes with it, first."""
BROKEN_FILES_S = 60
"""The same after the line broke under a document while records went."""
QUIET_S = 30
"""Seconds without an edit before edits are sent."""
FIRST_WITHIN_S = 60
"""The first round after a start begins within so many seconds, spread over the devices."""
BACKOFF_BASE_S = 5.0
BACKOFF_CAP_S = float(TIMER_S)


def refused_until(now: datetime, refusals: int) -> datetime:
    """When a change refused `refusals` times (1 or more) is offered again."""
    hours = REFUSED_AFTER_H[min(max(refusals, 1), len(REFUSED_AFTER_H)) - 1]
    return now + timedelta(hours=hours)


def absent_until(now: datetime, failures: int) -> datetime:
    """When a document that did not come `failures` times (1 or more) is asked for again."""
    return now + timedelta(minutes=ABSENT_AFTER_MIN[min(max(failures, 1), len(ABSENT_AFTER_MIN)) - 1])


def backoff_s(failures: int, entropy: Entropy) -> float:
    """Seconds to wait after `failures` (1 or more) rounds failed in a row: full jitter under a doubling roof."""
    roof: float = min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2.0 ** min(max(failures, 1) - 1, 20))
    return roof * int.from_bytes(entropy(4), "big") / 2**32


def slot_s(device: str, period_s: int) -> int:
    """The second within a period that is this device's: spread evenly over all devices, the same every time."""
    return int.from_bytes(hashlib.sha256(device.encode()).digest()[:8], "big") % period_s


def until_timer_s(device: str, now: datetime) -> float:
    """Seconds until this device's next slot of the timer; more than 0."""
    return TIMER_S - (now.timestamp() - slot_s(device, TIMER_S)) % TIMER_S
