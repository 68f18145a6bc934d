"""The sheets an office has lying about, written from the sample: its plan, its ordinance, its officials, its villages, and the registry's list."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from demo.sample import SampleOffice, SampleRecord
from records.kinds import Json

ORDINANCES = Path(__file__).parents[2] / "shared" / "data" / "pao_budgets"
"""Published budgets of provincial organisations, where somebody laid them beside the project."""


def _written(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(heads)
        sheet.writerows(rows)
    return path


def _of_type(office: SampleOffice, record_type: str) -> list[SampleRecord]:
    return [record for record in office.records if record.type == record_type]


def registry_sheet(path: Path, offices: Iterable[SampleOffice]) -> Path:
    """The registry's list, as an administrator of the server imports it."""
    heads = ("dla_code", "name_th", "type", "province_code", "district_name_th", "name_en")
    rows = (
        (one.code, one.office.fields["tambon"], "subdistrict_admin_org", one.province_code, one.office.fields["amphoe"], one.office.fields.get("name_en", ""))
        for one in offices
    )  # fmt: skip
    return _written(path, heads, rows)


def plan_sheet(path: Path, office: SampleOffice) -> Path:
    """The development plan as offices keep it: one row a project, five years of money beside it; what was amended or merged left out."""
    names = {one.id: one.fields for one in office.records if one.type in ("strategy", "tactic")}
    money = {(one.fields["project"], one.fields["fiscal_year"]): one.fields.get("planned") for one in _of_type(office, "project_budget")}
    years = sorted({int(str(year)) for _, year in money})
    former = {one.fields.get("replaces") for one in _of_type(office, "project")}
    heads = (
        "ที่",
        "strategyNum",
        "strategyName",
        "tacticCode",
        "tacticName",
        "planName",
        "โครงการ",
        "วัตถุประสงค์",
        "เป้าหมาย",
        "ตัวชี้วัด",
        "หน่วยงานรับผิดชอบหลัก",
    )
    rows = []
    for project in _of_type(office, "project"):
        own = project.fields
        if project.id in former or own["status"] == "merged":
            continue
        strategy, tactic = names[str(own["strategy"])], names[str(own["tactic"])]
        rows.append(
            (own["number"], strategy["number"], strategy["name"], tactic["code"], tactic["name"], own["programme"], own["title"],
             own["objective"], own["target"], own.get("kpi", ""), own["division"], *(_baht(money.get((project.id, year))) for year in years))
        )  # fmt: skip
    return _written(path, (*heads, *(f"งบประมาณ {year}" for year in years)), rows)


def _baht(satang: Json) -> str:
    return f" {satang / 100:,.0f} " if isinstance(satang, int) else " -   "


def ordinance_of(office: SampleOffice) -> Path | None:
    """The published budget of the provincial organisation the office lies in; None where there is none beside the project."""
    return next(iter(sorted(ORDINANCES.glob(f"*-pao-{office.office.fields['province']}.json"))), None)


def ordinance_sheet(path: Path, office: SampleOffice, year: int) -> Path:
    """The lines of the office's own ordinance of a year (พ.ศ.)."""
    names = ("fiscal_year", "side", "programme", "work", "budget_group", "category", "name")
    lines = (one.fields for one in _of_type(office, "budget_line") if one.fields["fiscal_year"] == year)
    return _written(path, (*names, "amount"), ([*(line[name] for name in names), _baht(line["amount"]).strip()] for line in lines))


def officials_sheet(path: Path, office: SampleOffice) -> Path:
    """Who holds or held which position."""
    names = ("position_name", "person_name", "how_obtained", "begin", "end", "end_reason", "acting")
    rows = ([_cell(one.fields.get(name, "")) for name in names] for one in _of_type(office, "term"))
    return _written(path, names, rows)


def villages_sheet(path: Path, office: SampleOffice) -> Path:
    """The villages as somebody typed them: of the last one two figures changed places."""
    names = ("moo", "name", "tambon", "households", "population", "counted_on")
    villages = [dict(one.fields) for one in _of_type(office, "village")]
    villages[-1] |= {"households": villages[-1]["population"], "population": villages[-1]["households"]}
    return _written(path, names, ([village[name] for name in names] for village in villages))


def _cell(value: Json) -> object:
    return "ใช่" if value is True else value
