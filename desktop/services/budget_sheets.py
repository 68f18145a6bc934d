"""The trees of the budget as Excel workbooks: one row per place, indented by its level; sums stand in the rows, so none are added below."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.reports.excel import Column, Head, write_list
from desktop.services.budget_nodes import LEVELS, Node, RevenueNode
from records.kinds import CellValue, LongText, Money, Text
from records.thai.dates import show_moment
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

COLUMNS = {
    "adopted": Words("ตั้งไว้", "Adopted"),
    "moved_in": Words("โอนเข้า", "Moved in"),
    "moved_out": Words("โอนออก", "Moved out"),
    "available": Words("หลังโอน", "Now available"),
    "contracted": Words("ผูกพันสัญญา", "Contracted"),
    "paid": Words("เบิกจ่าย", "Paid"),
    "balance": Words("คงเหลือ", "Balance"),
}
"""The money of a place, in the order of the page."""
REVENUE_COLUMNS = {"estimate": Words("ประมาณการ", "Estimated"), "received": Words("รับจริง", "Received")}
PERCENT = Words("ร้อยละ", "%")
LEVEL = Words("ระดับ", "Level")
NAME = Words("รายการ", "Name")
ALL_YEARS = Words("ทุกปีงบประมาณ", "All fiscal years")
_SPENDING = Words("งบประมาณรายจ่าย {year}", "Expenditure {year}")
_REVENUE = Words("งบประมาณรายรับ {year}", "Revenue {year}")
_PRINTED = Words("พิมพ์เมื่อ {at} จำนวนเงินเป็นบาท", "Printed {at}; amounts in baht")
_INDENT = "    "


def write_tree(office: "Office", to: Path, node: Node, year: int | None) -> int:
    """Writes a tree of expenditure, from its children down, its total last; returns the rows. Raises as `write_list`."""

    def rows(one: Node, depth: int) -> Iterator[list[CellValue]]:
        for child in one.children:
            yield [*_named(office, child.level, child.label, depth), *_money(child)]
            yield from rows(child, depth + 1)

    def every() -> Iterator[list[CellValue]]:
        yield from rows(node, 0)
        yield ["", say(node.label, office.language), *_money(node)]

    return _write(office, to, _SPENDING, year, COLUMNS, every())


def write_revenue(office: "Office", to: Path, node: RevenueNode, year: int | None) -> int:
    """Writes a tree of revenue, its total last; returns the rows. Raises as `write_list`."""

    def rows(one: RevenueNode, depth: int) -> Iterator[list[CellValue]]:
        for child in one.children:
            yield [*_named(office, child.level, child.label, depth), *_received(child)]
            yield from rows(child, depth + 1)

    def every() -> Iterator[list[CellValue]]:
        yield from rows(node, 0)
        yield ["", say(node.label, office.language), *_received(node)]

    return _write(office, to, _REVENUE, year, REVENUE_COLUMNS, every())


def percent(part: int, whole: int) -> str:
    """A share with one decimal, cut: `12.5`; empty where there is no whole."""
    if whole <= 0:
        return ""
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}"


def _named(office: "Office", level: str, label: Words, depth: int) -> list[CellValue]:
    return [say(LEVELS[level], office.language), _INDENT * depth + say(label, office.language)]


def _money(node: Node) -> list[CellValue]:
    return [*(_baht(getattr(node.amounts, name)) for name in COLUMNS), percent(node.amounts.paid, node.amounts.available)]


def _received(node: RevenueNode) -> list[CellValue]:
    return [_baht(node.estimate), _baht(node.received), percent(node.received, node.estimate)]


def _baht(satang: int) -> Decimal:
    return Decimal(satang) / 100


def _write(office: "Office", to: Path, title: Words, year: int | None, money: dict[str, Words], rows: Iterator[list[CellValue]]) -> int:
    language = office.language
    columns = [
        Column(say(LEVEL, language), Text(100)),
        Column(say(NAME, language), LongText(2000)),
        *(Column(say(words, language), Money()) for words in money.values()),
        Column(say(PERCENT, language), Text(10)),
    ]
    named = title.filled(year=year if year is not None else ALL_YEARS)
    lines = [one.name for one in office.streams if one.name and one.stream.startswith("office/")][:3]
    head = Head(say(named, language), (*lines, say(_PRINTED, language, at=show_moment(office.clock(), language))))
    return write_list(to, head, columns, rows, language, has_totals=False)
