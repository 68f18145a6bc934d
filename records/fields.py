"""Fields of a record type: what every layer may ask of one, and the specifiers that declare it in the catalogue.

A specifier without a default declares a field that must be filled before the record is submitted; with `default=None` it may stay empty.
The type of a specifier *is* the type of the field, so mypy and pyright refuse a kind that disagrees with its annotation.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypedDict, Unpack, overload

from records import kinds
from records.kinds import FileRef, Json, Kind, Option
from records.words import Words

_KEY: Final = "thongthin"
_REQUIRED: Final = object()


class Options(TypedDict, total=False):
    """What a field may say of itself beside its kind and label."""

    in_list: bool
    """Shown as a column until a person chooses other columns."""
    searchable: bool
    """Found by the search box."""
    personal: bool
    """Personal data (PDPA): masked where the kind has a mask, its reading in full is logged."""
    together: str
    """Fields with the same word here move as one in a merge (amount with source, status with date)."""
    headings: Sequence[str]
    """Other headings under which sheets carry this field; labels and the name always match. `{fiscal_year}` in one stands for a year in
    พ.ศ.: such a column is the field of the child record of that year (`budget{fiscal_year}` finds budget2566 to budget2570)."""
    kept_by_program: bool
    """Written by the program, read-only on a form."""


@dataclass(frozen=True)
class FieldSpec:
    """One field of a record type, as every layer sees it."""

    name: str
    kind: Kind[Any]
    label: Words
    required: bool
    """Whether it must be filled to submit; a draft may always lack it."""
    in_list: bool = False
    searchable: bool = False
    personal: bool = False
    together: str = ""
    headings: tuple[str, ...] = ()
    kept_by_program: bool = False


def spec_of(field: dataclasses.Field[Any]) -> FieldSpec:
    """The FieldSpec that a specifier left on a dataclass field."""
    spec: FieldSpec = field.metadata[_KEY]
    return dataclasses.replace(spec, name=field.name)


def _field(kind: Kind[Any], label: Words, default: object, options: Options) -> Any:
    spec = FieldSpec(
        name="",
        kind=kind,
        label=label,
        required=default is _REQUIRED,
        in_list=options.get("in_list", False),
        searchable=options.get("searchable", False),
        personal=options.get("personal", False),
        together=options.get("together", ""),
        headings=tuple(options.get("headings", ())),
        kept_by_program=options.get("kept_by_program", False),
    )
    if default is _REQUIRED:
        return dataclasses.field(metadata={_KEY: spec})
    return dataclasses.field(default=None, metadata={_KEY: spec})


@overload
def text(label: Words, *, max_length: int = 500, **field_options: Unpack[Options]) -> str: ...
@overload
def text(label: Words, *, default: None, max_length: int = 500, **field_options: Unpack[Options]) -> str | None: ...
def text(label: Words, *, default: object = _REQUIRED, max_length: int = 500, **field_options: Unpack[Options]) -> Any:
    """Declares one line of text."""
    return _field(kinds.Text(max_length), label, default, field_options)


@overload
def long_text(label: Words, *, max_length: int = 20_000, **field_options: Unpack[Options]) -> str: ...
@overload
def long_text(label: Words, *, default: None, max_length: int = 20_000, **field_options: Unpack[Options]) -> str | None: ...
def long_text(label: Words, *, default: object = _REQUIRED, max_length: int = 20_000, **field_options: Unpack[Options]) -> Any:
    """Declares text of several lines."""
    return _field(kinds.LongText(max_length), label, default, field_options)


@overload
def integer(label: Words, *, least: int = -(2**53) + 1, most: int = 2**53 - 1, **field_options: Unpack[Options]) -> int: ...
@overload
def integer(
    label: Words, *, default: None, least: int = -(2**53) + 1, most: int = 2**53 - 1, **field_options: Unpack[Options]
) -> int | None: ...
def integer(
    label: Words, *, default: object = _REQUIRED, least: int = -(2**53) + 1, most: int = 2**53 - 1, **field_options: Unpack[Options]
) -> Any:
    """Declares a whole number."""
    return _field(kinds.Integer(least, most), label, default, field_options)


@overload
def decimal(label: Words, *, places: int = 6, **field_options: Unpack[Options]) -> Decimal: ...
@overload
def decimal(label: Words, *, default: None, places: int = 6, **field_options: Unpack[Options]) -> Decimal | None: ...
def decimal(label: Words, *, default: object = _REQUIRED, places: int = 6, **field_options: Unpack[Options]) -> Any:
    """Declares an exact decimal number."""
    return _field(kinds.DecimalNumber(places), label, default, field_options)


@overload
def money(label: Words, **field_options: Unpack[Options]) -> int: ...
@overload
def money(label: Words, *, default: None, **field_options: Unpack[Options]) -> int | None: ...
def money(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares an amount in satang."""
    return _field(kinds.Money(), label, default, field_options)


@overload
def day(label: Words, **field_options: Unpack[Options]) -> date: ...
@overload
def day(label: Words, *, default: None, **field_options: Unpack[Options]) -> date | None: ...
def day(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a calendar day."""
    return _field(kinds.Day(), label, default, field_options)


@overload
def moment(label: Words, **field_options: Unpack[Options]) -> datetime: ...
@overload
def moment(label: Words, *, default: None, **field_options: Unpack[Options]) -> datetime | None: ...
def moment(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares an instant in UTC."""
    return _field(kinds.Moment(), label, default, field_options)


@overload
def fiscal_year(label: Words, **field_options: Unpack[Options]) -> int: ...
@overload
def fiscal_year(label: Words, *, default: None, **field_options: Unpack[Options]) -> int | None: ...
def fiscal_year(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a fiscal year as its พ.ศ. number."""
    return _field(kinds.FiscalYear(), label, default, field_options)


@overload
def choice(label: Words, options: Sequence[Option], **field_options: Unpack[Options]) -> str: ...
@overload
def choice(label: Words, options: Sequence[Option], *, default: None, **field_options: Unpack[Options]) -> str | None: ...
def choice(label: Words, options: Sequence[Option], *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares one of a written list of options."""
    return _field(kinds.Choice(tuple(options)), label, default, field_options)


@overload
def yes_no(label: Words, **field_options: Unpack[Options]) -> bool: ...
@overload
def yes_no(label: Words, *, default: None, **field_options: Unpack[Options]) -> bool | None: ...
def yes_no(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares yes or no."""
    return _field(kinds.YesNo(), label, default, field_options)


@overload
def reference(label: Words, to: str, **field_options: Unpack[Options]) -> str: ...
@overload
def reference(label: Words, to: str, *, default: None, **field_options: Unpack[Options]) -> str | None: ...
def reference(label: Words, to: str, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares the id of a record of the type `to`."""
    return _field(kinds.Reference(to), label, default, field_options)


@overload
def citizen_id(label: Words, *, organisation: bool = False, **field_options: Unpack[Options]) -> str: ...
@overload
def citizen_id(label: Words, *, default: None, organisation: bool = False, **field_options: Unpack[Options]) -> str | None: ...
def citizen_id(label: Words, *, default: object = _REQUIRED, organisation: bool = False, **field_options: Unpack[Options]) -> Any:
    """Declares a citizen id with its check digit."""
    return _field(kinds.CitizenId(organisation), label, default, field_options)


@overload
def phone(label: Words, **field_options: Unpack[Options]) -> str: ...
@overload
def phone(label: Words, *, default: None, **field_options: Unpack[Options]) -> str | None: ...
def phone(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a telephone number."""
    return _field(kinds.Phone(), label, default, field_options)


@overload
def email(label: Words, **field_options: Unpack[Options]) -> str: ...
@overload
def email(label: Words, *, default: None, **field_options: Unpack[Options]) -> str | None: ...
def email(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares an e-mail address."""
    return _field(kinds.Email(), label, default, field_options)


@overload
def coordinates(label: Words, **field_options: Unpack[Options]) -> tuple[Decimal, Decimal]: ...
@overload
def coordinates(label: Words, *, default: None, **field_options: Unpack[Options]) -> tuple[Decimal, Decimal] | None: ...
def coordinates(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares latitude and longitude in degrees."""
    return _field(kinds.Coordinates(), label, default, field_options)


@overload
def tags(label: Words, **field_options: Unpack[Options]) -> tuple[str, ...]: ...
@overload
def tags(label: Words, *, default: None, **field_options: Unpack[Options]) -> tuple[str, ...] | None: ...
def tags(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a set of short words."""
    return _field(kinds.Tags(), label, default, field_options)


@overload
def files(label: Words, **field_options: Unpack[Options]) -> tuple[FileRef, ...]: ...
@overload
def files(label: Words, *, default: None, **field_options: Unpack[Options]) -> tuple[FileRef, ...] | None: ...
def files(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a set of files."""
    return _field(kinds.Files(), label, default, field_options)


@overload
def structure(label: Words, **field_options: Unpack[Options]) -> Json: ...
@overload
def structure(label: Words, *, default: None, **field_options: Unpack[Options]) -> Json: ...
def structure(label: Words, *, default: object = _REQUIRED, **field_options: Unpack[Options]) -> Any:
    """Declares a value only a program writes."""
    return _field(kinds.Structure(), label, default, field_options)
