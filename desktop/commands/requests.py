"""request receive | show | advance | finish | paper | print | times: citizens' requests at the counter and after."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import Session, session_of
from desktop.services.office import Office
from desktop.services.pdf_file import write_pdf
from desktop.services.readings import log_reading
from desktop.services.request_times import of_year
from desktop.services.request_words import missing_words
from desktop.services.requests import Intake, Step, Work
from desktop.storage.rows import Row
from records.errors import Correctable
from records.ids import is_id
from records.kinds import Day, Json, Moment
from records.words import Language, Words, say

_REQUEST = Words("คำขอรับบริการของประชาชน", "Citizens' requests")
_RECEIVE = Words(
    "รับคำขอ: ส่ง JSON ทาง stdin ได้แก่ service (รหัสบริการหรือ id) subject applicant applicant_name register citizen_id phone address brought",
    "Receive: JSON on stdin: service (its code or id), subject, applicant, applicant_name, register, citizen_id, phone, address, brought",
)
_SHOW = Words("งานของคำขอหนึ่ง ระบุด้วยเลขที่คำขอหรือ id", "The work on one request, by its tracking number or id")
_ADVANCE = Words("เปลี่ยนสถานะตามขั้นตอนที่บัญชีนี้ทำได้", "Take a step of the workflow that this account may take")
_FINISH = Words("จบขั้นตอนที่กำลังทำและเริ่มขั้นตอนถัดไป", "End the step worked on and begin the next")
_PAPER = Words("บันทึกว่าเอกสารได้รับแล้ว ยังขาด หรือไม่ต้องใช้", "Note a paper as received, missing or not_needed")
_PRINT = Words("บันทึกใบรับคำขอเป็น PDF", "Write the acknowledgement slip as PDF")
_TIMES = Words("เวลาที่ใช้จริงต่อขั้นตอนและเจ้าหน้าที่", "Measured times by step and officer")
_EXAMPLE = '{"service": "A-01", "applicant_name": "...", "brought": ["..."]}'
_LINE = Words("{number}\t{subject}\t{state}\tกำหนด {due}", "{number}\t{subject}\t{state}\tdue {due}")
_STEP = Words("  {name}\t{officer}\t{minutes} นาที\tเป้าหมาย {target}{late}", "  {name}\t{officer}\t{minutes} min\ttarget {target}{late}")
_LATE = Words("\tเกินเป้าหมาย", "\tlate")
_TIME = Words(
    "{service}\t{step}\t{officer}\t{count} ครั้ง\tมัธยฐาน {median} นาที\tเป้าหมาย {target}\tเกินเป้าหมาย {late}",
    "{service}\t{step}\t{officer}\t{count} times\tmedian {median} min\ttarget {target}\tlate {late}",
)


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_REQUEST, language), no_args_is_help=False)
    for name, words, command in (
        ("receive", _RECEIVE, receive),
        ("show", _SHOW, show),
        ("advance", _ADVANCE, advance),
        ("finish", _FINISH, finish),
        ("paper", _PAPER, paper),
        ("print", _PRINT, print_slip),
        ("times", _TIMES, times),
    ):
        group.command(name, help=say(words, language))(command)
    app.add_typer(group, name="request")


_Reference = Annotated[str, typer.Argument(metavar="NUMBER|ID")]


def receive(context: typer.Context) -> None:
    """Takes a request down."""
    session = session_of(context)
    with session.office() as office:
        given = session.read_object(_EXAMPLE)
        received = office.requests.receive(_intake(office, given), session.stream)
        work = office.requests.work(received.row.id)
        _print(session, office, work)


def show(context: typer.Context, reference: _Reference) -> None:
    """Prints how a request stands."""
    session = session_of(context)
    with session.office() as office:
        row = _request(office, reference)
        log_reading(office, row.type, row.id)
        _print(session, office, office.requests.work(row.id))


def advance(
    context: typer.Context,
    reference: _Reference,
    state: Annotated[str, typer.Argument(metavar="STATE")],
    result: Annotated[str, typer.Option("--result", metavar="TEXT")] = "",
) -> None:
    """Takes a step of the workflow."""
    session = session_of(context)
    with session.office() as office:
        _print(session, office, office.requests.advance(_request(office, reference).id, state, result=result))


def finish(
    context: typer.Context,
    reference: _Reference,
    result: Annotated[str, typer.Option("--result", metavar="passed|failed|incomplete|forwarded")] = "passed",
    note: Annotated[str, typer.Option("--note", metavar="TEXT")] = "",
) -> None:
    """Ends the step worked on."""
    session = session_of(context)
    with session.office() as office:
        _print(session, office, office.requests.finish_step(_request(office, reference).id, result=result, note=note))


def paper(
    context: typer.Context,
    reference: _Reference,
    name: Annotated[str, typer.Argument(metavar="PAPER")],
    state: Annotated[str, typer.Argument(metavar="received|missing|not_needed")],
) -> None:
    """Notes a paper of a request."""
    session = session_of(context)
    with session.office() as office:
        row = _request(office, reference)
        papers = [one for one in office.store.by_key("request_document", {"request": row.id}) if name in (one.fields.get("name"), one.id)]
        if not papers:
            raise _unknown(Words("เอกสาร", "paper"), name)
        _print(session, office, office.requests.set_paper(row.id, papers[0].id, state))


def print_slip(context: typer.Context, reference: _Reference, out: Annotated[Path, typer.Option("--out", metavar="FILE")]) -> None:
    """Writes the acknowledgement slip of a request."""
    session = session_of(context)
    with session.office() as office:
        row = _request(office, reference)
        log_reading(office, row.type, row.id)
        written = write_pdf(office.papers.slip_pdf(row.id), out)
        session.print({"request": row.as_json(), "file": str(written)}, [f"{row.fields.get('tracking_number', row.id)}\t{written}"])


def times(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", min=2400, max=2700, metavar="2569")] = None,
    together: Annotated[bool, typer.Option("--together")] = False,
) -> None:
    """Prints measured times; --together does not tell officers apart."""
    session = session_of(context)
    with session.office() as office:
        found = of_year(office, year, by_officer=not together)
    lines = [session.say(_TIME, **{name: "-" if value is None else value for name, value in one.as_json().items()}) for one in found]
    session.print([one.as_json() for one in found], lines)


def _request(office: Office, reference: str) -> Row:
    if is_id(reference):
        return office.records.get("service_request", reference)
    found = office.store.by_key("service_request", {"tracking_number": reference}) or office.store.by_key(
        "service_request", {"tracking_number": reference.upper()}
    )
    if not found:
        raise _unknown(office.record_type("service_request").label, reference)
    return found[0]


def _unknown(what: Words, text: str) -> Correctable:
    return Correctable(
        Words("ไม่พบรายการ", "No such record"),
        Words(
            "ไม่พบ{what} “{text}” ในเครื่องนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจชื่อหรือเลขที่",
            "There is no {what} “{text}” on this computer; nothing was changed. Check its name or number.",
        ).filled(what=what, text=text),
    )


def _intake(office: Office, given: Mapping[str, Json]) -> Intake:
    known = {
        "service",
        "subject",
        "detail",
        "applicant",
        "applicant_name",
        "register",
        "citizen_id",
        "phone",
        "address",
        "channel",
        "place",
        "brought",
    }
    for name in given.keys() - known:
        raise _unknown(Words("ช่อง", "field"), name)
    text = {name: value for name, value in given.items() if isinstance(value, str)}
    service = _service(office, text["service"]) if text.get("service") else ""
    brought, address = given.get("brought"), given.get("address")
    names = {str(one) for one in brought} if isinstance(brought, list) else set()
    papers = office.requests.definition(service).papers if service else ()
    ticked = frozenset(row.id for row in papers if row.id in names or row.fields.get("name") in names)
    for name in names - {row.id for row in papers} - {str(row.fields.get("name")) for row in papers}:
        raise _unknown(Words("เอกสาร", "paper"), name)
    return Intake(
        service=service,
        subject=text.get("subject", ""),
        detail=text.get("detail", ""),
        applicant=text.get("applicant", ""),
        applicant_name=text.get("applicant_name", ""),
        registers=given.get("register") is True,
        citizen_id=text.get("citizen_id", ""),
        phone=text.get("phone", ""),
        address=address if isinstance(address, dict) else {},
        channel=text.get("channel", "counter"),
        place=text.get("place", ""),
        brought=ticked,
    )


def _service(office: Office, text: str) -> str:
    if is_id(text):
        return office.records.get("service", text).id
    offered = {row.id for row in office.requests.services(text, limit=50)}
    found = [row for name in ("code", "name") for row in office.store.by_key("service", {name: text}) if row.id in offered]
    if not found:
        raise _unknown(office.record_type("service").label, text)
    return found[0].id


def _print(session: Session, office: Office, work: Work) -> None:
    spec = office.record_type("service_request")
    fields = work.row.fields
    state = office.records.shown(spec.field("state"), fields["state"]) if "state" in fields else "-"
    due = Day().show(work.due, session.language) if work.due else "-"
    lines = [session.say(_LINE, number=fields.get("tracking_number", "-"), subject=fields.get("subject", "-"), state=state, due=due)]
    for step in work.steps:
        target = "-" if step.time.target is None else step.time.target
        late = _LATE if step.time.is_late else Words("", "")
        lines.append(session.say(_STEP, name=step.name, officer=step.officer or "-", minutes=step.time.minutes, target=target, late=late))
    if work.missing:
        words = missing_words(
            work.missing,
            service=str(fields.get("subject", "")),
            applicant=str(fields.get("applicant_name", "")),
            tracking=str(fields.get("tracking_number", "")),
        )
        lines += session.say(words).splitlines()
    session.print(_as_json(session, work), lines)


def _as_json(session: Session, work: Work) -> dict[str, object]:
    letter = missing_words(
        work.missing,
        service=str(work.row.fields.get("subject", "")),
        applicant=str(work.row.fields.get("applicant_name", "")),
        tracking=str(work.row.fields.get("tracking_number", "")),
    )
    return {
        "request": work.row.as_json(),
        "due": work.due.isoformat() if work.due else None,
        "days_left": work.days_left,
        "late": work.is_late,
        "paused": work.is_paused,
        "minutes": work.minutes,
        "target": work.target,
        "missing": list(work.missing),
        "letter": session.say(letter) if work.missing else "",
        "papers": [{"id": row.id, "name": row.fields.get("name"), "state": row.fields.get("state")} for row in work.papers],
        "steps": [_step(step) for step in work.steps],
        "allowed": [step.target for step in work.allowed],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.row.id if step.row else None,
        "name": step.name,
        "officer": step.officer,
        "started_at": Moment().to_wire(step.started_at) if step.started_at else None,
        "ended_at": Moment().to_wire(step.ended_at) if step.ended_at else None,
        "minutes": step.time.minutes,
        "target": step.time.target,
        "late": step.time.is_late,
        "paused": step.time.is_paused,
        "result": step.result,
    }
