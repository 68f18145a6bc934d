"""What follows from saving a request, whoever saves it and where: its number, its days, and the clock of its steps.

    save --> prepared (number, received, due, closed) --> stored --> follow (steps begin, pause, go on, end)

Everything belongs to the act of the save, so that undo takes it back as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from desktop.storage.acts import Act
from desktop.storage.rows import Row
from records.catalogue.requests import CLOSED_STATES, REQUEST_WORKFLOW
from records.kinds import Day, Json, Moment
from records.record import from_wire, to_wire
from records.request_clock import due_day, ended_pause, moved_due
from records.thai.dates import today_in_thailand
from records.thai.working_days import WorkCalendar
from records.tracking import tracking_number
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

REQUEST = "service_request"
STEP = "request_step"
ONE_STEP = Words("ดำเนินการ", "Work on it")
AGAIN = Words("ดำเนินการอีกครั้ง", "Work on it again")


@dataclass
class More:
    """What else changes in a request that is saved."""

    values: dict[str, Json] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def calendar_of(office: "Office") -> WorkCalendar:
    """The working days of this office: public holidays and the days it noted itself."""
    off: set[date] = set()
    working: set[date] = set()
    for row in office.store.by_key("holiday", {}):
        day = row.fields.get("day")
        if isinstance(day, str):
            (working if row.fields.get("kind") == "working" else off).add(Day().from_wire(day))
    return WorkCalendar(off, working)


def prepared(office: "Office", record_id: str, before: Mapping[str, Json], after: Mapping[str, Json], given: Mapping[str, Json]) -> More:
    """What the program fills in a request that is about to be saved: `after` is the record as it would be, `given` what the person set."""
    more = More()
    was, becomes = before.get("state"), after.get("state")
    now = office.clock()
    if becomes == "received" and was is None:
        _receive(office, record_id, after, now, more)
    if was == becomes or becomes is None:
        return more
    if becomes in CLOSED_STATES and not given.get("closed_on"):
        more.values["closed_on"] = today_in_thailand(now).isoformat()
    if was in CLOSED_STATES and becomes not in CLOSED_STATES:
        more.gone.add("closed_on")
    if was in REQUEST_WORKFLOW.paused and becomes not in CLOSED_STATES and "due" in before and "due" not in given:
        paused = [one for row in steps_of(office, record_id) if (one := draft_of(office, row).get("paused_at"))]
        if paused:
            service = service_of(office, after)
            due = moved_due(
                calendar_of(office),
                Day().from_wire(before["due"]),
                min(paused),
                now,
                counts_days=bool(service and service.fields.get("limit_counts") == "days"),
            )
            more.values["due"] = due.isoformat()
    return more


def _receive(office: "Office", record_id: str, after: Mapping[str, Json], now: datetime, more: More) -> None:
    received = after.get("received_at")
    came = Moment().from_wire(received) if isinstance(received, str) else now
    more.values["received_at"] = Moment().to_wire(came)
    if not after.get("tracking_number"):
        more.values["tracking_number"] = tracking_number(
            record_id, today_in_thailand(came), lambda number: bool(office.store.by_key(REQUEST, {"tracking_number": number}))
        )
    service = service_of(office, after)
    if service is None:
        return
    if not after.get("due"):
        due = due_of(office, service, came)
        if due is not None:
            more.values["due"] = due.isoformat()
    if not after.get("division") and "division" in service.fields:
        more.values["division"] = service.fields["division"]


def due_of(office: "Office", service: Row, came: datetime) -> date | None:
    """The day by which a request for a service that came in at an instant must be answered."""
    promised = [int(str(row.fields["target_minutes"])) for row in manual_of(office, service.id) if "target_minutes" in row.fields]
    return due_day(calendar_of(office), draft_of(office, service), came, sum(promised) if promised else None)


def follow(office: "Office", row: Row, was: Json, act: Act) -> None:
    """Moves the clock of a request's steps after its state went from `was` to what the row says; inside the act of the save."""
    becomes = row.fields.get("state")
    if was == becomes or row.fields.get("service") is None:
        return
    now = office.clock()
    running = [one for one in steps_of(office, row.id) if "started_at" in one.fields and "ended_at" not in one.fields]
    if becomes in CLOSED_STATES:
        result = {"done": "passed", "rejected": "failed"}.get(str(becomes))
        for one in running:
            end_step(office, one, result, now, act)
    elif becomes in REQUEST_WORKFLOW.paused:
        for one in running:
            if "paused_at" not in one.fields:
                _write(office, one, {"paused_at": now}, act)
    else:
        for one in running:
            _write(office, one, ended_pause(calendar_of(office), draft_of(office, one), now), act)
        if not running and (was is None or was in CLOSED_STATES):
            begin_step(office, row, now, act, is_again=was is not None)


def begin_step(office: "Office", request: Row, now: datetime, act: Act, *, is_again: bool = False) -> Row | None:
    """Begins the first step of the manual the request has not been through; None when it has been through all.

    A service without steps has one, with the target of the service; `is_again` begins one also when all were done.
    """
    done = steps_of(office, request.id)
    taken = {one.fields.get("service_step") for one in done}
    service = service_of(office, request.fields)
    manual = manual_of(office, service.id) if service else []
    following = next((one for one in manual if one.id not in taken), None)
    values: dict[str, Any] = {"request": request.id, "started_at": now}
    me = office.enrolled.full_name or office.enrolled.account
    if following is not None:
        owner = following.fields.get("owner")
        values |= {"step": following.fields["name"], "service_step": following.id, "officer": owner or request.fields.get("officer") or me}
        values["target_minutes"] = following.fields.get("target_minutes")
    elif is_again or not (manual or done):
        # Stored words are Thai, whatever language the desk speaks.
        values |= {"step": say(AGAIN if is_again else ONE_STEP, Language.THAI), "officer": request.fields.get("officer") or me}
        values["target_minutes"] = service.fields.get("target_minutes") if service and not is_again else None
    else:
        return None
    fields = to_wire(office.record_type(STEP), values)
    return office.store.save(request.stream, STEP, None, fields, (), act=act)


def end_step(office: "Office", step: Row, result: str | None, now: datetime, act: Act, *, note: str = "") -> Row:
    """Ends a step that runs or waits; whoever ends it has done it when nobody by name was put down for it."""
    values: dict[str, Any] = {**ended_pause(calendar_of(office), draft_of(office, step), now), "ended_at": now}
    if result:
        values["result"] = result
    if note:
        values["note"] = note
    manual = office.store.get("service_step", str(step.fields.get("service_step", "")))
    if not step.fields.get("officer") or (manual is not None and step.fields["officer"] == manual.fields.get("owner")):
        values["officer"] = office.enrolled.full_name or office.enrolled.account
    return _write(office, step, values, act)


def steps_of(office: "Office", request_id: str) -> list[Row]:
    """The steps of a request in the order they began."""
    rows = [row for row in office.store.by_key(STEP, {"request": request_id}) if not row.deleted]
    return sorted(rows, key=lambda row: (str(row.fields.get("started_at", "9")), str(row.fields.get("ended_at", "9")), row.id))


def manual_of(office: "Office", service_id: str, kind: str = "service_step") -> list[Row]:
    """The steps (or, by `kind`, the papers) the manual of a service names, in their order."""
    return sorted(office.store.by_key(kind, {"service": service_id}), key=lambda row: (int(str(row.fields.get("order", 999))), row.id))


def service_of(office: "Office", fields: Mapping[str, Json]) -> Row | None:
    """The service of a request; None when it names none or this desk does not have it."""
    service = fields.get("service")
    return office.store.get("service", service) if isinstance(service, str) else None


def draft_of(office: "Office", row: Row) -> dict[str, Any]:
    """The Python values of a record."""
    return from_wire(office.record_type(row.type), row.fields)


def _write(office: "Office", row: Row, values: Mapping[str, Any], act: Act) -> Row:
    if not values:
        return row
    fields = to_wire(office.record_type(row.type), values)
    return office.store.save(row.stream, row.type, row.id, fields, [name for name, value in values.items() if value is None], act=act)
