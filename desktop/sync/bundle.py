"""The line of a round whose answers came in a file: what a server would say now, as far as the file can tell.

A reply was made for where this desk stood when it made its work. Since then it may have synced, taken other replies in, or been restored; the
server may have been restored too. So nothing is taken from a file that a line would not have given: results go to changes that are still in
flight, and a page is cut to what lies behind the cursor, if the file's chain goes through cursor and witness (`_Course`). What does not fit is
left; the next bundle brings it again.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from desktop.storage.outbox import Queued
from desktop.sync.line import Answered
from desktop.sync.replies import unavailable
from records.bundle import BundleReader, lineage_name
from records.bundle_manifest import EnrolmentManifest, ReplyManifest, Trail
from records.errors import Unavailable
from records.protocol import (
    AccountReply,
    CursorMove,
    DigestReply,
    HeadsReply,
    Hello,
    Position,
    Problem,
    PullReply,
    PushReply,
    Result,
    StreamMove,
)
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN
from records.words import Words


class _Course:
    """The chain of one stream as far as a reply tells it."""

    def __init__(self, told: Position, head: int) -> None:
        """`told`: where the desk said it stood, which the server had; `head`: how far the pages go."""
        self._known = {told.cursor: told.chain, 0: FIRST_CHAIN[:CHAIN_ON_WIRE]}
        if told.witness is not None:
            self._known[told.witness[0]] = told.witness[1]
        self._trail: Trail | None = None
        self.head = head

    def learn(self, trail: Trail) -> None:
        """Takes the chains after each seq."""
        self._trail = trail

    def learn_at(self, seq: int, chain: str) -> None:
        """Takes the chain after one."""
        self._known[seq] = chain

    def _says(self, seq: int, chain: str) -> bool | None:
        """Whether this is the chain there; None when the reply does not tell."""
        known = self._known.get(seq) or (self._trail.chain_at(seq) if self._trail else "")
        return known == chain if known else None

    def contradicts(self, at: Position) -> bool:
        """Whether the desk stands in another history than the reply's."""
        return self._says(at.cursor, at.chain) is False or (at.witness is not None and self._says(*at.witness) is False)

    def leads_on(self, at: Position) -> bool:
        """Whether the desk surely stands in this history, and nothing newer was acknowledged to it."""
        if self._says(at.cursor, at.chain) is not True or at.cursor > self.head:
            return False
        return at.witness is None or (at.witness[0] <= self.head and self._says(*at.witness) is True)


class BundleLine:
    """The Transport of a reply, or of an enrolment bundle."""

    def __init__(self, bundle: BundleReader[ReplyManifest] | BundleReader[EnrolmentManifest], *, takes_grants: bool) -> None:
        """`takes_grants`: whether nothing newer than this reply said what is granted. Raises BundleFault."""
        self.requests = self.bytes_up = self.bytes_down = 0
        self._bundle = bundle
        said = bundle.manifest
        is_reply = isinstance(said, ReplyManifest)
        self.grants = said.grants if takes_grants else ""
        self._account = (
            said.account if isinstance(said, ReplyManifest) else AccountReply(said.device, said.account, said.streams, said.keys)
        )
        self._told = told = said.streams if isinstance(said, ReplyManifest) else {}
        self._lineages = said.lineages if isinstance(said, ReplyManifest) else ()
        self._courses = {
            name: _Course(told.get(name) or Position(0, FIRST_CHAIN[:CHAIN_ON_WIRE]), head) for name, head in said.heads.items()
        }
        self._pages = bundle.count("pages")
        self._page = 1
        self._unanswered: set[str] = set()
        self._places: dict[str, int] = {}
        self._moves: dict[str, StreamMove] = {}
        self._held: tuple[int, dict[str, Result]] = (0, {})
        if is_reply:
            self._read_course()

    def _read_course(self) -> None:
        """Where each result stands, how the pushes moved the streams, and the chains."""
        for number in range(1, self._bundle.count("results") + 1):
            reply = self._bundle.message("results", number, PushReply)
            self._places |= {result.change_id: number for result in reply.results}
            self._moves |= reply.streams
        for number in range(1, self._bundle.count("trails") + 1):
            trail = self._bundle.message("trails", number, Trail)
            if trail.stream in self._courses:
                self._courses[trail.stream].learn(trail)
        for name, move in self._moves.items():
            if name in self._courses:
                self._courses[name].learn_at(move.head, move.chain)

    # Transport -------------------------------------------------------------------------------------------------------------------

    def hello(self) -> Hello:
        """A file has no limits to tell."""
        raise _no_line()

    def account(self) -> AccountReply:
        """Who the desk is and what it may use."""
        return self._account

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        """What the reply says of these changes; `waiting` for those it does not answer, whose streams it then brings no page of."""
        results: list[Result] = []
        answered: set[str] = set()
        lost = self._lost(streams)
        for change in changes:
            course, at = self._courses.get(change.stream), streams.get(change.stream)
            does_fit = at is not None and (course is None or not course.contradicts(at))
            result = self._result(change.change_id) if does_fit else None
            if result is None or result.status == "waiting":
                if change.stream not in lost:
                    self._unanswered.add(change.stream)
                result = Result(change.change_id, "waiting")
            else:
                answered.add(change.stream)
            results.append(result)
        # As if others had written before: the cursor moves by pages alone, the witness with what was acknowledged.
        moves = {name: StreamMove(move.head, move.head, move.chain) for name, move in self._moves.items() if name in answered}
        return PushReply(results, moves, lost)

    def reserve(self) -> None:
        """A bundle has one number for all."""

    def begin(self, call: Callable[[], Answered]) -> Callable[[], Answered]:
        """Nothing is on its way: the call is made by whoever waits for it."""
        return call

    def lineage(self, stream: str, after: int) -> bytes:
        """What the server has of a stream of which it lost data, as it travelled."""
        if stream not in self._lineages:
            raise _no_line()
        return b"".join(self._bundle.blocks(lineage_name(self._lineages.index(stream) + 1)))

    def _lost(self, streams: Mapping[str, Position]) -> dict[str, Problem]:
        """The streams of which the server lost data, where the desk still stands as it said: else the lineage speaks of another moment."""
        return {name: Problem("fork") for name in self._lineages if name in streams and streams[name] == self._told.get(name)}

    def digest(self, stream: str, at: int) -> DigestReply:
        """A copy is compared on a line alone."""
        raise _no_line()

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """The streams of which the reply has pages that this desk may take."""
        heads = {name: course.head for name, at in streams.items() if (course := self._fitting(name, at)) and course.head > at.cursor}
        return HeadsReply(heads, problems=self._lost(streams))

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """The next page with something behind these positions, cut to that."""
        while self._page <= self._pages:
            page = self._bundle.message("pages", self._page, PullReply)
            self._page += 1
            cursors = {name: cut for name, move in page.cursors.items() if (cut := self._cut(name, streams.get(name), move))}
            if cursors:
                new = [one for one in page.snapshots if one.stream in cursors and one.seq > cursors[one.stream].from_]
                return PullReply(new, cursors, more=self._page <= self._pages)
        return PullReply()

    def _fitting(self, stream: str, at: Position | None) -> _Course | None:
        course = self._courses.get(stream)
        if course is None or at is None or stream in self._unanswered or not course.leads_on(at):
            return None
        return course

    def _cut(self, stream: str, at: Position | None, move: CursorMove) -> CursorMove | None:
        """The move from where the desk stands; None when it is none, or there is a gap before it."""
        course = self._fitting(stream, at)
        if course is None or at is None or not move.from_ <= at.cursor < move.cursor:
            return None
        course.learn_at(move.cursor, move.chain)
        return replace(move, from_=at.cursor)

    def _result(self, change_id: str) -> Result | None:
        number = self._places.get(change_id)
        if number is None:
            return None
        if self._held[0] != number:
            reply = self._bundle.message("results", number, PushReply)
            self._held = number, {result.change_id: result for result in reply.results}
        return self._held[1].get(change_id)

    def unanswered(self) -> frozenset[str]:
        """The streams with work in flight that this reply does not answer."""
        return frozenset(self._unanswered)


class NoLine:
    """The Transport of a round that only freezes."""

    grants = ""
    requests = bytes_up = bytes_down = 0

    def hello(self) -> Hello:
        """There is no line."""
        raise _no_line()

    def account(self) -> AccountReply:
        """There is no line."""
        raise _no_line()

    def reserve(self) -> None:
        """A bundle has one number for all."""

    def begin(self, call: Callable[[], Answered]) -> Callable[[], Answered]:
        """Nothing is on its way: the call is made by whoever waits for it."""
        return call

    def lineage(self, stream: str, after: int) -> bytes:
        """A desk finds its way back to a server that lost data on a line alone."""
        raise _no_line()

    def digest(self, stream: str, at: int) -> DigestReply:
        """A copy is compared on a line alone."""
        raise _no_line()

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """There is no line."""
        raise _no_line()

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """There is no line."""
        raise _no_line()

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        """There is no line."""
        raise _no_line()


def _no_line() -> Unavailable:
    return unavailable(Words("เครื่องนี้รับส่งงานด้วยแฟ้ม", "This computer exchanges its work by bundles"), "offline")
