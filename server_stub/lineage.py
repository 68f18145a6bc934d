"""What a client needs to find its way back to a server that lost data, and to compare what it holds with what stands here.

    lineage   every hash each record had after a seq      protocol.md, "A server that lost data"
    digest    count and sum of hashes by type and first byte of id, as it stood at a seq

Both are read inside one view of the store and filtered by the areas of the caller; memory stays flat, however long a stream is.
"""

import gzip
from itertools import groupby
from operator import itemgetter
from typing import IO

import msgspec

from records.protocol import Bucket, DigestReply, LineageHead, LineageLine
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN, add_hash, sum_text
from server_stub.problems import CallProblem, invalid
from server_stub.session import Grant, Session
from server_stub.storage.base import Reader, Storage, StreamState

_GZIP_LEVEL = 4


def write_lineage(storage: Storage, session: Session, stream: str, after: int, out: IO[bytes]) -> None:
    """Writes the lineage of a stream as gzip JSON lines. Raises CallProblem.

    A line names a record and the hashes of its versions written after that seq, oldest first; versions have no gaps, so from 0 the place in
    the list is the version.
    """
    grant = _grant(session, stream)
    with storage.read([stream]) as reader, gzip.GzipFile("", "wb", _GZIP_LEVEL, out, mtime=0) as packed:
        state = _state(reader, stream)
        packed.write(_line(LineageHead(state.head, state.chain[:CHAIN_ON_WIRE], state.durable, state.restored)))
        found = reader.lineage(stream, after=after, areas=grant.visible_areas)
        for (record_type, record_id), versions in groupby(found, key=itemgetter(0, 1)):
            packed.write(_line(LineageLine(record_type, record_id, tuple(hash_ for _, _, hash_ in versions))))


def digest(storage: Storage, session: Session, stream: str, at: int | None) -> DigestReply:
    """The digest of a stream at a seq; at its head when none is named. Raises CallProblem, `invalid` for a seq the stream has not."""
    grant = _grant(session, stream)
    with storage.read([stream]) as reader:
        state = _state(reader, stream)
        seq = state.head if at is None else at
        chain = state.chain if seq == state.head else FIRST_CHAIN if seq == 0 else reader.chain_at(stream, seq)
        if chain is None:
            raise invalid("", f"at is a seq of the stream: an integer from 0 to {state.head}")
        sums: dict[str, dict[str, tuple[int, int]]] = {}
        for record_type, record_id, hash_ in reader.standing_at(stream, seq, areas=grant.visible_areas):
            of_type = sums.setdefault(record_type, {})
            of_type[record_id[:2]] = add_hash(of_type.get(record_id[:2], (0, 0)), hash_)
    buckets = {
        record_type: {byte: Bucket(count, sum_text(total)) for byte, (count, total) in sorted(of_type.items())}
        for record_type, of_type in sorted(sums.items())
    }
    return DigestReply(seq, chain[:CHAIN_ON_WIRE], buckets)


def _grant(session: Session, stream: str) -> Grant:
    grant = session.grants.get(stream)
    if grant is None:
        raise CallProblem("no-grant")
    return grant


def _state(reader: Reader, stream: str) -> StreamState:
    return reader.states([stream]).get(stream) or StreamState(stream, 0, FIRST_CHAIN, "", 0, is_closed=False, successor="")


def _line(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value) + b"\n"
