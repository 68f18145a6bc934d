"""What the engine may ask of the server, whatever carries it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from desktop.storage.outbox import Queued
from records.protocol import AccountReply, HeadsReply, Hello, Position, PullReply, PushReply

Answered = TypeVar("Answered")


class Transport(Protocol):
    """What the engine may ask of the server. Every call raises Unavailable, or Refused with the `code` of the problem."""

    @property
    def grants(self) -> str:
        """The last `Sync-Grants` a reply carried; empty before the first."""

    @property
    def requests(self) -> int:
        """Requests sent so far."""

    @property
    def bytes_up(self) -> int:
        """Bytes sent so far, headers included."""

    @property
    def bytes_down(self) -> int:
        """Bytes received so far, as they travelled, headers included."""

    def hello(self) -> Hello:
        """Asks for the server's limits; needs no token."""

    def account(self) -> AccountReply:
        """Asks who this device is and which streams it may use."""

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """Asks which streams moved beyond these positions."""

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """Fetches the next page of what is new after these positions."""

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        """Offers changes; those of the queue travel exactly as they are stored."""

    def begin(self, call: Callable[[], Answered]) -> Callable[[], Answered]:
        """Starts one call of this transport and returns what waits for its answer, or raises its error; one call at a time."""
