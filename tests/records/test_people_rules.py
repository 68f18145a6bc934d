"""Checks of persons, terms, councils and handovers, and positions by type of office."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from records.areas import DEFAULT_AREAS, covers
from records.catalogue import BY_TYPE
from records.checks import Related, check
from records.kinds import Json
from records.positions import FORMER_TITLES, council_seats, place_of, standard_positions

TODAY = date(2026, 11, 22)
ME, OTHER, SEAT = (f"01936f5e-4c00-7abc-8def-00000000000{number}" for number in range(3))
HISTORY = Path(__file__).resolve().parents[3] / "shared" / "data" / "lao_officials_history.csv"
TERM: dict[str, Any] = {
    "person": ME,
    "person_name": "สมชาย ใจดี",
    "position_name": "นายกเทศมนตรี",
    "begin": date(2021, 3, 28),
    "how_obtained": "elected_directly",
}


def holding(*records: tuple[str, dict[str, Json]]) -> Related:
    """A store of these records, and of the persons and seats the terms name."""

    def related(type: str, wanted: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
        if "id" in wanted and type in ("person", "office"):
            return [{"id": wanted["id"]}]
        return [fields for held, fields in records if held == type and all(fields.get(name) == value for name, value in wanted.items())]

    return related


def found(type_name: str, draft: dict[str, Any], *records: tuple[str, dict[str, Json]], record_id: str = "") -> set[tuple[str, str]]:
    """(field, severity) of what the check finds."""
    problems = check(BY_TYPE[type_name], draft, holding(*records), record_id=record_id, today=TODAY)
    return {(problem.field, problem.severity.value) for problem in problems}


def other(**fields: Json) -> tuple[str, dict[str, Json]]:
    """Another term of the same person in the same office."""
    return "term", {
        "id": OTHER,
        "person": ME,
        "person_name": "สมชาย ใจดี",
        "position_name": "นายกเทศมนตรี",
        "how_obtained": "elected_directly",
        **fields,
    }


def test_a_good_term_has_no_problem() -> None:
    assert found("term", TERM) == set()
    assert found("term", {**TERM, "end": date(2025, 3, 27), "end_reason": "end_of_term"}) == set()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"end": date(2021, 3, 1)}, ("end", "error")),
        ({"end": date(2024, 3, 27), "end_reason": "end_of_term"}, ("end", "info")),
        ({"end": date(2024, 3, 27)}, ("end_reason", "warning")),
        ({"end_reason": "resigned"}, ("end", "warning")),
        ({"suspended_from": date(2021, 1, 1)}, ("suspended_from", "error")),
        ({"suspended_to": date(2021, 5, 1)}, ("suspended_from", "error")),
        ({"begin_year": "2019"}, ("begin_year", "warning")),
        ({"acting": True}, ("order_number", "info")),
    ],
)
def test_days_and_papers_of_a_term(change: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in found("term", {**TERM, **change})


def test_an_extended_term_is_no_problem() -> None:
    extended = {**TERM, "how_obtained": "term_extended", "begin": date(2016, 9, 30), "end": date(2021, 11, 27), "end_reason": "end_of_term"}
    assert found("term", extended) == set()


def test_a_term_beside_others_of_its_person() -> None:
    assert ("begin", "warning") in found("term", TERM, other(begin="2021-05-01"))
    assert ("position_name", "error") in found("term", TERM, other(position_name="สมาชิกสภาเทศบาล", begin="2021-05-01"))
    deputy = {**TERM, "position_name": "รองนายกเทศมนตรี", "how_obtained": "appointed"}
    assert ("position_name", "error") in found("term", deputy, other(position_name="สมาชิกสภาเทศบาล", begin="2020-05-01"))
    assert ("begin", "warning") in found("term", TERM, other(begin="2021-05-01", office_name="แม่ใส"))
    chair = {**TERM, "position_name": "ประธานสภาเทศบาล", "how_obtained": "elected_by_council"}
    assert found("term", chair, other(position_name="สมาชิกสภาเทศบาล", begin="2021-03-28")) == set()
    assert found("term", TERM, other(position_name="สมาชิกสภาเทศบาล", begin="2012-01-01", end="2015-12-31")) == set()


def test_a_third_term_in_a_row_is_a_warning_with_the_law_and_the_limit_is_the_offices_own() -> None:
    before = [other(begin="2013-03-28", end="2017-03-27"), other(begin="2017-03-28", end="2021-03-27")]
    problems = check(BY_TYPE["term"], TERM, holding(*before), today=TODAY)
    (said,) = [problem.text.th for problem in problems if problem.field == "consecutive"]
    assert "มาตรา 48 สัตต" in said
    assert ("consecutive", "warning") not in found("term", TERM, before[1]), "two in a row are allowed"
    away = [other(begin="2009-03-28", end="2013-03-27"), other(begin="2013-03-28", end="2016-03-27")]
    assert ("consecutive", "warning") not in found("term", TERM, *away), "four years out begin anew"
    free = {**TERM, "position": SEAT}
    assert ("consecutive", "warning") not in found(
        "term", free, *before, ("position", {"id": SEAT, "name": "นายกเทศมนตรี", "term_limit": 0})
    )


def test_a_seat_over_its_quota_and_a_seat_left_empty() -> None:
    twin = {"person": OTHER, "person_name": "สมหญิง"}
    at_once = {**TERM, "end": date(2025, 3, 27), "end_reason": "end_of_term"}
    assert ("position_name", "warning") in found("term", at_once, other(**twin, begin="2021-04-01"))
    assert ("position_name", "warning") not in found("term", at_once, other(**twin, begin="2021-04-01", office_name="แม่ใส"))
    open_end = {**TERM, "begin": date(2016, 1, 1)}
    assert found("term", open_end, other(**twin, begin="2021-04-01")) == {("end", "warning")}, "somebody came after"
    assert found("term", TERM, other(**twin, begin="2016-01-01")) == set(), "the later one is well"
    before = other(**twin, begin="2012-01-01", end="2021-01-31")
    assert ("begin", "info") in found("term", TERM, before)
    acting = other(**twin, position_name="ปลัดเทศบาล", acting=True, begin="2021-02-01", end="2021-03-27")
    assert ("begin", "info") not in found("term", TERM, before, acting)
    deputies = {**TERM, "position": SEAT, "position_name": "รองนายกเทศมนตรี", "how_obtained": "appointed"}
    seat: tuple[str, dict[str, Json]] = ("position", {"id": SEAT, "name": "รองนายกเทศมนตรี", "quota": 2})
    two = [other(person=f"p{n}", person_name=str(n), position_name="รองนายกเทศมนตรี", begin="2021-04-01") for n in range(2)]
    assert ("position_name", "warning") in found("term", deputies, seat, *two)
    assert ("position_name", "warning") not in found("term", deputies, seat, two[0])


def test_a_person() -> None:
    good = {"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": date(1980, 1, 1)}
    assert found("person", good) == set()
    assert ("birth_date", "warning") in found("person", {**good, "birth_date": date(1900, 1, 1)})
    assert ("province", "warning") in found("person", {**good, "tambon": "แม่ใส"})


def test_a_position_over_what_the_law_gives() -> None:
    position = {"name": "รองนายกเทศมนตรี", "rank": "deputy", "office_type": "tambon", "quota": 3}
    assert ("quota", "warning") in found("position", position)
    assert found("position", {**position, "quota": 2}) == set()
    held: list[tuple[str, dict[str, Json]]] = [("term", {"id": f"t{n}", "position": SEAT, "begin": "2024-01-01"}) for n in range(3)]
    assert ("quota", "warning") in found("position", {**position, "quota": 2}, *held, record_id=SEAT)


def test_a_council_a_handover_a_check_and_a_complaint() -> None:
    council = {"council": "pao", "begin": date(2020, 12, 20), "end": date(2024, 12, 19), "size": 24}
    assert found("council_term", council) == set()
    assert ("size", "warning") in found("council_term", {**council, "size": 3})
    assert ("begin", "warning") in found("council_term", council, ("council_term", {"id": OTHER, "council": "pao", "begin": "2021-01-01"}))
    handover = {"from_name": "ก", "to_name": "ข", "state": "handed"}
    assert {("signed_by_giver", "error"), ("signed_by_taker", "error"), ("on", "error")} <= found("duty_handover", handover)
    assert ("law_ref", "error") in found("qualification_check", {"person_name": "ก", "rule": "อายุ", "result": "fail"})
    complaint = {"number": "1", "respondent_name": "ก", "allegation": "ข", "state": "ordered", "due_on": date(2026, 1, 1)}
    assert {("order_number", "error"), ("due_on", "warning")} <= found("executive_complaint", complaint)


def test_a_complaint_against_an_executive_never_lives_with_the_office_nor_is_read_by_it() -> None:
    spec = BY_TYPE["executive_complaint"]
    assert spec.home == "province"
    assert [role for role in ("clerk", "head", "office-admin", "reader") if covers(DEFAULT_AREAS[role], spec.area)] == []
    assert covers(DEFAULT_AREAS["province"], spec.area)


@pytest.mark.parametrize(("office_type", "population", "villages", "seats"), [
    ("pao", 400_000, None, 24), ("pao", 2_500_000, None, 48), ("pao", None, None, None), ("sao", None, 4, 6), ("sao", None, 13, 13),
    ("tambon", None, None, 12), ("mueang", None, None, 18), ("nakhon", None, None, 24), ("bangkok", None, None, 50),
])  # fmt: skip
def test_seats_by_law(office_type: str, population: int | None, villages: int | None, seats: int | None) -> None:
    assert council_seats(office_type, population, villages) == seats


@pytest.mark.parametrize("office_type", ["pao", "nakhon", "mueang", "tambon", "sao", "pattaya", "bangkok"])
def test_standard_positions_say_their_place_by_their_name(office_type: str) -> None:
    for one in standard_positions(office_type):
        assert place_of(one.name) == (one.body, one.rank)
    assert {body for body, _ in (place_of(name) for name, _, _ in FORMER_TITLES.values())} == {"executive", "council", "permanent"}


@pytest.mark.skipif(not HISTORY.exists(), reason="the real data are not here")
def test_the_real_executives_of_three_terms_and_more_are_found() -> None:
    with HISTORY.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["lao_geocode"].startswith("56") and row["kind"] == "official" and row["begin"]]
    people: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        how = {"ElectedDirectly": "elected_directly", "TermExtended": "term_extended"}.get(row["beginreason"], "unknown")
        fields: dict[str, Any] = {"person_name": row["name"], "position_name": FORMER_TITLES[row["title"]][0], "how_obtained": how}
        fields |= {name: row[name] for name in ("begin", "end") if row[name]}
        people[row["lao_geocode"], row["name"]].append(fields)
    warned = set()
    for who, terms in people.items():
        for at, one in enumerate(terms):
            rest: list[tuple[str, dict[str, Json]]] = [("term", {**each, "id": str(n)}) for n, each in enumerate(terms) if n != at]
            draft: dict[str, Any] = {**one, **{name: date.fromisoformat(one[name]) for name in ("begin", "end") if name in one}}
            if ("consecutive", "warning") in found("term", draft, *rest):
                warned.add(who)
    thrice = {who for who, terms in people.items() if sum(one["how_obtained"] == "elected_directly" for one in terms) >= 3}
    assert warned
    assert warned <= thrice
    assert len(warned) >= len(thrice) * 0.8
