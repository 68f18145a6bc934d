"""The commands of plans: their JSON and their workbooks."""

import json
from pathlib import Path

import openpyxl

from tests.offices import enrolled_home, thongthin


def saved(home: Path, record_type: str, **fields: object) -> str:
    """Saves a record through the command line and returns its id."""
    done = thongthin(home, "record", "save", record_type, "--json", stdin=json.dumps(fields))
    assert done.code == 0, done.err
    return str(done.json["id"])


def filled(folder: Path) -> tuple[Path, str, str]:
    """A desk with a plan, an edition of it and a project; its folder and the ids of plan and edition."""
    home = enrolled_home(folder)
    plan = saved(home, "plan", name="แผน", first_year=2566, last_year=2570)
    edition = saved(home, "plan", name="เพิ่มเติม", edition="added", number="1/2568", amends=plan)
    strategy = saved(home, "strategy", plan=plan, number=1, name="ยุทธศาสตร์")
    project = saved(home, "project", plan=plan, strategy=strategy, title="ถนน", amendment=edition)
    saved(home, "project_budget", project=project, fiscal_year=2569, planned=50000, ordinance=40000)
    return home, plan, edition


def test_the_tree_of_a_year_is_printed_and_written(tmp_path: Path) -> None:
    home, plan, _ = filled(tmp_path)
    found = thongthin(home, "plan", "tree", "--year", "2569", "--json").json
    root = found["tree"]
    assert (found["plan"], found["years"], root["projects"], root["planned"]) == (plan, [2566, 2567, 2568, 2569, 2570], 1, 50000)
    assert root["children"][0]["years"]["2569"]["ordinance"] == 40000
    written = thongthin(home, "plan", "tree", "--to", str(tmp_path / "tree.xlsx"), "--p01", "--json").json
    assert (written["rows"], openpyxl.load_workbook(tmp_path / "tree.xlsx").worksheets[0].max_row > written["rows"]) == (4, True)
    assert "1 projects" in thongthin(home, "plan", "tree").out


def test_the_stages_of_a_year_are_printed_and_written(tmp_path: Path) -> None:
    home, _, _ = filled(tmp_path)
    found = thongthin(home, "plan", "eplan", "--year", "2569", "--json", "--to", str(tmp_path / "e.xlsx")).json
    assert found["total"]["stages"]["approved"] == {"count": 1, "money": 40000}
    assert (found["ratios"]["Approved/planned"], found["rows"]) == ("80.0", 2)
    assert thongthin(home, "plan", "eplan", "--year", "2568", "--json").json["lines"] == []
    assert "Budget approved 1 (400.00)" in thongthin(home, "plan", "eplan").out


def test_editions_are_listed_and_compared(tmp_path: Path) -> None:
    home, _, edition = filled(tmp_path)
    assert thongthin(home, "plan", "compare", "--json").json == [
        {"id": edition, "edition": "added", "number": "1/2568", "name": "Addition 1/2568"}
    ]
    found = thongthin(home, "plan", "compare", "--edition", edition, "--json", "--to", str(tmp_path / "c.xlsx")).json
    assert (found["counts"], found["projects"][0]["fields"]["planned.2569"]) == (
        {"added": 1, "changed": 0, "gone": 0},
        {"old": "", "new": "500.00"},
    )
    assert "ถนน" in thongthin(home, "plan", "compare", "--edition", edition).out


def test_a_workbook_of_no_edition_is_refused_in_words(tmp_path: Path) -> None:
    home, _, _ = filled(tmp_path)
    refused = thongthin(home, "plan", "compare", "--to", str(tmp_path / "c.xlsx"))
    assert (refused.code, (tmp_path / "c.xlsx").exists()) == (1, False)
    assert "--edition" in refused.err
