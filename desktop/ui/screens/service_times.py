"""Measured times: how long the steps of requests really take, by service, step and officer, beside what was promised."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.services.request_times import Measure, of_year
from desktop.ui.screen import Context, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.column_fit import look_calm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.pill import KIND_ROLE, PillDelegate
from desktop.ui.widgets.request_work import time_words
from records.words import Language, Words, say

TITLE = Words("เวลาที่ใช้จริงเทียบกับที่ให้สัญญา", "Time taken beside time promised")
YEAR = Words("ขั้นตอนที่เริ่มในปีงบประมาณ {year}", "Steps begun in fiscal year {year}")
ALL_YEARS = Words("ขั้นตอนทุกปี", "Steps of all years")
HINT = Words(
    "นับเฉพาะเวลาราชการ 08.30-16.30 น. ในวันทำการ ไม่นับเวลาที่รอผู้ยื่นคำขอ",
    "Office hours of working days (08:30-16:30); time that waits for the citizen is left out",
)
SUMMARY = Words(
    "{count} ขั้นตอน เสร็จแล้ว {ended} เกินเป้าหมาย {late} ({share}%)", "{count} steps, {ended} done, {late} over the target ({share}%)"
)
BY_OFFICER = Words("แยกตามเจ้าหน้าที่", "By officer")
BY_STEP = Words("รวมทุกคน", "All officers together")
EMPTY_TITLE = Words("ยังไม่มีขั้นตอนที่จับเวลา", "No step was timed yet")
EMPTY_BODY = Words(
    "เมื่อรับคำขอที่ระบุงานบริการ นาฬิกาของแต่ละขั้นตอนจะเดินเอง แล้วสรุปไว้ที่นี่",
    "When a request for a service is received, the clock of each step runs by itself and is summed up here",
)
RECEIVE = Words("รับคำขอ", "Receive a request")
NO_SERVICE = Words("ไม่ระบุงานบริการ", "No service")
NOBODY = Words("ไม่ระบุชื่อ", "Nobody named")
COLUMNS = (
    Words("งานบริการ", "Service"),
    Words("ขั้นตอน", "Step"),
    Words("เจ้าหน้าที่", "Officer"),
    Words("จำนวน", "Count"),
    Words("มัธยฐาน", "Median"),
    Words("นานที่สุด", "Longest"),
    Words("เป้าหมาย", "Target"),
    Words("เกินเป้าหมาย", "Over the target"),
)
_OFFICER, _FIRST_NUMBER, _LATE = 2, 3, 7
_LATER_MS = 800
_WIDEST = 300


class ServiceTimesScreen(AreaScreen):
    """A summary, a choice of grouping, and the table; it obeys the window's fiscal year."""

    page = "service_times"
    help_page = "service-times"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        language = self.language
        self.measures: Sequence[Measure] = ()
        card = Card()
        head = card.add_head(TITLE, language, hint=HINT)
        self.chips = ChipBar(language)
        self.chips.set_chips([Chip("officer", BY_OFFICER), Chip("step", BY_STEP)])
        self.chips.chosen.connect(lambda _: self.refresh())
        self.summary = WrapLabel("", "strong", language=language)
        self.table = QTableView()
        self.table.setAccessibleName(say(TITLE, language))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        look_calm(self.table)
        self.table.verticalHeader().setDefaultSectionSize(px(tokens().space.row))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.setItemDelegateForColumn(_LATE, PillDelegate(self.table))
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.empty = EmptyState("clock", EMPTY_TITLE, EMPTY_BODY, language, action=RECEIVE)
        self.empty.acted.connect(lambda: context.navigate(Place("intake")))
        head.add_act(self.chips)
        card.body.addWidget(self.summary)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty, 1)
        self.table.hide()
        self.empty.hide()
        self.body.addWidget(card, 1)
        self.refresh_after(("request_step", "service_request", "holiday"), _LATER_MS)
        context.year.changed.connect(lambda _: self.refresh() if self.isVisible() else None)

    def take_focus(self) -> None:
        """The keys go to the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Measures again."""
        office, year, by_officer = self.office, self.context.year.year, self.chips.current != "step"
        self.bridge.run(lambda: of_year(office, year, by_officer=by_officer), self._show, owner=self, is_long=True)

    def _show(self, measures: Sequence[Measure]) -> None:
        self.measures = measures
        language = self.language
        count, ended, late = (sum(getattr(one, name) for one in measures) for name in ("count", "ended", "late"))
        year = self.context.year.year
        span = ALL_YEARS if year is None else YEAR.filled(year=year)
        share = round(100 * late / count) if count else 0
        text = SUMMARY.filled(count=f"{count:,}", ended=f"{ended:,}", late=f"{late:,}", share=share)
        self.summary.set_text(f"{say(span, language)} · {say(text, language)}")
        self.summary.setVisible(bool(measures))
        self.table.setVisible(bool(measures))
        self.empty.setVisible(not measures)
        model = QStandardItemModel(0, len(COLUMNS), self.table)
        model.setHorizontalHeaderLabels([say(words, language) for words in COLUMNS])
        for one in measures:
            model.appendRow(_cells(one, language))
        self.table.setModel(model)
        self.table.setColumnHidden(_OFFICER, self.chips.current == "step")
        header = self.table.horizontalHeader()
        for column in range(len(COLUMNS)):
            align = Qt.AlignmentFlag.AlignRight if _FIRST_NUMBER <= column < _LATE else Qt.AlignmentFlag.AlignLeft
            model.setHeaderData(column, Qt.Orientation.Horizontal, align | Qt.AlignmentFlag.AlignVCenter, Qt.ItemDataRole.TextAlignmentRole)
            self.table.resizeColumnToContents(column)
            width = self.table.columnWidth(column) + px(tokens().space.normal)
            self.table.setColumnWidth(column, max(header.sectionSizeHint(column), min(width, px(_WIDEST))))


def _cells(one: Measure, language: Language) -> list[QStandardItem]:
    def minutes(value: int | None) -> str:
        return "–" if value is None else say(time_words(value), language)

    texts = [
        one.service or say(NO_SERVICE, language),
        one.step,
        one.officer or say(NOBODY, language),
        f"{one.count:,}",
        minutes(one.median),
        minutes(one.longest),
        minutes(one.target),
        f"{one.late:,}" if one.target is not None else "–",
    ]
    cells = []
    for column, text in enumerate(texts):
        cell = QStandardItem(text)
        cell.setToolTip(text if len(text) > 30 else "")
        if _FIRST_NUMBER <= column < _LATE:
            cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        cells.append(cell)
    # Without a promise nothing can be late, or in time.
    cells[_LATE].setData("danger" if one.late else "ok" if one.target is not None else "neutral", KIND_ROLE)
    return cells
