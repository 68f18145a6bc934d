"""A sheet into records: choose a file, confirm what its columns carry, look at the rows and their problems, import in one act, undo it.

choose ──▶ preview (mapping, rows, problems, counts) ──▶ progress ──▶ result (undo, open the list)
"""

import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.imports.ordinance import PARTS, is_ordinance
from desktop.imports.planned import Plan
from desktop.ui.import_facts import ColumnFacts, PreviewFacts, looked_at
from desktop.ui.import_place import ProvinceChoice
from desktop.ui.import_rows import count_pills, problems_card, rows_table, short
from desktop.ui.later import Later
from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.pill import Pill
from records.errors import AppError, Correctable
from records.words import Words, say

CHOOSE_FILE = Words("เลือกไฟล์", "Choose a file")
OTHER_FILE = Words("เลือกไฟล์อื่น", "Another file")
IMPORT = Words("นำเข้า {count} แถว", "Import {count} rows")
STOP = Words("หยุดนำเข้า", "Stop the import")
UNDO = Words("ย้อนการนำเข้า", "Undo the import")
OPEN_LIST = Words("เปิดรายการ", "Open the list")
TYPE = Words("นำเข้าเป็น", "Import as")
SHEET = Words("แผ่นงาน", "Sheet")
FILES = Words("ไฟล์ตาราง (*.csv *.xlsx *.xls *.ods *.json)", "Sheets (*.csv *.xlsx *.xls *.ods *.json)")
CHECK = Words("ใกล้เคียง โปรดตรวจ", "Similar: please check")
_DEFAULT_TYPE = "project"
_AGAIN_MS = 250


class _Stopped(Correctable):
    """A person stopped the import; nothing of it is written."""

    def __init__(self) -> None:
        super().__init__(
            Words("หยุดแล้ว", "Stopped"), Words("หยุดนำเข้าแล้ว ยังไม่มีอะไรเปลี่ยนแปลง", "The import was stopped; nothing was changed.")
        )


class ImportScreen(Screen):
    """The import page."""

    help_page = "import"
    _progressed = Signal(int, int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._type = _DEFAULT_TYPE if _DEFAULT_TYPE in self.office.catalogue else next(iter(self.office.catalogue))
        self._path: Path | None = None
        self._sheet: str | None = None
        self.province = ProvinceChoice(context, lambda: self._look(None))
        self._facts: PreviewFacts | None = None
        self._stop = threading.Event()
        self._asked = 0
        self.boxes: list[tuple[str, QComboBox]] = []
        self.setAcceptDrops(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self._again = Later(self, _AGAIN_MS, lambda: self._look(self._choice()))
        self._progressed.connect(self._show_progress)
        self._draw_start(None)

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("นำเข้าจากไฟล์", "Import from a file"), self.language)

    def show_place(self, place: Place) -> None:
        """`place.type` is what the rows become."""
        if place.type in self.office.catalogue and place.type != self._type:
            self._type = place.type
            self._draw_start(None)

    def acts(self) -> list[Action]:
        """For the palette."""
        return [Action("choose_file", CHOOSE_FILE, self.choose_file, "folder-open")]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """One file may be dropped."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Takes the file."""
        self.open_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def choose_file(self) -> None:
        """Asks for a file."""
        name, _ = QFileDialog.getOpenFileName(self, say(CHOOSE_FILE, self.language), "", say(FILES, self.language))
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Reads a file and shows what importing it would do."""
        self._path, self._sheet, self._facts = path, None, None
        if is_ordinance(path) and self._type not in PARTS:
            self._type = next(iter(PARTS))
        self._draw_reading(path)
        self._look(None)

    def _draw_reading(self, path: Path) -> None:
        self._page.clear()
        self.boxes = []
        card = Card()
        reading = Words("กำลังอ่าน {name}", "Reading {name}").filled(name=path.name)
        card.add_head(reading, self.language, hint=Words("ยังไม่มีอะไรเปลี่ยนแปลง", "Nothing is changed yet"))
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setRange(0, 0)
        bar.setAccessibleName(say(reading, self.language))
        card.body.addWidget(bar)
        self._page.body.addWidget(card)

    def _look(self, choice: dict[str, str] | None) -> None:
        path = self._path
        if path is None:
            return
        self._asked += 1
        if self._facts is not None:
            # What is seen is not what would be imported until the answer comes.
            self.import_button.setEnabled(False)
        asked, office, type_name, sheet, language = self._asked, self.office, self._type, self._sheet, self.language
        work = partial(looked_at, office, type_name, path, choice, sheet, language, self.province.code)
        self.bridge.run(work, lambda facts: self._take(asked, facts), self._draw_start, owner=self, is_long=True)

    def _take(self, asked: int, facts: PreviewFacts) -> None:
        if asked == self._asked:
            self._facts, self._type = facts, facts.preview.spec.type
            self._draw_preview(facts)

    # Choosing ---------------------------------------------------------------------------------------------------------------------

    def _draw_start(self, problem: AppError | None) -> None:
        self._facts = None
        self._page.clear()
        self.boxes = []
        if problem is not None:
            self._page.body.addWidget(Banner("danger", problem.message, self.language))
        card = Card()
        card.body.addWidget(self._pickers(()))
        empty = EmptyState(
            "file-spreadsheet",
            Words("เลือกไฟล์ตารางที่จะนำเข้า", "Choose the sheet to import"),
            Words(
                "รับไฟล์ CSV, Excel (xlsx, xls) ODS และงบประมาณที่เผยแพร่เป็น JSON ลากไฟล์มาวางที่นี่ก็ได้ จะได้ดูก่อนว่านำเข้าอะไร และย้อนได้ทั้งหมด",
                "CSV, Excel (xlsx, xls), ODS, published budgets (JSON); a file may also be dropped here. You see first what would be imported, and all of it can be undone.",
            ),
            self.language,
            action=CHOOSE_FILE,
        )
        empty.acted.connect(self.choose_file)
        self.choose_button = empty.button
        card.body.addWidget(empty)
        self._page.body.addWidget(card)

    def _pickers(self, sheets: tuple[str, ...]) -> QWidget:
        row = Flow(gap=tokens().space.snug)
        row.add(Label(say(TYPE, self.language), "muted"))
        self.type_box = QComboBox()
        self.type_box.setAccessibleName(say(TYPE, self.language))
        for spec in self.office.catalogue.values():
            if self.context.access.can_write(spec.type) and spec.area != "platform":
                self.type_box.addItem(say(spec.label, self.language), spec.type)
        self.type_box.setCurrentIndex(max(self.type_box.findData(self._type), 0))
        self.type_box.activated.connect(self._type_chosen)
        row.add(self.type_box)
        if len(sheets) > 1:
            row.add(Label(say(SHEET, self.language), "muted"))
            self.sheet_box = QComboBox()
            self.sheet_box.setAccessibleName(say(SHEET, self.language))
            self.sheet_box.addItems(list(sheets))
            shown = self._facts.preview.table.sheet.name if self._facts else ""
            self.sheet_box.setCurrentIndex(max(self.sheet_box.findText(shown), 0))
            self.sheet_box.textActivated.connect(self._sheet_chosen)
            row.add(self.sheet_box)
        self.province.add_to(row, self._type)
        return row

    def _type_chosen(self) -> None:
        self._type = str(self.type_box.currentData())
        self._look(None)

    def _sheet_chosen(self, name: str) -> None:
        self._sheet = name
        self._look(None)

    def _choice(self) -> dict[str, str]:
        return {heading: str(box.currentData() or "") for heading, box in self.boxes}

    # Preview ----------------------------------------------------------------------------------------------------------------------

    def _draw_preview(self, facts: PreviewFacts) -> None:
        focused = next((heading for heading, box in self.boxes if box.hasFocus()), None)
        scrolled = self._page.verticalScrollBar().value()
        self._page.clear()
        body = self._page.body
        body.addWidget(self._head(facts))
        body.addWidget(self._mapping(facts))
        body.addWidget(self._rows(facts))
        if facts.problems:
            body.addWidget(problems_card(facts, self.language))
        for heading, box in self.boxes:
            if heading == focused:
                box.setFocus()
        QTimer.singleShot(0, self, lambda: self._page.verticalScrollBar().setValue(scrolled))

    def _head(self, facts: PreviewFacts) -> Card:
        plan, card = facts.preview.plan, Card()
        card.add_head(Words(facts.preview.path.name, facts.preview.path.name), self.language)
        card.body.addWidget(self._pickers(facts.sheets))
        card.body.addWidget(count_pills(plan, self.office.catalogue, self.language))
        acts = Flow()
        self.import_button = PrimaryButton(IMPORT.filled(count=f"{plan.ready:,}"), self.language, icon="upload")
        self.import_button.setEnabled(bool(plan.writes))
        self.import_button.clicked.connect(self.start)
        other = Button(OTHER_FILE, self.language, icon="folder-open")
        other.clicked.connect(self.choose_file)
        for button in (self.import_button, other):
            acts.add(button)
        card.body.addWidget(acts)
        if not plan.writes:
            nothing = Words("ทุกแถวตรงกับที่มีอยู่แล้ว ไม่มีอะไรต้องนำเข้า", "Every row is here already; there is nothing to import.")
            if not any(column.chosen for column in facts.columns):
                nothing = Words(
                    "ยังไม่รู้ว่าคอลัมน์ใดเป็นช่องใด โปรดเลือกช่องของแต่ละคอลัมน์ด้านล่าง แล้วจึงนำเข้าได้",
                    "It is not known which field each column carries. Choose their fields below, then the rows can be imported.",
                )
            card.body.addWidget(WrapLabel(say(nothing, self.language), "muted", language=self.language))
        return card

    def _mapping(self, facts: PreviewFacts) -> Card:
        card = Card()
        card.body.setSpacing(px(tokens().space.tight))
        hint = Words("แต่ละคอลัมน์จะไปอยู่ในช่องใด แก้ได้ทุกคอลัมน์", "Which field each column goes to; every one can be changed")
        card.add_head(Words("จับคู่คอลัมน์", "Columns"), self.language, hint=hint)
        self.boxes = []
        for column in facts.columns:
            card.body.addWidget(Line())
            card.body.addWidget(self._column(column, facts))
        return card

    def _column(self, column: ColumnFacts, facts: PreviewFacts) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.snug))
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(WrapLabel(column.heading, "strong", language=self.language))
        if column.sample:
            names.addWidget(WrapLabel(short(column.sample), "small", language=self.language))
        row.addLayout(names, 1)
        if column.is_suggested:
            row.addWidget(Pill(say(CHECK, self.language), "warn"))
        box = QComboBox()
        box.setAccessibleName(f"{column.heading}: {say(Words('นำเข้าในช่อง', 'goes to the field'), self.language)}")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(18)
        box.setMinimumWidth(px(200))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for choice in facts.choices:
            box.addItem(choice.label, choice.name)
        box.setCurrentIndex(max(box.findData(column.chosen), 0))
        box.setToolTip(box.currentText())
        box.activated.connect(lambda _index: self._again.start())
        self.boxes.append((column.heading, box))
        row.addWidget(box, 1, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _rows(self, facts: PreviewFacts) -> Card:
        card = Card()
        hint = Words(
            "แถวแรก ๆ ตามที่อ่านได้จากไฟล์ ช่องที่มีเครื่องหมายควรตรวจ", "The first rows as read from the file; marked cells should be checked"
        )
        card.add_head(Words("ตัวอย่างแถว", "Rows"), self.language, hint=hint)
        card.body.addWidget(rows_table(facts, self.language))
        return card

    # Importing --------------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Imports what the preview shows, in one act."""
        if self._facts is None:
            return
        preview, office, stop, tell = self._facts.preview, self.office, self._stop, self._progressed.emit
        stop.clear()

        def progress(done: int, total: int) -> None:
            if stop.is_set():
                raise _Stopped
            tell(done, total)

        def work() -> tuple[Plan, str]:
            plan = office.imports.apply(preview, progress)
            return plan, office.undo.acts(1)[0].id

        self._draw_progress()
        self.bridge.run(work, self._imported, self._failed, owner=self)

    def _draw_progress(self) -> None:
        self._page.clear()
        self.boxes = []
        card = Card()
        card.add_head(
            Words("กำลังนำเข้า", "Importing"),
            self.language,
            hint=Words("หยุดได้ จะไม่มีอะไรเปลี่ยนแปลง", "It can be stopped; nothing is changed then"),
        )
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(say(Words("ความคืบหน้า", "Progress"), self.language))
        card.body.addWidget(self.progress)
        self.progress_label = WrapLabel("", "muted", language=self.language)
        card.body.addWidget(self.progress_label)
        acts = Flow()
        self.stop_button = Button(STOP, self.language, icon="x")
        self.stop_button.clicked.connect(self._stop.set)
        acts.add(self.stop_button)
        card.body.addWidget(acts)
        self._page.body.addWidget(card)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setValue(int(done / total * 1000) if total else 0)
        words = Words("{done} จาก {total} รายการ", "{done} of {total} records")
        self.progress_label.set_text(say(words, self.language, done=f"{done:,}", total=f"{total:,}"))

    def _failed(self, error: AppError) -> None:
        if self._facts is not None:
            self._draw_preview(self._facts)
            self._page.body.insertWidget(0, Banner("info" if isinstance(error, _Stopped) else "danger", error.message, self.language))

    def _imported(self, answer: tuple[Plan, str]) -> None:
        plan, act = answer
        self._page.clear()
        card = Card()
        text = Words(
            "นำเข้าแล้ว: ใหม่ {created} แก้ {updated} เหมือนเดิม {unchanged}", "Imported: {created} new, {updated} changed, {unchanged} unchanged"
        )
        said = text.filled(created=f"{plan.created:,}", updated=f"{plan.updated:,}", unchanged=f"{plan.unchanged:,}")
        card.body.addWidget(Banner("ok", said, self.language))
        hint = Words("บันทึกในเครื่องแล้ว จะส่งให้เองเมื่อมีเครือข่าย", "Saved on this computer; sent by itself when there is a line.")
        card.body.addWidget(WrapLabel(say(hint, self.language), "muted", language=self.language))
        acts = Flow()
        self.open_button = PrimaryButton(OPEN_LIST, self.language, icon="rows-3")
        self.open_button.clicked.connect(lambda: self.context.navigate(Place("type", self._type)))
        self.undo_button = Button(UNDO, self.language, icon="undo-2")
        self.undo_button.clicked.connect(lambda: self._undo(act))
        again = Button(OTHER_FILE, self.language, icon="folder-open")
        again.clicked.connect(self.choose_file)
        acts.add(self.open_button)
        acts.add(self.undo_button)
        acts.add(again)
        card.body.addWidget(acts)
        self._page.body.addWidget(card)
        self.open_button.setFocus()

    def _undo(self, act: str) -> None:
        office = self.office
        self.undo_button.setEnabled(False)

        def work() -> tuple[int, int]:
            back = office.undo.act(act)
            return len(back.records), len(back.skipped)

        self.bridge.run(work, self._undone, owner=self)

    def _undone(self, counts: tuple[int, int]) -> None:
        back, skipped = counts
        text = Words("ย้อนการนำเข้าแล้ว {back} รายการ", "Undone: {back} records").filled(back=f"{back:,}")
        if skipped:
            more = Words(" · คงไว้ {skipped} รายการที่มีผู้แก้ไขหลังนำเข้า", " · kept: {skipped} that were edited since").filled(
                skipped=f"{skipped:,}"
            )
            text = Words(text.th + more.th, text.en + more.en)
        self._draw_start(None)
        self._page.body.insertWidget(0, Banner("ok", text, self.language))
