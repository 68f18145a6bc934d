"""A day in an office as a new user has it: first start with the line, then the line is cut and everything is done by the keys alone, in Thai.

A real server in its own process, an empty home folder; nothing is put in behind the window.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from demo.server import CentralServer
from desktop.app import open_office
from desktop.reports.pdf.pages import page_texts
from desktop.storage.query import Query
from records.words import Language
from tests.offices import ENVIRON
from tests.ui.conftest import SettlesAs
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
def settles(settles_as: SettlesAs) -> Iterator[Settles]:
    """Puts a person with an account at a computer of their own; at the end the server refused nothing of theirs."""
    people: list[Hands] = []

    def make(account: str, role: str, name: str) -> Hands:
        people.append(settles_as(Hands, account, role, f"{STREAM}:write", name))
        people[-1].sits_down()
        return people[-1]

    yield make
    assert [person.office.sync.status().refused for person in people] == [0] * len(people)


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
    seen_elsewhere = on_another_computer(server, tmp_path / "elsewhere", "malee")
    assert {"service": 1, "service_document": 2, "service_step": 2, "person": 1, "receipt": 1}.items() <= seen_elsewhere.items()
    assert (seen_elsewhere["service_request"], seen_elsewhere["request_document"]) == (1, 2)


def test_the_head_keeps_money_people_and_figures_without_a_line(
    server: CentralServer, settles: Settles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = settles("wichai", "head", "วิชัย หัวหน้างาน")
    head.goes_to("รับเงิน/ออกใบเสร็จ")
    head.syncs()
    head.waits(head.office.numbering.left)
    server.down()

    keeps_the_till(head, tmp_path, monkeypatch)
    moves_money(head)
    appoints(head, tmp_path, monkeypatch)
    counts_this_year(head)
    mends_one(head)
    deletes_and_restores(head)
    backs_up_and_restores(head)

    server.up()
    head.syncs()
    head.waits_for("ส่งแล้วทั้งหมด")
    seen_elsewhere = on_another_computer(server, tmp_path / "elsewhere", "wichai")
    wanted = {"receipt": 2, "remittance": 1, "budget_line": 2, "budget_transfer": 1, "person": 1, "term": 1, "base_figure": 1}
    assert wanted.items() <= seen_elsewhere.items()


def keeps_the_till(head: Hands, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two receipts; one is copied and voided with a reason; the day is closed."""
    for payer, amount in (("นายทองดี มีสุข", "50"), ("นางจันทร์ แสงดี", "75.50")):
        head.fills("ได้รับเงินจาก", payer)
        head.fills("รายการที่ 1", "ค่าขยะมูลฝอย")
        head.fills("จำนวนเงิน (บาท)", amount)
        paper = prints(head, folder / f"{amount}.pdf", monkeypatch, lambda: head.key(Qt.Key.Key_Return, CONTROL))
        assert payer in paper
        assert "สำเนา" not in paper
    head.waits_for("1/2", "2 ฉบับ รวม 125.50 บาท")
    head.tabs_to("ใบเสร็จวันนี้")
    head.key(Qt.Key.Key_Home, CONTROL)
    copy = prints(head, folder / "copy.pdf", monkeypatch, lambda: head.key(Qt.Key.Key_P, CONTROL))
    assert "สำเนา" in copy

    def reason() -> None:
        head.types("พิมพ์ชื่อผิด")
        head.key(Qt.Key.Key_Return)

    with head.when_asked(reason):
        head.presses_button("ยกเลิกใบเสร็จ")
    head.waits_for("1 ฉบับ รวม", "ยกเลิก")
    is_fit_to_see(head)
    head.goes_to("นำส่งเงินประจำวัน")
    head.tabs_to("ปิดยอดนำส่งเงิน")
    agree = partial(head.key, Qt.Key.Key_Return)
    day = prints(head, folder / "day.pdf", monkeypatch, partial(head.key, Qt.Key.Key_Space), before=[agree])
    assert "50.00" in day
    head.waits_for("ปิดแล้ว", "ปิดยอดโดย")
    is_fit_to_see(head)


def moves_money(head: Hands) -> None:
    """Two lines of the ordinance; money goes from one to the other."""
    head.goes_to("ข้อบัญญัติงบประมาณ")
    for name, amount in (("ค่าวัสดุสำนักงาน", "50000"), ("ค่าน้ำมันเชื้อเพลิง", "20000")):
        head.key(Qt.Key.Key_N, CONTROL)
        head.fills("ปีงบประมาณ", "2570")
        head.fills("รายการ", name)
        head.fills("งบประมาณ (บาท)", amount)
        head.saves_by_key()
        head.key(Qt.Key.Key_Left, ALT)

    def transfer() -> None:
        head.picks("โอนลดจากรายการ", "วัสดุ")
        head.picks("โอนเพิ่มให้รายการ", "น้ำมัน")
        head.fills("จำนวนเงินที่โอน", "5000")
        head.turns("ผู้อนุมัติ", "ผู้บริหารท้องถิ่น")
        head.waits(lambda: head.buttons_in_sheet("บันทึกการโอน"))
        head.presses_button("บันทึกการโอน")

    with head.when_asked(transfer) as said:
        head.asks_for("โอนงบประมาณ")
    assert foreign(said) == set()
    head.waits_for("70,000.00", "5,000.00")
    is_fit_to_see(head)


def appoints(head: Hands, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person with a photograph, and the term."""
    picture = folder / "นายก.png"
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    image.save(str(picture))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(picture)], ""))
    head.goes_to("บุคคล")
    head.key(Qt.Key.Key_N, CONTROL)
    head.fills("คำนำหน้า", "นาย")
    head.fills("ชื่อ", "อาทิตย์")
    head.fills("ชื่อสกุล", "แสงทอง")
    head.presses_button("เลือกรูปถ่าย")
    head.saves_by_key()
    head.goes_to("ผู้ดำรงตำแหน่ง")
    head.key(Qt.Key.Key_N, CONTROL)
    head.picks("บุคคล", "อาทิตย์")
    head.fills("ตำแหน่ง", "นายกองค์การบริหารส่วนตำบล")
    head.fills("วันเริ่มดำรงตำแหน่ง", "1 ต.ค. 2568")
    head.saves_by_key()
    head.goes_to("ผู้ดำรงตำแหน่ง")
    head.waits_for("นายอาทิตย์ แสงทอง", "นายกองค์การบริหารส่วนตำบล")
    is_fit_to_see(head)


def counts_this_year(head: Hands) -> None:
    """A figure of this year."""
    head.goes_to("ข้อมูลรายปี")

    def name() -> None:
        head.types("ประชากร (คน)")
        head.key(Qt.Key.Key_Return)

    with head.when_asked(name):
        head.asks_for("เพิ่มรายการ")
    head.digits("3568")
    head.key(Qt.Key.Key_Return)
    head.waits_for("3,568")
    is_fit_to_see(head)


def mends_one(head: Hands) -> None:
    """A fault is opened from the list and put right."""
    head.asks_for("รายการที่ต้องแก้ไข")
    head.waits_for("เหลือ 3 รายการ")
    is_fit_to_see(head)
    head.presses_button("ยังไม่ได้ระบุวันที่อนุมัติ")
    head.key(Qt.Key.Key_Tab)
    head.key(Qt.Key.Key_Return)
    head.fills("อนุมัติวันที่", "22 พ.ย. 2569")
    head.saves_by_key()
    head.key(Qt.Key.Key_Left, ALT)
    head.waits_for("เหลือ 2 รายการ")


def deletes_and_restores(head: Hands) -> None:
    """A record is deleted, and comes back."""
    head.goes_to("บุคคล")
    head.waits_for("อาทิตย์")
    head.tabs_to("บุคคล")
    head.key(Qt.Key.Key_Home)

    def agree() -> None:
        head.presses_button("ลบ")

    with head.when_asked(agree) as said:
        head.key(Qt.Key.Key_Delete)
    assert foreign(said) == set()
    head.waits_for("ยังไม่มีบุคคล")
    head.asks_for("ย้อนและกู้คืน")
    head.presses_button("กู้คืน")
    head.waits_for("ไม่มีรายการที่ถูกลบ")
    is_fit_to_see(head)


def backs_up_and_restores(head: Hands) -> None:
    """A backup is made; the desk goes back to it."""
    head.asks_for("สำรองข้อมูลและกู้คืน")
    head.key(Qt.Key.Key_N, CONTROL)
    head.waits_for("สั่งเอง")
    is_fit_to_see(head)
    window = head.window

    def agree() -> None:
        head.presses_button("กู้คืน")

    head.tabs_to("สั่งเอง")
    with head.when_asked(agree) as said:
        head.key(Qt.Key.Key_Space)
    assert foreign(said) == set()
    head.waits(lambda: head.window is not None and head.window is not window)
    head.sits_down()
    head.waits_for("กู้คืน")


def on_another_computer(server: CentralServer, folder: Path, account: str) -> dict[str, int]:
    """How many records of each type a new desk of the same account receives."""
    office = open_office(folder, Language.THAI, environ=ENVIRON)
    try:
        office.enrolment.enrol(server.url, server.run("enrolment-code", account).strip())
        office.sync.run()
        return {record_type: office.store.count(Query(record_type)) for record_type in office.catalogue}
    finally:
        office.close()


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


def prints(
    person: Hands, path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], before: Sequence[Callable[[], object]] = ()
) -> str:
    """Does something that shows a paper, `before` it questions; saves the paper as PDF by the keys, and returns what it says."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    def save() -> None:
        person.presses_button("บันทึกเป็น PDF")
        person.waits(path.exists)
        person.key(Qt.Key.Key_Escape)

    with person.when_asked(*before, save) as said:
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
