"""A citizen stands at the counter: the request is taken down by keyboard alone, in Thai, and what is missing is said at once."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from demo.desk import SampleDesk
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.intake import IntakeScreen
from tests.ui.measure import clipped_labels
from tests.ui.windows import citizen_ids, go, pressed, settle, texts, typed

OpenWindow = Callable[..., MainWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier
SMALL = (1093, 614)


def intake_of(window: MainWindow) -> IntakeScreen:
    """The intake in sight."""
    screen = window.screen_here()
    assert isinstance(screen, IntakeScreen)
    return screen


def requests(desk: SampleDesk) -> list[Row]:
    """The requests made on this desk, newest last."""
    return [row for row in desk.office.store.find(Query("service_request")).rows if not row.version]


def keys_to_popup(key: Qt.Key) -> None:
    """Presses a key where the list of matches takes it."""
    popup = QApplication.activePopupWidget()
    assert popup is not None, "no list of matches is open"
    QTest.keyClick(popup, key)
    QApplication.processEvents()


def tabs(window: MainWindow, count: int = 1) -> None:
    """Goes on to the next field."""
    for _ in range(count):
        pressed(window, Qt.Key.Key_Tab)
    settle(window)


def picks_service(window: MainWindow, text: str) -> None:
    """Types a part of a service and takes the first match."""
    typed(text)
    settle(window)
    keys_to_popup(Qt.Key.Key_Return)
    settle(window)


@pytest.mark.parametrize("size", [SMALL, (1366, 768)])
def test_a_request_is_taken_down_by_keyboard_alone(open_window: OpenWindow, desk: SampleDesk, size: tuple[int, int]) -> None:
    window = open_window(Place("type", "service_request"), size)

    pressed(window, Qt.Key.Key_N, CONTROL)
    settle(window)
    intake = intake_of(window)
    assert QApplication.focusWidget() is intake.service.line
    picks_service(window, "ก่อสร้าง")
    tabs(window)
    typed("นางสมศรี ใจดีมาก")
    settle(window)
    tabs(window)
    assert QApplication.focusWidget() is intake.register
    pressed(window, Qt.Key.Key_Space)
    tabs(window)
    typed("1101700230708")
    tabs(window)
    typed("081-234-5678")
    tabs(window)
    typed("12/3")
    pressed(window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    settle(window)
    pressed(window, Qt.Key.Key_Return, CONTROL)
    settle(window)

    (row,) = requests(desk)
    assert row.fields["applicant_name"] == "นางสมศรี ใจดีมาก"
    assert (row.fields["phone"], row.fields["house_number"], row.fields["state"]) == ("0812345678", "12/3", "received")
    person = desk.office.records.get("person", str(row.fields["applicant"]))
    assert person.fields["citizen_id"] == "1101700230708"
    assert str(row.fields["tracking_number"]) in " ".join(texts(window)), "the number can be read out"
    assert QApplication.focusWidget() is intake.service.line, "the next one may come"
    assert intake.service.line.text() == intake.applicant.line.text() == ""
    assert clipped_labels(window) == []


def test_what_is_missing_is_said_at_once_and_the_request_waits(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("intake"))
    intake = intake_of(window)
    intake.service.line.setFocus()
    picks_service(window, "ก่อสร้าง")
    intake.applicant.line.setFocus()
    typed("นายทองดี มีสุข")
    intake.papers.lines[0].box.setFocus()
    pressed(window, Qt.Key.Key_Space)
    settle(window)

    told = intake.tell.text.plain_text
    pressed(window, Qt.Key.Key_Return, CONTROL)
    settle(window)

    missing = [str(line["name"]) for line in (row.fields for row in desk.of_type("service_document")) if str(line["name"]) in told]
    assert "นายทองดี มีสุข" in told
    assert "พ.ศ. 2558" in told
    assert missing
    (row,) = requests(desk)
    assert row.fields["state"] == "waiting_citizen"
    assert desk.office.requests.work(row.id).missing == tuple(dict.fromkeys(missing))


def test_a_person_of_the_register_brings_telephone_and_address_masked(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("intake"))
    intake = intake_of(window)
    person = desk.of_type("person")[0]

    intake.applicant.line.setFocus()
    typed(str(person.fields["citizen_id"])[:9])
    settle(window)
    keys_to_popup(Qt.Key.Key_Down)
    keys_to_popup(Qt.Key.Key_Return)
    settle(window)

    assert intake.intake().applicant == person.id
    assert intake.intake().phone == person.fields["phone"]
    assert citizen_ids(window) == []
    assert str(person.fields["phone"]) not in " ".join(texts(window)).replace("-", "")


def test_what_is_typed_survives_leaving_the_page(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("intake"))
    intake = intake_of(window)
    intake.applicant.line.setFocus()
    typed("นายทองดี มีสุข")
    intake.boxes["subject"].editor.box().setFocus()
    typed("ขอถังขยะ")
    go(window, Place("home"))

    again = open_window(Place("intake"))

    assert intake_of(again).applicant.typed_name == "นายทองดี มีสุข"
    assert intake_of(again).intake().subject == "ขอถังขยะ"


def test_nothing_is_taken_down_without_a_service_or_a_subject(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("intake"))
    intake = intake_of(window)
    intake.applicant.line.setFocus()
    typed("นายทองดี มีสุข")

    pressed(window, Qt.Key.Key_Return, CONTROL)
    settle(window)

    assert requests(desk) == []
    assert "โปรดเลือกงานบริการ" in intake.problem.label.plain_text
    assert intake.applicant.typed_name == "นายทองดี มีสุข"
    assert QApplication.focusWidget() is intake.service.line


def test_a_wrong_citizen_id_is_shown_where_it_stands(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("intake"))
    intake = intake_of(window)
    intake.boxes["citizen_id"].editor.box().setFocus()
    typed("1101700230709")

    pressed(window, Qt.Key.Key_Return, CONTROL)
    settle(window)

    assert requests(desk) == []
    assert intake.boxes["citizen_id"].editor.problem.plain_text
