"""Who holds what on a day, which terms end, and the commands that print it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.storage import mirror
from desktop.storage.query import Filter, Query
from records.changes import SCHEMA, Snapshot
from records.kinds import Json
from records.stored import record_hash, stored_bytes
from tests.offices import STREAM, made_office, thongthin

CHIEF, DEPUTY, CLERK = "นายกเทศมนตรี", "รองนายกเทศมนตรี", "ปลัดเทศบาล"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A town municipality with a mayor, a former one, deputies and a clerk who acted in between."""
    result = made_office(tmp_path)
    person = result.records.save("person", None, {"first_name": "สมชาย", "last_name": "ใจดี"}).row.id
    terms: tuple[dict[str, Json], ...] = (
        {"person_name": "สมหมาย เก่าก่อน", "position_name": CHIEF, "begin": "2016-01-01", "how_obtained": "elected_directly"},
        {"person_name": "สมชาย ใจดี", "person": person, "position_name": CHIEF, "begin": "2023-03-28", "how_obtained": "elected_directly"},
        {"person_name": "รองหนึ่ง", "position_name": DEPUTY, "begin": "2023-04-01"},
        {"person_name": "รองสอง", "position_name": DEPUTY, "begin": "2023-04-01", "suspended_from": "2024-01-01"},
        {"person_name": "ปลัดดี", "position_name": CLERK, "begin": "2015-01-01"},
        {"person_name": "ปลัดดี", "position_name": CHIEF, "begin": "2023-02-01", "end": "2023-03-27", "acting": True},
        {"person_name": "นอกเขต", "position_name": CHIEF, "office_name": "แม่ใส", "begin": "2021-01-01"},
    )
    for fields in terms:
        result.records.save("term", None, fields)
    result.records.save("position", None, {"name": DEPUTY, "rank": "deputy", "body": "executive", "quota": 3, "law_ref": "พ.ร.บ."})
    yield result
    result.close()


def observed(office: Office, fields: dict[str, Json]) -> None:
    """Takes in an office of the registry as the server would send it."""
    record_id = office.store.new_id()
    digest = record_hash("office", record_id, stored_bytes(fields), deleted=False, previous="")
    snapshot = Snapshot(
        stream="central", type="office", id=record_id, version=1, hash=digest, seq=1, deleted=False, fields=fields, schema=SCHEMA,
        changed_at="2026-01-01T00:00:00Z", changed_by="dla", device="d", change_id=office.store.new_id(),
    )  # fmt: skip
    with office.database.write() as connection:
        mirror.observe(connection, [snapshot])


def names(office: Office, day: date) -> dict[str, list[str]]:
    """Seat name to its holders."""
    return {seat.name: [one.name for one in seat.holders] for seat in office.holders.on(day)}


def test_holders_of_today_and_of_a_day_long_ago(office: Office) -> None:
    assert names(office, date(2026, 11, 22)) == {CHIEF: ["สมชาย ใจดี"], DEPUTY: ["รองสอง", "รองหนึ่ง"], CLERK: ["ปลัดดี"]}
    assert names(office, date(2018, 1, 1)) == {CHIEF: ["สมหมาย เก่าก่อน"], DEPUTY: [], CLERK: ["ปลัดดี"]}
    assert names(office, date(2023, 3, 1))[CHIEF] == ["สมหมาย เก่าก่อน", "ปลัดดี"]


def test_vacant_and_suspended_seats_are_said(office: Office) -> None:
    seats = {seat.name: seat for seat in office.holders.on(date(2026, 11, 22))}
    assert (seats[DEPUTY].vacant, seats[DEPUTY].over, seats[DEPUTY].law_ref) == (1, 0, "พ.ร.บ.")
    assert [one.suspended for one in seats[DEPUTY].holders] == [True, False]
    assert seats[CHIEF].vacant == 0
    assert [seat.body for seat in office.holders.on(date(2026, 11, 22))] == ["executive", "executive", "permanent"]


def test_the_seats_of_the_law_are_there_where_the_registry_is(office: Office) -> None:
    fields: dict[str, Json] = {"name_th": "ตัวอย่าง", "type": "mueang", "code": "6600101", "stream": STREAM, "status": "active"}
    observed(office, fields)
    seats = {seat.name: seat for seat in office.holders.on(date(2026, 11, 22))}
    assert seats["สมาชิกสภาเทศบาล"].quota == 18
    assert seats["สมาชิกสภาเทศบาล"].vacant == 18
    assert seats[DEPUTY].quota == 3


def test_terms_that_end_have_the_day_of_the_election(office: Office) -> None:
    found = office.holders.ending(180)
    assert [(str(one.term.fields["person_name"]), one.end, one.is_expected, one.deadline) for one in found] == [
        ("สมชาย ใจดี", date(2027, 3, 27), True, date(2027, 5, 11))
    ]
    office.records.save("term", found[0].term.id, {"end": "2026-11-01", "end_reason": "resigned"})
    (one,) = office.holders.ending(30)
    assert one.deadline == date(2026, 12, 31)
    assert "มาตรา 11" in one.law_ref
    assert office.holders.history(CHIEF)[0].fields["person_name"] == "สมชาย ใจดี"


def test_the_commands_print_the_same(tmp_path: Path, office: Office) -> None:
    other = office.records.save("person", None, {"first_name": "สมชาย", "last_name": "ใจดี", "phone": "0812345678"}).row.id
    keep = office.store.ids(Query("person", filters=(Filter("_id", "ne", other),)))[0]
    office.close()

    seats = thongthin(tmp_path, "--json", "people", "holders", "--on", "1 ม.ค. 2561").json
    assert seats["on"] == "2018-01-01"
    assert [one["name"] for one in seats["seats"][0]["holders"]] == ["สมหมาย เก่าก่อน"]
    assert thongthin(tmp_path, "--json", "people", "ending").json["terms"][0]["election_by"] == "2027-05-11"
    assert len(thongthin(tmp_path, "--json", "people", "alike", "สมชาย", "ใจดี").json["alike"]) == 2
    assert len(thongthin(tmp_path, "--json", "people", "alike").json["pairs"]) == 1
    merged = thongthin(tmp_path, "--json", "people", "merge", keep, other).json
    assert merged["dropped"] == other
    assert merged["keep"]["fields"]["phone"] != "0812345678", "masked"
    assert len(thongthin(tmp_path, "--json", "people", "alike", "สมชาย", "ใจดี").json["alike"]) == 1
    thongthin(tmp_path, "undo")
    assert len(thongthin(tmp_path, "--json", "people", "alike", "สมชาย", "ใจดี").json["alike"]) == 2
