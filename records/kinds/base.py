"""Field kinds: what a value of a field may be, in its four forms.

    typed text  --parse-->  Python value  --to_wire-->  wire JSON      (protocol.md, "stored bytes")
                <--show---                --to_cell-->  Excel cell

A value that is not there is `None` in Python, absent on the wire and an empty cell: no kind knows an empty text or an
empty list. `parse` and `from_cell` raise `FieldError` with a sentence for the clerk; `from_wire` raises `CannotHold`, and the caller keeps
such a value untouched, because a newer program may have written it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from records.errors import FieldError
from records.words import Language, Words

if TYPE_CHECKING:
    Json = bool | int | str | list["Json"] | dict[str, "Json"] | None
    """A value as JSON carries it; never a float (RFC 8785 without floats)."""
else:
    Json = Any  # msgspec cannot read a recursive alias; what arrives is judged by `records.stored.wire_fault`
CellValue = str | int | float | bool | Decimal | date | datetime | None
"""A value as one cell of a sheet holds it."""

LARGEST_INTEGER = 2**53 - 1
"""The largest integer every JSON reader keeps exactly (RFC 8785)."""

T = TypeVar("T")


class CannotHold(ValueError):
    """A wire value that this program's kind cannot hold: kept untouched by the caller, never dropped."""


@dataclass(frozen=True)
class Kind(ABC, Generic[T]):
    """What a value of a field may be; each concrete kind says how its four forms look."""

    name: ClassVar[str]
    """The kind's name on the command line and in `docs/catalogue.md`."""
    sql_type: ClassVar[str] = "TEXT"
    """The STRICT type of its column: TEXT or INTEGER."""
    is_nested: ClassVar[bool] = False
    """Whether the wire value is a list or an object: a column then holds it as JSON text."""
    is_number: ClassVar[bool] = False
    """Whether it is read as a quantity: aligned right and, where money, totalled."""
    is_set: ClassVar[bool] = False
    """Whether a value is a set that merges element by element."""

    @abstractmethod
    def parse(self, typed: str, today: date) -> T | None:
        """Reads what a person typed, mended; None when nothing was typed. Raises FieldError."""

    @abstractmethod
    def show(self, value: T, language: Language) -> str:
        """Writes the value as a person reads it; `parse` reads it back."""

    @abstractmethod
    def from_wire(self, wire: Json) -> T:
        """Reads a wire value. Raises CannotHold when it is of another form."""

    def to_wire(self, value: T) -> Json:
        """Writes the wire value: never null, empty text or an empty list."""
        return cast(str | int, value)

    def to_cell(self, value: T, language: Language) -> CellValue:
        """Writes the cell value: a real number or date where Excel knows one, else the shown text."""
        return self.show(value, language)

    def from_cell(self, cell: object, today: date) -> T | None:
        """Reads a cell of an Excel, ODS or CSV sheet; None when it is empty. Raises FieldError."""
        return self.parse(cell_text(cell), today)

    def mask(self, value: T, language: Language) -> str:
        """The value as shown where a person has not asked to see it: personal kinds hide their telling digits."""
        return self.show(value, language)

    def search_text(self, value: T) -> str:
        """The text by which the value is found, before `search_form`; empty when it is not found by text."""
        return self.show(value, Language.THAI)


def cell_text(cell: object) -> str:
    """The text of a cell whatever its type: whole floats lose their `.0`, as a number typed in Excel comes back as a float."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)


def held(kind: str, wire: object) -> CannotHold:
    """The error for a wire value a kind cannot hold; names the kind and the form, never the value (it may be personal)."""
    return CannotHold(f"{kind} cannot hold a {type(wire).__name__} of that form")


def text_of(kind: str, wire: Json) -> str:
    """A wire value that must be a text. Raises CannotHold."""
    if not isinstance(wire, str) or not wire:
        raise held(kind, wire)
    return wire


def integer_of(kind: str, wire: Json) -> int:
    """A wire value that must be an integer JSON keeps exactly. Raises CannotHold."""
    if not isinstance(wire, int) or isinstance(wire, bool) or abs(wire) > LARGEST_INTEGER:
        raise held(kind, wire)
    return wire


def too_long(limit: int) -> FieldError:
    """The sentence for a text over its limit."""
    return FieldError(Words(f"ยาวได้ไม่เกิน {limit:,} ตัวอักษร โปรดย่อให้สั้นลง", f"At most {limit:,} characters; please shorten it"))


def utc(value: datetime) -> datetime:
    """The instant in UTC without microseconds: the wire form of a moment has whole seconds."""
    return value.astimezone(UTC).replace(microsecond=0)
