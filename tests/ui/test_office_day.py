"""A day in an office as a new user has it: first start with the line, then the line is cut and everything is done by the keys alone, in Thai.

A real server in its own process, an empty home folder; nothing is put in behind the window.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from demo.server import CentralServer
from desktop.reports.pdf.pages import page_texts
from desktop.ui.theme.theme import Theme
from records.errors import AppError
from tests.ui.hands import ALT, CONTROL, Hands
from tests.ui.measure import clipped_labels
from tests.ui.windows import texts

STREAM = "office/6560115"
SERVICE = "ขออนุญาตก่อสร้างอาคาร"
ENGLISH = re.compile(r"(?<![\w.@/-])[A-Za-z]{4,}(?![\w@/-])")
KNOWN = {"Enter", "Ctrl", "Shift", "Excel", "Plan", "LAAS", "Facebook", "Tab"}
"""English words that Thai offices say and keyboards show."""

Settles = Callable[..., Hands]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CentralServer]:
    """A central server in a process of its own, answering."""
    with CentralServer(tmp_path / "server") as made:
        made.run("init")
        made.up()
        yield made


@pytest.fixture
def settles(server: CentralServer, tmp_path: Path, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settles]:
    """Puts a person with an account at a computer of their own; an error nobody expected fails the test."""
    people: list[Hands] = []
    errors: list[AppError] = []
    monkeypatch.setattr("desktop.ui.bridge.show_error", lambda _parent, error, *_: errors.append(error))

    def make(account: str, role: str, name: str) -> Hands:
        server.run("add-account", account, "--role", role, "--stream", f"{STREAM}:write", "--full-name", name)
        people.append(Hands(tmp_path / account, theme, qtbot))
        people[-1].enrols(server.url, server.run("enrolment-code", account).strip())
        people[-1].keeps_the_code()
        return people[-1]

    yield make
    for person in people:
        person.leaves()
    assert errors == []


def test_a_citizen_is_served_without_a_line_and_without_a_mouse(
    server: CentralServer, settles: Settles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = settles("malee", "clerk", "มาลี รักงาน")
    clerk.goes_to("รับเงิน/ออกใบเสร็จ")
    clerk.syncs()
    clerk.waits(clerk.office.numbering.left)
    server.down()

    makes_the_service(clerk)
    number = receives_a_citizen(clerk)
    slip = prints(clerk, tmp_path / "slip.pdf", monkeypatch, lambda: clerk.key(Qt.Key.Key_P, CONTROL))
    for part in (number, SERVICE, "นางสมศรี ใจดีมาก", "เอกสารที่ยังขาด", "แบบแปลน", "มาตรา 8"):
        assert part in slip
    takes_the_fee(clerk, number, tmp_path, monkeypatch)
    takes_the_steps(clerk)

    server.up()
    clerk.syncs()
    clerk.waits_for("ส่งแล้วทั้งหมด")
    assert clerk.office.sync.status().refused == 0


def foreign(said: Iterable[str]) -> set[str]:
    """The English words in what is read."""
    return {word for text in said for word in ENGLISH.findall(text)} - KNOWN


def is_fit_to_see(person: Hands) -> None:
    """Everything in sight is Thai, and nothing is cut."""
    assert foreign(person.reads_all()) == set()
    assert clipped_labels(person.window) == []


def makes_the_service(clerk: Hands) -> None:
    """A service with two papers and two steps."""
    clerk.goes_to("งานบริการ")
    clerk.key(Qt.Key.Key_N, CONTROL)
    clerk.fills("รหัสบริการ", "ช-01")
    clerk.fills("ชื่องานบริการ", SERVICE)
    clerk.fills("ค่าธรรมเนียม (บาท)", "20")
    clerk.saves_by_key()
    for child, label, names in (
        ("เอกสารของงานบริการ", "เอกสาร", ("สำเนาโฉนดที่ดิน", "แบบแปลน")),
        ("ขั้นตอนของงานบริการ", "ขั้นตอน", ("ตรวจเอกสาร", "ตรวจสถานที่")),
    ):
        for number, name in enumerate(names, 1):
            clerk.presses_button(f"เพิ่ม {child}")
            clerk.fills("ลำดับ", str(number))
            clerk.fills(label, name)
            clerk.saves_by_key()
            clerk.key(Qt.Key.Key_Left, ALT)
    clerk.waits_for("ตรวจสถานที่", "แบบแปลน")


def receives_a_citizen(clerk: Hands) -> str:
    """A person who is not in the register, with the address on one line and one of two papers; returns the number."""
    clerk.goes_to("รับคำขอ")
    before = clerk.strokes
    clerk.picks("งานบริการ", "ก่อสร้าง")
    clerk.fills("ผู้ยื่นในทะเบียนบุคคล", "นางสมศรี ใจดีมาก")
    clerk.rests(200)
    clerk.presses_button("เพิ่มบุคคลนี้ในทะเบียนบุคคล")
    clerk.fills("เลขประจำตัวประชาชน", "1101700230708")
    clerk.fills("โทรศัพท์", "081-234-5678")
    clerk.fills("บ้านเลขที่", "12/3")
    clerk.picks("ตำบล อำเภอ จังหวัด รหัสไปรษณีย์", "แม่ใส")
    clerk.presses_button("สำเนาโฉนดที่ดิน")
    clerk.waits_for("แจ้งเอกสารที่ยังขาด", "แบบแปลน")
    clerk.key(Qt.Key.Key_Return, CONTROL)
    clerk.waits_for("รับแล้วล่าสุด", "รอเอกสารจากผู้ยื่น 1 ฉบับ")
    is_fit_to_see(clerk)
    # Four keys in a second is slow typing: a minute has 240.
    assert clerk.strokes - before < 240
    assert clerk.at.startswith("งานบริการ"), "the next citizen may come"
    found = re.search(r"\d{4}-[0-9A-Z]{6}", " ".join(texts(clerk.window)))
    assert found is not None
    return found[0]


def prints(person: Hands, path: Path, monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object]) -> str:
    """Does something that shows a paper, saves the paper as PDF by the keys, and returns what it says."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    def save() -> None:
        person.presses_button("บันทึกเป็น PDF")
        person.waits(path.exists)
        person.key(Qt.Key.Key_Escape)

    with person.when_asked(save) as said:
        for act in acts:
            act()
    assert foreign(said) == set()
    return " ".join(page_texts(path.read_bytes())).replace("\n", " ")


def takes_the_fee(clerk: Hands, number: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the request to the cashier by one key, and back by one."""
    clerk.key(Qt.Key.Key_C, ALT)
    clerk.waits_for("รับชำระของคำขอ", number)
    clerk.fills("รับเงินมา (บาท)", "100")
    clerk.waits_for("เงินทอน 80.00 บาท", "ยี่สิบบาทถ้วน")
    receipt = prints(clerk, folder / "receipt.pdf", monkeypatch, lambda: clerk.key(Qt.Key.Key_Return, CONTROL))
    for part in ("นางสมศรี ใจดีมาก", SERVICE, "20.00", number):
        assert part in receipt
    clerk.key(Qt.Key.Key_C, ALT)
    clerk.waits_for("ชำระแล้ว ใบเสร็จ 1/1")
    is_fit_to_see(clerk)


def takes_the_steps(clerk: Hands) -> None:
    """The paper comes, the request goes on; what a clerk may not decide is not offered."""
    clerk.key(Qt.Key.Key_F6)
    clerk.presses_button("ได้รับแล้ว: แบบแปลน")
    clerk.key(Qt.Key.Key_F6)
    clerk.key(Qt.Key.Key_F6)
    clerk.presses_button("ได้รับเอกสารแล้ว")
    clerk.waits_for("ตรวจสอบเอกสาร")
    clerk.presses_button("เสร็จขั้นตอนนี้")
    clerk.asks_for("เสนออนุมัติ")
    clerk.waits(lambda: clerk.buttons("ส่งกลับให้ตรวจใหม่"))
    assert clerk.buttons("อนุมัติ") + clerk.buttons("ไม่อนุมัติ") == []
    is_fit_to_see(clerk)
