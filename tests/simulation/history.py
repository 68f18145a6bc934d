"""One history by seed: desks work and sync over a bad line, the laws are checked after every step, and in the end all copies must be equal.

    Plan (plan.py)  what can happen      People (people.py)  what is done      Desk (desk.py)  where      Network (network.py)  over what
    History         when it happens, and how it ends          laws.py  what must hold

make simulate N=1000        and        make simulate ARGS="--replay SEED"
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from random import Random

from desktop.storage.database import Database
from desktop.sync.engine import Round
from desktop.sync.status import Report
from records.bundle_faults import BundleFault
from records.errors import AppError, Refused, Unavailable
from records.protocol import Limits
from server_stub.restores import restores_of
from server_stub.session import Grant
from server_stub.sync import SyncService
from tests.simulation import laws, papers
from tests.simulation.bugs import NO_BUG, Bug
from tests.simulation.crashes import ANY_TIME, BOOK_OPEN, Clock, Crash
from tests.simulation.desk import BOOK, BOOK_YEAR, KEY, Desk
from tests.simulation.kinds import CATALOGUE, GENERATIONS
from tests.simulation.network import Fates, Network
from tests.simulation.people import People
from tests.simulation.plan import Plan, drawn
from tests.simulation.post import HARMLESS, SMALL, Post
from tests.simulation.stores import SqliteStores, Stores, sqlite_template
from tests.simulation.story import Serials

OFFICES = ("office/6560115", "office/6560116")
ABROAD = ("planning", "registry", "platform")
"""The areas a province reads; `services` is not among them."""
NARROW = ("planning", "services", "platform")
"""The areas left to an office whose grant was narrowed."""
GONE = ("revoked", "rewound", "unauthenticated")
"""What the server says to a device that must enrol again."""


class Broken(AssertionError):
    """A law does not hold."""


@dataclass(frozen=True)
class World:
    """What all histories share."""

    desks: tuple[Path, ...]
    """A data file with the schema of each generation and nothing in it."""
    stores: Callable[[Path], Stores]
    """The server's store for a history in that folder."""


def make_world(folder: Path, stores: Callable[[Path], Stores] | None = None) -> World:
    """The templates. `stores` makes the server's store of a history; None: on SQLite."""
    if stores is None:
        server = sqlite_template(folder)

        def stores(own: Path) -> Stores:
            return SqliteStores(own, server)

    return World(tuple(make_template(folder, number) for number in range(len(GENERATIONS))), stores)


def make_template(folder: Path, generation: int = 1) -> Path:
    """A data file with the schema of that generation and nothing in it, to be copied."""
    path = folder / f"template{generation}.db"
    Database.open(path, KEY, GENERATIONS[generation], synchronous="OFF").close()
    for rest in folder.glob(f"{path.name}-*"):
        rest.unlink()
    return path


class History:
    """One history."""

    def __init__(self, seed: int, world: World, folder: Path, bug: Bug = NO_BUG, *, may_jump: bool = True) -> None:
        """Without `may_jump` the clocks of the same history only go on."""
        self.seed = seed
        self.random = Random(seed)
        self.bug = bug
        self.plan: Plan = replace(drawn(self.random), **bug.needs)
        self.may_jump = may_jump
        self._world = world
        self._folder = folder
        self.stores = world.stores(folder)
        self.storage = self.stores.opened()
        self.clock = Clock(may_jump=may_jump, span=BOOK_OPEN if self.plan.calm and self.plan.numbers else ANY_TIME)
        self.network = Network(self._service(), self.random, clock=self.clock, is_counting=True)
        self.post = Post(self.random, self.network, folder / "post")
        self._serve()
        self.people = People(self.random, calm=self.plan.calm, attaches=self.plan.documents)
        self.depth = 0
        self.is_restored = False
        """Whether the server lost data."""
        self._lost_versions: dict[tuple[str, str, str], set[str]] = {}
        """Change ids of versions the server lost, by record, hash and the device that had been told that its change was in."""
        self._counters: dict[str, int] | None = None
        """The counters of devices in the server's backup; None while there is none."""
        everything = Grant(True, ("*",))
        self.desks = [self._desk(name, {OFFICES[0]: everything}) for name in ("anong", "boon", "chai")[: self.plan.desks]]
        if self.plan.both:
            self.desks.append(self._desk("dara", dict.fromkeys(OFFICES, everything)))
        self.readers = [self._desk("province", dict.fromkeys(OFFICES, Grant(False, ABROAD)))] if self.plan.reader else []
        self.first_grants = {desk.name: desk.session.grants for desk in self.all_desks}
        self._events = self._weighed()
        self.trace: list[str] = []
        """All that was written and all that desks hold in the end, without times, and with names for ids; of a calm history."""

    def _service(self, limits: Limits | None = None) -> SyncService:
        return self.bug.service(self.bug.storage(self.storage), CATALOGUE, self.clock, self.random.randbytes, limits=limits)

    def _serve(self) -> None:
        """Everything of the server's that stands on its store."""
        self.network.service = self._service()
        if self.plan.documents:
            self.network.files = self.bug.files(self.storage, self._documents, self.clock)
        if self.plan.bundles:
            self.post.folder.mkdir(exist_ok=True)
            self.post.serve(self.storage, self._service(SMALL))

    @property
    def _backup_of_documents(self) -> Path:
        return self._folder / "documents.backup"

    @property
    def _documents(self) -> Path:
        """The folder of the server's documents."""
        return self._folder / "documents"

    def _desk(self, name: str, grants: dict[str, Grant]) -> Desk:
        generation = self.random.randrange(len(GENERATIONS)) if self.plan.generations else 1
        made = Desk(
            name, self._world.desks[generation], self._folder / name, self.network, self.random, grants, self._between, self.bug,
            generation=generation, locking=self.plan.locking, may_jump=self.may_jump,
        )  # fmt: skip
        made.receives_files = self.seed % 2 == 0
        made.uses_numbers = self.plan.numbers and made.name != "province"
        made.compares = not self.plan.calm and self.bug.round is Round
        if self.plan.documents:
            made.file_bytes = self.random.choice((None, 64, 1000))
        if self.plan.bundles:
            self.post.enrol(made)
        return made

    def _weighed(self) -> dict[Callable[[Desk], None], int]:
        plan = self.plan
        found: dict[Callable[[Desk], None], int] = {
            self._work: 53, self._round: 30, self._dying_round: 8, self._late: 4, self._reopen: 2,
            self._clock: 5 * plan.clocks, self._dying_work: 5 * plan.dies, self._second: 4 * plan.second, self._grants: 4 * plan.grants,
            self._upgrade: 3 * plan.generations, self._revoke: 2 * plan.revokes, self._copy: 5 * (plan.backups or plan.rewinds),
            self._restore: 3 * plan.backups, self._rewind: 3 * plan.rewinds, self._server_copy: 4 * plan.server_restore,
            self._server_restore: 4 * plan.server_restore, self._stick: 22 * plan.bundles, self._line: 6 * plan.bundles,
        }  # fmt: skip
        return {event: weight for event, weight in found.items() if weight}

    def run(self) -> "History":
        """Plays and judges. Raises Broken."""
        try:
            self.play(self.random.randint(10, 60))
            self.come_to_rest()
            self.judge()
        finally:
            self.close()
        return self

    def close(self) -> None:
        """Ends every program."""
        for desk in self.all_desks:
            desk.close()
        self.storage.close()
        self.stores.end()

    @property
    def all_desks(self) -> list[Desk]:
        """Writers and readers."""
        return [*self.desks, *self.readers]

    def play(self, steps: int) -> None:
        """So many steps, the laws checked after each."""
        events, weights = list(self._events), list(self._events.values())
        for _ in range(steps):
            desk = self.random.choice(self.all_desks)
            self.random.choices(events, weights)[0](desk)
            self.check(desk.faults() + self.network.faults)

    def check(self, faults: list[str]) -> None:
        """Raises Broken when there are faults."""
        if faults:
            raise Broken(f"seed {self.seed}: " + "; ".join(faults[:5]))

    # What happens

    def _work(self, desk: Desk) -> None:
        if desk.writable and not self.people.work(desk):
            # It was to die in its round.
            raise Crash

    def _dying_work(self, desk: Desk) -> None:
        if desk.writable and not self.people.work(desk, may_die=True):
            self._died(desk)

    def _round(self, desk: Desk) -> None:
        self.try_round(desk)

    def _dying_round(self, desk: Desk) -> None:
        if not self.plan.dies or self.random.random() < 0.5:
            self.try_round(desk, may_crash=True)
            return
        with desk.doomed(self.random.choice((3, 5, 8, 13, 21, 34, 55, 89, 144)), desk.main):
            self.try_round(desk)

    def _late(self, desk: Desk) -> None:
        self.network.repeat_late()

    def _line(self, desk: Desk) -> None:
        """The line of a desk goes for a while, or is there again."""
        desk.transport.is_cut = not desk.transport.is_cut

    def _stick(self, desk: Desk) -> None:
        """Something happens to a stick; what stays lying is lost, or comes late, or once more."""
        if self.plan.dies and self.random.random() < 0.2:
            try:
                with desk.doomed(self.random.choice((3, 8, 21, 34, 55, 89)), desk.main):
                    self._carry(desk)
            except Crash:
                self._died(desk)
        else:
            self._carry(desk)

    def _carry(self, desk: Desk) -> None:
        roll = self.random.randrange(100)
        post = self.post
        try:
            if roll < 35 or not post.work:
                post.export(desk)
            elif roll < 60:
                post.relay(*self.random.choice(post.work[-4:] if roll < 50 else post.work))
            elif roll < 75 and (replies := [path for whose, path in post.replies if whose is desk]):
                post.apply(desk, self.random.choice(replies))
            else:
                self._there_and_back(desk)
        except BundleFault as fault:
            if fault.code not in HARMLESS:
                raise

    def _there_and_back(self, desk: Desk) -> None:
        """A stick that goes as it should."""
        self.post.export(desk)
        self.post.relay(*self.post.work[-1])
        self.post.apply(*self.post.replies[-1])

    def _reopen(self, desk: Desk) -> None:
        desk.reopen()

    def _clock(self, desk: Desk) -> None:
        by = timedelta(days=self.random.choice((-3650, -400, -1, 1, 400, 3650)), hours=self.random.randrange(48))
        (self.clock if self.random.random() < 0.3 else desk.clock).jump(by)

    def _second(self, desk: Desk) -> None:
        if desk.second is None:
            desk.start_second()
        else:
            desk.reopen()

    def _upgrade(self, desk: Desk) -> None:
        """A newer program: its columns fill from what was kept beside them, nothing is asked of the server, nothing shown changes."""
        if desk.generation + 1 < len(GENERATIONS):
            before = {stream: desk.snapshots(stream) for stream in OFFICES}
            desk.reopen(desk.generation + 1)
            if {stream: desk.snapshots(stream) for stream in OFFICES} != before:
                raise Broken(f"seed {self.seed}: {desk.name} was upgraded and holds something else")
            self.check(desk.put_by())

    def _grants(self, desk: Desk) -> None:
        granted = dict(self.first_grants[desk.name])
        change = self.random.choice(("back", "read", "narrow", "lose"))
        stream = self.random.choice(sorted(granted))
        if change == "read":
            granted[stream] = Grant(False, granted[stream].areas)
        elif change == "narrow":
            granted[stream] = Grant(granted[stream].may_write, NARROW if granted[stream].may_write else ABROAD[:1])
        elif change == "lose":
            del granted[stream]
        desk.had_other_grants = True
        desk.session = replace(desk.session, grants=granted)

    def _revoke(self, desk: Desk) -> None:
        self.network.revoked.add(desk.session.device)

    def _copy(self, desk: Desk) -> None:
        desk.keep_copy("copy")

    def _restore(self, desk: Desk) -> None:
        if desk.has_copy("copy"):
            self.people.story.got_older_file(desk.name)
            desk.restore_copy("copy")
            if self.is_restored:
                self._lost_file(desk)

    def _rewind(self, desk: Desk) -> None:
        if desk.has_copy("copy"):
            desk.rewind("copy")
            self._lost_file(desk)

    def _lost_file(self, desk: Desk) -> None:
        """Nobody but the server, and what waits in its older file, speaks for this desk any more."""
        desk.forgets = True
        self.people.story.lost_file(desk.name, laws.everything_written(self.storage, OFFICES) + desk.waiting_text())

    def _server_copy(self, desk: Desk) -> None:
        """The server makes a backup."""
        self._with_server_closed(self.stores.keep)
        if self.plan.documents and self._documents.exists():
            shutil.rmtree(self._backup_of_documents, ignore_errors=True)
            shutil.copytree(self._documents, self._backup_of_documents)
        self._counters = dict(self.network.counters)

    def _server_restore(self, desk: Desk) -> None:
        """The server is put back to its backup, by the command, which marks it, or by a hand that copied the file."""
        if self._counters is None:
            return
        for one in self.all_desks:
            if one.name in self.people.story.put_back or one.had_other_grants:
                self.people.story.lost_file(one.name, "")
        before = laws.versions(self.storage, OFFICES)
        self._with_server_closed(self.stores.put_back)
        now = laws.versions(self.storage, OFFICES)
        told = self.network.told
        for key, change_id in before.items():
            if key not in now and change_id in told:
                self._lost_versions.setdefault((*key, told[change_id]), set()).add(change_id)
        if self.plan.documents:
            papers.put_back(self.random, self._documents, self._backup_of_documents)
        self.is_restored = True
        self.network.counters = dict(self._counters)
        self.network.forget_replies()
        if self.plan.numbers or self.random.random() < 0.5:
            with self.storage.read(OFFICES) as reader:
                heads = {stream: one.head for stream, one in reader.states(OFFICES).items()}
            with self.storage.directory() as directory:
                directory.mark_restored(heads)
                count = restores_of(directory).count
            if self.plan.numbers:
                self._name_floors(count)

    def _name_floors(self, restores: int) -> None:
        """An administrator asks every desk for its highest number, and says so to the server."""
        for stream in OFFICES:
            with self.storage.write(stream) as writer:
                writer.set_number_floor(stream, BOOK, BOOK_YEAR, max(one.highest_leased(stream) for one in self.all_desks), restores)

    def _with_server_closed(self, do: Callable[[], None]) -> None:
        self.storage.close()
        do()
        self.storage = self.stores.opened()
        self._serve()

    def _between(self, desk: Desk, when: str) -> None:
        """While a call is on its way: people go on working, other desks sync, the process dies, clocks jump, grants change."""
        desk.crash_perhaps(10)
        if self.depth or self.random.randrange(4):
            return
        self.depth += 1
        try:
            self._meanwhile(desk)
        finally:
            self.depth -= 1

    def _meanwhile(self, desk: Desk) -> None:
        roll = self.random.randrange(100)
        others = [one for one in self.all_desks if not one.is_in_round]
        if roll < 8 and self.plan.clocks:
            self._clock(desk)
        elif roll < 12 and self.plan.grants:
            self._grants(desk)
        elif roll < 20 and desk.second is not None and desk.holds_lock:
            self._second_round(desk)
        elif roll < 50 and others:
            self.try_round(self.random.choice(others))
        else:
            self._work(desk)

    def _second_round(self, desk: Desk) -> None:
        try:
            desk.second_round()
        except Unavailable as error:
            if error.code == "busy":
                return
        raise Broken(f"seed {self.seed}: two rounds of {desk.name} at once")

    def try_round(self, desk: Desk, *, may_crash: bool = False) -> Report | None:
        """A round that may lose the line or the process."""
        desk.may_crash = may_crash
        try:
            lost = self._lost(desk) if self.is_restored else set()
            report = self._round_of(desk)
            if self.is_restored and report is not None and not report.cancelled and not self.depth:
                self._judge_notice(desk, lost, report)
            return report
        except Crash:
            self._died(desk)
            return None
        finally:
            desk.may_crash = False

    def _round_of(self, desk: Desk) -> Report | None:
        try:
            return desk.round()
        except Unavailable:
            return None
        except Refused as error:
            if error.code not in GONE:
                raise
            if self.random.random() < 0.5:
                self._enrol_again(desk)
            return None

    def _died(self, desk: Desk) -> None:
        desk.forgets = True
        desk.reopen()

    def _enrol_again(self, desk: Desk) -> None:
        desk.forgets = True
        desk.enrol_again()
        if self.plan.bundles:
            self.post.enrol(desk)

    # The end

    def come_to_rest(self) -> None:
        """The line is good, refused changes are due again, and everybody syncs until nothing moves."""
        self.network.fates = Fates(0, 0)
        self.depth = 1
        for desk in self.all_desks:
            desk.transport.is_cut = False
            desk.file_bytes = None
        if self.random.random() < 0.6:
            for desk in self.all_desks:
                desk.session = replace(desk.session, grants=self.first_grants[desk.name])
        for _ in range(14):
            before = laws.heads(self.storage, OFFICES)
            reports = [self._last_round(desk) for desk in self.all_desks]
            is_still = before == laws.heads(self.storage, OFFICES) and not any(report is None or _moved(report) for report in reports)
            if is_still and all(report is not None and _is_done(report) for report in reports):
                return
        raise Broken(f"seed {self.seed}: no rest: {[report and report.as_json() for report in reports]}")

    def _last_round(self, desk: Desk) -> Report | None:
        desk.clock.now += timedelta(hours=100)
        try:
            report = desk.round()
        except AppError as error:
            if error.code not in GONE:
                raise
            self._enrol_again(desk)
            return None
        self.check(desk.faults())
        return report

    def judge(self) -> None:
        """The laws that hold in the end."""
        self.check(self.network.faults)
        self.check(laws.server_faults(self.storage, OFFICES, self.people.story, is_restored=self.is_restored))
        self.check(laws.equality_faults(self.storage, self.all_desks))
        sure = {desk.session.device for desk in self.desks if not desk.forgets and desk.name not in self.people.story.put_back}
        self.check(laws.origin_faults(self.storage, OFFICES, self._lost_versions, sure))
        self.check(laws.accounting_faults(self.storage, OFFICES, self.desks, self.people.story, is_restored=self.is_restored))
        self.check(laws.overwriting_faults(self.storage, OFFICES, self.network.sent))
        self.check(laws.number_faults(self.storage, OFFICES, self.desks))
        self.check([fault for desk in self.all_desks for fault in desk.put_by()])
        if self.network.files is not None:
            self.check(papers.stored_wrongly(self._documents))
            self.check(papers.faults(self.storage, self.network.files, OFFICES, self.all_desks))
        self._compare()
        if self.plan.calm:
            self.trace = laws.trace(self.storage, OFFICES, self.all_desks, Serials())

    def _compare(self) -> None:
        """Every copy is as the server's digest says; what is damaged is found and put right, and nothing else is touched."""
        whole = [desk for desk in self.all_desks if not desk.had_other_grants]
        spoilt = self.random.choice(whole) if whole and not self.plan.calm and self.random.random() < 0.2 else None
        count = spoilt.spoil() if spoilt else 0
        for desk in whole:
            for stream, found in desk.compare().items():
                if found.is_skipped or (desk is not spoilt and found.buckets):
                    raise Broken(f"seed {self.seed}: {desk.name} {stream} is not as the digest says: {found}")
                count -= found.mended if desk is spoilt else 0
        if count:
            raise Broken(f"seed {self.seed}: {count} damaged records were not found")
        if spoilt:
            self.check(laws.equality_faults(self.storage, [spoilt]) + spoilt.faults())

    # A server that lost data

    def _lost(self, desk: Desk) -> set[str]:
        """The streams of which it was told more than the server has."""
        told = desk.witnesses() if desk.forgets else desk.transport.acknowledged
        granted = desk.session.grants
        return {stream for stream, seen in told.items() if stream in granted and not laws.has(self.storage, stream, *seen)}

    def _judge_notice(self, desk: Desk, lost: set[str], report: Report) -> None:
        """A desk that was told of what is lost has noticed it, and found its way back."""
        still = {stream for stream, pause in report.problems.items() if pause.code == "fork"}
        if still or (lost and not report.problems and self._lost(desk)):
            raise Broken(f"seed {self.seed}: {desk.name} lacked {lost} and did not find its way back: {report.as_json()}")


def _moved(report: Report) -> bool:
    """Whether a round moved anything."""
    files = report.files
    return bool(report.pulled or report.pushed or (files and (files.sent or files.received or files.more)))


def _is_done(report: Report) -> bool:
    """Whether a round left nothing but what is not granted."""
    left = [one for one in report.streams.values() if one.paused is None or one.paused.code != "no-grant"]
    return report.done or (not report.cancelled and all(one.cursor == one.head and one.paused is None for one in left))


def play(seed: int, world: World, folder: Path, bug: Bug = NO_BUG) -> None:
    """Plays one history by its seed; a calm one a second time with clocks that only go on, which must end the same. Raises Broken."""
    folder.mkdir()
    with papers.small_blocks():
        _play(seed, world, folder, bug)


def _play(seed: int, world: World, folder: Path, bug: Bug) -> None:
    history = History(seed, world, folder, bug).run()
    if history.plan.calm:
        again = folder / "again"
        again.mkdir()
        even = History(seed, world, again, bug, may_jump=False).run()
        for jumped, went_on in zip_longest(history.trace, even.trace):
            if jumped != went_on:
                raise Broken(f"seed {seed}: clocks that jump leave {jumped}, others {went_on}")
