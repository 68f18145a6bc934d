"""When a desk compares what it has with the server: a person asks, a backup was restored, and by itself about once a month.

The comparison costs one small request for each stream; what differs is read again (desktop/sync/repair.py). A month, because nothing but a
damaged file or a bug makes copies differ, and each desk in its own slot, so that a country does not compare on one day.

Values that changed under an unchanged hash are looked for besides: a page a day, one page after the other and round again, at once the next
one where a page had any; all of them when a person asks (docs/decisions/0037).
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from desktop.storage import state
from desktop.sync import retry
from records.errors import AppError
from records.kinds.times import rfc3339
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.repair import Compared
    from desktop.sync.transport import HttpTransport

EVERY = timedelta(days=30)
PAGE_EVERY = timedelta(days=1)
PAGE = 500
"""Records of the page that is compared by value each day: about as much traffic as a photograph of a form."""
_WALK = "verify_walk"
_MENDED = Words(
    "เทียบกับเซิร์ฟเวอร์แล้ว แก้ให้ตรง {mended} รายการ เสนอใหม่ {offered} รายการ",
    "Compared with the server: {mended} records put right, {offered} offered again",
)
_SAME = Words("เทียบกับเซิร์ฟเวอร์แล้ว ตรงกันทั้ง {records} รายการ", "Compared with the server: all {records} records are the same")


def is_due(office: "Office") -> bool:
    """Whether this desk should compare after this round; the first round of a desk only says when."""
    now = office.clock()
    with office.database.reading() as connection:
        text = state.setting(connection, state.VERIFY)
        identity = state.identity(connection)
    if text is None:
        slot = timedelta(seconds=retry.slot_s(identity.device_id if identity else "", int(EVERY.total_seconds())))
        _appoint(office, now + slot)
        return False
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    # A clock that was set back by years must not put it off for years.
    return at <= now or at > now + 2 * EVERY


class _Walk(msgspec.Struct, frozen=True):
    """How far the comparison by value has come."""

    at: str = ""
    """When the last page was looked at, RFC 3339 UTC; empty when the next one is due."""
    stream: str = ""
    cursor: int = 0
    chain: str = FIRST_CHAIN[:CHAIN_ON_WIRE]


def look_on(office: "Office", transport: "HttpTransport") -> list[Words]:
    """Compares the next page by value where a day has passed; returns what people are told. What is in the way waits for the next day."""
    now = office.clock()
    with office.database.reading() as connection:
        text = state.setting(connection, _WALK)
        streams = [one.stream for one in state.streams(connection) if not one.paused and one.cursor]
    walk = msgspec.json.decode(text, type=_Walk) if text else None
    if walk is None:
        # As with the comparison of sums: a first round is followed by a day without.
        _keep(office, _Walk(rfc3339(now)))
        return []
    at = datetime.fromisoformat(walk.at.replace("Z", "+00:00")) if walk.at else None
    if not streams or (at is not None and at <= now < at + PAGE_EVERY):
        return []
    from desktop.sync.repair import Looked, look_at_page

    if walk.stream not in streams:
        walk = _Walk(stream=next((name for name in streams if name > walk.stream), streams[0]))
    try:
        looked = look_at_page(
            office.database, office.catalogue, transport, office.clock, office.entropy, walk.stream, (walk.cursor, walk.chain), PAGE
        )
    except AppError:
        # No line, or a server that knows the place no longer: the stream is begun again.
        looked, walk = Looked(), _Walk(stream=walk.stream)
        _keep(office, msgspec.structs.replace(walk, at=rfc3339(now)))
        return []
    next_at = "" if looked.mended else rfc3339(now)
    if looked.reached is not None:
        _keep(office, _Walk(next_at, walk.stream, *looked.reached))
    else:
        _keep(office, _Walk(next_at, next((name for name in streams if name > walk.stream), streams[0])))
    return [_MENDED.filled(mended=f"{looked.mended:,}", offered="0")] if looked.mended else []


def _keep(office: "Office", walk: _Walk) -> None:
    with office.database.write() as connection:
        state.set_setting(connection, _WALK, msgspec.json.encode(walk).decode())


def compare(
    office: "Office",
    transport: "HttpTransport",
    *,
    streams: "list[str] | None" = None,
    allow_deletes: int = 0,
    by_value: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> "Mapping[str, Compared]":
    """Compares now, sums of hashes or all values, and appoints the next time. Raises Unavailable, Refused."""
    from desktop.sync.repair import compare as compare_copies

    found = compare_copies(
        office.database, office.catalogue, transport, office.clock, office.entropy,
        streams=streams, allow_deletes=allow_deletes, by_value=by_value, cancelled=cancelled,
    )  # fmt: skip
    if not cancelled() and streams is None and not any(one.is_skipped for one in found.values()):
        _appoint(office, office.clock() + EVERY)
    return found


def compare_if_due(office: "Office", transport: "HttpTransport", cancelled: Callable[[], bool]) -> "Mapping[str, Compared]":
    """Compares where it is time; what is in the way waits for the next round."""
    if not is_due(office):
        return {}
    try:
        return compare(office, transport, cancelled=cancelled)
    except AppError:
        return {}


def words(found: "Mapping[str, Compared]", *, is_asked: bool) -> list[Words]:
    """What people are told: that something was put right; that all is the same only when they asked."""
    mended, offered = sum(one.mended + one.went_back for one in found.values()), sum(one.offered for one in found.values())
    apart = [one.words for one in found.values() if one.is_skipped or (one.buckets and not (one.mended or one.offered or one.went_back))]
    if mended or offered:
        return [_MENDED.filled(mended=f"{mended:,}", offered=f"{offered:,}"), *apart]
    if not is_asked:
        return []
    return apart or [_SAME.filled(records=f"{sum(one.records for one in found.values()):,}")]


def _appoint(office: "Office", at: datetime) -> None:
    with office.database.write() as connection:
        state.set_setting(connection, state.VERIFY, rfc3339(at))
