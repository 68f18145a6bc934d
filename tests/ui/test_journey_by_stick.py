"""A new user where the line is bad or absent: first start from a stick, work carried out and back by stick, a document over a line that breaks.

By the keys alone, in Thai, in windows that are seen; a real server in its own process, an empty home folder, nothing put in behind the window.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from demo.line import Line
from demo.server import CentralServer
from desktop.ui.main_window import MainWindow
from desktop.ui.theme.theme import Theme
from records.errors import AppError
from tests.offices import thongthin
from tests.ui.hands import CONTROL, Hands
from tests.ui.test_office_day import is_fit_to_see

STREAM = "office/6560115"
STICK = "ส่งงานด้วยแฟ้ม (USB)"

SitsDown = Callable[[str], Hands]


@pytest.fixture
def at_desk(tmp_path: Path, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[SitsDown]:
    """Puts a person before the first start of an empty computer; an error nobody expected fails the test."""
    people: list[Hands] = []
    errors: list[AppError] = []
    monkeypatch.setattr("desktop.ui.bridge.show_error", lambda _parent, error, *_: errors.append(error))

    def make(name: str) -> Hands:
        people.append(Hands(tmp_path / name, theme, qtbot))
        people[-1].sits_down()
        return people[-1]

    yield make
    for person in people:
        person.leaves()
    assert errors == []


@pytest.fixture
def line(server: CentralServer) -> Iterator[Line]:
    """A good line to the server."""
    with Line() as made:
        made.mend(int(server.url.rpartition(":")[2]))
        yield made


def account(server: CentralServer, name: str, full_name: str) -> None:
    """An account of the office."""
    server.run("add-account", name, "--role", "head", "--stream", f"{STREAM}:write", "--full-name", full_name)


def chooses(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """What the windows of the system give when they ask for files or a folder: they are not ours to test."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))


def begins(person: Hands) -> None:
    """From the page that says all is ready into the program."""
    person.waits_for("พร้อมแล้ว")
    assert person.at == "เริ่มทำงาน"
    person.key(Qt.Key.Key_Space)
    person.waits(lambda: isinstance(person.window, MainWindow) and person.window.here is not None)
    person.keeps_code()


def starts_from_stick(person: Hands, code: str) -> None:
    """The first start, with a file and a code typed as it is read: small letters, blanks."""
    person.presses_button("ต่อไป")
    person.presses_button("ไม่มีเครือข่าย: ใช้แฟ้มลงทะเบียน (USB)")
    person.waits_for("first-start.ttb")
    assert person.at == "รหัสลงทะเบียน"
    person.types(code.lower().replace("-", " "))
    person.key(Qt.Key.Key_Return)
    begins(person)


def starts_by_line(person: Hands, address: str, code: str) -> None:
    """The first start, with an address and a code."""
    person.presses_button("ต่อไป")
    assert person.at == "ที่อยู่เซิร์ฟเวอร์"
    person.types(address)
    person.fills("รหัสลงทะเบียน", code)
    person.key(Qt.Key.Key_Return)
    begins(person)


def writes_project(person: Hands, title: str) -> None:
    """A project with a title, saved."""
    person.goes_to("โครงการ")
    person.key(Qt.Key.Key_N, CONTROL)
    person.fills("โครงการ", title)
    person.saves_by_key()


def test_an_office_without_a_line_begins_works_and_hears_back_by_stick(
    server: CentralServer, at_desk: SitsDown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, near = tmp_path / "stick", tmp_path / "near"
    stick.mkdir()
    account(server, "wichai", "วิชัย หัวหน้างาน")
    account(server, "malai", "มาลัย งามดี")
    assert thongthin(near, "enrol", "--server", server.url, "--code", server.run("enrolment-code", "wichai").strip()).code == 0
    start = stick / "first-start.ttb"
    code = server.ask("enrolment-bundle", "malai", "--to", str(start))[1]["code"]

    chooses(monkeypatch, start)
    far = at_desk("far")
    starts_from_stick(far, code)
    writes_project(far, "ถนนหน้าวัด")
    far.asks_for(STICK)
    far.waits_for("แฟ้มจะมี")
    is_fit_to_see(far)
    chooses(monkeypatch, stick)
    far.presses_button("เขียนแฟ้มงาน")
    far.waits_for("เขียนแฟ้มแล้ว", "ยังไม่ตอบ")
    is_fit_to_see(far)
    (work,) = [path for path in stick.glob("*.ttb") if path != start]

    assert thongthin(near, "record", "save", "project", stdin='{"title": "ขุดลอกคลอง"}').code == 0
    assert thongthin(near, "sync").code == 0
    assert thongthin(near, "bundle", "relay", str(work)).code == 0
    (reply,) = stick.glob("*.reply.ttb")

    chooses(monkeypatch, reply)
    far.presses_button("รับแฟ้มตอบกลับ")
    far.waits_for("รับแฟ้มตอบกลับแล้ว ยืนยันงาน")
    is_fit_to_see(far)
    far.goes_to("โครงการ")
    far.waits_for("ถนนหน้าวัด", "ขุดลอกคลอง")
    assert far.office.sync.status().waiting == 0
    assert thongthin(near, "sync").code == 0
    assert "ถนนหน้าวัด" in thongthin(near, "record", "list", "project").out


def test_a_document_goes_on_where_the_line_broke_and_is_opened_at_another_desk(
    server: CentralServer, line: Line, at_desk: SitsDown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = tmp_path / "แบบแปลน.png"
    scan.write_bytes(random.Random(4).randbytes(3_000_000))
    opened: list[QUrl] = []

    def opens(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("desktop.ui.widgets.editors.files.QDesktopServices.openUrl", opens)
    account(server, "malee", "มาลี รักงาน")
    account(server, "wichai", "วิชัย หัวหน้างาน")
    one = at_desk("one")
    starts_by_line(one, line.url, server.run("enrolment-code", "malee").strip())
    one.syncs()

    chooses(monkeypatch, scan)
    one.goes_to("โครงการ")
    one.key(Qt.Key.Key_N, CONTROL)
    one.fills("โครงการ", "ถนนหน้าวัด")
    one.presses_button("แนบเอกสาร")
    one.saves_by_key()
    one.waits_for("แบบแปลน.png", "รอส่ง")
    line.count()
    line.break_after(up=1_500_000)
    one.syncs()
    one.waits(lambda: line.passed["up"] == 1_500_000)
    one.rests()
    one.waits_for("แบบแปลน.png", "รอส่ง")
    is_fit_to_see(one)
    line.mend()
    line.count()
    one.syncs()
    one.waits(lambda: not one.office.sync.status().waiting)
    assert line.passed["up"] < scan.stat().st_size

    two = at_desk("two")
    starts_by_line(two, line.url, server.run("enrolment-code", "wichai").strip())
    two.syncs()
    two.goes_to("โครงการ")
    two.waits_for("ถนนหน้าวัด")
    two.key(Qt.Key.Key_Return)
    two.waits_for("แบบแปลน.png", "ยังไม่อยู่ในเครื่องนี้")
    is_fit_to_see(two)
    two.presses_button("เปิด แบบแปลน.png")
    two.waits(lambda: opened)
    assert hashlib.sha256(Path(opened[0].toLocalFile()).read_bytes()).digest() == hashlib.sha256(scan.read_bytes()).digest()
