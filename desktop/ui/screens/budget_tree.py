"""The ordinance of a year as a tree with its money: expenditure, revenue, and a picture of where the money goes.

Obeys the year of the window. Enter opens a line or a place; a new line begins at the place that is chosen.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QFileDialog, QHBoxLayout, QHeaderView, QStackedLayout, QTreeView, QWidget

from desktop.services.budget_nodes import Node, RevenueNode
from desktop.services.budget_sheets import write_revenue, write_tree
from desktop.storage.budget import LEVELS
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import font, px, tokens
from desktop.ui.widgets.budget_model import BudgetModel, Item
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.charts.tree_map import TreeMap
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.record_acts import EXPORTED, FOLDER
from desktop.ui.widgets.search_box import SearchBox
from records.areas import covers
from records.kinds import Json
from records.thai.money import show_baht
from records.words import Words, say

EXPENDITURE = Words("รายจ่าย", "Expenditure")
REVENUE = Words("รายรับ", "Revenue")
PICTURE = Words("แผนภาพ", "Picture")
FIND = Words("ค้นหาในข้อบัญญัติ", "Find in the ordinance")
OFFICE = Words("หน่วยงาน", "Office")
ADD_LINE = Words("เพิ่มรายการ", "Add a line")
TRANSFER = Words("โอนงบประมาณ", "Transfer")
EXCEL = Words("ส่งออก Excel", "To Excel")
YEAR_SAID = Words("ปีงบประมาณ พ.ศ. {year} จำนวนเงินเป็นบาท", "Fiscal year {year} B.E.; amounts in baht")
CARRIED = Words(
    "{said} · เงินกันเหลื่อมปีจากปี {before} {amount} บาท เบิกแล้ว {paid} บาท (นับที่รายการเดิม)",
    "{said} · {amount} baht carried over from {before}, {paid} paid (on the lines they came from)",
)
ALL_YEARS = Words("ทุกปีงบประมาณรวมกัน จำนวนเงินเป็นบาท", "All fiscal years together; amounts in baht")
NOTHING = Words("ยังไม่มีข้อบัญญัติของปีนี้", "No ordinance of this year yet")
NOTHING_BODY = Words(
    "เพิ่มรายการงบประมาณ หรือนำเข้าจากไฟล์ (Excel, CSV หรือ JSON ที่เผยแพร่) แล้วยอดทุกระดับจะแสดงที่นี่",
    "Add budget lines or import them (Excel, CSV, or a published JSON); the sums of every level appear here",
)
NOT_FOUND = Words("ไม่พบรายการที่ค้นหา", "Nothing matches")
NOT_FOUND_BODY = Words("ลองพิมพ์คำอื่น หรือล้างคำค้น", "Try other words, or clear the search")
IMPORT = Words("นำเข้าจากไฟล์", "Import from a file")
_TYPES = frozenset(
    {"fiscal_year", "budget_line", "carry_over", "budget_transfer", "contract", "disbursement", "revenue_line", "revenue_receipt"}
)
_NAME_WIDTH = 240
_PADDING = 26
_AGAIN_MS = 250


class BudgetTree(QTreeView):
    """The tree: Enter opens, right and left unfold and fold."""

    opened = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(px(20))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens what is chosen."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.opened.emit()
            return
        super().keyPressEvent(event)


class BudgetTreeScreen(AreaScreen):
    """The page of the ordinance."""

    page = "budget_tree"
    help_page = "budget"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._part = "expenditure"
        self._text = ""
        self._asked = 0
        self._open: set[tuple[str, ...]] = set()
        self._shown: Node | RevenueNode | None = None
        self.parts = ChipBar(self.language)
        self.parts.set_chips([Chip("expenditure", EXPENDITURE), Chip("revenue", REVENUE), Chip("picture", PICTURE)])
        self.parts.chosen.connect(self._choose_part)
        self.offices = self._office_box()
        self.search = SearchBox(FIND, self.language)
        self.search.setMaximumWidth(px(360))
        self.search.searched.connect(self._search)
        self.said = WrapLabel("", "small", language=self.language)
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        parts = QHBoxLayout()
        parts.setSpacing(px(tokens().space.normal))
        parts.addWidget(self.parts, 1)
        parts.addWidget(self.said, 1)
        self.body.addLayout(parts)
        self.body.addLayout(self._tools())
        self.model = BudgetModel(self.language, self._fetch, self)
        self.tree = BudgetTree()
        self.tree.setAccessibleName(say(EXPENDITURE, self.language))
        self.tree.setModel(self.model)
        self.tree.opened.connect(self.open_current)
        self.tree.doubleClicked.connect(lambda _index: self.open_current())
        self.tree.expanded.connect(lambda index: self._folded(index, is_open=True))
        self.tree.collapsed.connect(lambda index: self._folded(index, is_open=False))
        self.picture = TreeMap(self.language)
        self.picture.chosen.connect(self._show_place)
        self.empty = EmptyState("wallet", NOTHING, NOTHING_BODY, self.language, action=IMPORT)
        self.empty.acted.connect(lambda: self.context.navigate(Place("import", "budget_line")))
        self.not_found = EmptyState("search", NOT_FOUND, NOT_FOUND_BODY, self.language)
        card = Card(padding=4)
        self._stack = QStackedLayout()
        # Before its parts come: a stack shows the first at once, as a window of its own where it stands nowhere yet.
        card.body.addLayout(self._stack, 1)
        for part in (self.tree, self.picture, self.empty, self.not_found):
            self._stack.addWidget(part)
        self.body.addWidget(card, 1)
        self.refresh_after(_TYPES, _AGAIN_MS)
        context.year.changed.connect(lambda _year: self.refresh())

    # -- Screen --

    def refresh(self) -> None:
        """Asks for the tree anew; what was open stays open."""
        self._asked += 1
        asked, office, year, text, is_revenue = self._asked, self.office, self.context.year.year, self._text, self._part == "revenue"
        stream = self._stream()

        def work() -> tuple[int, Node | RevenueNode, tuple[int, int]]:
            if is_revenue:
                return asked, office.budget.revenue(year, stream, text), (0, 0)
            carried = office.budget.carried_into(year, stream) if year is not None else (0, 0)
            return asked, office.budget.tree(year, stream, text), carried

        self.bridge.run(work, self._came, owner=self, is_long=True)

    def take_focus(self) -> None:
        """The keys go to the tree."""
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_here(self) -> None:
        """Puts the cursor in the search box."""
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def primary_action(self) -> Action | None:
        """A new line under the place that is chosen."""
        if not self.context.access.can_write(self._line_type()):
            return None
        return Action("new", ADD_LINE, self.add_line, "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """Transfer and Excel."""
        acts = [Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E")]
        if self.context.access.can_write("budget_transfer"):
            acts.append(Action("transfer", TRANSFER, self.transfer, "arrow-up-down"))
        return acts

    # -- acts --

    def open_current(self) -> None:
        """Opens the line that is chosen; unfolds or folds a place."""
        index = self.tree.currentIndex()
        item = self.model.item(index)
        if item is None:
            return
        if item.place.id:
            self.context.navigate(Place("record", self._line_type(), item.place.id))
        else:
            index = index.siblingAtColumn(0)
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def add_line(self) -> None:
        """Opens an empty form with the place that is chosen filled in."""
        self.context.navigate(Place("record", self._line_type(), start=self.start_of(self.model.item(self.tree.currentIndex()))))

    def start_of(self, item: Item | None) -> dict[str, Json]:
        """The fields of a new line at a place."""
        year = self.context.year.year
        start: dict[str, Json] = {"fiscal_year": year} if year is not None else {}
        if item is None:
            return start
        if isinstance(item.place, RevenueNode):
            return start | ({"category": item.place.path[1]} if len(item.place.path) > 1 and item.place.path[1] else {})
        return start | {name: value for name, value in zip(LEVELS, item.place.path, strict=False) if value}

    def transfer(self) -> None:
        """Opens the dialog of a transfer, from the line that is chosen."""
        from desktop.ui.widgets.transfer_dialog import TransferDialog

        item = self.model.item(self.tree.currentIndex())
        line = item.place.id if item is not None and isinstance(item.place, Node) else ""
        dialog = TransferDialog(self.context, line, self.window())
        dialog.open()

    def export(self) -> None:
        """Asks for a file name and writes the tree that is shown to Excel."""
        words = REVENUE if self._part == "revenue" else EXPENDITURE
        year = self.context.year.year
        name = f"{say(words, self.language)} {year or ''}".strip() + ".xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self, say(EXCEL, self.language), name, "Excel (*.xlsx)")
        if chosen:
            self.write_to(Path(chosen).with_suffix(".xlsx"))

    def write_to(self, path: Path) -> None:
        """Writes what is shown to a file: the filter stays, lines come as far as their places are open."""
        root, office, year = self.model.item(self.model.index(0, 0)), self.office, self.context.year.year
        if root is None:
            return
        shown = _as_shown(root)

        def work() -> int:
            return write_revenue(office, path, shown, year) if isinstance(shown, RevenueNode) else write_tree(office, path, shown, year)

        def done(count: int) -> None:
            folder = QUrl.fromLocalFile(str(path.parent))
            text = EXPORTED.filled(count=f"{count:,}", name=path.name)
            self.context.notify(Notice("ok", text, FOLDER, lambda: QDesktopServices.openUrl(folder)))

        self.bridge.run(work, done, owner=self)

    # -- parts --

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        if self.offices is not None:
            row.addWidget(self.offices)
        row.addWidget(self.search, 1)
        row.addStretch(0)
        if self.context.access.can_write("budget_transfer"):
            self.transfer_button = Button(TRANSFER, self.language, icon="arrow-up-down")
            self.transfer_button.clicked.connect(self.transfer)
            row.addWidget(self.transfer_button)
        self.excel_button = IconButton("file-spreadsheet", EXCEL, self.language, keys="Ctrl+E")
        self.excel_button.clicked.connect(self.export)
        row.addWidget(self.excel_button)
        return row

    def _office_box(self) -> QComboBox | None:
        """Whose budget is shown, for an account that sees several; None for one that sees one."""
        streams = [one for one in self.context.access.streams if one.stream.startswith("office/") and covers(one.areas, "budget")]
        own = [one for one in streams if one.access == "write"]
        if len(own or streams) < 2:
            return None
        box = QComboBox()
        box.setAccessibleName(say(OFFICE, self.language))
        box.setMaximumWidth(px(280))
        for one in own or streams:
            box.addItem(one.name or one.stream, one.stream)
        box.activated.connect(lambda _index: self.refresh())
        return box

    def _stream(self) -> str | None:
        """The stream of the office shown; None for the only one."""
        return str(self.offices.currentData()) if self.offices is not None else None

    def _line_type(self) -> str:
        return "revenue_line" if self._part == "revenue" else "budget_line"

    def _choose_part(self, part: str) -> None:
        self._part = part
        self.tree.setAccessibleName(say(REVENUE if part == "revenue" else EXPENDITURE, self.language))
        self.changed_title()
        self.refresh()

    def _search(self, text: str) -> None:
        self._text = text
        self.refresh()

    def _came(self, answer: tuple[int, Node | RevenueNode, tuple[int, int]]) -> None:
        asked, root, (carried, paid) = answer
        if asked != self._asked:
            return
        year = self.context.year.year
        said = YEAR_SAID.filled(year=year) if year is not None else ALL_YEARS
        if year is not None and carried:
            said = CARRIED.filled(said=said, before=year - 1, amount=show_baht(carried), paid=show_baht(paid))
        self.said.set_text(say(said, self.language))
        kept = self.model.item(self.tree.currentIndex())
        path = kept.place.path if kept is not None else ()
        self._shown = root
        self.model.show_tree(root)
        if not root.lines:
            self._stack.setCurrentWidget(self.not_found if self._text else self.empty)
            return
        if self._part == "picture" and isinstance(root, Node):
            self.picture.show_tree(root)
            self._stack.setCurrentWidget(self.picture)
            return
        self._stack.setCurrentWidget(self.tree)
        self._fit_columns()
        self.tree.setCurrentIndex(self.model.index(0, 0))
        self._unfold(self.model.index(0, 0), path)

    def _unfold(self, index: QModelIndex, current: Sequence[str]) -> None:
        """Opens what was open, all of it for a search, and brings the cursor back."""
        item = self.model.item(index)
        if item is None:
            return
        if not item.place.path or item.place.path in self._open or (self._text and item.children):
            self.tree.setExpanded(index, True)
        if tuple(current) == item.place.path:
            self.tree.setCurrentIndex(index)
        for row in range(len(item.children)):
            self._unfold(self.model.index(row, 0, index), current)

    def _folded(self, index: QModelIndex, *, is_open: bool) -> None:
        item = self.model.item(index)
        if item is not None and not self._text:
            (self._open.add if is_open else self._open.discard)(item.place.path)

    def _show_place(self, path: object) -> None:
        """Goes from the picture to a place in the tree."""
        if isinstance(path, tuple):
            self._open |= {path[:depth] for depth in range(1, len(path) + 1)}
            self.parts.set_current("expenditure")
            self._choose_part("expenditure")

    def _fetch(self, item: Item, offset: int) -> None:
        office, year, text, place, asked = self.office, self.context.year.year, self._text, item.place, self._asked
        stream = self._stream()

        def work() -> Sequence[Node | RevenueNode]:
            if isinstance(place, RevenueNode):
                return office.budget.revenue_lines(year, place.path[1], stream, text, offset=offset)
            return office.budget.lines(year, place.path, stream, text, offset=offset)

        def done(lines: Sequence[Node | RevenueNode]) -> None:
            if asked == self._asked:
                self.model.take_lines(item, lines)

        self.bridge.run(work, done, owner=self)

    def _fit_columns(self) -> None:
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, px(_NAME_WIDTH))
        root = self.model.item(self.model.index(0, 0))
        if root is None:
            return
        # The total is the widest amount of its column, but for lines below zero.
        metrics = QFontMetrics(font(14, 600))
        for column in range(1, self.model.columnCount()):
            heading = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            widest = max(metrics.horizontalAdvance(text) for text in (self.model.cell(root, column), heading))
            header.resizeSection(column, widest + px(_PADDING))
        # Room for the bar that comes when places are opened: without it the last column would then be cut.
        bar = self.tree.verticalScrollBar()
        room = self.tree.viewport().width() - (0 if bar.isVisible() else bar.sizeHint().width())
        if header.length() < room:
            header.resizeSection(0, header.sectionSize(0) + room - header.length())


def _as_shown(item: Item) -> Node | RevenueNode:
    """A place with the lines that were fetched under it."""
    children = [_as_shown(child) for child in item.children]
    if isinstance(item.place, RevenueNode):
        return replace(item.place, children=tuple(one for one in children if isinstance(one, RevenueNode)))
    return replace(item.place, children=tuple(one for one in children if isinstance(one, Node)))
