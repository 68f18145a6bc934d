"""Reads the budget of one provincial organisation from its published JSON into plain sheets, as if a person had typed them. Pure.

    total, groupedByArea[area, total, plans[plan, total]], groupedByType[type, total],
    tasks[area, plan, task, type, total],  pao{name, incomes[type, total, categories[category, total]], budgetingDocUrl}

Amounts are whole baht. The deepest facts of the file (tasks, categories) become rows; its sums are only compared with them, and where they
disagree the facts stand and the difference is listed. Source: the open data of wevisdemo/act-local-budgeting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from desktop.imports.rows import RowProblem
from desktop.imports.sheets import Cell, Sheet
from records.catalogue import BY_TYPE
from records.catalogue.budget_tree import REVENUE_CATEGORIES
from records.errors import Correctable, FieldError
from records.kinds import Choice
from records.words import Words

_YEAR = re.compile(r"2[45]\d\d")
_CATEGORY = Choice(REVENUE_CATEGORIES)
_ENTERPRISE = Words("งบเฉพาะการ", "Enterprises")


def _headings(type: str, *names: str) -> tuple[str, ...]:
    """The labels of fields: what a person would have typed above the columns."""
    return tuple(BY_TYPE[type].field(name).label.th for name in names)


EXPENDITURE = _headings("budget_line", "fiscal_year", "side", "programme", "work", "budget_group", "name", "amount")
REVENUE = _headings("revenue_line", "fiscal_year", "category", "name", "estimate")
YEAR = _headings("fiscal_year", "year", "ordinance_name", "revenue_estimate", "expenditure_total", "note")


class _Plan(msgspec.Struct):
    plan: str
    total: int


class _Area(msgspec.Struct):
    area: str
    total: int
    plans: list[_Plan]


class _Group(msgspec.Struct):
    type: str
    total: int


class _Task(msgspec.Struct):
    area: str
    plan: str
    task: str
    type: str
    total: int


class _Category(msgspec.Struct):
    category: str
    total: int


class _Income(msgspec.Struct):
    type: str
    total: int
    categories: list[_Category]


class _Organisation(msgspec.Struct):
    name: str
    incomes: list[_Income] = []
    budgetingDocUrl: str | None = None  # noqa: N815 - the file's name


class _File(msgspec.Struct):
    total: int
    groupedByArea: list[_Area] = []  # noqa: N815 - the file's name
    groupedByType: list[_Group] = []  # noqa: N815 - the file's name
    tasks: list[_Task] = []
    pao: _Organisation | None = None


@dataclass(frozen=True)
class Ordinance:
    """One file, as sheets that the import reads like any other."""

    year: int
    """พ.ศ., from the name of the file."""
    organisation: str
    """The province of the organisation, as the file has it."""
    sheets: dict[str, Sheet]
    """By record type: budget_line, revenue_line, fiscal_year."""
    differences: tuple[RowProblem, ...]
    """Where the file's own sums disagree, and what it has no place for; nothing of it is mended."""

    @property
    def name(self) -> str:
        """The organisation in full."""
        return _ORGANISATION.filled(name=self.organisation).th


PARTS = {"budget_line": ("budget_line", "revenue_line", "fiscal_year"), "revenue_line": ("revenue_line",), "fiscal_year": ("fiscal_year",)}
"""What comes along when a file is imported as a record type, that type first."""


def is_ordinance(path: Path) -> bool:
    """Whether a file is JSON by its name."""
    return path.suffix.lower() == ".json"


def read(path: Path, content: bytes) -> Ordinance:
    """The budget in a file. Raises Correctable with what is wrong with it."""
    try:
        found = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_File)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _unreadable(
            path,
            Words("ไม่ใช่ไฟล์ JSON ของข้อบัญญัติงบประมาณ", "is no JSON of a budget ordinance"),
        ) from error
    year = _YEAR.match(path.name)
    if found.pao is None or not found.tasks:
        raise _unreadable(
            path,
            Words("มีเพียงยอดรวม ไม่มีรายการของหน่วยงานใด", "has totals alone, and no lines of any office"),
        )
    if year is None:
        raise _unreadable(
            path,
            Words("ไม่บอกปีงบประมาณ ชื่อไฟล์ต้องขึ้นต้นด้วยปี พ.ศ. เช่น 2565-…", "names no fiscal year: its name must begin with one, as 2565-…"),
        )
    return _ordinance(int(year[0]), found, found.pao)


def _ordinance(year: int, found: _File, organisation: _Organisation) -> Ordinance:
    expenditure: list[Sequence[Cell]] = [EXPENDITURE]
    expenditure += [
        (year, _plain(one.area), _plain(one.plan), _plain(one.task), _plain(one.type), _line_name(one), one.total) for one in found.tasks
    ]
    revenue: list[Sequence[Cell]] = [REVENUE]
    unplaced = []
    for income in organisation.incomes:
        for one in income.categories:
            category = _category_of(income.type, one.category)
            if category is None:
                unplaced.append(_UNPLACED.filled(name=_plain(one.category)))
            revenue.append((year, category, _plain(one.category), one.total))
    estimate = sum(one.total for income in organisation.incomes for one in income.categories)
    ordinance = _TITLE.filled(organisation=_ORGANISATION.filled(name=organisation.name)).th
    note = _SOURCE.filled(url=organisation.budgetingDocUrl).th if organisation.budgetingDocUrl else None
    years: list[Sequence[Cell]] = [YEAR, (year, ordinance, estimate if organisation.incomes else None, found.total, note)]
    sheets = {
        "budget_line": Sheet(_SHEETS[0].th, expenditure),
        "revenue_line": Sheet(_SHEETS[1].th, revenue),
        "fiscal_year": Sheet(_SHEETS[2].th, years),
    }
    said = [*_differences(found, organisation), *unplaced]
    return Ordinance(year, organisation.name, sheets, tuple(RowProblem(1, "", text, blocks=False) for text in said))


def _plain(text: str) -> str:
    """A name on one line, without the spaces the file has at ends and line breaks."""
    return " ".join(text.split())


def _line_name(task: _Task) -> str:
    """What a line is called: the file goes no deeper than one งบ of one งาน."""
    group, work = _plain(task.type), _plain(task.task)
    if group == work:
        return group
    return f"{group} {work}" if work.startswith(_WORK.th) else f"{group} {_WORK.th}{work}"


def _category_of(source: str, category: str) -> str | None:
    """The Thai name of the category a revenue belongs to; None when none is meant."""
    name = _plain(category)
    if _ENTERPRISE.th in source:
        return _ENTERPRISE.th
    # Some say which grant it is: "(การศึกษา)", "สำหรับสนับสนุน…".
    for said in (name, name.partition("(")[0], name.partition(_FOR.th)[0]):
        try:
            value = _CATEGORY.parse(said, date.min)
        except FieldError:
            continue
        return _CATEGORY.option(value).label.th if value else None
    return None


def _differences(found: _File, organisation: _Organisation) -> list[Words]:
    """Every sum of the file that is not the sum of what stands under it, and what its two sides are apart."""
    said: list[Words] = []

    def compare(name: str, stated: int, summed: int) -> None:
        if stated != summed:
            said.append(_DIFFERS.filled(name=name, stated=f"{stated:,}", summed=f"{summed:,}", apart=f"{abs(stated - summed):,}"))

    compare(_TOTAL.th, found.total, sum(one.total for one in found.tasks))
    for area in found.groupedByArea:
        compare(_plain(area.area), area.total, sum(one.total for one in found.tasks if one.area == area.area))
        compare(f"{_plain(area.area)} ({_PROGRAMMES.th})", area.total, sum(plan.total for plan in area.plans))
        for plan in area.plans:
            compare(
                f"{_PROGRAMME.th}{_plain(plan.plan)}",
                plan.total,
                sum(one.total for one in found.tasks if (one.area, one.plan) == (area.area, plan.plan)),
            )
    for group in found.groupedByType:
        compare(_plain(group.type), group.total, sum(one.total for one in found.tasks if one.type == group.type))
    for income in organisation.incomes:
        compare(_plain(income.type), income.total, sum(one.total for one in income.categories))
    estimate = sum(one.total for one in organisation.incomes)
    if not organisation.incomes:
        said.append(_NO_REVENUE)
    elif estimate != found.total:
        said.append(_SIDES.filled(revenue=f"{estimate:,}", spending=f"{found.total:,}", apart=f"{abs(estimate - found.total):,}"))
    return said


_ORGANISATION = Words("องค์การบริหารส่วนจังหวัด{name}", "Provincial administrative organisation {name}")
_TITLE = Words("ข้อบัญญัติงบประมาณรายจ่าย {organisation}", "Budget ordinance of {organisation}")
_SOURCE = Words("เอกสารต้นฉบับ {url}", "Original: {url}")
_SHEETS = (Words("รายจ่าย", "Expenditure"), Words("รายรับ", "Revenue"), Words("ปีงบประมาณ", "Fiscal year"))
_WORK = Words("งาน", "Work")
_FOR = Words("สำหรับ", "for")
_TOTAL = Words("รวมรายจ่าย", "Total expenditure")
_PROGRAMME = Words("แผนงาน", "Programme")
_PROGRAMMES = Words("รวมแผนงาน", "sum of programmes")
_DIFFERS = Words(
    "ยอดในไฟล์ไม่ตรงกัน: {name} ไฟล์ระบุ {stated} บาท แต่ผลรวมรายการคือ {summed} บาท ต่างกัน {apart} บาท นำเข้าตามรายการ",
    "The file disagrees with itself: {name} is stated as {stated} baht, its parts are {summed}, {apart} apart; the parts are imported",
)
_SIDES = Words(
    "ในไฟล์ รายรับ {revenue} บาท รายจ่าย {spending} บาท ต่างกัน {apart} บาท นำเข้าตามไฟล์",
    "In the file revenue is {revenue} baht and expenditure {spending}, {apart} apart; both are imported as they are",
)
_NO_REVENUE = Words("ไฟล์ไม่มีประมาณการรายรับ", "The file has no estimated revenue")
_UNPLACED = Words("ไม่รู้จักหมวดรายได้ “{name}” นำเข้าโดยไม่ระบุหมวด", "“{name}” is no known category of revenue; imported without one")


def _unreadable(path: Path, reason: Words) -> Correctable:
    return Correctable(
        Words("อ่านไฟล์งบประมาณไม่ได้", "The budget cannot be read"),
        Words("ไฟล์ {path} {reason} ยังไม่มีอะไรเปลี่ยนแปลง", "The file {path} {reason}; nothing was changed.").filled(
            path=path.name, reason=reason
        ),
    )
