"""The question before a fiscal year is opened: what to copy, with which amounts, which projects go on into the next plan."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from desktop.services.year_opening import Amounts, Opening, is_unfinished
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.labels import Label
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.year_opening import Worked
    from desktop.storage.rows import Row

TITLE = Words("เปิดปีงบประมาณ {year}", "Open fiscal year {year}")
TEXT = Words(
    "คัดลอกจากปีงบประมาณ {year} เป็นร่าง ทำซ้ำได้โดยไม่เกิดรายการซ้ำ และย้อนกลับได้ทั้งหมดในครั้งเดียว",
    "Copies from fiscal year {year} as a draft. Doing it twice makes nothing twice, and one undo takes all of it back.",
)
LINES = Words("รายการงบประมาณรายจ่าย ({count} รายการ)", "Budget lines ({count})")
REVENUE = Words("ประมาณการรายรับ ({count} รายการ) พร้อมยอดรับจริงของปีก่อน", "Revenue lines ({count}) with what came in the year before")
PLAN = Words("ต่อแผนพัฒนาไปยังช่วงถัดไป พร้อมโครงการที่เลือก", "Continue the plan into its next period with the projects chosen")
AMOUNTS = Words("จำนวนเงิน", "Amounts")
KEEP = Words("เท่าปีก่อน", "As the year before")
EMPTY = Words("ปล่อยว่าง", "Left empty")
PERCENT = Words("ร้อยละของปีก่อน", "A percentage of the year before")
PROJECTS = Words("โครงการที่ทำต่อในแผนใหม่", "Projects that go on in the new plan")
GO = Words("เปิดปี", "Open the year")
_SHOWN_ROWS = 6


class YearSheet(Sheet):
    """Asks; `opening` gives the answer."""

    def __init__(self, parent: QWidget | None, worked: "Worked", projects: "Sequence[Row]", language: Language) -> None:
        """`worked` is what would be made with everything copied; `projects` those of a plan that ends, empty where none does."""
        title, text = TITLE.filled(year=worked.year), TEXT.filled(year=worked.year - 1)
        super().__init__(parent, say(title, language), say(text, language), language, icon="calendar")
        self._year = worked.year
        counts = worked.counts
        self.setMinimumWidth(px(560))
        self.lines = self._tick(LINES.filled(count=f"{counts.get('budget_line', 0):,}"), language, is_of_use="budget_line" in counts)
        self.revenue = self._tick(REVENUE.filled(count=f"{counts.get('revenue_line', 0):,}"), language, is_of_use="revenue_line" in counts)
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        row.addWidget(Label(say(AMOUNTS, language), "muted"))
        self.amounts = QComboBox()
        self.amounts.setAccessibleName(say(AMOUNTS, language))
        for key, words in (("keep", KEEP), ("empty", EMPTY), ("percent", PERCENT)):
            self.amounts.addItem(say(words, language), key)
        row.addWidget(self.amounts)
        self.percent = QDoubleSpinBox()
        self.percent.setRange(0.01, 1000)
        self.percent.setDecimals(2)
        self.percent.setValue(100)
        self.percent.setSuffix(" %")
        self.percent.setAccessibleName(say(PERCENT, language))
        self.percent.hide()
        row.addWidget(self.percent)
        row.addStretch(1)
        self.body.addLayout(row)
        self.amounts.currentIndexChanged.connect(lambda _index: self.percent.setVisible(self.amounts.currentData() == "percent"))
        self.plan = self._tick(PLAN, language, is_of_use="plan" in counts)
        self.projects = QListWidget()
        self.projects.setAccessibleName(say(PROJECTS, language))
        for project in projects:
            item = QListWidgetItem(" ".join(str(project.fields.get("title") or project.id).split()))
            item.setData(Qt.ItemDataRole.UserRole, project.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if is_unfinished(project.fields) else Qt.CheckState.Unchecked)
            self.projects.addItem(item)
        self.projects.setFixedHeight(px(30) * _SHOWN_ROWS)
        self.projects.setVisible("plan" in counts and bool(projects))
        self.body.addWidget(self.projects)
        self.plan.toggled.connect(self.projects.setEnabled)
        refuse, agree = QuietButton(CANCEL, language), PrimaryButton(GO, language, icon="check")
        refuse.clicked.connect(self.reject)
        agree.clicked.connect(self.accept)
        self.add_button(refuse)
        self.add_button(agree, is_default=True)

    def opening(self) -> Opening:
        """What the person wants."""
        amounts: Amounts = self.amounts.currentData()
        items = [self.projects.item(row) for row in range(self.projects.count())]
        chosen = frozenset(str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked)
        percent = Decimal(str(round(self.percent.value(), 2)))
        return Opening(self._year, amounts, percent, self.lines.isChecked(), self.revenue.isChecked(), self.plan.isChecked(), chosen)

    def _tick(self, words: Words, language: Language, *, is_of_use: bool) -> QCheckBox:
        tick = QCheckBox(say(words, language))
        tick.setChecked(is_of_use)
        tick.setVisible(is_of_use)
        self.body.addWidget(tick)
        return tick
