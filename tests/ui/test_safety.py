"""Safe to type into: backups and restore by clicks, the recovery code in windows, drafts that outlive a killed program."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop import config, paths
from desktop.app import open_office
from desktop.services.office import Office
from desktop.storage.query import Query
from desktop.ui import start
from desktop.ui.backup_view import BackupScreen
from desktop.ui.damage_sheet import DamageSheet
from desktop.ui.main_window import MainWindow
from desktop.ui.recovery_sheet import AskCodeSheet
from desktop.ui.restore_sheet import RestoreSheet
from desktop.ui.screen import Place
from desktop.ui.settings_view import SettingsScreen
from desktop.ui.start import Desk
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.row_button import RowButton
from tests.offices import ENVIRON, enrolled_home, made_office
from tests.safe.desks import PLENTY
from tests.safe.keyrings import MemoryKeyring
from tests.ui.windows import PATIENCE_MS, go, settle

ROOT = Path(__file__).resolve().parents[2]


def screen_of(window: MainWindow) -> BackupScreen:
    """The page of backups in sight."""
    screen = window.screen_here()
    assert isinstance(screen, BackupScreen)
    return screen


def rows(screen: BackupScreen) -> list[RowButton]:
    """The backups listed."""
    parts = [screen.list.itemAt(index) for index in range(screen.list.count())]
    return [part.widget() for part in parts if part is not None and isinstance(part.widget(), RowButton)]  # type: ignore[misc]  # just asked


def test_a_backup_is_made_in_the_background_and_listed(open_window: Callable[..., MainWindow], desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(Place("settings"))
    settings = window.screen_here()
    assert isinstance(settings, SettingsScreen)

    settings.backups_row.click()
    settle(window)
    screen = screen_of(window)
    assert rows(screen) == []
    action = screen.primary_action()
    assert action is not None
    with qtbot.waitSignal(window.safety.backups.made, timeout=PATIENCE_MS):
        action.run()
    settle(window)

    (row,) = rows(screen)
    assert re.search(r"[1-9][\d,]* รายการ", row.accessibleName())
    assert "ตรวจแล้ว" in row.accessibleName()
    assert desk.office.backups.listed()[0].is_verified


def test_a_second_place_that_is_gone_is_said_on_the_page(open_window: Callable[..., MainWindow], desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(Place("backups"))
    screen = screen_of(window)

    with qtbot.waitSignal(window.safety.backups.made, timeout=PATIENCE_MS):
        screen.second_wanted.emit(str(desk.office.folder / "stick"))
    settle(window)

    assert not screen.problem.isHidden()
    assert "ไดรฟ์" in screen.problem.label.plain_text
    screen.second_wanted.emit("")
    settle(window)
    assert config.load(desk.office.folder).second_backup == ""


def test_the_recovery_code_is_shown_once_and_kept_before_it_closes(open_window: Callable[..., MainWindow], desk: SampleDesk) -> None:
    window = open_window(Place("backups"))
    screen = screen_of(window)

    screen.code_button.click()
    settle(window)
    sheet = window.safety.code_sheet
    assert sheet is not None
    code = sheet.code_line.text()
    sheet.reject()
    assert sheet.isVisible()
    sheet.write_pdf(str(desk.office.folder / "page.pdf"))
    sheet.kept.click()
    sheet.done_button.click()
    settle(window)

    assert re.fullmatch(r"([0-9A-Z]{5}-){5}[0-9A-Z]{5}", code)
    assert (desk.office.folder / "page.pdf").stat().st_size > 1_000
    assert desk.office.keys.has_code()
    assert "มีรหัสกู้คืนแล้ว" in screen.code_label.plain_text
    assert code not in (desk.office.folder / paths.KEY).read_text()


@pytest.fixture
def opens() -> Iterator[Callable[[Path], Office]]:
    """Opens offices that are closed after the test."""
    made: list[Office] = []

    def opened(folder: Path) -> Office:
        made.append(open_office(folder, environ=ENVIRON))
        return made[-1]

    yield opened
    for office in made:
        office.close()


def test_three_clicks_restore_and_the_program_opens_again(
    tmp_path: Path, theme: Theme, qtbot: QtBot, opens: Callable[[Path], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = opens(enrolled_home(tmp_path))
    office.records.save("project", None, {"title": "ก่อนสำรอง"})
    office.backups.make(office.database, "manual")
    office.records.save("project", None, {"title": "หลังสำรอง"})
    asked: list[str] = []

    def agree(sheet: RestoreSheet) -> int:
        asked.append(sheet.unsent.text())
        sheet.unsent.setChecked(False)
        sheet.show()
        sheet.agree.click()
        return sheet.result()

    monkeypatch.setattr(RestoreSheet, "exec", agree)
    monkeypatch.setattr("desktop.services.restoring.free_bytes", PLENTY)
    desk = Desk(office, theme, lambda: opens(tmp_path))
    desk.open()
    before = desk.window
    assert isinstance(before, MainWindow)
    settle(before)
    go(before, Place("backups"))

    rows(screen_of(before))[0].click()
    qtbot.waitUntil(lambda: isinstance(desk.window, MainWindow) and desk.window is not before, timeout=PATIENCE_MS)
    after = desk.window
    assert isinstance(after, MainWindow)
    settle(after)

    assert "2 รายการ" in asked[0]
    titles = [row.fields["title"] for row in after.office.store.find(Query("project", None)).rows]
    assert titles == ["ก่อนสำรอง"]
    assert after.notices.banner is not None
    assert "กู้คืน" in after.notices.banner.label.plain_text
    assert list((tmp_path / paths.SET_ASIDE).iterdir())
    after.close()


def test_the_start_offers_the_newest_good_backup_in_the_place_of_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    office = made_office(tmp_path)
    office.records.save("project", None, {"title": "ก"})
    office.backups.make(office.database, "daily")
    office.close()
    content = bytearray((tmp_path / paths.DATABASE).read_bytes())
    content[20] ^= 1
    (tmp_path / paths.DATABASE).write_bytes(bytes(content))
    monkeypatch.setenv("THONGTHIN_KEY", ENVIRON["THONGTHIN_KEY"])
    shown: list[str] = []

    def press(sheet: DamageSheet) -> int:
        shown.append(sheet.text_label.plain_text)
        sheet.show()
        sheet.agree.click()
        return sheet.result()

    monkeypatch.setattr(DamageSheet, "exec", press)
    found = start.opened(tmp_path, None, open_office, lambda: None)

    assert found is not None
    assert len(shown) == 1
    assert "1 รายการ" in shown[0]
    assert found.store.count(Query("project", None)) == 1
    found.close()


def test_a_window_without_its_keyring_asks_for_the_code_until_it_is_right(
    tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.delenv("THONGTHIN_KEY", raising=False)
    office = open_office(tmp_path, environ={})
    code = office.keys.make_code().code
    office.close()
    ring.kept.clear()
    other = ("0" if code[0] != "0" else "1") + code[1:]
    answers = [other, code]
    problems: list[str] = []

    def answer(sheet: AskCodeSheet) -> int:
        problems.append(sheet.code.problem.plain_text)
        sheet.show()
        sheet.code.line.setText(answers.pop(0))
        sheet.accept_button.click()
        if sheet.result() != QDialog.DialogCode.Accepted:
            problems.append(sheet.code.problem.plain_text)
            sheet.code.line.setText(answers.pop(0))
            sheet.accept_button.click()
        return sheet.result()

    monkeypatch.setattr(AskCodeSheet, "exec", answer)
    found = start.opened(tmp_path, None, open_office, lambda: None)

    assert found is not None
    assert "กลุ่มที่ 1" in problems[-1]
    assert len(ring.kept) == 1
    found.close()


def test_a_full_disk_while_typing_is_told_once_and_the_draft_is_kept_when_there_is_room(
    open_window: Callable[..., MainWindow], desk: SampleDesk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = open_window(Place("home"))
    told: list[str] = []
    monkeypatch.setattr("desktop.ui.memory._AGAIN_MS", 40)
    monkeypatch.setattr(window.bridge, "tell", lambda error: told.append(error.code))
    pages = "PRAGMA max_page_count = {}"

    def limit(sql: str) -> None:
        with desk.office.database.reading() as connection:
            connection.execute(sql.format(connection.value("PRAGMA page_count"))).fetchone()

    window.bridge.run(lambda: limit(pages), lambda _: None)
    for number in range(4):
        window.memory.put(f"draft.project.{number}", {"given": {"title": "ก" * 40_000}, "typed": {}, "base": {}})
        qtbot.wait(60)
    window.bridge.run(lambda: limit("PRAGMA max_page_count = 1000000"), lambda _: None)

    def kept() -> bool:
        with desk.office.database.reading() as connection:
            return "draft.project.3" in (connection.value("SELECT value FROM setting WHERE name = 'window'") or "")

    qtbot.waitUntil(kept, timeout=PATIENCE_MS)
    assert told == ["disk-full"]
    settle(window)


TYPING = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import open_office
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from tests.ui.windows import settle, typed

home, where = Path(sys.argv[1]), sys.argv[2]
app = QApplication([])
theme = Theme(app)
theme.apply(app, "light")
window = MainWindow(open_office(home), theme, open_office.__globals__["Language"].THAI)
window.resize(1400, 800)
window.show()
window.start(Place("type", "project") if where == "pane" else Place("record", "project", where if where != "new" else ""), syncs=False)
window.activateWindow()
settle(window)
screen = window.screen_here()
if where == "pane":
    screen.new()
    settle(window)
form = screen.form
form.boxes["title"].editor.setFocus()
count = 0

def press():
    global count
    typed("ก")
    count += 1
    print(count, time.monotonic(), flush=True)

timer = QTimer()
timer.timeout.connect(press)
timer.start(30)
app.exec()
"""


@pytest.mark.parametrize("where", ["new", "pane"])
def test_what_was_typed_until_a_second_before_the_program_was_killed_is_there_again(
    tmp_path: Path, theme: Theme, where: str, opens: Callable[[Path], Office]
) -> None:
    office = open_office(enrolled_home(tmp_path), environ=ENVIRON)
    record = office.records.save("project", None, {"title": "เดิม"}).row.id
    office.close()
    target = record if where == "old" else where
    environ = {**os.environ, **ENVIRON, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", TYPING, str(tmp_path), target]
    typed: list[tuple[int, float]] = []
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            number, moment = line.split()
            typed.append((int(number), float(moment)))
            if len(typed) > 1 and typed[-1][1] - typed[0][1] > 1.6:
                break
        killed = time.monotonic()
        process.send_signal(signal.SIGKILL)
        error = process.stderr.read() if process.stderr else ""
    assert typed, error
    surely = max(number for number, moment in typed if moment < killed - 1.0)

    window = MainWindow(opens(tmp_path), theme, config.load(tmp_path).language)
    window.resize(1400, 800)
    window.show()
    window.start(Place("type", "project") if where == "pane" else Place("record", "project", record if where == "old" else ""), syncs=False)
    settle(window)
    if where == "pane":
        window.screen_here().new()  # type: ignore[union-attr]  # the list's page
        settle(window)
    form = window.screen_here().form  # type: ignore[union-attr]  # both pages have one
    shown = form.boxes["title"].editor.value()
    banner = not form.draft_banner.isHidden()
    window.close()

    assert shown.count("ก") >= surely > 5
    assert banner
