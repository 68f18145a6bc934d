"""The conflict inbox: shows both sides, settles by keyboard or mouse, says nothing about what can be merged, and is undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from demo.desk import SampleDesk
from desktop.ui.conflict_card import ConflictCard
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from records.words import Language
from tests.ui.windows import NOW, opened, settle, texts

MINE, THEIRS = "โครงการของเครื่องนี้", "โครงการของที่อื่น"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SampleDesk]:
    """A desk with three conflicts: two about the titles of projects, one about a person's telephone."""
    made = SampleDesk(tmp_path, NOW, language=Language.THAI)
    made.enrol()
    made.receive_all()
    projects = made.of_type("project")
    for project in projects[:2]:
        made.conflict(project, {"title": MINE}, {"title": THEIRS}, "wichai.t")
    made.conflict(made.of_type("person")[0], {"phone": "0811111111"}, {"phone": "0822222222"}, "nipha.d")
    made.merged(projects[3], {"location": "บ้านทุ่งใหญ่"}, "wichai.t")
    yield made
    made.office.close()


@pytest.fixture
def window(desk: SampleDesk, theme: Theme) -> Iterator[MainWindow]:
    """The window at the inbox."""
    made = opened(desk, theme, Place("conflicts"))
    yield made
    made.close()
    made.deleteLater()


def inbox_of(window: MainWindow) -> ConflictScreen:
    screen = window.screen_here()
    assert isinstance(screen, ConflictScreen)
    return screen


def title_of(desk: SampleDesk, number: int) -> object:
    return desk.office.records.get("project", desk.of_type("project")[number].id).fields["title"]


def card_about(window: MainWindow, record: str) -> ConflictCard:
    return next(card for card in inbox_of(window).cards if card.facts.record == record)


def test_a_card_shows_before_here_and_elsewhere_with_who(window: MainWindow, desk: SampleDesk) -> None:
    shown = " ".join(texts(inbox_of(window)))

    assert "ก่อนแก้" in shown
    assert "เครื่องนี้ · จันทร์เพ็ญ วงศ์ดี" in shown
    assert "ที่อื่น · วิชัย ทองสุข" in shown


def test_keeping_mine_writes_it_and_undo_brings_theirs_back(window: MainWindow, desk: SampleDesk) -> None:
    card = card_about(window, desk.of_type("project")[0].id)
    assert not card.settle_button.isEnabled()

    QTest.mouseClick(card.mine_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.settle_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert title_of(desk, 0) == MINE
    assert len(inbox_of(window).cards) == 2
    inbox_of(window).acts()[0].run()
    settle(window)
    assert title_of(desk, 0) == THEIRS
    assert len(inbox_of(window).cards) == 3


def test_the_keyboard_alone_settles(window: MainWindow, desk: SampleDesk) -> None:
    card = card_about(window, desk.of_type("project")[0].id)
    field = card.fields[0]
    field.mine_radio.setFocus()

    QTest.keyClick(field.mine_radio, Qt.Key.Key_Space)
    QTest.keyClick(field.mine_radio, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert title_of(desk, 0) == MINE


def test_one_choice_serves_all_alike(window: MainWindow, desk: SampleDesk) -> None:
    card = card_about(window, desk.of_type("project")[1].id)
    assert not card.alike_box.isHidden()

    card.alike_box.setChecked(True)
    QTest.mouseClick(card.theirs_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.settle_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert [card.facts.type for card in inbox_of(window).cards] == ["person"]
    assert title_of(desk, 0) == title_of(desk, 1) == THEIRS


def test_a_third_value_is_typed_in_the_fields_own_editor(window: MainWindow, desk: SampleDesk) -> None:
    card = card_about(window, desk.of_type("project")[0].id)
    field = card.fields[0]

    field.other_radio.setChecked(True)
    assert field.editor is not None
    field.editor.set_value("โครงการที่ตกลงกัน")
    field.editor.edited.emit()
    assert field.result.plain_text == "โครงการที่ตกลงกัน"
    assert not card.alike_box.isEnabled()
    card.settle()
    settle(window)

    assert title_of(desk, 0) == "โครงการที่ตกลงกัน"


def test_personal_values_are_masked_until_asked_for(window: MainWindow, desk: SampleDesk) -> None:
    card = card_about(window, desk.of_type("person")[0].id)
    assert "081-111-1111" not in " ".join(texts(card))

    QTest.mouseClick(card.fields[0].show_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert "081-111-1111" in " ".join(texts(card))


def test_what_was_merged_is_only_told(window: MainWindow) -> None:
    screen = inbox_of(window)

    screen.chips.set_current("merged")
    screen.chips.chosen.emit("merged")
    settle(window)

    assert screen.cards == []
    assert "โปรแกรมรวมให้แล้ว" in " ".join(texts(screen))


def test_an_empty_inbox_says_so(tmp_path: Path, theme: Theme) -> None:
    desk = SampleDesk(tmp_path, NOW)
    desk.enrol()
    window = opened(desk, theme, Place("conflicts"))

    assert any("ไม่มีรายการที่ต้องเลือก" in text for text in texts(window))

    window.close()
    window.deleteLater()
    desk.office.close()
