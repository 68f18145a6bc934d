"""What a person does on a page before its picture is taken."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QWidget

from demo.desk import SampleDesk
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.import_view import ImportScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.print_view import PrintView
from desktop.ui.recovery_sheet import CodeSheet
from desktop.ui.screens.budget_tree import BudgetTreeScreen
from desktop.ui.screens.cashier import CashierScreen
from desktop.ui.screens.intake import IntakeScreen
from desktop.ui.widgets.change_many import ChangeManyDialog
from desktop.ui.widgets.map_picker import MapPicker
from desktop.ui.widgets.merge_dialog import MergeDialog
from desktop.ui.widgets.transfer_dialog import TransferDialog
from records.words import Language
from tools.scene import settle

_SHEET = (
    ("ก่อสร้างลานกีฬาชุมชน บ้านทุ่งใหญ่ หมู่ที่ 1", "1,250,000"),
    ("ปรับปรุงภูมิทัศน์ริมคลอง บ้านวัดป่า หมู่ที่ 3", "480,000"),
    ("ซ่อมแซมสะพานคอนกรีต บ้านท่าเรือ หมู่ที่ 5", "ประมาณสองแสน"),
    ("ติดตั้งกล้องวงจรปิดจุดเสี่ยง ตำบล", "320,000"),
    ("ก่อสร้างลานกีฬาชุมชน บ้านทุ่งใหญ่ หมู่ที่ 1", "1,250,000"),
)
_CODE = "7KQM4-XW2PD-9HTRA-3VNCE-6YBJF-8ZGUL"
"""Opens nothing."""


def choose_in_inbox(window: MainWindow, _: SampleDesk, __: Path) -> None:
    """Takes this desk's value of the first conflict."""
    screen = window.screen_here()
    if isinstance(screen, ConflictScreen):
        screen.cards[0].fields[0].choose("mine")


def open_sheet(window: MainWindow, _: SampleDesk, folder: Path) -> None:
    """Opens a sheet of projects with faults of every kind."""
    sheet = folder / "แผนพัฒนา 2570.csv"
    rows = ["ลำดับที่,ชื่อโครงการ,แผนงาน,หน่วยงานรับผิดชอบหลัก,งบประมาณ 2570,หมายเหต"]
    for number, (title, amount) in enumerate(_SHEET, 1):
        rows.append(f'{number},{title},แผนงานอุตสาหกรรมและการโยธา,กองช่าง,"{amount}",')
    sheet.write_text("\n".join(rows), encoding="utf-8")
    screen = window.screen_here()
    if isinstance(screen, ImportScreen):
        screen.open_file(sheet)


def palette(window: MainWindow, _: SampleDesk, __: Path) -> QWidget:
    """Looks for roads in the command palette."""
    window.open_palette()
    window.palette_box.search.line.setText("ถนน")
    return window.palette_box


def take_down(window: MainWindow, desk: SampleDesk, _: Path) -> None:
    """Receives a request of which one paper is missing, up to the last key."""
    screen = cast(IntakeScreen, window.screen_here())
    service = desk.of_type("service")[0]
    screen.service.set_value(service.id)
    screen.service.edited.emit()
    settle(window.bridge)
    screen.applicant.line.setText("นายทองดี มีสุข")
    for paper in screen.papers.lines[:-1]:
        paper.box.setChecked(True)


def pay(window: MainWindow, desk: SampleDesk, _: Path) -> None:
    """Fills a receipt of two lines."""
    form = cast(CashierScreen, window.screen_here()).form
    form.payer.setText("นางสาวน้ำทิพย์ กำเนิดญี่ปุ่น")
    while len(form.rows) < 2:
        form.add_item()
    for row, fee, count in zip(form.rows, desk.of_type("fee_item"), (3, 18), strict=False):
        row.name.setText(str(fee.fields["name"]))
        row.quantity.setValue(count)
        row.amount.setText(f"{int(str(fee.fields['amount'])) * count / 100:,.2f}")
    form.given.setText("500")
    window.setFocus()


def preview(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget:
    """Looks at the paper of a receipt just issued."""
    office = desk.office
    row = office.receipts.issue(
        ReceiptDraft("นายสมชาย ใจดี", cash_given=50_000), [ItemDraft("ค่าเก็บและขนมูลฝอย รายเดือน", 48_000)], may_ask=False
    )
    view = PrintView(
        window.context,
        office.papers.receipt_pdf(row.id),
        "ใบเสร็จรับเงิน เล่มที่ 1",
        remade=lambda choice: office.papers.receipt_pdf(row.id, choice),
        parent=window,
    )
    view.open()
    return view


def merge(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget:
    """Compares two persons who may be one."""
    row, other = desk.office.people.pairs()[0]
    dialog = MergeDialog(window, window.context, desk.office.merging.preview("person", row.id, other.row.id))
    dialog.open()
    return dialog


def transfer(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget:
    """Moves money from one line to another."""
    lines = [one for one in desk.of_type("budget_line") if one.fields["fiscal_year"] == 2570]
    dialog = TransferDialog(window.context, lines[1].id, window)
    dialog.open()
    settle(window.bridge)
    dialog.boxes["to_line"].editor.set_value(lines[3].id)
    dialog.boxes["amount"].editor.set_value(6_000_000)
    dialog.boxes["approved_by"].editor.set_value("executive")
    dialog.boxes["approved_on"].editor.set_value(date(2026, 11, 20))
    dialog.boxes["approved_by"].editor.edited.emit()
    return dialog


def revenue(window: MainWindow, _: SampleDesk, __: Path) -> None:
    """Turns to the revenue."""
    parts = cast(BudgetTreeScreen, window.screen_here()).parts
    parts.set_current("revenue")
    parts.chosen.emit("revenue")


def tree_map(window: MainWindow, _: SampleDesk, __: Path) -> None:
    """Turns to the picture of the ordinance."""
    parts = cast(BudgetTreeScreen, window.screen_here()).parts
    parts.set_current("picture")
    parts.chosen.emit("picture")


def open_budget(window: MainWindow, _: SampleDesk, __: Path) -> None:
    """Opens the first places of the ordinance."""
    tree = cast(BudgetTreeScreen, window.screen_here()).tree
    tree.expandToDepth(1)
    settle(window.bridge)
    tree.expandToDepth(2)


def pick_point(window: MainWindow, _: SampleDesk, __: Path) -> QWidget:
    """Picks a point on the map."""
    picker = MapPicker(window.context, (Decimal("7.943"), Decimal("99.146")), window)
    picker.open()
    return picker


def recovery_code(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget:
    """Shows a recovery code that opens nothing."""
    language = desk.office.language
    made_on = "22 พ.ย. 2569" if language is Language.THAI else "22 Nov 2026"
    sheet = CodeSheet(window, language, _CODE, desk.sample.name, made_on)
    sheet.open()
    return sheet


def change_many(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget:
    """Changes one field of a dozen projects."""
    dialog = ChangeManyDialog(window, window.context, desk.office.catalogue["project"], 12)
    dialog.open()
    dialog.field.setCurrentText("สถานะ" if window.language is Language.THAI else "Status")
    if dialog.editor is not None:
        dialog.editor.set_value("in_progress")
    return dialog


def back_up(window: MainWindow, desk: SampleDesk, _: Path) -> None:
    """Makes a backup."""
    desk.office.backups.make(desk.office.database, "manual")
    screen = window.screen_here()
    if screen is not None:
        screen.refresh()
