"""Plans as Excel workbooks: the tree exactly as it is shown, form ผ.01 (บัญชีสรุปโครงการพัฒนา), the change form and the e-Plan summary."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.reports.excel import Column, Head, write_list
from desktop.services.eplan import StageSummary
from desktop.services.plan_compare import FATES, Comparison
from desktop.services.plan_tree import Node, PlanTree, YearSum
from desktop.storage.plan_sums import YearMoney
from records.catalogue.planning import STAGES
from records.kinds import CellValue, Integer, Money, Text
from records.thai.dates import show_moment
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

LEVELS = {
    "plan": Words("รวมทั้งแผน", "Whole plan"),
    "strategy": Words("ยุทธศาสตร์", "Strategy"),
    "tactic": Words("กลยุทธ์", "Tactic"),
    "programme": Words("แผนงาน", "Programme"),
    "project": Words("โครงการ", "Project"),
}
MONEY = {"planned": Words("แผน {year} (บาท)", "Plan {year} (baht)"), "ordinance": Words("ข้อบัญญัติ {year} (บาท)", "Ordinance {year} (baht)")}
ALL_MONEY = {
    "planned": Words("รวมแผน (บาท)", "Plan, all years (baht)"),
    "ordinance": Words("รวมข้อบัญญัติ (บาท)", "Ordinance, all years (baht)"),
}
PROJECTS = Words("จำนวนโครงการ", "Projects")
P01_TITLE = Words("แบบ ผ.01 บัญชีสรุปโครงการพัฒนา", "Form Ph.01: summary of projects")
TREE_TITLE = Words("แผนพัฒนาท้องถิ่น", "Development plan")
EPLAN_TITLE = Words("สรุปผลการดำเนินงานตามแผน (e-Plan)", "Stages of the plan (e-Plan)")
COMPARE_TITLE = Words("บัญชีเปรียบเทียบข้อความเดิมกับข้อความใหม่", "Old and new words compared")
_LEVEL = Words("ระดับ", "Level")
_ITEM = Words("รายการ", "Item")
_COUNT_OF = Words("จำนวน {year}", "Count {year}")
_COUNT_ALL = Words("รวมจำนวน", "Count, all years")
_SEARCHED = Words("กรองด้วย “{text}”", "Filtered by “{text}”")
_PRINTED = Words("พิมพ์เมื่อ {at}", "Printed {at}")
_YEAR = Words("ปีงบประมาณ {year}", "Fiscal year {year}")
_ALL_YEARS = Words("ทุกปีงบประมาณ", "All fiscal years")
_STAGE_COUNT = Words("{stage} (จำนวน)", "{stage} (count)")
_STAGE_MONEY = Words("{stage} (บาท)", "{stage} (baht)")
_OLD = Words("ข้อความเดิม", "Old")
_NEW = Words("ข้อความใหม่", "New")
_FATE = Words("ผล", "Fate")
_FIELD = Words("ช่อง", "Field")
_INDENT = "    "
_AT_ONCE = 1_000


class PlanSheets:
    """Writes workbooks; every method returns the number of rows and raises as `reports.excel.write_list`."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def tree(self, tree: PlanTree, to: Path, opened: Collection[tuple[str, ...]] | None = None, money: Sequence[str] = tuple(MONEY)) -> int:
        """The tree as it is shown: the nodes under those `opened` (keys; None opens all), with the kinds of money shown."""
        heads = [self._say(_LEVEL), self._say(_ITEM)]
        columns = [*(Column(head, Text(500)) for head in heads), Column(self._say(PROJECTS), Integer())]
        columns += [Column(self._say(MONEY[kind], year=year), Money()) for year in tree.years for kind in money]
        columns += [Column(self._say(ALL_MONEY[kind]), Money()) for kind in money]
        return self._write(to, self._head(TREE_TITLE, tree), columns, self._tree_rows(tree, opened, money))

    def p01(self, tree: PlanTree, to: Path) -> int:
        """Form ผ.01: strategies, tactics and แผนงาน by five years of count and money, with the total."""
        columns = [Column(self._say(_LEVEL), Text(500)), Column(self._say(_ITEM), Text(500))]
        for year in tree.years:
            columns += [Column(self._say(_COUNT_OF, year=year), Integer()), Column(self._say(MONEY["planned"], year=year), Money())]
        columns += [Column(self._say(_COUNT_ALL), Integer()), Column(self._say(ALL_MONEY["planned"]), Money())]
        return self._write(to, self._head(P01_TITLE, tree), columns, self._p01_rows(tree))

    def compare(self, comparison: Comparison, to: Path) -> int:
        """The change form: every field of every project of an edition, old beside new."""
        columns = [Column(self._say(words), Text(2000)) for words in (_FATE, LEVELS["project"], _FIELD, _OLD, _NEW)]
        lines = (self._office.plans.edition_name(comparison.edition), *self._printed())
        rows = (
            [self._say(FATES[one.fate]), _line(str(one.row.fields.get("title", ""))), self._say(part.label), part.old, part.new]
            for one in comparison.projects
            for part in one.lines
            if part.is_changed or part.name == "title"
        )
        return self._write(to, Head(self._say(COMPARE_TITLE), lines), columns, rows)

    def eplan(self, summary: StageSummary, to: Path) -> int:
        """The e-Plan summary: strategies and total by five stages of count and money."""
        columns = [Column(self._say(LEVELS["strategy"]), Text(500))]
        for option in STAGES:
            stage = self._say(option.label)
            columns += [Column(self._say(_STAGE_COUNT, stage=stage), Integer()), Column(self._say(_STAGE_MONEY, stage=stage), Money())]
        year = self._say(_ALL_YEARS) if summary.year is None else self._say(_YEAR, year=summary.year)
        ratios = " · ".join(f"{self._say(words)} {value}%" for words, value in summary.ratios if value is not None)
        head = Head(self._say(EPLAN_TITLE), tuple(filter(None, (year, ratios, *self._printed()))))
        rows = (
            [self._say(line.title), *(cell for i in range(5) for cell in (line.counts[i], _baht(line.money[i])))]
            for line in (*summary.lines, summary.total)
        )
        return self._write(to, head, columns, rows)

    def _tree_rows(self, tree: PlanTree, opened: Collection[tuple[str, ...]] | None, money: Sequence[str]) -> Iterator[list[CellValue]]:
        """The lines as the screen has them: strategies with what is open under them, then the whole plan."""
        for child in tree.root.children:
            yield from self._node_rows(tree, child, 0, opened, money)
        yield [self._say(LEVELS["plan"]), _line(self._say(tree.root.title)), tree.root.projects, *_cells(tree, tree.root.by_year, money)]

    def _node_rows(
        self, tree: PlanTree, node: Node, depth: int, opened: Collection[tuple[str, ...]] | None, money: Sequence[str]
    ) -> Iterator[list[CellValue]]:
        title = _INDENT * depth + _line(self._say(node.title))
        yield [self._say(LEVELS[node.level]), title, node.projects, *_cells(tree, node.by_year, money)]
        if opened is not None and node.key not in opened:
            return
        for child in node.children:
            yield from self._node_rows(tree, child, depth + 1, opened, money)
        if node.level == "programme":
            plans = self._office.plans
            ids = plans.project_ids(tree.plan.id if tree.plan else "", node.place, tree.text)
            for start in range(0, len(ids), _AT_ONCE):
                for row, by_year in plans.projects(ids[start : start + _AT_ONCE]):
                    name = " ".join(str(row.fields[part]) for part in ("number", "title") if part in row.fields)
                    yield [self._say(LEVELS["project"]), _INDENT * (depth + 1) + _line(name), None, *_cells(tree, by_year, money)]

    def _p01_rows(self, tree: PlanTree) -> Iterator[list[CellValue]]:
        for node in (*tree.root.walk(),):
            if node.level == "plan":
                continue
            yield self._p01_row(tree, node, {"strategy": 0, "tactic": 1, "programme": 2}[node.level])
        yield self._p01_row(tree, tree.root, 0)

    def _p01_row(self, tree: PlanTree, node: Node, depth: int) -> list[CellValue]:
        years = [node.year(year) for year in tree.years]
        cells = [cell for one in years for cell in (one.planned_projects, _baht(one.planned))]
        title = _INDENT * depth + _line(self._say(node.title))
        return [self._say(LEVELS[node.level]), title, *cells, sum(one.planned_projects for one in years), _baht(node.planned)]

    def _head(self, title: Words, tree: PlanTree) -> Head:
        lines = [self._say(tree.root.title)]
        if tree.text:
            lines.append(self._say(_SEARCHED, text=tree.text))
        return Head(self._say(title), (*lines, *self._printed()))

    def _printed(self) -> tuple[str, ...]:
        office = self._office
        return (self._say(_PRINTED, at=show_moment(office.clock(), office.language)),)

    def _write(self, to: Path, head: Head, columns: Sequence[Column], rows: Iterable[Sequence[CellValue]]) -> int:
        # Levels hold the sums of those below: a total under the list would count everything several times.
        return write_list(to, head, columns, rows, self._office.language, has_totals=False)

    def _say(self, words: Words, **values: object) -> str:
        return say(words, self._office.language, **values)


def _cells(tree: PlanTree, by_year: Mapping[int, YearSum] | Mapping[int, YearMoney], money: Sequence[str]) -> list[CellValue]:
    """The money of each year, then of all, in baht; empty where there is none."""
    cells = [_baht(getattr(by_year[year], kind)) if year in by_year else None for year in tree.years for kind in money]
    return cells + [_baht(sum(getattr(one, kind) for one in by_year.values())) for kind in money]


def _baht(satang: int) -> CellValue:
    """Baht as Excel holds it; empty for nothing, as the forms print it."""
    return Decimal(satang) / 100 if satang else None


def _line(text: str) -> str:
    return " ".join(text.split())
