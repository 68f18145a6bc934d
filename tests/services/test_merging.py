"""Persons found before they are made twice, and two persons merged and taken apart again."""

from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.services.people import SAME_BIRTH, SAME_ID, SAME_NAME, SAME_SOUND
from desktop.storage.query import Query
from records.errors import Correctable
from records.kinds import Json
from records.thai.citizen import check_digit
from tests.offices import made_office

ONE = "110170023070" + check_digit("110170023070")
OTHER = "110170023071" + check_digit("110170023071")


def made(office: Office, type_name: str, **fields: Json) -> str:
    """Saves a record and gives its id."""
    return office.records.save(type_name, None, fields).row.id


def reasons(office: Office, *asked: str | None) -> list[tuple[str, str]]:
    """(first name, reason) of the persons alike."""
    first, last, citizen, birth = (*asked, None, None)[:4]
    return [(str(one.row.fields["first_name"]), one.reason.en) for one in office.people.find_alike(first or "", last or "", citizen, birth)]


def test_a_person_is_found_by_sound_id_and_birth(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    made(office, "person", first_name="ศิริพร", last_name="พรหมเผ่า", citizen_id=ONE, birth_date="1980-01-31")
    assert reasons(office, "สิริพร", "พรมเผ่า") == [("ศิริพร", SAME_SOUND.en)]
    assert reasons(office, "ศิริพร", "พรหมเผ่า") == [("ศิริพร", SAME_NAME.en)]
    assert reasons(office, "ใคร", "ก็ได้", ONE) == [("ศิริพร", SAME_ID.en)]
    assert reasons(office, "สิริพร", "สามีดี", None, "1980-01-31") == [("ศิริพร", SAME_BIRTH.en)]
    assert reasons(office, "สิริพร", "สามีดี") == []
    assert reasons(office, "ศิริพร", "พรหมเผ่า", OTHER) == [], "two citizen ids are two people"
    office.close()


def test_what_is_written_later_is_found_and_what_is_deleted_is_not(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    assert reasons(office, "สมชาย", "ใจดี") == []
    person = made(office, "person", first_name="สมชาย", last_name="ใจดี")
    assert reasons(office, "สมชาย", "ใจดี") == [("สมชาย", SAME_NAME.en)]
    office.records.save("person", person, {"last_name": "ใจเย็น"})
    assert reasons(office, "สมชาย", "ใจดี") == []
    office.records.save("person", person, {"last_name": "ใจดี"})
    office.records.delete("person", person)
    assert reasons(office, "สมชาย", "ใจดี") == []
    office.close()


def test_a_merge_takes_the_references_along_and_undo_takes_all_back(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    keep = made(office, "person", first_name="ศิริพร", last_name="พรหมเผ่า", phone="0812345678")
    drop = made(
        office, "person", first_name="สิริพร", last_name="พรหมเผ่า", citizen_id=ONE, phone="0899999999", tambon="แม่ใส", postcode="56000"
    )
    term = made(office, "term", person=drop, person_name="สิริพร พรหมเผ่า", position_name="นายกเทศมนตรี")
    request = made(office, "service_request", applicant=drop, subject="ขอน้ำ", applicant_name="สิริพร")
    before = {one: office.records.get(kind, one).fields for kind, one in (("person", keep), ("person", drop), ("term", term))}

    merged = office.merging.merge("person", keep, drop, {"citizen_id", "phone"})

    fields = office.records.get("person", keep).fields
    assert (fields["first_name"], fields["phone"], fields["citizen_id"]) == ("ศิริพร", "0899999999", ONE)
    assert "tambon" not in fields, "what was not chosen is not taken"
    assert fields["merged_from"] == [drop]
    assert office.records.get("term", term).fields["person"] == keep
    assert office.records.get("service_request", request).fields["applicant"] == keep
    assert merged.followed == 2
    assert office.store.ids(Query("person")) == [keep]

    undone = office.undo.last()

    assert undone.skipped == ()
    assert {one: office.records.get(kind, one).fields for kind, one in (("person", keep), ("person", drop), ("term", term))} == before
    assert office.records.get("service_request", request).fields["applicant"] == drop
    assert sorted(office.store.ids(Query("person"))) == sorted([keep, drop])
    office.close()


def test_without_a_choice_what_is_missing_is_taken_a_group_whole(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    keep = made(office, "person", first_name="ก้อง", province="น่าน")
    drop = made(office, "person", first_name="ก้อง", last_name="ใจดี", tambon="แม่ใส", province="พะเยา")
    fields = office.merging.merge("person", keep, drop).keep.fields
    assert fields["last_name"] == "ใจดี"
    assert fields["province"] == "น่าน"
    assert "tambon" not in fields, "half an address of one and half of another is nobody's"
    office.close()


def test_a_record_is_not_merged_with_itself_or_with_a_deleted_one(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    keep, drop = made(office, "person", first_name="ก้อง"), made(office, "person", first_name="กอง")
    with pytest.raises(Correctable):
        office.merging.merge("person", keep, keep)
    office.records.delete("person", drop)
    with pytest.raises(Correctable):
        office.merging.merge("person", keep, drop)
    assert office.records.get("person", keep).fields == {"first_name": "ก้อง"}
    office.close()


def test_persons_who_may_be_one_are_listed_once(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    made(office, "person", first_name="ศิริพร", last_name="ใจดี")
    made(office, "person", first_name="สิริพร", last_name="ใจดี")
    made(office, "person", first_name="สมชาย", last_name="ใจดี")
    assert len(office.people.pairs()) == 1
    office.close()
