"""When rounds run: the schedule, which is pure, and the thread that follows it.

A round starts within a minute of the start, then every 15 minutes in this device's own slot, 30 s after the last edit, when the network
returns and when a person asks. After a failure it waits with full jitter; what the server asks in Retry-After is obeyed by all of these.
A clock that is set back by years moves every appointment with it; one that is set forward makes them due, once.
"""

import logging
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from desktop.sync import retry
from desktop.sync.replies import SlowDown
from desktop.sync.status import PHASE_WORDS, FilesReport, Phase, Report, SyncStatus
from records.errors import AppError, Unavailable
from records.ids import Entropy
from records.words import Words

_log = logging.getLogger(__name__)

_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_SET_BACK = timedelta(seconds=5)
"""A clock that goes back by more was set; less is the correction of every day."""

WAIT_WORDS = Words(
    "เซิร์ฟเวอร์กำลังรับงานจากหลายหน่วยงานพร้อมกันและขอให้เครื่องนี้รอ {seconds} วินาที งานเก็บไว้ในเครื่องแล้ว โปรแกรมจะรับส่งให้เองเมื่อถึงคิว",
    "The server is busy with many offices at once and asks this computer to wait {seconds} seconds. "
    "Work is kept on this computer; the program syncs by itself when its turn comes.",
)
"""What a person hears who asks for a round while the server's wait goes on."""


class Schedule:
    """Says when the next round is due; every method takes the time it is called at."""

    def __init__(self, device: str, now: datetime, entropy: Entropy) -> None:
        """`device` is the device's id, from which its slot is made."""
        self._device = device
        self._entropy = entropy
        self._failures = 0
        self._last = now
        self._timer = now + timedelta(seconds=retry.slot_s(device, retry.FIRST_WITHIN_S))
        self._edited = _FAR
        self._asked = _FAR
        self._not_before = now

    def noticed(self, now: datetime) -> None:
        """Takes the time; where the clock was set back, what was agreed by the former clock moves back with it."""
        back = self._last - now
        if back > _SET_BACK:
            self._timer, self._edited, self._asked, self._not_before = (
                moment if moment == _FAR else moment - back for moment in (self._timer, self._edited, self._asked, self._not_before)
            )
        self._last = now

    def edited(self, now: datetime) -> None:
        """Somebody saved: a round is due when there was no edit for a while."""
        self.noticed(now)
        self._edited = now + timedelta(seconds=retry.QUIET_S)

    def asked(self, now: datetime) -> None:
        """Somebody asks for a round, or the network returned: it is due at once, or when the server's wait is over."""
        self.noticed(now)
        self._asked = now

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for the next round: it goes before those of machines that only look whether something is new."""
        return self._asked != _FAR

    def due(self) -> datetime:
        """When the next round is due."""
        return max(self._not_before, min(self._timer, self._edited, self._asked))

    def wait_s(self, now: datetime) -> float:
        """Seconds the server still asked to wait, 0 for none."""
        self.noticed(now)
        return max(0.0, (self._not_before - now).total_seconds())

    def begun(self) -> None:
        """A round begins: what is saved or asked from here on is for the next one."""
        self._edited = self._asked = _FAR

    def succeeded(self, now: datetime) -> None:
        """The round reached the server."""
        self.noticed(now)
        self._failures = 0
        self._timer = now + timedelta(seconds=retry.until_timer_s(self._device, now))

    def more_files(self, now: datetime, files: FilesReport) -> None:
        """The round left documents to the next: it is due soon, or after the seconds the server asked for."""
        wait = max(files.wait_s, retry.BROKEN_FILES_S if files.is_broken else retry.FILES_S)
        self._timer = min(self._timer, now + timedelta(seconds=wait))
        if files.wait_s:
            self._not_before = now + timedelta(seconds=files.wait_s)

    def failed(self, now: datetime, error: Exception) -> None:
        """The round failed; only trying again helps, or a person (then the timer alone tries)."""
        self.noticed(now)
        self._failures += 1
        wait = retry.backoff_s(self._failures, self._entropy) if isinstance(error, Unavailable) else retry.TIMER_S
        if isinstance(error, SlowDown):
            # The slot is the server's: our own delay on top of it would spread no better and only come later.
            wait = error.retry_after_s or wait
            self._not_before = now + timedelta(seconds=wait)
        self._timer = now + timedelta(seconds=wait)


class SyncWorker:
    """The sync thread: runs rounds when they are due and tells the listener, in this thread."""

    def __init__(
        self,
        run: Callable[[Callable[[], bool]], Report],
        device: str,
        clock: Callable[[], datetime],
        entropy: Entropy,
        listener: Callable[[SyncStatus], None],
    ) -> None:
        """`run` is one round; it is given a function that says whether to stop between two transactions."""
        self._run = run
        self._clock = clock
        self._listener = listener
        self._schedule = Schedule(device, clock(), entropy)
        self._wake = threading.Condition()
        self._stopping = False
        self._cancelling = False
        self.is_asked = False
        """Whether a person asked for the round that runs, or ran last."""
        self.last_report: Report | None = None
        """Of the last round that ended without an error; None before the first."""
        self._thread = threading.Thread(target=self._loop, name="sync", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def edited(self) -> None:
        """Tells that something was saved; from any thread."""
        with self._wake:
            self._schedule.edited(self._clock())
            self._wake.notify()

    def ask(self) -> None:
        """Asks for a round now, from any thread; says so where the server has asked to wait."""
        with self._wake:
            now = self._clock()
            self._schedule.asked(now)
            wait = self._schedule.wait_s(now)
            self._wake.notify()
        if wait > 0:
            self._listener(SyncStatus(Phase.OFFLINE, message=WAIT_WORDS.filled(seconds=math.ceil(wait))))

    def next_due(self) -> datetime | None:
        """When the next round begins by itself; None while the thread ends."""
        with self._wake:
            due = self._schedule.due()
        return None if self._stopping or due >= _FAR else due

    def cancel(self) -> None:
        """Ends the round that runs, between two transactions; from any thread."""
        self._cancelling = True

    def stop(self, timeout_s: float = 40) -> None:
        """Ends the thread and waits for it, at most so long."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _loop(self) -> None:
        while self._wait_until_due():
            self._one_round()

    def _wait_until_due(self) -> bool:
        with self._wake:
            while not self._stopping:
                now = self._clock()
                self._schedule.noticed(now)
                wait = (self._schedule.due() - now).total_seconds()
                if wait <= 0:
                    self.is_asked = self._schedule.is_asked
                    self._schedule.begun()
                    self._cancelling = False
                    return True
                # A clock that is set meanwhile must not leave the thread asleep for years.
                self._wake.wait(min(wait, retry.TIMER_S))
        return False

    def _one_round(self) -> None:
        try:
            report = self._run(lambda: self._stopping or self._cancelling)
        except AppError as error:
            phase = Phase.OFFLINE if isinstance(error, Unavailable) else Phase.STOPPED
            self._ended(error, SyncStatus(phase, message=error.message))
        except Exception as error:  # noqa: BLE001  # the top of a thread: a bug is logged, and the next round is tried
            _log.exception("A sync round failed")
            self._ended(error, SyncStatus(Phase.STOPPED, message=PHASE_WORDS[Phase.STOPPED]))
        else:
            self.last_report = report
            self._ended(None, SyncStatus(report.phase, message=_words_of(report)), report)

    def _ended(self, error: Exception | None, status: SyncStatus, report: Report | None = None) -> None:
        with self._wake:
            now = self._clock()
            if error is None:
                self._schedule.succeeded(now)
                if report is not None and report.files.more:
                    self._schedule.more_files(now, report.files)
            else:
                self._schedule.failed(now, error)
        self._listener(status)


def _words_of(report: Report) -> Words:
    return next((pause.message for pause in report.problems.values()), PHASE_WORDS[report.phase])
