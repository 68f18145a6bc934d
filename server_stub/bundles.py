"""What becomes of a bundle: opened, run as its device's own calls, and answered by another one (docs/bundles.md).

    work.ttb --open, check--> number of the device --> changes.jsonl, batch by batch --> SyncService.push_rows    results/
                                                      numbers wished for            --> SyncService.numbers
                                                      files                         --> ContentStore
                                                      where the desk stands         --> SyncService.pull_rows    pages/, trails/

Whoever relays a bundle sees none of it: what may be read and written is the right of the device and account that made it. Run again it gives
the same answers, because every change id is applied once. Nothing but one batch or page is in memory.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Protocol

import msgspec

from records.bundle import CHANGES, BundleReader, BundleWriter, lineage_name
from records.bundle_manifest import CarriedFile, NumbersGiven, NumbersWish, ReplyManifest, Trail, WorkManifest
from records.ids import Entropy
from records.kinds.times import rfc3339
from records.protocol import Position, Problem
from records.sealing import seal_to
from records.stored import CHAIN_ON_WIRE
from records.words import Language
from server_stub import server_keys
from server_stub.auth import Auth, grants_mark
from server_stub.bodies import NumbersBody, checked
from server_stub.bundle_opening import BundleLine, Opening, line_units, read_line
from server_stub.problems import CallProblem, refusal, stream_problem
from server_stub.push import Outcome
from server_stub.server_keys import PrivateKeys
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.sync import Clock, PushedRows, SyncService
from server_stub.wire import pull_reply, push_reply

LONGEST_TRAIL = 20_000
"""Writes of a stream whose chains a reply tells; a desk that is further behind takes pages only from where it said it stood."""
MOST_REPLY = 1 << 30
"""Bytes, inflated, after which a reply takes no further page or file: the next bundle goes on."""
MOST_NUMBERS = 100
_IN_MEMORY = 1 << 20
"""Bytes of a lineage that are kept in memory; a longer one goes through a file of the system's, as over a line."""
_BLOCK = 1 << 18
_ROOM = 4096
_ROOM_PER_STREAM = 160


class ContentStore(Protocol):
    """Where the contents of attached files are kept (server_stub/files.py)."""

    def take_in(self, session: Session, file: CarriedFile, blocks: Iterable[bytes]) -> None:
        """Keeps a content whose hash and size are checked. Raises CallProblem."""

    def content(self, session: Session, stream: str, sha256: str) -> tuple[int, Iterator[bytes]] | None:
        """The size and the blocks of a content the caller may read; None when it is not here or not theirs."""

    def lacks(self, stream: str, sha256: str) -> bool:
        """Whether the content is not here; whoever asks judged who may know."""


@dataclass
class _Answer:
    """What was found out so far."""

    writer: BundleWriter
    positions: dict[str, Position]
    """Where the next page begins: at first where the desk stands."""
    results: int = 0
    pages: int = 0
    trails: int = 0
    more: bool = False
    heads: dict[str, int] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    lineages: list[str] = field(default_factory=list)


class Bundles:
    """Answers bundles."""

    def __init__(self, service: SyncService, auth: Auth, storage: Storage, clock: Clock, entropy: Entropy) -> None:
        """The parts that decide; `contents` is set where attached files are kept."""
        self._service = service
        self._auth = auth
        self._storage = storage
        self._clock = clock
        self._entropy = entropy
        self._opening = Opening(auth, storage, clock)
        self.contents: ContentStore | None = None

    def answer(self, work: BinaryIO, reply: BinaryIO, language: Language) -> None:
        """Runs the work and writes the reply. Raises BundleFault, and then nothing was changed."""
        with self._storage.look_up() as directory:
            keys = server_keys.private_keys(directory)
        if keys is None:
            raise CallProblem("unavailable", retry_after_s=30)
        opened = self._opening.opened(work, keys, language)
        bundle, session = opened.bundle, opened.session
        said = bundle.manifest
        writer = BundleWriter(reply, seal_to(opened.sealing_key, self._entropy), "reply", self._auth.ensure_server(), keys.signing)
        answer = _Answer(writer, {name: at for name, at in said.streams.items() if name in session.grants})
        self._changes(bundle, session, answer)
        taken = self._files_in(bundle, session)
        given = tuple(self._numbers(session, wish) for wish in said.numbers[:MOST_NUMBERS])
        for name in said.streams:
            if name not in session.grants:
                answer.problems[name] = stream_problem("no-grant", language)
        self._pages(session, answer)
        self._trails(said, answer)
        self._lineages(session, answer)
        carried = self._files_out(said, session, answer)
        writer.finish(self._manifest(said, session, answer, given, carried, taken, keys))

    # What is done ----------------------------------------------------------------------------------------------------------------

    def _changes(self, bundle: BundleReader[WorkManifest], session: Session, answer: _Answer) -> None:
        limits = self._service.limits
        batch: list[BundleLine] = []
        size = _ROOM
        for unit in line_units(map(read_line, bundle.lines(CHANGES))):
            weight = sum(one.size + 1 for one in unit) + _ROOM_PER_STREAM * len({one.stream for one in unit})
            if batch and (len(batch) + len(unit) > limits.changes or size + weight > limits.bytes):
                self._push(bundle.manifest, session, batch, answer)
                batch, size = [], _ROOM
            batch += unit
            size += weight
        if batch:
            self._push(bundle.manifest, session, batch, answer)

    def _push(self, said: WorkManifest, session: Session, batch: Sequence[BundleLine], answer: _Answer) -> None:
        streams = {one.stream for one in batch} & set(said.streams)
        body = {"streams": {name: _told(said.streams[name]) for name in streams}, "changes": [one.raw for one in batch]}
        try:
            pushed = self._service.push_rows(session, body)
        except CallProblem as problem:
            if problem.code == "too-large":
                self._push_less(said, session, batch, answer)
                return
            if problem.code != "fork":
                raise
            forked = stream_problem("fork", session.language)
            pushed = PushedRows([Outcome(one.change_id, "waiting") for one in batch], {}, dict.fromkeys(streams, forked))
        answer.problems.update(pushed.problems)
        answer.results += 1
        answer.writer.add_message("results", answer.results, msgspec.json.encode(push_reply(pushed)))

    def _push_less(self, said: WorkManifest, session: Session, batch: Sequence[BundleLine], answer: _Answer) -> None:
        """Halves of what is too large together; what is too large by itself is refused by name."""
        whole = list(line_units(batch))
        if len(whole) > 1:
            for half in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
                self._push(said, session, [one for unit in half for one in unit], answer)
            return
        problem = refusal("too-large", session.language)
        pushed = PushedRows([Outcome(one.change_id, "refused", problem=problem) for one in batch])
        answer.results += 1
        answer.writer.add_message("results", answer.results, msgspec.json.encode(push_reply(pushed)))

    def _numbers(self, session: Session, wish: NumbersWish) -> NumbersGiven:
        try:
            request = checked(NumbersBody, msgspec.to_builtins(wish)).request(self._service.limits)
            given = self._service.numbers(session, request)
        except CallProblem as problem:
            said = problem.document(session.language)
            return NumbersGiven(wish.request_id, problem=Problem(problem.code, said["title"], said["detail"]))
        return NumbersGiven(wish.request_id, given.from_, given.to)

    # What is new -----------------------------------------------------------------------------------------------------------------

    def _pages(self, session: Session, answer: _Answer) -> None:
        open_now = [name for name in answer.positions if name not in answer.problems]
        most = self._service.limits.streams
        for part in (open_now[at : at + most] for at in range(0, len(open_now), most)):
            if not self._pages_of(session, part, answer):
                answer.more = True
                return

    def _pages_of(self, session: Session, streams: Sequence[str], answer: _Answer) -> bool:
        """The pages of these streams until their heads; False when the bundle is full before."""
        while left := [name for name in streams if name not in answer.problems]:
            if answer.writer.size > MOST_REPLY:
                return False
            body = {"streams": {name: _told(answer.positions[name]) for name in left}, "limit": self._service.limits.page}
            try:
                pulled = self._service.pull_rows(session, body)
            except CallProblem as problem:
                if problem.code != "fork":
                    raise
                answer.problems.update(dict.fromkeys(left, stream_problem("fork", session.language)))
                return True
            answer.problems.update(pulled.problems)
            for name, move in pulled.cursors.items():
                answer.positions[name] = Position(move.cursor, move.chain)
            if pulled.cursors:
                answer.pages += 1
                answer.writer.add_message("pages", answer.pages, msgspec.json.encode(pull_reply(pulled)))
            elif not pulled.problems:
                return True
            if not pulled.more:
                return True
        return True

    def _trails(self, said: WorkManifest, answer: _Answer) -> None:
        with self._storage.read(tuple(answer.positions)) as reader:
            for name, told in said.streams.items():
                reached = answer.positions.get(name)
                if name in answer.problems or reached is None:
                    continue
                answer.heads[name] = reached.cursor
                if not 0 < reached.cursor - told.cursor <= LONGEST_TRAIL:
                    continue
                chains = "".join(chain[:CHAIN_ON_WIRE] for chain in reader.chains(name, after=told.cursor, until=reached.cursor))
                answer.trails += 1
                answer.writer.add_message("trails", answer.trails, msgspec.json.encode(Trail(name, told.cursor, chains)))

    def _lineages(self, session: Session, answer: _Answer) -> None:
        """What a desk needs to find its way back, for each stream of which this server lost data."""
        for name in [name for name, problem in answer.problems.items() if problem.code == "fork"]:
            if answer.writer.size > MOST_REPLY:
                answer.more = True
                return
            # Written whole before it is carried: a view of the store is not held open while a bundle is sealed.
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as made:
                self._service.lineage(session, name, 0, made)
                made.seek(0)
                answer.lineages.append(name)
                answer.writer.add(lineage_name(len(answer.lineages)), iter(partial(made.read, _BLOCK), b""), is_packed=True)

    # Files -----------------------------------------------------------------------------------------------------------------------

    def _files_in(self, bundle: BundleReader[WorkManifest], session: Session) -> tuple[CarriedFile, ...]:
        """Takes in what the bundle carries; returns those of its files that are here then. One that is not taken stops nothing."""
        if self.contents is None:
            return ()
        for file in bundle.manifest.files:
            name = f"files/{file.sha256}"
            if name in bundle.entries and self._may_write(session, file) and self.contents.lacks(file.stream, file.sha256):
                with suppress(CallProblem):
                    self.contents.take_in(session, file, bundle.blocks(name))
        return tuple(
            file for file in bundle.manifest.files if self._may_write(session, file) and not self.contents.lacks(file.stream, file.sha256)
        )

    @staticmethod
    def _may_write(session: Session, file: CarriedFile) -> bool:
        """Nothing says of a stream that is not granted which files it has."""
        grant = session.grants.get(file.stream)
        return grant is not None and grant.may_write

    def _files_out(self, said: WorkManifest, session: Session, answer: _Answer) -> tuple[CarriedFile, ...]:
        carried: list[CarriedFile] = []
        for file in said.wanted:
            found = self.contents.content(session, file.stream, file.sha256) if self.contents is not None else None
            if found is None:
                continue
            size, blocks = found
            name = f"files/{file.sha256}"
            if name not in answer.writer.entries:
                if answer.writer.size + size > MOST_REPLY:
                    answer.more = True
                    continue
                answer.writer.add(name, blocks, is_packed=True)
            carried.append(msgspec.structs.replace(file, size=size))
        return tuple(carried)

    def _manifest(
        self,
        said: WorkManifest,
        session: Session,
        answer: _Answer,
        given: tuple[NumbersGiven, ...],
        carried: tuple[CarriedFile, ...],
        taken: tuple[CarriedFile, ...],
        keys: PrivateKeys,
    ) -> ReplyManifest:
        return ReplyManifest(
            answers=said.id,
            number=said.number,
            device=said.device,
            made_at=rfc3339(self._clock()),
            streams=said.streams,
            heads=answer.heads,
            counts={"results": answer.results, "pages": answer.pages, "trails": answer.trails, "files": len(carried)},
            more=answer.more,
            problems=answer.problems,
            lineages=tuple(answer.lineages),
            numbers=given,
            files=carried,
            taken=taken,
            account=self._auth.account(session),
            grants=grants_mark(session),
            keys=keys.public,
        )


def _told(at: Position) -> object:
    """A position as it stands in the body of a call: its witness is a list there."""
    return msgspec.json.decode(msgspec.json.encode(at))
