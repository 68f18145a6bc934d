"""Every widget in one window, to be looked at: `python -m tests.ui.gallery FOLDER` leaves pictures, light, dark and at 150 %."""

import sys
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.theme.current import px
from desktop.ui.theme.icons import NAMES
from desktop.ui.theme.theme import Mode, Theme
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, DangerButton, IconButton, PrimaryButton, QuietButton
from desktop.ui.widgets.calendar import CalendarPopup, DateEditor
from desktop.ui.widgets.card import Card, Line, Section
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.dialogs import error_sheet
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.number_box import NumberBox
from desktop.ui.widgets.pill import KIND_ROLE, Kind, Pill, PillDelegate
from desktop.ui.widgets.search_box import SearchBox
from desktop.ui.widgets.side_bar import SideBar, SideEntry
from desktop.ui.widgets.status_bar import SyncBar, SyncLine
from records.errors import FieldError, Unavailable
from records.words import Language, Words

TODAY = date(2026, 11, 22)

AREAS = (
    SideEntry("home", "layout-dashboard", Words("หน้าหลัก", "Home")),
    SideEntry("registry", "building-2", Words("ทะเบียน อปท.", "Registry")),
    SideEntry("people", "users", Words("บุคลากร", "Staff")),
    SideEntry("budget", "wallet", Words("แผนและงบประมาณ", "Plans and budget"), 7),
    SideEntry("services", "inbox", Words("บริการประชาชน", "Citizen services"), 24),
    SideEntry("incidents", "megaphone", Words("ร้องเรียน/แจ้งเหตุ", "Complaints"), 1200),
    SideEntry("letters", "file-text", Words("สารบรรณ", "Letters")),
    SideEntry("archive", "archive", Words("คลังเอกสาร", "Archive")),
    SideEntry("assets", "hammer", Words("ทรัพย์สิน", "Assets")),
    SideEntry("reports", "bar-chart", Words("รายงาน", "Reports")),
    SideEntry("compare", "scale", Words("เปรียบเทียบ", "Benchmarks")),
    SideEntry("knowledge", "book-open", Words("องค์ความรู้", "Knowledge")),
)
ROWS: tuple[tuple[str, str, str, str, Kind], ...] = (
    ("ค2569/1200", "ท่อระบายน้ำอุดตัน ซอยวัดป่า หมู่ 4", "สมศรี ใจดี", "เกินกำหนด", "danger"),
    ("ค2569/1199", "ขออนุญาตก่อสร้างอาคารพักอาศัยชั้นเดียว", "วิชัย ทองสุข", "รออนุมัติ", "warn"),
    ("ค2569/1197", "คำขอรับเบี้ยยังชีพผู้สูงอายุ ปีงบประมาณ 2570", "ทองใบ สุขเจริญ", "รับเรื่องแล้ว", "info"),
    ("ค2569/1196", "ขอน้ำอุปโภคบริโภคช่วงภัยแล้ง", "กำนันบุญมี ศรีสว่าง", "เสร็จสิ้น", "ok"),
    ("ค2569/1192", "ขอใบอนุญาตสะสมอาหาร ร้านป้าแต๋ว", "แต๋ว มั่นคง", "ร่าง", "neutral"),
)
LONG = "ตรวจแบบแปลนแล้วถูกต้อง รอผู้อำนวยการกองช่างลงนาม ผู้ยื่นชำระค่าธรรมเนียมแล้ว เลขที่ใบเสร็จ 1042 และนัดตรวจสถานที่ก่อสร้างในสัปดาห์หน้า"


def parse_day(text: str) -> date:
    """Reads `22/11/2569`; a stand-in for the real reader of dates, for pictures only."""
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return date(year - 543, month, day)
    except ValueError as error:
        raise FieldError(Words("อ่านวันที่นี้ไม่ได้ โปรดพิมพ์เช่น 22/11/2569", "Cannot read this date; type it like 22/11/2569")) from error


def show_day(day: date) -> str:
    """Writes `22/11/2569`."""
    return f"{day.day}/{day.month}/{day.year + 543}"


def table() -> QTableView:
    """A list with pills."""
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["เลขที่", "เรื่อง", "ผู้ยื่น", "สถานะ"])
    for *cells, kind in ROWS:
        items = [QStandardItem(cell) for cell in cells]
        items[3].setData(kind, KIND_ROLE)
        model.appendRow(items)
    view = QTableView()
    model.setParent(view)
    view.setModel(model)
    view.setItemDelegate(PillDelegate(view))
    view.setShowGrid(False)
    view.setAccessibleName("คำร้อง")
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(px(44))
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.setTabKeyNavigation(False)
    for column, width in enumerate((110, 330, 160, 140)):
        view.setColumnWidth(column, px(width))
    view.horizontalHeader().setStretchLastSection(True)
    view.selectRow(1)
    view.setMinimumHeight(px(44 * 6))
    return view


def form(language: Language) -> Card:
    """A form with every kind of input Qt gives, in states of use."""
    card = Card()
    head = card.add_head(Words("ขออนุญาตก่อสร้างอาคาร", "Building permit"), language, hint=Words("ค2569/1199 · เคาน์เตอร์", "Counter"))
    head.add_act(IconButton("history", Words("ประวัติ", "History"), language))
    head.add_act(IconButton("ellipsis", Words("เพิ่มเติม", "More"), language))
    lines = QFormLayout()
    lines.setHorizontalSpacing(px(16))
    lines.setVerticalSpacing(px(8))
    name = QLineEdit("นายวิชัย ทองสุข")
    choice = QComboBox()
    choice.addItems(["รออนุมัติ", "เสร็จสิ้น"])
    bad = DateEditor(parse_day, show_day, language, today=lambda: TODAY)
    bad.set_text("32/13/69")
    bad.settle()
    good = DateEditor(parse_day, show_day, language, today=lambda: TODAY)
    good.set_text("18/11/2569")
    off = QLineEdit("กองช่าง")
    off.setEnabled(False)
    number = NumberBox(0, 9999)
    number.setValue(200)
    note = QPlainTextEdit(LONG)
    note.setTabChangesFocus(True)
    note.setMaximumHeight(px(88))
    for words, editor in (
        ("ผู้ยื่น", name),
        ("สถานะ", choice),
        ("กำหนดเสร็จ", good),
        ("วันนัด", bad),
        ("หน่วยงาน", off),
        ("จำนวน", number),
        ("บันทึก", note),
    ):
        editor.setAccessibleName(words)
        (editor.line if isinstance(editor, DateEditor) else editor).setAccessibleName(words)
        label = Label(words, "muted")
        label.setMinimumHeight(px(36))
        lines.addRow(label, editor)
    card.body.addLayout(lines)
    ticks = QHBoxLayout()
    ticked, half, radio = QCheckBox("ชำระแล้ว"), QCheckBox("บางส่วน"), QRadioButton("ใช่")
    ticked.setChecked(True)
    half.setTristate(True)
    half.setCheckState(Qt.CheckState.PartiallyChecked)
    radio.setChecked(True)
    for tick in (ticked, half, radio, QRadioButton("ไม่ใช่")):
        ticks.addWidget(tick)
    ticks.addStretch(1)
    card.body.addLayout(ticks)
    return card


def page(language: Language) -> QWidget:  # noqa: PLR0915 - one thing after the other, as on the screen
    """The middle of the window."""
    inner = QWidget()
    inner.setProperty("look", "page")
    column = QVBoxLayout(inner)
    column.setContentsMargins(px(20), px(16), px(20), px(16))
    column.setSpacing(px(12))
    top = QHBoxLayout()
    top.setSpacing(px(12))
    top.addWidget(Label("คำร้องและงานรับเรื่อง", "title"))
    top.addStretch(1)
    search = SearchBox(Words("ค้นหาเลขที่ เรื่อง ชื่อผู้ยื่น", "Search number, subject, name"), language, keys="Ctrl+K")
    top.addWidget(search)
    top.addWidget(PrimaryButton(Words("รับเรื่องใหม่", "New request"), language, icon="plus"))
    column.addLayout(top)
    chips = ChipBar(language)
    chips.set_chips(
        [
            Chip("all", Words("ทั้งหมด", "All"), 24),
            Chip("mine", Words("ของฉัน", "Mine"), 9),
            Chip("late", Words("เกินกำหนด", "Late"), 1),
            Chip("wait", Words("รออนุมัติ", "Awaiting approval"), 5),
            Chip("done", Words("เสร็จสิ้น", "Done"), 1208),
        ]
    )
    column.addWidget(chips)
    column.addWidget(
        Banner(
            "warn",
            Words("รับส่งข้อมูลครั้งสุดท้ายเมื่อ 8 วันก่อน", "Last sync 8 days ago"),
            language,
            action=Words("ส่งเดี๋ยวนี้", "Sync now"),
            is_closable=True,
        )
    )
    panes = QHBoxLayout()
    panes.setSpacing(px(12))
    listing = Card(padding=4)
    listing.body.addWidget(table())
    left = QVBoxLayout()
    left.setSpacing(px(12))
    left.addWidget(listing)
    buttons = Flow(gap=8)
    for button in (
        PrimaryButton(Words("บันทึก", "Save"), language, icon="save"),
        QuietButton(Words("แนบไฟล์ 2", "2 files"), language, icon="paperclip"),
        DangerButton(Words("ลบ", "Delete"), language, icon="trash-2"),
        Button(Words("ล้างตัวกรอง", "Clear filters"), language, look="bare"),
        QuietButton(Words("ยกเลิก", "Cancel"), language),
        IconButton("columns-3", Words("เลือกคอลัมน์", "Columns"), language),
        IconButton("file-spreadsheet", Words("ส่งออก Excel", "Excel"), language, keys="Ctrl+E"),
    ):
        buttons.add(button)
    off = PrimaryButton(Words("ส่งอนุมัติ", "Submit"), language, icon="send")
    off.setEnabled(False)
    buttons.add(off)
    left.addWidget(buttons)
    pills = Flow(gap=8)
    for *_, text, kind in ROWS:
        pills.add(Pill(text, kind))
    left.addWidget(pills)
    for kind, words in (
        ("ok", Words("บันทึกแล้ว ส่งเมื่อมีเครือข่าย", "Saved; sent when there is a line")),
        ("danger", Words("เลขประจำตัวประชาชนไม่ถูกต้อง โปรดตรวจหลักที่ 13 อีกครั้งก่อนส่งคำร้องนี้ให้หัวหน้ากองช่างพิจารณา", "Wrong digit")),
        ("info", Words("เรื่องนี้มีผู้แก้ไขที่อื่น", "Changed elsewhere")),
    ):
        left.addWidget(Banner(kind, words, language))  # type: ignore[arg-type]
    tabs = QTabWidget()
    for title in ("รายละเอียด", "ขั้นตอน", "ประวัติ"):
        sheet = QWidget()
        QVBoxLayout(sheet).addWidget(WrapLabel(LONG, language=language))
        tabs.addTab(sheet, title)
    left.addWidget(tabs)
    figures = QHBoxLayout()
    figures.setSpacing(px(12))
    for caption, value, hint in (("เรื่องที่เปิดอยู่", "24", "+3 จากสัปดาห์ก่อน"), ("ค่าธรรมเนียมเดือนนี้", "฿48,250.00", "ใบเสร็จ 112 ฉบับ")):
        figure = Card()
        figure.body.setSpacing(px(4))
        for text, kind_ in ((caption, "small"), (value, "display"), (hint, "small")):
            figure.body.addWidget(Label(text, kind_))  # type: ignore[arg-type]
        figures.addWidget(figure)
    left.addLayout(figures)
    left.addStretch(1)
    panes.addLayout(left, 3)
    right = QVBoxLayout()
    right.setSpacing(px(12))
    right.addWidget(form(language))
    empty = Card()
    empty.body.addWidget(
        EmptyState(
            "inbox",
            Words("ยังไม่มีคำร้อง", "No requests yet"),
            Words("เมื่อประชาชนมายื่นเรื่อง กดรับเรื่องใหม่ แล้วพิมพ์ใบรับให้ผู้ยื่นได้ทันที", "Press New request"),
            language,
            action=Words("รับเรื่องใหม่", "New request"),
        )
    )
    right.addWidget(empty)
    panes.addLayout(right, 2)
    column.addLayout(panes)
    column.addWidget(Line())
    column.addWidget(Section(Words("ไอคอน", "Icons"), language))
    icons = Flow(gap=12)
    for name in sorted(NAMES):
        icons.add(IconView(name, "text", side=20))
    column.addWidget(icons)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setWidget(inner)
    return scroll


def window(language: Language, size: QSize) -> QWidget:
    """The whole gallery as one window of `size`."""
    result = QWidget()
    result.resize(size)
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    side = SideBar("อบต. ทุ่งใหญ่", "อ.ทุ่งใหญ่ จ.นครศรีธรรมราช", language)
    side.set_entries(AREAS, [SideEntry("settings", "settings", Words("ตั้งค่า", "Settings"))])
    side.set_person("จันทร์เพ็ญ วงศ์ดี · ธุรการ")
    side.set_current("services")
    row.addWidget(side)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(page(language), 1)
    line = SyncLine(
        "cloud-off",
        "warn",
        Words("ทำงานโดยไม่มีเครือข่าย · บันทึกในเครื่องแล้วทั้งหมด", "Working offline · everything is saved on this computer"),
        Words("รอส่ง 3 รายการ · รอท่านเลือก 1 รายการ", "3 waiting · 1 needs you"),
        0.6,
        Words("ส่งครั้งล่าสุด 09:41 น.", "Last sent 09:41"),
    )
    column.addWidget(SyncBar(line, language))
    row.addLayout(column, 1)
    return result


def main(folder: Path) -> None:
    """Leaves the pictures in `folder`."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme(app)
    looks: tuple[tuple[str, Mode, float, QSize, Language], ...] = (
        ("light", "light", 1.0, QSize(1440, 1500), Language.THAI),
        ("dark", "dark", 1.0, QSize(1440, 1500), Language.THAI),
        ("large", "light", 1.5, QSize(1440, 880), Language.THAI),
        ("small", "dark", 1.0, QSize(1093, 614), Language.ENGLISH),
        ("rail", "light", 1.5, QSize(1093, 614), Language.THAI),
    )
    for name, mode, scale, size, language in looks:
        theme.apply(app, mode, scale)
        shown = window(language, size)
        shown.show()
        app.processEvents()
        shown.grab().save(str(folder / f"gallery-{name}.png"))
        popup = CalendarPopup(language, TODAY, shown)
        popup.open_at(shown.mapToGlobal(shown.rect().topLeft()), date(2026, 11, 18))
        app.processEvents()
        popup.grab().save(str(folder / f"calendar-{name}.png"))
        popup.close()
        error = Unavailable(
            Words("ติดต่อเครื่องแม่ข่ายไม่ได้", "The server cannot be reached"),
            Words(
                "งานทั้งหมดบันทึกในเครื่องนี้แล้ว ไม่มีสิ่งใดหาย โปรดตรวจสายเครือข่ายแล้วกดส่งอีกครั้ง",
                "All work is saved on this computer and nothing is lost. Check the network and try again.",
            ),
        )
        sheet = error_sheet(shown, error, language)
        sheet.show()
        app.processEvents()
        sheet.grab().save(str(folder / f"error-{name}.png"))
        sheet.close()
        shown.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
