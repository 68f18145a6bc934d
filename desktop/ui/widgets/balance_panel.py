"""What a budget line, a contract or a project has left, on its form: four sums and every movement with the balance after it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.services.budget import Balance
from desktop.ui.later import Later
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.labels import Label
from records.errors import AppError
from records.record import RecordType
from records.thai.dates import show_date
from records.thai.money import show_baht
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.budget import Budget

TITLE = Words("ยอดคงเหลือ", "Balance")
HINT = Words("จำนวนเงินเป็นบาท", "Amounts in baht")
AVAILABLE = Words("งบประมาณหลังโอน", "Available")
OF_CONTRACT = Words("วงเงินตามสัญญา", "Contract")
CONTRACTED = Words("ผูกพันสัญญา", "Contracted")
PAID = Words("เบิกจ่ายแล้ว", "Paid")
LEFT = Words("คงเหลือ", "Left")
MOVEMENTS = Words("ความเคลื่อนไหว", "Movements")
COLUMNS = (Words("วันที่", "Day"), Words("รายการ", "What"), Words("จำนวนเงิน", "Amount"), Words("เปลี่ยน", "Change"), LEFT)
_ROWS = 8
_TYPES = frozenset({"budget_line", "budget_transfer", "contract", "disbursement"})
_ASKS: Mapping[str, Callable[["Budget", str], Balance]] = {
    "budget_line": lambda budget, record_id: budget.balance(record_id),
    "contract": lambda budget, record_id: budget.contract_balance(record_id),
    "project": lambda budget, record_id: budget.project_balance(record_id),
}


def balance_panel(context: Context, spec: RecordType) -> "BalancePanel | None":
    """The panel of a type; None for a type that has no balance, and where the budget may not be read."""
    return BalancePanel(context, spec) if spec.type in _ASKS and context.access.can_read("budget") else None


class BalancePanel(Card):
    """Sums and movements of one record."""

    def __init__(self, context: Context, spec: RecordType, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=12)
        self._context = context
        self._spec = spec
        self._record_id = ""
        self._places: list[tuple[str, str]] = []
        language = context.language
        self.add_head(TITLE, language, hint=HINT)
        sums = QHBoxLayout()
        sums.setSpacing(px(tokens().space.normal))
        self.sums: dict[str, Label] = {}
        first = OF_CONTRACT if spec.type == "contract" else AVAILABLE
        shown = (
            ("available", first),
            *((("contracted", CONTRACTED),) if spec.type != "contract" else ()),
            ("paid", PAID),
            ("balance", LEFT),
        )
        for name, words in shown:
            column = QVBoxLayout()
            column.setSpacing(px(2))
            column.addWidget(Label(say(words, language), "small"))
            self.sums[name] = Label("–", "strong")
            column.addWidget(self.sums[name])
            sums.addLayout(column)
        sums.addStretch(1)
        self.body.addLayout(sums)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName(say(MOVEMENTS, language))
        self.table.setHorizontalHeaderLabels([say(words, language) for words in COLUMNS])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(tokens().space.row))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(lambda index: self._open(index.row()))
        self.body.addWidget(self.table)
        self._later = Later(self, 200, self._load)
        context.bridge.records_changed.connect(self._written)

    def show_for(self, record_id: str) -> None:
        """Shows the balance of a record."""
        self._record_id = record_id
        self._load()

    def _load(self) -> None:
        record_id, office, ask = self._record_id, self._context.office, _ASKS[self._spec.type]
        if record_id:
            self._context.bridge.run(lambda: (record_id, ask(office.budget, record_id)), self._came, self._not_here, owner=self)

    def _not_here(self, _error: AppError) -> None:
        """A record that is not here has no balance; its form says so itself."""
        self.hide()

    def _came(self, answer: tuple[str, Balance]) -> None:
        record_id, balance = answer
        if record_id != self._record_id:
            return
        self.setVisible(bool(balance.movements))
        for name, label in self.sums.items():
            satang = getattr(balance.amounts, name)
            label.setText(show_baht(satang))
            label.setStyleSheet(f"color: {colour('danger').name()}" if satang < 0 else "")
        self._places = [(one.type, one.id) for one in balance.movements]
        catalogue, language = self._context.office.catalogue, self._context.language
        self.table.setRowCount(len(balance.movements))
        for row, one in enumerate(balance.movements):
            kind = say(catalogue[one.type].label, language)
            texts = (
                show_date(date.fromisoformat(one.on), language) if one.on else "–",
                f"{kind} {one.text}".strip(),
                show_baht(one.amount),
                show_baht(one.change) if one.change else "–",
                show_baht(one.after),
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column >= 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if text.startswith("-") and column == len(texts) - 1:
                    item.setForeground(colour("danger"))
                item.setToolTip(text if column == 1 else "")
                self.table.setItem(row, column, item)
        self.table.setFixedHeight(px(42) + min(len(balance.movements), _ROWS) * px(tokens().space.row) + px(4))

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._places) and self._places[row][1] != self._record_id:
            self._context.navigate(Place("record", *self._places[row]))

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if self._record_id and (not types or types & _TYPES):
            self._later.start()
