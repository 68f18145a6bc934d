"""What a budget line, a contract or a project has left, on its form: four sums and every movement with the balance after it."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop.services.budget import Balance
from desktop.ui.later import Later
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.fact_table import FactColumn, FactRow, FactTable
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
COLUMNS = (
    FactColumn(Words("วันที่", "Day")),
    FactColumn(Words("รายการ", "What"), stretches=True),
    FactColumn(Words("จำนวนเงิน", "Amount"), is_number=True),
    FactColumn(Words("เปลี่ยน", "Change"), is_number=True),
    FactColumn(LEFT, is_number=True, marks_debt=True),
)
_ROWS = 8
_TYPES = frozenset({"budget_line", "budget_transfer", "contract", "disbursement"})


class BalancePanel(Card):
    """Sums and movements of one record."""

    def __init__(self, context: Context, spec: RecordType, ask: "Callable[[Budget, str], Balance]") -> None:
        """`ask` says what a record has left."""
        super().__init__(padding=12)
        self._ask = ask
        self._context = context
        self._spec = spec
        self._record_id = ""
        self._places: dict[str, Place] = {}
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
        self.table = FactTable(MOVEMENTS, COLUMNS, language)
        self.table.opened.connect(self._open)
        self.body.addWidget(self.table)
        self._later = Later(self, 200, self._load)
        context.bridge.records_changed.connect(self._written)

    def show_for(self, record_id: str) -> None:
        """Shows the balance of a record."""
        self._record_id = record_id
        self._load()

    def _load(self) -> None:
        record_id, office, ask = self._record_id, self._context.office, self._ask
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
        catalogue, language = self._context.office.catalogue, self._context.language
        self._places = {str(at): Place("record", one.type, one.id) for at, one in enumerate(balance.movements)}
        self.table.set_rows(
            [
                FactRow(
                    str(at),
                    (
                        show_date(date.fromisoformat(one.on), language) if one.on else "–",
                        f"{say(catalogue[one.type].label, language)} {one.text}".strip(),
                        show_baht(one.amount),
                        show_baht(one.change) if one.change else "–",
                        show_baht(one.after),
                    ),
                )
                for at, one in enumerate(balance.movements)
            ]
        )
        self.table.setFixedHeight(px(42) + min(len(balance.movements), _ROWS) * self.table.verticalHeader().defaultSectionSize() + px(4))

    def _open(self, key: str) -> None:
        if self._places[key].id != self._record_id:
            self._context.navigate(self._places[key])

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if self._record_id and (not types or types & _TYPES):
            self._later.start()
