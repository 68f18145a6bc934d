"""Published budgets into records: every one of the 76 files agrees with itself at every level after the import, and again after undo."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from desktop.app import open_office
from desktop.services.budget_nodes import Node, RevenueNode
from desktop.services.office import Office
from desktop.storage import state
from desktop.storage.query import Query
from desktop.storage.state import Identity
from records.errors import Correctable
from records.protocol import GrantedStream
from records.words import Language
from tests.offices import DATA, DEVICE, ENVIRON, Clock

FILES = sorted((DATA / "pao_budgets").glob("2565-pao-*.json"))
needs_data = pytest.mark.skipif(not FILES, reason="the real data are not here")
SATANG = 100

SMALL: dict[str, Any] = {
    "total": 300,
    "groupedByArea": [
        {"area": "ด้านการเศรษฐกิจ", "total": 200, "plans": [{"plan": "การพานิชย์", "total": 200}]},
        {"area": "ด้านการดำเนินงานอื่น ๆ ", "total": 100, "plans": [{"plan": "งบกลาง", "total": 100}]},
    ],
    "groupedByType": [{"type": "งบลงทุน", "total": 200}, {"type": "งบกลาง", "total": 100}],
    "tasks": [
        {"task": "ตลาดสด ", "area": "ด้านการเศรษฐกิจ", "plan": "การพานิชย์", "type": "งบลงทุน", "total": 200},
        {"task": "งบกลาง", "area": "ด้านการดำเนินงานอื่น ๆ ", "plan": "งบกลาง", "type": "งบกลาง", "total": 100},
    ],
    "pao": {
        "name": "ตัวอย่าง",
        "incomes": [{"type": "รายได้จัดเก็บเอง", "total": 300, "categories": [{"category": "หมวดภาษีอากร", "total": 300}]}],
    },
}


def file_of(folder: Path, budget: dict[str, Any], name: str = "2565-pao-ตัวอย่าง.json") -> Path:
    """A budget in a file."""
    path = folder / name
    path.write_text(json.dumps(budget, ensure_ascii=False), encoding="utf-8")
    return path


def imported(office: Office, path: Path, stream: str | None = None) -> Any:
    """Imports a budget and returns its preview."""
    preview = office.imports.preview("budget_line", path, stream=stream)
    office.imports.apply(preview)
    return preview


def by_label(nodes: tuple[Node, ...]) -> dict[str, Node]:
    """Places by their Thai names without the word แผนงาน."""
    return {node.label.th.removeprefix("แผนงาน"): node for node in nodes}


def plain(text: str) -> str:
    """The name of a side as the program has it."""
    return " ".join(text.split()).removesuffix(" ๆ")


def assert_agrees(office: Office, stream: str | None, budget: dict[str, Any]) -> None:
    """Every sum of a file is found in the tree."""
    tree = office.budget.tree(2565, stream)
    assert tree.amounts.adopted == budget["total"] * SATANG
    sides = by_label(tree.children)
    for area in budget["groupedByArea"]:
        side = sides[plain(area["area"])]
        assert side.amounts.adopted == area["total"] * SATANG
        programmes = by_label(side.children)
        assert {name: node.amounts.adopted for name, node in programmes.items()} == {p["plan"]: p["total"] * SATANG for p in area["plans"]}
        for plan in area["plans"]:
            tasks = [one for one in budget["tasks"] if (one["area"], one["plan"]) == (area["area"], plan["plan"])]
            works = {node.path[2]: node for node in programmes[plan["plan"]].children}
            for one in tasks:
                groups = by_label(works[" ".join(one["task"].split())].children)
                assert groups[one["type"]].amounts.adopted == one["total"] * SATANG
    groups_of = {group["type"]: group["total"] * SATANG for group in budget["groupedByType"]}
    found: dict[str, int] = {}
    for side in tree.children:
        for programme in side.children:
            for work in programme.children:
                for group in work.children:
                    found[group.label.th] = found.get(group.label.th, 0) + group.amounts.adopted
    assert found == groups_of
    assert_revenue_agrees(office.budget.revenue(2565, stream), budget)


def assert_revenue_agrees(revenue: RevenueNode, budget: dict[str, Any]) -> None:
    """Every sum of a file's revenue is found in the tree."""
    incomes = budget["pao"]["incomes"]
    assert revenue.estimate == sum(one["total"] for one in incomes) * SATANG
    assert {node.label.th: node.estimate for node in revenue.children} == {one["type"]: one["total"] * SATANG for one in incomes}
    assert revenue.lines == sum(len(one["categories"]) for one in incomes)


@needs_data
def test_all_76_budgets_agree_with_their_files_at_every_level_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    assert len(FILES) == 76
    names = [path.stem.removeprefix("2565-pao-") for path in FILES]
    office = open_office(tmp_path, Language.ENGLISH, environ=ENVIRON, clock=Clock(), entropy=random.Random(7).randbytes)
    grants = [GrantedStream(f"office/2{number:06}", "write", ("*",), f"อบจ.{name}") for number, name in enumerate(names)]
    with office.database.write() as connection:
        state.save_identity(connection, Identity(device_id=DEVICE, server="http://127.0.0.1:9", account="somchai", role="clerk", token="t"))
        state.take_grants(connection, grants)
    with_differences = set()
    for path, grant in zip(FILES, grants, strict=True):
        preview = imported(office, path)
        assert preview.stream == grant.stream
        assert preview.plan.ready == preview.plan.rows
        if preview.plan.problems:
            with_differences.add(grant.name)
        assert office.imports.preview("budget_line", path).plan.writes == []
        assert_agrees(office, grant.stream, json.loads(path.read_text(encoding="utf-8")))
    assert len(with_differences) == 15
    assert office.store.count(Query("budget_line")) == 3359
    assert office.store.count(Query("revenue_line")) == 535
    office.close()


def test_other_spellings_and_stray_spaces_are_understood(office: Office, tmp_path: Path) -> None:
    preview = imported(office, file_of(tmp_path, SMALL))
    assert [write.set.get("work") for write in preview.plan.writes if write.type == "budget_line"] == ["ตลาดสด", "งบกลาง"]
    assert {write.set.get("programme") for write in preview.plan.writes if write.type == "budget_line"} == {"commerce", "central_fund"}
    assert preview.plan.related == {"revenue_line": 1, "fiscal_year": 1}
    (year,) = office.store.find(Query("fiscal_year")).rows
    assert (year.fields["expenditure_total"], year.fields["revenue_estimate"]) == (30_000, 30_000)
    assert office.records.check("fiscal_year", year.fields, year.id) == []


def test_undo_takes_the_whole_budget_back(office: Office, tmp_path: Path) -> None:
    imported(office, file_of(tmp_path, SMALL))
    office.undo.last()
    assert [office.store.count(Query(name)) for name in ("budget_line", "revenue_line", "fiscal_year")] == [0, 0, 0]
    imported(office, file_of(tmp_path, SMALL))
    assert office.budget.tree(2565).amounts.adopted == 30_000


def test_sums_of_the_file_that_disagree_are_listed_and_its_parts_are_kept(office: Office, tmp_path: Path) -> None:
    budget = json.loads(json.dumps(SMALL))
    budget["groupedByArea"][0]["plans"][0]["total"] = 150
    budget["pao"]["incomes"][0]["total"] = 290
    said = [problem.text.en for problem in imported(office, file_of(tmp_path, budget)).plan.problems]
    assert any("แผนงานการพานิชย์ is stated as 150 baht, its parts are 200, 50 apart" in text for text in said)
    assert any("revenue is 290 baht and expenditure 300, 10 apart" in text for text in said)
    assert office.budget.tree(2565).amounts.adopted == 30_000
    assert office.budget.revenue(2565).estimate == 30_000


def test_a_changed_amount_changes_its_line_and_a_year_keeps_what_a_person_wrote(office: Office, tmp_path: Path) -> None:
    office.records.save("fiscal_year", None, {"year": 2565, "ordinance_name": "ข้อบัญญัติของเรา"})
    imported(office, file_of(tmp_path, SMALL))
    budget = json.loads(json.dumps(SMALL))
    budget["tasks"][0]["total"] = 250
    preview = imported(office, file_of(tmp_path, budget))
    assert (preview.plan.created, preview.plan.updated, preview.plan.unchanged) == (0, 1, 1)
    assert office.budget.tree(2565).amounts.adopted == 35_000
    (year,) = office.store.find(Query("fiscal_year")).rows
    assert (year.fields["ordinance_name"], year.fields["expenditure_total"]) == ("ข้อบัญญัติของเรา", 30_000)


def test_the_budget_of_another_organisation_in_the_same_year_is_refused(office: Office, tmp_path: Path) -> None:
    imported(office, file_of(tmp_path, SMALL))
    other = json.loads(json.dumps(SMALL))
    other["pao"]["name"] = "อื่น"
    with pytest.raises(Correctable, match="already has the budget of ตัวอย่าง"):
        office.imports.preview("budget_line", file_of(tmp_path, other, "2565-pao-อื่น.json"))
    assert imported(office, file_of(tmp_path, other, "2566-pao-อื่น.json")).plan.created == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("2565-a.json", "[1, 2", "is no JSON"),
        ("2565-a.json", '{"total": 5, "groupedByArea": []}', "has totals alone"),
        ("budget.json", json.dumps(SMALL), "names no fiscal year"),
    ],
)
def test_a_file_that_is_no_budget_is_refused_in_words(office: Office, tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Correctable, match=said):
        office.imports.preview("budget_line", tmp_path / name)
    with pytest.raises(Correctable, match="can only be imported as budget lines"):
        office.imports.preview("person", tmp_path / name)
