"""The fiscal year from 1 October to 30 September."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import FieldError
from records.thai.fiscal import fiscal_year_bounds, fiscal_year_of, parse_fiscal_year
from tests.records.thai.digits import to_thai

YEARS = st.integers(2400, 2700)


def test_the_fiscal_year_2569_is_as_the_law_has_it() -> None:
    assert fiscal_year_bounds(2569) == (date(2025, 10, 1), date(2026, 9, 30))
    assert fiscal_year_of(date(2025, 9, 30)) == 2568
    assert fiscal_year_of(date(2025, 10, 1)) == 2569


@given(st.dates(date(1900, 1, 1), date(2150, 1, 1)))
def test_every_day_lies_in_its_year_and_years_follow_without_a_gap(day: date) -> None:
    year = fiscal_year_of(day)
    first, last = fiscal_year_bounds(year)

    assert first <= day <= last
    assert last + timedelta(days=1) == fiscal_year_bounds(year + 1)[0]


@pytest.mark.parametrize(
    "typed",
    [
        "2569",
        "๒๕๖๙",
        "69",
        " 69 ",
        "ปี 2569",
        "พ.ศ. 2569",
        "พ.ศ.2569",
        "ปีงบประมาณ พ.ศ. ๒๕๖๙",
        "ปีงบ 69",
        "FY2569",
        "FY 69",
        "B.E. 2569",
    ],
)
def test_a_fiscal_year_is_read_however_it_is_written(typed: str) -> None:
    assert parse_fiscal_year(typed) == 2569


@given(YEARS)
def test_fiscal_years_are_read_back(year: int) -> None:
    assert parse_fiscal_year(str(year)) == year
    assert parse_fiscal_year(to_thai(str(year))) == year


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Buddhist Era"),
        ("ปีหน้า", "Buddhist Era"),
        ("569", "Buddhist Era"),
        ("2026", "type 2569"),
        ("2300", "no fiscal year 2300"),
        ("2701", "no"),
    ],
)
def test_what_is_no_fiscal_year_is_refused_with_words(typed: str, said: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_fiscal_year(typed)

    assert said in refused.value.message.en
    assert refused.value.message.th


@given(st.text(max_size=10))
def test_any_text_is_a_fiscal_year_or_a_field_error(text: str) -> None:
    try:
        year = parse_fiscal_year(text)
    except FieldError:
        return
    assert 2400 <= year <= 2700
