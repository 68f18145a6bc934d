"""Base figures by year: each indicator beside last year's, for the whole office or village by village, typed in one column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.reports.excel import Column, Head, write_list
from desktop.services.records import Saved
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.catalogue.registry import BaseFigure
from records.kinds import CannotHold, CellValue, DecimalNumber, Json, Text
from records.thai.fiscal import fiscal_year_of
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

YEARS_SHOWN = 4
TITLE = Words("ข้อมูลพื้นฐานรายปี", "Base figures by year")
INDICATOR = Words("ตัวชี้วัด/รายการ", "Indicator")
PLACE = Words("หมู่บ้าน/ชุมชน", "Village")
UNIT = Words("หน่วย", "Unit")
YEAR = Words("ปี {year}", "{year}")
DIFFERENCE = Words("ต่างจากปีก่อน", "Change")
PERCENT = Words("ร้อยละ", "%")
WHOLE = Words("ทั้งหน่วยงาน", "Whole office")


@dataclass(frozen=True)
class FigureLine:
    """One line of the table: an indicator of one place."""

    indicator: str
    village: str | None
    """Id; None for the whole office."""
    place: str
    """Name of the village; empty for the whole office."""
    unit: str
    source: str
    values: Mapping[int, Decimal] = field(default_factory=dict)
    """By fiscal year (พ.ศ.)."""
    ids: Mapping[int, str] = field(default_factory=dict)
    """Of the base_figure of each year."""

    def change(self, year: int) -> tuple[Decimal, Decimal | None] | None:
        """What changed against the year before: the difference, and per cent to one place (None from zero). None without both years."""
        now, former = self.values.get(year), self.values.get(year - 1)
        if now is None or former is None:
            return None
        share = ((now - former) * 100 / abs(former)).quantize(Decimal("0.1"), ROUND_HALF_UP) if former else None
        return now - former, share


@dataclass(frozen=True)
class FigureTable:
    """The figures of an office for the years up to one."""

    stream: str
    year: int
    years: tuple[int, ...]
    """Oldest first; the last one is `year`."""
    lines: tuple[FigureLine, ...]
    villages: tuple[tuple[str, str], ...]
    """(id, name) of every village, by number."""

    def of_place(self, village: str | None) -> list[FigureLine]:
        """The lines of one village, None for the whole office, one for each indicator known anywhere in the office."""
        own = {line.indicator: line for line in self.lines if line.village == village}
        name = dict(self.villages).get(village or "", "")
        units: dict[str, FigureLine] = {}
        for line in self.lines:
            units.setdefault(line.indicator, line)
        return [own.get(key) or FigureLine(key, village, name, known.unit, "") for key, known in units.items()]

    def of_indicator(self, indicator: str) -> list[FigureLine]:
        """The lines of one indicator: the whole office first, then every village."""
        own = {line.village: line for line in self.lines if line.indicator == indicator}
        unit = next((line.unit for line in own.values()), "")
        places: Sequence[tuple[str | None, str]] = [(None, ""), *self.villages]
        return [own.get(village) or FigureLine(indicator, village, name, unit, "") for village, name in places]

    @property
    def indicators(self) -> list[str]:
        """Every indicator, in the order first kept."""
        return list(dict.fromkeys(line.indicator for line in self.lines))


class Figures:
    """Reads and keeps base figures."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def streams(self) -> list[tuple[str, str]]:
        """(stream, name) of the offices whose figures may be read here."""
        return [(one.stream, one.name or one.stream) for one in self._office.streams if one.stream.startswith("office/")]

    def table(self, year: int | None = None, stream: str | None = None) -> FigureTable:
        """The figures of the years up to `year` (None: this fiscal year) of an office (None: the first of this desk)."""
        office = self._office
        year = year or fiscal_year_of(office.today)
        stream = stream or next((name for name, _ in self.streams()), "")
        years = tuple(range(year - YEARS_SHOWN + 1, year + 1))
        villages = self._villages(stream)
        names = dict(villages)
        wanted = (Filter("year", "ge", years[0]), Filter("year", "le", year))
        rows = office.store.find(Query("base_figure", stream, filters=wanted)).rows
        lines: dict[tuple[str, str | None], FigureLine] = {}
        values: dict[tuple[str, str | None], tuple[dict[int, Decimal], dict[int, str]]] = {}
        for row in rows:
            read = _read(row)
            if read is None:
                continue
            indicator, at, value = read
            village = str(row.fields["village"]) if "village" in row.fields else None
            key = (indicator, village)
            by_year, ids = values.setdefault(key, ({}, {}))
            by_year[at], ids[at] = value, row.id
            place = names.get(village, village[:8]) if village else ""
            unit, source = str(row.fields.get("unit") or ""), str(row.fields.get("source") or "")
            lines[key] = FigureLine(indicator, village, place, unit or (lines[key].unit if key in lines else ""), source, by_year, ids)
        order = {village: place for place, (village, _) in enumerate(villages)}
        shown = sorted(lines.values(), key=lambda line: -1 if line.village is None else order.get(line.village, len(order)))
        return FigureTable(stream, year, years, tuple(shown), villages)

    def _villages(self, stream: str) -> tuple[tuple[str, str], ...]:
        rows = self._office.store.find(Query("village", stream, sort=(("tambon", False), ("moo", False)))).rows
        return tuple((row.id, self._office.records.title(row)) for row in rows)

    def put(self, table: FigureTable, line: FigureLine, typed: str) -> Saved | None:
        """Keeps what was typed as the line's figure of the table's year; an empty text deletes it. None when there was nothing to do.

        Raises FieldError when it is no number, Refused without a grant.
        """
        records = self._office.records
        value = BaseFigure.spec.field("value").kind.parse(typed, self._office.today)
        known = line.ids.get(table.year)
        if value is None:
            if known is not None:
                records.delete("base_figure", known, table.stream)
            return None
        if known is not None:
            return records.save_draft("base_figure", known, {"value": value}, table.stream) if line.values[table.year] != value else None
        draft = {"indicator": line.indicator, "year": table.year, "value": value, "unit": line.unit or None, "village": line.village}
        return records.save_draft("base_figure", None, {name: part for name, part in draft.items() if part is not None}, table.stream)

    def export(self, table: FigureTable, lines: Sequence[FigureLine], to: Path) -> int:
        """Writes lines of the table to an .xlsx file and returns how many. Raises Correctable or Unavailable."""
        language = self._office.language
        number = DecimalNumber()
        columns = [
            Column(say(INDICATOR, language), Text()),
            Column(say(PLACE, language), Text()),
            Column(say(UNIT, language), Text()),
            *(Column(say(YEAR, language, year=year), number) for year in table.years),
            Column(say(DIFFERENCE, language), number),
            Column(say(PERCENT, language), number),
        ]
        names = dict(self.streams())
        head = Head(say(TITLE, language), (names.get(table.stream, table.stream),))
        return write_list(to, head, columns, self._cells(table, lines, language), language)

    @staticmethod
    def _cells(table: FigureTable, lines: Sequence[FigureLine], language: Language) -> Iterator[list[CellValue]]:
        for line in lines:
            change = line.change(table.year)
            years: list[CellValue] = [line.values.get(year) for year in table.years]
            yield [
                line.indicator, line.place or say(WHOLE, language), line.unit, *years,
                change[0] if change else None, change[1] if change else None,
            ]  # fmt: skip


def _read(row: Row) -> tuple[str, int, Decimal] | None:
    """(indicator, year, value) of a figure; None for one that is not complete."""
    fields: Mapping[str, Json] = row.fields
    indicator, year = fields.get("indicator"), fields.get("year")
    if not isinstance(indicator, str) or not isinstance(year, int) or "value" not in fields:
        return None
    try:
        value: Decimal = BaseFigure.spec.field("value").kind.from_wire(fields["value"])
    except CannotHold:
        return None
    return indicator, year, value
