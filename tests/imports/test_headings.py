"""Finding the table of a sheet and what its columns carry."""

import pytest

from desktop.imports import headings
from desktop.imports.headings import Table, Target
from desktop.imports.recipes import NO_RECIPE, RECIPES
from desktop.imports.sheets import Cell, Merged, Sheet
from records.catalogue import BY_TYPE
from records.errors import Correctable

PROJECT = BY_TYPE["project"]
WORDS = headings.vocabulary(PROJECT, BY_TYPE, RECIPES["project"])


def table_of(rows: list[list[Cell]], merged: tuple[Merged, ...] = ()) -> Table:
    """The table found in rows."""
    return headings.find_table([Sheet("s", rows, merged)], WORDS)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("ชื่อโครงการ", Target("project", "title")),
        ("name", Target("project", "title")),
        (" โครงการ / กิจกรรม ", Target("project", "title")),
        ("strategyNum", Target("strategy", "number")),
        ("ยุทธศาสตร์", Target("strategy", "name")),
        ("tacticCode", Target("tactic", "code")),
        ("planName", Target("project", "programme")),
        ("budget2566", Target("project_budget", "planned", 2566)),
        ("งบประมาณ ปี ๒๕๖๖ (บาท)", Target("project_budget", "planned", 2566)),
        ("ปีงบประมาณ พ.ศ. 2570", Target("project_budget", "planned", 2570)),
        ("2567", Target("project_budget", "planned", 2567)),
        ("เทศบัญญัติ 2566", Target("project_budget", "ordinance", 2566)),
        ("ordinance2569", Target("project_budget", "ordinance", 2569)),
        ("สี", None),
        ("รหัส 12566", None),
    ],
)
def test_a_heading_means_a_field(heading: str, target: Target | None) -> None:
    assert WORDS.target(heading) == target


def test_the_headings_are_found_under_a_preamble() -> None:
    table = table_of(
        [["แผนพัฒนาท้องถิ่น", "แผนพัฒนาท้องถิ่น", "แผนพัฒนาท้องถิ่น"], [None] * 3, ["ที่", "ชื่อโครงการ", "2566"], ["1", "ถนน", "500"]],
        (Merged(0, 0, 0, 2),),
    )
    assert (table.heading_row, table.headings) == (2, ("ที่", "ชื่อโครงการ", "2566"))


def test_headings_on_three_merged_rows_are_joined() -> None:
    rows: list[list[Cell]] = [
        ["ที่", "โครงการ", "งบประมาณและที่มา", "งบประมาณและที่มา", "เทศบัญญัติ", "เทศบัญญัติ"],
        ["ที่", "โครงการ", "งบประมาณ", "งบประมาณ", "เทศบัญญัติ", "เทศบัญญัติ"],
        ["ที่", "โครงการ", 2566.0, 2567.0, 2566.0, 2567.0],
        ["1", "ถนน", 1.0, 2.0, 3.0, 4.0],
    ]
    merged = (Merged(0, 2, 0, 0), Merged(0, 2, 1, 1), Merged(0, 0, 2, 3), Merged(1, 1, 2, 3), Merged(0, 1, 4, 5))
    table = table_of(rows, merged)
    targets = [mapped.target for mapped in headings.suggest(table, WORDS)]
    assert table.heading_row == 2
    assert targets[2:] == [
        Target("project_budget", "planned", 2566),
        Target("project_budget", "planned", 2567),
        Target("project_budget", "ordinance", 2566),
        Target("project_budget", "ordinance", 2567),
    ]


def test_an_empty_cell_over_a_filled_one_belongs_to_its_left_neighbour() -> None:
    table = table_of([["โครงการ", "งบประมาณ", None, "เทศบัญญัติ", None], [None, "2566", "2567", "2566", "2567"], ["ถนน", "1", "2", "3", "4"]])
    assert table.headings == ("โครงการ", "งบประมาณ 2566", "งบประมาณ 2567", "เทศบัญญัติ 2566", "เทศบัญญัติ 2567")


def test_a_row_that_only_numbers_the_columns_is_no_data() -> None:
    table = table_of([["ที่", "ชื่อโครงการ", "2566"], ["(1)", "(2)", "(3)"], ["1", "ถนน", "500"]])
    assert table.heading_row == 1


def test_of_several_sheets_the_one_that_means_the_most_is_taken() -> None:
    cover = Sheet("ปก", [["ที่", "หมายเหตุ"], ["1", "x"]])
    plan = Sheet("ผ.02", [["ที่", "ชื่อโครงการ", "2566"], ["1", "ถนน", "500"]])
    assert headings.find_table([cover, plan], WORDS).sheet.name == "ผ.02"


def test_a_similar_heading_is_a_suggestion_and_nothing_more() -> None:
    mapped = headings.suggest(table_of([["ชื่อโครงการ", "หน่วยงานรับผิดชอบหลั"], ["ถนน", "กองช่าง"]]), WORDS)
    assert (mapped[1].target, mapped[1].is_certain) == (Target("project", "division"), False)
    taken = headings.chosen(mapped, {}, PROJECT, BY_TYPE, RECIPES["project"])
    assert taken[1].target is None


def test_two_columns_of_one_meaning_give_it_to_the_first() -> None:
    mapped = headings.suggest(table_of([["ชื่อโครงการ", "โครงการ"], ["ถนน", "คลอง"]]), WORDS)
    assert [one.target for one in mapped] == [Target("project", "title"), None]


def test_repeated_headings_are_told_apart_so_that_each_can_be_chosen() -> None:
    mapped = headings.suggest(table_of([["ชื่อโครงการ", "จำนวน", "จำนวน"], ["ถนน", "1", "2"]]), WORDS)
    taken = headings.chosen(mapped, {"จำนวน (2)": "number"}, PROJECT, BY_TYPE, RECIPES["project"])
    assert [(one.heading, one.target and one.target.field) for one in taken[1:]] == [("จำนวน", None), ("จำนวน (2)", "number")]


def test_a_person_chooses_over_what_was_suggested() -> None:
    mapped = headings.suggest(table_of([["ชื่อโครงการ", "ข้อความ", "ยอด"], ["ถนน", "a", "5"]]), WORDS)
    choice = {"ข้อความ": "title", "ชื่อโครงการ": None, "ยอด": "project_budget.planned.2566"}
    taken = headings.chosen(mapped, choice, PROJECT, BY_TYPE, RECIPES["project"])
    assert [one.target for one in taken] == [None, Target("project", "title"), Target("project_budget", "planned", 2566)]


@pytest.mark.parametrize("choice", [{"ไม่มี": "title"}, {"ชื่อโครงการ": "nope"}, {"ชื่อโครงการ": "person.phone"}, {"ชื่อโครงการ": "plan.nope"}])
def test_an_unknown_heading_or_field_is_refused(choice: dict[str, str | None]) -> None:
    mapped = headings.suggest(table_of([["ชื่อโครงการ", "ที่"], ["ถนน", "1"]]), WORDS)
    with pytest.raises(Correctable, match="nothing was changed"):
        headings.chosen(mapped, choice, PROJECT, BY_TYPE, RECIPES["project"])


def test_a_sheet_of_which_nothing_is_known_still_shows_its_headings() -> None:
    table = headings.find_table([Sheet("s", [["ก", None], ["คอลัมน์หนึ่ง", "คอลัมน์สอง"], ["x", "y"]])], WORDS)
    assert table.headings == ("คอลัมน์หนึ่ง", "คอลัมน์สอง")


def test_a_sheet_without_a_table_is_refused() -> None:
    with pytest.raises(Correctable, match="No row of headings"):
        headings.find_table([Sheet("s", [["x"], ["y"]])], WORDS)


def test_every_recipe_names_what_the_catalogue_has() -> None:
    for type_name, recipe in RECIPES.items():
        for companion in recipe.companions:
            spec = BY_TYPE[companion.type]
            named = {name for key in companion.keys for name in key} | set(companion.takes) | set(companion.period or ())
            assert named <= set(spec.by_name)
            assert set(companion.takes.values()) <= set(BY_TYPE[type_name].by_name)
        assert {*recipe.headings, *recipe.wanted} <= set(BY_TYPE[type_name].by_name)
        for part in recipe.yearly:
            assert {part.via, part.year} <= set(BY_TYPE[part.type].by_name)


@pytest.mark.parametrize("type_name", sorted(BY_TYPE))
def test_every_type_is_known_by_its_labels(type_name: str) -> None:
    spec = BY_TYPE[type_name]
    words = headings.vocabulary(spec, BY_TYPE, NO_RECIPE)
    assert all(words.target(field.name) for field in spec.fields)
