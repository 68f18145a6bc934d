"""Decides what an import writes: records made or changed, parents found or made, parts by year. Pure: it looks at what is there and writes
nothing.

Law of a second import: a row equal to what is there changes nothing; a row with the natural key of one record changes that record; rows of
one file that repeat a key are all kept and listed. An empty cell changes nothing: a sheet adds and corrects, it never empties.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from desktop.imports.headings import Mapped, Target
from desktop.imports.known import Known
from desktop.imports.planned import Existing, Fields, Guard, Plan, RowRefused, Write
from desktop.imports.recipes import Companion, Recipe
from desktop.imports.rows import ReadRow, RowProblem
from records.ids import is_id
from records.kinds import Json, Reference
from records.record import RecordType
from records.thai.names import split_name
from records.thai.text import first_words
from records.words import Words


def is_reference(spec: RecordType, name: str) -> bool:
    """Whether a field holds the id of another record."""
    return isinstance(spec.field(name).kind, Reference)


class Planner:
    """Plans one import."""

    def __init__(
        self,
        spec: RecordType,
        catalogue: Mapping[str, RecordType],
        recipe: Recipe,
        existing: Existing,
        new_id: Callable[[], str],
        guard: Guard,
    ) -> None:
        self._guard = guard
        self._spec = spec
        self._catalogue = catalogue
        self._recipe = recipe
        self._existing = existing
        self._new_id = new_id
        self._writes: dict[str, Write] = {}
        self._rows: dict[str, dict[str, Mapping[str, Json]]] = {}
        """What is there of each type looked at, and what this import makes of it: id -> wire fields."""
        self._known: dict[tuple[str, tuple[str, ...]], Known] = {}
        self._problems: list[RowProblem] = []
        self._named: dict[tuple[str, str], str | None] = {}
        self._references: dict[str, list[tuple[str, str]]] = {}
        self._agreed: dict[str, dict[tuple[Json, ...], str]] = {}
        self._kept: set[str] = set()
        """Records made only to keep what others said before an amendment."""
        self._parts_changed: set[str] = set()
        """Records that were there and whose parts by year change."""

    def plan(self, rows: Sequence[ReadRow], problems: Sequence[RowProblem], columns: Sequence[Mapped]) -> Plan:
        """The plan for rows that were read, their problems included."""
        self._problems = list(problems)
        ready = [row for row in rows if not row.blocked]
        period = sorted({m.target.year for m in columns if m.target and m.target.year})
        carried = {m.target for m in columns if m.target}
        drafts = []
        for row in ready:
            try:
                drafts.append((row, self._own_fields(row, period, carried, columns)))
            except RowRefused as refused:
                self._problems.append(RowProblem(row.number, "", refused.text, blocks=True))
        self._list_repeated(drafts, columns)
        ids = self._match(drafts)
        for (row, _), record_id in zip(drafts, ids, strict=True):
            if record_id is not None:
                self._yearly(row, record_id)
        return self._finished(len(rows), [record_id for record_id in ids if record_id is not None])

    def _finished(self, rows: int, ids: Sequence[str]) -> Plan:
        writes = [write for write in self._writes.values() if write.set]
        related: dict[str, int] = {}
        for write in writes:
            if write.type != self._spec.type and write.is_new:
                related[write.type] = related.get(write.type, 0) + 1
        created = sum(write.is_new for write in writes if write.type == self._spec.type and write.id not in self._kept)
        changed = {write.id for write in writes if write.type == self._spec.type and not write.is_new} | self._parts_changed
        order = [*(companion.type for companion in self._recipe.companions), self._spec.type, *(part.type for part in self._recipe.yearly)]
        return Plan(
            rows=rows,
            ready=len(ids),
            problems=sorted(self._problems, key=lambda problem: problem.row),
            writes=sorted(writes, key=lambda write: order.index(write.type)),
            created=created,
            updated=len(changed),
            unchanged=len(ids) - created - len(changed),
            related=related,
        )

    def _own_fields(self, row: ReadRow, period: Sequence[int], carried: set[Target], columns: Sequence[Mapped]) -> Fields:
        fields: Fields = {target.field: value for target, value in row.values.items() if target.type == self._spec.type}
        for target, text in row.named.items():
            if target.type == self._spec.type:
                found = self._record_named(self._reference_type(target), text)
                if found:
                    fields[target.field] = found
                else:
                    self._problems.append(RowProblem(row.number, _heading_of(target, columns), _NOT_FOUND.filled(name=text), blocks=False))
        for name, (needed, said) in self._recipe.said_when.items():
            if fields.get(needed) and name not in fields:
                fields[name] = said.th
        made: dict[str, str] = {}
        for companion in self._recipe.companions:
            if any(name in fields for name in companion.absent_with):
                continue
            record_id = self._companion(companion, row, fields, period, made)
            if record_id is not None:
                made[companion.type] = record_id
        links = self._links(self._spec, made)
        if self._recipe.amendment:
            # It refers to the same type as the link to the companion itself.
            links.pop(self._recipe.amendment.into, None)
        fields = {**links, **self._amended(fields, made), **fields}
        self._list_missing(row, fields, carried, columns)
        return fields

    def _amended(self, own: Mapping[str, Json], made: Mapping[str, str]) -> Fields:
        """The reference of a row to the amendment its text names, which is made when it is not there."""
        amendment = self._recipe.amendment
        if amendment is None or amendment.type not in made:
            return {}
        told = amendment.read(str(own.get(amendment.read_from, "")))
        if told is None:
            return {}
        base = made[amendment.type]
        fields: Fields = {amendment.via: base, **told}
        known = self._known_of(amendment.type, (amendment.via, *told))
        found = known.by_key.get(known.key_of(fields))
        if not found:
            name, template = amendment.named
            fields[name] = template.filled(name=known.fields[base].get(name, ""), text=own[amendment.read_from]).th
            found = [self._make(amendment.type, fields).id]
        return {amendment.into: found[0]}

    def _links(self, spec: RecordType, made: Mapping[str, str]) -> Fields:
        """The references of a type to the companions that were made."""
        return {name: made[to] for name, to in self._references_of(spec) if to in made}

    def _references_of(self, spec: RecordType) -> list[tuple[str, str]]:
        """(field, type it points to) of every reference of a type."""
        if spec.type not in self._references:
            self._references[spec.type] = [(field.name, field.kind.to) for field in spec.fields if isinstance(field.kind, Reference)]
        return self._references[spec.type]

    def _reference_type(self, target: Target) -> str:
        kind = self._catalogue[target.type].field(target.field).kind
        return str(getattr(kind, "to", ""))

    def _record_named(self, type_name: str, text: str) -> str | None:
        if is_id(text):
            return text
        if (type_name, text) not in self._named:
            found = self._existing.named(type_name, text)
            self._named[type_name, text] = found[0] if len(found) == 1 else None
        return self._named[type_name, text]

    def _companion(
        self, companion: Companion, row: ReadRow, own: Mapping[str, Json], period: Sequence[int], made: Mapping[str, str]
    ) -> str | None:
        spec = self._catalogue[companion.type]
        fields: Fields = {target.field: value for target, value in row.values.items() if target.type == companion.type}
        fields.update({name: own[source] for name, source in companion.takes.items() if source in own})
        if companion.splits and isinstance(whole := own.get(companion.splits), str):
            names = zip(("prefix", "first_name", "last_name"), split_name(whole), strict=True)
            fields = {**{name: part for name, part in names if part}, **fields}
        if companion.period and period:
            fields = {companion.period[0]: period[0], companion.period[1]: period[-1], **fields}
        links = self._links(spec, made)
        key = next((key for key in companion.keys if all(name in fields for name in key if not is_reference(spec, name))), None)
        if key is None:
            return None
        fields = {**links, **fields}
        agreed = tuple(own.get(name) for name in companion.same_by)
        if companion.same_by and (record_id := self._agreed_of(companion).get(agreed)):
            return record_id
        known = self._known_of(companion.type, key)
        found = [] if own.get(companion.stranger_with) else known.by_key.get(known.key_of(fields))
        if not found or (companion.same_by and len(found) > 1):
            if companion.named and period:
                name, template = companion.named
                fields.setdefault(name, template.filled(first=period[0], last=period[-1]).th)
            if companion.completed:
                fields = {**companion.completed(fields), **fields}
            made_id = self._make(companion.type, fields).id
            if companion.same_by:
                self._agreed_of(companion)[agreed] = made_id
            return made_id
        self._learn(spec, found[0], known.fields[found[0]], fields, row)
        return found[0]

    def _agreed_of(self, companion: Companion) -> dict[tuple[Json, ...], str]:
        """Values of `same_by` -> the companion that records of the imported type with them have."""
        if companion.type not in self._agreed:
            via = next(name for name, to in self._references_of(self._spec) if to == companion.type)
            self._agreed[companion.type] = {
                tuple(fields.get(name) for name in companion.same_by): str(fields[via])
                for fields in self._rows_of(self._spec.type).values()
                if via in fields
            }
        return self._agreed[companion.type]

    def _learn(self, spec: RecordType, record_id: str, there: Mapping[str, Json], fields: Fields, row: ReadRow) -> None:
        """Gives a companion what it did not have yet; what it has stands, and a row that says otherwise is listed."""
        learnt = {name: value for name, value in fields.items() if name not in there}
        if learnt:
            try:
                self._change(spec.type, record_id, learnt)
            except RowRefused as refused:
                self._problems.append(RowProblem(row.number, "", refused.text, blocks=False))
        for name, value in fields.items():
            if name in there and there[name] != value and not is_reference(spec, name):
                said = _DIFFERS.filled(type=spec.label, field=spec.field(name).label, value=there[name])
                self._problems.append(RowProblem(row.number, "", said, blocks=False))

    def _list_missing(self, row: ReadRow, fields: Mapping[str, Json], carried: set[Target], columns: Sequence[Mapped]) -> None:
        labels, headings = [], []
        for name in self._recipe.wanted:
            spec = self._spec.field(name)
            type_name = spec.kind.to if isinstance(spec.kind, Reference) else self._spec.type
            targets = {t for t in carried if t.type == type_name and (t.type != self._spec.type or t.field == name)}
            if targets and name not in fields:
                labels.append(spec.label)
                headings += [m.heading for m in columns if m.target in targets]
        if labels:
            what = Words("และ".join(w.th for w in labels), " and ".join(w.en for w in labels))
            self._problems.append(RowProblem(row.number, ", ".join(headings), _WITHOUT.filled(what=what), blocks=False))

    def _list_repeated(self, drafts: Sequence[tuple[ReadRow, Fields]], columns: Sequence[Mapped]) -> None:
        """Lists each key that several rows have, once, at the first row that repeats it."""
        key = self._spec.key
        seen: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, fields in drafts:
            if key and any(name in fields for name in key):
                seen[tuple(str(fields.get(name)) for name in key)].append(row.number)
        last = _heading_of(Target(self._spec.type, key[-1]), columns) if key else ""
        for numbers in seen.values():
            if len(numbers) > 1:
                others = ", ".join(map(str, numbers))
                self._problems.append(RowProblem(numbers[1], last, _REPEATED.filled(rows=others), blocks=False))

    def _match(self, drafts: Sequence[tuple[ReadRow, Fields]]) -> list[str | None]:
        """The id of each row's record: equal records first, then by key in their order, else new ones; None for a row that is refused."""
        known = self._known_of(self._spec.type, self._spec.key)
        free = {key: list(ids) for key, ids in known.by_key.items()}
        equal: list[str | None] = []
        for _, fields in drafts:
            candidates = free.get(self._key_of(known, fields), [])
            same = next((i for i in candidates if fields.items() <= known.fields[i].items()), None)
            if same is not None:
                candidates.remove(same)
            equal.append(same)
        matched: list[str | None] = []
        for (row, fields), same in zip(drafts, equal, strict=True):
            candidates = free.get(self._key_of(known, fields), [])
            if same is not None:
                matched.append(same)
                continue
            try:
                matched.append(self._written(row, fields, candidates, known))
            except RowRefused as refused:
                self._problems.append(RowProblem(row.number, "", refused.text, blocks=True))
                matched.append(None)
        return matched

    def _written(self, row: ReadRow, fields: Fields, candidates: list[str], known: Known) -> str:
        """Writes the record of a row: the first of the candidates, or a new one. Raises RowRefused."""
        if not candidates:
            return self._make(self._spec.type, self._begun(self._stepped(row, None, fields))).id
        record_id = candidates.pop(0)
        there = known.fields[record_id]
        changed = self._stepped(row, {**there, "id": record_id}, {n: v for n, v in fields.items() if there.get(n) != v})
        kept = self._kept_aside(record_id, there, fields) if changed else {}
        self._change(self._spec.type, record_id, {**changed, **kept})
        return record_id

    def _stepped(self, row: ReadRow, before: Mapping[str, Json] | None, changed: Fields) -> Fields:
        """What a row gives, without a state its record cannot go to so."""
        begun = self._begun(changed) if before is None else changed
        fault = self._guard.step_fault(self._spec, before, begun)
        if fault is None or self._spec.workflow is None:
            return changed
        name = self._spec.workflow.field
        self._problems.append(RowProblem(row.number, "", fault, blocks=False))
        return {field: value for field, value in changed.items() if field != name}

    def _begun(self, fields: Fields) -> Fields:
        """The fields of a new record: what the recipe begins it with where the row says nothing."""
        texts = {name: fields.get(source) for name, source in self._recipe.first_words.items()}
        named: Fields = {name: first_words(text) for name, text in texts.items() if isinstance(text, str)}
        return {**self._recipe.starts, **named, **fields}

    def _kept_aside(self, record_id: str, there: Mapping[str, Json], fields: Fields) -> Fields:
        """The reference to a new record that keeps what this one said, with its parts by year; none unless a later amendment changes it."""
        amendment = self._recipe.amendment
        if amendment is None or amendment.into not in fields or there.get(amendment.read_from) == fields.get(amendment.read_from):
            return {}
        kept = self._make(self._spec.type, dict(there)).id
        self._kept.add(kept)
        for part in self._recipe.yearly:
            rows = self._rows_of(part.type)
            for values in [dict(one) for one in rows.values() if one.get(part.via) == record_id]:
                self._make(part.type, {**values, part.via: kept})
        return {amendment.replaces: kept}

    def _key_of(self, known: Known, fields: Mapping[str, Json]) -> tuple[Json, ...]:
        """The key of a row; one that no record has when the row has nothing to be known by."""
        key = known.key_of(fields)
        return key if any(part is not None for part in key) else ("", None)

    def _yearly(self, row: ReadRow, record_id: str) -> None:
        for part in self._recipe.yearly:
            known = self._known_of(part.type, (part.via, part.year))
            by_year: defaultdict[int, Fields] = defaultdict(dict)
            for target, value in row.values.items():
                if target.type == part.type and target.year is not None:
                    by_year[target.year][target.field] = value
            for year, values in sorted(by_year.items()):
                fields: Fields = {part.via: record_id, part.year: year, **values}
                found = known.by_key.get(known.key_of(fields))
                changed = {n: v for n, v in fields.items() if known.fields[found[0]].get(n) != v} if found else fields
                try:
                    if found:
                        self._change(part.type, found[0], changed)
                    else:
                        self._make(part.type, fields)
                except RowRefused as refused:
                    self._problems.append(RowProblem(row.number, "", refused.text, blocks=False))
                    continue
                if changed and not self._is_new(record_id):
                    self._parts_changed.add(record_id)

    def _is_new(self, record_id: str) -> bool:
        write = self._writes.get(record_id)
        return write is not None and write.is_new

    def _known_of(self, type_name: str, key: tuple[str, ...]) -> "Known":
        """The records of a type by a key; records made by this import are among them from then on."""
        rows = self._rows_of(type_name)
        if (type_name, key) not in self._known:
            self._known[type_name, key] = Known(key, rows)
        return self._known[type_name, key]

    def _rows_of(self, type_name: str) -> dict[str, Mapping[str, Json]]:
        if type_name not in self._rows:
            self._rows[type_name] = dict(self._existing.all_of(type_name))
        return self._rows[type_name]

    def _make(self, type_name: str, fields: Fields) -> Write:
        self._require(type_name, None, fields)
        write = Write(type_name, self._new_id(), is_new=True, set=dict(fields))
        self._writes[write.id] = write
        self._rows_of(type_name)[write.id] = write.set
        for (known_type, _), known in self._known.items():
            if known_type == type_name:
                known.add(write.id, write.set)
        return write

    def _change(self, type_name: str, record_id: str, changed: Fields) -> None:
        if not changed:
            return
        if not self._is_new(record_id):
            self._require(type_name, self._rows_of(type_name)[record_id], changed)
        write = self._writes.setdefault(record_id, Write(type_name, record_id, is_new=False))
        write.set.update(changed)
        if not write.is_new:
            rows = self._rows_of(type_name)
            rows[record_id] = {**rows[record_id], **changed}

    def _require(self, type_name: str, before: Mapping[str, Json] | None, changed: Fields) -> None:
        words = self._guard.refusal(type_name, before, changed)
        if words is not None:
            raise RowRefused(words)


_NOT_FOUND = Words("ไม่พบ “{name}” หรือพบหลายรายการ ช่องนี้เว้นว่างไว้", "“{name}” was not found, or more than once; the field is left empty")
_DIFFERS = Words("{type}นี้มี{field}เป็น “{value}” อยู่แล้ว คงค่าเดิมไว้", "The {type} already has “{value}” as its {field}; that stands")
_WITHOUT = Words("ไม่มี{what} นำเข้าโดยเว้นว่างไว้", "No {what}; imported without")
_REPEATED = Words("ซ้ำกันในไฟล์ (แถว {rows}) นำเข้าทุกแถว", "Repeated in the file (rows {rows}); every row is imported")


def _heading_of(target: Target, columns: Sequence[Mapped]) -> str:
    return next((m.heading for m in columns if m.target == target), "")
