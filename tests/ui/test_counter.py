"""A cashier at the counter: issues by the keys, sees the paper, copies, voids; closes the day and finds it locked."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from demo.desk import SampleDesk
from desktop.reports.pdf.pages import page_images, page_texts
from desktop.reports.pdf.paper import PaperChoice, PaperKind
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.storage import numbers
from desktop.storage.numbers import Lease
from desktop.storage.rows import Row
from desktop.ui.main_window import MainWindow
from desktop.ui.print_view import PrintView, print_pages
from desktop.ui.screen import Place
from desktop.ui.screens.cashier import CashierScreen
from desktop.ui.screens.remittance import RemittanceScreen
from records.words import Words
from tests.ui.windows import pressed, settle, texts, typed

OpenWindow = Callable[..., MainWindow]


class Shown:
    """The papers a person was shown instead of a dialog that waits."""

    def __init__(self) -> None:
        self.pdfs: list[bytes] = []

    def __call__(self, context: object, pdf: bytes, title: str, **more: object) -> None:
        self.pdfs.append(pdf)

    @property
    def text(self) -> str:
        """What the last one says."""
        return page_texts(self.pdfs[-1])[0]


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown()
    monkeypatch.setattr("desktop.ui.print_view.show_pdf", shown)
    return shown


def lease(desk: SampleDesk, count: int = 50) -> None:
    """A block of numbers, as a round of sync brings one."""
    office = desk.office
    with office.database.write() as connection:
        one = Lease(request_id=office.store.new_id(), stream=desk.sample.stream, book="7", year=2570, count=count, first=1, last=count)
        numbers.put(connection, one)
    office.numbering.choose_book("7")


def issued(desk: SampleDesk, payer: str = "นายทดสอบ ระบบ", amount: int = 4_000) -> Row:
    return desk.office.receipts.issue(ReceiptDraft(payer), [ItemDraft("ค่าขยะมูลฝอย", amount)], may_ask=False)


def counter(window: MainWindow) -> CashierScreen:
    screen = window.screen_here()
    assert isinstance(screen, CashierScreen)
    return screen


def test_a_receipt_is_issued_by_the_keys_alone(open_window: OpenWindow, desk: SampleDesk, paper: Shown) -> None:
    lease(desk)
    desk.office.records.save("fee_item", None, {"code": "102", "name": "ค่าน้ำประปา", "amount": 1_200, "unit": "ลบ.ม."})
    window = open_window(Place("cashier"))
    screen = counter(window)
    assert screen.form.payer.hasFocus()

    typed("นางสาวน้ำทิพย์ กำเนิดญี่ปุ่น")
    settle(window)
    screen.form.payer.proposals.popup.hide()
    pressed(window, Qt.Key.Key_Tab)
    pressed(window, Qt.Key.Key_Tab)
    assert screen.form.rows[0].name.hasFocus()
    typed("102")
    settle(window)
    QTest.keyClick(screen.form.rows[0].name.proposals.popup, Qt.Key.Key_Down)
    QTest.keyClick(screen.form.rows[0].name.proposals.popup, Qt.Key.Key_Return)
    assert screen.form.rows[0].amount.text() == "12.00"
    screen.form.rows[0].quantity.setValue(3)
    screen.form.given.setFocus()
    typed("๑๐๐")
    assert "สามสิบหกบาทถ้วน" in " ".join(texts(screen))
    assert "เงินทอน 64.00 บาท" in " ".join(texts(screen))
    pressed(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    (row,) = desk.office.receipts.of_day(desk.office.today)
    assert (row.fields["number"], row.fields["amount"], row.fields["cash_given"]) == (1, 3_600, 10_000)
    assert "3 ลบ.ม." in paper.text
    assert "สำเนา" not in paper.text
    assert (screen.form.payer.text(), screen.form.payer.hasFocus()) == ("", True)
    assert "7/1" in " ".join(texts(screen))


def test_without_numbers_the_counter_says_so_and_keeps_what_was_typed(open_window: OpenWindow, desk: SampleDesk, paper: Shown) -> None:
    window = open_window(Place("cashier"))
    screen = counter(window)
    assert "ยังไม่มีเลขที่ใบเสร็จในเครื่องนี้" in " ".join(texts(screen))
    screen.form.payer.setText("สมชาย")
    screen.form.rows[0].name.setText("ค่าปรับ")
    screen.form.rows[0].amount.setText("20")

    QTest.mouseClick(screen.issue_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert "เลขที่ใบเสร็จเล่มที่ 1" in screen.problem.plain_text
    assert (screen.form.payer.text(), paper.pdfs) == ("สมชาย", [])


def test_what_cannot_be_read_is_said_beside_the_button(open_window: OpenWindow, desk: SampleDesk, paper: Shown) -> None:
    lease(desk)
    window = open_window(Place("cashier"))
    screen = counter(window)
    screen.form.payer.setText("สมชาย")
    screen.form.rows[0].name.setText("ค่าปรับ")
    screen.issue()
    assert "จำนวนเงินของรายการที่ 1" in screen.problem.plain_text
    screen.form.rows[0].amount.setText("20")
    screen.form.payer_id.setText("1234567890123")
    screen.issue()
    assert screen.problem.isVisible()
    assert desk.office.numbering.left() == 50


def test_a_copy_says_so_and_a_void_receipt_asks_why(
    open_window: OpenWindow, desk: SampleDesk, paper: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease(desk)
    row = issued(desk)
    monkeypatch.setattr("desktop.ui.screens.cashier.ask_text", lambda *_args, **_more: "พิมพ์ชื่อผิด")
    window = open_window(Place("cashier"))
    screen = counter(window)
    screen.table.setCurrentIndex(screen.table.model().index(0, 0))

    QTest.mouseClick(screen.copy_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert "สำเนา" in paper.text
    QTest.mouseClick(screen.void_button, Qt.MouseButton.LeftButton)
    settle(window)

    kept = desk.office.receipts.get(row.id).fields
    assert (kept["state"], kept["void_reason"], kept["copy_count"]) == ("void", "พิมพ์ชื่อผิด", 1)
    assert not screen.void_button.isEnabled()


def test_a_request_fills_in_who_pays_and_what(open_window: OpenWindow, desk: SampleDesk) -> None:
    request = next(one for one in desk.of_type("service_request") if one.fields.get("applicant_name"))
    window = open_window(Place("cashier", id=request.id))
    screen = counter(window)
    assert screen.form.payer.text() == request.fields["applicant_name"]
    assert screen.form.draft().request == request.id


def test_a_request_that_has_its_receipt_is_not_filled_in_again_and_leads_back(open_window: OpenWindow, desk: SampleDesk) -> None:
    lease(desk)
    request = next(one for one in desk.of_type("service_request") if one.fields.get("applicant_name"))
    desk.office.receipts.issue(ReceiptDraft("นายทดสอบ", request=request.id), [ItemDraft("ค่าคำขอ", 2_000)], may_ask=False)
    window = open_window(Place("cashier", id=request.id))
    screen = counter(window)
    assert (screen.form.payer.text(), screen.form.draft().request) == ("", None)
    assert "7/1" in screen.request_banner.label.plain_text

    pressed(window, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    settle(window)

    assert window.here == Place("record", "service_request", request.id)


def test_a_day_is_closed_after_asking_and_its_receipts_are_locked(
    open_window: OpenWindow, desk: SampleDesk, paper: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def agree(_parent: object, _language: object, _title: Words, text: Words, *_: Words) -> bool:
        asked.append(text.th)
        return True

    monkeypatch.setattr("desktop.ui.screens.remittance.confirm", agree)
    lease(desk)
    issued(desk)
    issued(desk, amount=2_500)
    window = open_window(Place("remittances"))
    screen = window.screen_here()
    assert isinstance(screen, RemittanceScreen)
    assert "รวม 2 ฉบับ 65.00 บาท" in " ".join(texts(screen))

    QTest.mouseClick(screen.close_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert "2 ฉบับ รวม 65.00 บาท" in asked[0]
    assert "ใบนำส่งเงิน" in paper.text
    (closed,) = (row for row in desk.office.remittances.earlier() if row.fields["day"] == desk.office.today.isoformat())
    assert (closed.fields["state"], closed.fields["total"]) == ("closed", 6_500)
    assert screen.days.current == closed.id
    assert not screen.close_button.isVisible()
    monkeypatch.setattr("desktop.ui.screens.remittance.ask_text", lambda *_args, **_more: "ลืมยกเลิก")
    QTest.mouseClick(screen.reopen_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert desk.office.remittances.get(closed.id).fields["state"] == "open"


def test_the_preview_draws_another_paper_and_the_desk_remembers_it(open_window: OpenWindow, desk: SampleDesk) -> None:
    lease(desk)
    row = issued(desk)
    window = open_window(Place("cashier"))
    papers = desk.office.papers
    view = PrintView(
        window.screen_here().context,  # type: ignore[union-attr]  # a page is open
        papers.receipt_pdf(row.id),
        "ใบเสร็จ",
        remade=lambda choice: papers.receipt_pdf(row.id, choice),
        parent=window,
    )
    view.show()
    settle(window)
    view.paper_box.setCurrentIndex(view.paper_box.findData(PaperKind.ROLL))
    view.offsets[0].setValue(2.5)
    view.paper_box.activated.emit(view.paper_box.currentIndex())
    settle(window)

    assert papers.choice == PaperChoice(PaperKind.ROLL, 2.5, 0.0)
    assert page_images(view.pdf, 72)[0].width_mm == pytest.approx(80, abs=0.5)
    assert view.pages.findChildren(QLabel)
    view.close()
    view.deleteLater()


def test_a_page_is_printed_at_its_true_size(desk: SampleDesk, tmp_path: object, qapp: object) -> None:
    lease(desk)
    pdf = desk.office.papers.receipt_pdf(issued(desk).id)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    target = f"{tmp_path}/out.pdf"
    printer.setOutputFileName(target)

    print_pages(printer, page_images(pdf, 150))

    with open(target, "rb") as file:
        (page,) = page_images(file.read(), 72)
    assert page.width_mm == pytest.approx(148, abs=1)
    assert page.height_mm == pytest.approx(210, abs=1)
    assert printer.pageLayout().margins() == QMarginsF(0, 0, 0, 0)
