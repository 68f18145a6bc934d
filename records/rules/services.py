"""Rules of citizens' requests."""

from collections.abc import Iterator

from records.rules.problem import Case, Problem, error, warning
from records.thai.dates import today_in_thailand
from records.thai.names import split_name
from records.words import Words

_CLOSED = frozenset({"done", "rejected", "cancelled"})


def service_request(case: Case) -> Iterator[Problem]:
    """A request: its days in order, somebody to answer to, and a result when it is closed."""
    yield from _days(case)
    yield from _applicant(case)
    yield from _closing(case)


def _days(case: Case) -> Iterator[Problem]:
    received, due, closed = case.value("received_at"), case.value("due"), case.value("closed_on")
    came = today_in_thailand(received) if received else None
    if came and due and due < came:
        yield error("due", Words("กำหนดแล้วเสร็จอยู่ก่อนวันที่รับคำขอ", "It is due before it was received"))
    elif case.today and due and due < case.today and case.value("state") not in _CLOSED:
        yield warning("due", Words("เกินกำหนดแล้ว", "It is overdue"))
    if came and closed and closed < came:
        yield error("closed_on", Words("วันที่เสร็จสิ้นอยู่ก่อนวันที่รับคำขอ", "It was closed before it was received"))
    if case.today and came and came > case.today:
        yield warning(
            "received_at", Words("วันที่รับคำขออยู่ในอนาคต โปรดตรวจนาฬิกาของเครื่อง", "It is received in the future; please check the clock")
        )


def _applicant(case: Case) -> Iterator[Problem]:
    if not any(case.value(name) for name in ("applicant", "applicant_name")):
        yield error("applicant_name", Words("ยังไม่ได้ระบุผู้ยื่นคำขอ", "No applicant is named"))
    if not any(case.value(name) for name in ("phone", "email", "applicant")):
        yield warning("phone", Words("ไม่มีช่องทางติดต่อผู้ยื่นคำขอ", "There is no way to reach the applicant"))
    for person in case.others("person", id=case.value("applicant")):
        if case.value("citizen_id") and person.get("citizen_id") not in (None, case.value("citizen_id")):
            yield error(
                "citizen_id",
                Words("เลขประจำตัวประชาชนไม่ตรงกับผู้ยื่นในทะเบียนบุคคล", "The citizen id is not that of the applicant in the register"),
            )
        yield from _name(case, str(person.get("first_name", "")), str(person.get("last_name", "")))
    if not case.value("applicant"):
        for person in case.others("person", citizen_id=case.value("citizen_id")):
            yield from _name(case, str(person.get("first_name", "")), str(person.get("last_name", "")))


def _name(case: Case, first: str, last: str) -> Iterator[Problem]:
    written = case.value("applicant_name")
    if written and split_name(written)[1:] != (first, last):
        yield warning(
            "applicant_name",
            Words("ทะเบียนบุคคลของเลขประจำตัวนี้ชื่อ “{name}” โปรดตรวจสอบ", "The register has “{name}” for this person; please check"),
            name=f"{first} {last}".strip(),
        )


def _closing(case: Case) -> Iterator[Problem]:
    state = case.value("state")
    if state in ("done", "rejected") and not case.value("result"):
        yield error("result", Words("ปิดเรื่องแล้วแต่ยังไม่ได้บันทึกผลการดำเนินการ", "It is closed without a result"))
    if state in _CLOSED and not case.value("closed_on"):
        yield warning("closed_on", Words("ปิดเรื่องแล้วแต่ยังไม่ได้ลงวันที่เสร็จสิ้น", "It is closed without a day of closing"))
    if state not in _CLOSED and case.value("closed_on"):
        yield warning("closed_on", Words("มีวันที่เสร็จสิ้น แต่เรื่องยังไม่ปิด", "It has a day of closing but is still open"))
