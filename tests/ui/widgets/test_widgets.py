"""What widgets do when they are clicked, typed into and resized."""

import pytest
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import IconButton, PrimaryButton
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.dialogs import Sheet, ask_text, confirm, error_sheet
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.pill import Pill
from desktop.ui.widgets.search_box import SearchBox
from desktop.ui.widgets.side_bar import SideBar, SideEntry
from desktop.ui.widgets.status_bar import SyncBar, SyncLine
from records.errors import Unavailable
from records.words import Language, Words
from tests.ui.gallery import AREAS
from tests.ui.windows import PATIENCE_MS

TH, EN = Language.THAI, Language.ENGLISH
SAVE = Words("บันทึก", "Save")
CHIPS = [Chip("all", Words("ทั้งหมด", "All"), 24), Chip("late", Words("เกินกำหนด", "Late"), 1), Chip("done", Words("เสร็จสิ้น", "Done"))]


def show(qtbot: QtBot, widget: QWidget, size: QSize | None = None) -> None:
    qtbot.addWidget(widget)
    if size is not None:
        widget.resize(size)
    widget.show()
    qtbot.waitExposed(widget, timeout=PATIENCE_MS)


def side_in_window(qtbot: QtBot, size: QSize) -> SideBar:
    window = QWidget()
    row = QHBoxLayout(window)
    side = SideBar("อบต. ทุ่งใหญ่", "อ.ทุ่งใหญ่", TH)
    side.set_entries(AREAS, [SideEntry("settings", "settings", Words("ตั้งค่า", "Settings"))])
    row.addWidget(side)
    row.addStretch(1)
    show(qtbot, window, size)
    return side


def test_buttons_speak_the_language_given(theme: Theme, qtbot: QtBot) -> None:
    thai, english = PrimaryButton(SAVE, TH), PrimaryButton(SAVE, EN)
    icon = IconButton("plus", SAVE, TH, keys="Ctrl+S")
    for button in (thai, english, icon):
        qtbot.addWidget(button)

    assert (thai.text(), english.text()) == ("บันทึก", "Save")
    assert icon.accessibleName() == "บันทึก"
    assert icon.toolTip() == "บันทึก (Ctrl+S)"


def test_a_button_with_an_icon_is_wider_than_without(theme: Theme, qtbot: QtBot) -> None:
    plain, with_icon = PrimaryButton(SAVE, TH), PrimaryButton(SAVE, TH, icon="save")
    for button in (plain, with_icon):
        qtbot.addWidget(button)

    assert with_icon.sizeHint().width() == plain.sizeHint().width() + 16 + 8


def test_one_chip_is_chosen_and_only_a_person_announces_it(theme: Theme, qtbot: QtBot) -> None:
    bar = ChipBar(TH)
    said: list[str] = []
    bar.chosen.connect(said.append)
    bar.set_chips(CHIPS)
    bar.set_current("late")
    show(qtbot, bar, QSize(600, 40))

    QTest.mouseClick(bar.findChildren(QPushButton)[2], Qt.MouseButton.LeftButton)

    assert said == ["done"]
    assert bar.current == "done"


def test_new_counts_keep_the_chosen_chip(theme: Theme, qtbot: QtBot) -> None:
    bar = ChipBar(TH)
    bar.set_chips(CHIPS)
    bar.set_current("late")
    bar.set_chips([Chip("all", CHIPS[0].words, 1200), CHIPS[1], CHIPS[2]])
    show(qtbot, bar, QSize(600, 40))

    assert bar.current == "late"
    assert bar.findChildren(QPushButton)[0].text() == "ทั้งหมด  1,200"


def test_a_full_line_goes_on_in_the_next(theme: Theme, qtbot: QtBot) -> None:
    flow = Flow(gap=8)
    for _ in range(3):
        part = QWidget()
        part.setFixedSize(100, 20)
        flow.add(part)
    show(qtbot, flow, QSize(250, 100))

    assert flow.heightForWidth(400) == 20
    assert flow.heightForWidth(250) == 48
    assert [child.geometry().y() for child in flow.findChildren(QWidget)] == [0, 0, 28]


def test_a_search_is_announced_once_after_the_typing_pauses(theme: Theme, qtbot: QtBot) -> None:
    box = SearchBox(Words("ค้นหา", "Search"), TH, keys="Ctrl+K")
    show(qtbot, box)
    said: list[str] = []
    box.searched.connect(said.append)

    with qtbot.waitSignal(box.searched, timeout=PATIENCE_MS):
        box.line.setText("ท่อ")
        box.line.setText("ท่อระบายน้ำ ")
    assert said == ["ท่อระบายน้ำ"]

    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert said == ["ท่อระบายน้ำ", ""]
    assert not box.clear_button.isVisible()


def test_an_entry_of_the_side_bar_is_chosen_by_mouse_and_by_keys(theme: Theme, qtbot: QtBot) -> None:
    side = side_in_window(qtbot, QSize(1366, 768))
    said: list[str] = []
    side.chosen.connect(said.append)
    buttons = [child for child in side.findChildren(QWidget) if child.metaObject().className() == "_EntryButton"]

    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(buttons[1], Qt.Key.Key_Down)
    QTest.keyClick(buttons[2], Qt.Key.Key_Return)
    QTest.keyClick(buttons[2], Qt.Key.Key_End)

    assert said == ["registry", "people"]
    assert side.current == "people"
    assert side.focusWidget() is buttons[-1]


def test_the_side_bar_is_words_at_1093_and_a_rail_where_large_text_leaves_no_room(theme: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    assert not side_in_window(qtbot, QSize(1093, 614)).is_rail

    theme.apply(qapp, "light", 1.5)
    rail = side_in_window(qtbot, QSize(1093, 614))

    assert rail.is_rail
    qtbot.waitUntil(lambda: rail.width() < 110, timeout=PATIENCE_MS)


def test_all_entries_are_seen_without_scrolling_at_1093x614(theme: Theme, qtbot: QtBot) -> None:
    side = side_in_window(qtbot, QSize(1093, 614))
    entries = [child for child in side.findChildren(QWidget) if child.metaObject().className() == "_EntryButton"]

    qtbot.waitUntil(lambda: all(entry.visibleRegion().boundingRect().height() == entry.height() for entry in entries), timeout=PATIENCE_MS)


def test_the_sync_bar_shows_progress_only_while_busy_and_is_one_button(theme: Theme, qtbot: QtBot) -> None:
    done = SyncLine("cloud-check", "ok", Words("ส่งแล้วทั้งหมด 09:41 น.", "All sent 09:41"))
    bar = SyncBar(done, TH)
    show(qtbot, bar, QSize(1093, 36))
    busy_before = bar.is_busy

    bar.show_line(SyncLine("refresh-cw", "accent", Words("กำลังส่ง 340 จาก 1,200", "Sending"), progress=0.28))

    assert (busy_before, bar.is_busy) == (False, True)
    assert bar.accessibleName() == "กำลังส่ง 340 จาก 1,200"
    with qtbot.waitSignal(bar.clicked, timeout=PATIENCE_MS):
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton)


def test_a_narrow_sync_bar_keeps_its_sentence(theme: Theme, qtbot: QtBot) -> None:
    line = SyncLine("cloud-off", "warn", Words("ทำงานโดยไม่มีเครือข่าย", "Offline"), Words("รอส่ง 3 รายการ", "3"), 0.5, Words("09:41 น.", "9"))
    bar = SyncBar(line, TH)

    show(qtbot, bar, QSize(bar.minimumSizeHint().width() + 10, 36))

    assert bar.width() < 400
    assert "รอส่ง 3 รายการ" in bar.toolTip()


def test_a_banner_acts_and_closes(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner("warn", Words("ขาดการส่ง 8 วัน", "8 days"), TH, action=SAVE, is_closable=True)
    show(qtbot, banner)
    assert banner.button is not None
    assert banner.close_button is not None

    with qtbot.waitSignal(banner.acted, timeout=PATIENCE_MS):
        banner.button.click()
    with qtbot.waitSignal(banner.closed, timeout=PATIENCE_MS):
        banner.close_button.click()

    assert not banner.isVisible()


def test_an_empty_state_says_what_to_do_next(theme: Theme, qtbot: QtBot) -> None:
    state = EmptyState("inbox", Words("ยังไม่มีคำร้อง", "None"), Words("กดรับเรื่องใหม่", "Press New"), TH, action=SAVE)
    show(qtbot, state)
    assert state.button is not None

    with qtbot.waitSignal(state.acted, timeout=PATIENCE_MS):
        state.button.click()


def test_a_pill_is_as_wide_as_its_word_and_says_it(theme: Theme, qtbot: QtBot) -> None:
    pill = Pill("ร่าง", "neutral")
    qtbot.addWidget(pill)
    narrow = pill.sizeHint().width()

    pill.show_status("กำลังตรวจสอบ", "warn")

    assert pill.sizeHint().width() > narrow
    assert pill.accessibleName() == "กำลังตรวจสอบ"


def active_sheet() -> Sheet:
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, Sheet)
    return sheet


@pytest.mark.parametrize(("word", "answer"), [("ลบ", True), ("ยกเลิก", False)])
def test_a_question_is_answered_by_its_buttons(theme: Theme, qtbot: QtBot, *, word: str, answer: bool) -> None:
    def press() -> None:
        next(button for button in active_sheet().findChildren(QPushButton) if button.text() == word).click()

    QTimer.singleShot(0, press)

    title = Words("ลบคำร้องนี้หรือไม่", "Delete this request?")
    assert confirm(None, TH, title, Words("เรียกคืนได้ภายหลัง", "It can be restored"), Words("ลบ", "Delete"), is_dangerous=True) is answer


def test_a_dangerous_question_is_refused_by_enter(theme: Theme, qtbot: QtBot) -> None:
    QTimer.singleShot(0, lambda: QTest.keyClick(active_sheet(), Qt.Key.Key_Return))

    assert not confirm(None, TH, Words("ลบหรือไม่", "Delete?"), Words("", ""), Words("ลบ", "Delete"), is_dangerous=True)


def test_a_text_is_asked_for_and_an_empty_one_cannot_be_given(theme: Theme, qtbot: QtBot) -> None:
    enabled: list[bool] = []

    def fill() -> None:
        sheet = active_sheet()
        accept = next(button for button in sheet.findChildren(QPushButton) if button.text() == "ตกลง")
        enabled.append(accept.isEnabled())
        line = sheet.findChild(QLineEdit)
        assert line is not None
        line.setText("  มุมมองของฉัน ")
        accept.click()

    QTimer.singleShot(0, fill)

    assert ask_text(None, TH, Words("บันทึกมุมมอง", "Save view"), Words("ชื่อ", "Name")) == "มุมมองของฉัน"
    assert enabled == [False]


def test_an_error_shows_its_message_and_keeps_the_details_for_support(theme: Theme, qtbot: QtBot) -> None:
    try:
        raise Unavailable(Words("ไม่มีเครือข่าย", "No network"), Words("งานบันทึกแล้ว โปรดลองใหม่", "Work is saved; try again"), code="no-line")
    except Unavailable as error:
        sheet = error_sheet(None, error, TH, "desk 7")
    show(qtbot, sheet)
    assert sheet.text_label.plain_text == "งานบันทึกแล้ว โปรดลองใหม่"
    assert "Traceback" not in sheet.text_label.plain_text

    sheet.findChildren(QPushButton)[0].click()

    details = QGuiApplication.clipboard().text()
    assert all(part in details for part in ("Unavailable no-line", "Work is saved", "desk 7", "Traceback"))
    sheet.findChildren(QPushButton)[1].click()
    assert sheet.result() == QDialog.DialogCode.Accepted
