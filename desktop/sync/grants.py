"""What this device may use, as the server last said: taken over after enrolment and whenever `Sync-Grants` changes."""

from collections.abc import Sequence

import msgspec

from desktop.storage import state
from desktop.storage.connection import Connection
from desktop.storage.state import StreamState
from records.protocol import GrantedStream
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN


def adopt(connection: Connection, granted: Sequence[GrantedStream]) -> None:
    """Stores the granted streams inside the caller's transaction.

    A new stream begins at cursor 0. One whose areas changed begins there again, keeping its witness. One no longer granted becomes read-only
    and keeps its rows and unsent changes.
    """
    known = {one.stream: one for one in state.streams(connection)}
    for grant in granted:
        mine = known.pop(grant.stream, None)
        if mine is None:
            begun = _beginning(grant)
        elif set(mine.areas) != set(grant.areas):
            begun = msgspec.structs.replace(_beginning(grant), witness_seq=mine.witness_seq, witness_chain=mine.witness_chain)
        else:
            begun = msgspec.structs.replace(mine, access=grant.access, name=grant.name, read_only=False)
        if begun != mine:
            state.save_stream(connection, begun)
    for lost in known.values():
        if not lost.read_only:
            state.save_stream(connection, msgspec.structs.replace(lost, read_only=True))


def _beginning(grant: GrantedStream) -> StreamState:
    chain = FIRST_CHAIN[:CHAIN_ON_WIRE]
    return StreamState(
        stream=grant.stream, access=grant.access, areas=grant.areas, name=grant.name, cursor=0, chain=chain, witness_seq=0, witness_chain=chain,
        head=0, durable=0, paused="", read_only=False,
    )  # fmt: skip
