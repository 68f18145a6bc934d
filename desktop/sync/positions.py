"""Where this desk stands in the streams of one round: cursor, witness, head, and what keeps a stream from being synced.

What moves is stored by `save` inside the transaction of what it follows from: rows with their cursor, results with their witness.
"""

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from desktop.storage import history, outbox, state
from desktop.storage.connection import Connection
from desktop.storage.state import StreamState
from desktop.sync.status import Pause, pause_of
from records.protocol import LineageHead, Position, Problem, Result, StreamMove
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN

CLOSED = "closed-stream"
"""The code of changes to a stream that takes none any more."""
FORK = "fork"
"""The code of a stream of which the server lost data."""


class Positions:
    """The streams of one round; `states` are as stored."""

    def __init__(self, connection: Connection, wanted: Collection[str] | None) -> None:
        """`wanted`: the streams asked for; None for all this device is granted."""
        self._wanted = wanted
        self.states: dict[str, StreamState] = {}
        self.heads: dict[str, int] = {}
        """The highest seq the server is known to have, by stream."""
        self.blocked: set[str] = set()
        """Streams with changes whose re-send failed: neither pulled nor written in this round."""
        self.paused: dict[str, Pause] = {}
        self.begin(connection)

    def begin(self, connection: Connection) -> list[str]:
        """Reads the streams; returns those that are new or begin anew since they were last read."""
        before = self.states
        self.states = self._known(connection)
        self.heads = {name: max(self.heads.get(name, 0), one.cursor) for name, one in self.states.items()}
        return [name for name, one in self.states.items() if name not in before or (one.cursor == 0 and before[name].cursor)]

    def _known(self, connection: Connection) -> dict[str, StreamState]:
        """The streams of the round. One granted no longer is asked about only while work waits for it, or when there is no other: its
        pause would end every round in "something is left", and a grant given back comes with the grants of any stream."""
        found = {one.stream: one for one in state.streams(connection) if self._wanted is None or one.stream in self._wanted}
        waiting = {name for name, counts in outbox.counts(connection).items() if counts.keys() - {"set_aside"}}
        granted = {name: one for name, one in found.items() if one.paused != state.LOST or name in waiting or name in self.states}
        return found if self._wanted is not None or not granted else granted

    def open(self) -> list[str]:
        """The streams nothing keeps from being synced."""
        return [name for name in self.states if name not in self.blocked and name not in self.paused]

    def behind(self) -> list[str]:
        """Those of them of which the server has more."""
        return [name for name in self.open() if self.heads[name] > self.states[name].cursor]

    def told(self, streams: Iterable[str]) -> dict[str, Position]:
        """Where this desk stands in these streams, as the server is told."""
        return {name: _position(self.states[name]) for name in streams}

    def reaches(self, stream: str, head: int) -> None:
        """The server has said that the stream has this seq."""
        self.heads[stream] = max(self.heads.get(stream, 0), head)

    def pause(self, problems: Mapping[str, Problem]) -> None:
        """Pauses streams for what the server states about them."""
        self.paused.update({name: pause_of(problem) for name, problem in problems.items() if name in self.states})

    def pulled(self, connection: Connection, stream: str, cursor: int, chain: str, durable: int) -> None:
        """A page was stored up to this cursor."""
        moved = _witnessed(self.states[stream], cursor, chain)
        self.save(connection, replace(moved, cursor=cursor, chain=chain, durable=durable))

    def pushed(self, connection: Connection, stream: str, move: StreamMove, applied: int) -> None:
        """A push was settled, so many changes of it applied: the witness moves; the cursor too, past the own echo, when nobody else wrote."""
        mine = self.states[stream]
        moved = _witnessed(mine, move.head, move.chain)
        self.reaches(stream, move.head)
        # Every seq in (previous_head, head] is of this push, and its records were in the results: never more than were applied.
        is_own = move.previous_head == mine.cursor and 0 <= move.head - move.previous_head <= applied
        if is_own and stream not in self.paused:
            moved = replace(moved, cursor=move.head, chain=move.chain)
        if applied or moved != mine or self.heads[stream] != mine.head:
            self.save(connection, moved)

    def recovered(self, connection: Connection, stream: str, head: LineageHead) -> None:
        """The stream begins anew on a server that lost data: what it has now is what it is held to from here on."""
        mine = replace(
            self.states[stream], cursor=0, chain=FIRST_CHAIN[:CHAIN_ON_WIRE], witness_seq=head.head, witness_chain=head.chain,
            durable=head.durable, parted=head.restored, paused="",
        )  # fmt: skip
        self.heads[stream] = head.head
        self.paused.pop(stream, None)
        self.save(connection, mine)

    def forked(self) -> list[str]:
        """The streams of which the server lost data."""
        return [name for name, pause in self.paused.items() if pause.code == FORK]

    def judged(self, connection: Connection, answers: Iterable[tuple[str, Result]]) -> None:
        """Keeps whether a stream is closed, and what follows it, as the answers (stream, result) to its changes say."""
        said: dict[str, str | None] = {}
        for stream, result in answers:
            if result.problem is not None and result.problem.code == CLOSED:
                said[stream] = result.problem.successor
            elif result.status == "applied":
                said[stream] = None
        for stream, successor in said.items():
            mine = self.states.get(stream)
            if mine is not None and (mine.is_closed, mine.successor) != (successor is not None, successor or ""):
                read_only = successor is not None or mine.access == "read"
                self.save(connection, replace(mine, is_closed=successor is not None, successor=successor or "", read_only=read_only))

    def save(self, connection: Connection, mine: StreamState) -> None:
        """Stores where a stream stands."""
        moved = replace(mine, head=max(self.heads.get(mine.stream, 0), mine.cursor))
        state.save_stream(connection, moved)
        if moved.durable > self.states[mine.stream].durable:
            history.prune(connection, mine.stream, moved.durable)
        self.states[mine.stream] = moved

    def changed(self, durable: Mapping[str, int]) -> list[StreamState]:
        """The states that these figures change, to be saved."""
        return [replace(self.states[n], durable=seq) for n, seq in durable.items() if n in self.states and self.states[n].durable != seq]

    def changed_pauses(self) -> list[StreamState]:
        """The states whose stored pause is not what this round found, to be saved."""
        codes = {name: self.paused[name].code if name in self.paused else "" for name in self.states}
        return [replace(one, paused=codes[name]) for name, one in self.states.items() if one.paused != codes[name]]


def _position(mine: StreamState) -> Position:
    witness = (mine.witness_seq, mine.witness_chain) if mine.witness_seq > mine.cursor else None
    return Position(mine.cursor, mine.chain, witness)


def _witnessed(mine: StreamState, seq: int, chain: str) -> StreamState:
    return mine if seq <= mine.witness_seq else replace(mine, witness_seq=seq, witness_chain=chain)
