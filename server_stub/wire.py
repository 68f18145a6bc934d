"""Writing a reply: the same bytes as `records.protocol` would give, with the stored bytes of fields passed on as they are."""

import gzip

import msgspec
import zstandard

from records.protocol import CursorMove, Made, Problem, StreamMove
from server_stub.push import Outcome
from server_stub.storage.base import StoredRecord
from server_stub.sync import PulledRows, PushedRows, made_of

_SMALLEST_COMPRESSED = 400
_ZSTD_LEVEL = 3
_SHORT = 1 << 17
_FOR_SHORT = zstandard.ZstdCompressionParameters(
    window_log=17, chain_log=14, hash_log=17, search_log=5, min_match=5, target_length=8, strategy=zstandard.STRATEGY_LAZY,
    write_content_size=1, write_checksum=1,
)  # fmt: skip
"""For bodies up to `_SHORT` bytes: a page of a hundred changed records is 8 % smaller than by the level, for half a millisecond."""
_GZIP_LEVEL = 4


class RawSnapshot(msgspec.Struct, frozen=True, gc=False):
    """`records.changes.Snapshot` with fields and origin already written."""

    stream: str
    type: str
    id: str
    version: int
    hash: str
    seq: int
    deleted: bool
    fields: msgspec.Raw
    schema: int
    changed_at: str
    changed_by: str
    device: str
    change_id: str
    origin: msgspec.Raw | None


class RawResult(msgspec.Struct, frozen=True, gc=False):
    """`records.protocol.Result` with its snapshot raw."""

    change_id: str
    status: str
    snapshot: RawSnapshot | None
    problem: Problem | None


class MadeResult(msgspec.Struct, frozen=True, gc=False):
    """`records.protocol.Result` of a brief answer, without what it leaves out."""

    change_id: str
    status: str
    made: Made


class RawPullReply(msgspec.Struct, frozen=True):
    """`records.protocol.PullReply` with its snapshots raw."""

    snapshots: list[RawSnapshot]
    cursors: dict[str, CursorMove]
    more: bool
    problems: dict[str, Problem]


class RawPushReply(msgspec.Struct, frozen=True):
    """`records.protocol.PushReply` with its results raw."""

    results: list[RawResult | MadeResult]
    streams: dict[str, StreamMove]
    problems: dict[str, Problem]


def raw_snapshot(row: StoredRecord) -> RawSnapshot:
    """The record as the wire shows it."""
    return RawSnapshot(
        row.stream, row.type, row.id, row.version, row.hash, row.seq, bool(row.deleted), msgspec.Raw(row.fields), row.schema,
        row.changed_at, row.changed_by, row.device, row.change_id, msgspec.Raw(row.origin) if row.origin else None,
    )  # fmt: skip


def snapshot_line(row: StoredRecord) -> bytes:
    """The record as one line of a first download."""
    return msgspec.json.encode(raw_snapshot(row)) + b"\n"


def pull_reply(pulled: PulledRows) -> RawPullReply:
    """The reply of a pull, ready to be written."""
    return RawPullReply([raw_snapshot(row) for row in pulled.rows], pulled.cursors, pulled.more, pulled.problems)


def push_reply(pushed: PushedRows) -> RawPushReply:
    """The reply of a push, ready to be written."""
    return RawPushReply([_raw_result(outcome, pushed.is_brief) for outcome in pushed.outcomes], pushed.streams, pushed.problems)


def _raw_result(outcome: Outcome, is_brief: bool) -> RawResult | MadeResult:
    made = made_of(outcome) if is_brief else None
    if made is not None:
        return MadeResult(outcome.change_id, outcome.status, made)
    return RawResult(outcome.change_id, outcome.status, raw_snapshot(outcome.record) if outcome.record else None, outcome.problem)


def compressed(body: bytes, accept_encoding: str) -> tuple[bytes, str]:
    """The body as small as the caller can read it, and the coding used: zstd first, for short bodies too, since its frame carries a checksum
    by which a reply damaged on its way is known for damaged."""
    accepted = _accepted(accept_encoding)
    if "zstd" in accepted:
        if len(body) <= _SHORT:
            return zstandard.ZstdCompressor(compression_params=_FOR_SHORT).compress(body), "zstd"
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).compress(body), "zstd"
    if "gzip" in accepted and len(body) >= _SMALLEST_COMPRESSED:
        return gzip.compress(body, _GZIP_LEVEL, mtime=0), "gzip"
    return body, ""


def _accepted(header: str) -> set[str]:
    accepted: set[str] = set()
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip())
    return accepted
