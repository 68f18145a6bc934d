"""Base figures by year with the change against last year: the whole office, one village, or one indicator over all villages."""

from decimal import Decimal
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from desktop.services.figures import WHOLE, FigureLine, FigureTable
from desktop.services.records import Saved
from desktop.ui.screen import Action, Context, Notice
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import ask_text, show_error
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.figure_table import HOW, FigureModel, FigureView, with_value
from desktop.ui.widgets.labels import Label, WrapLabel
from records.catalogue.registry import BaseFigure
from records.errors import AppError, FieldError
from records.words import Words, say

SCOPE = Words("แสดง", "Show")
EVERY_VILLAGE = Words("ทุกหมู่บ้าน: {indicator}", "All villages: {indicator}")
OFFICE = Words("หน่วยงาน", "Office")
ADD = Words("เพิ่มรายการ", "Add an indicator")
ADD_LABEL = Words("ชื่อรายการ ตามด้วยหน่วยในวงเล็บ เช่น ถนนลูกรัง (กิโลเมตร)", "Its name, then the unit in brackets: Gravel roads (kilometres)")
EXCEL = Words("ส่งออก Excel", "Export to Excel")
EMPTY_TITLE = Words("ยังไม่มีข้อมูลพื้นฐาน", "No base figures yet")
EMPTY_BODY = Words(
    "เพิ่มรายการแรก เช่น ประชากร (คน) แล้วพิมพ์ค่าของปีนี้ หรือนำเข้าจาก Excel ที่แท็บข้อมูลพื้นฐาน",
    "Add the first one, such as Population (people), and type this year's value, or import a sheet at the tab Base figure",
)
EXPORTED = Words("ส่งออก {count} รายการไปที่ {name} แล้ว", "{count} records were written to {name}")
WRONG = Words("{place}: {problem}", "{place}: {problem}")


class FiguresScreen(AreaScreen):
    """The page."""

    page = "figures"
    help_page = "registry"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._table: FigureTable | None = None
        self._added: list[tuple[str, str]] = []
        self._saving = 0
        self.office_box = QComboBox()
        self.office_box.setAccessibleName(say(OFFICE, self.language))
        self.office_box.activated.connect(lambda _: self.refresh())
        self.scope = QComboBox()
        self.scope.setAccessibleName(say(SCOPE, self.language))
        self.scope.setMinimumWidth(px(220))
        self.scope.activated.connect(lambda _: self._show_lines())
        self.excel = QuietButton(EXCEL, self.language, icon="file-spreadsheet")
        self.excel.clicked.connect(self.export)
        self.adding = QuietButton(ADD, self.language, icon="plus")
        self.adding.clicked.connect(self.add)
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.snug))
        row.addWidget(Label(say(SCOPE, self.language), "muted"))
        row.addWidget(self.office_box)
        row.addWidget(self.scope)
        row.addStretch(1)
        row.addWidget(self.adding)
        row.addWidget(self.excel)
        self.body.addLayout(row)
        self.note = WrapLabel(say(HOW, self.language), "muted", language=self.language)
        self.body.addWidget(self.note)
        self.model = FigureModel(self.language, self)
        self.view = FigureView(self.language)
        self.view.setModel(self.model)
        self.model.typed.connect(self._store)
        self.model.wrong.connect(self._say_wrong)
        self.empty = EmptyState("bar-chart", EMPTY_TITLE, EMPTY_BODY, self.language, action=ADD)
        self.empty.acted.connect(self.add)
        self.pane = QStackedWidget()
        self.pane.addWidget(self.view)
        self.pane.addWidget(self.empty)
        card = Card(padding=4)
        card.body.addWidget(self.pane, 1)
        self.body.addWidget(card, 1)
        context.year.changed.connect(lambda _: self.refresh())
        self.bridge.records_changed.connect(self._changed)

    # -- fetching --

    def refresh(self) -> None:
        """Fetches the figures of the office and the year."""
        figures, year = self.office.figures, self.context.year.year
        stream = self.office_box.currentData()

        def fetch() -> tuple[list[tuple[str, str]], FigureTable]:
            return figures.streams(), figures.table(year, stream if isinstance(stream, str) else None)

        self.bridge.run(fetch, self._came, owner=self)

    def _came(self, answer: tuple[list[tuple[str, str]], FigureTable]) -> None:
        streams, table = answer
        self._table = table
        if [self.office_box.itemData(at) for at in range(self.office_box.count())] != [stream for stream, _ in streams]:
            self.office_box.clear()
            for stream, name in streams:
                self.office_box.addItem(name, stream)
        self.office_box.setVisible(len(streams) > 1)
        self._fill_scope(table)
        self._show_lines()

    def _fill_scope(self, table: FigureTable) -> None:
        kept = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem(say(WHOLE, self.language), ("village", None))
        for indicator in dict.fromkeys([*table.indicators, *(name for name, _ in self._added)]):
            self.scope.addItem(say(EVERY_VILLAGE, self.language, indicator=indicator), ("indicator", indicator))
        for village, name in table.villages:
            self.scope.addItem(name, ("village", village))
        for at in range(self.scope.count()):
            if self.scope.itemData(at) == kept:
                self.scope.setCurrentIndex(at)

    def _show_lines(self) -> None:
        table = self._table
        if table is None:
            return
        kind, what = self.scope.currentData() or ("village", None)
        if kind == "indicator":
            lines = table.of_indicator(str(what))
            unit = next((unit for name, unit in self._added if name == what), "")
            lines = [
                line if line.unit else FigureLine(line.indicator, line.village, line.place, unit, "", line.values, line.ids)
                for line in lines
            ]
        else:
            lines = table.of_place(what)
            known = {line.indicator for line in lines}
            place = dict(table.villages).get(what or "", "")
            lines += [FigureLine(name, what, place, unit, "") for name, unit in self._added if name not in known]
        can_write = self.context.access.can_write("base_figure", table.stream)
        at = max(0, self.view.currentIndex().row())
        self.adding.setVisible(can_write)
        self.note.setVisible(can_write and bool(lines))
        self.note.set_text(say(HOW, self.language))
        self.model.show_lines(table, lines, is_by_place=kind == "indicator", can_write=can_write)
        self.pane.setCurrentWidget(self.view if lines else self.empty)
        self.excel.setEnabled(bool(lines))
        self.view.fit()
        self.view.go_to_year(at)

    def _changed(self, types: object, _ids: object) -> None:
        is_ours = isinstance(types, frozenset | set) and ("base_figure" in types or "village" in types)
        if is_ours and not self._saving and self.isVisible() and self.view.state() is not FigureView.State.EditingState:
            self.refresh()

    # -- typing --

    def _store(self, row: int, text: str) -> None:
        table, line = self._table, self.model.lines[row]
        if table is None:
            return
        figures = self.office.figures
        value: Decimal | None = BaseFigure.spec.field("value").kind.parse(text, self.context.today())
        self._saving += 1
        self.note.set_text(say(HOW, self.language))

        def done(saved: Saved | None) -> None:
            self._saving -= 1
            record_id = saved.row.id if saved is not None else line.ids.get(table.year)
            if row < len(self.model.lines) and self._same(self.model.lines[row], line):
                self.model.keep(row, with_value(line, table.year, value, record_id))
            if saved is not None and saved.problems:
                self.note.set_text(say(WRONG, self.language, place=line.place or line.indicator, problem=saved.problems[0].text))

        def failed(error: AppError) -> None:
            self._saving -= 1
            show_error(self.window(), error, self.language)

        self.bridge.run(lambda: figures.put(table, line, text), done, failed, owner=self)

    @staticmethod
    def _same(one: FigureLine, other: FigureLine) -> bool:
        return (one.indicator, one.village) == (other.indicator, other.village)

    def _say_wrong(self, row: int, fault: FieldError) -> None:
        line = self.model.lines[row]
        self.note.set_text(say(WRONG, self.language, place=line.place or line.indicator, problem=fault.message))

    # -- acts --

    def take_focus(self) -> None:
        """Typing begins at once."""
        self.view.setFocus()

    def acts(self) -> list[Action]:
        """Add an indicator, Excel."""
        return [Action("add_indicator", ADD, self.add, "plus"), Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E")]

    def add(self) -> None:
        """Asks for a new indicator; it is kept when its first value is."""
        typed = ask_text(self.window(), self.language, ADD, ADD_LABEL)
        if typed is None:
            return
        name, _, unit = typed.partition("(")
        self._added.append((name.strip(), unit.rstrip(") ").strip()))
        if self._table is not None:
            self._fill_scope(self._table)
        self._show_lines()
        self.view.go_to_year(self.model.rowCount() - 1)
        self.view.setFocus()

    def export(self) -> None:
        """Asks for a file name and writes the lines shown to Excel."""
        table = self._table
        if table is None or not self.model.lines:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self, say(EXCEL, self.language), f"{self.scope.currentText().replace(':', '')}.xlsx", "Excel (*.xlsx)"
        )
        if not chosen:
            return
        path, figures, lines = Path(chosen).with_suffix(".xlsx"), self.office.figures, list(self.model.lines)

        def done(count: int) -> None:
            self.context.notify(Notice("ok", EXPORTED.filled(count=f"{count:,}", name=path.name)))

        self.bridge.run(lambda: figures.export(table, lines, path), done, owner=self)
