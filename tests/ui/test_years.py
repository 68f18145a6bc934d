"""The fiscal year above every page, lists that obey it, year's turn by mouse and keyboard, closed years that are read-only."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from demo.desk import SampleDesk
from desktop.services.year_opening import Opening
from desktop.storage.query import Query
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.list_screen import ListScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.screens.year_turn import YearTurnScreen
from desktop.ui.widgets.record_form import RecordForm
from tests.services.budgets import as_head, sent
from tests.ui.measure import clipped_labels, low_contrast, nameless, unfocusable
from tests.ui.windows import go, pressed, settle, texts

Opener = Callable[..., MainWindow]


def list_of(window: MainWindow) -> ListScreen:
    """The list in sight."""
    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    return screen


def turn_of(window: MainWindow) -> YearTurnScreen:
    """The page of year's turn."""
    screen = window.screen_here()
    assert isinstance(screen, YearTurnScreen)
    return screen


def form_of(window: MainWindow) -> RecordForm:
    """The record's form."""
    screen = window.screen_here()
    assert isinstance(screen, RecordScreen)
    assert screen.form is not None
    return screen.form


def lines(desk: SampleDesk, year: int) -> list[Any]:
    """The lines of a year."""
    return [row for row in desk.office.store.find(Query("budget_line")).rows if row.fields["fiscal_year"] == year]


def in_dialog(work: Callable[[QDialog], object]) -> None:
    """Does something in the dialog that opens next."""

    def now() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        work(dialog)

    QTimer.singleShot(120, now)


def reasoned(reason: str) -> Callable[[QDialog], object]:
    """Types a reason and accepts."""

    def work(dialog: QDialog) -> None:
        dialog.findChildren(QLineEdit)[0].setText(reason)
        dialog.accept()

    return work


def test_lists_obey_the_year_chosen_by_keyboard_and_say_so(desk: SampleDesk, open_window: Opener) -> None:
    desk.office.years.open_next(Opening(2571, amounts="empty"))
    window = open_window(Place("type", "budget_line"))
    shown = list_of(window).list
    assert shown is not None
    assert window.context.year.year == 2570, "the current year is chosen where nobody chose"
    assert len(shown.table.records.ids) == len(lines(desk, 2570)) > 0
    assert "2570" in shown.year_chip.text()
    pressed(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    menu = window.top.year_button.menu_of_years
    assert menu.isVisible()
    QTest.keyClick(menu, Qt.Key.Key_Up)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    assert window.context.year.year == 2571
    assert {row.fields["fiscal_year"] for row in desk.office.store.rows("budget_line", shown.table.records.ids)} == {2571}
    QTest.mouseClick(shown.year_chip, Qt.MouseButton.LeftButton)
    settle(window)
    assert len(shown.table.records.ids) == sum(len(lines(desk, year)) for year in (2569, 2570, 2571))
    QTest.mouseClick(shown.year_chip, Qt.MouseButton.LeftButton)
    settle(window)
    assert len(shown.table.records.ids) == len(lines(desk, 2571))


def test_the_year_is_remembered_and_all_years_too(open_window: Opener) -> None:
    window = open_window()
    window.context.year.choose(2569)
    settle(window)
    window.close()
    again = open_window(Place("type", "budget_line"))
    assert again.context.year.year == 2569
    assert "2569" in again.top.year_button.text()
    again.context.year.choose(None)
    settle(again)
    again.close()
    third = open_window(Place("type", "budget_line"))
    assert third.context.year.year is None
    shown = list_of(third).list
    assert shown is not None
    assert shown.year_chip.isHidden()


def test_kinds_of_year_are_not_mixed(desk: SampleDesk, open_window: Opener) -> None:
    window = open_window(Place("type", "plan"))
    for year, count in ((2570, len(desk.of_type("plan"))), (2571, 0)):
        window.context.year.choose(year)
        settle(window)
        shown = list_of(window).list
        assert shown is not None
        assert len(shown.table.records.ids) == count, "a plan is shown in the years of its period"
    go(window, Place("type", "service_request"))
    shown = list_of(window).list
    assert shown is not None
    assert shown.year_chip.isHidden()
    assert shown.table.records.ids, "requests have no fiscal year"


def test_the_page_opens_the_year_and_one_undo_takes_it_back(desk: SampleDesk, open_window: Opener) -> None:
    as_head(desk.office)
    window = open_window(Place("year_turn"))
    page = turn_of(window)
    page.years.setCurrentIndex(page.years.findData(2570))
    page.years.activated.emit(page.years.currentIndex())
    settle(window)
    before = len(desk.office.undo.acts())
    in_dialog(lambda dialog: dialog.accept())
    pressed(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    QTest.qWait(200)
    settle(window)
    assert len(lines(desk, 2571)) == len(lines(desk, 2570))
    assert len(desk.office.undo.acts()) == before + 1
    assert "เสร็จแล้ว" in page.step_rows["year"].accessibleName()
    assert page.turn is not None
    assert page.turn.steps[0].by
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    pressed(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert lines(desk, 2571) == []


def test_a_year_is_closed_after_its_list_was_gone_through_and_is_read_only_from_then_on(desk: SampleDesk, open_window: Opener) -> None:
    as_head(desk.office)
    office = desk.office
    line = office.records.save("budget_line", None, {"fiscal_year": 2569, "name": "ค่าวัสดุ", "amount": 100}).row.id
    sent(office)
    window = open_window(Place("year_turn"))
    page = turn_of(window)
    assert page.turn is not None
    assert page.turn.year.year == 2569, "the year that ended is the one to close"
    for tick in list(page.ticks.values()):
        tick.setFocus()
        QTest.keyClick(tick, Qt.Key.Key_Space)
    in_dialog(reasoned("ตรวจครบแล้ว"))
    page.step_rows["close"].setFocus()
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    assert office.years.get(2569).is_closed
    assert any("2569 ปิดแล้ว อ่านอย่างเดียว" in text for text in texts(page))
    go(window, Place("record", "budget_line", line))
    form = form_of(window)
    assert form.year_banner.isVisible()
    assert "2569" in form.year_banner.accessibleName()
    assert not form.form_acts.isVisible()
    sent(office)
    go(window, Place("year_turn"))
    in_dialog(reasoned("สตง. ให้แก้"))
    QTest.mouseClick(page.reopen_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert not office.years.get(2569).is_closed
    go(window, Place("record", "budget_line", line))
    assert not form_of(window).year_banner.isVisible()
    assert form_of(window).form_acts.isVisible()


def test_a_closed_year_leaves_open_what_goes_on_in_a_contract(desk: SampleDesk, open_window: Opener) -> None:
    office = as_head(desk.office)
    given = {"number": "9/2569", "vendor": "หจก.", "amount": 5, "signed_on": "2026-08-01", "state": "signed"}
    contract = office.records.save("contract", None, given).row.id  # type: ignore[arg-type]
    sent(office)
    office.years.close(2569, "ครบ", {item.key for item in office.years.check_list(2569)})
    window = open_window(Place("record", "contract", contract))
    form = form_of(window)
    assert form.year_banner.isVisible()
    assert form.form_acts.isVisible()
    assert form.fixed >= {"amount", "signed_on", "vendor"}
    assert "state" not in form.fixed


def test_every_item_leads_to_the_records_it_counts(desk: SampleDesk, open_window: Opener) -> None:
    as_head(desk.office)
    window = open_window(Place("year_turn"))
    page = turn_of(window)
    page.years.setCurrentIndex(page.years.findData(2570))
    page.years.activated.emit(page.years.currentIndex())
    settle(window)
    assert page.turn is not None
    item = next(one for one in page.turn.items if one.key == "contracts_unpaid")
    assert item.count
    row = page.item_rows["contracts_unpaid"]
    row.setFocus()
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    shown = list_of(window).list
    assert shown is not None
    assert set(shown.table.records.ids) == set(item.ids)


def test_closing_from_the_form_of_a_year_leads_to_the_page(desk: SampleDesk, open_window: Opener) -> None:
    as_head(desk.office)
    year = desk.office.years.get(2569)
    window = open_window(Place("record", "fiscal_year", year.id))
    form = form_of(window)
    step = next(one for one in form.spec.workflow.steps_from("in_force", ("head",)) if one.target == "closed")  # type: ignore[union-attr]
    form.take(step)
    settle(window)
    assert window.here == Place("year_turn")


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_nothing_is_cut_on_the_page(desk: SampleDesk, open_window: Opener, size: tuple[int, int]) -> None:
    as_head(desk.office)
    window = open_window(Place("year_turn"), size)
    assert [*clipped_labels(window), *unfocusable(window), *nameless(window), *low_contrast(window)] == []
