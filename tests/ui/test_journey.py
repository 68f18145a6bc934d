"""The journey of the main job through the visible window: four computers, a real server, a line that is cut and comes back."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from demo.server import CentralServer
from records.words import Words
from tests.ui.conftest import SettlesAs
from tests.ui.person import Person

STREAM, OTHER_STREAM = "office/6600801", "office/6600802"
PLANS, SERVICES, PROJECTS, REQUESTS = "แผนและงบประมาณ", "บริการประชาชน", "โครงการ", "คำขอรับบริการ"
VILLAGES = "หมู่บ้าน/ชุมชน"
TITLE, DIVISION, APPLICANT, SUBJECT = "โครงการ", "หน่วยงานรับผิดชอบหลัก", "ผู้ยื่นในทะเบียนบุคคล", "เรื่อง"
OLD, OF_A, OF_B = "ก่อสร้างถนนเดิม", "ก่อสร้างถนนของโต๊ะหนึ่ง", "ก่อสร้างถนนของโต๊ะสอง"
CONTROL = Qt.KeyboardModifier.ControlModifier

Settles = Callable[..., Person]


@pytest.fixture
def settles(settles_as: SettlesAs) -> Settles:
    """Puts a person with an account at a computer of their own, through the first start."""
    return partial(settles_as, Person)


def test_one_edit_travels_through_the_window(  # noqa: PLR0915  # one journey, told in one piece
    server: CentralServer, settles: Settles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = settles("malee", "clerk", f"{STREAM}:write", "มาลี รักงาน")
    b = settles("somsak", "clerk", f"{STREAM}:write", "สมศักดิ์ ตั้งใจ")
    province = settles("province", "province", f"{STREAM}:read", "จังหวัด ตัวอย่าง")
    other = settles("other", "clerk", f"{OTHER_STREAM}:write", "คนอื่น")

    # A project that all of the office know.
    a.goes(PLANS, PROJECTS)
    a.presses(Qt.Key.Key_N, CONTROL)
    a.writes(TITLE, OLD)
    a.writes(DIVISION, "กองช่าง")
    a.saves()
    for person in (a, b, province):
        person.syncs()

    # The line is cut: both work on.
    server.down()
    a.goes(SERVICES, REQUESTS)
    a.presses(Qt.Key.Key_N, CONTROL)
    a.writes(APPLICANT, "นางสมศรี ใจดี")
    a.writes(SUBJECT, "ไฟฟ้าสาธารณะดับ")
    a.presses(Qt.Key.Key_Return, CONTROL)
    a.sees("รับแล้วล่าสุด", "ไฟฟ้าสาธารณะดับ")
    a.goes(PLANS, PROJECTS)
    a.opens(OLD)
    a.writes(TITLE, OF_A)
    a.saves()
    a.presses(Qt.Key.Key_F5)
    a.sees("ทำงานโดยไม่มีเครือข่าย", "รอส่ง 2 รายการ")
    b.later()
    b.goes(PLANS, PROJECTS)
    b.opens(OLD)
    b.writes(TITLE, OF_B)
    b.writes(DIVISION, "กองคลัง")
    b.saves()

    # The line is back: the division merges by itself, the title waits for B.
    server.up()
    a.syncs()
    a.sees("ส่งแล้วทั้งหมด")
    b.syncs()
    b.sees("รอท่านเลือก 1 รายการ")
    assert (b.reads(TITLE), b.reads(DIVISION)) == (OF_A, "กองคลัง")
    b.clicks("รอท่านเลือก")
    b.sees("ก่อนแก้", OLD, "เครื่องนี้ · สมศักดิ์ ตั้งใจ", OF_B, "ที่อื่น · malee", OF_A)
    b.clicks("ใช้ของเครื่องนี้ทั้งหมด")
    b.clicks("ยืนยันการเลือก")
    b.sees("ไม่มีรายการที่ต้องเลือก")
    b.syncs()

    # A and the province see it, the province no requests, and it may not write; another office sees nothing.
    a.syncs()
    a.waits(lambda: a.reads(TITLE) == OF_B)
    province.syncs()
    assert not province.buttons(SERVICES)
    province.goes(PLANS, PROJECTS)
    assert not province.buttons("เพิ่มโครงการ")
    province.opens(OF_B)
    province.sees("อ่านได้อย่างเดียว")
    assert province.line(TITLE).isReadOnly()
    assert not province.buttons("บันทึก")
    other.syncs()
    other.goes(PLANS, PROJECTS)
    other.sees(f"ยังไม่มี{PROJECTS}")
    other.goes(SERVICES, REQUESTS)
    other.sees(f"ยังไม่มี{REQUESTS}")

    # The history names everybody; the former title comes back as a new version.
    b.goes(PLANS, PROJECTS)
    b.opens(OF_B)
    b.clicks("ประวัติการแก้ไข")
    b.sees("malee", "สมศักดิ์ ตั้งใจ", "สร้างรายการ · รุ่นที่ 1", "รุ่นที่ 2", "รุ่นที่ 3", "รุ่นที่ 4 · ปัจจุบัน", OLD, OF_A, OF_B)
    b.presses(Qt.Key.Key_Z, CONTROL)
    b.sees("เลิกทำ", "รอส่ง")
    b.syncs()
    b.sees("รุ่นที่ 5 · ปัจจุบัน")
    a.syncs()
    a.waits(lambda: a.reads(TITLE) == OF_A)

    # A deletion travels, and is undone.
    a.goes(PLANS, PROJECTS)
    a.waits(lambda: a.rows(OF_A))
    a.sits_down()
    a.table().setFocus()
    a.table().selectRow(a.rows(OF_A)[0])
    a.presses(Qt.Key.Key_Delete)
    a.waits(lambda: not a.rows(OF_A))
    a.syncs()
    b.goes(PLANS, PROJECTS)
    b.waits(lambda: b.rows(OF_A))
    b.syncs()
    b.waits(lambda: b.sees_now(f"ยังไม่มี{PROJECTS}"))
    a.presses(Qt.Key.Key_Z, CONTROL)
    a.waits(lambda: a.rows(OF_A))
    a.syncs()
    b.syncs()
    b.waits(lambda: b.rows(OF_A))

    # The list goes to Excel by its button.
    book = tmp_path / "projects.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(book), ""))
    b.clicks("ส่งออก Excel")
    b.sees("ส่งออก 1 รายการไปที่ projects.xlsx แล้ว")
    assert {OF_A, "กองคลัง"} <= texts_of_book(book)


def test_many_deletions_go_only_after_a_person_allowed_just_so_many(settles: Settles, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    def agree(_parent: object, _language: object, title: Words, *_: object, **__: object) -> bool:
        questions.append(title.th)
        return True

    for module in ("desktop.ui.sync_view", "desktop.ui.widgets.record_acts"):
        monkeypatch.setattr(f"{module}.confirm", agree)
    malee = settles("wanna", "clerk", f"{STREAM}:write", "วรรณา ตั้งใจ")
    for number in range(25):
        malee.office.records.save("village", None, {"name": f"บ้านที่ {number}"})
    malee.syncs()

    malee.goes("ทะเบียน อปท.", VILLAGES)
    malee.waits(lambda: len(malee.rows("บ้านที่")) == 25)
    malee.sits_down()
    malee.table().setFocus()
    malee.presses(Qt.Key.Key_A, CONTROL)
    malee.presses(Qt.Key.Key_Delete)
    malee.sees(f"ยังไม่มี{VILLAGES}")
    malee.syncs()
    malee.sees("การรับส่งหยุดอยู่")
    assert malee.office.sync.status().waiting == 25
    malee.clicks("การรับส่งหยุดอยู่")
    malee.clicks("อนุญาตการลบ 25 รายการ")
    malee.sees("ส่งแล้วทั้งหมด")

    assert malee.office.sync.status().waiting == 0
    assert questions == ["ลบ 25 รายการ?", "อนุญาตการลบ 25 รายการ?"]


def texts_of_book(book: Path) -> set[str]:
    """The texts of a book as openpyxl reads them; calamine, and LibreOffice where it is, must read them too."""
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    found = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    by_calamine = {str(cell) for row in python_calamine.load_workbook(book).get_sheet_by_index(0).to_python() for cell in row}
    assert OF_A in by_calamine
    office = shutil.which("soffice")
    if office:
        command = [
            office,
            f"-env:UserInstallation={(book.parent / 'soffice').as_uri()}",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
        ]
        subprocess.run([*command, "--outdir", str(book.parent), str(book)], check=True, capture_output=True, timeout=240)
        assert OF_A in book.with_suffix(".csv").read_text(encoding="utf-8")
    return found
