"""The budget on the command line: several files, the trees, a balance, a transfer, an Excel of what is shown."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.offices import DATA, enrolled_home, thongthin

PAYAO = DATA / "pao_budgets" / "2565-pao-พะเยา.json"
NATION = DATA / "pao_budgets" / "2565-nation-wide.json"
KRABI = DATA / "pao_budgets" / "2565-pao-กระบี่.json"
needs_data = pytest.mark.skipif(not PAYAO.exists(), reason="the real data are not here")


def saved(home: Path, type: str, **fields: Any) -> str:
    """The id of a new record."""
    record: dict[str, Any] = thongthin(home, "record", "save", type, "--json", stdin=json.dumps(fields)).json
    return str(record["id"])


@needs_data
def test_a_published_budget_comes_in_and_its_tree_says_the_totals_of_the_file(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    outcome = thongthin(home, "import", "budget_line", str(PAYAO), "--json")
    assert (outcome.code, outcome.json["created"], outcome.json["related"]) == (0, 20, {"revenue_line": 8, "fiscal_year": 1})
    tree = thongthin(home, "budget", "tree", "--year", "2565", "--json").json
    assert (tree["expenditure"]["adopted"], tree["revenue"]["estimate"]) == (51_104_750_000, 51_154_750_000)
    assert tree["expenditure"]["children"][0]["name"] == "ด้านบริหารทั่วไป"
    with_lines = thongthin(home, "budget", "tree", "--year", "2565", "--lines").out
    assert "งบลงทุน งานก่อสร้าง: 111,490,500.00" in with_lines


@needs_data
def test_of_several_budgets_for_one_office_the_first_goes_in_and_the_others_are_told(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    outcome = thongthin(home, "import", "budget_line", str(NATION), str(KRABI), str(PAYAO), "--json")
    assert outcome.code == 3
    nation, krabi, payao = outcome.json["files"]
    assert "has totals alone" in nation["error"]
    assert krabi["created"] > 0
    assert "already has the budget of กระบี่" in payao["error"]


def test_a_transfer_moves_money_and_refuses_more_than_there_is(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    source, target = (
        saved(home, "budget_line", fiscal_year=2569, programme="education", budget_group="operations", name=name, amount=10_000)
        for name in ("ค่าใช้สอย", "ค่าวัสดุ")
    )
    arguments = ("budget", "transfer", "--from", source, "--to", target, "--approved-by", "executive", "--approved-on", "2026-11-01")
    refused = thongthin(home, *arguments, "--amount", "100.01")
    assert refused.code == 1
    assert "At most 100.00 baht" in refused.err
    done = thongthin(home, *arguments, "--amount", "๔๐", "--json").json
    assert done["balances"] == {source: 6_000, target: 14_000}
    balance = thongthin(home, "budget", "balance", source, "--json").json
    assert [(one["type"], one["change"], one["after"]) for one in balance["movements"]] == [
        ("budget_line", 10_000, 10_000),
        ("budget_transfer", -4_000, 6_000),
    ]
    proposed = thongthin(home, "budget", "transfer", "--from", source, "--to", target, "--amount", "10", "--json").json
    assert proposed["record"]["fields"]["state"] == "proposed"
    assert proposed["balances"] == {source: 6_000, target: 14_000}


def test_the_tree_goes_to_excel_with_its_total_last(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    saved(
        home, "budget_line", fiscal_year=2569, programme="education", work="ก่อสร้าง", budget_group="investment", name="อาคาร", amount=10_050
    )
    path = tmp_path / "tree.xlsx"
    assert thongthin(home, "budget", "tree", "--year", "2569", "--to", str(path), "--json").json["rows"] == 5
    rows: list[Any] = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert [row[2] for row in rows[-5:]] == [100.5] * 5
    assert rows[-1][1] == "Total"
