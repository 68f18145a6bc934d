"""Work by bundles (`*.ttb`): out on a stick, past anybody who has a line, and the reply back in (docs/bundles.md).

contents()   what a bundle made now would hold          export()   makes one: what is in it is frozen, as if it had been pushed
relay()      brings bundles of any desk to the server   apply()    takes a reply in, as if it had synced
sent()       what is out and not answered               enrol()    a first start without a line
"""

import dataclasses
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from desktop import durable
from desktop.services import lock, rounds
from desktop.services.backup_failures import place_failed
from desktop.services.sync import LAST_SYNC, Listener
from desktop.storage import bundles, numbers, outbox, state
from desktop.storage.bundles import Sent
from desktop.storage.numbers import Lease
from desktop.storage.state import Identity
from desktop.sync.status import Pause, Report, SyncStatus
from records.bundle import LARGEST_BUNDLE, SUFFIX
from records.bundle_faults import BundleFault
from records.errors import AppError, Correctable, Unavailable
from records.kinds.times import rfc3339
from records.sealing import key_name, public_sealing_key, recipient_of
from records.thai.dates import today_in_thailand
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from records.bundle_manifest import NumbersGiven

REPLY_SUFFIX = f".reply{SUFFIX}"
_NOT_THERE = Words("ไม่พบแฟ้มนี้", "it is not there")
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class Contents:
    """What a bundle made now would hold."""

    changes: int
    """Changes that wait or were sent and not answered."""
    again: int
    """Those of them that went out before."""
    refused: int
    """Changes the server did not take; they go again when their time comes."""
    files: int
    file_bytes: int


@dataclass(frozen=True)
class Exported:
    """A bundle that was written."""

    sent: Sent
    path: Path
    paused: Mapping[str, Pause]
    """What stays here until a person agrees to it, by stream."""


@dataclass(frozen=True)
class Relayed:
    """What became of one bundle."""

    path: Path
    reply: Path | None = None
    """Where its reply was written; None when there is none."""
    error: AppError | None = None
    """Why not."""


@dataclass(frozen=True)
class Applied:
    """A reply that was taken in."""

    report: Report
    made_at: str
    """When the server made it, RFC 3339 UTC."""
    more: bool
    """Whether the server had more than a bundle holds."""
    unanswered: frozenset[str]
    """Streams with work in flight that another reply answers."""
    files: int
    """Documents that came."""
    problems: Mapping[str, Words]
    """What the server said of streams it did not take part with."""


def _nobody_listens(_: SyncStatus) -> None:
    """For a bundle nobody watches."""


class Bundles:
    """Bundles of this desk, and of those it relays."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def contents(self) -> Contents:
        """What a bundle made now would hold; asks nobody."""
        from desktop.sync.bundle_files import outgoing

        documents = outgoing(self._office.database, self._office.clock())
        with self._office.database.reading() as connection:
            counts = outbox.counts(connection).values()
        total = {name: sum(of_stream.get(name, 0) for of_stream in counts) for name in ("waiting", "in_flight", "refused")}
        return Contents(
            total["waiting"] + total["in_flight"], total["in_flight"], total["refused"], len(documents.contents), documents.size
        )

    def sent(self) -> tuple[Sent, ...]:
        """The bundles of this desk, newest first."""
        with self._office.database.reading() as connection:
            return bundles.sent(connection)

    @property
    def can_export(self) -> bool:
        """Whether this desk has the keys of bundles."""
        who = self._office.identity
        return who is not None and who.server_keys is not None and bool(who.sealing_key)

    def export(self, to: Path, *, allow_deletes: int = 0, with_files: bool = True) -> Exported:
        """Writes a bundle with everything sendable.

        Args:
            to: The file, or a folder in which one is named.
            allow_deletes: As for a round.
            with_files: Whether documents the server lacks go along; without them records alone.

        Raises:
            Correctable: Not enrolled, without keys for bundles, or a folder that is not there.
            Refused: `rewound`, an older copy of a desk that must enrol again.
            Unavailable: A round runs, or the place cannot be written; what was frozen goes with the next bundle or round.
        """
        from desktop.sync import bundle_work

        office = self._office
        office.require_enrolment()
        lock.require_own_name(office)
        _must_be_place(to)
        office.numbering.settle()
        wishes = office.numbering.wishes()
        work = bundle_work.freeze(
            office.database,
            office.catalogue,
            office.clock,
            office.entropy,
            _nobody_listens,
            allow_deletes=allow_deletes,
            with_files=with_files,
        )
        work = dataclasses.replace(work, numbers=wishes)
        path = to / self._name(work.identity, work.number) if to.is_dir() else to
        with _written(path) as file:
            bundle_work.write(work, file, office.entropy)
            size = file.tell()
        one = Sent(
            id=work.id, number=work.number, at=work.made_at, place=str(path), changes=len(work.changes), files=len(work.documents.contents), size=size,
            grants=work.grants,
        )  # fmt: skip
        with office.database.write() as connection:
            bundles.remember(connection, one)
        return Exported(one, path, work.paused)

    def relay(self, paths: Sequence[Path], to: Path | None = None, tell: Callable[[Relayed], object] = lambda _: None) -> list[Relayed]:
        """Brings bundles to the server with this desk's line, and writes their replies beside them.

        Args:
            to: Where the replies go: a folder, or a file for a single bundle; None puts each beside its bundle.
            tell: Told of each as soon as it is known.

        Raises:
            Correctable: Not enrolled.
        """
        office = self._office
        done: list[Relayed] = []
        no_line: AppError | None = None
        with closing(office.transport()) as transport:
            for path in paths:
                one = Relayed(path, error=no_line)
                if no_line is None:
                    try:
                        target = self._reply_place(path, to)
                        with _opened(path) as work, _written(target) as reply:
                            transport.bundle(work, reply)
                        one = Relayed(path, target)
                    except AppError as error:
                        one = Relayed(path, error=error)
                        no_line = (
                            error if isinstance(error, Unavailable) and error.code in ("offline", "slow-down", "unavailable") else None
                        )
                done.append(one)
                tell(one)
        return done

    def kind_of(self, path: Path) -> str:
        """What a file is for, as its seal says: `reply` to this desk, `work` to be relayed, or `enrolment`. Raises BundleFault, Correctable."""
        who = self._office.identity
        with _opened(path) as file:
            recipient = recipient_of(file)
        if recipient == "code":
            return "enrolment"
        is_ours = who is not None and bool(who.sealing_key) and recipient == key_name(public_sealing_key(who.sealing_key))
        return "reply" if is_ours else "work"

    def apply(
        self,
        path: Path,
        listener: Listener | None = None,
        *,
        allow_deletes: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Applied:
        """Takes the reply to a bundle of this desk in, as if it had synced; a reply taken in again changes nothing.

        Raises:
            BundleFault: It is damaged, another desk's, no reply; nothing was changed.
            Correctable: Not enrolled, or the file cannot be opened.
            Unavailable: A round runs.
        """
        from desktop.sync import bundle_reply

        office = self._office
        with _opened(path) as file:
            reply = bundle_reply.open_reply(file, office.identity)
            said = reply.manifest
            self._take_numbers(said.numbers)
            taken = bundle_reply.take_in(
                office.database,
                office.catalogue,
                reply,
                office.clock,
                office.entropy,
                listener or _nobody_listens,
                allow_deletes=allow_deletes,
                cancelled=cancelled,
            )
        with office.database.write() as connection:
            rounds.remember_report(connection, office.clock(), taken.report)
            if not taken.report.cancelled:
                state.set_setting(connection, LAST_SYNC, rfc3339(office.clock()))
        problems = {name: Words(one.detail or one.title, one.detail or one.title) for name, one in said.problems.items()}
        return Applied(taken.report, said.made_at, said.more, taken.unanswered, taken.files, problems)

    def enrol(self, path: Path, code: str, listener: Listener | None = None) -> Identity:
        """A first start without a line: opens an enrolment bundle with its code, and stores what is in it.

        On the desk that opened it before it goes on where that was stopped. Raises BundleFault (wrong code, damaged), Correctable.
        """
        from desktop.sync import bundle_reply

        office = self._office
        former = office.identity
        with _opened(path) as file:
            bundle = bundle_reply.open_enrolment(file, code)
            said = bundle.manifest
            if former is not None and former.device_id != said.device:
                raise _enrolled_already()
            who = Identity(
                device_id=said.device, server=said.server, account=said.account.name, role=said.account.role, token=said.token,
                full_name=said.account.full_name, device_name=said.device_name, accounts=(said.account.name,), signing_key=said.signing_key,
                sealing_key=said.sealing_key, server_keys=said.keys,
            )  # fmt: skip
            if former is None:
                with office.database.write() as connection:
                    state.save_identity(connection, who)
                    state.take_grants(connection, said.streams)
                    state.set_setting(connection, state.GRANTS, said.grants)
                    for wish in said.numbers:
                        numbers.put(connection, Lease(**msgspec.structs.asdict(wish)))
                self._take_numbers(said.given)
            taken = bundle_reply.take_in(
                office.database, office.catalogue, bundle, office.clock, office.entropy, listener or _nobody_listens
            )
        with office.database.write() as connection:
            rounds.remember_report(connection, office.clock(), taken.report)
            state.set_setting(connection, LAST_SYNC, rfc3339(office.clock()))
        return former or who

    def _take_numbers(self, given: "Sequence[NumbersGiven]") -> None:
        with self._office.database.write() as connection:
            leases = {lease.request_id: lease for lease in numbers.leases(connection)}
            for one in given:
                lease = leases.get(one.request_id)
                if lease is None or lease.first:
                    continue
                if one.problem is not None:
                    # Asked again it would be refused again; an id of its own is made when somebody asks anew.
                    numbers.drop(connection, lease.request_id)
                elif 0 < one.from_ <= one.to:
                    numbers.put(connection, msgspec.structs.replace(lease, first=one.from_, last=one.to))

    def _name(self, who: Identity, number: int) -> str:
        desk = _NOT_IN_A_NAME.sub("-", who.device_name or who.account).strip("-.")[:40]
        return f"{desk or 'desk'}-{today_in_thailand(self._office.clock()):%Y%m%d}-{number}{SUFFIX}"

    @staticmethod
    def _reply_place(path: Path, to: Path | None) -> Path:
        name = path.name.removesuffix(SUFFIX) + REPLY_SUFFIX
        if to is None:
            return path.with_name(name)
        _must_be_place(to)
        return to / name if to.is_dir() else to


def work_files(paths: Sequence[Path]) -> list[Path]:
    """The bundles to relay among files and folders: replies are not relayed, and every file stands once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        found.update(dict.fromkeys(one for one in inside if not (path.is_dir() and one.name.endswith(REPLY_SUFFIX))))
    return list(found)


def _must_be_place(to: Path) -> None:
    """A stick that is not in must not become a file of its name on this computer's disk. Raises Correctable."""
    if to.suffix.lower() != SUFFIX and not to.is_dir():
        raise Correctable(
            Words("ไม่พบโฟลเดอร์นี้", "No such folder"),
            Words(
                "ไม่พบโฟลเดอร์ {path} ยังไม่ได้เขียนแฟ้ม โปรดตรวจว่าเสียบ USB แล้ว หรือระบุชื่อแฟ้มที่ลงท้ายด้วย {suffix}",
                "There is no folder {path}; nothing was written. Check that the stick is in, or name a file that ends in {suffix}.",
            ).filled(path=to, suffix=SUFFIX),
            code="file",
        )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A bundle to be read. Raises Correctable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST_BUNDLE:
                raise BundleFault("too-large-bundle")
            yield file
    except OSError as error:
        raise Correctable(
            Words("เปิดแฟ้มไม่ได้", "The file cannot be opened"),
            Words(
                "เปิดแฟ้ม {path} ไม่ได้ ({reason}) ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจว่าเสียบ USB แล้วและเลือกแฟ้มอีกครั้ง",
                "The file {path} cannot be opened ({reason}); nothing was changed. Check that the stick is in and choose the file again.",
            ).filled(path=path, reason=_NOT_THERE if isinstance(error, FileNotFoundError) else error.strerror or "?"),
            code="file",
        ) from error


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file that stands at its place once it is whole and on the disk; until then nothing does. Raises Unavailable."""
    try:
        with durable.new_file(path) as file:
            yield file
    except OSError as error:
        raise place_failed(path.parent, error) from error


def _enrolled_already() -> Correctable:
    return Correctable(
        Words("โฟลเดอร์นี้ลงทะเบียนแล้ว", "This folder is enrolled already"),
        Words(
            "โฟลเดอร์ข้อมูลนี้ลงทะเบียนแล้ว แฟ้มลงทะเบียนใช้กับเครื่องที่ยังไม่ลงทะเบียนเท่านั้น ไม่มีอะไรเปลี่ยนแปลง โปรดใช้โฟลเดอร์อื่นด้วย --home",
            "This data folder is enrolled already, and an enrolment bundle is for one that is not; nothing was changed. Use another folder with --home.",
        ),
    )
