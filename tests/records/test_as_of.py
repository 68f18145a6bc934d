"""An office as of a day, from its events."""

from datetime import date
from typing import Any

import pytest

from records.as_of import AsOf, Standing, as_of, counts_on, timeline, type_key
from records.thai.codes import province_on
from records.words import Language, say

TODAY = date(2026, 11, 22)
PHRAEKSA: dict[str, Any] = {
    "type": "mueang", "name_th": "แพรกษา", "code": "4110113", "province": "สมุทรปราการ", "amphoe": "เมืองสมุทรปราการ", "area_km2": "19",
}  # fmt: skip
CREATED = {"id": "1", "kind": "create", "type_after": "TAO", "effective_on": "1995-03-03", "status": "gazette"}
UPGRADED = {
    "id": "2", "kind": "status_change", "type_before": "TAO", "type_after": "ThesabanMueang", "effective_on": "2020-05-13", "status": "gazette",
}  # fmt: skip
CODES = [
    {"scheme": "dla", "code": "6110113", "valid_to": "2020-05-12"},
    {"scheme": "dla", "code": "4110113", "valid_from": "2020-05-13"},
]


def on(day: str, *events: dict[str, Any], office: dict[str, Any] = PHRAEKSA) -> AsOf:
    """What the office was on the day."""
    return as_of(office, events, CODES, date.fromisoformat(day), today=TODAY)


@pytest.mark.parametrize(
    ("day", "standing", "type_", "code", "event"),
    [
        ("1995-03-02", Standing.NOT_YET, "sao", "6110113", "1"),
        ("1995-03-03", Standing.THERE, "sao", "6110113", "1"),
        ("2020-05-12", Standing.THERE, "sao", "6110113", "1"),
        ("2020-05-13", Standing.THERE, "mueang", "4110113", "2"),
        ("2026-11-22", Standing.THERE, "mueang", "4110113", "2"),
    ],
)
def test_type_and_code_turn_on_the_day_of_the_event(day: str, standing: Standing, type_: str, code: str, event: str) -> None:
    state = on(day, UPGRADED, CREATED)
    assert (state.standing, state.type, state.code, state.type_event, state.notes) == (standing, type_, code, event, ())


def test_before_the_first_event_it_was_what_that_event_changed() -> None:
    state = on("2000-01-01", UPGRADED)
    assert (state.standing, state.type, state.type_event) == (Standing.THERE, "sao", "2")
    assert len(state.notes) == 1  # nobody knows since when it had been there


@pytest.mark.parametrize("status", ["pending", "withdrawn", "denied"])
def test_an_event_that_did_not_happen_changes_nothing(status: str) -> None:
    assert on("2026-01-01", CREATED, UPGRADED, {**UPGRADED, "id": "3", "type_after": "ThesabanNakhon", "status": status}).type == "mueang"


def test_names_follow_their_changes() -> None:
    renamed = {
        "id": "4",
        "kind": "rename",
        "name_before": "สำโรงใต้",
        "name_after": "แพรกษา",
        "effective_on": "2010-09-17",
        "status": "gazette",
    }
    assert (on("2010-09-16", CREATED, renamed).name, on("2010-09-17", CREATED, renamed).name) == ("สำโรงใต้", "แพรกษา")
    assert on("2010-09-16", CREATED, renamed).name_event == "4"


def test_an_office_that_was_abolished_is_gone_from_that_day() -> None:
    ended = {"id": "5", "kind": "abolished", "effective_on": "2004-08-20", "status": "gazette"}
    assert [on(day, CREATED, ended).standing for day in ("2004-08-19", "2004-08-20")] == [Standing.THERE, Standing.GONE]


def test_one_that_is_no_more_without_an_event_is_gone_today_and_doubtful_before() -> None:
    office = {**PHRAEKSA, "status": "abolished"}
    assert on("2026-11-22", CREATED, office=office).standing is Standing.GONE
    assert [say(note, Language.ENGLISH) for note in on("2004-01-01", CREATED, office=office).notes] == [
        "The office is no more, and no event says since when"
    ]


def test_what_the_record_says_today_and_no_event_explains_is_said_to_be_unexplained() -> None:
    past, now = on("2024-01-01", CREATED), on("2026-11-22", CREATED)
    assert (past.type, past.type_event, now.type, now.type_event) == ("sao", "1", "mueang", None)
    assert "no event says when" in say(past.notes[0], Language.ENGLISH)


def test_an_area_is_not_told_for_a_day_before_the_boundary_changed() -> None:
    moved = {"id": "6", "kind": "area_change", "effective_on": "2012-01-01", "status": "gazette"}
    assert (on("2011-12-31", CREATED, moved).area_km2, on("2012-01-01", CREATED, moved).area_km2) == (None, "19")


def test_events_without_a_day_are_last_and_are_said_to_be_left_out() -> None:
    undated = {"id": "7", "kind": "status_change", "type_before": "TAO", "type_after": "ThesabanNakhon"}
    assert [event["id"] for event in timeline([undated, UPGRADED, CREATED])] == ["1", "2", "7"]
    state = on("2026-01-01", undated, UPGRADED, CREATED)
    assert (state.type, say(state.notes[-1], Language.ENGLISH)) == ("mueang", "1 events have no day and were left out")


@pytest.mark.parametrize(
    ("written", "key"),
    [("TAO", "sao"), ("ThesabanTambon", "tambon"), ("สุขาภิบาล", "sukhaphiban"), ("SaphaTambon", "sapha_tambon"), (None, ""), ("?", "?")],
)
def test_types_are_known_by_every_word_for_them(written: str | None, key: str) -> None:
    assert type_key(written) == key


def test_counts_are_of_those_that_were_there() -> None:
    states = [on(day, CREATED, UPGRADED) for day in ("1990-01-01", "2000-01-01", "2021-01-01", "2022-01-01")]
    found = counts_on(states, ["11", "11", "11", "12"])
    assert found == {"11": {"sao": 1, "mueang": 1}, "12": {"mueang": 1}}


def test_a_province_and_its_organisation_are_as_old_as_the_act_that_made_it() -> None:
    office = {"type": "pao", "name_th": "บึงกาฬ", "province_code": "38", "province": "บึงกาฬ"}
    before, after = (as_of(office, (), (), date.fromisoformat(day), today=TODAY) for day in ("2011-03-22", "2011-03-23"))
    assert (before.standing, before.province, after.standing, after.province) == (Standing.NOT_YET, "หนองคาย", Standing.THERE, "บึงกาฬ")
    assert (province_on("38", date(2011, 3, 22)), province_on("38", date(2011, 3, 23)), province_on("10", date(1900, 1, 1))) == (
        "43",
        "38",
        "10",
    )
