"""How a list obeys the fiscal year a person works in: the conditions that keep the records of one year. Pure.

Three kinds of year are never mixed: records with a fiscal year are asked by it, contracts by the day they were signed, plans by their period;
everything numbered by calendar year (letters) and everything without a year is left alone.
"""

from desktop.storage.query import Filter
from records.errors import Correctable
from records.kinds import FiscalYear
from records.periods import PERIODS
from records.record import RecordType
from records.thai.fiscal import fiscal_year_bounds
from records.words import Words

_YEAR_FIELDS = ("fiscal_year", "year")
_NOT_FISCAL = frozenset({"number_block"})
"""Types whose year is of the kind their book declares, calendar for letters."""


def year_filters(spec: RecordType, year: int) -> tuple[Filter, ...]:
    """The conditions that keep the records of a fiscal year (พ.ศ.); none where the type has no fiscal year."""
    if spec.type in _NOT_FISCAL:
        return ()
    for name in _YEAR_FIELDS:
        field = spec.by_name.get(name)
        if field is not None and isinstance(field.kind, FiscalYear):
            return (Filter(name, "eq", year),)
    if "first_year" in spec.by_name and "last_year" in spec.by_name:
        return (Filter("first_year", "le", year), Filter("last_year", "ge", year))
    period = PERIODS.get(spec.type)
    if period is not None and period.day in spec.by_name:
        first, last = fiscal_year_bounds(year)
        return (Filter(period.day, "ge", first.isoformat()), Filter(period.day, "le", last.isoformat()))
    return ()


def asked_filters(spec: RecordType, year: int | None) -> tuple[Filter, ...]:
    """The conditions of `--year`; none without one. Raises Correctable for a type that has no fiscal year."""
    if year is None:
        return ()
    found = year_filters(spec, year)
    if not found:
        raise Correctable(
            Words("ประเภทนี้ไม่มีปีงบประมาณ", "This type has no fiscal year"),
            Words(
                "{type}ไม่ได้แยกตามปีงบประมาณ ไม่มีอะไรเปลี่ยนแปลง โปรดสั่งโดยไม่ใช้ --year",
                "A {type} belongs to no fiscal year; nothing was changed. Leave out --year.",
            ).filled(type=spec.label),
        )
    return found
