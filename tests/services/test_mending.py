"""The list of what is to mend: it counts down as people mend, follows what records depend on, and never goes in circles."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.storage.query import Query
from records.errors import Correctable
from records.kinds import Json
from tests.offices import DATA, made_office

PLAN = DATA / "local_plan" / "nakhonsawan_projects_flat.csv"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real data are not here")


def found(office: Office) -> list[tuple[str, str, str]]:
    """(type, field, English text) of everything to mend, once all is checked."""
    office.mending.run()
    return [(one.type, one.field, one.text.en) for one in office.mending.listed(limit=10_000)]


def naive(office: Office) -> list[tuple[str, str, str]]:
    """The same by checking every record anew."""
    said = []
    for name in office.catalogue:
        for row in office.store.find(Query(name)).rows:
            said += [(name, one.field, one.text.en) for one in office.records.check(name, row.fields, row.id) if one.severity != "info"]
    return sorted(said)


def test_what_is_mended_leaves_the_list(office: Office) -> None:
    row = office.records.save("service_request", None, {"subject": "ไฟดับ"}).row
    assert ("service_request", "applicant_name", "No applicant is named") in found(office)
    before = office.mending.to_mend()
    office.records.save("service_request", row.id, {"applicant_name": "สมชาย ใจดี", "phone": "081-234-5678"})
    assert ("service_request", "applicant_name", "No applicant is named") not in found(office)
    assert (before.errors, office.mending.to_mend().errors) == (1, 0)


def test_a_deleted_record_has_nothing_to_mend(office: Office) -> None:
    row = office.records.save("service_request", None, {"subject": "ไฟดับ"}).row
    assert found(office)
    office.records.delete("service_request", row.id)
    assert found(office) == []


def test_a_record_is_checked_again_when_what_it_points_to_goes(office: Office) -> None:
    project = office.records.save("project", None, {"title": "ถนน"}).row
    office.records.save("project_budget", None, {"project": project.id, "fiscal_year": 2569, "planned": 100})
    assert not [one for one in found(office) if one[:2] == ("project_budget", "project")]
    office.records.delete("project", project.id)
    assert [one for one in found(office) if one[:2] == ("project_budget", "project")]


def test_a_double_leaves_the_list_when_the_other_one_goes(office: Office) -> None:
    first = office.records.save("position", None, {"name": "นายก"}).row
    office.records.save("position", None, {"name": "นายก"})
    assert len([one for one in found(office) if one[0] == "position"]) == 2
    office.records.delete("position", first.id)
    assert [one for one in found(office) if one[0] == "position"] == []


def test_faults_are_counted_by_kind_errors_first(office: Office) -> None:
    for number in range(3):
        office.records.save("service_request", None, {"subject": f"เรื่อง {number}", "applicant_name": "สมชาย"})
    office.records.save("service_request", None, {"subject": "อีกเรื่อง", "phone": "081-234-5678"})
    office.mending.run()
    kinds = [(one.severity, one.text.en, one.records) for one in office.mending.to_mend().kinds]
    assert kinds == [("error", "No applicant is named", 1), ("warning", "There is no way to reach the applicant", 3)]


def test_checking_stops_when_its_moment_is_over_and_goes_on_later(office: Office) -> None:
    for number in range(120):
        office.records.save("service_request", None, {"subject": f"เรื่อง {number}"})
    moments = 1
    while office.mending.catch_up(seconds=0.001):
        moments += 1
    assert moments > 2
    assert len([one for one in found(office) if one[1] == "applicant_name"]) == 120


def test_a_second_desk_finds_the_same_without_checking_what_was_checked(office: Office, tmp_path: Path) -> None:
    office.records.save("service_request", None, {"subject": "ไฟดับ"})
    before = found(office)
    office.close()
    again = made_office(tmp_path / "home")
    assert found(again) == before


@pytest.mark.parametrize("seed", range(12))
def test_after_any_work_the_list_is_what_checking_everything_says(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    made: list[tuple[str, str]] = []
    for _ in range(60):
        act = chance.choice(("project", "budget", "step", "request", "position", "edit", "delete", "undo", "look"))
        projects = [record_id for kind, record_id in made if kind == "project"]
        if act == "project":
            made.append(("project", office.records.save("project", None, {"title": chance.choice("กขค")}).row.id))
        elif act in {"budget", "step"} and projects:
            fields: dict[str, Json] = {"project": chance.choice(projects), "fiscal_year": chance.choice((2569, 2570))}
            kind = "project_budget" if act == "budget" else "project_step"
            fields |= {"planned": chance.randrange(100)} if act == "budget" else {"stage": "approved", "amount": chance.randrange(100)}
            made.append((kind, office.records.save(kind, None, fields).row.id))
        elif act == "request":
            made.append(("service_request", office.records.save("service_request", None, {"subject": "ก"}).row.id))
        elif act == "position":
            made.append(("position", office.records.save("position", None, {"name": chance.choice("กข")}).row.id))
        elif act == "edit" and projects:
            office.records.save("project", chance.choice(projects), {"title": chance.choice("กขค"), "target": chance.choice("กข")})
        elif act == "delete" and made:
            office.records.delete(*made.pop(chance.randrange(len(made))))
        elif act == "undo":
            with suppress(Correctable):
                office.undo.last()
            made = [(kind, one) for kind, one in made if (row := office.store.get(kind, one)) is not None and not row.deleted]
        elif act == "look":
            office.mending.catch_up(seconds=0.002)
    assert sorted(found(office)) == naive(office)


@needs_data
def test_the_real_plan_is_listed_whole(office: Office) -> None:
    office.imports.apply(office.imports.preview("project", PLAN))
    assert sorted(found(office)) == naive(office)
    without = [one for one in office.mending.to_mend().kinds if one.text.en == "This project has no strategy"]
    assert [one.records for one in without] == [31]
