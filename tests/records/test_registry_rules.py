"""Rules of the registry, each with a case on either side of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from records.catalogue.registry import Office
from records.catalogue.registry_requests import CHANGE_REQUEST_WORKFLOW, CHANGEABLE
from records.thai.codes import code_fault
from tests.records.test_checks import found

Held = tuple[str, dict[str, Any]]

SAO, OTHER, VILLAGE = (f"01936f5e-4c00-7abc-8def-00000000001{number}" for number in range(3))
OFFICE: dict[str, Any] = {"type": "sao", "name_th": "แม่ใส", "code": "6560115", "province_code": "56", "status": "active"}
EVENT: dict[str, Any] = {"office": SAO, "kind": "create", "effective_on": date(1996, 12, 16), "status": "gazette", "gazette": "เล่ม 113"}
FIGURE: dict[str, Any] = {"indicator": "ประชากร", "year": 2569, "value": Decimal(1000), "unit": "คน"}
REQUEST: dict[str, Any] = {
    "office": SAO, "field": "website", "present_value": "old.go.th", "proposed_value": "new.go.th", "reason": "ย้าย", "state": "draft",
}  # fmt: skip


def office(**fields: Any) -> tuple[str, dict[str, Any]]:
    """The entry of the office under check, as a store has it."""
    return "office", {"id": SAO, **fields}


def test_an_office_in_order_has_no_problem() -> None:
    assert found("office", {**OFFICE, "coordinates": (Decimal("19.16"), Decimal("99.90"))}) == {}
    assert found("office", {**OFFICE, "type": "tambon"}) == {}  # some kept the 6 of their time as อบต.


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "65601"}, "code"),
        ({"code": "06560115"}, "code"),
        ({"code": "4560115"}, "code"),
        ({"code": "6570115"}, "province_code"),
        ({"coordinates": (Decimal("99.90"), Decimal("19.16"))}, "coordinates"),
        ({"status": "merged", "status_since": date(2004, 8, 20)}, "successor"),
        ({"status": "abolished"}, "status_since"),
    ],
)
def test_an_office_out_of_order_is_told_where(changed: dict[str, Any], field: str) -> None:
    assert list(found("office", {**OFFICE, **changed})) == [field]


def test_codes_of_one_office_do_not_overlap() -> None:
    code = {"office": SAO, "scheme": "dla", "code": "4110113", "valid_from": date(2020, 5, 13)}
    former: tuple[str, dict[str, Any]] = (
        "office_code",
        {"id": OTHER, "office": SAO, "scheme": "dla", "code": "6110113", "valid_to": "2020-05-12"},
    )
    assert found("office_code", code, former, office()) == {}
    former[1]["valid_to"] = "2020-05-13"
    assert list(found("office_code", code, former, office())) == ["valid_from"]


def test_an_event_is_dated_and_cites_the_gazette() -> None:
    assert found("office_event", EVENT) == {}
    told = found("office_event", {**EVENT, "effective_on": None, "gazette": None})
    assert {field: severity for field, (severity, _) in told.items()} == {"effective_on": "warning", "gazette": "warning"}
    assert found("office_event", {**EVENT, "effective_on": None, "gazette": None, "status": "pending"}) == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "status_change"}, "type_after"),
        ({"kind": "status_change", "type_before": "TAO", "type_after": "อบต."}, "type_after"),
        ({"kind": "rename"}, "name_after"),
    ],
)
def test_an_event_that_says_nothing_is_an_error(changed: dict[str, Any], field: str) -> None:
    assert found("office_event", {**EVENT, **changed})[field][0] == "error"


def test_events_follow_each_other() -> None:
    created: Held = (
        "office_event",
        {"id": OTHER, "office": SAO, "kind": "create", "type_after": "TAO", "effective_on": "2000-01-01", "status": "gazette"},
    )
    ended: Held = ("office_event", {"id": VILLAGE, "office": SAO, "kind": "abolished", "effective_on": "2010-01-01", "status": "gazette"})
    upgraded = {**EVENT, "kind": "status_change", "type_before": "TAO", "type_after": "ThesabanTambon", "effective_on": date(2005, 1, 1)}
    assert found("office_event", upgraded, created, ended, office()) == {}
    assert list(found("office_event", {**upgraded, "effective_on": date(1999, 1, 1)}, created, office())) == ["effective_on"]
    assert list(found("office_event", {**upgraded, "effective_on": date(2010, 1, 2)}, created, ended, office())) == ["effective_on"]
    assert list(found("office_event", {**upgraded, "type_before": "Sukhaphiban"}, created, office())) == ["type_before"]


def test_a_village_number_is_there_once_in_a_subdistrict() -> None:
    village = {"moo": 3, "name": "บ้านใหม่", "tambon": "แม่ใส"}
    twin: dict[str, Any] = {"id": OTHER, "moo": 3, "name": "บ้านเก่า", "tambon": "แม่ใส"}
    assert found("village", village, ("village", {**twin, "tambon": "แม่กา"})) == {}
    assert "moo" in found("village", village, ("village", twin))


def test_villages_add_up_to_what_the_office_says() -> None:
    profile = {"name": "อบต.แม่ใส", "population": 300}
    villages: list[Held] = [("village", {"id": one, "population": count}) for one, count in ((OTHER, 100), (VILLAGE, 200))]
    assert found("office_profile", profile, *villages) == {}
    assert list(found("office_profile", {**profile, "population": 301}, *villages)) == ["population"]


@pytest.mark.parametrize(("former", "is_told"), [("800", False), ("1400", False), ("760", True), ("1500", True)])
def test_a_jump_of_more_than_thirty_per_cent_is_told(former: str, is_told: bool) -> None:
    last: Held = ("base_figure", {"id": OTHER, "indicator": "ประชากร", "year": 2568, "value": former, "unit": "คน"})
    assert bool(found("base_figure", FIGURE, last)) is is_told
    assert found("base_figure", {**FIGURE, "unit": "กิโลเมตร"}, last) == {}


def test_figures_of_villages_add_up_to_that_of_the_office() -> None:
    parts: list[Held] = [
        ("base_figure", {"id": one, "indicator": "ประชากร", "year": 2569, "value": value, "village": one})
        for one, value in ((OTHER, "400"), (VILLAGE, "600"))
    ]
    assert found("base_figure", FIGURE, *parts) == {}
    assert list(found("base_figure", {**FIGURE, "value": Decimal(999)}, *parts)) == ["value"]


def test_a_request_proposes_something_the_field_can_hold_and_does_not_hold() -> None:
    entry = office(website="old.go.th")
    assert {field: severity for field, (severity, _) in found("registry_change_request", REQUEST, entry).items()} == {
        "attachments": "warning"
    }
    assert found("registry_change_request", {**REQUEST, "proposed_value": "old.go.th"}, entry)["proposed_value"][0] == "error"
    assert (
        found("registry_change_request", {**REQUEST, "field": "area_km2", "proposed_value": "กว้างมาก"}, entry)["proposed_value"][0]
        == "error"
    )
    assert found("registry_change_request", REQUEST, office(website="new.go.th"))["proposed_value"][0] == "warning"


def test_every_field_one_may_ask_about_is_one_of_an_office() -> None:
    assert {option.value for option in CHANGEABLE} <= set(Office.spec.by_name)
    assert all(option.label == Office.spec.field(option.value).label or option.value == "tambon" for option in CHANGEABLE)


def test_only_dla_decides_a_request_and_only_the_office_submits_it() -> None:
    allows = CHANGE_REQUEST_WORKFLOW.allows
    assert allows("draft", "submitted", ("clerk",))
    assert not allows("draft", "submitted", ("dla",))
    assert allows("submitted", "accepted", ("dla",))
    assert not allows("submitted", "accepted", ("head", "office-admin"))
    assert not allows("accepted", "draft", ("clerk", "dla"))


@pytest.mark.parametrize(
    ("scheme", "code", "is_right"),
    [
        ("dla", "6560115", True),
        ("dla", "656011", False),
        ("dopa", "560115", True),
        ("dopa", "56011", False),
        ("egp", "X-1", True),
        ("village", "56011501", True),
    ],
)
def test_codes_have_the_form_of_their_scheme(scheme: str, code: str, is_right: bool) -> None:
    assert (code_fault(scheme, code) is None) is is_right
