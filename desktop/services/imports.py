"""A sheet into records: preview first, then one local act that undo takes back."""

import gc
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.imports import headings, ordinance, rows, sheets
from desktop.imports.headings import Mapped, Table
from desktop.imports.plan import Planner
from desktop.imports.planned import Plan
from desktop.imports.recipes import NO_RECIPE, RECIPES
from desktop.imports.sheets import Cell
from desktop.services import many_offices, ordinance_imports
from desktop.services.import_guard import ImportGuard
from desktop.storage.query import Query
from records.errors import Correctable
from records.ids import new_id
from records.kinds import Json, Text
from records.record import RecordType
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_ACT = Words("นำเข้า{type}จาก {file}", "Import {type} from {file}")
_PAGE = 5_000
_AT_ONCE = 500
"""Records made in one go; between two of them a person may stop."""


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing is written yet."""

    spec: RecordType
    path: Path
    table: Table
    columns: tuple[Mapped, ...]
    """What each column carries as this preview has it; similar headings are suggestions that carry nothing yet."""
    suggested: tuple[Mapped, ...]
    """What each column might carry, similar headings included."""
    plan: Plan
    stream: str | None
    """The stream new records go to; None when this account may write none (a preview is possible all the same)."""

    left_out: int = 0
    """Rows of other offices, which the file has too and this import leaves aside."""

    @property
    def sample(self) -> Sequence[Sequence[Cell]]:
        """The first rows under the headings, as they were read."""
        start = self.table.heading_row + 1
        return self.table.sheet.rows[start : start + 20]

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line. `created` and `updated` count rows; `related` counts records made along the way."""
        plan = self.plan
        return {
            "rows": plan.rows,
            "ready": plan.ready,
            "problems": [problem.as_json(language) for problem in plan.problems],
            "created": plan.created,
            "updated": plan.updated,
            "unchanged": plan.unchanged,
            "related": dict(plan.related),
            "type": self.spec.type,
            "left_out": self.left_out,
            "sheet": self.table.sheet.name,
            "mapped": {one.heading: _target(one, self.spec) for one in self.columns if one.target},
            "suggested": {one.heading: _target(one, self.spec) for one in self.suggested if one.target and not one.is_certain},
            "unmapped": [one.heading for one in self.columns if one.target is None],
        }


def _target(one: Mapped, spec: RecordType) -> str:
    target = one.target
    return "" if target is None else target.field if target.type == spec.type else str(target)


class _Here:
    """What is in the office already, of one stream."""

    def __init__(self, office: "Office", stream: str | None) -> None:
        self._office = office
        self._stream = stream

    def all_of(self, type_name: str) -> Iterable[tuple[str, Mapping[str, Json]]]:
        ids = self._office.store.ids(Query(type_name, self._stream))
        if "replaces" in self._office.record_type(type_name).by_name:
            # What a record said before an amendment is no record a sheet speaks of.
            replaced = {value for value, _ in self._office.store.distinct(type_name, "replaces", self._stream) if value}
            ids = [one for one in ids if one not in replaced]
        for start in range(0, len(ids), _PAGE):
            for row in self._office.store.rows(type_name, ids[start : start + _PAGE]):
                yield row.id, row.fields

    def named(self, type_name: str, text: str) -> Sequence[str]:
        spec = self._office.record_type(type_name)
        for name in (*spec.key, *spec.title):
            if isinstance(spec.field(name).kind, Text):
                found = [row.id for row in self._office.store.by_key(type_name, {name: text}, self._stream) if not row.deleted]
                if found:
                    return found
        return ()


class Imports:
    """Takes sheets in."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def preview(
        self,
        type_name: str,
        path: Path,
        choice: Mapping[str, str | None] | None = None,
        *,
        sheet: str | None = None,
        stream: str | None = None,
        maps_by_hand: bool = False,
        province: str = "",
    ) -> Preview:
        """What importing a file into a type would do.

        Args:
            choice: heading -> field (`field`, `type.field`, `type.field.year`); empty leaves a column aside. Headings not named are taken
                where they are certain.
            maps_by_hand: a person is there to match the columns: where no heading is known the preview has no rows, and says nothing.
            province: name or code; of a file of many offices the rows of this province, else those of the office of this desk.
            sheet: the sheet of a workbook; None takes the one whose headings mean the most.

        Raises:
            Correctable: the file cannot be read, has no headings or none that is known, or the choice names what is not there.
        """
        with _collector_at_rest():
            return self._preview(type_name, path, choice or {}, sheet, stream, maps_by_hand=maps_by_hand, province=province)

    def _preview(
        self,
        type_name: str,
        path: Path,
        choice: Mapping[str, str | None],
        sheet: str | None,
        stream: str | None,
        *,
        maps_by_hand: bool,
        province: str,
    ) -> Preview:
        office = self._office
        spec = office.record_type(type_name)
        if ordinance.is_ordinance(path):
            return self._preview_ordinance(spec, path, choice, stream)
        recipe = RECIPES.get(type_name, NO_RECIPE)
        words = headings.vocabulary(spec, office.catalogue, recipe)
        read = sheets.read(path)
        if sheet is not None:
            read = tuple(one for one in read if one.name == sheet) or _no_sheet(sheet, read)
        table = headings.find_table(read, words, tuple(choice))
        for other, telling in recipe.gives_way.items():
            if {headings.plain(one) for one in telling} <= {headings.plain(one) for one in table.headings}:
                return self._preview(other, path, choice, sheet, stream, maps_by_hand=maps_by_hand, province=province)
        chosen = many_offices.chosen_rows(office, recipe, table, province)
        table = many_offices.reworded(chosen.table, recipe)
        suggested = headings.suggest(table, words)
        columns = headings.chosen(suggested, choice, spec, office.catalogue, recipe)
        is_mapped = any(one.target for one in columns)
        if not is_mapped and not maps_by_hand:
            raise _no_columns(spec, columns)
        found, problems = rows.read_rows(table, columns, spec, office.catalogue, office.today) if is_mapped else ([], [])
        place = self._place(spec, stream)
        planner = Planner(spec, office.catalogue, recipe, _Here(office, place), self._ids(), ImportGuard(office, place))
        return Preview(spec, path, table, columns, suggested, planner.plan(found, problems, columns), place, chosen.left_out)

    def _preview_ordinance(self, spec: RecordType, path: Path, choice: Mapping[str, str | None], stream: str | None) -> Preview:
        found = ordinance_imports.read(spec.type, path)
        place = ordinance_imports.place_of(self._office, spec, found, stream)
        planned = ordinance_imports.plan(self._office, spec, found, choice, place, _Here(self._office, place), self._ids())
        return Preview(spec, path, planned.table, planned.columns, planned.suggested, planned.plan, place)

    def sheet_names(self, path: Path) -> tuple[str, ...]:
        """The sheets a file has to choose from. Raises Correctable when it cannot be read."""
        return () if ordinance.is_ordinance(path) else tuple(one.name for one in sheets.read(path))

    def _ids(self) -> Callable[[], str]:
        """Makes ids that sort in the order they are made: lists show the rows of a sheet in the sheet's own order."""
        start, number = self._office.clock(), itertools.count()
        return lambda: new_id(start + timedelta(milliseconds=next(number)), self._office.entropy)

    def _place(self, spec: RecordType, stream: str | None) -> str | None:
        """The stream to import into; None where there is none to write to: seen, not written."""
        if self._office.identity is None:
            return stream
        return self._office.stream_for_new(spec, stream)

    def apply(self, preview: Preview, progress: Callable[[int, int], None] | None = None) -> Plan:
        """Writes a preview in one act and returns its plan. All of it is written, or nothing.

        `progress` is told (done, total) records now and then and may raise to stop; nothing is written then. Raises Correctable before
        enrolment, Refused without a grant.
        """
        office = self._office
        account = office.enrolled.account
        stream = preview.stream or office.stream_for_new(preview.spec)
        writes = preview.plan.writes
        if not writes:
            return preview.plan
        label = _ACT.filled(type=preview.spec.label, file=preview.path.name)
        with office.store.act(account, label) as act:
            for start in range(0, len(writes), _AT_ONCE):
                if progress:
                    progress(start, len(writes))
                batch = writes[start : start + _AT_ONCE]
                known = [write for write in batch if not write.is_new]
                office.store.make(stream, [(write.type, write.id, write.set) for write in batch if write.is_new], act=act)
                for write in known:
                    office.store.save(stream, write.type, write.id, write.set, (), act=act)
            if progress:
                progress(len(writes), len(writes))
        return preview.plan


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keeps Python's collector from walking a large sheet again and again while it is read: nothing of it forms a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _no_sheet(name: str, read: Sequence[sheets.Sheet]) -> tuple[sheets.Sheet, ...]:
    raise Correctable(
        Words("ไม่พบแผ่นงาน", "No such sheet"),
        Words(
            "ไม่มีแผ่นงาน “{name}” ในไฟล์ ยังไม่มีอะไรเปลี่ยนแปลง แผ่นงานที่มีคือ {known}",
            "The file has no sheet “{name}”; nothing was changed. Its sheets are {known}.",
        ).filled(name=name, known=", ".join(one.name for one in read)),
    )


def _no_columns(spec: RecordType, columns: Sequence[Mapped]) -> Correctable:
    return Correctable(
        Words("ไม่รู้จักหัวตาราง", "No heading is known"),
        Words(
            "ไม่มีหัวตารางที่ตรงกับช่องของ{type} ยังไม่มีอะไรเปลี่ยนแปลง โปรดจับคู่ด้วย --map หัวตารางที่มีคือ {known}",
            "No heading matches a field of a {type}; nothing was changed. Match them with --map; the headings are {known}.",
        ).filled(type=spec.label, known=", ".join(one.heading for one in columns)),
    )
