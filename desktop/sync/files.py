"""Step 7 of a round: contents of documents up, those wanted down (docs/protocol.md, "Files").

    Files.run ── for each open stream
                   ask()     once a day, and after the server lost data: which files it lacks
                   send()    begin -> parts of at most 1 MB with their checksum -> sent; where it stopped is in the database
                   fetch()   from the last whole block on -> hash of the whole -> shown

Records never wait for documents: a round moves so many bytes and leaves the rest to the next. What the server does not take is noted with its
words and offered again later; it stops neither the other documents nor the round. Cut anywhere, by the line or by kill -9, the next round
goes on where this one stopped. Deciding what is kept on this computer is file_states' matter.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta

from desktop.storage import attachments, file_states, file_uses, state
from desktop.storage.attachments import BLOCK
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.file_states import Travelling
from desktop.sync import retry
from desktop.sync.line import FileDownload, FileLine
from desktop.sync.replies import SlowDown, not_ours
from desktop.sync.status import FilesReport, FileTrouble, Phase
from records.errors import AppError, Refused, Unavailable
from records.kinds.times import rfc3339
from records.problem_types import PROBLEMS
from records.protocol import Problem
from records.words import Words

LARGEST = 100 * 1024 * 1024
"""Bytes of one document; more is never taken in, whoever offers it."""
PART = 1 << 20
"""Bytes of a part on a good line."""
SMALLEST_PART = 1 << 15
"""Bytes of a part on a line that breaks all the time."""
PER_ROUND = 4 << 20
"""Bytes a round of the schedule moves before records have their turn again."""
_AT_ONCE = 100
"""Documents that are looked up together."""
_TRIES = 5
"""How often one document is begun anew or its part repeated in a round."""
_ASK_EVERY = timedelta(days=1)
_PRUNE_EVERY = timedelta(days=1)
_PART_SIZE = "file_part"
_PRUNED = "files_pruned"
_ENDS_ALL = frozenset({"revoked", "unauthenticated", "rewound", "upgrade-required"})
"""Refusals that are about this computer, not about a document."""
_OWN_DISK = frozenset({"disk", "disk-full"})
"""This computer's disk takes nothing: said as what it is, not as a broken line."""

Tell = Callable[[Phase, str, int, int], None]
"""Is told the phase, the stream, and how many bytes of how many were moved in this round."""


class Stopped(Exception):
    """Somebody asked to stop, or the round has moved enough; nothing is half done."""


class Files:
    """The documents of one round; used once."""

    def __init__(
        self,
        database: Database,
        transport: FileLine,
        clock: Callable[[], datetime],
        *,
        tell: Tell = lambda *_: None,
        stopped: Callable[[], bool] = lambda: False,
        most_bytes: int | None = PER_ROUND,
    ) -> None:
        """Args:
        stopped: asked between two parts.
        most_bytes: moved in this round; None for all there is.
        """
        self._database = database
        self._transport = transport
        self._clock = clock
        self._tell = tell
        self._stopped = stopped
        self._most = most_bytes
        self._moved = 0
        self._total = 0
        self.report = FilesReport()

    def run(self, streams: Collection[str], writable: Collection[str]) -> FilesReport:
        """Moves what there is to move; `streams` are open, into `writable` this desk may send. Raises what is about the whole computer."""
        file_uses.catch_up(self._database)
        with self._database.reading() as connection:
            with_files = file_states.streams_with_files(connection)
        try:
            # A province has hundreds of streams, most of them without a document.
            for stream in (name for name in streams if name in with_files):
                if stream in writable:
                    self._ask(stream)
                    self._each(Phase.SENDING_FILES, stream, file_states.to_send, self.send)
                self._each(Phase.FETCHING_FILES, stream, file_states.to_fetch, self.fetch)
                self._begin_asking(stream)
        except Stopped:
            self.report.more = True
        except SlowDown as error:
            self.report.more, self.report.wait_s = True, error.retry_after_s
        except Unavailable as error:
            if error.code in _OWN_DISK:
                raise
            # The records of this round are safe already; documents go on where they stopped.
            self.report.more = self.report.is_broken = True
        self._prune()
        return self._reported()

    # Up ---------------------------------------------------------------------------------------------------------------------------

    def send(self, file: Travelling) -> None:
        """Sends one document, from where the server has it. Raises Stopped, Unavailable; what the server refuses is noted."""
        with self._database.reading() as connection:
            size = attachments.size_of(connection, file.sha256)
        if size is None:
            return
        try:
            self._send(file, size)
        except Refused as error:
            self._refused(file, error, retry.refused_until(self._clock(), file.failures + 1))
        else:
            with self._database.write() as connection:
                file_states.sent(connection, file)
            self.report.sent += 1

    def _send(self, file: Travelling, size: int) -> None:
        for attempt in range(_TRIES):
            try:
                upload, offset = self._begun(file, size)
                while offset is not None and offset < size:
                    offset = self._send_part(file, upload, offset)
            except Refused as error:
                # Another offset, a damaged part, an upload gone: asked again where it stands, a few times.
                if error.code not in ("offset", "checksum", "not-found") or attempt == _TRIES - 1:
                    raise
                if error.code == "not-found":
                    self._remember(file, "")
                continue
            return

    def _begun(self, file: Travelling, size: int) -> tuple[str, int | None]:
        """The upload and the bytes the server has; None when it has all."""
        with self._database.reading() as connection:
            upload = next((one.upload for one in file_states.of_file(connection, file.sha256) if one.stream == file.stream), "")
        offset = self._transport.file_offset(file.stream, upload) if upload else None
        if offset is not None and offset < size:
            return upload, offset
        begun = self._transport.begin_file(file.stream, file.sha256, size, file.media_type)
        if begun is None:
            return "", None
        self._remember(file, begun.id)
        offset = begun.offset if begun.offset is not None else self._transport.file_offset(file.stream, begun.id)
        if offset is None or offset > size:
            raise not_ours()
        return begun.id, offset

    def _send_part(self, file: Travelling, upload: str, offset: int) -> int:
        self._may_go_on()
        with self._database.reading() as connection:
            most = self._part_size(connection)
            part = _taken(attachments.blocks(connection, file.sha256, offset), most)
        try:
            reached = self._transport.send_part(file.stream, upload, offset, part)
        except SlowDown:
            raise
        except Unavailable:
            self._set_part_size(max(most // 2, SMALLEST_PART))
            raise
        if most < PART:
            self._set_part_size(min(most * 2, PART))
        if not offset < reached <= offset + len(part):
            raise not_ours()
        self._count(Phase.SENDING_FILES, file.stream, len(part))
        return reached

    def _ask(self, stream: str) -> None:
        """Asks, once a day, which files the server lacks, and offers those that are here again: it may be a restored one."""
        now = self._clock()
        with self._database.reading() as connection:
            asked = file_states.asked_at(connection, stream)
            if not asked or rfc3339(now - _ASK_EVERY) < asked <= rfc3339(now):
                return
        try:
            missing = self._transport.missing_files(stream)
        except Refused as error:
            if error.code in _ENDS_ALL:
                raise
            return
        with self._database.write() as connection:
            file_states.ask_again(connection, stream, missing)
            file_states.note_asked(connection, stream, now)

    def _begin_asking(self, stream: str) -> None:
        """What was moved just now is there: the first question comes a day later."""
        with self._database.reading() as connection:
            if file_states.asked_at(connection, stream) or not file_states.has_sent(connection, stream):
                return
        with self._database.write() as connection:
            file_states.note_asked(connection, stream, self._clock())

    # Down -------------------------------------------------------------------------------------------------------------------------

    def fetch(self, file: Travelling) -> None:
        """Fetches one document, from the last block that is here. Raises Stopped, Unavailable; what is not there is noted."""
        with self._database.write() as connection:
            offset = attachments.begin(connection, file.sha256, file.size)
            if attachments.is_here(connection, file.sha256):
                return
        if offset and offset >= file.size and is_right(self._database, file.sha256):
            # Every byte had come when the program was stopped.
            self.report.received += 1
            return
        try:
            with self._transport.fetch_file(file.stream, file.sha256, offset) as download:
                self._take(file, download)
        except Refused as error:
            if error.code == "range":
                with self._database.write() as connection:
                    attachments.forget(connection, file.sha256)
            until = retry.refused_until if error.code == "too-large" else retry.absent_until
            self._refused(file, error, until(self._clock(), file.failures + 1))

    def _take(self, file: Travelling, download: FileDownload) -> None:
        if download.size > LARGEST:
            raise Refused(PROBLEMS["too-large"].title, PROBLEMS["too-large"].detail, code="too-large")
        offset, held = download.offset, b""
        try:
            for block in download.blocks:
                held += block
                if len(held) >= PART:
                    whole = len(held) - len(held) % BLOCK
                    self._keep(file, offset, held[:whole])
                    offset, held = offset + whole, held[whole:]
                    self._may_go_on()
                if offset + len(held) > download.size:
                    raise not_ours()
        except (Unavailable, Stopped):
            self._keep(file, offset, held[: len(held) - len(held) % BLOCK])
            raise
        self._keep(file, offset, held)
        if offset + len(held) != download.size:
            raise not_ours()
        self._show(file)

    def _keep(self, file: Travelling, offset: int, part: bytes) -> None:
        if part:
            with self._database.write() as connection:
                attachments.put(connection, file.sha256, offset, [part])
            self._count(Phase.FETCHING_FILES, file.stream, len(part))

    def _show(self, file: Travelling) -> None:
        if is_right(self._database, file.sha256):
            with self._database.write() as connection:
                file_states.sent(connection, file)
            self.report.received += 1
        else:
            damaged = PROBLEMS["checksum"]
            self._refused(
                file, Refused(damaged.title, damaged.detail, code="checksum"), retry.absent_until(self._clock(), file.failures + 1)
            )

    # What every step needs --------------------------------------------------------------------------------------------------------

    def _each(
        self,
        phase: Phase,
        stream: str,
        wanted: Callable[[Connection, str, datetime, int], list[Travelling]],
        work: Callable[[Travelling], None],
    ) -> None:
        """Does the work for every document; each is either done or put off, so that no question finds it again."""
        done: set[str] = set()
        while True:
            with self._database.reading() as connection:
                found = [one for one in wanted(connection, stream, self._clock(), _AT_ONCE) if one.sha256 not in done]
            if not found:
                return
            self._total += sum(one.size for one in found)
            for file in found:
                self._may_go_on()
                self._tell(phase, stream, self._moved, max(self._total, self._moved))
                work(file)
                done.add(file.sha256)

    def _may_go_on(self) -> None:
        if self._stopped() or (self._most is not None and self._moved >= self._most):
            raise Stopped

    def _count(self, phase: Phase, stream: str, size: int) -> None:
        self._moved += size
        self._tell(phase, stream, self._moved, max(self._total, self._moved))

    def _refused(self, file: Travelling, error: AppError, until: datetime) -> None:
        if error.code in _ENDS_ALL:
            raise error
        with self._database.write() as connection:
            if error.code in ("offset", "checksum", "invalid"):
                file_states.begun(connection, file, "")
            file_states.failed(connection, file, Problem(error.code, error.title.th, error.message.th), until)

    def _remember(self, file: Travelling, upload: str) -> None:
        with self._database.write() as connection:
            file_states.begun(connection, file, upload)

    def _part_size(self, connection: Connection) -> int:
        text = state.setting(connection, _PART_SIZE)
        return int(text) if text else PART

    def _set_part_size(self, size: int) -> None:
        with self._database.write() as connection:
            state.set_setting(connection, _PART_SIZE, None if size == PART else str(size))

    def _prune(self) -> None:
        now = self._clock()
        with self._database.reading() as connection:
            last = state.setting(connection, _PRUNED) or ""
            is_due = not rfc3339(now - _PRUNE_EVERY) < last <= rfc3339(now)
            if not is_due or connection.value("SELECT 1 FROM file LIMIT 1") is None:
                return
        with self._database.write() as connection:
            file_states.prune(connection, now)
            state.set_setting(connection, _PRUNED, rfc3339(now))

    def _reported(self) -> FilesReport:
        with self._database.reading() as connection:
            self.report.waiting, _ = file_states.waiting(connection)
            troubled = file_states.troubled(connection)
        self.report.troubles = tuple(
            FileTrouble(file.stream, file.sha256, file.name, problem.code, words_of(problem)) for file, problem in troubled
        )
        return self.report


def words_of(problem: Problem) -> Words:
    """Why a document does not go or come, in words."""
    known = PROBLEMS.get(problem.code)
    said = problem.detail or problem.title or problem.code
    return known.detail if known else Words(said, said)


def is_right(database: Database, sha256: str) -> bool:
    """Shows a content of which every byte came; False, and it is gone, when it has another hash."""
    with database.reading() as connection:
        found, size = attachments.hash_of(connection, sha256)
    with database.write() as connection:
        if found != sha256:
            attachments.forget(connection, sha256)
            return False
        attachments.mark_whole(connection, sha256, size)
    return True


def arrived(database: Database, sha256: str, blocks: Iterable[bytes]) -> bool:
    """Takes in a document that came another way (a bundle); False, and nothing is kept, when it has another hash or is too large."""
    offset, held = 0, b""
    with database.write() as connection:
        if attachments.is_here(connection, sha256):
            return True
        attachments.begin(connection, sha256, 0)
    for block in blocks:
        held += block
        if offset + len(held) > LARGEST:
            with database.write() as connection:
                attachments.forget(connection, sha256)
            return False
        whole = len(held) - len(held) % BLOCK
        if whole >= PART:
            with database.write() as connection:
                attachments.put(connection, sha256, offset, [held[:whole]])
            offset, held = offset + whole, held[whole:]
    with database.write() as connection:
        attachments.put(connection, sha256, offset, [held])
    return is_right(database, sha256)


def _taken(blocks: Iterator[bytes], most: int) -> bytes:
    """The first bytes of the blocks, at most so many."""
    part = bytearray()
    for block in blocks:
        part += block[: most - len(part)]
        if len(part) >= most:
            break
    return bytes(part)
