"""The line of the simulation: real server code behind a network that loses requests, loses replies and repeats requests late."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any, TypeVar

import msgspec

from desktop.storage.outbox import Queued
from desktop.sync.batches import written
from desktop.sync.replies import OFFLINE
from records.errors import AppError, Refused, Unavailable
from records.protocol import AccountReply, DigestReply, HeadsReply, Hello, Position, PullReply, PushReply
from records.words import Words
from server_stub.session import Session
from server_stub.sync import SyncService
from tests.simulation.file_line import FileLine

Reply = TypeVar("Reply", HeadsReply, PullReply, PushReply)
Answer = TypeVar("Answer")


def offline() -> Unavailable:
    return Unavailable(OFFLINE, Words("หลุด", "lost"), code="offline")


@dataclass
class Fates:
    """How often a call meets each fate, in a hundred."""

    request_lost: int = 8
    reply_lost: int = 14


@dataclass
class Pushed:
    """A push that reached the server once, to be repeated late."""

    session: Session
    body: bytes
    reply: PushReply


@dataclass
class Network:
    """One server and the line to it. `service` is exchanged when the server is restored."""

    service: SyncService
    random: Random
    fates: Fates = field(default_factory=Fates)
    pushed: list[Pushed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Answers that break law 3."""

    def repeat_late(self) -> None:
        """Delivers a push of the past once more; its reply goes nowhere, but must say the same."""
        if not self.pushed:
            return
        again = self.random.choice(self.pushed)
        try:
            reply = self.service.push(again.session, msgspec.json.decode(again.body))
        except (Unavailable, Refused):
            # A request of before a restore may find that the server has lost what it speaks of.
            return
        for before, now in zip(again.reply.results, reply.results, strict=bool(again.reply.results)):
            if before.status == "applied" and now.status != "applied":
                self.faults.append(f"law 3: {before.change_id} was applied and is now {now.status}")


class SimulatedTransport(FileLine):
    """The Transport of one desk."""

    def __init__(self, network: Network, session: Session, between: Callable[[str], None]) -> None:
        """`between` is called where other things may happen: `before` and `after` each call."""
        self._network = network
        self._session = session
        self._between = between
        self.grants = ""
        self.requests = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self.acknowledged: dict[str, tuple[int, str]] = {}
        """Highest seq and its chain that the server ever told this desk, by stream."""

    def hello(self) -> Hello:
        return self._network.service.hello()

    def account(self) -> AccountReply:
        raise offline()

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        return self._call("heads", {"streams": streams}, HeadsReply)

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        # Small pages, so that a history has several.
        reply = self._call("pull", {"streams": streams, "limit": min(limit, self._network.random.choice((1, 2, 5, 50)))}, PullReply)
        for stream, move in reply.cursors.items():
            self._acknowledge(stream, move.cursor, move.chain)
        return reply

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        reply = self._call("push", {"streams": streams, "changes": [msgspec.Raw(written(one)) for one in changes]}, PushReply)
        for stream, move in reply.streams.items():
            self._acknowledge(stream, move.head, move.chain)
        return reply

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

    def lineage(self, stream: str, after: int) -> bytes:
        def answer(service: SyncService) -> bytes:
            packed = BytesIO()
            service.lineage(self._session, stream, after, packed)
            return packed.getvalue()

        reply = self._carried(answer)
        head = msgspec.json.decode(gzip.decompress(reply).split(b"\n")[0])
        self.acknowledged[stream] = (head["head"], head["chain"])
        return reply

    def digest(self, stream: str, at: int) -> DigestReply:
        return self._carried(lambda service: service.digest(self._session, stream, at))

    def _carried(self, ask: Callable[[SyncService], Answer]) -> Answer:
        """A call that changes nothing, over the same bad line."""
        self.requests += 1
        self._between("before")
        roll = self._network.random.randrange(100)
        if roll < self._network.fates.request_lost:
            raise offline()
        reply = ask(self._network.service)
        if roll < self._network.fates.request_lost + self._network.fates.reply_lost:
            raise offline()
        self._between("after")
        return reply

    def _acknowledge(self, stream: str, seq: int, chain: str) -> None:
        if seq >= self.acknowledged.get(stream, (0, ""))[0]:
            self.acknowledged[stream] = (seq, chain)

    def _call(self, name: str, body: Mapping[str, Any], kind: type[Reply]) -> Reply:
        network = self._network
        sent = msgspec.json.encode(body)
        self.requests += 1
        self.bytes_up += len(sent)
        self._between("before")
        roll = network.random.randrange(100)
        if roll < network.fates.request_lost:
            raise offline()
        answer = getattr(network.service, name)(self._session, msgspec.json.decode(sent))
        reply = kind() if answer is None else msgspec.json.decode(msgspec.json.encode(answer), type=kind)
        if isinstance(reply, PushReply):
            network.pushed.append(Pushed(self._session, sent, reply))
        if roll < network.fates.request_lost + network.fates.reply_lost:
            raise offline()
        self._between("after")
        return reply
