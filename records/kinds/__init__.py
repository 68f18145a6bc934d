"""The field kinds: one class each, grouped by what they hold; `base` says what every kind can do."""

from typing import Any

from records.kinds.base import CannotHold, CellValue, Json, Kind
from records.kinds.choices import Choice, Option, Reference, YesNo
from records.kinds.numbers import Coordinates, DecimalNumber, Integer, Money
from records.kinds.sets import FileRef, Files, Structure, Tags
from records.kinds.texts import CitizenId, Email, LongText, Phone, Text
from records.kinds.times import Day, FiscalYear, Moment

ALL: tuple[type[Kind[Any]], ...] = (
    Text, LongText, Integer, DecimalNumber, Money, Day, Moment, FiscalYear, Choice, YesNo,
    Reference, CitizenId, Phone, Email, Coordinates, Tags, Files, Structure,
)  # fmt: skip
"""Every kind: the conformance test walks it, so that a kind without a specifier or an editor is named."""

__all__ = [
    "ALL", "CannotHold", "CellValue", "Choice", "CitizenId", "Coordinates", "Day", "DecimalNumber", "Email", "FileRef", "Files",
    "FiscalYear", "Integer", "Json", "Kind", "LongText", "Moment", "Money", "Option", "Phone", "Reference", "Structure",
    "Tags", "Text", "YesNo",
]  # fmt: skip
