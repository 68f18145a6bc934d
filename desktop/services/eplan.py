"""The e-Plan summary: five stages by count and money for every strategy, ratios, and where a figure rises that must not. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from desktop.services.plan_tree import NO_STRATEGY, NOT_HERE
from desktop.storage.plan_sums import StageSum
from desktop.storage.rows import Row
from records.kinds import Json
from records.stages import ORDER, rises
from records.words import Words

Five = tuple[int, int, int, int, int]
TOTAL = Words("รวม", "Total")

RATIOS: Sequence[tuple[Words, int, int]] = (
    (Words("อนุมัติ/แผน", "Approved/planned"), 1, 0),
    (Words("สัญญา/อนุมัติ", "Contracted/approved"), 2, 1),
    (Words("เบิกจ่าย/อนุมัติ", "Disbursed/approved"), 3, 1),
    (Words("แล้วเสร็จ/อนุมัติ", "Completed/approved"), 4, 1),
)
"""What stands beside the summary: the places of the two stages whose money is compared."""


@dataclass(frozen=True)
class StageLine:
    """One line of the summary."""

    strategy: str | None
    """The strategy's id; None for projects that name none, and for the total."""
    title: Words
    counts: Five
    money: Five
    """Satang; at the last stage what was paid on the completed projects."""
    is_total: bool = False

    @property
    def rising_counts(self) -> list[int]:
        """Stages with more projects than the stage before."""
        return rises(self.counts)

    @property
    def rising_money(self) -> list[int]:
        """Stages with more money than the stage before."""
        return rises(self.money)

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        stages: dict[str, Json] = {name: {"count": self.counts[i], "money": self.money[i]} for i, name in enumerate(ORDER)}
        return {"strategy": self.strategy, "title": self.title.th, "stages": stages}


@dataclass(frozen=True)
class StageSummary:
    """Appendix C of the domain notes, for one fiscal year or all."""

    year: int | None
    lines: tuple[StageLine, ...]
    total: StageLine
    paid_by_quarter: tuple[int, int, int, int] | None
    """Satang paid in each quarter of the year; None for all years together."""

    @property
    def ratios(self) -> list[tuple[Words, Decimal | None]]:
        """Each ratio in percent, to a tenth; None where there is nothing to divide by."""
        return [(words, percent(self.total.money[part], self.total.money[whole])) for words, part, whole in RATIOS]

    @property
    def quarter_ratios(self) -> list[Decimal | None]:
        """Disbursed by the end of each quarter, in percent of what was approved; empty for all years."""
        if self.paid_by_quarter is None:
            return []
        return [percent(sum(self.paid_by_quarter[: quarter + 1]), self.total.money[1]) for quarter in range(4)]

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "year": self.year,
            "lines": [line.as_json() for line in self.lines],
            "total": self.total.as_json(),
            "ratios": {words.en: None if value is None else str(value) for words, value in self.ratios},
            "paid_by_quarter": None if self.paid_by_quarter is None else list(self.paid_by_quarter),
        }


def percent(part: int, whole: int) -> Decimal | None:
    """A part of a whole in percent, rounded to a tenth; None of nothing."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def summary(
    year: int | None, sums: Sequence[StageSum], strategies: Mapping[str, Row], paid: tuple[int, int, int, int] | None
) -> StageSummary:
    """The summary of these sums; strategies stand in the order of their plan and number, projects without one last."""
    lines = [StageLine(one.strategy, _title(one.strategy, strategies), one.counts, one.money) for one in sums]
    lines.sort(key=lambda line: (line.strategy is None, *_order(strategies.get(line.strategy or ""))))
    counts, money = _added([line.counts for line in lines]), _added([line.money for line in lines])
    return StageSummary(year, tuple(lines), StageLine(None, TOTAL, counts, money, is_total=True), paid)


def _added(rows: Sequence[Five]) -> Five:
    first, second, third, fourth, fifth = (sum(row[i] for row in rows) for i in range(5))
    return first, second, third, fourth, fifth


def _title(strategy: str | None, strategies: Mapping[str, Row]) -> Words:
    if strategy is None:
        return NO_STRATEGY
    row = strategies.get(strategy)
    if row is None:
        return NOT_HERE
    text = " ".join(str(row.fields[name]) for name in ("number", "name") if name in row.fields)
    return Words(text, text)


def _order(row: Row | None) -> tuple[str, int, str]:
    if row is None:
        return ("", 999, "")
    number = row.fields.get("number")
    return (str(row.fields.get("plan", "")), number if isinstance(number, int) else 999, str(row.fields.get("name", "")))
