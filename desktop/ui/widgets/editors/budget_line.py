"""Picks a line of the budget: beside each name stand its แผนงาน, งาน and หมวด, and what it has left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.ui.widgets.editors.reference import ReferenceEditor
from desktop.ui.widgets.record_text import cell_of
from records.balances import Amounts
from records.thai.money import show_baht
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.storage.rows import Row

LEFT = Words("คงเหลือ {balance} บาท", "{balance} baht left")
_PLACE = ("programme", "work", "budget_group", "category")


class BudgetLineEditor(ReferenceEditor):
    """The picker of budget lines."""

    def told(self, rows: "Sequence[Row]") -> dict[str, str]:
        """Place and balance of each line."""
        spec = self.context.office.catalogue[self._to]
        amounts: dict[str, Amounts] = {}
        for stream in {row.stream for row in rows}:
            amounts |= self.context.office.budget.amounts([row.id for row in rows if row.stream == stream], stream)
        texts = {}
        for row in rows:
            place = [cell_of(spec.field(name), row.fields.get(name), self.language, {}).text for name in _PLACE]
            left = say(LEFT, self.language, balance=show_baht(amounts[row.id].balance)) if row.id in amounts else ""
            texts[row.id] = " · ".join(part for part in (*place, left) if part)
        return texts
