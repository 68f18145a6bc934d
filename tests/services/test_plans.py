"""Trees of plans, editions and stages, on a real store; and the real plan of a city against sums made from its file."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.services.office import Office
from desktop.services.plan_sheets import PlanSheets
from desktop.services.plan_tree import Node
from desktop.storage.query import Query
from records.errors import Correctable
from records.kinds import Json
from tests.offices import DATA, STREAM

PLAN = DATA / "local_plan" / "nakhonsawan_projects_flat.csv"
needs_data = pytest.mark.skipif(not PLAN.exists(), reason="the shared data are not here")
BAHT = 100


def made(office: Office, record_type: str, **fields: Json) -> str:
    """Saves a record and returns its id."""
    return office.records.save(record_type, None, fields).row.id


class Sample:
    """A plan with two strategies, one tactic each, and three projects."""

    def __init__(self, office: Office) -> None:
        self.plan = made(office, "plan", name="แผน", first_year=2566, last_year=2570, edition="first")
        self.strategies = [made(office, "strategy", plan=self.plan, number=n, name=f"ยุทธ {n}") for n in (1, 2)]
        self.tactics = [
            made(office, "tactic", plan=self.plan, strategy=one, code=f"{n}.1", name="กลยุทธ์") for n, one in enumerate(self.strategies, 1)
        ]
        self.road = self.project(office, 0, "ถนน", {2568: (500, 400), 2569: (300, 0)})
        self.drain = self.project(office, 0, "ท่อ", {2569: (200, 100)})
        self.school = self.project(office, 1, "โรงเรียน", {2569: (50, None)})

    def project(self, office: Office, strategy: int, title: str, money: dict[int, tuple[int, int | None]]) -> str:
        """Saves a project with its money by year, in baht."""
        project = made(
            office, "project", plan=self.plan, strategy=self.strategies[strategy], tactic=self.tactics[strategy], programme="education",
            number=title[0], title=title,
        )  # fmt: skip
        for year, (planned, ordinance) in money.items():
            more = {} if ordinance is None else {"ordinance": ordinance * BAHT}
            made(office, "project_budget", project=project, fiscal_year=year, planned=planned * BAHT, **more)
        return project


def baht(node: Node) -> tuple[int, int, int]:
    """Projects, planned and ordinance baht of a node."""
    return node.projects, node.planned // BAHT, node.ordinance // BAHT


def test_sums_stand_at_every_level(office: Office) -> None:
    sample = Sample(office)
    tree = office.plans.tree(sample.plan)
    first, second = tree.root.children
    assert baht(tree.root) == (3, 1050, 500)
    assert (baht(first), baht(second)) == ((2, 1000, 500), (1, 50, 0))
    assert first.children[0].children[0].year(2569).planned == 500 * BAHT
    assert (first.year(2569).planned_projects, first.year(2569).ordinance_projects) == (2, 1)
    assert tree.years == (2566, 2567, 2568, 2569, 2570)


def test_a_filter_sums_what_it_finds_alone(office: Office) -> None:
    sample = Sample(office)
    tree = office.plans.tree(sample.plan, "ถนน")
    assert baht(tree.root) == (1, 800, 400)
    assert len(tree.root.children) == 1


def test_moved_merged_and_cancelled_projects_are_not_counted_but_told(office: Office) -> None:
    sample = Sample(office)
    office.records.save("project", sample.drain, {"status": "cancelled"})
    tree = office.plans.tree(sample.plan)
    assert (baht(tree.root), tree.uncounted) == ((2, 850, 400), 1)
    assert sample.drain not in office.plans.project_ids(sample.plan, tree.root.children[0].children[0].children[0].place)


def test_projects_without_a_plan_are_offered_as_a_choice(office: Office) -> None:
    Sample(office)
    assert [one.id for one in office.plans.plans()] == [office.plans.usual_plan(2569)]
    made(office, "project", title="ลอย")
    assert [one.id for one in office.plans.plans()][-1] == ""
    assert baht(office.plans.tree("").root) == (1, 0, 0)


def test_strategies_sort_as_numbers_and_an_empty_one_stands_too(office: Office) -> None:
    sample = Sample(office)
    made(office, "strategy", plan=sample.plan, number=10, name="สิบ")
    titles = [node.title.th for node in office.plans.tree(sample.plan).root.children]
    assert titles == ["1 ยุทธ 1", "2 ยุทธ 2", "10 สิบ"]


def stage_figures(office: Office, year: int | None) -> list[tuple[int, int]]:
    """Count and baht of each stage over all strategies."""
    total = office.plans.stages(year).total
    return [(count, money // BAHT) for count, money in zip(total.counts, total.money, strict=True)]


def test_stages_follow_what_the_budget_records(office: Office) -> None:
    sample = Sample(office)
    line = made(office, "budget_line", fiscal_year=2569, project=sample.drain, amount=100 * BAHT, kind="ท่อ")
    contract = made(office, "contract", number="1/2569", vendor="ก", project=sample.drain, budget_line=line, amount=90 * BAHT, state="signed",
                    signed_on="2026-01-10")  # fmt: skip
    made(office, "contract", number="2/2569", vendor="ก", project=sample.school, amount=1, state="draft")
    made(office, "disbursement", fiscal_year=2569, contract=contract, voucher_number="1", amount=40 * BAHT, payee="ก", paid_on="2026-02-01")
    assert stage_figures(office, 2569) == [(3, 550), (1, 100), (1, 90), (1, 40), (0, 0)]
    office.records.save("project", sample.drain, {"status": "done"})
    assert stage_figures(office, 2569)[4] == (1, 40)
    assert stage_figures(office, None)[0] == (3, 1050)
    assert office.plans.stages(2569).paid_by_quarter == (0, 40 * BAHT, 0, 0)
    assert office.plans.behind(2569, 2, of_all=True) == [sample.drain]
    assert office.plans.behind(2569, 0, strategy=sample.strategies[1]) == [sample.school]


def test_only_approved_transfers_move_what_a_project_was_given(office: Office) -> None:
    sample = Sample(office)
    line = made(office, "budget_line", fiscal_year=2569, project=sample.drain, amount=100 * BAHT, kind="ท่อ")
    other = made(office, "budget_line", fiscal_year=2569, project=sample.school, amount=60 * BAHT, kind="อาคาร")
    moved = made(
        office, "budget_transfer", fiscal_year=2569, kind="transfer", from_line=other, to_line=line, amount=25 * BAHT, state="proposed"
    )
    assert stage_figures(office, 2569)[1] == (2, 160)

    def approved() -> dict[str | None, int]:
        return {one.strategy: one.money[1] // BAHT for one in office.plans.stages(2569).lines}

    before = approved()
    office.records.save("budget_transfer", moved, {"state": "approved", "approved_by": "executive", "approved_on": "2026-03-01"})
    after = approved()
    assert [after[one] - before[one] for one in sample.strategies] == [25, -25]
    amounts = office.budget.amounts([line, other], STREAM)
    assert (amounts[line].available // BAHT, amounts[other].available // BAHT) == (125, 35)
    office.records.save("budget_transfer", moved, {"state": "cancelled"})
    assert approved() == before


def test_steps_of_a_project_stand_in_where_the_budget_records_nothing(office: Office) -> None:
    sample = Sample(office)
    for stage, amount in (("approved", 50), ("contracted", 45), ("disbursed", 45)):
        made(office, "project_step", project=sample.school, stage=stage, fiscal_year=2569, amount=amount * BAHT)
    made(office, "project_step", project=sample.school, stage="completed", happened_on="2026-05-05")
    line = next(one for one in office.plans.stages(2569).lines if one.strategy == sample.strategies[1])
    assert line.counts == (1, 1, 1, 1, 1)
    assert [money // BAHT for money in line.money] == [50, 50, 45, 45, 45]


def test_figures_that_rise_are_pointed_out(office: Office) -> None:
    sample = Sample(office)
    made(office, "contract", number="9", vendor="ก", project=sample.school, amount=70 * BAHT, state="signed", signed_on="2026-01-10")
    line = next(one for one in office.plans.stages(2569).lines if one.strategy == sample.strategies[1])
    assert (line.rising_counts, line.rising_money) == ([2], [2])


def test_amending_keeps_the_old_words_and_counts_the_project_once(office: Office) -> None:
    sample = Sample(office)
    edition = made(office, "plan", name="แก้ไข", edition="corrected", number="2/2568", amends=sample.plan)
    made(office, "contract", number="1", vendor="ก", project=sample.road, amount=1)
    before = office.plans.tree(sample.plan).root

    office.plans.amend(sample.road, edition)
    office.records.save("project", sample.road, {"title": "ถนนและสะพาน"})
    budget = next(row for row in office.store.by_key("project_budget", {"project": sample.road, "fiscal_year": 2569}))
    office.records.save("project_budget", budget.id, {"planned": 350 * BAHT})

    comparison = office.plans.compare(edition)
    (changed,) = comparison.projects
    differing = {line.name: (line.old, line.new) for line in changed.lines if line.is_changed}
    assert differing == {"title": ("ถนน", "ถนนและสะพาน"), "planned.2569": ("300.00", "350.00")}
    assert (changed.fate, changed.row.id, office.plans.edition_name(comparison.edition)) == ("changed", sample.road, "Correction 2/2568")
    assert baht(office.plans.tree(sample.plan).root) == (before.projects, before.planned // BAHT + 50, before.ordinance // BAHT)
    assert [one.id for one in office.plans.plans()] == [sample.plan]
    with pytest.raises(Correctable):
        office.plans.amend(sample.road, edition)


def test_amending_is_one_act_that_undo_takes_back(office: Office) -> None:
    sample = Sample(office)
    edition = made(office, "plan", name="แก้ไข", edition="corrected", number="2/2568", amends=sample.plan)
    count = office.store.count(Query("project_budget"))
    office.plans.amend(sample.road, edition)
    office.undo.last()
    assert office.store.count(Query("project")) == 3
    assert office.store.count(Query("project_budget")) == count
    assert "amendment" not in office.records.get("project", sample.road).fields


def test_an_edition_tells_what_it_adds_and_takes_away(office: Office) -> None:
    sample = Sample(office)
    edition = made(office, "plan", name="เพิ่มเติม", edition="added", number="1/2568", amends=sample.plan)
    made(office, "project", plan=sample.plan, title="ใหม่", amendment=edition)
    made(office, "project", plan=sample.plan, title="ยกเลิก", amendment=edition, status="cancelled")
    comparison = office.plans.compare(edition)
    assert [(one.fate, one.knows_old) for one in comparison.projects] == [("added", True), ("gone", False)]
    assert [row.id for row in office.plans.editions(sample.plan)] == [edition]


def cells(path: Path) -> list[list[Any]]:
    """The rows of a workbook's first sheet."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def test_the_workbook_holds_exactly_what_is_open(office: Office, tmp_path: Path) -> None:
    sample = Sample(office)
    tree = office.plans.tree(sample.plan)
    first = tree.root.children[0]
    opened = {first.key, first.children[0].key, first.children[0].children[0].key}
    assert PlanSheets(office).tree(tree, tmp_path / "t.xlsx", opened, ("planned",)) == 7
    rows = cells(tmp_path / "t.xlsx")
    names = [str(row[1]).strip() for row in rows if row[0] in ("Strategy", "Tactic", "Programme", "Project", "Whole plan")]
    assert (names[:3], sorted(names[3:5]), names[5:]) == (["1 ยุทธ 1", "1.1 กลยุทธ์", "Education"], ["ถ ถนน", "ท ท่อ"], ["2 ยุทธ 2", "แผน"])
    assert rows[-1][-1] == 1050


def test_form_p01_counts_and_sums_each_year(office: Office, tmp_path: Path) -> None:
    sample = Sample(office)
    PlanSheets(office).p01(office.plans.tree(sample.plan), tmp_path / "p01.xlsx")
    total = cells(tmp_path / "p01.xlsx")[-1]
    assert total[2:] == [0, None, 0, None, 1, 500, 3, 550, 0, None, 4, 1050]


@needs_data
def test_the_real_plan_agrees_with_its_file_at_every_level(office: Office) -> None:
    office.imports.apply(office.imports.preview("project", PLAN))
    wanted: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    approved: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    with PLAN.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            planned = {year: int(row[f"budget{year}"] or 0) for year in range(2566, 2571)}
            ordinance = {year: int(row[f"ordinance{year}"] or 0) for year in range(2566, 2571)}
            keys = [
                (),
                (row["strategyNum"],),
                (row["strategyNum"], row["tacticCode"]),
                (row["strategyNum"], row["tacticCode"], row["planName"]),
            ]
            for key in keys:
                for at, amount in enumerate((1, sum(planned.values()), sum(ordinance.values()))):
                    wanted[key][at] += amount
            for year, amounts in {year: (planned[year], ordinance[year]) for year in range(2566, 2571)}.items():
                for at, amount in enumerate((amounts[0] > 0, amounts[0], amounts[1] > 0, amounts[1])):
                    approved[year][at] += amount

    tree = office.plans.tree(office.plans.usual_plan(2569))
    assert tuple(wanted[()]) == baht(tree.root) == (548, 2_393_838_700, 167_986_500)
    assert [baht(node) for node in tree.root.children if node.id] == [tuple(wanted[(str(n),)]) for n in range(1, 7)]
    for level, depth in (("tactic", 2), ("programme", 3)):
        nodes = sorted(baht(node) for node in tree.root.walk() if node.level == level and node.projects)
        assert nodes == sorted(tuple(sums) for key, sums in wanted.items() if len(key) == depth)
    for year, (planned_count, planned_sum, ordinance_count, ordinance_sum) in approved.items():
        figures = stage_figures(office, year)
        assert figures[:2] == [(planned_count, planned_sum), (ordinance_count, ordinance_sum)]
    assert stage_figures(office, None)[:2] == [
        (sum(1 for _ in office.plans.behind(None, 0, of_all=True)), 2_393_838_700),
        (132, 167_986_500),
    ]


@needs_data
def test_the_real_plan_brings_its_editions(office: Office) -> None:
    preview = office.imports.preview("project", PLAN)
    office.imports.apply(preview)
    editions = {office.plans.edition_name(row): row.id for row in office.plans.editions(office.plans.usual_plan(2569))}
    assert (preview.plan.related["plan"], len(editions)) == (39, 38)
    assert len(office.plans.compare(editions["Correction 2/2568"]).projects) == 41
    assert len(office.plans.compare(editions["Change 3/2567"]).projects) == 24
    assert office.imports.preview("project", PLAN).plan.writes == []


def test_a_sheet_of_a_later_edition_keeps_what_stood_before(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    head = "แผนงาน,โครงการ,เป้าหมาย,budget2568,ฉบับที่แก้ไข/เพิ่มเติม\n"
    path.write_text(head + "แผนงานการศึกษา,ถนน,1 สาย,500,original\n", encoding="utf-8")
    office.imports.apply(office.imports.preview("project", path))
    path.write_text(head + "แผนงานการศึกษา,ถนน,2 สาย,900,แก้ไข 2/2568\n", encoding="utf-8")
    preview = office.imports.preview("project", path)
    assert (preview.plan.created, preview.plan.updated) == (0, 1)
    office.imports.apply(preview)

    plan = office.plans.usual_plan(2568)
    (edition,) = office.plans.editions(plan)
    (changed,) = office.plans.compare(edition.id).projects
    differing = {line.name: (line.old, line.new) for line in changed.lines if line.is_changed}
    assert differing == {"target": ("1 สาย", "2 สาย"), "planned.2568": ("500.00", "900.00")}
    assert baht(office.plans.tree(plan).root) == (1, 900, 0)
    assert office.imports.preview("project", path).plan.writes == []
