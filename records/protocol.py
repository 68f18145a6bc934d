"""The messages of sync, as docs/protocol.md states them; what a call may end in stands in problem_types.py.

Clients decode replies into these structs; a reply that does not fit is treated as no reply at all (a captive portal, a foreign server).
The server answers with the same structs and takes requests apart by hand, because one faulty change must not refuse its neighbours.
"""

from typing import Literal

import msgspec

from records.changes import Change, Seq, Snapshot
from records.kinds.base import Json

PROTOCOL_VERSION = 1
"""Sent in the header `Sync-Protocol` with every message."""
BASE_PATH = "/sync/v1"


class Limits(msgspec.Struct, frozen=True):
    """What one message may hold; bytes are measured after inflating."""

    changes: int = 1000
    bytes: int = 4_194_304
    record: int = 1_048_576
    group: int = 200
    group_bytes: int = 2_097_152
    streams: int = 500
    page: int = 2000


class Range(msgspec.Struct, frozen=True):
    """The protocol versions a server speaks."""

    min: int = PROTOCOL_VERSION
    max: int = PROTOCOL_VERSION


class Hello(msgspec.Struct, frozen=True):
    """The reply of `GET /hello`."""

    protocol: Range
    time: str
    """The server's clock, RFC 3339 UTC."""
    limits: Limits
    notice: str | None = None


class GrantedStream(msgspec.Struct, frozen=True):
    """One stream an account may use."""

    stream: str
    access: Literal["read", "write"]
    areas: tuple[str, ...]
    name: str
    """The name of the office, province or the centre, for people."""


class Account(msgspec.Struct, frozen=True):
    """Who works."""

    name: str
    """`[a-z0-9._-]+`; becomes changed_by."""
    role: str
    full_name: str = ""


class ServerKeys(msgspec.Struct, frozen=True):
    """The public keys of a server, 64 hex digits each."""

    signing: str
    """Ed25519: signs replies and enrolment bundles."""
    sealing: str
    """X25519: work is sealed to it."""


class Enrolled(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reply of `POST /enrol`."""

    device_id: str
    token: str
    account: Account
    streams: tuple[GrantedStream, ...]
    keys: ServerKeys | None = None
    """For bundles; None from a server that takes none."""


class AccountReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reply of `GET /account` and `POST /keys`."""

    device_id: str
    account: Account
    streams: tuple[GrantedStream, ...]
    keys: ServerKeys | None = None
    """For bundles; None from a server that takes none."""


class Position(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a client stands in one stream."""

    cursor: int
    chain: str
    """The chain at the cursor, 16 hex digits."""
    witness: tuple[int, str] | None = None
    """Highest seq the server ever acknowledged to this client, and its chain; left out when equal to the cursor."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Why something was not done: RFC 9457 with our `code`; inside results also the field and words."""

    code: str
    title: str = ""
    detail: str = ""
    field: str = ""
    successor: str = ""
    """For `closed-stream`: the stream that follows."""
    applied: bool = False
    """For `no-grant` of a change: this very change went in before its area was taken from the caller's grant."""


class HeadsReply(msgspec.Struct, frozen=True):
    """The reply of `POST /heads`; unchanged streams are left out."""

    heads: dict[str, Seq] = {}
    durable: dict[str, Seq] = {}
    problems: dict[str, Problem] = {}


class CursorMove(msgspec.Struct, frozen=True, gc=False):
    """How far a page brings one stream."""

    from_: Seq = msgspec.field(name="from")
    cursor: Seq
    chain: str
    head: Seq
    durable: Seq


class PullReply(msgspec.Struct, frozen=True):
    """The reply of `POST /pull`."""

    snapshots: list[Snapshot] = []
    cursors: dict[str, CursorMove] = {}
    more: bool = False
    problems: dict[str, Problem] = {}


class Made(msgspec.Struct, frozen=True, gc=False):
    """What the server gave the version that a change made; everything else of its snapshot follows from the change and its base."""

    version: Seq
    hash: str
    seq: Seq
    changed_at: str


class Result(msgspec.Struct, frozen=True, gc=False):
    """What became of one pushed change."""

    change_id: str
    status: Literal["applied", "stale", "refused", "waiting"]
    snapshot: Snapshot | None = None
    problem: Problem | None = None
    made: Made | None = None
    """In the place of the snapshot, where a brief answer was asked for and the record is just what the change made of it."""


class StreamMove(msgspec.Struct, frozen=True, gc=False):
    """How a push moved one stream."""

    previous_head: Seq
    head: Seq
    chain: str


class PushRequest(msgspec.Struct, frozen=True):
    """The body of `POST /push`."""

    streams: dict[str, Position]
    changes: list[Change]
    brief: bool = False
    """Whether `made` will do where the client can tell the snapshot by itself."""


class PushReply(msgspec.Struct, frozen=True):
    """The reply of `POST /push`; results in the order sent."""

    results: list[Result] = []
    streams: dict[str, StreamMove] = {}
    problems: dict[str, Problem] = {}


class Revision(msgspec.Struct, frozen=True):
    """One version of a record in its history."""

    version: int
    hash: str
    seq: int
    changed_by: str
    device: str
    changed_at: str
    set: dict[str, Json]
    unset: tuple[str, ...]
    deleted: bool
    origin: Json = None


class HistoryReply(msgspec.Struct, frozen=True):
    """The reply of the history call, newest first, 100 a page."""

    versions: list[Revision]
    more: bool


class NumbersReply(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A leased block of numbers, both ends included."""

    from_: int
    to: int


class LineageHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first line of a lineage."""

    head: Seq
    chain: str
    """The chain at head, 16 hex digits."""
    durable: Seq
    restored: Seq = 0
    """What was written up to here was there before any restore of the stream; 0 when the server knows of none."""


class LineageLine(msgspec.Struct, frozen=True, gc=False):
    """One record in a lineage."""

    type: str
    id: str
    hashes: tuple[str, ...]
    """Of its versions written after the seq that was asked for, oldest first."""


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """The records of one type whose ids begin with one byte."""

    count: int
    """Deleted ones too."""
    sum: str
    """Of their hashes, each read as a number of 64 bits, modulo 2^64: 16 hex digits."""


class DigestReply(msgspec.Struct, frozen=True):
    """The reply of the digest call."""

    at: Seq
    chain: str
    """The chain at that seq, 16 hex digits."""
    buckets: dict[str, dict[str, Bucket]]
    """By type, then by the first two hex digits of the id."""


class FileHere(msgspec.Struct, frozen=True):
    """The reply of `POST /streams/<stream>/files` for a file that is there already."""

    sha256: str
    size: int


class FilesMissing(msgspec.Struct, frozen=True):
    """The reply of `GET /streams/<stream>/files`: what records name and the server does not have, for whoever has it."""

    missing: list[str] = []
