"""Texts of widgets: Thai line breaks, clean copies, dates in พ.ศ., shortcuts under the Thai layout."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QDate, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.calendar import CalendarPopup, DateEditor, month_title
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.shortcuts import KEDMANEE, sequences, shortcut
from desktop.ui.widgets.thai_words import ThaiWords
from desktop.ui.widgets.thai_wrap import ZERO_WIDTH_SPACE, unwrapped, wrapped
from records.words import Language
from tests.ui.gallery import LONG, TODAY, parse_day, show_day
from tests.ui.windows import PATIENCE_MS


def date_editor(qtbot: QtBot) -> DateEditor:
    result = DateEditor(parse_day, show_day, Language.THAI, today=lambda: TODAY)
    qtbot.addWidget(result)
    result.show()
    qtbot.waitExposed(result, timeout=PATIENCE_MS)
    return result


def test_thai_words_are_parted_and_joined_again_without_loss() -> None:
    parted = wrapped(LONG)

    assert parted.count(ZERO_WIDTH_SPACE) > 10
    assert unwrapped(parted) == LONG
    assert wrapped(parted) == parted


def test_short_and_latin_texts_stay_as_they_are() -> None:
    assert wrapped("ตรวจแบบแปลนแล้ว") == "ตรวจแบบแปลนแล้ว"
    assert wrapped("A long text without any Thai in it at all") == "A long text without any Thai in it at all"


def test_the_dictionary_is_not_loaded_for_short_texts() -> None:
    code = "import sys; from desktop.ui.widgets.thai_wrap import wrapped; wrapped('ตรวจแล้ว'); sys.exit('newmm_tokenizer' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def words(qtbot: QtBot) -> Iterator[ThaiWords]:
    """As where Qt cannot part Thai words by itself."""
    result = ThaiWords.of_app()
    before, result.is_needed = result.is_needed, True
    yield result
    result.is_needed = before


def test_a_narrow_label_breaks_between_words_and_grows(theme: Theme, qtbot: QtBot, words: ThaiWords) -> None:
    label = WrapLabel(LONG)
    qtbot.addWidget(label)
    label.resize(200, 20)
    label.heightForWidth(200)

    qtbot.waitUntil(lambda: ZERO_WIDTH_SPACE in label.text(), timeout=PATIENCE_MS)

    assert label.heightForWidth(200) > 2 * label.fontMetrics().height()
    assert label.plain_text == LONG


def test_a_label_does_not_wait_for_the_dictionary() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from desktop.ui.widgets.thai_words import ThaiWords; from desktop.ui.widgets.labels import WrapLabel\n"
        "words = ThaiWords.of_app(); words.is_needed = True; label = WrapLabel(sys.argv[1]); label.resize(200, 200); label.heightForWidth(200)\n"
        "assert words.is_loading and label.text() == sys.argv[1]; words.ready.connect(app.quit); app.exec()\n"
        "sys.exit('\u200b' not in label.text())"
    )

    assert subprocess.run([sys.executable, "-c", code, LONG], check=False).returncode == 0


def test_a_copied_label_has_no_break_marks(theme: Theme, qtbot: QtBot, words: ThaiWords) -> None:
    label = WrapLabel(LONG, is_selectable=True)
    qtbot.addWidget(label)
    label.resize(200, 200)
    label.show()
    qtbot.waitExposed(label, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: ZERO_WIDTH_SPACE in label.text(), timeout=PATIENCE_MS)
    label.setSelection(0, len(label.text()))

    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == LONG


def test_a_typed_date_is_put_into_the_usual_form_on_leaving(theme: Theme, qtbot: QtBot) -> None:
    editor = date_editor(qtbot)
    editor.set_text("5/1/2570")
    with qtbot.waitSignal(editor.changed, timeout=PATIENCE_MS):
        editor.set_text(" 05/01/2570 ")

    editor.settle()

    assert editor.text() == "5/1/2570"
    assert not editor.problem.isVisible()


def test_a_wrong_date_stays_as_typed_and_says_what_to_do(theme: Theme, qtbot: QtBot) -> None:
    editor = date_editor(qtbot)
    editor.set_text("32/13/2569")

    editor.settle()

    assert editor.text() == "32/13/2569"
    assert editor.problem.isVisible()
    assert "22/11/2569" in editor.problem.plain_text
    editor.set_text("")
    assert not editor.problem.isVisible()


def test_a_day_picked_in_the_calendar_is_written_in_buddhist_years(theme: Theme, qtbot: QtBot) -> None:
    editor = date_editor(qtbot)
    editor.set_text("18/11/2569")
    popup = editor.open_calendar()

    assert popup.title.text() == "พฤศจิกายน 2569"
    assert popup.days.selectedDate() == QDate(2026, 11, 18)
    view = popup.days.findChild(QTableView)
    assert view is not None
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)

    assert editor.text() == "19/11/2569"


def test_an_empty_date_opens_the_calendar_at_today(theme: Theme, qtbot: QtBot) -> None:
    editor = date_editor(qtbot)

    QTest.keyClick(editor.line, Qt.Key.Key_F4)

    popup = editor.findChild(CalendarPopup)
    assert popup is not None
    assert popup.days.selectedDate() == QDate(TODAY.year, TODAY.month, TODAY.day)


def test_a_month_is_named_with_its_buddhist_year() -> None:
    assert month_title(2026, 11, Language.ENGLISH) == "November 2569 BE"
    assert month_title(2027, 1, Language.THAI) == "มกราคม 2570"


def test_every_letter_has_a_thai_key() -> None:
    assert set(KEDMANEE) == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert len(set(KEDMANEE.values())) == 26
    assert [one.toString() for one in sequences("Ctrl+K")] == ["Ctrl+K", "Ctrl+า"]
    assert len(sequences("Ctrl+Shift+N")) == 3
    assert len(sequences("F5")) == 1


@pytest.mark.parametrize(("key", "text"), [(Qt.Key.Key_K.value, "k"), (ord("า"), "า")])
def test_ctrl_k_works_under_both_layouts(theme: Theme, qapp: QApplication, qtbot: QtBot, key: int, text: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    called: list[int] = []
    shortcut(window, "Ctrl+K", lambda: called.append(1))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)

    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.ControlModifier, text)
        qapp.sendEvent(window.windowHandle(), event)

    assert called == [1]
