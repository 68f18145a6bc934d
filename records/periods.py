"""Which record belongs to which fiscal year, and whether a change of it may still be made. Pure; the desktop and the server run the same code.

Three kinds of year, never mixed: the fiscal year (1 October to 30 September) closes; calendar years (letters) and plan periods do not.
A record that belongs to a closed year is neither made, changed, moved out, deleted nor restored, until a head opens the year again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from records.kinds import Json
from records.thai.fiscal import fiscal_year_of
from records.words import Words

CLOSED = "closed"
YEAR_TYPE = "fiscal_year"


@dataclass(frozen=True)
class Period:
    """How a record type says which fiscal year it belongs to."""

    year: str = ""
    """The field that holds the year (พ.ศ.); empty where there is none."""
    day: str = ""
    """The field whose day says the year where no year is given."""
    living: frozenset[str] = frozenset()
    """Fields that go on changing after the year closed: what is done with carried money, copies printed."""
    frozen: frozenset[str] = frozenset()
    """Where it is not empty, the only fields that belong to the accounts of the year; all others go on."""


PERIODS: Mapping[str, Period] = {
    "budget_line": Period("fiscal_year"),
    "budget_transfer": Period("fiscal_year"),
    "contract": Period(
        day="signed_on",
        living=frozenset({"state", "starts_on", "due_on", "guarantee", "guarantee_returned_on", "instalments", "attachments"}),
    ),
    "disbursement": Period("fiscal_year", "paid_on"),
    "revenue_line": Period("fiscal_year"),
    "revenue_receipt": Period("fiscal_year", "received_on"),
    "carry_over": Period("fiscal_year", living=frozenset({"state", "until", "reason", "approved_on", "approved_by", "attachments"})),
    "receipt": Period("fiscal_year", "issued_on", living=frozenset({"copy_count"})),
    "remittance": Period("fiscal_year", "day"),
    "project_budget": Period("fiscal_year", frozen=frozenset({"ordinance"})),
}
"""The record types whose records close with a fiscal year.

A contract that runs on is worked on in the next year, and its money is carried over, so only what was agreed is fixed. The plan has its own
rules of amendment: of the money of a project only what the ordinance gave is fixed.
"""

PARTS: Mapping[str, tuple[str, str]] = {"receipt_item": ("receipt", "receipt")}
"""Types without a year of their own that close with the record they are part of: the field that names it, and its type."""

Read = Callable[[str], Mapping[str, Json] | None]
"""The wire fields of a record of a type in PARTS' second place by id, also of a deleted one; None when there is none."""


def may_close(type_name: str) -> bool:
    """Whether records of the type close with a fiscal year, or are one."""
    return type_name in PERIODS or type_name in PARTS or type_name == YEAR_TYPE


def year_of(type_name: str, fields: Mapping[str, Json], read: Read | None = None) -> int | None:
    """The fiscal year (พ.ศ.) a record of these wire fields belongs to; None when its type has none or it does not say.

    `read` finds the record a part belongs to; without it a part belongs to no year.
    """
    if type_name in PARTS:
        name, holder = PARTS[type_name]
        whole = read(str(fields[name])) if read is not None and fields.get(name) else None
        return year_of(holder, whole) if whole is not None else None
    if type_name == YEAR_TYPE:
        year = fields.get("year")
        return year if isinstance(year, int) else None
    period = PERIODS.get(type_name)
    if period is None:
        return None
    year = fields.get(period.year) if period.year else None
    if isinstance(year, int):
        return year
    day = fields.get(period.day) if period.day else None
    if isinstance(day, str):
        try:
            return fiscal_year_of(date.fromisoformat(day))
        except ValueError:
            return None
    return None


def closed_years(years: Iterable[Mapping[str, Json]]) -> frozenset[int]:
    """The years (พ.ศ.) that are closed, from the wire fields of the fiscal_year records that are not deleted."""
    return frozenset(year for fields in years if fields.get("state") == CLOSED and isinstance(year := fields.get("year"), int))


def closed_year_of_change(
    type_name: str,
    before: Mapping[str, Json] | None,
    after: Mapping[str, Json] | None,
    closed: Collection[int],
    read: Read | None = None,
) -> int | None:
    """The closed year (พ.ศ.) a change would touch; None when it may be made.

    Args:
        before: wire fields before the change; None when there is no record, or a deleted one.
        after: wire fields after it; None when the change deletes.
        closed: the closed years of the stream, the record itself left out when it is a fiscal_year.
        read: finds the record a part belongs to.
    """
    if type_name == YEAR_TYPE:
        return _closed_year_itself(before, after)
    period = PERIODS.get(type_name, Period()) if may_close(type_name) else None
    if period is None or not closed:
        return None
    if not _changed(period, before, after):
        return None
    for fields in (before, after):
        year = year_of(type_name, fields, read) if fields is not None else None
        if year is not None and year in closed:
            return year
    return None


def _changed(period: Period, before: Mapping[str, Json] | None, after: Mapping[str, Json] | None) -> set[str]:
    """The names of the fields of the accounts that a change touches; of a record made or deleted, all."""
    then, now = before or {}, after or {}
    names = {name for name in {*then, *now} if then.get(name) != now.get(name)}
    if before is None or after is None:
        names |= set(then) | set(now) | ({period.year or period.day} if not period.frozen else set())
        return names & period.frozen if period.frozen else names
    return (names & period.frozen if period.frozen else names) - period.living


def _closed_year_itself(before: Mapping[str, Json] | None, after: Mapping[str, Json] | None) -> int | None:
    """A closed year changes in one way only: it is opened again."""
    if before is None or before.get("state") != CLOSED:
        return None
    if after is not None and (after.get("state") != CLOSED or dict(after) == dict(before)):
        return None
    year = before.get("year")
    return year if isinstance(year, int) else 0


NO_REASON = Words(
    "การปิดหรือเปิดปีงบประมาณต้องทำที่หน้า “ขึ้นปีใหม่” และต้องมีเหตุผล ผู้ทำ และวันที่",
    "A fiscal year is closed and reopened on the page “Year's turn”, with a reason, who and when",
)


def step_fault(before: Mapping[str, Json] | None, after: Mapping[str, Json] | None) -> Words | None:
    """What is missing when a fiscal_year record closes or opens again; None when nothing is, or when it does neither.

    A year recorded as closed from the start (of the time before this program) needs no reason.
    """
    if before is None or after is None:
        return None
    was, now = before.get("state") == CLOSED, after.get("state") == CLOSED
    if was == now:
        return None
    said = after.get("reason") and after.get("closed_by") and (not now or after.get("closed_on"))
    is_new = after.get("reason") != before.get("reason") or now
    return None if said and is_new else NO_REASON


def fixed_fields(type_name: str, names: Iterable[str]) -> frozenset[str]:
    """Which of a type's fields a closed year fixes."""
    period = PERIODS.get(type_name)
    if type_name == YEAR_TYPE or type_name in PARTS:
        return frozenset(names)
    if period is None:
        return frozenset()
    return period.frozen & frozenset(names) if period.frozen else frozenset(names) - period.living


def closed_words(year: int) -> Words:
    """The sentence for a change that a closed year refuses."""
    return Words(
        "ปีงบประมาณ {year} ปิดแล้ว แก้ไขรายการของปีนี้ไม่ได้ โปรดให้หัวหน้าเปิดปีอีกครั้งที่หน้า “ขึ้นปีใหม่” หรือเปลี่ยนปีงบประมาณของรายการ",
        "Fiscal year {year} is closed and its records cannot be changed. Ask a head to reopen it on the page “Year's turn”, "
        "or change the fiscal year of the record",
    ).filled(year=year)
