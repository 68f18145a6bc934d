"""Fiscal years of an office: which there are, opening the next one, carrying money over, closing and opening again.

office.years.known()                 the years there are, and how each stands
office.years.preview(opening)        what opening would make
office.years.open_next(opening)      one act, undone as a whole, twice makes nothing twice
office.years.check_list(year)        what must be gone through before closing
office.years.close(year, reason, accepted) · reopen(year, reason)
office.years.carried_into(year)      money of the year before, beside the lines of this one
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.year_checks import CheckItem, CheckLevel, check_list
from desktop.services.year_opening import Opening, Sources, Worked, types_read, work_out
from desktop.storage import years as year_tables
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.catalogue.year import DECIDERS
from records.errors import Correctable, Refused
from records.ids import copy_id
from records.kinds import Json
from records.periods import CLOSED, PERIODS, year_of
from records.thai.fiscal import fiscal_year_of
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

Progress = Callable[[int, int], None]
_PAGE = 5_000
_TOLD_EVERY = 100
_OPEN = Words("เปิดปีงบประมาณ {year}", "Open fiscal year {year}")
_CLOSE = Words("ปิดปีงบประมาณ {year}", "Close fiscal year {year}")
_REOPEN = Words("เปิดปีงบประมาณ {year} อีกครั้ง", "Reopen fiscal year {year}")


@dataclass(frozen=True)
class Year:
    """One fiscal year as it stands on this desk."""

    year: int
    """พ.ศ."""
    id: str
    """Of its record; empty where only records of the year are here."""
    state: str
    """Of its record; empty where there is none or it says none."""
    is_current: bool
    """Whether today, in Thailand, lies in it."""
    closed_on: str = ""
    """ISO day; empty while open."""
    closed_by: str = ""
    reason: str = ""
    """Of the last closing or reopening."""

    @property
    def is_closed(self) -> bool:
        """Whether its records are read-only."""
        return self.state == CLOSED

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "year": self.year,
            "id": self.id or None,
            "state": self.state or None,
            "current": self.is_current,
            "closed_on": self.closed_on or None,
            "closed_by": self.closed_by or None,
            "reason": self.reason or None,
        }


@dataclass(frozen=True)
class Carried:
    """Money of a line of the year before that may still be paid."""

    row: Row
    """The carry_over record."""
    line: str
    """Title of the line it comes from."""
    next_line: str
    """Id of the line of the year after that follows it; empty where none does."""
    amount: int
    """Satang."""
    paid: int
    """Satang paid on its contract after the year ended; 0 without a contract."""


class Years:
    """What a person may do with fiscal years."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    # -- which there are --

    def known(self, stream: str | None = None) -> tuple[Year, ...]:
        """Every fiscal year this office has a record or money of, and the current one; newest first."""
        stream = stream or self._office.own_stream("fiscal_year")
        store, current = self._office.store, fiscal_year_of(self._office.today)
        found: dict[int, Year] = {current: Year(current, "", "", True)}
        for type_name in sorted(PERIODS):
            field = PERIODS[type_name].year
            if field and type_name in self._office.catalogue:
                for value, _ in store.distinct(type_name, field, stream):
                    if isinstance(value, int):
                        found.setdefault(value, Year(value, "", "", value == current))
        for row in store.find(Query("fiscal_year", stream)).rows if "fiscal_year" in self._office.catalogue else ():
            year = row.fields.get("year")
            if isinstance(year, int) and (not found.get(year, _NONE).is_closed):
                found[year] = _year(row, year, is_current=year == current)
        return tuple(sorted(found.values(), key=lambda one: -one.year))

    def get(self, year: int, stream: str | None = None) -> Year:
        """One fiscal year; without a record where this desk has none of it."""
        known = next((one for one in self.known(stream) if one.year == year), None)
        return known or Year(year, "", "", fiscal_year_of(self._office.today) == year)

    def closed(self, stream: str | None = None) -> frozenset[int]:
        """The years that are closed."""
        return frozenset(one.year for one in self.known(stream) if one.is_closed)

    def closed_year_of(self, row: Row) -> int | None:
        """The closed year a record belongs to, for forms to say what of it is read-only; None when all of it may be changed."""
        with self._office.database.reading() as connection:
            year = year_of(row.type, row.fields, year_tables.whole_of(connection, row.stream, row.type))
            if year is None:
                return None
            return year if year in year_tables.closed_years(connection, row.stream) else None

    # -- opening --

    def preview(self, opening: Opening, stream: str | None = None) -> Worked:
        """What opening would make; nothing is written."""
        place = self._place(stream)
        return work_out(place, opening, self._office.catalogue, self._sources(place, opening))

    def open_next(self, opening: Opening, progress: Progress | None = None, stream: str | None = None) -> Worked:
        """Makes what `preview` says in one act, which undo takes back as a whole; nothing where everything is there.

        `progress` is told (done, total) now and then and may raise to stop; nothing is written then.
        """
        office = self._office
        place = self._place(stream)
        worked = self.preview(opening, stream)
        if not worked.writes:
            return worked
        label, total = _OPEN.filled(year=opening.year), len(worked.writes)
        restored = [write for write in worked.writes if write.is_restored]
        new = [(write.type, write.id, write.fields) for write in worked.writes if not write.is_restored]
        tell = progress or _nobody_listens
        with office.store.act(office.enrolled.account, label) as act:
            for number, write in enumerate(restored):
                if number % _TOLD_EVERY == 0:
                    tell(number, total)
                row = office.store.restore(place, write.type, write.id, act=act)
                office.store.save(place, write.type, write.id, write.fields, row.fields.keys() - write.fields.keys(), act=act)
            for start in range(0, len(new), _TOLD_EVERY):
                tell(len(restored) + start, total)
                office.store.make(place, new[start : start + _TOLD_EVERY], act=act)
            tell(total, total)
        return worked

    def going_on(self, year: int, stream: str | None = None) -> list[Row]:
        """The projects of the plans whose period ends with the year before `year`: those a person chooses from."""
        sources = self._sources(self._place(stream), Opening(year, lines=False, revenue=False))
        plans = {row.id for row in sources.of("plan", last_year=year - 1)}
        return [row for row in sources.of("project") if row.fields.get("plan") in plans]

    def _place(self, stream: str | None) -> str:
        return self._office.stream_for_new(self._office.record_type("fiscal_year"), stream)

    def _sources(self, stream: str, opening: Opening) -> Sources:
        store = self._office.store
        ends = bool(store.count(Query("plan", stream, filters=(Filter("last_year", "eq", opening.year - 1),))))
        planning = ("plan", "strategy", "tactic", "plan_programme", "project", "project_budget")
        rows: dict[str, tuple[Row, ...]] = {}
        for type_name, by in types_read(opening):
            if type_name in planning and not ends:
                continue
            filters = tuple(Filter(name, "in", list(values)) for name, values in by.items())
            ids = store.ids(Query(type_name, stream, filters=filters))
            rows[type_name] = tuple(self._rows(type_name, ids))
        return Sources(rows, lambda type_name, ids: {row.id: row for row in self._rows(type_name, list(ids))})

    def _rows(self, type_name: str, ids: list[str]) -> Iterable[Row]:
        for start in range(0, len(ids), _PAGE):
            yield from self._office.store.rows(type_name, ids[start : start + _PAGE])

    # -- closing --

    def check_list(self, year: int, stream: str | None = None) -> tuple[CheckItem, ...]:
        """What must be gone through before the year is closed, what blocks first; items without anything to do have count 0."""
        return check_list(self._office, year, self._place(stream))

    def close(self, year: int, reason: str, accepted: Collection[str] = (), stream: str | None = None) -> Row:
        """Closes a year. `accepted` are the keys of the warnings a person has looked at.

        Raises Correctable (no reason, something blocks, a warning not looked at, no such year in force) or Refused (not a head).
        """
        row = self._record(year, stream, reason)
        if row.fields.get("state") != "in_force":
            raise Correctable(
                Words("ปิดปีนี้ไม่ได้", "This year cannot be closed"),
                Words(
                    "ปีงบประมาณ {year} ไม่ได้อยู่ในสถานะประกาศใช้แล้ว จึงยังปิดไม่ได้ ไม่มีอะไรเปลี่ยนแปลง",
                    "Fiscal year {year} is not in force, so it cannot be closed; nothing was changed.",
                ).filled(year=year),
            )
        items = [item for item in self.check_list(year, stream) if item.count]
        left = [item for item in items if item.level is CheckLevel.BLOCK]
        left = left or [item for item in items if item.level is CheckLevel.WARN and item.key not in accepted]
        if left:
            raise self._not_gone_through(year, left)
        given: dict[str, Json] = {"state": CLOSED, "closed_on": self._office.today.isoformat()}
        return self._step(row, given, reason, _CLOSE.filled(year=year))

    def reopen(self, year: int, reason: str, stream: str | None = None) -> Row:
        """Opens a closed year again; the reason stands in its history. Raises as `close`."""
        row = self._record(year, stream, reason)
        if row.fields.get("state") != CLOSED:
            raise Correctable(
                Words("ปีนี้ไม่ได้ปิด", "This year is not closed"),
                Words("ปีงบประมาณ {year} ไม่ได้ปิดอยู่ ไม่มีอะไรเปลี่ยนแปลง", "Fiscal year {year} is not closed; nothing was changed.").filled(
                    year=year
                ),
            )
        if row.fields.get("reason") == reason.strip():
            raise Correctable(
                Words("ต้องบอกเหตุผลใหม่", "A new reason is needed"),
                Words(
                    "เหตุผลที่เปิดปีซ้ำกับเหตุผลที่ปิด ไม่มีอะไรเปลี่ยนแปลง โปรดบอกว่าเหตุใดจึงเปิดอีกครั้ง",
                    "The reason is the one of closing; nothing was changed. Please say why it is opened again.",
                ),
            )
        return self._step(row, {"state": "in_force", "closed_on": None}, reason, _REOPEN.filled(year=year))

    def _step(self, row: Row, given: dict[str, Json], reason: str, label: Words) -> Row:
        store, account = self._office.store, self._office.enrolled.account
        values = {**{name: value for name, value in given.items() if value is not None}, "reason": reason.strip(), "closed_by": account}
        with store.act(account, label) as act:
            return store.save(row.stream, row.type, row.id, values, [n for n, value in given.items() if value is None], act=act)

    def _record(self, year: int, stream: str | None, reason: str) -> Row:
        identity = self._office.enrolled
        if identity.role not in DECIDERS:
            raise Refused(
                Words("ต้องเป็นหัวหน้าหรือผู้ดูแลระบบ", "Heads and administrators only"),
                Words(
                    "ผู้ที่ปิดหรือเปิดปีงบประมาณได้คือหัวหน้าหน่วยงานและผู้ดูแลระบบของหน่วยงาน ไม่มีอะไรเปลี่ยนแปลง",
                    "Only a head or the office's administrator closes and reopens a fiscal year; nothing was changed.",
                ),
                code="workflow",
            )
        if not reason.strip():
            raise Correctable(
                Words("ต้องบอกเหตุผล", "A reason is needed"),
                Words("โปรดบอกเหตุผล ยังไม่มีอะไรเปลี่ยนแปลง", "Please give a reason; nothing was changed."),
            )
        found = self._office.store.by_key("fiscal_year", {"year": year}, self._place(stream))
        if not found:
            raise Correctable(
                Words("ไม่มีปีนี้", "No such year"),
                Words(
                    "ไม่มีปีงบประมาณ {year} ในเครื่องนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดเปิดปีก่อน",
                    "There is no fiscal year {year} on this computer; nothing was changed. Open the year first.",
                ).filled(year=year),
            )
        closed = [row for row in found if row.fields.get("state") == CLOSED]
        return (closed or found)[0]

    def _not_gone_through(self, year: int, left: list[CheckItem]) -> Correctable:
        def said(language: Language) -> str:
            return " · ".join(f"{say(item.label, language)} ({item.count:,})" for item in left)

        items = Words(said(Language.THAI), said(Language.ENGLISH))
        if left[0].level is CheckLevel.BLOCK:
            text = Words(
                "ยังปิดปีงบประมาณ {year} ไม่ได้ ต้องแก้ก่อน: {items} ไม่มีอะไรเปลี่ยนแปลง",
                "Fiscal year {year} cannot be closed yet. To be put right first: {items}. Nothing was changed.",
            )
        else:
            text = Words(
                "ยังปิดปีงบประมาณ {year} ไม่ได้ ต้องตรวจและยืนยันก่อน: {items} ไม่มีอะไรเปลี่ยนแปลง",
                "Fiscal year {year} cannot be closed yet. To be looked at and accepted first: {items}. Nothing was changed.",
            )
        return Correctable(Words("รายการตรวจยังไม่ครบ", "The check list is not gone through"), text.filled(year=year, items=items))

    # -- money carried over --

    def carried_into(self, year: int, stream: str | None = None) -> list[Carried]:
        """The money of the year before that may still be paid, each beside the line of `year` that follows its line."""
        store, place = self._office.store, self._place(stream)
        rows = store.find(Query("carry_over", place, filters=(Filter("fiscal_year", "eq", year - 1), Filter("state", "ne", "lapsed")))).rows
        lines = {row.id: row for row in store.rows("budget_line", [str(row.fields.get("budget_line")) for row in rows])}
        copies = {line: copy_id(line, str(year)) for line in lines}
        here = {row.id for row in store.rows("budget_line", list(copies.values())) if not row.deleted}
        followers = self._followers(place, year) if any(copy not in here for copy in copies.values()) else {}
        with self._office.database.reading() as connection:
            paid = year_tables.sums(connection, place, "disbursement", "contract", "amount", fiscal_year=year)
        found = []
        for row in rows:
            line_id = str(row.fields.get("budget_line"))
            line = lines.get(line_id)
            next_line = copies.get(line_id, "")
            if next_line not in here:
                next_line = followers.get(self._key(line), "") if line else ""
            amount = row.fields.get("amount")
            found.append(
                Carried(
                    row,
                    self._office.records.title(line) if line else line_id,
                    next_line,
                    amount if isinstance(amount, int) else 0,
                    paid.get(str(row.fields.get("contract")), 0),
                )
            )
        return found

    def _followers(self, stream: str, year: int) -> dict[tuple[str, ...], str]:
        ids = self._office.store.ids(Query("budget_line", stream, filters=(Filter("fiscal_year", "eq", year),)))
        return {self._key(row): row.id for row in self._rows("budget_line", ids)}

    def _key(self, line: Row) -> tuple[str, ...]:
        key = self._office.record_type("budget_line").key
        return tuple(str(line.fields.get(name)) for name in key if name != "fiscal_year")


def _nobody_listens(_done: int, _total: int) -> None:
    """For an opening that nobody watches."""


_NONE = Year(0, "", "", False)


def _year(row: Row, year: int, *, is_current: bool) -> Year:
    def said(name: str) -> str:
        return str(row.fields.get(name) or "")

    return Year(year, row.id, said("state"), is_current, said("closed_on"), said("closed_by"), said("reason"))
