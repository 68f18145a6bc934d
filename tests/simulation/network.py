"""The line of the simulation: real server code behind a network that loses requests, loses replies, and delivers both late and twice.

It stands for the gateway too: the counter of a device, what is revoked, the mark of the grants. On the way it judges what only the line sees:
nothing without a grant, a change id applied stays applied, and a change sent again is byte for byte what was sent.
"""

import dataclasses
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import msgspec

from desktop.storage.outbox import Queued
from desktop.storage.state import NOT_COUNTED, Numbered
from desktop.sync.batches import written
from desktop.sync.line import SnapshotDownload
from desktop.sync.replies import OFFLINE
from records.changes import Snapshot
from records.errors import AppError, Unavailable
from records.protocol import (
    Account,
    AccountReply,
    DigestReply,
    GrantedStream,
    HeadsReply,
    Hello,
    NumbersReply,
    Position,
    PullReply,
    PushReply,
)
from records.words import Words
from server_stub.areas import area_of
from server_stub.auth import grants_mark
from server_stub.downloads import Downloads
from server_stub.files import Files
from server_stub.numbers import NumbersRequest
from server_stub.problems import CallProblem
from server_stub.session import Session
from server_stub.sync import SyncService
from tests.simulation.crashes import Clock
from tests.simulation.file_line import FileLine
from tests.simulation.kinds import CATALOGUE

Reply = TypeVar("Reply", HeadsReply, PullReply, PushReply, NumbersReply)


def offline() -> Unavailable:
    return Unavailable(OFFLINE, Words("หลุด", "lost"), code="offline")


@dataclass
class Fates:
    """How often a call meets each fate, in a hundred."""

    request_lost: int = 8
    reply_lost: int = 14


@dataclass
class Late:
    """A push or a request for numbers that arrives late, for the first time or once more."""

    who: Callable[[], Session]
    device: str
    name: str
    body: bytes
    counter: Numbered | None
    reply: PushReply | None
    """What it was answered before; None when it did not arrive then."""


@dataclass
class Network:
    """One server and the line to it. `service` is exchanged when the server is restored."""

    service: SyncService
    random: Random
    fates: Fates = field(default_factory=Fates)
    clock: Callable[[], datetime] = field(default_factory=Clock)
    """The server's."""
    files: Files | None = None
    """The server's documents."""
    late: list[Late] = field(default_factory=list)
    is_counting: bool = False
    """Whether requests are counted, so that a desk put back to an older file is told so."""
    counters: dict[str, Numbered] = field(default_factory=dict)
    """The highest `Sync-Counter` of each device, with its mark."""
    told: dict[str, str] = field(default_factory=dict)
    """The device that heard that its change is in, by change id."""
    refused: set[str] = field(default_factory=set)
    """Changes that were refused once."""
    revoked: set[str] = field(default_factory=set)
    """Devices."""
    sent: dict[str, bytes] = field(default_factory=dict)
    """Every change as it was sent, until an answer lets go of it."""
    faults: list[str] = field(default_factory=list)
    """What breaks a law on the line."""

    def repeat_late(self) -> None:
        """Delivers something of the past; its reply goes nowhere, but must say the same."""
        if not self.late:
            return
        again = self.random.choice(self.late)
        session = again.who()
        if session.device != again.device:
            return
        try:
            if again.reply is None:
                self.admit(again.device, again.counter)
            if not self.may_arrive(again):
                return
            reply = self.answer(session, again.name, again.body)
        except AppError:
            return
        if again.reply is None or not isinstance(reply, PushReply):
            return
        for before, now in zip(again.reply.results, reply.results, strict=bool(again.reply.results)):
            was_taken_away = now.status == "waiting" or (now.problem is not None and now.problem.code == "no-grant")
            if before.status == "applied" and now.status != "applied" and not was_taken_away:
                self.faults.append(f"law 3: {before.change_id} was applied and is now {now.status}")

    def may_arrive(self, late: Late) -> bool:
        """Whether something late must be harmless by itself. The gateway stops nearly each by its counter; what was refused, then or by a
        request that overtook it, needs that."""
        return not any(change["change_id"] in self.refused for change in msgspec.json.decode(late.body).get("changes", ()))

    def answer(self, session: Session, name: str, body: bytes) -> Any:
        """What the server says. Raises CallProblem, Unavailable."""
        asked = msgspec.json.decode(body)
        if name == "lineage":
            packed = BytesIO()
            self.service.lineage(session, asked["stream"], asked["after"], packed)
            return packed.getvalue()
        if name == "snapshot":
            with TemporaryDirectory() as folder:
                made = Downloads(self.service._storage, Path(folder)).open(session, asked["stream"])
                return made.etag, made.path.read_bytes()
        if name == "digest":
            return self.service.digest(session, asked["stream"], asked["at"])
        return getattr(self.service, name)(session, NumbersRequest(**asked) if name == "numbers" else asked)

    def forget_replies(self) -> None:
        """The server lost data: what was delivered may come late once more, but nothing holds the server to what it has lost."""
        self.late = [dataclasses.replace(one, reply=PushReply()) for one in self.late]

    def admit(self, device: str, counter: Numbered | None) -> None:
        """What the gateway asks before anything else. Raises CallProblem."""
        if device in self.revoked:
            raise CallProblem("revoked")
        if counter is not None and self.is_counting:
            last = self.counters.get(device, NOT_COUNTED)
            is_older_copy = counter.number == last.number and "" not in (counter.mark, last.mark) and counter.mark != last.mark
            if counter.number < last.number or is_older_copy:
                raise CallProblem("rewound")
            self.counters[device] = counter

    def look_at(self, session: Session, snapshots: Iterable[Snapshot | None]) -> None:
        """Law 9 on the line."""
        for shown in snapshots:
            if shown is not None:
                grant = session.grants.get(shown.stream)
                if grant is None or not grant.reads(area_of(CATALOGUE, shown.type, shown.fields)):
                    self.faults.append(f"law 9: {session.account} was shown {shown.stream} {shown.type} {shown.id}")

    def note_sent(self, changes: Mapping[str, bytes]) -> None:
        """A change that was sent and not answered is sent again as it was, byte for byte; by change id."""
        for change_id, text in changes.items():
            if self.sent.setdefault(change_id, text) != text:
                self.faults.append(f"{change_id} was sent as {self.sent[change_id]!r} and again as {text!r}")


class SimulatedTransport(FileLine):
    """The Transport of one desk."""

    def __init__(
        self,
        network: Network,
        session: Session | Callable[[], Session],
        between: Callable[[str], None],
        next_counter: Callable[[], Numbered] | None = None,
    ) -> None:
        """`session`: whose token it carries, or what tells it; `between` is called where other things may happen: `before` and `after` each
        call; `next_counter` numbers the requests, None sends no number."""
        self._network = self.network = network
        self._who = session if callable(session) else lambda: session
        self._next_counter = next_counter
        self._between = between
        self.heard: list[str] = []
        """Changes of the round that runs which the server said are in."""
        self.is_cut = False
        """Whether there is no line at all."""
        self.grants = ""
        self.server_time: datetime | None = None
        self.requests = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self.acknowledged: dict[str, tuple[int, str]] = {}
        """Highest seq and its chain that the server ever told this desk, by stream."""

    @property
    def _session(self) -> Session:
        return self._who()

    @_session.setter
    def _session(self, session: Session) -> None:
        self._who = lambda: session

    def hello(self) -> Hello:
        return self._network.service.hello()

    def account(self) -> AccountReply:
        session, _ = self._travel("", b"")
        self._arrived(session)
        return AccountReply(session.device, Account(session.account, session.role), granted(session))

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        return self._call("heads", {"streams": streams}, HeadsReply)

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        # Small pages, so that a history has several.
        reply = self._call("pull", {"streams": streams, "limit": min(limit, self._network.random.choice((1, 2, 5, 50)))}, PullReply)
        for stream, move in reply.cursors.items():
            self._acknowledge(stream, move.cursor, move.chain)
        return reply

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        sent = {one.change_id: written(one) for one in changes}
        self._network.note_sent(sent)
        reply = self._call("push", {"streams": streams, "changes": [msgspec.Raw(one) for one in sent.values()], "brief": True}, PushReply)
        for stream, move in reply.streams.items():
            self._acknowledge(stream, move.head, move.chain)
        for result in reply.results:
            if result.status == "applied":
                self.heard.append(result.change_id)
            if result.status in ("stale", "refused"):
                self._network.sent.pop(result.change_id, None)
        return reply

    def reserve(self) -> None:
        """A call takes its number when it travels."""

    def begin(self, call: Callable[[], Any]) -> Callable[[], Any]:
        """The server may have the call long before anybody waits for the answer, or only then."""
        if self._network.random.randrange(2):
            return call
        try:
            reply = call()
        except AppError as error:
            lost = error

            def fail() -> Any:
                raise lost

            return fail
        return lambda: reply

    def numbers(self, stream: str, book: str, year: int, count: int, seen: int, request_id: str) -> NumbersReply:
        body = {"stream": stream, "book": book, "year": year, "count": count, "seen": seen, "request_id": request_id}
        return self._call("numbers", body, NumbersReply)

    def lineage(self, stream: str, after: int) -> bytes:
        _, packed = self._travel("lineage", msgspec.json.encode({"stream": stream, "after": after}))
        head = msgspec.json.decode(gzip.decompress(packed).split(b"\n")[0])
        # What it was told before is lost: it is held to what the server has now.
        self.acknowledged[stream] = (head["head"], head["chain"])
        return cast(bytes, packed)

    @contextmanager
    def fetch_snapshot(self, stream: str, etag: str, offset: int) -> Iterator[SnapshotDownload]:
        session, (named, content) = self._travel("snapshot", msgspec.json.encode({"stream": stream}))
        lines = gzip.decompress(content).splitlines()
        self._network.look_at(session, [msgspec.json.decode(one, type=Snapshot) for one in lines[1:]])
        self._arrived(session)
        begins = offset if etag == named else 0
        yield SnapshotDownload(named, begins, len(content), self._pieces(content, begins, (len(lines) + 1) // 2))
        told = msgspec.json.decode(lines[0])
        self._acknowledge(stream, told["seq"], told["chain"])

    def _pieces(self, content: bytes, begins: int, count: int) -> Iterator[bytes]:
        """So many pieces, less those that came before, with a line that may break between them.

        How many is told by the records, not by the bytes: ids and times compress differently with every clock, and chance must not hear of that.
        """
        size = -(-len(content) // count)
        for at in range(begins, len(content), size):
            if self._network.random.randrange(100) < self._network.fates.reply_lost:
                raise offline()
            yield content[at : at + size]

    def digest(self, stream: str, at: int) -> DigestReply:
        return cast(DigestReply, self._travel("digest", msgspec.json.encode({"stream": stream, "at": at}))[1])

    def _acknowledge(self, stream: str, seq: int, chain: str) -> None:
        if seq >= self.acknowledged.get(stream, (0, ""))[0]:
            self.acknowledged[stream] = (seq, chain)

    def _call(self, name: str, body: Mapping[str, Any], kind: type[Reply]) -> Reply:
        sent = msgspec.json.encode(body)
        session, answer = self._travel(name, sent)
        reply = kind() if answer is None else msgspec.json.decode(msgspec.json.encode(answer), type=kind)  # type: ignore[call-arg]
        if isinstance(reply, PullReply):
            self._network.look_at(session, reply.snapshots)
        if isinstance(reply, PushReply):
            self._network.look_at(session, (result.snapshot for result in reply.results))
        self._arrived(session)
        return reply

    def file_call(self, work: Callable[[Files, Session], Any]) -> Any:
        """As `FileLine`."""
        files = self._network.files
        return super().file_call(work) if files is None else self._travel("files", b"", lambda session: work(files, session))[1]

    def cut(self, size: int) -> int:
        """After how many bytes of a body of that size the line breaks, or the other end has enough; mostly after all of them."""
        network = self._network
        return network.random.randrange(size) if size and network.random.randrange(100) < network.fates.reply_lost else size

    def _travel(self, name: str, sent: bytes, answered: Callable[[Session], Any] | None = None) -> tuple[Session, Any]:
        """There and back: who the server took it for, and what it says. Raises what the server says, or Unavailable."""
        network = self._network
        if self.is_cut:
            raise offline()
        counter = self._next_counter() if self._next_counter is not None else None
        self.requests += 1
        self.bytes_up += len(sent)
        self._between("before")
        roll = network.random.randrange(100)
        keeps = name in ("push", "numbers")
        if roll < network.fates.request_lost:
            if keeps:
                network.late.append(Late(self._who, self._who().device, name, sent, counter, None))
            raise offline()
        session = self._who()
        network.admit(session.device, counter)
        answer = answered(session) if answered else network.answer(session, name, sent) if name else None
        if keeps:
            known = answer if isinstance(answer, PushReply) else None
            network.refused |= {result.change_id for result in (known.results if known else ()) if result.status == "refused"}
            network.late.append(Late(self._who, session.device, name, sent, counter, known))
        if roll < network.fates.request_lost + network.fates.reply_lost:
            raise offline()
        self._between("after")
        return session, answer

    def _arrived(self, session: Session) -> None:
        self.grants = grants_mark(session)
        self.server_time = self._network.clock()


def granted(session: Session) -> tuple[GrantedStream, ...]:
    """What an account is told that it may use."""
    return tuple(
        GrantedStream(stream, "write" if one.may_write else "read", one.areas, stream) for stream, one in sorted(session.grants.items())
    )
