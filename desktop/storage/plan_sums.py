"""Sums over the projects of a plan, made by SQLite: the tree of strategies, tactics and แผนงาน, and the stages of e-Plan.

A project counts while it is neither deleted, nor replaced by its words in a later edition, nor moved, merged or cancelled (`_LIVE`). Money is
satang. `stream` None stands for every stream of the device.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from desktop.storage import query
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.query import Filter, Query, Statement
from records.balances import IDLE_CONTRACTS, MOVING_STATE
from records.stages import LEFT_THE_PLAN
from records.thai.fiscal import fiscal_year_bounds

Place = tuple[str | None, str | None, str | None]
"""Strategy id, tactic id and แผนงาน of a project; None where it names none."""

_REPLACED = "SELECT replaces FROM record_project WHERE _deleted = 0 AND replaces IS NOT NULL"
_GONE = ", ".join(f"'{status}'" for status in LEFT_THE_PLAN)
_LIVE = f"p._deleted = 0 AND coalesce(p.status, '') NOT IN ({_GONE}) AND p._id NOT IN ({_REPLACED})"


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many projects stand at one place of a plan."""

    place: Place
    projects: int


@dataclass(frozen=True, slots=True)
class PlaceMoney:
    """The money of one place of a plan in one fiscal year."""

    place: Place
    year: int
    planned: int
    ordinance: int
    planned_projects: int
    """How many projects have planned money in the year."""
    ordinance_projects: int
    """How many have money in the ordinance of the year."""


@dataclass(frozen=True, slots=True)
class YearMoney:
    """The money of one project in one fiscal year."""

    planned: int = 0
    ordinance: int = 0


@dataclass(frozen=True, slots=True)
class StageSum:
    """Count and money of the projects of one strategy that have reached each stage."""

    strategy: str | None
    counts: tuple[int, int, int, int, int]
    money: tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is recorded of one project's money in a year, or in all."""

    id: str
    planned: int
    approved: int
    contracts: int
    contracted: int
    paid: int
    reached: int
    """Bits of `records.stages`."""


def places(database: Database, plan: str | None, text: str = "") -> list[PlaceCount]:
    """How many projects stand at each place of a plan; `plan` None for those that name none. `text` as in the search box."""
    with database.reading() as connection:
        where = _of_plan(connection, plan, text)
        rows = connection.execute(
            f"SELECT p.strategy, p.tactic, p.programme, count(*) FROM record_project p WHERE {where.sql} GROUP BY 1, 2, 3", where.parameters
        ).fetchall()
    return [PlaceCount((strategy, tactic, programme), count) for strategy, tactic, programme, count in rows]


def place_money(database: Database, plan: str | None, text: str = "") -> list[PlaceMoney]:
    """The money of each place of a plan, year by year."""
    with database.reading() as connection:
        where = _of_plan(connection, plan, text)
        rows = connection.execute(
            f"WITH here AS MATERIALIZED (SELECT p._id AS id, p.strategy, p.tactic, p.programme FROM record_project p WHERE {where.sql}) "
            "SELECT h.strategy, h.tactic, h.programme, b.fiscal_year, coalesce(sum(b.planned), 0), coalesce(sum(b.ordinance), 0), "
            "count(iif(b.planned > 0, 1, NULL)), count(iif(b.ordinance > 0, 1, NULL)) "
            # A cross join keeps the order: each project finds its years in the index that holds their money.
            "FROM here h CROSS JOIN record_project_budget b ON b.project = h.id WHERE b._deleted = 0 GROUP BY 1, 2, 3, 4",
            where.parameters,
        ).fetchall()
    return [PlaceMoney((row[0], row[1], row[2]), *row[3:]) for row in rows]


def project_ids(database: Database, plan: str | None, place: Place, text: str = "") -> list[str]:
    """The projects of one place in the order they were made, which is the order of the sheet."""
    with database.reading() as connection:
        where = _of_plan(connection, plan, text)
        rows = connection.execute(
            f"SELECT p._id FROM record_project p WHERE {where.sql} AND p.strategy IS ? AND p.tactic IS ? AND p.programme IS ? ORDER BY p._id",
            [*where.parameters, *place],
        ).fetchall()
    return [row[0] for row in rows]


def project_money(database: Database, ids: Iterable[str]) -> dict[str, dict[int, YearMoney]]:
    """The money of these projects by fiscal year; several records of one year add up."""
    found: dict[str, dict[int, YearMoney]] = {}
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT project, fiscal_year, coalesce(sum(planned), 0), coalesce(sum(ordinance), 0) FROM record_project_budget "
            "WHERE _deleted = 0 AND project IN (SELECT value FROM json_each(?)) GROUP BY 1, 2",
            (msgspec.json.encode(list(ids)).decode(),),
        ).fetchall()
    for project, year, planned, ordinance in rows:
        found.setdefault(project, {})[year] = YearMoney(planned, ordinance)
    return found


def uncounted(database: Database, plan: str | None) -> int:
    """How many projects of a plan are not counted: moved, merged or cancelled."""
    with database.reading() as connection:
        return int(
            connection.value(
                f"SELECT count(*) FROM record_project p WHERE p._deleted = 0 AND p.plan IS ? AND p.status IN ({_GONE}) "
                f"AND p._id NOT IN ({_REPLACED})",
                plan,
            )
        )


def stage_sums(database: Database, year: int | None, stream: str | None = None) -> list[StageSum]:
    """Count and money at each stage by strategy, in a fiscal year or (None) in all of them together."""
    with database.reading() as connection:
        facts = _facts(connection, year, stream)
        bits = [f"count(iif(reached & {1 << place}, 1, NULL))" for place in range(5)]
        rows = connection.execute(
            f"{facts.sql} SELECT strategy, {', '.join(bits)}, sum(planned), sum(approved), sum(contracted), sum(paid), "
            "coalesce(sum(iif(reached & 16, paid, 0)), 0) FROM reaching WHERE reached > 0 GROUP BY strategy",
            facts.parameters,
        ).fetchall()
    return [StageSum(row[0], tuple(row[1:6]), tuple(row[6:11])) for row in rows]


def stage_projects(
    database: Database, year: int | None, stage: int, stream: str | None = None, *, strategy: str | None = None, of_all: bool = False
) -> list[str]:
    """The projects behind one number: those of a strategy (None: of none) that reached the stage `stage` (0 to 4); `of_all` of every one."""
    with database.reading() as connection:
        facts = _facts(connection, year, stream)
        rows = connection.execute(
            f"{facts.sql} SELECT id FROM reaching WHERE reached & ? AND (? OR strategy IS ?) ORDER BY id",
            [*facts.parameters, 1 << stage, int(of_all), strategy],
        ).fetchall()
    return [row[0] for row in rows]


def project_facts(database: Database, ids: Iterable[str], year: int | None = None) -> dict[str, ProjectFacts]:
    """What is recorded of these projects' money, in a fiscal year or in all; those that do not count or have nothing are left out."""
    with database.reading() as connection:
        facts = _facts(connection, year, None, list(ids))
        rows = connection.execute(
            f"{facts.sql} SELECT id, planned, approved, contracts, contracted, paid, reached FROM reaching", facts.parameters
        ).fetchall()
    return {row[0]: ProjectFacts(*row) for row in rows}


def paid_by_quarter(database: Database, year: int, stream: str | None = None) -> tuple[int, int, int, int]:
    """What was paid on projects in each quarter of a fiscal year, by the day of payment; a day outside the year is left out."""
    with database.reading() as connection:
        if not _has(connection, "disbursement", "contract", "budget_line"):
            return (0, 0, 0, 0)
        rows = connection.execute(
            f"SELECT (CAST(substr(f.paid_on, 6, 2) AS INTEGER) + 2) / 3 % 4, sum(f.amount) FROM record_disbursement f {_PAYS_FOR} "
            "WHERE f._deleted = 0 AND f.fiscal_year = ? AND f.paid_on BETWEEN ? AND ? AND (? IS NULL OR f._stream = ?) "
            f"AND {_PAID_PROJECT} IS NOT NULL GROUP BY 1",
            (year, *(day.isoformat() for day in fiscal_year_bounds(year)), stream, stream),
        ).fetchall()
    found = dict(rows)
    return (found.get(0, 0), found.get(1, 0), found.get(2, 0), found.get(3, 0))


def _of_plan(connection: Connection, plan: str | None, text: str) -> Statement:
    """The condition for the live projects of a plan that a text finds."""
    table = connection.tables.of("project")
    asked = query.where(table, Query("project", text=text, filters=(Filter("plan", "eq", plan) if plan else Filter("plan", "empty"),)))
    return Statement(f"{asked.sql.removeprefix('WHERE ')} AND {_LIVE}", asked.parameters)


def _has(connection: Connection, *types: str) -> bool:
    return all(name in connection.tables.by_type for name in types)


def _facts(connection: Connection, year: int | None, stream: str | None, ids: list[str] | None = None) -> Statement:
    """The beginning of a statement: `reaching` has one row per live project with money or steps, its sums and the stages it reached.

    What nobody recorded among the budget's own records (budget lines, contracts, disbursements) is taken from the steps of the project.
    """
    parts = " UNION ALL ".join(_parts(connection))
    of_year = "AND year = ?" if year is not None else ""
    of_stream = "AND stream = ?" if stream is not None else ""
    of_ids = "AND project IN (SELECT value FROM json_each(?))" if ids is not None else ""
    return Statement(
        f"WITH fact({', '.join(_FACT)}) AS ({parts}), "
        f"yearly AS ({_YEARLY} WHERE project IS NOT NULL {of_year} {of_stream} {of_ids} GROUP BY stream, project, year), "
        f"reaching AS (SELECT *, stages_reached(planned, approved, contracts, paid, is_completed) AS reached FROM ({_SUMMED}))",
        [part for part in (year, stream, None if ids is None else msgspec.json.encode(ids).decode()) if part is not None],
    )


_FACT = (
    "stream", "project", "year", "planned", "ordinance", "line", "moved", "contracts", "contracted", "paid",
    "step_approved", "step_contracts", "step_contracted", "step_paid", "done",
)  # fmt: skip
"""One recorded fact of a project's money: every column but the first three is NULL where the fact says nothing of it."""

_YEARLY = """
SELECT stream, project, year,
    coalesce(sum(planned), 0) AS planned,
    max(0, coalesce(sum(ordinance), sum(line), sum(step_approved), 0) + coalesce(sum(moved), 0)) AS approved,
    coalesce(sum(contracts), sum(step_contracts), 0) AS contracts,
    iif(sum(contracts) > 0, coalesce(sum(contracted), 0), coalesce(sum(step_contracted), 0)) AS contracted,
    coalesce(sum(paid), sum(step_paid), 0) AS paid,
    coalesce(max(done), 0) AS done
FROM fact"""

_SUMMED = f"""
SELECT p._id AS id, p.strategy AS strategy, sum(y.planned) AS planned, sum(y.approved) AS approved, sum(y.contracts) AS contracts,
    sum(y.contracted) AS contracted, sum(y.paid) AS paid,
    max(y.done) > 0 OR ((coalesce(p.status, '') = 'done' OR coalesce(p.stage, '') = 'completed')
        AND (sum(y.approved) > 0 OR sum(y.paid) > 0)) AS is_completed
FROM yearly y JOIN record_project p ON p._stream = y.stream AND p._id = y.project WHERE {_LIVE} GROUP BY p._stream, p._id"""

_YEAR_OF = "CAST(substr({day}, 1, 4) AS INTEGER) + 543 + (CAST(substr({day}, 6, 2) AS INTEGER) >= 10)"
"""The fiscal year (พ.ศ.) of a day; NULL where there is none."""


def _parts(connection: Connection) -> Iterator[str]:
    """One SELECT for each kind of fact that this catalogue can hold."""
    yield _part("record_project_budget", "f.project", "f.fiscal_year", planned="f.planned", ordinance="f.ordinance")
    if _has(connection, "project_step"):
        stage = "iif(f.stage = '{}', {}, NULL)".format
        yield _part(
            "record_project_step",
            "f.project",
            f"coalesce(f.fiscal_year, {_YEAR_OF.format(day='f.happened_on')})",
            step_approved=stage("approved", "f.amount"),
            step_contracts=stage("contracted", "1"),
            step_contracted=stage("contracted", "f.amount"),
            step_paid=stage("disbursed", "f.amount"),
            done=stage("completed", "1"),
        )
    if _has(connection, "budget_line"):
        yield _part("record_budget_line", "f.project", "f.fiscal_year", line="f.amount")
    if _has(connection, "budget_transfer", "budget_line"):
        for end, sign in (("to_line", "f.amount"), ("from_line", "-f.amount")):
            line = f"JOIN record_budget_line l ON l._stream = f._stream AND l._id = f.{end} AND f.state = '{MOVING_STATE}'"
            yield _part(f"record_budget_transfer f {line}", "l.project", "f.fiscal_year", moved=sign)
    if _has(connection, "contract", "budget_line"):
        line = "LEFT JOIN record_budget_line l ON l._stream = f._stream AND l._id = f.budget_line"
        yield _part(
            f"record_contract f {line}",
            "coalesce(f.project, l.project)",
            f"coalesce(l.fiscal_year, {_YEAR_OF.format(day='f.signed_on')})",
            f"AND coalesce(f.state, '') NOT IN {IDLE_CONTRACTS!r}",
            contracts="1",
            contracted="f.amount",
        )
    if _has(connection, "disbursement", "contract", "budget_line"):
        yield _part(f"record_disbursement f {_PAYS_FOR}", _PAID_PROJECT, "f.fiscal_year", paid="f.amount")


_PAYS_FOR = """LEFT JOIN record_contract c ON c._stream = f._stream AND c._id = f.contract
LEFT JOIN record_budget_line l ON l._stream = f._stream AND l._id = coalesce(f.budget_line, c.budget_line)"""
_PAID_PROJECT = "coalesce(c.project, l.project)"


def _part(source: str, project: str, year: str, condition: str = "", **facts: str) -> str:
    """A SELECT of facts from live rows of `source`, whose table is named f."""
    columns = ", ".join(facts.get(name, "NULL") for name in _FACT[3:])
    named = source if " f" in source else f"{source} f"
    return f"SELECT f._stream, {project}, {year}, {columns} FROM {named} WHERE f._deleted = 0 {condition}"
