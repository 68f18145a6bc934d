"""A clerk at a list: finds, filters, sorts, deletes and takes back, sends to Excel; and a list of 100,000 stays light."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from demo.desk import SampleDesk
from demo.sample import SampleRecord
from desktop.storage.query import Filter, Query
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.list_screen import ListScreen
from desktop.ui.widgets.record_list import RecordList
from desktop.ui.widgets.record_model import CONFLICT, PAGE, WAITING, RecordModel
from records.words import Language, say
from tests.ui.windows import citizen_ids, pressed, settle

OpenWindow = Callable[..., MainWindow]
SMALL = (1093, 614)
MANY = 100_000


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window at the list of requests."""
    return open_window(Place("type", "service_request"), SMALL)


def list_of(window: MainWindow) -> RecordList:
    """The list in sight."""
    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    assert screen.list is not None
    return screen.list


def column(shown: RecordList, name: str) -> list[str]:
    """The texts of a column, as far as fetched."""
    lines = [shown.table.records.line(row) for row in range(len(shown.table.records.ids))]
    return [line.cells[name].text for line in lines if line is not None and name in line.cells]


def test_chips_count_the_states_and_choose_one(window: MainWindow, desk: SampleDesk) -> None:
    shown = list_of(window)
    wanted = desk.office.store.count(Query("service_request", filters=(Filter("state", "eq", "received"),)))

    shown.chips.set_current("received")
    shown.reload()
    settle(window)

    assert len(shown.table.records.ids) == wanted
    assert set(column(shown, "state")) == {"รับคำขอแล้ว"}


def test_the_search_box_is_reached_by_its_keys_and_finds(window: MainWindow) -> None:
    shown = list_of(window)
    first = column(shown, "tracking_number")[3]

    pressed(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    has_keys = shown.search.line.hasFocus()
    shown.search.line.setText(first)
    settle(window)

    assert has_keys
    assert column(shown, "tracking_number") == [first]


def test_what_nothing_matches_offers_to_clear_the_search(window: MainWindow) -> None:
    shown = list_of(window)
    everything = len(shown.table.records.ids)
    shown.search.line.setText("ไม่มีคำนี้แน่นอน")
    settle(window)
    is_told = shown.none.isVisible()

    assert shown.none.button is not None
    shown.none.button.click()
    settle(window)

    assert is_told
    assert len(shown.table.records.ids) == everything


def test_a_condition_narrows_the_list(window: MainWindow, desk: SampleDesk) -> None:
    shown = list_of(window)
    condition = Filter("due", "lt", "2026-11-22")

    shown.show_filters((condition,))
    shown.reload()
    settle(window)

    assert len(shown.table.records.ids) == desk.office.store.count(Query("service_request", filters=(condition,)))
    assert shown.panel.conditions() == (condition,)


def test_a_head_sorts_and_the_order_is_remembered(window: MainWindow) -> None:
    shown = list_of(window)
    at = shown.table.chosen_columns().index("subject") + 1

    shown.table.horizontalHeader().setSortIndicator(at, Qt.SortOrder.DescendingOrder)
    settle(window)

    ids = shown.context.office.store.ids(replace(shown.query(), sort=(("subject", True),)))
    assert list(shown.table.records.ids) == ids
    assert window.memory.get("list.service_request") is not None


def test_a_deleted_record_comes_back_by_undo(window: MainWindow, desk: SampleDesk) -> None:
    shown = list_of(window)
    record_id = desk.office.records.save("service_request", None, {"subject": "รายการที่ไม่มีใครอ้างถึง"}).row.id
    settle(window)
    shown.table.go_to(record_id)
    shown.table.setFocus()

    pressed(window, Qt.Key.Key_Delete)
    settle(window)
    is_gone = record_id not in shown.table.records.ids
    assert window.notices.banner is not None
    assert window.notices.banner.button is not None
    window.notices.banner.button.click()
    settle(window)

    assert is_gone
    assert record_id in shown.table.records.ids


def test_the_last_change_is_taken_back_by_its_keys(window: MainWindow, desk: SampleDesk) -> None:
    record = desk.of_type("service_request")[0]
    desk.office.records.save("service_request", record.id, {"subject": "ผิด"})
    settle(window)
    list_of(window).table.setFocus()

    pressed(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert desk.office.records.get("service_request", record.id).fields["subject"] == record.fields["subject"]


def test_a_new_records_form_stays_when_its_empty_list_comes_late(open_window: OpenWindow, desk: SampleDesk) -> None:
    empty = next(name for name in ("holiday", "tactic", "base_figure", "contract", "disbursement") if not desk.of_type(name))
    window = open_window(Place("type", empty), (1440, 880))
    pressed(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    list_of(window).reload()
    settle(window)

    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    assert not list_of(window).table.records.ids
    assert screen.form is not None
    assert screen.form.isVisible()


def test_what_is_shown_goes_to_excel(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = list_of(window)
    target = tmp_path / "คำขอ.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    shown.table.setFocus()

    pressed(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert target.stat().st_size > 1000
    assert window.notices.banner is not None


def test_rows_that_wait_or_need_a_choice_say_so(window: MainWindow, desk: SampleDesk) -> None:
    waiting, chosen = desk.of_type("service_request")[:2]
    desk.office.records.save("service_request", waiting.id, {"place": "หมู่ 1"})
    desk.conflict(chosen, {"subject": "ก"}, {"subject": "ข"}, "wichai.t")
    settle(window)
    model = list_of(window).table.records

    marks = {one.row.id: one.mark for one in map(model.line, range(len(model.ids))) if one is not None}
    tip = model.data(model.index(model.row_of(waiting.id), 0), Qt.ItemDataRole.ToolTipRole)

    assert marks[waiting.id] == WAITING
    assert marks[chosen.id] == CONFLICT
    assert tip == say(WAITING.words, Language.THAI)


def test_no_list_shows_a_citizen_id_in_full(open_window: OpenWindow) -> None:
    window = open_window(Place("type", "person"))
    shown = list_of(window)

    shown.table.show_columns(("first_name", "citizen_id"))
    settle(window)

    assert column(shown, "citizen_id")
    assert citizen_ids(window) == []


def test_columns_a_person_chose_stay_chosen(window: MainWindow) -> None:
    shown = list_of(window)

    shown.table.show_columns(("subject", "tracking_number"))
    settle(window)

    assert shown.table.chosen_columns() == ("subject", "tracking_number")
    assert window.memory.get("list.service_request") == {"names": ["subject", "tracking_number"], "widths": {}, "sort": []}


def test_a_list_of_a_hundred_thousand_fetches_only_what_is_looked_at(window: MainWindow, desk: SampleDesk) -> None:
    ids = [f"{number:08x}-0000-7000-8000-000000000000" for number in range(MANY)]
    model = RecordModel(window.context, desk.office.catalogue["village"], [desk.office.catalogue["village"].by_name["name"]], window)
    village = desk.of_type("village")[0]
    fields = {**village.fields}
    desk.receive([SampleRecord("village", one, fields) for one in ids[: 3 * PAGE]])
    model.take_ids(ids)
    for row in (0, 20, 40, 2 * PAGE, 2 * PAGE + 30):
        model.data(model.index(row, 1))
    settle(window)

    assert model.rowCount() == MANY
    assert model.data(model.index(20, 1)) == village.fields["name"]
    assert model.rows_fetched == 2 * PAGE
