"""Citizens' requests from the counter to the answer: receive, advance, finish a step, papers, and how a request stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from desktop.services import request_flow as flow
from desktop.services.request_flow import REQUEST, calendar_of, draft_of, manual_of, service_of, steps_of
from desktop.services.request_words import fee_words
from desktop.storage.acts import Act
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.catalogue.requests import CLOSED_STATES, REQUEST_WORKFLOW
from records.checks import Problem
from records.errors import Correctable
from records.ids import new_id
from records.kinds import Json
from records.record import to_wire
from records.request_clock import StepTime, step_time
from records.thai.dates import today_in_thailand
from records.thai.names import split_name
from records.thai.text import search_form
from records.words import Words
from records.workflow import Transition

if TYPE_CHECKING:
    from desktop.services.office import Office

_RECEIVE = Words("รับคำขอ {subject}", "Receive a request: {subject}")
_ADVANCE = Words("{step}: {title}", "{step}: {title}")
_FINISH = Words("เสร็จขั้นตอน {step} ของ {title}", "Finish the step {step} of {title}")
_PAPER = Words("บันทึกเอกสาร {paper} ของ {title}", "Note the paper {paper} of {title}")
_ADDRESS = ("house_number", "moo", "road", "tambon", "amphoe", "province", "postcode")


@dataclass(frozen=True)
class Definition:
    """A service as the citizens' manual has it."""

    row: Row
    papers: tuple[Row, ...]
    """service_document, in order."""
    steps: tuple[Row, ...]
    """service_step, in order."""

    @property
    def required(self) -> tuple[Row, ...]:
        """The papers everybody must bring."""
        return tuple(row for row in self.papers if row.fields.get("required", True))


@dataclass(frozen=True)
class Expected:
    """What a service promises somebody who files now."""

    definition: Definition
    due: date | None
    fee: Words | None
    """None where nothing is said of a fee."""


@dataclass(frozen=True)
class Intake:
    """What the clerk at the counter took down; everything but the subject or the service may be empty."""

    service: str = ""
    """Id of the service; empty when it fits none."""
    subject: str = ""
    """Empty: the name of the service."""
    detail: str = ""
    applicant: str = ""
    """Id in the register of persons; empty for somebody who is not in it."""
    applicant_name: str = ""
    registers: bool = False
    """Whether a person who is not in the register is put there."""
    citizen_id: str = ""
    phone: str = ""
    address: Mapping[str, Json] = field(default_factory=dict)
    """Fields of the address: house_number, moo, road, tambon, amphoe, province, postcode."""
    channel: str = "counter"
    place: str = ""
    brought: frozenset[str] = frozenset()
    """Ids of the service's papers that were brought."""
    not_needed: frozenset[str] = frozenset()
    """Ids of the papers that do not apply to this person."""


@dataclass(frozen=True)
class Received:
    """A request after it was taken down."""

    row: Row
    missing: tuple[str, ...]
    """Names of the papers that are missing; a request with any waits for the citizen."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Step:
    """One step on the line of a request: worked on, or still to come."""

    name: str
    officer: str
    row: Row | None
    """The request_step; None for a step of the manual that has not begun."""
    time: StepTime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: str = ""


@dataclass(frozen=True)
class Work:
    """Everything the page of a request shows."""

    row: Row
    service: Row | None
    steps: tuple[Step, ...]
    papers: tuple[Row, ...]
    """request_document, in the order of the manual."""
    allowed: tuple[Transition, ...]
    """What this account may do next."""
    due: date | None
    days_left: int | None
    """Working days until it is due; negative when late; None where nothing is due."""
    is_paused: bool
    is_closed: bool
    fee: Words | None
    """What the service costs, in a sentence; None where nothing is said."""
    receipts: tuple[Row, ...]
    """The receipts issued for it that stand."""

    @property
    def is_late(self) -> bool:
        """Whether it should have been answered; nothing that waits for the citizen is late."""
        return self.days_left is not None and self.days_left < 0 and not self.is_paused and not self.is_closed

    @property
    def minutes(self) -> int:
        """Minutes of office hours worked on it so far."""
        return sum(one.time.minutes for one in self.steps)

    @property
    def target(self) -> int | None:
        """Minutes promised for all its steps; None where nothing is."""
        promised = [one.time.target for one in self.steps if one.time.target is not None]
        return sum(promised) if promised else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the papers that are missing."""
        return tuple(str(row.fields.get("name", "")) for row in self.papers if row.fields.get("state") == "missing")


class Requests:
    """What an office does with requests."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def services(self, text: str = "", limit: int = 20) -> list[Row]:
        """The services offered today whose name or code holds the text."""
        today = self._office.today.isoformat()
        words = search_form(text).split()
        offered = [
            row
            for row in self._office.store.find(Query("service", sort=(("code", False),))).rows
            if row.fields.get("state", "open") == "open"
            and str(row.fields.get("valid_from", "")) <= today <= str(row.fields.get("valid_to", "9"))
            and all(word in search_form(f"{row.fields.get('code', '')} {row.fields.get('name', '')}") for word in words)
        ]
        return offered[:limit]

    def definition(self, service_id: str) -> Definition:
        """A service with its papers and steps. Raises Correctable when it is not known here."""
        row = self._office.records.get("service", service_id)
        return Definition(row, tuple(manual_of(self._office, row.id, "service_document")), tuple(manual_of(self._office, row.id)))

    def expected(self, service_id: str) -> Expected:
        """What a citizen who files now would be told of a service. Raises Correctable when it is not known here."""
        office = self._office
        definition = self.definition(service_id)
        due = flow.due_of(office, definition.row, office.clock())
        return Expected(definition, due, _fee_of(office, definition.row))

    def receive(self, intake: Intake, stream: str | None = None) -> Received:
        """Takes a request down: number, due day, papers, the first step; one with missing papers waits for the citizen at once.

        Raises Correctable (neither subject nor service, an unknown service, a value that cannot be) and Refused without a grant; nothing is
        saved then.
        """
        office = self._office
        definition = self.definition(intake.service) if intake.service else None
        subject = intake.subject.strip() or (str(definition.row.fields.get("name", "")) if definition else "")
        if not subject:
            raise Correctable(
                Words("ยังไม่ได้เลือกงานบริการ", "No service is chosen"),
                Words(
                    "โปรดเลือกงานบริการหรือพิมพ์เรื่องที่ขอ ยังไม่มีอะไรถูกบันทึก สิ่งที่พิมพ์ไว้ยังอยู่",
                    "Choose a service or type what is asked for; nothing was saved, and what you typed is still there",
                ),
            )
        papers = definition.papers if definition else ()
        lacking = [
            row for row in (definition.required if definition else ()) if row.id not in intake.brought and row.id not in intake.not_needed
        ]
        request_id = new_id(office.clock(), office.entropy)
        place = office.stream_for_new(office.record_type(REQUEST), stream)
        with office.store.act(office.enrolled.account, _RECEIVE.filled(subject=subject)) as act:
            applicant = intake.applicant or (self._register(intake, place, act) if intake.registers else "")
            given: dict[str, Json] = {
                "subject": subject,
                "service": intake.service,
                "detail": intake.detail,
                "channel": intake.channel,
                "applicant": applicant,
                "applicant_name": intake.applicant_name.strip() or self._name_of(applicant),
                "citizen_id": intake.citizen_id,
                "phone": intake.phone,
                "place": intake.place,
                "officer": office.enrolled.full_name,
                **{name: intake.address[name] for name in _ADDRESS if name in intake.address},
                "state": "received",
            }
            given = {name: value for name, value in given.items() if value not in ("", None)}
            saved = office.records.create(REQUEST, request_id, given, place)
            for row in papers:
                state = "missing" if row in lacking else "received" if row.id in intake.brought else "not_needed"
                fields: dict[str, Json] = {"request": request_id, "service_document": row.id, "name": row.fields["name"], "state": state}
                office.store.save(place, "request_document", None, fields, (), act=act)
            row = saved.row
            if lacking:
                told = to_wire(office.record_type(REQUEST), {"missing_notified_at": office.clock()})
                row = office.records.save(REQUEST, request_id, {"state": "waiting_citizen", **told}).row
        missing = tuple(str(row.fields["name"]) for row in lacking)
        return Received(row, missing, tuple(office.records.check(REQUEST, row.fields, row.id, row.stream)))

    def _register(self, intake: Intake, stream: str, act: Act) -> str:
        """Puts the applicant into the register of persons; returns the id."""
        prefix, first, last = split_name(intake.applicant_name)
        if not first:
            return ""
        office = self._office
        given: dict[str, Json] = {
            "prefix": prefix, "first_name": first, "last_name": last, "citizen_id": intake.citizen_id, "phone": intake.phone, **intake.address,
        }  # fmt: skip
        return office.records.save("person", None, {name: value for name, value in given.items() if value not in ("", None)}, stream).row.id

    def _name_of(self, person: str) -> str:
        row = self._office.store.get("person", person) if person else None
        return self._office.record_type("person").title_of(row.fields) if row else ""

    def advance(self, request_id: str, target: str, *, result: str = "") -> Work:
        """Takes a step of the workflow; the clock of its steps and its days follow. `result` is what the citizen is told.

        Raises Correctable for an unknown request, Refused for a step that is not allowed from here or to this account.
        """
        office = self._office
        row = office.records.get(REQUEST, request_id)
        given: dict[str, Json] = {"state": target}
        if result:
            given["result"] = result
        label = next((s.label for s in REQUEST_WORKFLOW.transitions if (s.source, s.target) == (row.fields.get("state"), target)), None)
        with office.store.act(
            office.enrolled.account, _ADVANCE.filled(step=label or Words(target, target), title=office.records.title(row))
        ):
            office.records.save(REQUEST, row.id, given, row.stream)
        return self.work(row.id)

    def finish_step(self, request_id: str, *, result: str = "passed", note: str = "") -> Work:
        """Ends the step worked on and begins the next of the manual, unless the result keeps the request from going on.

        Raises Correctable when no step runs or the request waits for the citizen.
        """
        office = self._office
        row = office.records.get(REQUEST, request_id)
        running = [one for one in steps_of(office, row.id) if "started_at" in one.fields and "ended_at" not in one.fields]
        if not running or row.fields.get("state") in (CLOSED_STATES | REQUEST_WORKFLOW.paused):
            raise Correctable(
                Words("ไม่มีขั้นตอนที่กำลังทำ", "No step is being worked on"),
                Words(
                    "คำขอนี้ไม่มีขั้นตอนที่กำลังทำ หรือกำลังรอเอกสารจากผู้ยื่น ไม่มีอะไรเปลี่ยนแปลง",
                    "No step of this request is being worked on, or it waits for the citizen; nothing was changed",
                ),
            )
        now = office.clock()
        label = _FINISH.filled(step=str(running[0].fields.get("step", "")), title=office.records.title(row))
        with office.store.act(office.enrolled.account, label) as act:
            for one in running:
                flow.end_step(office, one, result, now, act, note=note)
            if result in ("passed", "forwarded"):
                flow.begin_step(office, row, now, act)
        return self.work(row.id)

    def set_paper(self, request_id: str, document_id: str, state: str) -> Work:
        """Notes that a paper was brought (`received`), is `missing` or `not_needed`. Raises Correctable for what is not known here."""
        office = self._office
        request, paper = office.records.get(REQUEST, request_id), office.records.get("request_document", document_id)
        label = _PAPER.filled(paper=str(paper.fields.get("name", "")), title=office.records.title(request))
        with office.store.act(office.enrolled.account, label):
            office.records.save("request_document", paper.id, {"state": state}, paper.stream)
        return self.work(request_id)

    def work(self, request_id: str) -> Work:
        """How a request stands now. Raises Correctable when it is not known here."""
        office = self._office
        row = office.records.get(REQUEST, request_id)
        calendar, now = calendar_of(office), office.clock()
        service = service_of(office, row.fields)
        state = row.fields.get("state")
        draft = draft_of(office, row)
        due, today = draft.get("due"), today_in_thailand(now)
        is_closed = state in CLOSED_STATES
        answered = draft.get("closed_on") if is_closed else None
        papers = [one for one in office.store.by_key("request_document", {"request": row.id}) if not one.deleted]
        place = {one.id: number for number, one in enumerate(manual_of(office, service.id, "service_document"))} if service else {}
        return Work(
            row=row,
            service=service,
            steps=tuple(self._steps(row, service, now, is_closed=is_closed)),
            papers=tuple(sorted(papers, key=lambda one: (place.get(str(one.fields.get("service_document")), 999), one.id))),
            allowed=REQUEST_WORKFLOW.steps_from(state if isinstance(state, str) else None, (office.enrolled.role,)),
            due=due,
            days_left=None if due is None else calendar.days_between(answered or today, due),
            is_paused=state in REQUEST_WORKFLOW.paused,
            is_closed=is_closed,
            fee=_fee_of(office, service),
            receipts=tuple(office.receipts.of_request(row.id)),
        )

    def _steps(self, row: Row, service: Row | None, now: datetime, *, is_closed: bool) -> list[Step]:
        office = self._office
        calendar = calendar_of(office)
        done = steps_of(office, row.id)
        shown = []
        for one in done:
            draft: dict[str, Any] = draft_of(office, one)
            shown.append(
                Step(
                    name=draft.get("step", ""),
                    officer=draft.get("officer", ""),
                    row=one,
                    time=step_time(calendar, draft, now),
                    started_at=draft.get("started_at"),
                    ended_at=draft.get("ended_at"),
                    result=draft.get("result", ""),
                )
            )
        if service is None or is_closed:
            return shown
        taken = {one.fields.get("service_step") for one in done}
        for one in manual_of(office, service.id):
            if one.id not in taken:
                draft = draft_of(office, one)
                time = StepTime(0, draft.get("target_minutes"), is_running=False, is_paused=False)
                shown.append(Step(draft.get("name", ""), draft.get("owner", ""), None, time))
        return shown


def _fee_of(office: "Office", service: Row | None) -> Words | None:
    if service is None:
        return None
    manual = draft_of(office, service)
    return fee_words(manual.get("fee"), manual.get("fee_rule", ""))
