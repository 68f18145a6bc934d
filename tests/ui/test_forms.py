"""A clerk at a form: by keyboard alone, interrupted, beside somebody else's edits, without a right to write."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from demo.desk import SampleDesk
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.list_screen import ListScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.editors.base import LineEditor
from desktop.ui.widgets.record_form import RecordForm
from tests.ui.windows import go, opened, pressed, settle, typed

OpenWindow = Callable[..., MainWindow]
SMALL = (1093, 614)


def form_of(window: MainWindow) -> RecordForm:
    """The form in sight."""
    screen = window.screen_here()
    form = screen.form if isinstance(screen, RecordScreen | ListScreen) else None
    assert form is not None
    return form


def line_of(form: RecordForm, name: str) -> QLineEdit:
    """The line of a field."""
    editor = form.boxes[name].editor
    assert isinstance(editor, LineEditor)
    return editor.line


def requests(desk: SampleDesk, subject: str) -> list[Row]:
    """The stored requests of a subject."""
    return desk.office.store.find(Query("service_request", filters=(Filter("subject", "eq", subject),))).rows


def write(form: RecordForm, name: str, text: str) -> None:
    """Types a text into a field from the start."""
    line = line_of(form, name)
    line.setFocus()
    line.selectAll()
    typed(text)


@pytest.mark.parametrize("size", [SMALL, (1440, 880)])
def test_a_request_is_filed_by_keyboard_alone(open_window: OpenWindow, desk: SampleDesk, size: tuple[int, int]) -> None:
    window = open_window(Place("record", "service_request"), size)

    typed("ค2569/9001")
    pressed(window, Qt.Key.Key_Tab)
    typed("ไฟฟ้าสาธารณะดับ หน้าวัด")
    pressed(window, Qt.Key.Key_Tab)
    typed("นางสมศรี ใจดี")
    pressed(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    (row,) = requests(desk, "ไฟฟ้าสาธารณะดับ หน้าวัด")
    assert row.fields["tracking_number"] == "ค2569/9001"
    assert row.fields["state"] == "received"
    assert row.waiting
    assert form_of(window).record_id == "", "the next new form is open"
    assert line_of(form_of(window), "subject").text() == ""


def test_a_request_without_a_subject_is_not_filed_and_says_where(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("record", "service_request"))
    form = form_of(window)
    before = desk.office.store.count(Query("service_request"))

    write(form, "tracking_number", "ค2569/9002")
    form.save()
    settle(window)

    assert desk.office.store.count(Query("service_request")) == before
    assert not form.problems.isHidden()
    assert form.boxes["subject"].editor.problem.plain_text
    assert QApplication.focusWidget() is line_of(form, "subject")


def test_what_is_missing_can_be_saved_as_it_is(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("record", "service_request"))
    form = form_of(window)
    write(form, "tracking_number", "ค2569/9003")
    form.save()
    settle(window)

    form.problems.force_button.click()
    settle(window)

    found = desk.office.store.find(Query("service_request", filters=(Filter("tracking_number", "eq", "ค2569/9003"),))).rows
    assert [row.fields.get("state") for row in found] == [None]


def test_closing_the_window_loses_nothing_that_was_typed(desk: SampleDesk, theme: Theme) -> None:
    window = opened(desk, theme, Place("record", "service_request"))
    write(form_of(window), "subject", "ยังพิมพ์ไม่จบ")
    window.close()

    again = opened(desk, theme, Place("record", "service_request"))

    assert line_of(form_of(again), "subject").text() == "ยังพิมพ์ไม่จบ"
    assert not form_of(again).draft_banner.isHidden()
    again.close()


def test_a_draft_that_is_discarded_does_not_come_back(desk: SampleDesk, theme: Theme) -> None:
    window = opened(desk, theme, Place("record", "service_request"))
    write(form_of(window), "subject", "ทิ้งได้")
    form_of(window).discard_draft()
    window.close()

    again = opened(desk, theme, Place("record", "service_request"))

    assert line_of(form_of(again), "subject").text() == ""
    again.close()


def test_an_untouched_form_shows_what_was_changed_elsewhere(open_window: OpenWindow, desk: SampleDesk) -> None:
    record = desk.of_type("service_request")[0]
    window = open_window(Place("record", "service_request", record.id))

    desk.change_elsewhere(record, {"subject": "แก้จากอีกโต๊ะ"}, "wichai.t", ago=timedelta(minutes=1))
    settle(window)

    assert line_of(form_of(window), "subject").text() == "แก้จากอีกโต๊ะ"
    assert form_of(window).moved_banner.isHidden()


def test_a_touched_form_keeps_what_is_typed_and_merges_by_field(open_window: OpenWindow, desk: SampleDesk) -> None:
    record = desk.of_type("service_request")[0]
    window = open_window(Place("record", "service_request", record.id))
    form = form_of(window)
    write(form, "subject", "แก้ที่โต๊ะนี้")

    desk.change_elsewhere(record, {"place": "หมู่ 9", "subject": "แก้ที่โต๊ะโน้น"}, "wichai.t", ago=timedelta(minutes=1))
    settle(window)
    is_told = not form.moved_banner.isHidden()
    form.save()
    settle(window)

    row = desk.office.records.get("service_request", record.id)
    assert is_told
    assert row.fields["subject"] == "แก้ที่โต๊ะนี้"
    assert row.fields["place"] == "หมู่ 9"


def test_a_step_of_the_workflow_is_offered_and_taken(open_window: OpenWindow, desk: SampleDesk) -> None:
    record = next(one for one in desk.of_type("service_request") if one.fields.get("state") == "received")
    window = open_window(Place("record", "service_request", record.id))
    form = form_of(window)
    spec = desk.office.catalogue["service_request"]
    assert spec.workflow is not None
    step = next(one for one in spec.workflow.steps_from("received", ("office-admin",)) if one.target == "checking")

    form.take(step)
    settle(window)

    assert desk.office.records.get("service_request", record.id).fields["state"] == "checking"


def test_showing_a_masked_number_is_logged_without_its_value(
    open_window: OpenWindow, desk: SampleDesk, caplog: pytest.LogCaptureFixture
) -> None:
    record = next(one for one in desk.of_type("service_request") if "phone" in one.fields)
    window = open_window(Place("record", "service_request", record.id))
    editor = form_of(window).boxes["phone"].editor
    assert isinstance(editor, LineEditor)
    masked = editor.line.text()

    with caplog.at_level(logging.INFO):
        editor.reveal()
        settle(window)

    line = next(one for one in caplog.messages if "personal data shown" in one)
    assert "x" in masked
    assert record.id in line
    assert str(record.fields["phone"]) not in line


def test_a_record_of_the_centre_can_be_read_and_not_changed(open_window: OpenWindow, desk: SampleDesk) -> None:
    office = desk.office.store.ids(Query("office"))[0]

    form = form_of(open_window(Place("record", "office", office)))

    assert not form.state_banner.isHidden()
    assert line_of(
        form, "name_th" if "name_th" in form.boxes else next(n for n in form.boxes if isinstance(form.boxes[n].editor, LineEditor))
    ).isReadOnly()
    assert form.form_acts.isHidden()


def test_what_belongs_to_a_record_stands_under_its_form(open_window: OpenWindow, desk: SampleDesk) -> None:
    project = desk.of_type("project")[0]
    window = open_window(Place("record", "project", project.id))
    budgets = next(one for one in form_of(window).related.lists if one.table.spec.type == "project_budget")

    budgets.add_button.click()
    settle(window)

    assert budgets.table.records.ids
    assert window.here == Place("record", "project_budget")
    assert form_of(window).boxes["project"].editor.value() == project.id


def test_back_returns_to_where_one_was(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("type", "service_request"), SMALL)
    go(window, Place("record", "service_request", desk.of_type("service_request")[0].id))

    pressed(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    settle(window)

    assert window.here == Place("type", "service_request")
