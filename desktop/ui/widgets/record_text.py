"""How records read in lists, pickers and heads: texts of wire fields, personal kinds masked, references by title. No Qt; any thread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage.query import Filter, Query
from records.fields import FieldSpec
from records.kinds import CannotHold, Choice, FiscalYear, Json, Kind, LongText, Money, Reference, Text, YesNo
from records.record import RecordType
from records.thai.money import show_baht
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.storage.rows import Row
    from desktop.storage.store import Store

NOT_HERE = Words("ยังไม่มาถึงเครื่องนี้", "Not here yet")
NEWER = Words("(ค่าจากโปรแกรมรุ่นใหม่กว่า)", "(written by a newer program)")
UNNAMED = Words("(ยังไม่มีชื่อ)", "(no name yet)")
BAHT = Words("{amount} บาท", "{amount} baht")
_SEPARATOR = " · "
_AS_IT_IS = Words("{text}", "{text}")
_PLACES = {
    "tambon": Words("ต.{text}", "{text}"),
    "amphoe": Words("อ.{text}", "{text}"),
    "province": Words("จ.{text}", "{text}"),
}
"""How a name of a place is told from other words beside it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one record as a list shows it."""

    text: str
    tone: str = ""
    """The tone of a choice's pill; empty for plain text."""
    is_quiet: bool = False
    """Said of the value, not the value itself: not here yet, of a newer program."""


EMPTY = Cell("")


def inner(label: Words) -> Words:
    """A type's label inside a sentence: English without its capital, but for abbreviations."""
    is_abbreviation = label.en[1:2].isupper()
    return label if is_abbreviation else Words(label.th, label.en[:1].lower() + label.en[1:])


def is_name(spec: RecordType, field: FieldSpec) -> bool:
    """Whether people know a record by this field: of its title what is neither a number nor a code."""
    is_words = isinstance(field.kind, Text | LongText | Reference)
    return field.name in spec.title and is_words and not field.name.endswith(("number", "code"))


def has_mask(spec: FieldSpec) -> bool:
    """Whether the field's value is hidden until a person asks to see it: personal, and of a kind that has a mask."""
    return spec.personal and type(spec.kind).mask is not Kind.mask


def cell_of(spec: FieldSpec, wire: Json, language: Language, titles: Mapping[str, str]) -> Cell:
    """The cell of a wire value; `titles` names the records referred to, by id."""
    if wire is None:
        return EMPTY
    kind = spec.kind
    if isinstance(kind, Reference):
        title = titles.get(str(wire))
        return Cell(say(NOT_HERE, language), is_quiet=True) if title is None else Cell(title or say(UNNAMED, language))
    try:
        value = kind.from_wire(wire)
    except CannotHold:
        return Cell(say(NEWER, language), is_quiet=True)
    if isinstance(kind, Choice):
        option = kind.option(value)
        has_tones = any(one.tone != "neutral" for one in kind.options)
        return Cell(say(option.label, language), tone=option.tone if has_tones else "")
    text = kind.mask(value, language) if has_mask(spec) else kind.show(value, language)
    return Cell(" ".join(text.split()) if isinstance(kind, LongText) else text)


def titles_for(store: "Store", fields: Iterable[FieldSpec], rows: "Sequence[Row]") -> dict[str, str]:
    """The titles of every record that these rows refer to in these fields, by id; one question per type referred to."""
    wanted: dict[str, set[str]] = {}
    for spec in fields:
        if isinstance(spec.kind, Reference):
            wanted.setdefault(spec.kind.to, set()).update(str(row.fields[spec.name]) for row in rows if spec.name in row.fields)
    found: dict[str, str] = {}
    for record_type, ids in wanted.items():
        if ids:
            found.update(store.titles(record_type, sorted(ids)))
    return found


def title_of(spec: RecordType, fields: Mapping[str, Json], language: Language, titles: Mapping[str, str] | None = None) -> str:
    """The name of a record for people, its title fields as they read; a sentence when none of them is filled."""
    parts = [cell_of(spec.by_name[name], fields[name], language, titles or {}).text for name in spec.title if name in fields]
    return " ".join(part for part in parts if part) or say(UNNAMED, language)


def secondary_text(spec: RecordType, row: "Row", language: Language) -> str:
    """What tells a record from its namesakes: the first two other columns that are filled, without references."""
    parts: list[str] = []
    for column in spec.fields:
        is_told = column.in_list and column.name not in spec.title and not isinstance(column.kind, Reference | YesNo)
        if is_told and column.name in row.fields:
            text = cell_of(column, row.fields[column.name], language, {}).text
            parts.append(say(_PLACES.get(column.name, _AS_IT_IS), language, text=text))
    return _SEPARATOR.join(part for part in parts[:2] if part)


def money_of(store: "Store", catalogue: Mapping[str, RecordType], spec: RecordType, rows: "Sequence[Row]") -> dict[str, int]:
    """The satang that tell records from their namesakes, by id: their own listed money, else the sum of their parts by year."""
    own = next((field for field in spec.fields if field.in_list and isinstance(field.kind, Money)), None)
    if own is not None:
        return {row.id: amount for row in rows if isinstance(amount := row.fields.get(own.name), int)}
    sums: dict[str, int] = {}
    for part in catalogue.values():
        via, money = _part_of(part, spec.type)
        if via is None or money is None:
            continue
        ids: list[Json] = [row.id for row in rows]
        for one in store.find(Query(part.type, filters=(Filter(via, "in", ids),))).rows:
            amount, owner = one.fields.get(money), str(one.fields[via])
            if isinstance(amount, int):
                sums[owner] = sums.get(owner, 0) + amount
        break
    return sums


def _part_of(part: RecordType, owner: str) -> tuple[str | None, str | None]:
    """The fields of a part by year that hold its owner and its money; None where it is no such part."""
    if len(part.key) != 2 or not isinstance(part.field(part.key[1]).kind, FiscalYear):
        return None, None
    via = part.field(part.key[0])
    money = next((field.name for field in part.fields if field.in_list and isinstance(field.kind, Money)), None)
    return (via.name, money) if isinstance(via.kind, Reference) and via.kind.to == owner else (None, None)


def told_apart(
    store: "Store", catalogue: Mapping[str, RecordType], spec: RecordType, rows: "Sequence[Row]", language: Language
) -> dict[str, str]:
    """What stands beside each record's name in a picker, by id: its telling columns and its money."""
    money = money_of(store, catalogue, spec, rows)
    has_own = any(field.in_list and isinstance(field.kind, Money) for field in spec.fields)
    texts: dict[str, str] = {}
    for row in rows:
        text = secondary_text(spec, row, language)
        baht = say(BAHT, language, amount=show_baht(money[row.id])) if row.id in money else ""
        # A list of few columns has the amount among the first two already.
        is_said = has_own and row.id in money and show_baht(money[row.id]) in text
        texts[row.id] = _SEPARATOR.join(part for part in (text, "" if is_said else baht) if part)
    return texts
