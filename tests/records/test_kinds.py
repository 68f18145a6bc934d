"""Every field kind in its five forms: typed text, Python value, SQL column, wire JSON and sheet cell."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import fields, kinds
from records.errors import FieldError
from records.kinds import CannotHold, FileRef, Json, Kind, Option
from records.stored import wire_fault
from records.thai.text import mend, mend_lines
from records.words import Language, Words

TODAY = date(2026, 11, 22)
LANGUAGES = list(Language)


@dataclass(frozen=True)
class Example:
    """How one kind is tried: values it must keep, and wire values of other forms."""

    kind: Kind[Any]
    values: st.SearchStrategy[Any]
    specifier: Any
    typed: bool = True
    """Whether `parse` reads back what `show` wrote."""
    foreign: tuple[Json, ...] = (1, "", [], True)
    """Wire values it cannot hold."""


def check_digit(twelve: str) -> str:
    """The thirteenth digit."""
    return str((11 - sum(int(digit) * (13 - place) for place, digit in enumerate(twelve)) % 11) % 10)


characters = st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cn", "Co", "Cc"))
thai = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B, categories=("L", "M", "N", "P", "S")), max_size=40)
lines = st.text(characters, max_size=60) | thai
quantities = st.decimals(-(10**12), 10**12, places=6).map(lambda number: number.normalize() + 0)
files = st.builds(
    FileRef, st.integers(0, 2**256 - 1).map("{:064x}".format), st.text(characters, min_size=1, max_size=20).filter(str.strip),
    st.integers(0, 2**40), st.sampled_from(["application/pdf", "image/jpeg"]),
)  # fmt: skip
citizens = st.tuples(st.integers(1, 8), st.integers(0, 10**11 - 1)).map(lambda p: f"{p[0]}{p[1]:011d}").map(lambda t: t + check_digit(t))
words_of_json = st.text(characters, max_size=5).map(lambda text: unicodedata.normalize("NFC", text))
structures: st.SearchStrategy[Any] = st.recursive(
    st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none() | words_of_json,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words_of_json, inner, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, list | dict) and bool(value))
choice = kinds.Choice(
    (Option("waiting", Words("รอ", "Waiting"), "warn", also=("waits",)), Option("done_well", Words("เสร็จดี", "Done well"), "ok"))
)
REFERENCE = "01936f5e-4c00-7abc-8def-0123456789ab"

EXAMPLES: Mapping[type[Kind[Any]], Example] = {
    kinds.Text: Example(kinds.Text(), lines.map(mend).filter(bool), fields.text),
    kinds.LongText: Example(kinds.LongText(), st.lists(lines, max_size=4).map("\n".join).map(mend_lines).filter(bool), fields.long_text),
    kinds.Integer: Example(kinds.Integer(), st.integers(-(2**53) + 1, 2**53 - 1), fields.integer, foreign=("5", True, 2**53, None)),
    kinds.DecimalNumber: Example(kinds.DecimalNumber(), quantities, fields.decimal, foreign=(1, "1.50", "NaN", "x", "1E2")),
    kinds.Money: Example(kinds.Money(), st.integers(-(10**15), 10**15), fields.money, foreign=("5", False, 2**53)),
    kinds.Day: Example(kinds.Day(), st.dates(date(1942, 1, 1), date(2150, 1, 1)), fields.day, foreign=("2026-1-2", "20261122", 1, "x")),
    kinds.Moment: Example(
        kinds.Moment(),
        st.integers(-14_000_000, 90_000_000).map(lambda minutes: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
        fields.moment,
        foreign=("2026-11-22T02:41:00+07:00", "2026-13-22T02:41:00Z", 5),
    ),
    kinds.FiscalYear: Example(kinds.FiscalYear(), st.integers(2400, 2700), fields.fiscal_year, foreign=("2569", True)),
    kinds.Choice: Example(choice, st.sampled_from(["waiting", "done_well"]), fields.choice, foreign=("unknown_word", 1)),
    kinds.YesNo: Example(kinds.YesNo(), st.booleans(), fields.yes_no, foreign=(1, 0, "true")),
    kinds.Reference: Example(kinds.Reference("person"), st.uuids().map(str), fields.reference, foreign=(1, [])),
    kinds.CitizenId: Example(kinds.CitizenId(), citizens, fields.citizen_id, foreign=("1234567890123", 1101700230708)),
    kinds.Phone: Example(
        kinds.Phone(),
        st.integers(0, 10**8 - 1).map("08{:08d}".format)
        | st.integers(0, 10**7 - 1).map("02{:07d}".format)
        | st.sampled_from(["1669", "191", "021234567#12", "+85512345678"]),
        fields.phone,
        foreign=(812345678, ""),
    ),
    kinds.Email: Example(
        kinds.Email(), st.from_regex(r"[a-z0-9._-]{1,10}@[a-z]{1,9}\.go\.th", fullmatch=True), fields.email, foreign=(1, "")
    ),
    kinds.Coordinates: Example(
        kinds.Coordinates(),
        st.tuples(st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6)).map(
            lambda pair: (pair[0].normalize() + 0, pair[1].normalize() + 0)
        ),
        fields.coordinates,
        foreign=("13.7563, 100.5018", "91,0", "13.75", [13, 100], "13.75630,100.5"),
    ),
    kinds.Tags: Example(
        kinds.Tags(),
        st.sets(lines.map(mend).map(lambda t: mend(t.replace(",", "").replace(";", ""))).filter(bool), min_size=1, max_size=4).map(
            lambda tags: tuple(sorted(tags))
        ),
        fields.tags,
        foreign=("a", ["b", "a"], ["a", "a"], [1], [""], []),
    ),
    kinds.Files: Example(
        kinds.Files(),
        st.sets(files, min_size=1, max_size=3).map(lambda value: tuple(sorted(value))),
        fields.files,
        typed=False,
        foreign=("a", [{"sha256": "x", "name": "a", "size": 1, "media_type": "b"}], [{}], []),
    ),
    kinds.Structure: Example(kinds.Structure(), structures, fields.structure, typed=False, foreign=("a", 1, [], {})),
}

every_kind = pytest.mark.parametrize("kind", kinds.ALL, ids=lambda kind: kind.name)


def specifier_arguments(kind: type[Kind[Any]]) -> tuple[Any, ...]:
    """What a specifier takes beside the label."""
    return {kinds.Choice: (choice.options,), kinds.Reference: ("person",)}.get(kind, ())


@every_kind
def test_every_kind_is_tried_here(kind: type[Kind[Any]]) -> None:
    assert kind in EXAMPLES, f"{kind.__name__} has no example: add one, and an editor in desktop/ui/widgets"


@every_kind
def test_every_kind_has_a_specifier_that_declares_it(kind: type[Kind[Any]]) -> None:
    made = EXAMPLES[kind].specifier(Words("ช่อง", "Field"), *specifier_arguments(kind), default=None)
    assert type(made.metadata["thongthin"].kind) is kind


def test_kinds_are_named_apart() -> None:
    assert len({kind.name for kind in kinds.ALL}) == len(kinds.ALL)
    assert {kind.sql_type for kind in kinds.ALL} == {"TEXT", "INTEGER"}


@every_kind
@given(data=st.data())
def test_the_wire_form_comes_back_as_the_same_value(kind: type[Kind[Any]], data: st.DataObject) -> None:
    example = EXAMPLES[kind]
    value = data.draw(example.values)
    wire = example.kind.to_wire(value)
    assert wire_fault(wire) == ""
    assert example.kind.from_wire(msgspec.json.decode(msgspec.json.encode(wire))) == value


@every_kind
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_what_is_shown_is_read_back_when_typed(kind: type[Kind[Any]], data: st.DataObject, language: Language) -> None:
    example = EXAMPLES[kind]
    value = data.draw(example.values)
    shown = example.kind.show(value, language)
    if example.typed:
        assert example.kind.parse(shown, TODAY) == value
    else:
        with pytest.raises(FieldError):
            example.kind.parse(shown or "x", TODAY)


@every_kind
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_the_cell_form_comes_back_as_the_same_value(kind: type[Kind[Any]], data: st.DataObject, language: Language) -> None:
    example = EXAMPLES[kind]
    if example.typed:
        value = data.draw(example.values)
        assert example.kind.from_cell(example.kind.to_cell(value, language), TODAY) == value


@every_kind
def test_nothing_typed_and_an_empty_cell_are_no_value(kind: type[Kind[Any]]) -> None:
    example = EXAMPLES[kind]
    assert example.kind.parse("  ", TODAY) is None
    assert example.kind.from_cell(None, TODAY) is None
    assert example.kind.from_cell("", TODAY) is None


@every_kind
def test_a_wire_value_of_another_form_is_left_to_the_caller(kind: type[Kind[Any]]) -> None:
    example = EXAMPLES[kind]
    for wire in example.foreign:
        with pytest.raises(CannotHold):
            example.kind.from_wire(wire)


def test_the_error_for_a_wire_value_never_tells_it() -> None:
    with pytest.raises(CannotHold) as caught:
        kinds.CitizenId().from_wire("1101700230709")
    assert "1101700230709" not in str(caught.value)


@every_kind
@given(data=st.data())
def test_masks_and_search_texts_are_texts(kind: type[Kind[Any]], data: st.DataObject) -> None:
    example = EXAMPLES[kind]
    value = data.draw(example.values)
    assert isinstance(example.kind.search_text(value), str)
    assert isinstance(example.kind.mask(value, Language.THAI), str)


@given(citizens)
def test_a_masked_citizen_id_shows_no_more_than_a_few_digits(citizen: str) -> None:
    masked = kinds.CitizenId().mask(citizen, Language.THAI)
    assert citizen not in masked.replace("-", "")
    assert sum(character.isdigit() for character in masked) <= 5


def test_a_masked_phone_hides_its_middle() -> None:
    assert kinds.Phone().mask("0812345678", Language.THAI) == "08x-xxx-xx78"


def test_a_masked_address_of_mail_shows_its_first_letter_and_its_domain() -> None:
    assert kinds.Email().mask("somchai@maesai.go.th", Language.THAI) == "s…@maesai.go.th"


def test_an_organisation_id_is_read_only_where_it_may_stand() -> None:
    assert kinds.CitizenId(organisation=True).parse("0-9940-00165-87-1", TODAY) == "0994000165871"
    assert kinds.CitizenId(organisation=True).parse("1101700230708", TODAY) == "1101700230708"
    with pytest.raises(FieldError):
        kinds.CitizenId().parse("0994000165871", TODAY)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (kinds.Text(5), "ยาวเกินไปแล้ว"),
        (kinds.LongText(5), "ยาว\nเกินไปแล้ว"),
        (kinds.Integer(), "สิบ"),
        (kinds.Integer(1, 9), "10"),
        (kinds.DecimalNumber(), "1.2.3"),
        (kinds.DecimalNumber(2), "1.234"),
        (kinds.Money(), "abc"),
        (kinds.Day(), "31/2/69"),
        (kinds.Moment(), "เมื่อวาน"),
        (kinds.FiscalYear(), "ปีหน้า"),
        (choice, "อื่น"),
        (kinds.YesNo(), "อาจจะ"),
        (kinds.Reference("person"), "สมชาย"),
        (kinds.CitizenId(), "1101700230709"),
        (kinds.Phone(), "12"),
        (kinds.Email(), "a@b"),
        (kinds.Coordinates(), "13.7"),
        (kinds.Coordinates(), "13.7, abc"),
        (kinds.Coordinates(), "91, 100"),
        (kinds.Coordinates(), "NaN, 100"),
        (kinds.Coordinates(), "Infinity, 100"),
        (kinds.Tags(), "ก" * 101),
    ],
    ids=lambda value: value.name if isinstance(value, Kind) else "",
)
def test_what_a_kind_cannot_hold_is_said_in_both_languages(kind: Kind[Any], typed: str) -> None:
    with pytest.raises(FieldError) as caught:
        kind.parse(typed, TODAY)
    assert caught.value.sentence(Language.THAI) != caught.value.sentence(Language.ENGLISH) != ""


@pytest.mark.parametrize("typed", ["waiting", "รอ", "Waiting", " ร อ", "WAITS"])
def test_a_choice_reads_its_word_its_labels_and_other_spellings(typed: str) -> None:
    assert choice.parse(typed, TODAY) == "waiting"


@pytest.mark.parametrize(("typed", "meant"), [("ใช่", True), ("Y", True), ("๑", None), ("ไม่", False), ("0", False), ("มี", True)])
def test_yes_and_no_are_read_as_people_write_them(typed: str, meant: bool | None) -> None:
    if meant is None:
        with pytest.raises(FieldError):
            kinds.YesNo().parse(typed, TODAY)
    else:
        assert kinds.YesNo().parse(typed, TODAY) is meant


def test_numbers_are_read_with_thai_digits_and_commas() -> None:
    assert kinds.Integer().parse("๑,๒๕๐", TODAY) == 1250
    assert kinds.DecimalNumber().parse("๑๒.๕", TODAY) == Decimal("12.5")
    assert kinds.DecimalNumber().to_wire(Decimal("-0.0")) == "0"


@pytest.mark.parametrize(
    ("cell", "satang"), [(" 1,632,820 ", 163282000), (" -   ", None), (1632820.1, 163282010), (0, 0), (50000.0, 5000000)]
)
def test_money_of_real_sheets_is_read(cell: object, satang: int | None) -> None:
    assert kinds.Money().from_cell(cell, TODAY) == satang


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2568, 10, 1), date(2025, 10, 1)),
        (datetime.fromisoformat("2025-10-01 00:00"), date(2025, 10, 1)),
        ("1 ต.ค. 2568", date(2025, 10, 1)),
        ("๑/๑๐/๖๘", date(2025, 10, 1)),
    ],
)
def test_days_of_real_sheets_are_read(cell: object, day: date) -> None:
    assert kinds.Day().from_cell(cell, TODAY) == day


def test_cells_survive_a_real_workbook(tmp_path: Any) -> None:
    path = tmp_path / "cells.xlsx"
    values: list[tuple[Kind[Any], Any]] = [
        (kinds.Money(), 163282010),
        (kinds.Day(), date(2025, 10, 1)),
        (kinds.DecimalNumber(), Decimal("0.1")),
        (kinds.Integer(), 7),
    ]
    book = openpyxl.Workbook()
    book.worksheets[0].append([kind.to_cell(value, Language.THAI) for kind, value in values])
    book.save(path)
    row = next(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert [kind.from_cell(cell, TODAY) for (kind, _), cell in zip(values, row, strict=True)] == [value for _, value in values]


def test_a_moment_cell_of_a_sheet_is_thai_time() -> None:
    assert kinds.Moment().from_cell(datetime.fromisoformat("2026-11-22 09:41"), TODAY) == datetime(2026, 11, 22, 2, 41, tzinfo=UTC)


def test_a_file_name_from_a_file_system_is_made_fit_for_the_wire() -> None:
    decomposed = FileRef("0" * 64, "cafe\u0301.pdf", 1, "application/pdf")
    broken = FileRef("0" * 64, "\udcff", 1, "application/pdf")
    assert (decomposed.name, broken.name) == ("caf\u00e9.pdf", "0" * 64)


def test_a_moment_loses_its_parts_of_a_second() -> None:
    at = datetime(2026, 11, 22, 2, 41, 5, 999, tzinfo=UTC)
    assert kinds.Moment().from_wire(kinds.Moment().to_wire(at)) == at - timedelta(microseconds=999)


def test_a_date_cell_in_a_text_field_is_kept_as_its_text() -> None:
    assert kinds.Text().from_cell(datetime.fromisoformat("2026-11-22 09:41"), TODAY) == "2026-11-22 09:41:00"
