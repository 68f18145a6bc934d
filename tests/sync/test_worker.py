"""When rounds run: the tables, the schedule, and the thread that follows it."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from desktop.sync import retry
from desktop.sync.replies import SlowDown
from desktop.sync.status import Pause, Phase, Report, StreamReport, SyncStatus
from desktop.sync.worker import Schedule, SyncWorker
from records.errors import Refused, Unavailable
from records.words import Words

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WORD = Words("ก", "a")


def most(size: int) -> bytes:
    return b"\xff" * size


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("refusals", "hours"), [(1, 0.5), (2, 1), (3, 4), (4, 16), (5, 64), (9, 64)])
def test_a_refused_change_is_offered_again_by_the_table(refusals: int, hours: float) -> None:
    assert retry.refused_until(NOW, refusals) == NOW + timedelta(hours=hours)


def test_waiting_after_failures_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert [round(retry.backoff_s(n, most)) for n in (1, 2, 3, 8, 9, 99)] == [5, 10, 20, 640, 900, 900]
    assert retry.backoff_s(5, bytes) == 0


def test_devices_are_spread_over_the_quarter_of_an_hour_and_keep_their_slot() -> None:
    slots = {retry.slot_s(f"device-{n}", retry.TIMER_S) for n in range(1000)}

    assert len(slots) > 500
    assert retry.slot_s("device-1", 900) == retry.slot_s("device-1", 900) < 900


def test_the_timer_comes_at_the_device_s_slot() -> None:
    due = NOW + timedelta(seconds=retry.until_timer_s("desk-1", NOW))

    assert due.timestamp() % retry.TIMER_S == retry.slot_s("desk-1", retry.TIMER_S)
    assert 0 < (due - NOW).total_seconds() <= retry.TIMER_S


def test_the_first_round_begins_within_a_minute() -> None:
    assert NOW <= Schedule("desk-1", NOW, most).due() < after(60)


def test_edits_are_sent_after_half_a_minute_of_quiet() -> None:
    schedule = Schedule("desk-1", NOW, most)
    schedule.begun()
    schedule.succeeded(NOW)
    schedule.edited(after(1))
    schedule.edited(after(20))

    assert schedule.due() == after(50)


def test_what_is_asked_for_is_due_at_once() -> None:
    schedule = Schedule("desk-1", NOW, most)
    schedule.succeeded(NOW)
    schedule.asked(after(1))

    assert schedule.due() == after(1)


def test_what_was_saved_before_a_round_does_not_call_for_another() -> None:
    schedule = Schedule("desk-1", NOW, most)
    schedule.edited(NOW)
    schedule.begun()
    schedule.succeeded(NOW)

    assert schedule.due() == after(459)


def test_what_the_server_asks_to_wait_holds_for_people_too() -> None:
    schedule = Schedule("desk-1", NOW, most)
    slow = SlowDown(WORD, WORD, code="slow-down")
    slow.retry_after_s = 120
    schedule.failed(NOW, slow)
    schedule.asked(after(1))

    assert schedule.due() == after(120)


def test_the_slot_of_a_busy_server_is_kept_to_the_second_by_the_timer_too() -> None:
    schedule = Schedule("desk-1", NOW, most)
    slow = SlowDown(WORD, WORD, code="slow-down")
    slow.retry_after_s = 7
    for _ in range(5):
        schedule.failed(NOW, slow)

    assert schedule.due() == after(7)
    assert (schedule.wait_s(after(2)), schedule.wait_s(after(9))) == (5, 0)


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_by_years_delays_no_round(years: int) -> None:
    wrong = NOW + timedelta(days=365 * years)
    schedule = Schedule("desk-1", wrong, most)
    schedule.succeeded(wrong)
    schedule.noticed(NOW)

    assert schedule.due() <= after(retry.TIMER_S)


def test_somebody_who_asks_while_the_server_asks_to_wait_is_told_so() -> None:
    heard = Heard()
    slow = SlowDown(WORD, WORD, code="slow-down")
    slow.retry_after_s = 600
    worker = SyncWorker(_raises(slow), "desk-1", lambda: datetime.now(UTC), most, heard)
    worker.ask()
    worker.start()
    assert heard.came.acquire(timeout=60)
    worker.ask()
    assert heard.came.acquire(timeout=60)
    worker.stop()

    assert heard.statuses[1].phase == Phase.OFFLINE
    assert "by itself when its turn comes" in heard.statuses[1].message.en
    assert worker.is_asked


def test_a_line_that_fails_is_tried_sooner_than_a_server_that_refuses() -> None:
    offline, refused = Schedule("desk-1", NOW, most), Schedule("desk-1", NOW, most)
    offline.failed(NOW, Unavailable(WORD, WORD))
    refused.failed(NOW, Refused(WORD, WORD))

    assert offline.due() < after(6)
    assert refused.due() == after(retry.TIMER_S)


class Heard:
    """A listener that can be waited for."""

    def __init__(self) -> None:
        self.statuses: list[SyncStatus] = []
        self.came = threading.Semaphore(0)

    def __call__(self, status: SyncStatus) -> None:
        self.statuses.append(status)
        self.came.release()


def run_once(run: Callable[[Callable[[], bool]], Report]) -> SyncStatus:
    heard = Heard()
    worker = SyncWorker(run, "desk-1", lambda: datetime.now(UTC), most, heard)
    worker.ask()
    worker.start()
    assert heard.came.acquire(timeout=60)
    worker.stop()
    return heard.statuses[0]


def test_the_thread_runs_a_round_when_asked_and_says_how_it_ended() -> None:
    assert run_once(lambda cancelled: Report(done=True)).phase == Phase.DONE


def test_the_thread_says_what_is_left_and_why_it_is_paused() -> None:
    paused = Report(streams={"office/1": StreamReport(paused=Pause("fork", WORD))})

    assert run_once(lambda cancelled: Report()).phase == Phase.LEFT
    assert run_once(lambda cancelled: paused) == SyncStatus(Phase.STOPPED, message=WORD)


def _raises(error: Exception) -> Callable[[Callable[[], bool]], Report]:
    def run(cancelled: Callable[[], bool]) -> Report:
        raise error

    return run


def test_the_thread_outlives_every_failure() -> None:
    assert run_once(_raises(Unavailable(WORD, WORD))) == SyncStatus(Phase.OFFLINE, message=WORD)
    assert run_once(_raises(Refused(WORD, WORD))) == SyncStatus(Phase.STOPPED, message=WORD)


def test_a_bug_is_logged_and_does_not_end_the_thread(expected_log: list[logging.LogRecord]) -> None:
    assert run_once(_raises(ZeroDivisionError())).phase == Phase.STOPPED

    assert expected_log[0].exc_info


def test_cancel_and_stop_reach_the_round_that_runs() -> None:
    begun = threading.Event()
    seen: list[bool] = []

    def run(cancelled: Callable[[], bool]) -> Report:
        seen.append(cancelled())
        begun.set()
        for _ in iter(cancelled, True):
            pass
        seen.append(True)
        return Report(cancelled=True)

    heard = Heard()
    worker = SyncWorker(run, "desk-1", lambda: datetime.now(UTC), most, heard)
    worker.ask()
    worker.start()
    assert begun.wait(60)
    worker.cancel()
    assert heard.came.acquire(timeout=60)
    worker.stop()

    assert seen == [False, True]
    assert worker.last_report is not None
    assert worker.last_report.cancelled
