"""The inbox with many conflicts, the list of merges, possible duplicates and the states of the sync view, as a person meets them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from demo.desk import ME, SampleDesk
from desktop.services.inbox import Asked
from desktop.services.records import plain
from desktop.services.rounds import Round
from desktop.storage import state
from desktop.ui.conflict_bulk import FieldSheet
from desktop.ui.conflict_merged import MergedCard
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.duplicates_view import DuplicatesScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.sync_view import SyncView
from desktop.ui.sync_words import lasting, next_words, round_words, stream_line
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.buttons import Button
from records.ids import conflict_id
from records.kinds import Json
from records.protocol import Problem
from records.words import Language, Words
from tests.ui.test_watchdog import ALLOWED, LONGEST_S, beating
from tests.ui.windows import go, opened, settle, texts

MINE, THEIRS = "ของเครื่องนี้", "ของที่อื่น"
THOUSANDS = 10_000


def conflicts(desk: SampleDesk, count: int) -> None:
    """So many projects with a conflict about their target each."""
    office, stream = desk.office, desk.sample.stream
    new: list[tuple[str, str, dict[str, Json]]] = []
    for number in range(count):
        made = office.store.new_id()
        detail: dict[str, Json] = {
            "name": "target", "base": "เดิม", "mine": MINE, "theirs": THEIRS, "mine_by": ME, "theirs_by": "wichai.t",
            "mine_device": "desk-1", "theirs_device": "desk-2", "mine_at": "2026-11-22T01:00:00Z", "theirs_at": "2026-11-22T01:00:00Z",
        }  # fmt: skip
        entry: dict[str, Json] = {
            "record_type": "project", "record_id": made, "record_title": f"โครงการ {number}", "area": "planning", "grade": "conflict",
            "state": "open", "details": [detail],
        }  # fmt: skip
        new += [
            ("project", made, {"title": f"โครงการ {number}", "target": THEIRS}),
            ("conflict", conflict_id(made, office.store.new_id()), entry),
        ]
    with office.store.act(ME, Words("ลงข้อมูล", "Filled")) as act:
        office.store.make(stream, new, act=act)


@pytest.fixture
def window(desk: SampleDesk, theme: Theme) -> Iterator[MainWindow]:
    """A window at home; tests fill the desk before they go to a page."""
    made = opened(desk, theme)
    yield made
    made.close()
    made.deleteLater()


def at_inbox(window: MainWindow, grade: str = "conflict") -> ConflictScreen:
    go(window, Place("conflicts", grade))
    screen = window.screen_here()
    assert isinstance(screen, ConflictScreen)
    return screen


def open_count(desk: SampleDesk) -> int:
    return desk.office.sync.status().conflicts


# Many ----------------------------------------------------------------------------------------------------------------------------


def test_all_that_is_shown_is_settled_with_one_choice_and_one_undo(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 40)
    screen = at_inbox(window)
    assert "ทั้ง 40 รายการที่แสดง" in screen.bulk.count.plain_text

    QTest.mouseClick(screen.bulk.mine_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert open_count(desk) == 0
    assert "ไม่มีรายการที่ต้องเลือก" in " ".join(texts(screen))
    screen.acts()[0].run()
    settle(window)
    assert open_count(desk) == 40


def test_only_the_selected_are_settled(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 5)
    screen = at_inbox(window)
    for card in screen.cards[:2]:
        card.select_box.click()
    assert "2 รายการ" in screen.bulk.count.plain_text

    QTest.mouseClick(screen.bulk.theirs_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert (open_count(desk), len(screen.cards)) == (3, 3)


def test_a_filter_narrows_what_is_shown_and_what_is_settled(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 5)
    desk.conflict(desk.of_type("person")[0], {"phone": "0811111111"}, {"phone": "0822222222"}, "nipha.d")
    screen = at_inbox(window)
    box = screen.filters.boxes["type"]

    box.setCurrentIndex(box.findData("person"))
    box.activated.emit(box.currentIndex())
    settle(window)

    assert [card.facts.type for card in screen.cards] == ["person"]
    box.setCurrentIndex(box.findData("project"))
    box.activated.emit(box.currentIndex())
    settle(window)
    screen.bulk.settle("theirs")
    settle(window)
    assert "ไม่มีรายการตามที่กรอง" in " ".join(texts(screen))
    assert open_count(desk) == 1


def test_a_choice_by_field_asks_for_every_field_and_leaves_the_others_open(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 3)
    screen = at_inbox(window)
    sheet = FieldSheet(screen, screen.context, desk.office.inbox.lines(Asked()))
    (box,) = sheet._boxes.values()
    assert "เป้าหมาย" in box.accessibleName()
    assert sheet.choices() == {}
    box.setCurrentIndex(box.findData("mine"))
    assert sheet.choices() == {"target": "mine"}
    sheet.deleteLater()


def test_the_keys_choose_and_settle_one_card_after_the_other(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 3)
    screen = at_inbox(window)
    screen.cards[0].fields[0].theirs_radio.setFocus()

    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert screen.cards[0].fields[0].choice() == "mine"
    QTest.keyClick(screen.cards[0].settle_button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert open_count(desk) == 2


def test_what_was_settled_at_another_desk_meanwhile_is_said_on_the_card_begun(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 2)
    screen = at_inbox(window)
    card = screen.cards[0]
    card.fields[0].choose("mine")

    desk.office.conflicts.settle(card.facts.id, {"target": "theirs"})
    settle(window)

    assert "เครื่องอื่นแล้ว" in " ".join(texts(card))
    assert not card.settle_button.isEnabled()


def test_a_stream_that_turned_read_only_shows_the_conflict_and_says_who_may_settle_it(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 1)
    with desk.office.database.write() as connection:
        known = state.stream(connection, desk.sample.stream)
        assert known is not None
        state.save_stream(connection, replace(known, access="read", read_only=True))
    card = at_inbox(window).cards[0]

    card.fields[0].choose("mine")

    assert "อ่านอย่างเดียว" in " ".join(texts(card))
    assert not card.settle_button.isEnabled()


def test_ten_thousand_conflicts_are_listed_and_settled_without_holding_the_window(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, THOUSANDS)
    with beating() as heart:
        screen = at_inbox(window)
        screen.bulk.settle("mine")
        for _ in range(20):
            QTest.qWait(10)
        done = screen.bulk.progress.value()
        screen.bulk.stop_button.click()
        settle(window)

    assert len(screen.cards) < 20
    assert 0 < THOUSANDS - open_count(desk) < THOUSANDS
    assert THOUSANDS - open_count(desk) >= done
    gaps = heart.long()
    assert len(gaps) <= ALLOWED * 2, gaps
    assert all(gap < LONGEST_S for gap in gaps), gaps


# Merged --------------------------------------------------------------------------------------------------------------------------


def merged(desk: SampleDesk) -> str:
    """A merge for information whose fields still stand; returns the project's id."""
    project = desk.of_type("project")[0]
    desk.merged(project, {"location": "บ้านทุ่งใหญ่"}, "wichai.t")
    desk.office.records.save("project", project.id, {"location": "บ้านทุ่งใหญ่"})
    return project.id


def test_a_merge_is_taken_back_with_one_click_and_that_is_undone_too(window: MainWindow, desk: SampleDesk) -> None:
    project = merged(desk)
    screen = at_inbox(window, "merged")
    (card,) = screen.findChildren(MergedCard)

    next(one for one in card.findChildren(Button) if "ย้อนการรวม" in one.text()).click()
    settle(window)

    assert "location" not in desk.office.records.get("project", project).fields
    screen.acts()[0].run()
    settle(window)
    assert desk.office.records.get("project", project).fields["location"] == "บ้านทุ่งใหญ่"


def test_what_was_read_folds_away_and_can_be_shown_again(window: MainWindow, desk: SampleDesk) -> None:
    merged(desk)
    screen = at_inbox(window, "merged")
    for words in ("ทราบแล้ว", "พับเก็บไว้"):
        (card,) = (one for one in screen.findChildren(MergedCard) if one.isVisible())
        next(one for one in card.findChildren(Button) if words in one.text()).click()
        settle(window)
        assert ("บ้านทุ่งใหญ่" in "".join(texts(screen)) or screen._inbox.lines != ()) is (words == "พับเก็บไว้")


# Duplicates ----------------------------------------------------------------------------------------------------------------------


def test_possible_duplicates_are_reached_from_the_sync_view_and_told_apart(window: MainWindow, desk: SampleDesk) -> None:
    before = len(desk.office.duplicates.pairs())
    for _ in range(2):
        desk.office.records.save("division", None, {"name": "กองสวัสดิการ"})
    go(window, Place("sync"))
    view = window.screen_here()
    assert isinstance(view, SyncView)
    assert f"อาจบันทึกซ้ำ {before + 1} คู่" in " ".join(texts(view))

    next(one for one in view.findChildren(Button) if one.text() == "ดูรายการ").click()
    settle(window)
    screen = window.screen_here()
    assert isinstance(screen, DuplicatesScreen)
    assert len(screen.pairs) == before + 1
    screen.tell_apart(next(one.pair for one in screen.pairs if one.pair.type == "division"))
    settle(window)
    assert len(screen.pairs) == before


# Sync view -----------------------------------------------------------------------------------------------------------------------


def at_sync(window: MainWindow) -> SyncView:
    go(window, Place("sync"))
    view = window.screen_here()
    assert isinstance(view, SyncView)
    return view


def test_what_waits_is_discarded_after_a_question(window: MainWindow, desk: SampleDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    project = desk.of_type("project")[0]
    former = desk.office.records.get("project", project.id).fields.get("target")
    desk.refuse(project, {"target": "ใหม่"}, Problem("closed-period", field="target"))
    for yes in (False, True):
        monkeypatch.setattr("desktop.ui.sync_view.confirm", lambda *_args, yes=yes, **_kwargs: yes)
        view = at_sync(window)
        next(one for one in view.findChildren(Button) if one.text() == "ละทิ้ง" and one.isVisible()).click()
        settle(window)
        assert (desk.office.records.get("project", project.id).fields.get("target") == former) is yes
    assert "ส่งไม่ผ่าน" not in " ".join(texts(view))


def test_a_province_sees_its_offices_in_a_table_and_only_those_with_problems(window: MainWindow, desk: SampleDesk) -> None:
    with desk.office.database.write() as connection:
        known = state.stream(connection, desk.sample.stream)
        assert known is not None
        for number in range(334):
            one = replace(known, stream=f"office/65{number:05}", name=f"อบต. {number}", paused="fork" if number % 100 == 0 else "")
            state.save_stream(connection, one)
    view = at_sync(window)
    rows = view.streams.table.model()
    assert rows.rowCount() == 336

    view.streams.chips.set_current("bad")
    view.streams.chips.chosen.emit("bad")

    assert rows.rowCount() == 4
    view.streams.table.selectRow(0)
    assert "รอบรับส่งถัดไป" in view.streams.said.plain_text
    view.streams.search.line.setText("300")
    view.streams.search.searched.emit("300")
    assert rows.rowCount() == 1


def test_details_for_support_are_copied_without_names(window: MainWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    view = at_sync(window)
    view.copy_button.click()
    settle(window)
    told = QApplication.clipboard().text()
    assert '"cursor"' in told
    assert "จันทร์เพ็ญ" not in told


def test_a_round_is_told_in_one_sentence() -> None:
    one = Round(
        at="", outcome="left", pushed=4, pulled=1_200, refused=1, bytes_up=2_048, bytes_down=3 * 1024 * 1024, requests=3, seconds=2.5
    )
    assert round_words(one, Language.ENGLISH) == "sent 4 · received 1,200 · not accepted 1 · 2 KB up, 3.0 MB down · 2.5 s · 3 requests"
    assert round_words(Round(at="", outcome="done"), Language.THAI) == "ไม่มีอะไรเปลี่ยนแปลง"
    assert lasting(125).en == "2 min"


def test_the_next_round_is_said_and_why_it_waits() -> None:
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert next_words(None, now, is_asked_to_wait=False) is None
    soon, later = (next_words(now + timedelta(seconds=s), now, is_asked_to_wait=False) for s in (10, 720))
    assert soon is not None
    assert later is not None
    assert (soon.en, later.en) == ("Next round in less than a minute", "Next round 10:12 (in 12 min)")
    busy = next_words(now + timedelta(seconds=600), now, is_asked_to_wait=True)
    assert busy is not None
    assert "asks to wait until 10:10" in busy.en


def test_a_lost_right_says_what_becomes_of_unsent_work(desk: SampleDesk) -> None:
    with desk.office.database.reading() as connection:
        known = state.stream(connection, desk.sample.stream)
    assert known is not None
    line = stream_line(replace(known, paused=state.LOST, read_only=True))
    assert (line.has_problem, "ส่งออกเป็นไฟล์" in line.detail.th) == (True, True)
    assert not stream_line(replace(known, access="read", read_only=True)).has_problem


def test_what_comes_while_a_choice_is_begun_is_counted_and_added_below(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 3)
    screen = at_inbox(window)
    begun = screen.cards[0]
    begun.fields[0].choose("mine")
    before = screen.open_count

    conflicts(desk, 2)
    screen.refresh()
    settle(window)

    assert screen.open_count == before + 2
    assert len({card.facts.id for card in screen.cards}) == before + 2
    assert screen.cards[0] is begun
    assert begun.fields[0].choice() == "mine"


def test_a_filter_whose_last_record_went_keeps_its_name(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 6)
    screen = at_inbox(window)
    person = screen.filters.boxes["person"]
    person.setCurrentIndex(person.findData("wichai.t"))
    screen.filters.changed.emit()
    settle(window)

    desk.office.inbox.settle_all([line.id for line in screen.bulk.lines], "theirs", {})
    screen.refresh()
    settle(window)

    assert person.currentText() == "วิชัย ทองสุข (0)"


def test_choices_by_field_are_confirmed_only_when_one_is_made(window: MainWindow, desk: SampleDesk) -> None:
    conflicts(desk, 3)
    screen = at_inbox(window)
    sheet = FieldSheet(window, window.context, screen.bulk.lines)
    sheet.show()
    assert not sheet.settle_button.isEnabled()

    box = sheet.findChildren(QComboBox)[0]
    box.setCurrentIndex(box.findData("mine"))
    box.activated.emit(box.currentIndex())

    assert sheet.settle_button.isEnabled()
    sheet.close()
    sheet.deleteLater()


def test_a_value_of_a_newer_program_is_read_without_brackets() -> None:
    assert plain(["ถนน", {"lat": "7.9", "lon": True}, None, 5], Language.THAI) == "ถนน, 7.9, ใช่, , 5"
