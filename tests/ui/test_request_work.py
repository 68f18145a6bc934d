"""The page of a request: its clock, its steps as a line, its papers, the steps of the workflow; and the measured times."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from demo.desk import SampleDesk
from desktop.services.requests import Intake
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.home import HomeScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.screens.service_times import ServiceTimesScreen
from desktop.ui.widgets.request_work import RequestWork, time_words
from records.words import Language, say
from tests.ui.measure import clipped_labels, name_of, seen
from tests.ui.windows import go, settle

OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def request_id(desk: SampleDesk) -> str:
    """A request for a building permit, one of its papers missing."""
    service = next(row for row in desk.of_type("service") if row.fields["code"] == "ก-01")
    papers = [row.id for row in desk.office.requests.definition(service.id).papers]
    intake = Intake(service=service.id, applicant_name="นางสมศรี ใจดี", phone="0812345678", brought=frozenset(papers[:2]))
    return desk.office.requests.receive(intake).row.id


def work_of(window: MainWindow) -> RequestWork:
    """The work in sight."""
    screen = window.screen_here()
    assert isinstance(screen, RecordScreen)
    assert screen.panel is not None
    return screen.panel


def click(window: MainWindow, text: str) -> None:
    """Clicks the first button in sight of that name."""
    found = [one for one in seen(window) if isinstance(one, QAbstractButton) and name_of(one) == text]
    assert found, f"no button {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
    settle(window)


@pytest.mark.parametrize("size", [(1093, 614), (1440, 880)])
def test_a_request_is_worked_on_from_paper_to_step(
    open_window: OpenWindow, desk: SampleDesk, request_id: str, size: tuple[int, int]
) -> None:
    window = open_window(Place("record", "service_request", request_id), size)
    work = work_of(window)
    assert work.work is not None
    assert work.work.is_paused
    assert "เอกสารยังขาด 1 ฉบับ" in work.missing.label.plain_text
    assert clipped_labels(window) == []

    click(window, "ได้รับแล้ว: แบบแปลน")
    click(window, "ได้รับเอกสารแล้ว")
    desk.now += timedelta(days=1, hours=1)
    work.refresh()
    settle(window)
    click(window, "เสร็จขั้นตอนนี้")

    stands = desk.office.requests.work(request_id)
    assert stands.row.fields["state"] == "checking"
    assert stands.missing == ()
    assert [(step.name, step.ended_at is not None) for step in stands.steps] == [
        ("รับคำขอและตรวจเอกสาร", True),
        ("พิจารณาและดำเนินการ", False),
        ("เสนอผู้มีอำนาจลงนาม", False),
    ]
    assert [mark.name for mark in work.line.marks] == [step.name for step in stands.steps]
    assert work.line.marks[0].kind == "ok"
    assert "ยังไม่เริ่ม" in work.line.marks[2].detail


def test_only_allowed_steps_have_buttons_and_there_is_one_of_each(open_window: OpenWindow, desk: SampleDesk, request_id: str) -> None:
    window = open_window(Place("record", "service_request", request_id))

    names = [name_of(one) for one in seen(window) if isinstance(one, QAbstractButton)]

    assert names.count("ได้รับเอกสารแล้ว") == 1
    assert names.count("ยกเลิกคำขอ") == 1
    assert "อนุมัติ" not in names
    assert "เสนออนุมัติ" not in names


def test_a_new_request_has_no_work_to_show(open_window: OpenWindow) -> None:
    window = open_window(Place("record", "service_request"))

    assert not work_of(window).isVisible()


def test_what_waits_for_the_citizen_is_neither_due_nor_late_at_home(open_window: OpenWindow, desk: SampleDesk) -> None:
    late = next(
        row
        for row in desk.of_type("service_request")
        if row.fields["state"] in ("received", "checking") and str(row.fields["due"]) < desk.office.today.isoformat()
    )
    window = open_window(Place("home"))
    home = window.screen_here()
    assert isinstance(home, HomeScreen)
    before = int(home.late.number.text())
    desk.office.requests.advance(late.id, "waiting_citizen")
    go(window, Place("settings"))
    go(window, Place("home"))

    assert int(home.late.number.text()) == before - 1


def test_measured_times_obey_the_year_and_the_grouping(open_window: OpenWindow, desk: SampleDesk, request_id: str) -> None:
    window = open_window(Place("service_times"))
    screen = window.screen_here()
    assert isinstance(screen, ServiceTimesScreen)
    assert screen.table.model().rowCount() == len(screen.measures) > 10
    assert clipped_labels(window) == []
    everybody = sum(one.count for one in screen.measures)

    click(window, "รวมทุกคน")
    assert sum(one.count for one in screen.measures) == everybody
    assert {one.officer for one in screen.measures} == {""}
    window.context.year.choose(2500)
    settle(window)

    assert screen.measures == []
    assert screen.empty.isVisible()


@pytest.mark.parametrize(
    ("minutes", "thai"),
    [(0, "0 นาที"), (45, "45 นาที"), (120, "2 ชม. "), (125, "2 ชม. 5 นาที"), (480, "1 วันทำการ "), (1_030, "2 วันทำการ 1 ชม. 10 นาที")],
)
def test_minutes_are_said_in_working_days_and_hours(minutes: int, thai: str) -> None:
    assert say(time_words(minutes), Language.THAI) == thai.strip()
