"""The registry as of a day: one office with its timeline, or how many offices of each type there were in each province."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.registry import Counts, OfficeHistory
from desktop.storage.rows import Row
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.calendar import DateEditor
from desktop.ui.widgets.change_request import ask_for_change
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.fact_table import FactColumn, FactRow, FactTable
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.office_card import OfficeCard
from desktop.ui.widgets.office_finder import OfficeFinder
from records.as_of import TYPE_WORDS
from records.errors import FieldError
from records.thai.dates import parse_date, show_date
from records.words import Words, say

ON = Words("ณ วันที่", "On")
ONE = Words("อปท. หนึ่งแห่ง", "One office")
ALL = Words("ทั้งทะเบียน", "Whole registry")
PICK_TITLE = Words("พิมพ์ชื่อ อำเภอ จังหวัด หรือรหัส แล้วเลือก อปท.", "Type a name, district, province or code and choose an office")
PICK_BODY = Words(
    "จะแสดงว่าในวันที่เลือกเป็นประเภทใด ชื่ออะไร รหัสใด และมาจากเหตุการณ์ใด", "What it was on the day appears here, and which event says so"
)
EXCEL = Words("ส่งออก Excel", "Export to Excel")
SUMMARY = Words("{total} แห่ง ณ วันที่ {day}", "{total} offices on {day}")
DOUBTFUL = Words(
    "{count} แห่งไม่มีเหตุการณ์ที่บอกได้แน่ชัด (เช่น วันจัดตั้ง) จึงนับตามทะเบียนปัจจุบัน",
    "Of {count} no event says for certain what they were (such as when they were established); they are counted as the registry has them today",
)
PROVINCE = Words("จังหวัด", "Province")
TOTAL = Words("รวม", "Total")
TABLE = Words("จำนวน อปท. ตามจังหวัดและประเภท", "Offices by province and type")
EXPORTED = Words("ส่งออก {count} รายการไปที่ {name} แล้ว", "{count} records were written to {name}")
_WIDE = 900
SHORT_TYPES = {
    "pao": Words("อบจ.", "PAO"),
    "nakhon": Words("ทน.", "City"),
    "mueang": Words("ทม.", "Town"),
    "tambon": Words("ทต.", "Subdistrict"),
    "sao": Words("อบต.", "SAO"),
    "pattaya": Words("เมืองพัทยา", "Pattaya"),
    "bangkok": Words("กทม.", "Bangkok"),
}
"""The heads of columns: whole names of types would not fit."""


class RegistryAsOfScreen(AreaScreen):
    """The page."""

    page = "registry_as_of"
    help_page = "registry"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._office_id = ""
        self._day = context.today()
        self._counts: Counts | None = None
        self.day = DateEditor(
            lambda text: parse_date(text, context.today()),
            lambda day: show_date(day, context.language),
            context.language,
            today=context.today,
        )
        self.day.line.setAccessibleName(say(ON, self.language))
        self.day.set_text(show_date(self._day, self.language))
        self.day.line.left.connect(self._day_settled)
        self.day.line.returnPressed.connect(self._day_settled)
        self.day.changed.connect(self._day_typed)
        self.modes = ChipBar(self.language)
        self.modes.set_chips([Chip("one", ONE), Chip("all", ALL)])
        self.modes.chosen.connect(self._mode_chosen)
        self.excel = QuietButton(EXCEL, self.language, icon="file-spreadsheet")
        self.excel.clicked.connect(self.export)
        self.body.addLayout(self._tools())
        self.finder = OfficeFinder(context)
        self.finder.chosen.connect(self._chosen)
        self.card = OfficeCard(context)
        self.card.open_wanted.connect(lambda one: context.navigate(Place("record", "office", one)))
        self.card.change_wanted.connect(self._ask)
        self.pane = QStackedWidget()
        self.pane.addWidget(EmptyState("history", PICK_TITLE, PICK_BODY, self.language))
        self.pane.addWidget(self.card)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.finder)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.sides = QStackedWidget()
        self.sides.addWidget(self.split)
        self.sides.addWidget(self._whole())
        self.body.addWidget(self.sides, 1)
        self.excel.hide()

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.snug))
        row.addWidget(Label(say(ON, self.language), "muted"))
        self.day.setFixedWidth(px(210))
        row.addWidget(self.day)
        row.addWidget(self.modes, 1)
        row.addWidget(self.excel)
        return row

    def _whole(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.tight))
        self.summary = WrapLabel("", "heading", language=self.language)
        self.doubt = WrapLabel("", "muted", language=self.language)
        self.table = FactTable(TABLE, (), self.language)
        for part in (self.summary, self.doubt):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        return whole

    # -- what a person does --

    def refresh(self) -> None:
        """Fetches what it shows."""
        if self.modes.current == "all":
            registry, day = self.office.registry, self._day
            self.bridge.run(lambda: registry.counts(day), self._counted, owner=self, is_long=True)
        else:
            if not self.finder.model.rowCount():
                self.finder.search(self.finder.box.text())
            if self._office_id:
                self._fetch()
            else:
                self.bridge.run(self.office.holders.own_office, self._begin_with, owner=self)

    def _begin_with(self, own: Row | None) -> None:
        """Shows the office of this desk until another is chosen."""
        if own is not None and not self._office_id:
            self._office_id = own.id
            self._fetch()

    def show_place(self, place: Place) -> None:
        """A place with an id shows that office."""
        if place.id:
            self._office_id = place.id
            self.modes.set_current("one")
            self._mode_chosen("one")

    def take_focus(self) -> None:
        """Typing begins at once."""
        self.finder.box.setFocus()

    def find_here(self) -> None:
        """Ctrl+F: the finder."""
        self.modes.set_current("one")
        self._mode_chosen("one")
        self.finder.box.setFocus()

    def acts(self) -> list[Action]:
        """The counts to Excel."""
        return [Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E")] if self.modes.current == "all" else []

    def export(self) -> None:
        """Asks for a file name and writes the counts to Excel."""
        counts = self._counts
        if counts is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(self, say(EXCEL, self.language), f"{say(TABLE, self.language)}.xlsx", "Excel (*.xlsx)")
        if not chosen:
            return
        path, registry = Path(chosen).with_suffix(".xlsx"), self.office.registry

        def done(count: int) -> None:
            self.context.notify(Notice("ok", EXPORTED.filled(count=f"{count:,}", name=path.name)))

        self.bridge.run(lambda: registry.export_counts(counts, path), done, owner=self)

    def _mode_chosen(self, key: str) -> None:
        self.sides.setCurrentIndex(1 if key == "all" else 0)
        self.excel.setVisible(key == "all")
        self.refresh()

    def _day_typed(self) -> None:
        # A day picked in the calendar stands in its usual form at once; one being typed is read when the line is left.
        day = self._read_day()
        if day is not None and self.day.text() == show_date(day, self.language):
            self._to(day)

    def _day_settled(self) -> None:
        day = self._read_day()
        if day is not None:
            self._to(day)

    def _read_day(self) -> date | None:
        try:
            return parse_date(self.day.text(), self.context.today()) if self.day.text() else None
        except FieldError:
            return None

    def _to(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self.refresh()

    def _chosen(self, office_id: str) -> None:
        self._office_id = office_id
        self._fetch()

    def _ask(self, office_id: str) -> None:
        ask_for_change(self.context, office_id, self.window())

    # -- what came --

    def _fetch(self) -> None:
        if self._office_id:
            registry, office_id, day = self.office.registry, self._office_id, self._day
            self.bridge.run(lambda: registry.as_of(office_id, day), self._told, owner=self)

    def _told(self, history: OfficeHistory) -> None:
        if history.office.id != self._office_id or history.state.day != self._day:
            return
        self.card.show_history(history, may_ask=self.context.access.can_write("registry_change_request"))
        self.pane.setCurrentWidget(self.card)

    def _counted(self, counts: Counts) -> None:
        if counts.day != self._day:
            return
        self._counts = counts
        day = show_date(counts.day, self.language)
        self.summary.set_text(say(SUMMARY, self.language, total=f"{counts.total.total():,}", day=day))
        self.doubt.set_text(say(DOUBTFUL, self.language, count=f"{counts.doubtful:,}") if counts.doubtful else "")
        self.doubt.setVisible(bool(counts.doubtful))
        kinds = [FactColumn(SHORT_TYPES.get(kind, TYPE_WORDS.get(kind, Words(kind, kind))), is_number=True) for kind in counts.types]
        self.table.set_columns([FactColumn(PROVINCE, stretches=True), *kinds, FactColumn(TOTAL, is_number=True, is_strong=True)])
        lines = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in line] for line in counts.lines(self.language)]
        *provinces, total = (FactRow(str(at), line) for at, line in enumerate(lines))
        self.table.set_rows([*provinces, replace(total, is_strong=True)])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the list stands above the office."""
        super().resizeEvent(event)
        is_wide = event.size().width() >= px(_WIDE)
        self.split.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
