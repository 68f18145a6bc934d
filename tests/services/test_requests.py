"""A request from the counter to the answer: papers, number, due day, the clock of its steps, and who may take which step."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from desktop.services.office import Office
from desktop.services.requests import Intake
from desktop.storage import state
from desktop.storage.query import Query
from records.errors import Correctable, Refused
from records.kinds import Json
from records.thai.dates import BANGKOK
from tests.offices import Clock, made_office

APPLICANT = "นางสมศรี ใจดี"
CITIZEN = "1101700230708"


def thai(*parts: int) -> datetime:
    """An instant by the clock in Thailand."""
    return datetime(*parts, tzinfo=BANGKOK)  # type: ignore[misc, arg-type]  # year, month, day, hour, minute


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path)
    set_clock(made, thai(2026, 4, 10, 9, 0))
    yield made
    made.close()


def set_clock(office: Office, now: datetime) -> None:
    """Sets the clock of the office."""
    assert isinstance(office.clock, Clock)
    office.clock.now = now


def become(office: Office, role: str) -> None:
    """Gives the account at the desk another role."""
    identity = office.enrolled
    with office.database.write() as connection:
        state.save_identity(connection, msgspec.structs.replace(identity, role=role))


@pytest.fixture
def service(office: Office) -> str:
    """A service with two papers, one of them required, and two steps."""
    made = office.records.save(
        "service", None, {"code": "ก-01", "name": "ขออนุญาตก่อสร้างอาคาร", "division": "กองช่าง", "legal_limit_days": 5}
    ).row.id
    for order, (name, is_required) in enumerate((("สำเนาบัตรประชาชน", True), ("สำเนาโฉนด", True), ("หนังสือมอบอำนาจ", False)), 1):
        office.records.save("service_document", None, {"service": made, "order": order, "name": name, "required": is_required})
    for order, (name, owner, minutes) in enumerate((("ตรวจเอกสาร", "งานธุรการ", 30), ("ตรวจสถานที่", "นายช่างโยธา", 120)), 1):
        office.records.save(
            "service_step", None, {"service": made, "order": order, "name": name, "owner": owner, "target_minutes": minutes}
        )
    return made


@pytest.fixture
def papers(office: Office, service: str) -> list[str]:
    """The ids of the papers of the service."""
    return [row.id for row in office.requests.definition(service).papers]


Make = Callable[..., str]


@pytest.fixture
def complete(office: Office, service: str, papers: list[str]) -> Make:
    """Receives a request with all its papers; returns its id."""

    def make() -> str:
        brought = frozenset(papers)
        return office.requests.receive(Intake(service=service, applicant_name=APPLICANT, phone="0812345678", brought=brought)).row.id

    return make


def test_a_complete_request_gets_its_number_day_and_first_step(office: Office, complete: Make) -> None:
    work = office.requests.work(complete())

    fields = work.row.fields
    assert fields["state"] == "received"
    assert str(fields["tracking_number"]).startswith("2569-")
    assert fields["subject"] == "ขออนุญาตก่อสร้างอาคาร"
    assert (fields["division"], fields["officer"], fields["channel"]) == ("กองช่าง", "สมชาย ใจดี", "counter")
    assert work.due == date(2026, 4, 22), "five working days, Songkran left out"
    assert work.days_left == 5
    assert [(step.name, step.row is not None, step.time.target) for step in work.steps] == [
        ("ตรวจเอกสาร", True, 30),
        ("ตรวจสถานที่", False, 120),
    ]
    assert [row.fields["state"] for row in work.papers] == ["received", "received", "received"]
    assert work.missing == ()
    assert {step.target for step in work.allowed} == {"checking", "waiting_citizen", "cancelled"}


def test_a_request_with_missing_papers_waits_for_the_citizen_at_once(office: Office, service: str, papers: list[str]) -> None:
    received = office.requests.receive(Intake(service=service, applicant_name=APPLICANT, phone="0812345678", brought=frozenset(papers[:1])))

    assert received.missing == ("สำเนาโฉนด",)
    work = office.requests.work(received.row.id)
    assert work.is_paused
    assert work.row.fields["state"] == "waiting_citizen"
    assert work.row.fields["missing_notified_at"] == "2026-04-10T02:00:00Z"
    assert [row.fields["state"] for row in work.papers] == ["received", "missing", "not_needed"]


def test_the_clock_stands_while_the_office_waits_for_the_citizen(office: Office, complete: Make) -> None:
    request = complete()
    set_clock(office, thai(2026, 4, 10, 9, 20))
    office.requests.advance(request, "checking")
    office.requests.advance(request, "waiting_citizen")
    set_clock(office, thai(2026, 4, 20, 10, 0))
    waiting = office.requests.work(request)

    work = office.requests.advance(request, "checking")
    set_clock(office, thai(2026, 4, 20, 10, 15))

    assert waiting.steps[0].time.is_paused
    assert waiting.steps[0].time.minutes == 20
    assert not waiting.is_late
    assert work.due == date(2026, 4, 27), "three working days waited: 16, 17 and 20 April"
    assert office.requests.work(request).steps[0].time.minutes == 35
    assert office.requests.work(request).steps[0].time.is_late


def test_a_request_that_waits_is_never_late_and_one_that_does_not_is(office: Office, complete: Make) -> None:
    request = complete()
    set_clock(office, thai(2026, 4, 23, 9, 0))

    late = office.requests.work(request)
    office.requests.advance(request, "waiting_citizen")
    waiting = office.requests.work(request)

    assert (late.days_left, late.is_late) == (-1, True)
    assert not waiting.is_late


def test_finishing_a_step_begins_the_next_and_names_who_did_it(office: Office, complete: Make) -> None:
    request = complete()
    office.requests.advance(request, "checking")
    set_clock(office, thai(2026, 4, 10, 9, 25))
    first = office.requests.finish_step(request)
    set_clock(office, thai(2026, 4, 10, 16, 0))
    second = office.requests.finish_step(request, note="ผังถูกต้อง")

    assert [(one.name, one.officer, one.time.minutes, one.time.is_late) for one in second.steps] == [
        ("ตรวจเอกสาร", "สมชาย ใจดี", 25, False),
        ("ตรวจสถานที่", "สมชาย ใจดี", 395, True),
    ]
    assert first.steps[1].officer == "นายช่างโยธา"
    with pytest.raises(Correctable):
        office.requests.finish_step(request)


def test_the_answer_closes_the_request_on_its_day(office: Office, complete: Make) -> None:
    request = complete()
    become(office, "head")
    for target in ("checking", "approval"):
        office.requests.advance(request, target)

    work = office.requests.advance(request, "done", result="อนุญาตแล้ว")

    assert work.is_closed
    assert work.row.fields["closed_on"] == "2026-04-10"
    assert work.row.fields["result"] == "อนุญาตแล้ว"
    assert [step.result for step in work.steps] == ["passed"]
    again = office.requests.advance(request, "checking")
    assert "closed_on" not in again.row.fields
    assert [step.name for step in again.steps] == ["ตรวจเอกสาร", "ตรวจสถานที่"]
    assert again.steps[1].time.is_running


@pytest.mark.parametrize(("state", "target"), [("received", "approval"), ("received", "done"), ("checking", "done")])
def test_a_step_that_is_not_allowed_is_refused_on_the_desk(office: Office, complete: Make, state: str, target: str) -> None:
    request = complete()
    if state != "received":
        office.requests.advance(request, state)

    with pytest.raises(Refused) as caught:
        office.requests.advance(request, target, result="อนุญาต")

    assert caught.value.code == "workflow"
    assert office.requests.work(request).row.fields["state"] == state


def test_a_clerk_may_not_decide_by_saving_the_field_either(office: Office, complete: Make) -> None:
    request = complete()
    office.requests.advance(request, "checking")
    office.requests.advance(request, "approval")

    with pytest.raises(Refused):
        office.records.save("service_request", request, {"state": "done", "result": "อนุญาต"})
    become(office, "head")
    assert office.records.save("service_request", request, {"state": "done", "result": "อนุญาต"}).row.fields["closed_on"] == "2026-04-10"


def test_a_person_is_put_in_the_register_on_the_spot(office: Office, service: str) -> None:
    address: dict[str, Json] = {
        "house_number": "12",
        "moo": 3,
        "tambon": "แม่ใส",
        "amphoe": "เมืองพะเยา",
        "province": "พะเยา",
        "postcode": "56000",
    }
    intake = Intake(service=service, applicant_name=APPLICANT, registers=True, citizen_id=CITIZEN, phone="081-234-5678", address=address)

    received = office.requests.receive(intake)

    person = office.records.get("person", str(received.row.fields["applicant"]))
    assert {**person.fields} == {
        "prefix": "นาง", "first_name": "สมศรี", "last_name": "ใจดี", "citizen_id": CITIZEN, "phone": "0812345678", **address,
    }  # fmt: skip
    assert received.row.fields["moo"] == 3
    assert [problem for problem in received.problems if problem.severity == "error"] == []


def test_one_undo_takes_the_whole_intake_back(office: Office, service: str) -> None:
    office.requests.receive(Intake(service=service, applicant_name=APPLICANT, registers=True))

    office.undo.last()

    for type_name in ("service_request", "request_document", "request_step", "person"):
        assert office.store.count(Query(type_name)) == 0


def test_nothing_is_taken_down_without_a_service_and_a_subject(office: Office) -> None:
    with pytest.raises(Correctable):
        office.requests.receive(Intake(applicant_name=APPLICANT))

    assert office.store.count(Query("service_request")) == 0


def test_a_wrong_citizen_id_takes_nothing_down(office: Office, service: str) -> None:
    with pytest.raises(Correctable):
        office.requests.receive(Intake(service=service, applicant_name=APPLICANT, registers=True, citizen_id="1101700230709"))

    assert office.store.count(Query("person")) == office.store.count(Query("service_request")) == 0


def test_days_the_office_noted_move_the_due_day(office: Office, complete: Make) -> None:
    office.records.save("holiday", None, {"day": "2026-04-16", "name": "วันหยุดพิเศษของจังหวัด"})
    office.records.save("holiday", None, {"day": "2026-04-17", "name": "วันหยุดพิเศษของจังหวัด"})
    office.records.save("holiday", None, {"day": "2026-04-18", "name": "ทำการชดเชย", "kind": "working"})

    assert office.requests.work(complete()).due == date(2026, 4, 23)


def test_a_limit_in_calendar_days_ends_on_a_working_day(office: Office, service: str, complete: Make) -> None:
    office.records.save("service", service, {"limit_counts": "days"})

    assert office.requests.work(complete()).due == date(2026, 4, 16), "15 April is Songkran"


def test_services_are_found_by_a_part_of_their_name_while_they_are_offered(office: Office, service: str) -> None:
    office.records.save("service", None, {"code": "ก-09", "name": "ขออนุญาตก่อสร้างเก่า", "state": "closed"})
    office.records.save("service", None, {"code": "ก-08", "name": "ขออนุญาตก่อสร้างปีหน้า", "valid_from": "2027-01-01"})

    assert [row.id for row in office.requests.services("ก่อสร้าง")] == [service]


def test_a_paper_that_comes_later_is_noted(office: Office, service: str, papers: list[str]) -> None:
    received = office.requests.receive(Intake(service=service, applicant_name=APPLICANT, brought=frozenset(papers[:1])))
    work = office.requests.work(received.row.id)

    after = office.requests.set_paper(received.row.id, work.papers[1].id, "received")

    assert after.missing == ()


def test_a_copy_of_a_request_begins_anew(office: Office, complete: Make) -> None:
    copy = office.records.duplicate("service_request", complete()).row

    assert not {"tracking_number", "state", "due", "received_at"} & copy.fields.keys()
    assert copy.fields["applicant_name"] == APPLICANT
