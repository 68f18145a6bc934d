"""A list as it is shown, to an Excel workbook. Personal data are masked unless a person asks for them in full."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.reports.excel import Head, columns_of, write_list
from desktop.services.readings import log_reading
from desktop.services.records import masked_fields
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.errors import Correctable
from records.fields import FieldSpec
from records.kinds import CannotHold, CellValue, Json, Reference
from records.record import RecordType
from records.thai.dates import show_moment
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

_PAGE = 1_000
"""Rows read at a time: memory stays flat however long the list is."""

_PRINTED = Words("พิมพ์เมื่อ {at}", "Printed {at}")
_ROWS = Words("จำนวน {count} รายการ", "{count} records")
_SEARCHED = Words("ค้นหา “{text}”", "Search “{text}”")
_UNMASKED = Words("มีข้อมูลส่วนบุคคล ห้ามเผยแพร่", "Contains personal data; not for publication")


class Exports:
    """Writes lists to files."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def export(self, query: Query, to: Path, columns: Sequence[str] | None = None, *, unmasked: bool = False) -> int:
        """Writes what a query finds to an .xlsx file, in its order, and returns the number of rows.

        `columns` are field names in the order wanted; None writes every field but those only a program reads. Raises Correctable (unknown
        type or field, a place that cannot be written) or Unavailable (the disk is full).
        """
        spec = self._office.record_type(query.type)
        if to.suffix.lower() != ".xlsx":
            raise Correctable(
                Words("ชื่อไฟล์ต้องลงท้ายด้วย .xlsx", "The name must end in .xlsx"),
                Words(
                    "เขียนได้เฉพาะไฟล์ .xlsx ไม่ได้เขียน {name} โปรดตั้งชื่อใหม่",
                    "Only .xlsx files are written; {name} was not. Please name it again.",
                ).filled(name=to.name),
            )
        fields = [spec.field(name) for name in columns] if columns is not None else exported_fields(spec)
        language = self._office.language
        if unmasked:
            log_reading(self._office, spec.type, "-")
        hidden = set() if unmasked else {field.name for field in masked_fields(spec)}
        sheet = [
            replace(column, is_masked=field.name in hidden) for field, column in zip(fields, columns_of(fields, language), strict=True)
        ]
        query = replace(query, limit=None, offset=0)
        ids = self._office.store.ids(query)
        head = Head(say(spec.label, language), self._lines(query, len(ids), shows_personal=unmasked and bool(masked_fields(spec))))
        return write_list(to, head, sheet, self._cells(spec, fields, ids, hidden), language)

    def _lines(self, query: Query, count: int, *, shows_personal: bool) -> tuple[str, ...]:
        language = self._office.language
        offices = [one.name for one in self._office.streams if one.name and (query.stream is None or one.stream == query.stream)]
        lines = [", ".join(offices[:3]) + (" …" if len(offices) > 3 else "")] if offices else []
        if query.text:
            lines.append(say(_SEARCHED, language, text=query.text))
        lines.append(say(_ROWS, language, count=f"{count:,}"))
        lines.append(say(_PRINTED, language, at=show_moment(self._office.clock(), language)))
        if shows_personal:
            lines.append(say(_UNMASKED, language))
        return tuple(lines)

    def _cells(self, spec: RecordType, fields: Sequence[FieldSpec], ids: Sequence[str], hidden: set[str]) -> Iterator[list[CellValue]]:
        for start in range(0, len(ids), _PAGE):
            rows = self._office.store.rows(spec.type, ids[start : start + _PAGE])
            titles = self._titles(fields, rows)
            for row in rows:
                yield [self._cell(field, row.fields.get(field.name), titles, is_masked=field.name in hidden) for field in fields]

    def _titles(self, fields: Sequence[FieldSpec], rows: Sequence[Row]) -> dict[str, str]:
        """The titles of the records that a page of rows refers to, by id."""
        titles: dict[str, str] = {}
        for field in fields:
            if isinstance(field.kind, Reference):
                wanted = {str(row.fields[field.name]) for row in rows if field.name in row.fields}
                titles.update(self._office.records.titles(field.kind.to, sorted(wanted)))
        return titles

    def _cell(self, field: FieldSpec, value: Json, titles: dict[str, str], *, is_masked: bool) -> CellValue:
        if value is None:
            return None
        language = self._office.language
        try:
            held = field.kind.from_wire(value)
        except CannotHold:
            return str(value)
        if isinstance(field.kind, Reference):
            return titles.get(str(value), str(value))
        return field.kind.mask(held, language) if is_masked else field.kind.to_cell(held, language)


def exported_fields(spec: RecordType) -> list[FieldSpec]:
    """The fields of a whole export: all but what only a program reads."""
    return [field for field in spec.fields if field.kind.name != "structure"]
