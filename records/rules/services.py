"""Rules of citizens' requests and receipts."""

from collections.abc import Iterator

from records.catalogue.requests import CLOSED_STATES, REQUEST_WORKFLOW
from records.rules.problem import Case, Problem, error, info, warning
from records.thai.dates import today_in_thailand
from records.thai.names import split_name
from records.words import Words

_STANDING = CLOSED_STATES | REQUEST_WORKFLOW.paused
"""States in which nothing can be late."""
_LONG_DAYS = 400
"""More days than any law allows an office for an answer."""


def service_request(case: Case) -> Iterator[Problem]:
    """A request: its days in order, somebody to answer to, its papers, and a result when it is closed."""
    yield from _days(case)
    yield from _applicant(case)
    yield from _papers(case)
    yield from _closing(case)


def _days(case: Case) -> Iterator[Problem]:
    received, due, closed = case.value("received_at"), case.value("due"), case.value("closed_on")
    came = today_in_thailand(received) if received else None
    if came and due and due < came:
        yield error("due", Words("กำหนดแล้วเสร็จอยู่ก่อนวันที่รับคำขอ", "It is due before it was received"))
    elif case.today and due and due < case.today and case.value("state") not in _STANDING:
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


def _papers(case: Case) -> Iterator[Problem]:
    state = case.value("state")
    missing = case.others("request_document", request=case.id or None, state="missing")
    if missing and state in ("approval", "done"):
        yield error(
            "state",
            Words("ยังขาดเอกสาร {count} ฉบับ จึงยังเสนออนุมัติไม่ได้", "{count} papers are missing, so it cannot be submitted for approval"),
            count=len(missing),
        )
    elif missing and not case.value("missing_notified_at"):
        yield warning(
            "missing_notified_at",
            Words(
                "ขาดเอกสาร {count} ฉบับ แต่ยังไม่ได้แจ้งผู้ยื่นเป็นหนังสือ (พ.ร.บ. การอำนวยความสะดวกฯ 2558 มาตรา 8)",
                "{count} papers are missing and the citizen was not told in writing (Licensing Facilitation Act 2558, section 8)",
            ),
            count=len(missing),
        )
    for service in case.others("service", id=case.value("service")):
        if service.get("state") == "closed" and state not in CLOSED_STATES:
            yield warning("service", Words("งานบริการนี้ยกเลิกแล้ว", "This service was withdrawn"))


def service(case: Case) -> Iterator[Problem]:
    """A service: a limit or a target to be measured by, sums that agree with its steps, and papers and steps a manual must have."""
    limit, target = case.value("legal_limit_days"), case.value("target_minutes")
    steps = case.others("service_step", service=case.id or None)
    promised = [step["target_minutes"] for step in steps if isinstance(step.get("target_minutes"), int)]
    if limit is None and target is None and not promised:
        yield warning(
            "legal_limit_days",
            Words("ยังไม่ได้กำหนดระยะเวลา จึงคำนวณวันแล้วเสร็จไม่ได้", "No time is set, so no due day can be found"),
        )
    if limit is not None and limit > _LONG_DAYS:
        yield warning("legal_limit_days", Words("กำหนดเวลายาวผิดปกติ โปรดตรวจสอบ", "The limit is unusually long; please check"))
    total = sum(minutes for minutes in promised if isinstance(minutes, int))
    if target is not None and promised and total > target:
        yield warning(
            "target_minutes",
            Words(
                "ขั้นตอนรวมกัน {total} นาที เกินเป้าหมายของงานบริการ {target} นาที",
                "The steps take {total} minutes together, more than the {target} of the service",
            ),
            total=total,
            target=target,
        )
    if case.related is not None and case.id and not steps and case.value("state") != "closed":
        yield info("", Words("ยังไม่มีขั้นตอน จึงจับเวลาทั้งเรื่องเป็นขั้นตอนเดียว", "It has no steps, so the whole is timed as one"))
    if case.value("fee") is None and not case.value("fee_rule"):
        yield info("fee", Words("ยังไม่ได้ระบุค่าธรรมเนียม (0 คือไม่มี)", "No fee is named (0 for none)"))


def service_step(case: Case) -> Iterator[Problem]:
    """A step of a manual: somebody does it, and it has a target."""
    if not case.value("owner"):
        yield warning("owner", Words("ยังไม่ได้ระบุผู้รับผิดชอบขั้นตอนนี้", "Nobody is named for this step"))
    if case.value("target_minutes") is None:
        yield warning("target_minutes", Words("ยังไม่ได้กำหนดเป้าหมายเวลา", "No target time is set"))
    yield from _same_order(case, "service_step")


def service_document(case: Case) -> Iterator[Problem]:
    """A paper of a manual: its place in the checklist is its own."""
    yield from _same_order(case, "service_document")


def _same_order(case: Case, kind: str) -> Iterator[Problem]:
    if case.value("order") is not None and case.others(kind, service=case.value("service"), order=case.value("order")):
        yield warning("order", Words("ลำดับนี้ซ้ำกับรายการอื่นของงานบริการเดียวกัน", "Another of the same service has this place"))


def request_step(case: Case) -> Iterator[Problem]:
    """A step of work: nobody waits before it began or after it ended, and it is somebody's."""
    started, ended, paused = case.value("started_at"), case.value("ended_at"), case.value("paused_at")
    if ended and not started:
        yield error("started_at", Words("เสร็จแล้วแต่ไม่มีเวลาเริ่ม", "It ended but never began"))
    if paused and ended:
        yield error("paused_at", Words("เสร็จแล้วแต่ยังหยุดรอผู้ยื่น", "It ended and still waits for the citizen"))
    if paused and started and paused < started:
        yield error("paused_at", Words("หยุดรอก่อนเริ่มขั้นตอน", "It waited before it began"))
    if case.value("paused_minutes") and started and ended and (ended - started).total_seconds() / 60 < case.value("paused_minutes"):
        yield error("paused_minutes", Words("เวลารอนานกว่าเวลาทั้งขั้นตอน", "It waited longer than it lasted"))
    if ended and not case.value("officer"):
        yield warning("officer", Words("ยังไม่ได้ระบุเจ้าหน้าที่ที่ทำขั้นตอนนี้", "Nobody is named as having done this step"))


def _closing(case: Case) -> Iterator[Problem]:
    state = case.value("state")
    if state in ("done", "rejected") and not case.value("result"):
        yield error("result", Words("ปิดเรื่องแล้วแต่ยังไม่ได้บันทึกผลการดำเนินการ", "It is closed without a result"))
    if state in CLOSED_STATES and not case.value("closed_on"):
        yield warning("closed_on", Words("ปิดเรื่องแล้วแต่ยังไม่ได้ลงวันที่เสร็จสิ้น", "It is closed without a day of closing"))
    if state not in CLOSED_STATES and case.value("closed_on"):
        yield warning("closed_on", Words("มีวันที่เสร็จสิ้น แต่เรื่องยังไม่ปิด", "It has a day of closing but is still open"))


def receipt(case: Case) -> Iterator[Problem]:
    """A receipt: a void one says why, an issued one has its number."""
    if case.value("state") == "void" and not case.value("void_reason"):
        yield error("void_reason", Words("ใบเสร็จที่ยกเลิกต้องระบุเหตุผล", "A void receipt says why"))
    if case.value("state") and not (case.value("book") and case.value("number")):
        yield error("number", Words("ใบเสร็จที่ออกแล้วต้องมีเล่มที่และเลขที่", "An issued receipt has a book and a number"))
