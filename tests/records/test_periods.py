"""Which fiscal year a record belongs to, and what a closed year refuses: one code for the desk and the server."""

from datetime import datetime

import pytest

from records.catalogue import BY_TYPE
from records.kinds import Json
from records.periods import PERIODS, closed_year_of_change, closed_years, step_fault, year_of
from records.thai.dates import today_in_thailand
from records.thai.fiscal import fiscal_year_of

CLOSED = frozenset({2569})
LINE: dict[str, Json] = {"fiscal_year": 2569, "name": "ค่าวัสดุ", "amount": 100}


def test_every_period_names_fields_its_type_has() -> None:
    for type_name, period in PERIODS.items():
        spec = BY_TYPE.get(type_name)
        if spec is not None:
            named = {name for name in (period.year, period.day) if name} | period.frozen
            assert named <= set(spec.by_name), type_name


@pytest.mark.parametrize(
    ("type_name", "fields", "year"),
    [
        ("budget_line", {"fiscal_year": 2569}, 2569),
        ("contract", {"signed_on": "2026-09-30"}, 2569),
        ("contract", {"signed_on": "2026-10-01"}, 2570),
        ("contract", {}, None),
        ("receipt", {"issued_on": "2026-10-01"}, 2570),
        ("receipt", {"fiscal_year": 2569, "issued_on": "2026-10-01"}, 2569),
        ("fiscal_year", {"year": 2570}, 2570),
        ("person", {"fiscal_year": 2569}, None),
        ("contract", {"signed_on": "2569-99-99"}, None),
    ],
)
def test_a_record_says_its_fiscal_year_by_field_or_day(type_name: str, fields: dict[str, Json], year: int | None) -> None:
    assert year_of(type_name, fields) == year


@pytest.mark.parametrize(
    ("instant", "year"),
    [("2026-09-30T16:59:59+00:00", 2569), ("2026-09-30T17:00:00+00:00", 2570), ("2026-10-01T00:00:00+07:00", 2570)],
)
def test_the_year_turns_at_midnight_in_thailand(instant: str, year: int) -> None:
    assert fiscal_year_of(today_in_thailand(datetime.fromisoformat(instant))) == year


def test_a_record_of_a_closed_year_is_not_made_changed_moved_deleted_or_restored() -> None:
    other = {**LINE, "fiscal_year": 2570}
    for before, after in ((None, LINE), (LINE, {**LINE, "amount": 101}), (LINE, other), (other, LINE), (LINE, None)):
        assert closed_year_of_change("budget_line", before, after, CLOSED) == 2569
    for before, after in ((None, other), (other, {**other, "amount": 1}), (other, None), (LINE, dict(LINE))):
        assert closed_year_of_change("budget_line", before, after, CLOSED) is None


def test_a_contract_of_a_closed_year_goes_on_but_what_was_agreed_is_fixed() -> None:
    contract: dict[str, Json] = {"number": "1/2569", "signed_on": "2026-08-01", "amount": 500, "state": "signed"}
    assert closed_year_of_change("contract", contract, {**contract, "state": "accepted"}, CLOSED) is None
    assert closed_year_of_change("contract", contract, {**contract, "amount": 501}, CLOSED) == 2569
    assert closed_year_of_change("contract", contract, {**contract, "signed_on": "2026-10-02"}, CLOSED) == 2569


def test_only_what_the_ordinance_gave_is_fixed_in_the_money_of_a_project() -> None:
    money: dict[str, Json] = {"fiscal_year": 2569, "planned": 100}
    assert closed_year_of_change("project_budget", money, {**money, "planned": 200}, CLOSED) is None
    assert closed_year_of_change("project_budget", None, money, CLOSED) is None
    assert closed_year_of_change("project_budget", money, {**money, "ordinance": 90}, CLOSED) == 2569


def test_a_closed_year_itself_is_only_opened_again() -> None:
    year: dict[str, Json] = {"year": 2569, "state": "closed", "reason": "ครบ", "closed_by": "noi", "closed_on": "2026-10-20"}
    assert closed_year_of_change("fiscal_year", year, {**year, "note": "x"}, ()) == 2569
    assert closed_year_of_change("fiscal_year", year, None, ()) == 2569
    assert closed_year_of_change("fiscal_year", year, {**year, "state": "in_force", "reason": "แก้ฎีกา"}, ()) is None


def test_closing_and_reopening_need_who_when_and_a_reason() -> None:
    year: dict[str, Json] = {"year": 2569, "state": "in_force"}
    closed: dict[str, Json] = {**year, "state": "closed", "reason": "ครบ", "closed_by": "noi", "closed_on": "2026-10-20"}
    assert step_fault(year, closed) is None
    for missing in ("reason", "closed_by", "closed_on"):
        assert step_fault(year, {name: value for name, value in closed.items() if name != missing}) is not None
    assert step_fault(closed, {**closed, "state": "in_force"}) is not None, "the reason of closing is none for reopening"
    assert step_fault(closed, {**closed, "state": "in_force", "reason": "แก้ฎีกา"}) is None
    assert step_fault(None, {"year": 2560, "state": "closed"}) is None


def test_any_closed_record_of_a_year_closes_it() -> None:
    assert closed_years([{"year": 2569, "state": "in_force"}, {"year": 2569, "state": "closed"}, {"state": "closed"}]) == {2569}
