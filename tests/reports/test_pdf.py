"""Papers as PDF: what a reader copies out of them is what was put in, QR codes can be read, rolls end where their text ends."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.reports.pdf.acknowledgement import SlipDocument, SlipPaper, acknowledgement_pdf
from desktop.reports.pdf.pages import page_images, page_texts
from desktop.reports.pdf.paper import LINE_HEIGHT, PaperChoice, PaperKind, Sheet, drawn, runs
from desktop.reports.pdf.receipt import OfficeHead, ReceiptLine, ReceiptPaper, receipt_pdf
from desktop.reports.pdf.wrapping import lines_of

OFFICE = OfficeHead("องค์การบริหารส่วนตำบลแม่ใส", "199 หมู่ที่ 4 ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000")
PAPER = ReceiptPaper(
    office=OFFICE,
    book="1",
    number=14,
    fiscal_year=2570,
    issued_on=date(2026, 11, 22),
    payer="นางสาวน้ำทิพย์ กำเนิดญี่ปุ่น",
    lines=[ReceiptLine("ค่าน้ำประปา ผู้ใหญ่บ้าน ที่ทำการ", 12_550, "12 ลบ.ม."), ReceiptLine("ค่าปรับ", 2_000)],
    amount=14_550,
    means="เงินสด",
    cashier="นายสมชาย ใจดี",
    cash_given=20_000,
    tracking="69-000123",
)
SLIP = SlipPaper(
    office=OFFICE,
    tracking="69-000123",
    received_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    service="การขอใบอนุญาตก่อสร้างอาคาร",
    applicant="นางสาวน้ำทิพย์ กำเนิดญี่ปุ่น",
    documents=(SlipDocument("สำเนาบัตรประจำตัวประชาชน", is_received=True), SlipDocument("แบบแปลน 5 ชุด", is_received=False)),
    due=date(2027, 1, 6),
    missing_by=date(2026, 12, 7),
)


@pytest.mark.parametrize("kind", PaperKind)
def test_thai_is_copied_out_of_a_receipt_as_it_was_put_in(kind: PaperKind) -> None:
    text = page_texts(receipt_pdf(PAPER, PaperChoice(kind)))[0]
    for part in ("นางสาวน้ำทิพย์ กำเนิดญี่ปุ่น", "ค่าน้ำประปา", "ผู้ใหญ่บ้าน", "ที่ทำการ", "หนึ่งร้อยสี่สิบห้าบาทห้าสิบสตางค์", "22 พฤศจิกายน 2569"):
        assert part in text
    assert "145.50" in text


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="กขคงญฐฎปฝฟนมผรลำาะิีึืุูเแโใไั็่้๊๋์ ฯๆ0123456789", min_size=1, max_size=24))
def test_any_thai_is_copied_out_as_it_was_put_in(text: str) -> None:
    shown = " ".join(text.split())

    def draw(sheet: Sheet) -> None:
        sheet.line(shown, size=10)

    assert page_texts(drawn(PaperChoice(), "x", draw))[0].strip() == shown


@pytest.mark.parametrize("kind", PaperKind)
def test_a_receipt_is_one_page_of_its_paper(kind: PaperKind) -> None:
    (page,) = page_images(receipt_pdf(PAPER, PaperChoice(kind)), 72)
    width = {PaperKind.A4: 210, PaperKind.ROLL: 80}.get(kind, 148)
    assert page.width_mm == pytest.approx(width, abs=0.5)
    assert (
        page.height_mm == pytest.approx({PaperKind.A4: 297}.get(kind, 210), abs=0.5) if kind is not PaperKind.ROLL else page.height_mm < 200
    )
    assert len(page.pixels) == page.stride * page.height
    assert min(page.pixels) < 100


def test_fifty_items_go_on_over_pages_and_all_are_there() -> None:
    lines = [ReceiptLine(f"ค่าธรรมเนียมที่ {number}", 100) for number in range(1, 51)]
    pages = page_texts(receipt_pdf(replace(PAPER, lines=lines, amount=5_000), PaperChoice()))
    assert len(pages) > 1
    assert all(f"ค่าธรรมเนียมที่ {number}\n" in "\n".join(pages).replace(" ค่า", "\nค่า").replace(" 1.00", "\n") for number in range(1, 51))


def _ink(pdf: bytes) -> tuple[int, int]:
    """The left and upper edge of what is drawn, in pixels at 254 dots per inch: tenths of a millimetre."""
    (page,) = page_images(pdf, 254)
    rows = [page.pixels[y * page.stride : y * page.stride + page.width * 4] for y in range(page.height)]
    top = next(y for y, row in enumerate(rows) if min(row[0::4]) < 200)
    return min(next((x for x, blue in enumerate(row[0::4]) if blue < 200), page.width) for row in rows), top


def test_an_offset_moves_everything_by_its_millimetres() -> None:
    left, top = _ink(receipt_pdf(PAPER, PaperChoice(PaperKind.PREPRINTED)))
    moved_left, moved_top = _ink(receipt_pdf(PAPER, PaperChoice(PaperKind.PREPRINTED, 3.0, -2.5)))
    assert moved_left - left == pytest.approx(30, abs=1)
    assert moved_top - top == pytest.approx(-25, abs=1)


def test_a_form_gets_only_what_is_filled_in() -> None:
    text = page_texts(receipt_pdf(replace(PAPER, copy=1), PaperChoice(PaperKind.PREPRINTED)))[0]
    assert "ใบเสร็จรับเงิน" not in text
    assert "สำเนา" in text


def test_too_many_items_for_a_form_are_told_together() -> None:
    lines = [ReceiptLine(f"รายการ {number}", 100) for number in range(30)]
    text = page_texts(receipt_pdf(replace(PAPER, lines=lines), PaperChoice(PaperKind.PREPRINTED)))[0]
    assert "รวม 30 รายการ" in text


@pytest.mark.parametrize("kind", [PaperKind.A5, PaperKind.A4, PaperKind.ROLL, PaperKind.PREPRINTED])
def test_a_slip_says_what_is_missing_by_when_and_under_which_law(kind: PaperKind) -> None:
    text = "".join(page_texts(acknowledgement_pdf(SLIP, PaperChoice(kind)))).replace("\n", " ")
    for part in (
        "69-000123",
        "สำเนาบัตรประจำตัวประชาชน",
        "แบบแปลน 5 ชุด",
        "แจ้งตาม",
        "6 มกราคม 2570",
        "พ.ศ. 2558",
        "มาตรา 8",
    ):
        assert part in text
    assert text.count("ลงชื่อ") == 2


def test_a_slip_with_all_papers_needs_one_signature() -> None:
    whole = replace(SLIP, documents=SLIP.documents[:1], missing_by=None)
    text = page_texts(acknowledgement_pdf(whole, PaperChoice()))[0]
    assert "เอกสารครบถ้วน" in text
    assert text.count("ลงชื่อ") == 1
    assert "ไม่ต้องใช้เอกสาร" in page_texts(acknowledgement_pdf(replace(SLIP, documents=()), PaperChoice()))[0]


def test_a_roll_is_one_piece_and_lines_have_room_for_two_marks() -> None:
    assert len(page_texts(acknowledgement_pdf(SLIP, PaperChoice(PaperKind.ROLL)))) == 1
    assert LINE_HEIGHT >= 1.35


def test_runs_of_modules_cover_just_the_dark_ones() -> None:
    assert runs([1, 1, 0, 1, 0, 0, 1, 1, 1]) == [(0, 2), (3, 1), (6, 3)]
    assert runs([]) == runs([0, 0]) == []


def test_lines_break_between_words_and_never_before_a_mark() -> None:
    text = "ค่าธรรมเนียมใบอนุญาตประกอบกิจการที่เป็นอันตรายต่อสุขภาพ"
    lines = lines_of(text, lambda part: len(part) <= 20)
    assert "".join(lines) == text
    assert all(len(line) <= 20 for line in lines)
    hard = lines_of("กี้" * 30, lambda part: len(part) <= 10)
    assert "".join(hard) == "กี้" * 30
    assert all(line[0] == "ก" for line in hard)
    assert lines_of("ก\nข", lambda part: True) == ["ก", "ข"]
