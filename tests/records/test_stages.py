"""Stages of a project and names of editions."""

import pytest

from records.stages import APPROVED, COMPLETED, CONTRACTED, DISBURSED, PLANNED, furthest_stage, rises, stages_reached
from records.thai.editions import EditionName, edition_order, parse_edition


def test_each_stage_is_reached_by_a_fact_of_its_own() -> None:
    assert stages_reached(0, 0, 0, 0, False) == 0
    assert stages_reached(1, 0, 0, 0, False) == PLANNED
    assert stages_reached(100, 100, 2, 50, False) == PLANNED | APPROVED | CONTRACTED | DISBURSED
    assert stages_reached(0, 0, 0, 1, True) == DISBURSED | COMPLETED


def test_the_furthest_stage_is_the_last_one_reached() -> None:
    assert furthest_stage(0) is None
    assert furthest_stage(PLANNED) == "planned"
    assert furthest_stage(PLANNED | DISBURSED) == "disbursed"
    assert furthest_stage(PLANNED | COMPLETED) == "completed"


def test_a_figure_above_the_one_before_it_rises() -> None:
    assert rises((5, 5, 3, 3, 0)) == []
    assert rises([1, 2, 2, 3]) == [1, 3]


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("แก้ไข 2/2568", "corrected", "2/2568"),
        ("แก้ไข ครั้งที่ 1 / 2566", "corrected", "1/2566"),
        ("เปลี่ยนแปลง 3/2567", "changed", "3/2567"),
        ("เพิ่มเติม ครั้งที่ ๖/๒๕๖๗", "added", "6/2567"),
        ("ฉบับแก้ไข ฉบับที่ 10/พ.ศ. 2567", "corrected", "10/2567"),
    ],
)
def test_the_texts_of_books_name_editions(text: str, kind: str, number: str) -> None:
    assert parse_edition(text) == EditionName(kind, number)


@pytest.mark.parametrize("text", ["", "original", "ฉบับแรก", "แก้ไข", "แก้ไข 2568", "รวมเล่มถึง ปี 68"])
def test_what_names_no_amendment_is_none(text: str) -> None:
    assert parse_edition(text) is None


def test_editions_sort_by_year_then_number() -> None:
    assert sorted(["10/2567", "2/2568", "2/2567", "?"], key=edition_order) == ["?", "2/2567", "10/2567", "2/2568"]
