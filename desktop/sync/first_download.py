"""The first download of a large stream: one file instead of hundreds of pages (docs/protocol.md, "snapshot").

    fetch    its bytes into the encrypted file, block by block; after a cut it goes on where it stopped
    check    inflated once: the sha256, the count, the place in the stream
    batches  inflated once more where it is large: the snapshots, which the engine stores like pages

Nothing of it is believed before the check, and the cursor moves only with its last batch: rows that stand before a cursor of 0 are what a
stream has that begins anew, and a second start meets them again, unchanged.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator

import msgspec

from desktop.storage import arriving
from desktop.storage.arriving import Arriving
from desktop.storage.database import Database
from desktop.sync.line import SnapshotLine
from desktop.sync.replies import LARGEST_REPLY, not_ours
from records.changes import Snapshot
from records.errors import Unavailable

MANY = 2_000
"""A head from which a first download comes as one file: two pages and more."""
BATCH = 400
"""Snapshots handled at a time: few enough to stay in the processor's cache from the decoder to the database."""
AT_ONCE = 25
"""Batches stored in one transaction: each writes the same inner pages of the indexes again."""
_BLOCK = 1 << 20
"""Bytes kept in one transaction while they arrive."""
_PIECE = 1 << 18
"""Bytes inflated at a time."""
_KEPT = 16 << 20
"""Bytes of an inflated download that stay in memory between the check and the rows."""
_SNAPSHOT = msgspec.json.Decoder(Snapshot)


class Told(msgspec.Struct, frozen=True):
    """The first line: what the lines after it are."""

    seq: int
    chain: str
    sha256: str
    count: int


class FirstDownload:
    """The download of one stream."""

    def __init__(self, database: Database, line: SnapshotLine, stream: str, check_cancelled: Callable[[], None]) -> None:
        """`check_cancelled` raises when somebody asked to stop; what has come by then stays."""
        self._database = database
        self._line = line
        self._stream = stream
        self._check_cancelled = check_cancelled
        self._pieces: list[bytes] = []
        self.has_come = False
        """Whether anything of it came just now: then a line that broke is worth another try."""

    def fetch(self, grants: str, tell: Callable[[int, int], None]) -> bool:
        """Brings the bytes here. Raises Unavailable when the line breaks, Refused as the server says.

        Args:
            grants: The mark of the grants that are stored here.
            tell: Told how many bytes of how many have come.

        Returns:
            Whether all is here; False when the grants are others by now, so that nothing was kept.
        """
        with self._database.reading() as connection:
            here = arriving.arriving(connection, self._stream)
        if here is not None and here.grants != grants:
            here = None
        if here is not None and here.here == here.size:
            return True
        with self._line.fetch_snapshot(self._stream, here.etag if here else "", here.here if here else 0) as coming:
            if self._line.grants not in ("", grants):
                self.forget()
                return False
            if here is None or coming.offset != here.here or coming.etag != here.etag or coming.size != here.size:
                if coming.offset:
                    raise not_ours()
                here = Arriving(self._stream, coming.etag, grants, 0, coming.size)
                with self._database.write() as connection:
                    arriving.begin(connection, self._stream, coming.etag, grants, coming.size)
            self._keep(here, coming.blocks, tell)
        return True

    def _keep(self, here: Arriving, blocks: Iterable[bytes], tell: Callable[[int, int], None]) -> None:
        place, waiting = here.here, bytearray()

        def keep() -> None:
            nonlocal place
            if waiting:
                with self._database.write() as connection:
                    arriving.add(connection, self._stream, place, bytes(waiting))
                place += len(waiting)
                waiting.clear()
                self.has_come = True
                tell(place, here.size)

        try:
            for block in blocks:
                waiting += block
                if place + len(waiting) > here.size:
                    waiting.clear()
                    raise not_ours()
                if len(waiting) >= _BLOCK:
                    keep()
                self._check_cancelled()
        except Unavailable:
            keep()
            raise
        keep()
        if place != here.size:
            raise not_ours()

    def check(self) -> Told | None:
        """What the download says of itself, when all of it is as it says; None for one that is damaged, or no such file at all."""
        try:
            inflated = self._inflated_whole(_inflated(arriving.blocks(self._database, self._stream)))
            told, rest = _first_line(inflated)
            digest, count = hashlib.sha256(), 0
            for piece in rest:
                digest.update(piece)
                count += piece.count(b"\n")
                if count > told.count:
                    return None
            return told if (digest.hexdigest(), count) == (told.sha256, told.count) else None
        except (zlib.error, EOFError, ValueError, msgspec.DecodeError):
            return None

    def _inflated_whole(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces as they come; where they are few they are kept, so that nothing is inflated twice."""
        kept: list[bytes] = []
        size = 0
        for piece in pieces:
            size += len(piece)
            if size <= _KEPT:
                kept.append(piece)
            yield piece
        self._pieces = kept if size <= _KEPT else []

    def batches(self) -> Iterator[list[Snapshot]]:
        """The snapshots, so many at a time, of a download that was checked. Raises Unavailable for one that is none of this stream."""
        _, pieces = _first_line(iter(self._pieces) if self._pieces else _inflated(arriving.blocks(self._database, self._stream)))
        batch: list[Snapshot] = []
        try:
            for lines in _whole_lines(pieces):
                batch += _SNAPSHOT.decode_lines(lines)
                while len(batch) >= BATCH:
                    yield self._own(batch[:BATCH])
                    del batch[:BATCH]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise not_ours() from error
        if batch:
            yield self._own(batch)

    def _own(self, batch: list[Snapshot]) -> list[Snapshot]:
        if any(snapshot.stream != self._stream for snapshot in batch):
            raise not_ours()
        return batch

    def forget(self) -> None:
        """Lets go of what came."""
        with self._database.write() as connection:
            arriving.forget(connection, self._stream)


def _inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of the inflated file. Raises zlib.error for damage, EOFError when it ends too early or too late."""
    unpacker = zlib.decompressobj(wbits=31)
    for block in blocks:
        left = block
        while left:
            yield unpacker.decompress(left, _PIECE)
            left = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof or unpacker.unused_data:
        raise EOFError("the file ends elsewhere")


def _first_line(pieces: Iterator[bytes]) -> tuple[Told, Iterator[bytes]]:
    begun = b""
    for piece in pieces:
        begun += piece
        if b"\n" in begun:
            break
    first, newline, rest = begun.partition(b"\n")
    if not newline or len(first) > 4_096:
        raise ValueError("no first line")
    told = msgspec.json.decode(first, type=Told)
    if not (told.seq >= told.count >= 0 and re.fullmatch("[0-9a-f]{16}", told.chain)):
        raise ValueError("no first line of ours")

    def following() -> Iterator[bytes]:
        yield rest
        yield from pieces

    return told, following()


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that end at the end of a line."""
    begun = bytearray()
    for piece in pieces:
        at = piece.rfind(b"\n") + 1
        if at:
            yield bytes(begun) + piece[:at]
            begun = bytearray(piece[at:])
        else:
            begun += piece
            if len(begun) > LARGEST_REPLY:
                raise not_ours()
    if begun:
        yield bytes(begun)
