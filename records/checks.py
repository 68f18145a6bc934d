"""Checks of a whole record: what every type must keep, then the rules of its own. Pure; the desktop and the server run the same code.

A problem of severity `error` blocks submitting, never saving: a draft may always be incomplete. What a single field cannot hold is refused
earlier, by its kind.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from records.ids import is_id
from records.kinds import CannotHold, Integer, Kind, Money, Reference, Text
from records.record import Draft, RecordType, to_wire
from records.rules import budget, people, plan_items, planning, receipts, registry, services, terms, year
from records.rules.problem import Case, Problem, Related, Severity, error, warning
from records.stored import wire_fault
from records.words import Words

__all__ = ["Problem", "Related", "Severity", "check"]

RULES: Mapping[str, Callable[[Case], Iterator[Problem]]] = {
    "office": registry.office,
    "office_code": registry.office_code,
    "office_event": registry.office_event,
    "office_profile": registry.office_profile,
    "village": registry.village,
    "base_figure": registry.base_figure,
    "registry_change_request": registry.registry_change_request,
    "constituency": registry.constituency,
    "project": planning.project,
    "project_budget": planning.project_budget,
    "service": services.service,
    "service_document": services.service_document,
    "service_step": services.service_step,
    "plan": plan_items.plan,
    "tactic": plan_items.tactic,
    "plan_programme": plan_items.plan_programme,
    "project_link": plan_items.project_link,
    "evaluation": plan_items.evaluation,
    "equipment_item": plan_items.equipment_item,
    "equipment_budget": plan_items.equipment_budget,
    "fiscal_year": budget.fiscal_year,
    "budget_line": budget.budget_line,
    "budget_transfer": budget.budget_transfer,
    "contract": budget.contract,
    "disbursement": budget.disbursement,
    "revenue_line": budget.revenue_line,
    "revenue_receipt": budget.revenue_receipt,
    "service_request": services.service_request,
    "request_step": services.request_step,
    "person": people.person,
    "position": people.position,
    "term": terms.term,
    "council_term": terms.council_term,
    "duty_handover": people.duty_handover,
    "qualification_check": people.qualification_check,
    "executive_complaint": people.executive_complaint,
    "carry_over": year.carry_over,
    "receipt": receipts.receipt,
    "receipt_item": receipts.receipt_item,
    "fee_item": receipts.fee_item,
    "remittance": receipts.remittance,
}
"""The rules of a type's own, by its name; a type without any is checked by the general ones alone."""

ORDERED = (
    ("begin", "end"),
    ("valid_from", "valid_to"),
    ("first_year", "last_year"),
    ("from_number", "to_number"),
    ("starts_on", "due_on"),
    ("signed_on", "due_on"),
    ("adopted_on", "effective_on"),
    ("started_at", "ended_at"),
    ("suspended_from", "suspended_to"),
    ("birth_date", "registered_since"),
)
"""Pairs of fields of which the first may not come after the second."""

NEVER_LATER = ("birth_date", "counted_on", "paid_on")
"""Days that cannot lie in the future."""


def check(
    spec: RecordType, draft: Draft, related: Related | None = None, *, record_id: str = "", today: date | None = None
) -> list[Problem]:
    """Says what is not as it should be, errors first. `related` asks for other records, see `records.rules.problem.Related`.

    `record_id` is empty for a record never saved; `today` (in Thailand) is None where there is no clock. Rules that lack what they need
    are left out. Raises nothing: an unknown field name is a problem too.
    """
    case = Case(spec, {name: value for name, value in draft.items() if value is not None}, related, record_id, today)
    faults = {name: _form(case, name, value) for name, value in case.draft.items()}
    sound = replace(case, draft={name: value for name, value in case.draft.items() if not faults[name]})
    found = [*_missing(sound), *_references(sound), *_days(sound), *_same_key(sound)]
    if spec.type in RULES:
        found += RULES[spec.type](sound)
    # A field whose value is faulty is not empty: what the rules miss there would only confuse.
    found = [*chain.from_iterable(faults.values()), *(problem for problem in found if not faults.get(problem.field))]
    return sorted(found, key=lambda problem: list(Severity).index(problem.severity))


def _missing(case: Case) -> Iterator[Problem]:
    for spec in case.spec.fields:
        if spec.required and spec.name not in case.draft:
            yield error(spec.name, Words("ยังไม่ได้กรอก{label}", "{label} is still to fill"), label=spec.label)


def _form(case: Case, name: str, value: object) -> list[Problem]:
    """What is wrong with one value by itself; values with such a problem are kept from the rules."""
    spec = case.spec.by_name.get(name)
    if spec is None:
        return [error(name, Words("ไม่รู้จักช่องข้อมูล “{name}”", "There is no field “{name}”"), name=name)]
    kind, label = spec.kind, spec.label
    if not _is_held(kind, value) or (isinstance(kind, Reference) and not is_id(value)):
        return [error(name, Words("ข้อมูลในช่อง “{label}” ไม่อยู่ในรูปแบบที่กำหนด", "“{label}” does not hold a value of its form"), label=label)]
    if isinstance(kind, Money) and isinstance(value, int) and value < 0:
        return [error(name, Words("“{label}” ติดลบไม่ได้", "“{label}” cannot be below zero"), label=label)]
    if isinstance(kind, Integer) and isinstance(value, int) and not kind.least <= value <= kind.most:
        text = Words("“{label}” ต้องอยู่ระหว่าง {least} ถึง {most}", "“{label}” must be between {least} and {most}")
        return [error(name, text, label=label, least=kind.least, most=kind.most)]
    if isinstance(kind, Text) and isinstance(value, str) and len(value) > kind.max_length:
        text = Words("“{label}” ยาวเกิน {limit} ตัวอักษร", "“{label}” is longer than {limit} characters")
        return [error(name, text, label=label, limit=kind.max_length)]
    return []


def _is_held(kind: Kind[Any], value: object) -> bool:
    """Whether the value goes to the wire and comes back as itself; one of another Python type does not."""
    try:
        wire = kind.to_wire(value)
        return not wire_fault(wire) and bool(kind.from_wire(wire) == value)
    except (CannotHold, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
        return False


def _references(case: Case) -> Iterator[Problem]:
    for name, value in case.draft.items():
        kind, label = case.spec.by_name[name].kind, case.spec.by_name[name].label
        if not isinstance(kind, Reference):
            continue
        if value == case.id:
            yield error(name, Words("“{label}” ชี้มาที่รายการนี้เอง", "“{label}” points to this record itself"), label=label)
        elif case.related is not None and not case.others(kind.to, id=value):
            text = Words("ไม่พบรายการที่ “{label}” ชี้ไป อาจยังมาไม่ถึงหรือถูกลบ", "What “{label}” points to is not here; it may not have arrived")
            yield warning(name, text, label=label)


def _days(case: Case) -> Iterator[Problem]:
    for earlier, later in ORDERED:
        if earlier in case.draft and later in case.draft and case.draft[earlier] > case.draft[later]:
            labels = {"earlier": case.spec.field(earlier).label, "later": case.spec.field(later).label}
            yield error(later, Words("“{later}” อยู่ก่อน “{earlier}”", "“{later}” comes before “{earlier}”"), **labels)
    for name in NEVER_LATER:
        if case.today and name in case.draft and case.draft[name] > case.today:
            yield error(name, Words("“{label}” อยู่ในอนาคต", "“{label}” lies in the future"), label=case.spec.field(name).label)


def _same_key(case: Case) -> Iterator[Problem]:
    """Two records with one natural key are kept and listed, never merged silently."""
    key = case.spec.key
    if not key or key[-1] not in case.draft:
        return
    wanted = to_wire(case.spec, {name: case.draft[name] for name in key if name in case.draft})
    absent = [name for name in key if name not in case.draft]
    # One that this record names, or that names this one, is told apart already: what a project said before an edition changed it.
    links = [field.name for field in case.spec.fields if isinstance(field.kind, Reference) and field.kind.to == case.spec.type]
    named = {case.draft.get(name) for name in links}
    twins = [
        fields
        for fields in case.others(case.spec.type, **wanted)
        if not any(name in fields for name in absent)
        and fields.get("id") not in named
        and not (case.id and any(fields.get(name) == case.id for name in links))
    ]
    if twins:
        text = Words("มีรายการที่อาจซ้ำกับรายการนี้ {count} รายการ", "{count} other records may be the same as this one")
        yield warning(key[-1], text, count=len(twins))
