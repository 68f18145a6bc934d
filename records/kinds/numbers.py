"""Kinds of quantity: whole numbers, exact decimals, money in satang, coordinates. Never a float: RFC 8785 without floats."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from records.errors import FieldError
from records.kinds.base import LARGEST_INTEGER, CellValue, Json, Kind, cell_text, held, integer_of, text_of
from records.thai.money import parse_baht, parse_baht_cell, show_baht
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Language, Words

_DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)")
_PLAIN_BAHT = 1e13
"""Amounts below it are far from the largest one: a double of them needs no reading."""


@dataclass(frozen=True)
class Integer(Kind[int]):
    """A whole number within `least` and `most`."""

    name: ClassVar[str] = "integer"
    sql_type: ClassVar[str] = "INTEGER"
    is_number: ClassVar[bool] = True
    least: int = -LARGEST_INTEGER
    most: int = LARGEST_INTEGER

    def parse(self, typed: str, today: date) -> int | None:
        digits = re.sub(r"[,\s]", "", to_arabic(mend(typed)))
        if not digits:
            return None
        if not re.fullmatch(r"[+-]?\d{1,16}", digits):
            raise FieldError(Words("ต้องเป็นจำนวนเต็ม เช่น 1,250", "A whole number is needed, such as 1,250"))
        number = int(digits)
        if not self.least <= number <= self.most:
            raise FieldError(Words(f"ต้องอยู่ระหว่าง {self.least:,} ถึง {self.most:,}", f"It must be between {self.least:,} and {self.most:,}"))
        return number

    def show(self, value: int, language: Language) -> str:
        return f"{value:,}"

    def from_wire(self, wire: Json) -> int:
        return integer_of(self.name, wire)

    def to_cell(self, value: int, language: Language) -> CellValue:
        return value


@dataclass(frozen=True)
class DecimalNumber(Kind[Decimal]):
    """An exact decimal number; on the wire its shortest text (`1.5`, never `1.50`)."""

    name: ClassVar[str] = "decimal"
    is_number: ClassVar[bool] = True
    places: int = 6

    def parse(self, typed: str, today: date) -> Decimal | None:
        digits = re.sub(r"[,\s]", "", to_arabic(mend(typed)))
        return self._number(digits) if digits else None

    def _number(self, digits: str) -> Decimal:
        if not _DECIMAL.fullmatch(digits):
            raise FieldError(Words("ต้องเป็นตัวเลข เช่น 12.5", "A number is needed, such as 12.5"))
        number = Decimal(digits).normalize()
        if -int(number.as_tuple().exponent) > self.places:
            raise FieldError(Words(f"ทศนิยมได้ไม่เกิน {self.places} ตำแหน่ง", f"At most {self.places} decimal places"))
        return number

    def show(self, value: Decimal, language: Language) -> str:
        return f"{value:,f}"

    def from_wire(self, wire: Json) -> Decimal:
        text = text_of(self.name, wire)
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise held(self.name, wire) from error
        if not number.is_finite() or self.to_wire(number) != text:
            raise held(self.name, wire)
        return number

    def to_wire(self, value: Decimal) -> Json:
        shortest = f"{value.normalize():f}"
        return "0" if shortest == "-0" else shortest

    def to_cell(self, value: Decimal, language: Language) -> CellValue:
        return value

    def from_cell(self, cell: object, today: date) -> Decimal | None:
        # A float of a sheet is the nearest double of what was typed: repr gives the typed digits back.
        return self._number(f"{Decimal(repr(cell)):f}") if isinstance(cell, float) else self.parse(cell_text(cell), today)


@dataclass(frozen=True)
class Money(Kind[int]):
    """An amount of baht as an integer of satang."""

    name: ClassVar[str] = "money"
    sql_type: ClassVar[str] = "INTEGER"
    is_number: ClassVar[bool] = True

    def parse(self, typed: str, today: date) -> int | None:
        return parse_baht(typed) if typed.strip() else None

    def show(self, value: int, language: Language) -> str:
        return show_baht(value)

    def from_wire(self, wire: Json) -> int:
        return integer_of(self.name, wire)

    def to_cell(self, value: int, language: Language) -> CellValue:
        return Decimal(value) / 100

    def from_cell(self, cell: object, today: date) -> int | None:
        # Excel keeps doubles: 1632820.1 baht comes as 1632820.1000000001; round to the satang as Excel shows it.
        if not isinstance(cell, float):
            return parse_baht_cell(cell_text(cell))
        if abs(cell) < _PLAIN_BAHT:
            return int(f"{cell:.2f}".replace(".", ""))
        return parse_baht_cell(f"{cell:.2f}")


@dataclass(frozen=True)
class Coordinates(Kind[tuple[Decimal, Decimal]]):
    """Latitude and longitude in degrees (WGS 84), at most 6 decimals; on the wire `13.7563,100.5018`."""

    name: ClassVar[str] = "coordinates"

    def parse(self, typed: str, today: date) -> tuple[Decimal, Decimal] | None:
        parts = re.split(r"[,\s]+", to_arabic(mend(typed)))
        if parts == [""]:
            return None
        try:
            latitude, longitude = (round(Decimal(part), 6).normalize() for part in parts)
            is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
        except (ValueError, InvalidOperation) as error:
            raise FieldError(
                Words("พิกัดต้องเป็น ละติจูด, ลองจิจูด เช่น 13.7563, 100.5018", "Coordinates are latitude, longitude, such as 13.7563, 100.5018")
            ) from error
        if not is_on_earth:
            raise FieldError(Words("ละติจูดไม่เกิน 90 และลองจิจูดไม่เกิน 180", "Latitude is at most 90 and longitude at most 180"))
        return latitude, longitude

    def show(self, value: tuple[Decimal, Decimal], language: Language) -> str:
        return f"{value[0]:f}, {value[1]:f}"

    def to_wire(self, value: tuple[Decimal, Decimal]) -> Json:
        return f"{value[0].normalize():f},{value[1].normalize():f}"

    def from_wire(self, wire: Json) -> tuple[Decimal, Decimal]:
        text = text_of(self.name, wire)
        try:
            value = self.parse(text, date.min)
        except FieldError as error:
            raise held(self.name, wire) from error
        if value is None or self.to_wire(value) != text:
            raise held(self.name, wire)
        return value

    def search_text(self, value: tuple[Decimal, Decimal]) -> str:
        return ""
