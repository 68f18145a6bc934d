"""What a list asks for, and the SQL it becomes. Names come from the catalogue, values are always bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from desktop.storage import search
from desktop.storage.columns import Column, SqlValue
from desktop.storage.rows import Row
from desktop.storage.schema import ENVELOPE, Table, quoted
from records.errors import Correctable
from records.kinds import Choice, DecimalNumber, Json, Text
from records.thai.text import sort_key
from records.words import Words

Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "empty", "filled", "contains"]

_COMPARISONS = {"eq": "=", "ne": "IS NOT", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_ENVELOPE = frozenset({"version", "changed_at", "changed_by", "device", "waiting", "refused", "id", "stream"})
"""Names of the envelope a query may use, written with a leading `_` (`_changed_at`)."""


@dataclass(frozen=True)
class Filter:
    """One condition. `value` is wire JSON; a list for `in`, nothing for `empty` and `filled`; for a set `contains` names one element."""

    field: str
    op: Op
    value: Json = None


@dataclass(frozen=True)
class Query:
    """What a list shows. Sorts are (field, descending); records without a value come last either way."""

    type: str
    stream: str | None = None
    """None for every stream of the device."""
    text: str = ""
    """Every word of it must be found in the record."""
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    """Empty: in the order the records were made."""
    deleted: bool = False
    """True: only deleted records."""
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Page:
    """The rows of a query from `offset` on."""

    rows: list[Row]


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters."""

    sql: str
    parameters: list[Any]


def where(table: Table, query: Query) -> Statement:
    """The WHERE clause of a query. Raises Correctable for an unknown field or a value that cannot be compared."""
    sql = ["_deleted = ?"]
    parameters: list[Any] = [int(query.deleted)]
    if query.stream is not None:
        # The plus keeps the planner on the index of the sort, which holds the stream as well.
        sql.append("+_stream = ?")
        parameters.append(query.stream)
    for one in query.filters:
        condition, values = _condition(table, one)
        sql.append(condition)
        parameters += values
    for word in search.words_of(query.text):
        found, values = search.condition(word)
        sql.append(f"_id IN (SELECT id FROM search_entry WHERE type = ? AND {found})")
        parameters += [query.type, *values]
    return Statement("WHERE " + " AND ".join(sql), parameters)


def order(table: Table, query: Query) -> str:
    """The ORDER BY clause of a query. Raises Correctable for an unknown field."""
    # A plus takes the sort off its index: with conditions, walking the table and sorting what is left beats a look-up per entry.
    plus = "+" if query.filters or query.text else ""
    terms = [f"{plus}{_sort_expression(table, name)} {'DESC' if descending else 'ASC'} NULLS LAST" for name, descending in query.sort]
    # The id makes the order total; in the direction of the first sort, so that its index serves both.
    direction = "DESC" if query.sort and query.sort[0][1] else "ASC"
    return "ORDER BY " + ", ".join([*terms, f"_id {direction}"])


def limit(query: Query) -> Statement:
    """The LIMIT clause of a query; empty when there is none."""
    if query.limit is None and not query.offset:
        return Statement("", [])
    return Statement("LIMIT ? OFFSET ?", [-1 if query.limit is None else query.limit, query.offset])


def column_of(table: Table, name: str) -> Column:
    """The column of a field. Raises Correctable for an unknown one."""
    if table.spec is not None:
        table.spec.field(name)
    found = next((column for column in table.columns if column.name == name), None)
    if found is None:
        raise Correctable(
            Words("ไม่รู้จักช่องข้อมูล", "Unknown field"),
            Words("ค้นด้วยช่อง “{name}” ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง", "“{name}” cannot be asked for; nothing was changed.").filled(name=name),
        )
    return found


def _envelope(name: str) -> str | None:
    return name if name.startswith("_") and name[1:] in _ENVELOPE and name in ENVELOPE else None


def _sort_expression(table: Table, name: str) -> str:
    if own := _envelope(name):
        return own
    column = column_of(table, name)
    if column.sort:
        return quoted(f"_sort_{name}")
    kind = column.spec.kind
    if isinstance(kind, Text):
        return f"sort_key({quoted(name)})"
    if isinstance(kind, DecimalNumber):
        return f"CAST({quoted(name)} AS REAL)"
    if isinstance(kind, Choice):
        # Options sort as they are written: states follow each other, not their English words.
        cases = " ".join(f"WHEN '{option.value}' THEN {i}" for i, option in enumerate(kind.options))
        return f"CASE {quoted(name)} {cases} END" if cases else quoted(name)
    return quoted(name)


def _condition(table: Table, one: Filter) -> tuple[str, list[Any]]:
    if own := _envelope(one.field):
        return _comparison(own, one, [_plain(value) for value in _values(one)])
    column = column_of(table, one.field)
    name = quoted(one.field)
    if one.op == "empty":
        return f"{name} IS NULL", []
    if one.op == "filled":
        return f"{name} IS NOT NULL", []
    if one.op == "contains":
        if column.codec == "json":
            value = one.value if isinstance(one.value, str) else msgspec.json.encode(one.value, order="sorted").decode()
            return f"EXISTS (SELECT 1 FROM json_each({name}) WHERE value = ?)", [value]
        return f"{name} LIKE ? ESCAPE '\\'", [f"%{_escaped(str(one.value))}%"]
    if isinstance(column.spec.kind, DecimalNumber) and one.op in ("lt", "le", "gt", "ge"):
        return f"CAST({name} AS REAL) {_COMPARISONS[one.op]} CAST(? AS REAL)", [str(one.value)]
    condition, values = _comparison(name, one, [_column_value(column, value) for value in _values(one)])
    if column.sort and one.op in ("eq", "in"):
        # Equal values have equal sort keys, which are indexed.
        keys, sorted_values = _comparison(quoted(f"_sort_{one.field}"), one, [sort_key(str(value)) for value in _values(one)])
        return f"{keys} AND {condition}", [*sorted_values, *values]
    return condition, values


def _values(one: Filter) -> list[Json]:
    if one.op == "in":
        return list(one.value) if isinstance(one.value, list | tuple) else [one.value]
    return [one.value]


def _comparison(name: str, one: Filter, values: Sequence[SqlValue]) -> tuple[str, list[Any]]:
    if one.op == "in":
        return f"{name} IN (SELECT value FROM json_each(?))", [msgspec.json.encode(values).decode()]
    if one.op not in _COMPARISONS:
        raise _incomparable(one.field)
    return f"{name} {_COMPARISONS[one.op]} ?", [values[0]]


def _column_value(column: Column, value: Json) -> SqlValue:
    if column.codec == "json":
        return msgspec.json.encode(value, order="sorted").decode()
    return _plain(value)


def _plain(value: Json) -> SqlValue:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str | int) or value is None:
        return value
    raise _incomparable("")


def _incomparable(name: str) -> Correctable:
    return Correctable(
        Words("เงื่อนไขใช้ไม่ได้", "The condition does not work"),
        Words("เงื่อนไขของช่อง “{name}” ใช้ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง", "The condition on “{name}” does not work; nothing was changed.").filled(
            name=name
        ),
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
