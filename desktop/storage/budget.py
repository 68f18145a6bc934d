"""Sums of the budget in SQL: a hundred thousand lines are added where they lie. Every statement names its stream.

The arithmetic is that of `records.balances`, said once more in SQL; a test holds the two against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.storage import search
from desktop.storage.connection import Connection
from records.balances import CARRIED_STATES, IDLE_CONTRACTS, MOVING_STATE, Amounts
from records.catalogue.budget_tree import BUDGET_GROUPS, PROGRAMMES, REVENUE_CATEGORIES, SIDE_OF, SIDES
from records.kinds import Option
from records.thai.text import search_form

LEVELS = ("side", "programme", "work", "budget_group", "category", "kind")
"""The levels of the tree of expenditure, from the top."""

_SIDE = "coalesce(l.side, CASE l.programme " + " ".join(f"WHEN '{name}' THEN '{side}'" for name, side in SIDE_OF.items()) + " END)"
"""A line that names no side belongs to that of its programme."""
_COLUMNS = {name: f"coalesce({_SIDE if name == 'side' else f'l.{name}'}, '')" for name in LEVELS}

_BINDS = f"coalesce(c.state, '') NOT IN {IDLE_CONTRACTS!r}"
_MOVES = f"+t._stream = :stream AND t._deleted = 0 AND t.state = '{MOVING_STATE}'"
_IDS = "(SELECT value FROM json_each(:ids))"


def _movements(*, of_ids: bool = False) -> str:
    """What moved on each line as a WITH clause; `of_ids` keeps to the lines of `:ids`, found by the indexes of what refers to them."""
    to_line, from_line, contract, payment = (
        (
            f"AND t.to_line IN {_IDS}",
            f"AND t.from_line IN {_IDS}",
            f"AND c.budget_line IN {_IDS}",
            f"AND (d.budget_line IN {_IDS} OR d.contract IN (SELECT _id FROM record_contract WHERE _deleted = 0 AND budget_line IN {_IDS})"
            f" OR d.contract IN (SELECT contract FROM record_carry_over WHERE _deleted = 0 AND budget_line IN {_IDS}))",
        )
        if of_ids
        else ("", "", "", "")
    )
    return f"""
WITH carried (contract, line, year) AS MATERIALIZED (
    SELECT contract, budget_line, max(printf('%06d', fiscal_year) || _id) FROM record_carry_over
    WHERE _stream = :stream AND _deleted = 0 AND state IN {CARRIED_STATES!r} AND contract IS NOT NULL AND budget_line IS NOT NULL
    GROUP BY contract
),
paying (line, contract, amount) AS (
    SELECT CASE WHEN d.fiscal_year > CAST(substr(o.year, 1, 6) AS INTEGER) THEN o.line ELSE d.budget_line END, d.contract, d.amount
    FROM record_disbursement d LEFT JOIN carried o ON o.contract = d.contract
    WHERE +d._stream = :stream AND d._deleted = 0 {payment}
),
movement (line, moved_in, moved_out, contracted, paid, otherwise) AS (
    SELECT t.to_line, t.amount, 0, 0, 0, 0 FROM record_budget_transfer t WHERE {_MOVES} {to_line}
    UNION ALL
    SELECT t.from_line, 0, t.amount, 0, 0, 0 FROM record_budget_transfer t WHERE {_MOVES} {from_line}
    UNION ALL
    SELECT c.budget_line, 0, 0, c.amount, 0, 0 FROM record_contract c WHERE +c._stream = :stream AND c._deleted = 0 AND {_BINDS} {contract}
    UNION ALL
    SELECT coalesce(d.line, c.budget_line), 0, 0, 0, d.amount,
        CASE WHEN {_BINDS} AND c.budget_line = coalesce(d.line, c.budget_line) THEN 0 ELSE d.amount END
    FROM paying d
    LEFT JOIN record_contract c ON c._stream = :stream AND c._id = d.contract AND c._deleted = 0
)
"""


_MOVEMENTS = _movements()
_MOVEMENTS_OF_IDS = _movements(of_ids=True)
"""What moved on each line, one row each: in, out, contracted, paid, and paid without a live contract of the line.

Sums go from the movements to their lines, by the key of the lines and in its order: joined the other way, SQLite reads all movements for
every line; in another order it reads (and deciphers) a page for every movement.
"""

_MOVED = """
    coalesce(sum(m.moved_in), 0), coalesce(sum(m.moved_out), 0), coalesce(sum(m.contracted), 0),
    coalesce(sum(m.paid), 0), coalesce(sum(m.otherwise), 0)
"""
_OF_LINES = "FROM record_budget_line l WHERE l._stream = :stream AND l._deleted = 0"
_MOVED_LINES = """
    FROM (
        SELECT line, sum(moved_in) AS moved_in, sum(moved_out) AS moved_out, sum(contracted) AS contracted, sum(paid) AS paid,
            sum(otherwise) AS otherwise
        FROM movement WHERE line IS NOT NULL GROUP BY line
    ) m CROSS JOIN record_budget_line l
    WHERE l._stream = :stream AND l._id = m.line AND l._deleted = 0
"""


_SUMMED = """
, m AS MATERIALIZED (
    SELECT line, sum(moved_in) AS moved_in, sum(moved_out) AS moved_out, sum(contracted) AS contracted, sum(paid) AS paid,
        sum(otherwise) AS otherwise
    FROM movement WHERE line IS NOT NULL GROUP BY line
)
"""
_SUMMED_LINES = "FROM record_budget_line l CROSS JOIN m ON m.line = l._id WHERE l._stream = :stream AND l._deleted = 0"
"""For all lines of a year: they are walked in the index that holds what is asked of each, and find their sum in memory."""


@dataclass(frozen=True)
class LineGroup:
    """The lines of one place in the tree, summed."""

    path: tuple[str, ...]
    """Stored values of LEVELS; empty where a line has none."""
    lines: int
    amounts: Amounts


@dataclass(frozen=True)
class LineSum:
    """One line with its money."""

    id: str
    name: str
    amounts: Amounts


@dataclass(frozen=True)
class RevenueSum:
    """One line of revenue, or the lines of a category; satang."""

    id: str
    """Empty for a category."""
    category: str
    """Stored value; empty where a line has none."""
    name: str
    lines: int
    estimate: int
    received: int
    """The sum of its receipts, or where it has none what was typed from the book of record."""


def years(connection: Connection, stream: str) -> list[int]:
    """The fiscal years (พ.ศ.) that have lines of expenditure or revenue, newest first."""
    sql = """
        SELECT fiscal_year FROM record_budget_line WHERE _stream = :stream AND _deleted = 0
        UNION SELECT fiscal_year FROM record_revenue_line WHERE _stream = :stream AND _deleted = 0
        ORDER BY 1 DESC
    """
    return [row[0] for row in connection.execute(sql, {"stream": stream}) if row[0] is not None]


def groups(connection: Connection, stream: str, year: int | None, text: str = "") -> list[LineGroup]:
    """The lines of a year (None: of all years) by their place in the tree; only those that contain every word of `text`."""
    names = ", ".join(_COLUMNS.values())
    condition, values = _narrowed(year, text)
    values["stream"] = stream
    found = connection.execute(
        f"SELECT {names}, count(*), coalesce(sum(l.amount), 0) {_OF_LINES} {condition} GROUP BY {names}", values
    ).fetchall()
    sql = f"{_MOVEMENTS} {_SUMMED} SELECT {names}, {_MOVED} {_SUMMED_LINES} {condition} GROUP BY {names}"
    moved = {tuple(row[:6]): tuple(row[6:]) for row in connection.execute(sql, values)}
    return [LineGroup(tuple(row[:6]), row[6], Amounts(row[7], *moved.get(tuple(row[:6]), ()))) for row in found]


def lines(
    connection: Connection, stream: str, year: int | None, path: Sequence[str], text: str = "", *, limit: int, offset: int = 0
) -> list[LineSum]:
    """The lines at a place in the tree (stored values of LEVELS, empty where the line must have none), in the order they were made."""
    condition, values = _narrowed(year, text)
    for name, value in zip(LEVELS, path, strict=False):
        condition += f" AND {_COLUMNS[name]} = :{name}"
        values[name] = value
    values |= {"stream": stream, "limit": limit, "offset": offset}
    sql = f"SELECT l._id, l.name {_OF_LINES} {condition} ORDER BY l._id LIMIT :limit OFFSET :offset"
    names = {row[0]: row[1] or "" for row in connection.execute(sql, values)}
    amounts = line_sums(connection, stream, list(names))
    return [LineSum(one, names[one], amounts[one]) for one in names]


def line_sums(connection: Connection, stream: str, ids: Sequence[str]) -> dict[str, Amounts]:
    """The money of these lines by id; ids that are not here are left out."""
    values = {"stream": stream, "ids": msgspec.json.encode(list(ids)).decode()}
    wanted = "AND l._id IN (SELECT value FROM json_each(:ids))"
    found = connection.execute(f"SELECT l._id, coalesce(l.amount, 0) {_OF_LINES} {wanted}", values).fetchall()
    sql = f"{_MOVEMENTS_OF_IDS} SELECT l._id, {_MOVED} {_MOVED_LINES} {wanted} GROUP BY l._id"
    moved = {row[0]: tuple(row[1:]) for row in connection.execute(sql, values)}
    return {row[0]: Amounts(row[1], *moved.get(row[0], ())) for row in found}


def carried_into(connection: Connection, stream: str, year: int) -> tuple[int, int]:
    """Satang carried into a fiscal year from the year before, and satang of it paid in that year under the contracts it was carried for."""
    values = {"stream": stream, "year": year}
    carried = f"_stream = :stream AND _deleted = 0 AND state IN {CARRIED_STATES!r} AND fiscal_year = :year - 1"
    sql = f"SELECT coalesce(sum(amount), 0) FROM record_carry_over WHERE {carried}"
    paid = f"""
        SELECT coalesce(sum(amount), 0) FROM record_disbursement WHERE _stream = :stream AND _deleted = 0 AND fiscal_year = :year
        AND contract IN (SELECT contract FROM record_carry_over WHERE {carried})
    """
    return connection.execute(sql, values).fetchone()[0], connection.execute(paid, values).fetchone()[0]


def revenue_groups(connection: Connection, stream: str, year: int | None, text: str = "") -> list[RevenueSum]:
    """The lines of revenue of a year by category."""
    condition, values = _narrowed(year, text, "revenue_line")
    sql = f"""
        {_RECEIVED} SELECT coalesce(l.category, ''), count(*), coalesce(sum(l.estimate), 0),
        coalesce(sum(coalesce(came.amount, l.received)), 0) {_REVENUE} {condition} GROUP BY 1
    """
    rows = connection.execute(sql, {"stream": stream, **values}).fetchall()
    return [RevenueSum("", row[0], "", *row[1:]) for row in rows]


def revenue_lines(
    connection: Connection, stream: str, year: int | None, category: str, text: str = "", *, limit: int, offset: int = 0
) -> list[RevenueSum]:
    """The lines of one category of revenue (empty: those that name none), in the order they were made."""
    condition, values = _narrowed(year, text, "revenue_line")
    sql = f"""
        {_RECEIVED} SELECT l._id, coalesce(l.category, ''), coalesce(l.name, ''), 1, coalesce(l.estimate, 0),
        coalesce(came.amount, l.received, 0) {_REVENUE} {condition} AND coalesce(l.category, '') = :category
        ORDER BY l._id LIMIT :limit OFFSET :offset
    """
    rows = connection.execute(sql, {"stream": stream, **values, "category": category, "limit": limit, "offset": offset}).fetchall()
    return [RevenueSum(*row) for row in rows]


_RECEIVED = """
WITH came AS (
    SELECT revenue_line AS line, sum(amount) AS amount FROM record_revenue_receipt
    WHERE _stream = :stream AND _deleted = 0 GROUP BY revenue_line
)
"""
_REVENUE = "FROM record_revenue_line l LEFT JOIN came ON came.line = l._id WHERE l._stream = :stream AND l._deleted = 0"


def _narrowed(year: int | None, text: str, type: str = "budget_line") -> tuple[str, dict[str, Any]]:
    """Further conditions on the lines and their values: the year, and every word of a text, in the line or in a name of its place."""
    condition = ""
    values: dict[str, Any] = {}
    if year is not None:
        condition += " AND l.fiscal_year = :year"
        values["year"] = year
    for number, word in enumerate(search.words_of(text)):
        found, bound = search.condition(word)
        for place, value in enumerate(bound):
            found = found.replace("?", f":word{number}_{place}", 1)
            values[f"word{number}_{place}"] = value
        either = [f"l._id IN (SELECT id FROM search_entry WHERE type = '{type}' AND {found})"]
        for column, options in _NAMED[type].items():
            meant = [f"'{option.value}'" for option in options if word in search_form(option.label.th + " " + option.label.en)]
            if meant:
                either.append(f"{_COLUMNS.get(column, f'l.{column}')} IN ({', '.join(meant)})")
        condition += f" AND ({' OR '.join(either)})"
    return condition, values


_NAMED: dict[str, dict[str, tuple[Option, ...]]] = {
    "budget_line": {"side": SIDES, "programme": PROGRAMMES, "budget_group": BUDGET_GROUPS},
    "revenue_line": {"category": REVENUE_CATEGORIES},
}
"""Levels whose names a search means too."""
