"""What becomes of the changes of one stream in one push: judged and numbered under the stream's lock (protocol.md, "POST /push").

The order of the tests is the contract's: read grant and area, change id applied before, shape, write grant, base, checks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from records.areas import covers
from records.changes import Base, Change, units
from records.ids import is_id
from records.kinds import Json
from records.locks import may_lock
from records.periods import YEAR_TYPE, closed_years, may_close
from records.protocol import Limits, Problem
from records.record import RecordType
from records.thai.dates import today_in_thailand
from records.words import Words
from server_stub.areas import area_of
from server_stub.books import NUMBERED, number_used
from server_stub.checks import KindChecks, check_locks, check_period, check_workflow
from server_stub.ledger import Ledger, Planned, content_of, fields_of
from server_stub.numbers import keep_above
from server_stub.problems import refusal
from server_stub.session import Grant, Session
from server_stub.shape import Fault, Shaped, shaped
from server_stub.storage.base import StoredRecord, Writer
from server_stub.submission import Submissions
from server_stub.whole_push import shapes_of


class Incoming:
    """One change as it was sent."""

    __slots__ = ("change_id", "group", "place", "record_id", "sent", "stream")

    def __init__(self, place: int, change_id: str, sent: Mapping[str, object] | Change) -> None:
        """`place`: that in the request; results go back in this order. `sent`: its members; a `Change` where they are all of their type."""
        self.place = place
        self.change_id = change_id
        self.sent = sent
        if isinstance(sent, Change):
            self.stream: object = sent.stream
            self.record_id = sent.id if is_id(sent.id) else None
            """The id of its record; None when it has no well-formed one."""
            self.group = sent.group if sent.group is not None and is_id(sent.group) else None
            """Its group; None when it stands alone or names none that can be."""
        else:
            self.stream = sent.get("stream")
            self.record_id = _id_of(sent.get("id"))
            self.group = _id_of(sent.get("group"))

    @property
    def raw(self) -> Mapping[str, object]:
        """Its members by name, whatever they are."""
        return msgspec.to_builtins(self.sent) if isinstance(self.sent, Change) else self.sent


def _id_of(found: object) -> str | None:
    return found if isinstance(found, str) and is_id(found) else None


class Outcome(NamedTuple):
    """What became of one change."""

    change_id: str
    status: str
    """applied, stale, refused or waiting."""
    record: StoredRecord | None = None
    """For applied and stale: the record as it is now, where the caller may see it."""
    problem: Problem | None = None
    is_new: bool = False
    """Whether it was applied by this very push, not by one before."""

    @property
    def is_as_made(self) -> bool:
        """Whether the record is just what this push made of it by this change: who sent the change knows its fields."""
        return self.is_new and self.record is not None and self.record.change_id == self.change_id


class StreamPush:
    """The changes of one push to one stream."""

    def __init__(
        self,
        writer: Writer,
        session: Session,
        grant: Grant,
        catalogue: Mapping[str, RecordType],
        limits: Limits,
        kinds: KindChecks,
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
        self._kinds = kinds
        self._split_groups = split_groups
        self._ledger = Ledger(writer, catalogue, changed_at=changed_at)
        self._submissions = Submissions(writer, self._ledger, catalogue, today_in_thailand(datetime.fromisoformat(changed_at)))
        self._claims: dict[tuple[str, int, int], str] = {}
        self._shapes: dict[int, Shaped] = {}
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
        self._shape(changes)
        outcomes: dict[int, Outcome] = {}
        for unit in units(changes):
            if len(unit) == 1 and unit[0].group is None:
                outcomes[unit[0].place] = self._one(unit[0])
            else:
                outcomes.update(self._unit(unit))
        self._ledger.close()
        return {place: self._as_it_is_now(outcome) for place, outcome in outcomes.items()}

    def _shape(self, changes: Sequence[Incoming]) -> None:
        """Judges the shape of all that came whole at once."""
        whole = [change for change in changes if isinstance(change.sent, Change)]
        shapes = shapes_of([change.sent for change in whole if isinstance(change.sent, Change)], self._limits)
        self._shapes = {change.place: shape for change, shape in zip(whole, shapes, strict=True) if shape is not None}

    def _one(self, change: Incoming) -> Outcome:
        """A change that stands alone."""
        self._claims.clear()
        planned = self._judge(change)
        if not isinstance(planned, Planned):
            return planned
        fault = self._submissions.fault(planned, (planned,))
        if fault is not None:
            return self._refused(change.change_id, fault)
        if self._claims:
            self._use_numbers()
        plans = (planned,)
        self._ledger.write(plans, device=self._session.device)
        if self._years is not None:
            self._note_years(plans)
        self._keep_above_blocks(plans)
        return self._applied(planned)

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
        self._keep_above_blocks(plans)
        return {place: self._applied(found) if isinstance(found, Planned) else found for place, found in judged.items()}

    def _keep_above_blocks(self, plans: Sequence[Planned]) -> None:
        """Books go on above the blocks that are offered again after a restore."""
        for planned in plans:
            if planned.shaped.change.origin is not None and planned.shaped.change.type == "number_block":
                keep_above(self._writer, msgspec.json.decode(planned.fields))

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
        problem = refusal(
            fault.code, self._session.language, fault.detail, field=fault.field, successor=fault.successor, is_applied=fault.is_applied
        )
        return Outcome(change_id, "refused", problem=problem)

    def _whole_group(self, unit: Sequence[Incoming], judged: Mapping[int, Planned | Outcome]) -> dict[int, Planned | Outcome]:
        ids = [change.record_id or change.change_id for change in unit]
        change_ids = {change.change_id for change in unit}
        is_formed = (
            len(unit) <= self._limits.group and len(set(ids)) == len(ids) == len(change_ids) and unit[0].group not in self._split_groups
        )
        is_good = all(isinstance(found, Planned) or _is_in(found) for found in judged.values())
        if is_formed and is_good:
            return dict(judged)
        refused = refusal("group", self._session.language)
        whole: dict[int, Planned | Outcome] = {}
        for change in unit:
            found = judged[change.place]
            if isinstance(found, Planned) or (not is_formed and not _is_in(found)):
                found = Outcome(change.change_id, "refused", problem=refused)
            whole[change.place] = found
        return whole

    def _judge(self, incoming: Incoming) -> Planned | Outcome:
        try:
            return self._tested(incoming)
        except Fault as fault:
            return self._refused(incoming.change_id, fault)

    def _tested(self, incoming: Incoming) -> Planned | Outcome:
        current = self._ledger.record(incoming.record_id) if incoming.record_id else None
        self._test_area(incoming, current)
        before = self._ledger.applied(incoming.change_id)
        if before is not None:
            return self._again(incoming, before.content, before.id)
        shape = self._shapes.get(incoming.place) or shaped(incoming.raw, account=self._session.account, limits=self._limits)
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

    def _test_area(self, incoming: Incoming, current: StoredRecord | None) -> None:
        if self._grant.visible_areas is None:
            return
        raw = incoming.raw
        record_type, fields = raw.get("type"), raw.get("set")
        areas = {current.area} if current is not None else set()
        if isinstance(record_type, str) and (current is None or current.type != record_type):
            areas.add(area_of(self._catalogue, record_type, fields if isinstance(fields, dict) else {}))
        if not all(covers(self._grant.areas, area) for area in areas):
            raise Fault("no-grant", is_applied=self._is_repeat(incoming))

    def _is_repeat(self, incoming: Incoming) -> bool:
        """Whether this very change was applied before; whoever sends it whole is told nothing new by that."""
        before = self._ledger.applied(incoming.change_id)
        return before is not None and self._is_same(incoming, before.content)

    def _again(self, incoming: Incoming, content: str, record_id: str) -> Outcome:
        """The answer to a change id that was applied before: the same again, unless it now asks for something else."""
        if not self._is_same(incoming, content):
            raise Fault("change-id-reused", field="change_id")
        return Outcome(incoming.change_id, "applied", self._ledger.record(record_id))

    def _is_same(self, incoming: Incoming, content: str) -> bool:
        try:
            return content_of(shaped(incoming.raw, account=self._session.account, limits=self._limits)) == content
        except Fault:
            return False

    def _check(self, planned: Planned) -> None:
        change: Change = planned.shaped.change
        if len(planned.fields) > self._limits.record:
            raise Fault("too-large")
        if planned.before is not None and planned.area != planned.before.area:
            raise Fault("invalid", Words("ย้ายข้อมูลไปอีกงานหนึ่งไม่ได้", "A record cannot move to another area of work"))
        spec = self._catalogue.get(change.type)
        self._kinds.check(change)
        if change.type == "conflict":
            return
        # Work offered again after a restore claims its author: the rights are those of whoever offers it.
        role = self._session.role if change.origin else self._session.authors[change.made_by]
        check_workflow(spec, change, planned.before, role)
        if may_close(change.type):
            after = msgspec.json.decode(planned.fields)
            check_period(change, planned.before, after, self._closed_years(besides=change.id), self._ledger.stored)
        if may_lock(change.type):
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
        return Outcome(change.change_id, "applied", self._ledger.record(change.id), is_new=True)

    def _as_it_is_now(self, outcome: Outcome) -> Outcome:
        if outcome.record is None:
            return outcome
        now = self._ledger.record(outcome.record.id)
        return outcome if now is outcome.record else outcome._replace(record=now)


def _is_in(found: Outcome) -> bool:
    """Whether a change counts as gone in for its group: also one that did before its area was taken away."""
    return found.status == "applied" or (found.problem is not None and found.problem.applied)
