"""Nothing holds the main thread: the pages of a desk with many records are walked and typed into while a heart beats beside."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from demo.desk import ME, SampleDesk
from desktop.ui.area_pages import AREA_PAGES
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from records.kinds import Json
from records.words import Words
from tests.ui.windows import opened, settle, typed

RECORDS = 20_000
BEAT_MS = 5
GAP_S = 0.05
"""Longer than a person takes for at once."""
ALLOWED = 2
"""Gaps of a page: it is built the first time it is shown, and its table is filled."""
LONGEST_S = 0.25
PAGES = tuple(page.key for pages in AREA_PAGES.values() for page in pages)
SHORT = tuple(
    (kind, type_name)
    for kind, type_name in (("type", "service_request"), ("type", "budget_line"), ("home", ""), ("mend", ""), ("sync", ""))
)


@dataclass
class Heart:
    """Gaps between beats, in seconds of the main thread's own work: what other programs take of the machine does not count."""

    gaps: list[float] = field(default_factory=list)
    last: float = field(default_factory=time.thread_time)

    def beat(self) -> None:
        """Notes how long the main thread worked since the last beat."""
        now = time.thread_time()
        self.gaps.append(now - self.last)
        self.last = now

    def long(self) -> list[float]:
        """The gaps somebody would feel."""
        return sorted((gap for gap in self.gaps if gap > GAP_S), reverse=True)


@contextmanager
def beating() -> Iterator[Heart]:
    """A heart that beats while the body runs. What the tests before left to Python's collector is not looked through meanwhile."""
    gc.collect()
    gc.freeze()
    heart = Heart()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(heart.beat)
    timer.start(BEAT_MS)
    try:
        yield heart
        heart.beat()
    finally:
        timer.stop()
        gc.unfreeze()


def filled(desk: SampleDesk) -> None:
    """Gives the desk many requests with their steps, and a budget of many lines."""
    office, stream = desk.office, desk.sample.stream
    new: list[tuple[str, str, dict[str, Json]]] = []
    service = desk.of_type("service")[0].id
    for number in range(RECORDS // 2):
        request = office.store.new_id()
        new.append(
            ("service_request", request, {"subject": f"ขออนุญาต {number}", "service": service, "applicant_name": f"นายสม {number}",
             "received_at": "2026-11-02T03:00:00Z", "state": "checking", "tracking_number": f"W{number:06}"})
        )  # fmt: skip
        new.append(("request_step", office.store.new_id(), {"request": request, "step": "ตรวจ", "started_at": "2026-11-02T03:00:00Z"}))
    for number in range(RECORDS // 4):
        new.append(
            ("budget_line", office.store.new_id(), {"fiscal_year": 2570, "programme": "general_administration", "work": f"งาน {number % 9}",
             "budget_group": "operations", "name": f"รายการ {number}", "amount": 100_000})
        )  # fmt: skip
    with office.store.act(ME, Words("ลงข้อมูล", "Filled")) as act:
        office.store.make(stream, new, act=act)


@pytest.fixture
def window(desk: SampleDesk, theme: Theme) -> Iterator[MainWindow]:
    """A window on a desk with many records."""
    filled(desk)
    made = opened(desk, theme, Place("home"))
    yield made
    made.close()
    made.deleteLater()


def test_a_heart_feels_work_and_nothing_else(qtbot: object) -> None:
    with beating() as idle:
        QTest.qWait(60)
    with beating() as busy:
        QTest.qWait(20)
        until = time.thread_time() + 2 * GAP_S
        while time.thread_time() < until:
            pass
        QTest.qWait(20)
    assert idle.long() == []
    assert len(busy.long()) == 1


def test_no_page_of_a_large_desk_holds_the_main_thread(window: MainWindow) -> None:
    said = []
    places = [*(Place(key) for key in PAGES), *(Place(kind, type_name) for kind, type_name in SHORT)]
    for place in places:
        with beating() as heart:
            window.navigate(place)
            settle(window)
            typed("สม")
            settle(window)
        gaps = heart.long()
        if len(gaps) > ALLOWED or (gaps and gaps[0] > LONGEST_S):
            said.append(f"{place.kind} {place.type}: {', '.join(f'{gap * 1000:.0f} ms' for gap in gaps)}")
    assert said == []
