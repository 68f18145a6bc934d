"""The manifests of bundles: what each kind says of itself, of whoever made it and of its entries (docs/bundles.md)."""

import msgspec

from records.changes import Seq
from records.protocol import Account, AccountReply, GrantedStream, Position, Problem, ServerKeys

FORMAT = 1
_MARK_LETTERS = 6


def mark_of(bundle_id: str) -> str:
    """The Sync-Mark of the number a bundle takes: a request under the same number carries the same mark, or is of another copy of the desk."""
    return bundle_id.replace("-", "")[-_MARK_LETTERS:]


class Entry(msgspec.Struct, frozen=True):
    """What the manifest says of one entry."""

    size: int
    """Bytes, inflated."""
    sha256: str


class CarriedFile(msgspec.Struct, frozen=True):
    """The content of an attached file, which lies in `files/<sha256>`, or one that is asked for."""

    stream: str
    sha256: str
    size: int = 0
    """Bytes; 0 where it is not known."""
    media_type: str = ""


class NumbersWish(msgspec.Struct, frozen=True):
    """A block of numbers asked for, as in `POST /numbers`."""

    request_id: str
    stream: str
    book: str
    year: int
    count: int
    seen: int = 0


class NumbersGiven(msgspec.Struct, frozen=True, omit_defaults=True, rename={"from_": "from"}):
    """The answer to one: the block, or why there is none."""

    request_id: str
    from_: int = 0
    to: int = 0
    problem: Problem | None = None


class WorkManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a desk's work."""

    id: str
    """UUIDv7 of this bundle."""
    number: int
    """The desk's Sync-Counter when it was made: no other bundle of the device has it."""
    device: str
    account: str
    """Whose work it is; enrolled on the device."""
    made_at: str
    """RFC 3339 UTC, the desk's clock; for people."""
    app_version: str = ""
    format: int = FORMAT
    streams: dict[str, Position]
    """Where the desk stands in each stream it is granted: cursor, chain, witness."""
    counts: dict[str, int]
    """`changes` and `files`."""
    numbers: tuple[NumbersWish, ...] = ()
    files: tuple[CarriedFile, ...] = ()
    wanted: tuple[CarriedFile, ...] = ()
    """Files of which the content is wanted."""
    entries: dict[str, Entry] = {}


class ReplyManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of the server's reply."""

    answers: str
    """The id of the work."""
    number: int
    """Its number."""
    device: str
    made_at: str
    """RFC 3339 UTC, the server's clock."""
    format: int = FORMAT
    streams: dict[str, Position]
    """Where the desk stood, as the work said: pages and trails go on from there."""
    heads: dict[str, Seq]
    """Where the server stood when the pages were made, for each stream with pages."""
    counts: dict[str, int]
    """`results`, `pages`, `trails` and `files`."""
    more: bool = False
    """Whether there was more than a bundle holds: the next one goes on."""
    problems: dict[str, Problem] = {}
    lineages: tuple[str, ...] = ()
    """The streams of which the server lost data and whose lineage lies in `lineages/`, in this order."""
    numbers: tuple[NumbersGiven, ...] = ()
    files: tuple[CarriedFile, ...] = ()
    taken: tuple[CarriedFile, ...] = ()
    """Those of the work's files that the server has now; the others are to be sent again."""
    account: AccountReply
    grants: str
    """The mark `Sync-Grants` that belongs to `account`."""
    keys: ServerKeys
    entries: dict[str, Entry] = {}


class EnrolmentManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a first start without a line: all a desk is given when it enrols, and its first download."""

    device: str
    device_name: str
    made_at: str
    format: int = FORMAT
    server: str
    """The server's address for the day there is a line; empty where it was not said."""
    token: str
    signing_key: str
    """The device's private Ed25519 key, 64 hex digits."""
    sealing_key: str
    """The device's private X25519 key, 64 hex digits."""
    account: Account
    streams: tuple[GrantedStream, ...]
    grants: str
    heads: dict[str, Seq]
    counts: dict[str, int]
    """`pages`."""
    numbers: tuple[NumbersWish, ...] = ()
    """The blocks that were leased; `given` has what is in them, in the same order."""
    given: tuple[NumbersGiven, ...] = ()
    keys: ServerKeys
    entries: dict[str, Entry] = {}


class Trail(msgspec.Struct, frozen=True):
    """What the server's chain was after each write of a stream, so that a desk can check where it stands without asking."""

    stream: str
    after: Seq
    """The first chain is that of the seq behind this one."""
    chains: str
    """16 hex digits for each seq, without a gap."""

    def chain_at(self, seq: int) -> str:
        """The chain after a write; empty where the trail does not say."""
        place = (seq - self.after - 1) * 16
        return self.chains[place : place + 16] if place >= 0 else ""
