"""Kinds of time: days, moments and fiscal years. ISO inside, พ.ศ. for people."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from records.kinds.base import CellValue, Json, Kind, held, text_of, utc
from records.kinds.numbers import Integer
from records.thai.dates import parse_date, parse_moment, show_date, show_moment
from records.thai.fiscal import parse_fiscal_year
from records.words import Language


@dataclass(frozen=True)
class Day(Kind[date]):
    """A calendar day; ISO inside, พ.ศ. for people."""

    name: ClassVar[str] = "date"

    def parse(self, typed: str, today: date) -> date | None:
        return parse_date(typed, today) if typed.strip() else None

    def show(self, value: date, language: Language) -> str:
        return show_date(value, language)

    def from_wire(self, wire: Json) -> date:
        text = text_of(self.name, wire)
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise held(self.name, wire) from error
        if day.isoformat() != text:
            raise held(self.name, wire)
        return day

    def to_wire(self, value: date) -> Json:
        return value.isoformat()

    def to_cell(self, value: date, language: Language) -> CellValue:
        return value

    def from_cell(self, cell: object, today: date) -> date | None:
        if isinstance(cell, date):
            day = cell.date() if isinstance(cell, datetime) else cell
            # Real sheets hold พ.ศ. years as real dates: year 2568 C.E. is meant as พ.ศ. 2568.
            return parse_date(f"{day.day}/{day.month}/{day.year}", today) if day.year >= 2400 else day
        return super().from_cell(cell, today)


def rfc3339(moment: datetime) -> str:
    """An aware instant as the wire and every file of ours write it: UTC, whole seconds, Z."""
    return utc(moment).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Moment(Kind[datetime]):
    """An instant: aware UTC in whole seconds, RFC 3339 on the wire, Thai time for people."""

    name: ClassVar[str] = "moment"

    def parse(self, typed: str, today: date) -> datetime | None:
        return utc(parse_moment(typed, today)) if typed.strip() else None

    def show(self, value: datetime, language: Language) -> str:
        return show_moment(value, language)

    def from_wire(self, wire: Json) -> datetime:
        text = text_of(self.name, wire)
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
            raise held(self.name, wire)
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise held(self.name, wire) from error

    def to_wire(self, value: datetime) -> Json:
        return rfc3339(value)


@dataclass(frozen=True)
class FiscalYear(Integer):
    """A fiscal year as its พ.ศ. number: 2569 is 1 October 2568 to 30 September 2569."""

    name: ClassVar[str] = "fiscal_year"
    is_number: ClassVar[bool] = False

    def parse(self, typed: str, today: date) -> int | None:
        return parse_fiscal_year(typed) if typed.strip() else None

    def show(self, value: int, language: Language) -> str:
        return str(value)
