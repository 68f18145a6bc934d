"""Columns of fields: how one value, and those of many records at once, become what SQLite holds, and come back. Opens nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

import msgspec

from records.fields import FieldSpec
from records.kinds import CannotHold, Email, Integer, Json, Kind, Money, Phone, Reference, Text, YesNo
from records.kinds.base import LARGEST_INTEGER
from records.thai.text import sort_keys

SqlValue = str | int | None
"""A value as one SQLite column holds it; None where the field has no value."""

_PLAIN_TEXT = frozenset({Text.from_wire, Phone.from_wire, Email.from_wire, Reference.from_wire})
"""The `from_wire` of kinds that hold every text as it is: these columns skip the detour through the kind."""

_PLAIN_INTEGER = frozenset({Integer.from_wire, Money.from_wire})
"""The same of kinds that hold every integer of the wire."""

_MOST_REMEMBERED = 4_096
"""Texts of one column that are known to be held."""
_MANY = 32
"""Records from which columns are quicker than rows."""
_MOST_WHOLE = 2**63 - 1
"""The largest whole number SQLite keeps."""


@dataclass(frozen=True)
class Column:
    """One field's column."""

    name: str
    spec: FieldSpec
    codec: str
    """`plain`: the wire value itself · `yes_no`: 1 or 0 · `json`: the wire value as JSON text."""
    sort: bool
    """Whether `_sort_<name>` holds the Thai sort key of the value."""
    is_indexed: bool

    def holds(self, wire: Json) -> bool:
        """Whether a record may have the wire value: the kind holds it, and SQLite has room for it."""
        if isinstance(wire, int) and abs(wire) > _MOST_WHOLE:
            return False
        try:
            self.to_column(wire)
        except CannotHold:
            return False
        return True

    def to_column(self, wire: Json) -> SqlValue:
        """The column value of a wire value. Raises CannotHold when it would not come back the same."""
        self.spec.kind.from_wire(wire)
        if self.codec == "json":
            return msgspec.json.encode(wire, order="sorted").decode()
        if self.codec == "yes_no":
            return int(bool(wire))
        if isinstance(wire, bool) or not isinstance(wire, str if self.spec.kind.sql_type == "TEXT" else int):
            raise CannotHold(f"a column of {self.spec.kind.name} cannot hold that")
        return wire


def decoder(codec: str) -> Callable[[Any], Json] | None:
    """How a column of that codec is read back; None for as it is."""
    return {"plain": None, "yes_no": bool, "json": msgspec.json.decode}[codec]


def codec_of(kind: Kind[Any]) -> str:
    """The codec of a kind's columns, as `Column.codec` names it."""
    if isinstance(kind, YesNo):
        return "yes_no"
    return "json" if kind.is_nested else "plain"


class ColumnValues:
    """Turns the fields of records into values of columns, column by column where they are many: a third of the time."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._encoders: dict[str, tuple[int, bool, bool, set[str], Column]] = {}
        for place, column in enumerate(columns):
            read = type(column.spec.kind).from_wire
            self._encoders[column.name] = (place, read in _PLAIN_TEXT, read in _PLAIN_INTEGER, set(), column)
        self._sorted = [place for place, column in enumerate(columns) if column.sort]

    def of(self, records: Sequence[Mapping[str, Json]]) -> tuple[list[list[SqlValue]], list[str | None]]:
        """The columns and sort columns of records, and for each what has no column, as JSON; None where all of it has one."""
        if len(records) < _MANY:
            made = [self.one(fields) for fields in records]
            columns = [list(values) for values in zip(*(values for values, _ in made), strict=True)] or [[] for _ in self._columns]
            extra = [rest for _, rest in made]
        else:
            columns, extra = self._many(records)
        for place in self._sorted:
            columns.append(list(sort_values(columns[place])))
        return columns, extra

    def _many(self, records: Sequence[Mapping[str, Json]]) -> tuple[list[list[SqlValue]], list[str | None]]:
        columns: list[list[SqlValue]] = []
        odd: set[int] = set()
        for name, (_, is_text, is_integer, good, column) in self._encoders.items():
            values: list[Any] = [fields.get(name) for fields in records]
            if not _are_held(values, is_text, is_integer, good, column):
                for place, value in enumerate(values):
                    if value is not None and not self._is_plain(name, value):
                        try:
                            values[place] = column.to_column(value)
                        except CannotHold:
                            odd.add(place)
            columns.append(values)
        filled = [len(row) - row.count(None) for row in zip(*columns, strict=True)] if columns else [0] * len(records)
        odd.update(place for place, count in enumerate(filled) if count != len(records[place]))
        extra: list[str | None] = [None] * len(records)
        for place in odd:
            values, extra[place] = self.one(records[place])
            for column_values, value in zip(columns, values, strict=True):
                column_values[place] = value
        return columns, extra

    def _is_plain(self, name: str, wire: Json) -> bool:
        """Whether the value is stored as it is, as is known already."""
        _, is_text, is_integer, good, _ = self._encoders[name]
        if type(wire) is str:
            return bool(wire) and (is_text or wire in good)
        return is_integer and type(wire) is int and -LARGEST_INTEGER <= wire <= LARGEST_INTEGER

    def one(self, fields: Mapping[str, Json]) -> tuple[list[SqlValue], str | None]:
        """The values of one record's columns, and what has none as JSON."""
        extra: dict[str, Json] = {}
        columns: list[SqlValue] = [None] * len(self._columns)
        encoders = self._encoders
        for name, wire in fields.items():
            known = encoders.get(name)
            if known is None:
                extra[name] = wire
                continue
            place, is_text, is_integer, good, column = known
            if type(wire) is str and wire and (is_text or wire in good):
                columns[place] = wire
                continue
            if is_integer and type(wire) is int and -LARGEST_INTEGER <= wire <= LARGEST_INTEGER:
                columns[place] = wire
                continue
            try:
                columns[place] = column.to_column(wire)
            except CannotHold:
                extra[name] = wire
            else:
                # Dates, choices and numbers come again and again.
                if type(wire) is str and column.codec == "plain" and len(good) < _MOST_REMEMBERED:
                    good.add(wire)
        return columns, msgspec.json.encode(extra, order="sorted").decode() if extra else None


def sort_values(texts: Sequence[SqlValue]) -> Iterator[str | None]:
    """The sort keys of the values of one column; None for none."""
    keys = iter(sort_keys([str(text) for text in texts if text is not None]))
    return (None if text is None else next(keys) for text in texts)


def _are_held(values: Sequence[Any], is_text: bool, is_integer: bool, good: set[str], column: Column) -> bool:
    """Whether every value of a column is stored as it is; False when in doubt."""
    kinds = set(map(type, values))
    if kinds <= {NoneType}:
        return True
    if column.codec != "plain":
        return False
    if kinds <= {str, NoneType}:
        different = set(values)
        return "" not in different and (is_text or _learnt(different - good, good, column))
    if kinds <= {int, NoneType} and is_integer:
        return all(-LARGEST_INTEGER <= value <= LARGEST_INTEGER for value in values if value is not None)
    return False


def _learnt(values: set[Any], good: set[str], column: Column) -> bool:
    """Whether a column holds all these texts; those it holds are remembered, so far as there is room."""
    for value in values:
        if value is not None:
            try:
                column.to_column(value)
            except CannotHold:
                return False
            if len(good) < _MOST_REMEMBERED:
                good.add(value)
    return True
