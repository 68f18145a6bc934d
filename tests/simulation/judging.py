"""How a history ends: all desks come to rest, and the laws are asked."""

from dataclasses import replace
from datetime import timedelta

from desktop.sync.status import Report
from records.errors import AppError
from tests.simulation import laws, papers
from tests.simulation.desk import Desk
from tests.simulation.network import Fates
from tests.simulation.scene import OFFICES, Scene
from tests.simulation.story import Serials
from tests.simulation.world import Broken

GONE = ("revoked", "rewound", "unauthenticated")
"""What the server says to a device that must enrol again."""


class Judging(Scene):
    """A scene that is judged."""

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
        # What a restored server lost while a desk could not see it comes back with the comparison that every desk makes once a month.
        to_compare = [desk for desk in self.all_desks if self.is_restored and desk.had_other_grants]
        for _ in range(14):
            before = laws.heads(self.storage, OFFICES)
            reports = [self._last_round(desk) for desk in self.all_desks]
            is_still = before == laws.heads(self.storage, OFFICES) and not any(report is None or _moved(report) for report in reports)
            if is_still and all(report is not None and _is_done(report) for report in reports):
                if not to_compare:
                    return
                to_compare.pop().compare()
        raise Broken(f"seed {self.seed}: no rest: {[report and report.as_json() for report in reports]}")

    def _last_round(self, desk: Desk) -> Report | None:
        desk.clock.now += timedelta(hours=100)
        try:
            report = desk.round()
        except AppError as error:
            if error.code not in GONE:
                raise Broken(f"seed {self.seed}: {desk.name} has a good line and no round succeeds: {error}") from error
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
