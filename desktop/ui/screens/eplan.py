"""The e-Plan summary on screen: a funnel of five stages, ratios, the table by strategy, and the projects behind each number.

[fiscal year 2569]                                       [picture] [Excel]
funnel                                   ratios
table: strategy | planned | approved | contracted | disbursed | completed      --Enter or click--> the projects of that number
"""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.eplan import StageSummary
from desktop.services.plan_sheets import EPLAN_TITLE, PlanSheets
from desktop.ui.screen import Action, Context, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.charts.funnel import FunnelBar, FunnelChart
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.plan_parts import EXCEL, write_workbook
from desktop.ui.widgets.record_table import RecordTable
from desktop.ui.widgets.stage_table import StageTable
from records.catalogue.planning import STAGES
from records.thai.money import show_baht
from records.words import Words, say

YEAR = Words("ปีงบประมาณ {year}", "Fiscal year {year}")
ALL_YEARS = Words("ทุกปีงบประมาณรวมกัน", "All fiscal years together")
FUNNEL = Words("ขั้นตอนของโครงการ", "Stages of the projects")
RATIOS = Words("อัตราส่วน", "Ratios")
QUARTERS = Words("เบิกจ่ายสะสม/อนุมัติ", "Disbursed so far/approved")
QUARTER = Words("ไตรมาส {quarter}", "Quarter {quarter}")
TABLE = Words("ตามยุทธศาสตร์", "By strategy")
TABLE_HINT = Words("เลือกตัวเลขแล้วกด Enter เพื่อดูโครงการที่อยู่เบื้องหลัง", "Choose a number and press Enter to see the projects behind it")
FIGURES = Words("{count} โครงการ · {money}", "{count} projects · {money}")
PERCENT = Words("{value} %", "{value} %")
NONE = Words("ยังไม่มี", "None yet")
BEHIND = Words("{stage} · {strategy} · {count} โครงการ", "{stage} · {strategy} · {count} projects")
BACK = Words("กลับไปตารางสรุป", "Back to the summary")
PICTURE = Words("บันทึกภาพ", "Save the picture")
_TYPES = frozenset({"strategy", "project", "project_budget", "project_step", "budget_line", "budget_transfer", "contract", "disbursement"})
_WAIT_MS = 200
_WIDE = 800
"""Width of the page, in pixels at 100 % text, from which the ratios stand beside the funnel."""
_COLUMNS = ("number", "title", "programme", "division", "stage")


class EplanScreen(AreaScreen):
    """Five stages in the fiscal year worked in."""

    page = "eplan"
    help_page = "plans"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.summary: StageSummary | None = None
        self._is_wide: bool | None = None
        self.table = StageTable(context)
        self._stack = QStackedWidget()
        self.body.addWidget(self._stack, 1)
        self._stack.addWidget(self._summary_page())
        self._stack.addWidget(self._projects_page())
        self._later = self.refresh_after(_TYPES, _WAIT_MS)
        context.year.changed.connect(lambda _year: self.refresh() if self.isVisible() else None)

    # -- parts --

    def _summary_page(self) -> QWidget:
        space = tokens().space
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(space.snug))
        row = QHBoxLayout()
        self.year_label = Label("", "heading")
        row.addWidget(self.year_label, 1)
        self.picture_button = IconButton("download", PICTURE, self.language)
        self.picture_button.clicked.connect(self.save_picture)
        row.addWidget(self.picture_button)
        self.excel_button = QuietButton(EXCEL, self.language, icon="file-spreadsheet")
        self.excel_button.clicked.connect(self.export)
        row.addWidget(self.excel_button)
        column.addLayout(row)
        page = Page(width=4000, is_inside=True)
        column.addWidget(page, 1)
        self._cards = QGridLayout()
        self._cards.setSpacing(px(space.snug))
        funnel = Card()
        funnel.add_head(FUNNEL, self.language)
        self.funnel = FunnelChart(say(FUNNEL, self.language))
        self.funnel.chosen.connect(lambda stage: self._ask_behind(len(self.table.lines.lines) - 1, stage))
        funnel.body.addWidget(self.funnel)
        funnel.body.addStretch(1)
        ratios = Card()
        ratios.add_head(RATIOS, self.language)
        self._ratios = QGridLayout()
        self._ratios.setHorizontalSpacing(px(space.snug))
        self._ratios.setVerticalSpacing(px(2))
        ratios.body.addLayout(self._ratios)
        ratios.body.addStretch(1)
        self._pair = (funnel, ratios)
        self._place_cards(is_wide=True)
        page.body.addLayout(self._cards)
        table = Card(padding=4)
        head = table.add_head(TABLE, self.language, hint=TABLE_HINT)
        head.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), 0)
        table.body.addWidget(self.table)
        self.table.chosen.connect(self._ask_behind)
        page.body.addWidget(table)
        page.body.addStretch(1)
        return whole

    def _projects_page(self) -> QWidget:
        space = tokens().space
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(space.snug))
        row = QHBoxLayout()
        row.setSpacing(px(space.snug))
        self.back_button = QuietButton(BACK, self.language, icon="arrow-left")
        self.back_button.clicked.connect(self._go_back)
        row.addWidget(self.back_button)
        self.behind_label = WrapLabel("", "strong", language=self.language)
        row.addWidget(self.behind_label, 1)
        column.addLayout(row)
        card = Card(padding=0)
        card.body.setContentsMargins(px(2), px(4), px(2), px(2))
        self.projects = RecordTable(self.context, self.office.catalogue["project"], columns=_COLUMNS)
        self.projects.opened.connect(lambda one: self.context.navigate(Place("record", "project", one)))
        card.body.addWidget(self.projects)
        column.addWidget(card, 1)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), whole)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._go_back)
        return whole

    def _place_cards(self, *, is_wide: bool) -> None:
        """Ratios stand beside the funnel, in a narrow window under it."""
        if self._is_wide == is_wide:
            return
        self._is_wide = is_wide
        funnel, ratios = self._pair
        self._cards.removeWidget(ratios)
        self._cards.addWidget(funnel, 0, 0)
        self._cards.addWidget(ratios, 0 if is_wide else 1, 1 if is_wide else 0)
        self._cards.setColumnStretch(0, 3)
        self._cards.setColumnStretch(1, 1 if is_wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts the cards under each other in a narrow window."""
        super().resizeEvent(event)
        self._place_cards(is_wide=event.size().width() >= px(_WIDE))

    # -- Screen --

    def refresh(self) -> None:
        """Adds up again."""
        self._later.stop()
        plans, year = self.office.plans, self.context.year.year
        self.bridge.run(lambda: plans.stages(year), self._came, owner=self, is_long=True)

    def take_focus(self) -> None:
        """The keys go to the table."""
        shown = self.projects if self._stack.currentIndex() else self.table
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def acts(self) -> list[Action]:
        """Excel and the picture."""
        return [
            Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E"),
            Action("picture", PICTURE, self.save_picture, "download"),
        ]

    # -- acts --

    def export(self) -> None:
        """Writes the table to Excel."""
        summary = self.summary
        if summary is not None:
            sheets = PlanSheets(self.office)
            write_workbook(self, self.context, say(EPLAN_TITLE, self.language), lambda to: sheets.eplan(summary, to))

    def save_picture(self) -> None:
        """Writes the funnel as PNG."""
        chosen, _ = QFileDialog.getSaveFileName(self, say(PICTURE, self.language), "e-Plan.png", "PNG (*.png)")
        if chosen:
            self.funnel.save_picture(Path(chosen).with_suffix(".png"))

    def _ask_behind(self, row: int, stage: int) -> None:
        summary = self.summary
        if summary is None or row >= len(self.table.lines.lines):
            return
        line, plans = self.table.lines.lines[row], self.office.plans

        def work() -> list[str]:
            return plans.behind(summary.year, stage, strategy=line.strategy, of_all=line.is_total)

        def done(ids: list[str]) -> None:
            said = BEHIND.filled(stage=STAGES[stage].label, strategy=line.title, count=f"{len(ids):,}")
            self.behind_label.set_text(" ".join(say(said, self.language).split()))
            self.projects.records.take_ids(ids)
            self._stack.setCurrentIndex(1)
            if ids:
                self.projects.selectRow(0)
            self.projects.setFocus(Qt.FocusReason.OtherFocusReason)

        self.bridge.run(work, done, owner=self)

    def _go_back(self) -> None:
        self._stack.setCurrentIndex(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what comes --

    def _came(self, summary: StageSummary) -> None:
        if summary.year != self.summary_year(self.summary):
            self._stack.setCurrentIndex(0)
        self.summary = summary
        year = ALL_YEARS if summary.year is None else YEAR.filled(year=summary.year)
        self.year_label.setText(say(year, self.language))
        total = summary.total
        self.funnel.show_bars(
            [
                FunnelBar(
                    say(option.label, self.language),
                    say(FIGURES, self.language, count=f"{total.counts[i]:,}", money=show_baht(total.money[i])),
                    total.money[i],
                )
                for i, option in enumerate(STAGES)
            ]
        )
        self._show_ratios(summary)
        self.table.show_summary(summary)

    @staticmethod
    def summary_year(summary: StageSummary | None) -> int | None:
        """The year of what is shown; None for all years, and before anything is."""
        return summary.year if summary is not None else None

    def _show_ratios(self, summary: StageSummary) -> None:
        emptied(self._ratios)
        rows = [(say(words, self.language), value) for words, value in summary.ratios]
        if summary.quarter_ratios:
            rows.append((say(QUARTERS, self.language), None))
            rows += [(say(QUARTER, self.language, quarter=at + 1), value) for at, value in enumerate(summary.quarter_ratios)]
        for at, (text, value) in enumerate(rows):
            is_head = at == len(summary.ratios)
            self._ratios.addWidget(Label(text, "strong" if is_head else "muted"), at, 0)
            if not is_head:
                shown = say(NONE, self.language) if value is None else say(PERCENT, self.language, value=value)
                self._ratios.addWidget(Label(shown, "strong"), at, 1, Qt.AlignmentFlag.AlignRight)
