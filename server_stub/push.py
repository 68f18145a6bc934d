"""What becomes of the changes of one stream in one push: judged and numbered under the stream's lock (protocol.md, "POST /push").

The order of the tests is the contract's: read grant and area, change id applied before, shape, write grant, base, checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from records.areas import covers
from records.changes import Base, Change, units
from records.ids import is_id
from records.kinds import Json
from records.periods import YEAR_TYPE, closed_years, may_close
from records.protocol import Limits, Problem
from records.record import RecordType
from records.thai.dates import today_in_thailand
from records.words import Words
from server_stub.areas import area_of
from server_stub.books import NUMBERED, number_used
from server_stub.checks import check_kinds, check_locks, check_period, check_workflow
from server_stub.ledger import Ledger, Planned, content_of, fields_of
from server_stub.numbers import keep_above
from server_stub.problems import refusal
from server_stub.session import Grant, Session
from server_stub.shape import Fault, shaped
from server_stub.storage.base import StoredRecord, Writer
from server_stub.submission import Submissions


class Incoming:
    """One change as it was sent."""

    __slots__ = ("change_id", "group", "place", "raw", "record_id")

    def __init__(self, place: int, change_id: str, raw: Mapping[str, object]) -> None:
        """`place`: that in the request; results go back in this order."""
        self.place = place
        self.change_id = change_id
        self.raw = raw
        self.record_id = _id_of(raw.get("id"))
        """The id of its record; None when it has no well-formed one."""
        self.group = _id_of(raw.get("group"))
        """Its group; None when it stands alone or names none that can be."""


def _id_of(found: object) -> str | None:
    return found if isinstance(found, str) and is_id(found) else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change."""

    change_id: str
    status: str
    """applied, stale, refused or waiting."""
    record: StoredRecord | None = None
    """For applied and stale: the record as it is now, where the caller may see it."""
    problem: Problem | None = None


class StreamPush:
    """The changes of one push to one stream."""

    def __init__(
        self,
        writer: Writer,
        session: Session,
        grant: Grant,
        catalogue: Mapping[str, RecordType],
        limits: Limits,
        *,
        changed_at: str,
        split_groups: frozenset[str],
    ) -> None:
        """`split_groups`: groups of the request that have members in more than one stream; no member of them goes in."""
        self._writer = writer
        self._session = session
        self._grant = grant
        self._catalogue = catalogue
        self._limits = limits
        self._split_groups = split_groups
        self._ledger = Ledger(writer, catalogue, changed_at=changed_at)
        self._submissions = Submissions(writer, self._ledger, catalogue, today_in_thailand(datetime.fromisoformat(changed_at)))
        self._claims: dict[tuple[str, int, int], str] = {}
        self._years: dict[str, dict[str, Json]] | None = None

    @property
    def head(self) -> int:
        """The seq of the last write, those of this push included."""
        return self._ledger.head

    @property
    def chain(self) -> str:
        """The chain at head, 64 hex digits."""
        return self._ledger.chain

    def run(self, changes: Sequence[Incoming]) -> dict[int, Outcome]:
        """Judges and writes all of them; returns what became of each by its place."""
        ids = {change.record_id for change in changes} - {None}
        self._ledger.load(ids=[i for i in ids if i], change_ids=[c.change_id for c in changes if is_id(c.change_id)])
        outcomes: dict[int, Outcome] = {}
        for unit in units(changes):
            outcomes.update(self._unit(unit))
        self._ledger.close()
        return {place: self._as_it_is_now(outcome) for place, outcome in outcomes.items()}

    def _unit(self, unit: Sequence[Incoming]) -> dict[int, Outcome]:
        """One change, or one group: all of it or nothing."""
        group = unit[0].group
        self._claims.clear()
        judged = self._handed_in({change.place: self._judge(change) for change in unit})
        if group is not None:
            judged = self._whole_group(unit, judged)
        plans = [found for found in judged.values() if isinstance(found, Planned)]
        if plans:
            self._use_numbers()
        self._ledger.write(plans, device=self._session.device)
        self._note_years(plans)
        for planned in plans:
            if planned.shaped.change.type == "number_block" and planned.shaped.change.origin is not None:
                keep_above(self._writer, msgspec.json.decode(planned.fields))
        return {place: self._applied(found) if isinstance(found, Planned) else found for place, found in judged.items()}

    def _handed_in(self, judged: Mapping[int, Planned | Outcome]) -> dict[int, Planned | Outcome]:
        """The same, with what is handed in with errors refused."""
        plans = [found for found in judged.values() if isinstance(found, Planned)]
        left = dict(judged)
        for place, found in judged.items():
            fault = self._submissions.fault(found, plans) if isinstance(found, Planned) else None
            if isinstance(found, Planned) and fault is not None:
                left[place] = self._refused(found.shaped.change.change_id, fault)
        return left

    def _refused(self, change_id: str, fault: Fault) -> Outcome:
        problem = refusal(fault.code, self._session.language, fault.detail, field=fault.field, successor=fault.successor)
        return Outcome(change_id, "refused", problem=problem)

    def _whole_group(self, unit: Sequence[Incoming], judged: Mapping[int, Planned | Outcome]) -> dict[int, Planned | Outcome]:
        ids = [change.record_id or change.change_id for change in unit]
        change_ids = {change.change_id for change in unit}
        is_formed = (
            len(unit) <= self._limits.group and len(set(ids)) == len(ids) == len(change_ids) and unit[0].group not in self._split_groups
        )
        is_good = all(isinstance(found, Planned) or found.status == "applied" for found in judged.values())
        if is_formed and is_good:
            return dict(judged)
        refused = refusal("group", self._session.language)
        whole: dict[int, Planned | Outcome] = {}
        for change in unit:
            found = judged[change.place]
            if isinstance(found, Planned) or (not is_formed and found.status != "applied"):
                found = Outcome(change.change_id, "refused", problem=refused)
            whole[change.place] = found
        return whole

    def _judge(self, incoming: Incoming) -> Planned | Outcome:
        try:
            return self._tested(incoming)
        except Fault as fault:
            return self._refused(incoming.change_id, fault)

    def _tested(self, incoming: Incoming) -> Planned | Outcome:
        raw = incoming.raw
        current = self._ledger.record(incoming.record_id) if incoming.record_id else None
        self._test_area(raw, current)
        before = self._ledger.applied(incoming.change_id)
        if before is not None:
            return self._again(incoming, before.content, before.id)
        shape = shaped(raw, account=self._session.account, limits=self._limits)
        change = shape.change
        if change.made_by not in self._session.authors:
            raise Fault("author", field="made_by")
        if not self._grant.may_write:
            raise Fault("no-grant")
        if self._writer.state.is_closed:
            raise Fault("closed-stream", successor=self._writer.state.successor)
        if current is not None and current.type != change.type:
            raise Fault("invalid", Words("รหัสนี้เป็นของข้อมูลประเภทอื่น", "This id belongs to a record of another type"), "id")
        if change.base != (Base(current.version, current.hash) if current else None):
            return Outcome(incoming.change_id, "stale", current)
        planned = self._ledger.plan(shape)
        self._check(planned)
        return planned

    def _test_area(self, raw: Mapping[str, object], current: StoredRecord | None) -> None:
        record_type, fields = raw.get("type"), raw.get("set")
        areas = {current.area} if current is not None else set()
        if isinstance(record_type, str) and (current is None or current.type != record_type):
            areas.add(area_of(self._catalogue, record_type, fields if isinstance(fields, dict) else {}))
        if not all(covers(self._grant.areas, area) for area in areas):
            raise Fault("no-grant")

    def _again(self, incoming: Incoming, content: str, record_id: str) -> Outcome:
        """The answer to a change id that was applied before: the same again, unless it now asks for something else."""
        try:
            is_same = content_of(shaped(incoming.raw, account=self._session.account, limits=self._limits)) == content
        except Fault:
            is_same = False
        if not is_same:
            raise Fault("change-id-reused", field="change_id")
        return Outcome(incoming.change_id, "applied", self._ledger.record(record_id))

    def _check(self, planned: Planned) -> None:
        change: Change = planned.shaped.change
        if len(planned.fields) > self._limits.record:
            raise Fault("too-large")
        if planned.before is not None and planned.area != planned.before.area:
            raise Fault("invalid", Words("ย้ายข้อมูลไปอีกงานหนึ่งไม่ได้", "A record cannot move to another area of work"))
        spec = self._catalogue.get(change.type)
        check_kinds(spec, change)
        if change.type == "conflict":
            return
        # Work offered again after a restore claims its author: the rights are those of whoever offers it.
        role = self._session.role if change.origin else self._session.authors[change.made_by]
        check_workflow(spec, change, planned.before, role)
        if may_close(change.type):
            after = msgspec.json.decode(planned.fields)
            check_period(change, planned.before, after, self._closed_years(besides=change.id), self._ledger.stored)
        check_locks(change, planned.before, self._ledger.stored)
        used = number_used(change, {**fields_of(planned.before), **change.set}) if change.type in NUMBERED else None
        if used is not None:
            user = self._claims.get(used) or self._writer.number_user(self._writer.state.stream, *used)
            if user not in (None, change.id):
                raise Fault("number-taken", field="number")
            self._claims[used] = change.id

    def _closed_years(self, *, besides: str) -> frozenset[int]:
        """The closed fiscal years of the stream as they are now, writes of this push included; the record `besides` is left out."""
        if self._years is None:
            found = self._writer.where(self._writer.state.stream, YEAR_TYPE, {})
            self._years = {record.id: fields_of(record) for record in found}
        return closed_years(fields for record_id, fields in self._years.items() if record_id != besides)

    def _note_years(self, plans: Sequence[Planned]) -> None:
        """Takes over what the unit did to the fiscal years: the next unit of the same push is judged by it."""
        for planned in plans:
            change = planned.shaped.change
            if change.type == YEAR_TYPE and self._years is not None:
                self._years.pop(change.id, None)
                if change.op != "delete":
                    self._years[change.id] = msgspec.json.decode(planned.fields)

    def _use_numbers(self) -> None:
        """Keeps the numbers of the unit that goes in; at once, so that the next unit meets them."""
        stream = self._writer.state.stream
        for used, record_id in self._claims.items():
            if self._writer.number_user(stream, *used) is None:
                self._writer.use_number(stream, *used, record_id)

    def _applied(self, planned: Planned) -> Outcome:
        change = planned.shaped.change
        return Outcome(change.change_id, "applied", self._ledger.record(change.id))

    def _as_it_is_now(self, outcome: Outcome) -> Outcome:
        if outcome.record is None:
            return outcome
        return Outcome(outcome.change_id, outcome.status, self._ledger.record(outcome.record.id), outcome.problem)
