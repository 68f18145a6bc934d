"""Who holds what on a day, and which terms end soon: read from the terms, never written.

    Holders(office).on(day)          seats of the office, by body, with who sits in them, vacant ones too
    Holders(office).ending(days)     terms that end or ended lately, with the day by which an election must follow
    Holders(office).history(seat)    everyone who held a seat, the last first

A term without an end runs on, except where one person holds the seat and somebody came after: the later term stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.positions import (
    DAYS_AFTER_TERM,
    DAYS_AFTER_VACANCY,
    ELECTION_LAW,
    place_of,
)
from records.rules.terms import day_of, in_force, usual_end
from records.thai.text import sort_key

if TYPE_CHECKING:
    from desktop.services.office import Office

BODIES = ("executive", "council", "permanent")
_ELECTED = ("chief_executive", "councillor")
_ENDED = ("end_of_term", None)
_RANK_ORDER = (
    "chief_executive", "deputy", "secretary", "adviser", "council_chair", "council_deputy_chair", "council_secretary", "councillor",
    "clerk", "deputy_clerk", "division_head", "officer", "",
)  # fmt: skip


@dataclass(frozen=True)
class Holder:
    """One who sits in a seat on a day."""

    term: Row
    acting: bool
    suspended: bool
    photograph: Json = None
    """The wire value of the person's photographs; None for none."""

    @property
    def name(self) -> str:
        """As the order writes it."""
        return str(self.term.fields.get("person_name", ""))

    @property
    def person_id(self) -> str:
        """The person in the register; empty when only the name is known."""
        return str(self.term.fields.get("person") or "")


@dataclass
class Seat:
    """One position with who holds it."""

    name: str
    body: str
    """Empty when nothing says it."""
    rank: str
    quota: int | None
    law_ref: str
    holders: list[Holder] = field(default_factory=list)

    @property
    def vacant(self) -> int:
        """Seats nobody holds, not counting those with somebody acting; 0 where the number is not known and somebody holds one."""
        held = len([one for one in self.holders if not one.acting])
        return max(0, (self.quota if self.quota is not None else 1) - held)

    @property
    def over(self) -> int:
        """Holders more than there are seats; 0 for none."""
        held = len([one for one in self.holders if not one.acting])
        return max(0, held - self.quota) if self.quota is not None else 0

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        holders: list[Json] = [
            {
                "term": one.term.id,
                "person": one.person_id or None,
                "name": one.name,
                "begin": one.term.fields.get("begin"),
                "end": one.term.fields.get("end"),
                "acting": one.acting,
                "suspended": one.suspended,
            }
            for one in self.holders
        ]
        return {
            "position": self.name,
            "body": self.body or None,
            "rank": self.rank or None,
            "quota": self.quota,
            "law_ref": self.law_ref or None,
            "holders": holders,
            "vacant": self.vacant,
            "over": self.over,
        }


@dataclass(frozen=True)
class Ending:
    """A term that ends, or ended and has nobody after it."""

    term: Row
    end: date
    is_expected: bool
    """Whether the end is four years from the beginning because none is stored."""
    deadline: date | None
    """The day by which an election must be held; None for a seat that is not elected."""
    law_ref: str

    def as_json(self, today: date) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "term": self.term.id,
            "name": self.term.fields.get("person_name"),
            "position": self.term.fields.get("position_name"),
            "end": self.end.isoformat(),
            "expected": self.is_expected,
            "days_left": (self.end - today).days,
            "election_by": self.deadline.isoformat() if self.deadline else None,
            "law_ref": self.law_ref or None,
        }


class Holders:
    """Reads the terms of an office."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def on(self, day: date, office_id: str | None = None) -> list[Seat]:
        """The seats on a day by body and rank; `office_id` names another office whose terms are held here."""
        seats = self._seats(office_id)
        by_name: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._terms(day, office_id):
            if in_force(row.fields, day):
                by_name[str(row.fields.get("position_name") or "")].append(row)
        for name, rows in by_name.items():
            if name not in seats:
                body, rank = place_of(name)
                seats[name] = Seat(name, body, rank, None, "")
            seat = seats[name]
            seat.holders = [self._holder(row, day) for row in _standing(rows, seat)]
        self._add_photographs(seats.values())
        return sorted(
            seats.values(),
            key=lambda seat: (BODIES.index(seat.body) if seat.body else len(BODIES), _RANK_ORDER.index(seat.rank), seat.name),
        )

    def history(self, position_name: str, office_id: str | None = None) -> list[Row]:
        """The terms of a seat, the last begun first; those without a day at the end by their year."""
        found = self._office.store.find(Query("term", filters=(Filter("position_name", "eq", position_name), *_of(office_id)))).rows
        return sorted(found, key=lambda row: str(row.fields.get("begin") or row.fields.get("begin_year") or ""), reverse=True)

    def ending(self, days: int, office_id: str | None = None) -> list[Ending]:
        """The terms that end within so many days, and those that ended lately with nobody after; the first to end first."""
        today = self._office.today
        since = today - timedelta(days=DAYS_AFTER_VACANCY)
        found: list[Ending] = []
        rows = self._terms(since, office_id)
        begun: defaultdict[str, list[date]] = defaultdict(list)
        for row in rows:
            if day := day_of(row.fields.get("begin")):
                begun[str(row.fields.get("position_name") or "")].append(day)
        for row in rows:
            one = _ending(row)
            if one is None or not since <= one.end <= today + timedelta(days=days):
                continue
            name = str(row.fields.get("position_name") or "")
            is_alone = place_of(name)[1] == "chief_executive"
            if is_alone and any(day > (day_of(row.fields.get("begin")) or day) for day in begun[name]):
                continue
            found.append(one)
        return sorted(found, key=lambda one: (one.end, str(one.term.fields.get("position_name"))))

    def own_office(self) -> Row | None:
        """The office of this desk in the registry; None where the registry is not here."""
        mine = [one.stream for one in self._office.streams if one.stream.startswith("office/")]
        if len(mine) != 1:
            return None
        store = self._office.store
        found = store.by_key("office", {"stream": mine[0]}) or store.by_key("office", {"code": mine[0].partition("/")[2]})
        return found[0] if found else None

    def _seats(self, office_id: str | None) -> dict[str, Seat]:
        office = self._office.store.get("office", office_id) if office_id else self.own_office()
        seats: dict[str, Seat] = {}
        if office is not None:
            seats = {one.name: Seat(one.name, one.body, one.rank, one.quota, one.law_ref) for one in self._office.positions.of_law(office)}
            sitting = self._council_size(office_id)
            for seat in seats.values():
                if seat.rank == "councillor" and sitting is not None:
                    seat.quota = sitting
        if office_id is None:
            for row in self._office.store.find(Query("position")).rows:
                name, known = str(row.fields.get("name") or ""), place_of(str(row.fields.get("name") or ""))
                before = seats.get(name)
                quota = row.fields.get("quota")
                seats[name] = Seat(
                    name,
                    str(row.fields.get("body") or known[0]),
                    str(row.fields.get("rank") or known[1]),
                    quota if isinstance(quota, int) else before.quota if before else None,
                    str(row.fields.get("law_ref") or (before.law_ref if before else "")),
                )
        return seats

    def _council_size(self, office_id: str | None) -> int | None:
        """Seats of the council that sits now, as its term says."""
        rows = self._office.store.find(Query("council_term", filters=_of(office_id), sort=(("begin", True),), limit=1)).rows
        size = rows[0].fields.get("size") if rows else None
        return size if isinstance(size, int) else None

    def _terms(self, since: date, office_id: str | None) -> list[Row]:
        """The terms that had not ended on a day."""
        find, of = self._office.store.find, _of(office_id)
        open_ended = find(Query("term", filters=(Filter("end", "empty"), *of))).rows
        later = find(Query("term", filters=(Filter("end", "ge", since.isoformat()), *of))).rows
        return [*open_ended, *later]

    @staticmethod
    def _holder(row: Row, day: date) -> Holder:
        first, last = day_of(row.fields.get("suspended_from")), day_of(row.fields.get("suspended_to"))
        suspended = first is not None and first <= day and (last is None or day <= last)
        return Holder(row, acting=bool(row.fields.get("acting")), suspended=suspended)

    def _add_photographs(self, seats: Iterable[Seat]) -> None:
        held = [one for seat in seats for one in seat.holders if one.person_id]
        people: Mapping[str, Row] = {row.id: row for row in self._office.store.rows("person", list({one.person_id for one in held}))}
        for seat in seats:
            seat.holders = [
                Holder(one.term, one.acting, one.suspended, people[one.person_id].fields.get("photograph"))
                if one.person_id in people
                else one
                for one in seat.holders
            ]


def _of(office_id: str | None) -> tuple[Filter, ...]:
    """The filter of one office: terms of the office of this desk name none."""
    if office_id is not None:
        return (Filter("office", "eq", office_id),)
    return (Filter("office", "empty"), Filter("office_code", "empty"), Filter("office_name", "empty"))


def _standing(rows: list[Row], seat: Seat) -> list[Row]:
    """Who of those whose terms run really sits: vacancies hold nobody, and a later term follows an open one of a single seat."""
    people = [row for row in rows if not row.fields.get("vacant")]
    holding = sorted((row for row in people if not row.fields.get("acting")), key=_order_in_seat)
    is_single = seat.quota == 1 or (seat.quota is None and seat.rank in ("chief_executive", "council_chair", "clerk"))
    if is_single and len(holding) > 1:
        last = holding[-1]
        holding = [row for row in holding if row is last or row.fields.get("end")]
    return [*holding, *(row for row in people if row.fields.get("acting"))]


def _order_in_seat(row: Row) -> tuple[str, str]:
    return str(row.fields.get("begin") or ""), sort_key(str(row.fields.get("person_name") or ""))


def _ending(row: Row) -> Ending | None:
    fields = row.fields
    if fields.get("acting") or fields.get("vacant") or fields.get("end_year"):
        return None
    is_elected = place_of(str(fields.get("position_name") or ""))[1] in _ELECTED
    end, begin = day_of(fields.get("end")), day_of(fields.get("begin"))
    is_expected = end is None
    if end is None:
        if not is_elected or begin is None:
            return None
        end = usual_end(begin)
    after = DAYS_AFTER_TERM if fields.get("end_reason") in _ENDED else DAYS_AFTER_VACANCY
    return Ending(row, end, is_expected, end + timedelta(days=after) if is_elected else None, ELECTION_LAW if is_elected else "")
