"""Many records at once, and what was deleted: one act each, found again, taken back as a whole."""

import pytest

from desktop.services.deleted import deleted
from desktop.services.office import Office
from desktop.storage.query import Query
from records.errors import Refused


def test_one_value_for_many_records_is_one_act(office: Office) -> None:
    ids = [office.records.save("project", None, {"title": f"ถนน {n}", "division": "กองช่าง"}).row.id for n in range(5)]
    changed = office.records.change_many("project", ids[:3], {"division": "สำนักช่าง"})
    assert [row.fields["division"] for row in changed] == ["สำนักช่าง"] * 3
    assert office.undo.acts(1)[0].label.en == "Change Responsible division of Project: 3 records"
    office.undo.last()
    assert {row.fields["division"] for row in office.store.find(Query("project")).rows} == {"กองช่าง"}


def test_an_empty_value_empties_and_records_that_have_it_are_left_alone(office: Office) -> None:
    first = office.records.save("project", None, {"title": "ก", "division": "กองช่าง"}).row
    second = office.records.save("project", None, {"title": "ข"}).row
    changed = office.records.change_many("project", [first.id, second.id], {"division": None})
    assert [row.id for row in changed] == [first.id]
    assert "division" not in changed[0].fields


def test_when_one_may_not_change_none_does(office: Office) -> None:
    first = office.records.save("service_request", None, {"subject": "ก", "state": "received"}).row
    second = office.records.save("service_request", None, {"subject": "ข", "state": "received"}).row
    office.records.save("service_request", second.id, {"state": "checking"})
    with pytest.raises(Refused):
        office.records.change_many("service_request", [first.id, second.id], {"state": "cancelled", "officer": "ก"} | {"state": "done"})
    assert office.records.get("service_request", first.id).fields["state"] == "received"


def test_what_was_deleted_is_listed_newest_first_and_comes_back(office: Office) -> None:
    village = office.records.save("village", None, {"name": "บ้านโนนสูง", "moo": 3}).row
    project = office.records.save("project", None, {"title": "ถนน"}).row
    office.records.delete("village", village.id)
    office.clock.now = office.clock.now.replace(hour=5)  # type: ignore[attr-defined]  # the clock of tests
    office.records.delete("project", project.id)
    assert [(one.title, one.row.type) for one in deleted(office)] == [("ถนน", "project"), ("3 บ้านโนนสูง", "village")]
    office.records.restore("village", village.id)
    assert [one.row.type for one in deleted(office)] == ["project"]
    assert office.records.get("village", village.id).fields == {"name": "บ้านโนนสูง", "moo": 3}
