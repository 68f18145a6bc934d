"""What happens in a history, one thing at a time, each as often as its plan weighs it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from desktop.sync.status import Report
from records.bundle_faults import BundleFault
from records.errors import Refused, Unavailable
from server_stub.restores import restores_of
from server_stub.session import Grant
from tests.simulation import laws, papers
from tests.simulation.crashes import Crash
from tests.simulation.desk import BOOK, BOOK_YEAR, Desk
from tests.simulation.judging import GONE, Judging
from tests.simulation.kinds import GENERATIONS
from tests.simulation.post import HARMLESS
from tests.simulation.scene import ABROAD, OFFICES
from tests.simulation.world import Broken

NARROW = ("planning", "services", "platform")
"""The areas left to an office whose grant was narrowed."""


class Happening(Judging):
    """A scene in which things happen."""

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
        super()._between(desk, when)
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
        # Once requests of it got lost until it had caught up, nothing tells it from the desk itself.
        desk.must_hear = desk.must_hear and desk.is_behind
        try:
            report = desk.round()
        except Unavailable:
            return None
        except Refused as error:
            if error.code not in GONE:
                raise
            desk.must_hear = False
            if self.random.random() < 0.5:
                self._enrol_again(desk)
            return None
        if desk.must_hear and report.requests and not report.cancelled and not self.is_restored:
            raise Broken(f"seed {self.seed}: {desk.name} is an older copy of itself and was not told so")
        return report
