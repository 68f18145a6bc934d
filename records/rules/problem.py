"""What a check finds, and what a rule may ask of other records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from records.kinds import Json
from records.record import Draft, RecordType
from records.words import Words


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """Blocks submitting; a draft is saved all the same."""
    WARNING = "warning"
    """A person should look; nothing is blocked."""
    INFO = "info"
    """Good to know."""


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it should be, in words for the clerk."""

    field: str
    """The field to show it beside; empty when it is about the whole record."""
    severity: Severity
    text: Words


Related = Callable[[str, Mapping[str, Json]], Sequence[Mapping[str, Json]]]
"""Other records: `related(type, wanted)` gives the wire fields of every record of the type whose fields equal `wanted`, each with its id
under "id"; deleted ones are left out, and "id" may be asked for. Only reads; a record that has not arrived is simply not among them."""


@dataclass(frozen=True)
class Case:
    """A record under check."""

    spec: RecordType
    draft: Draft
    """Python values; a field without a value is absent or None."""
    related: Related | None
    """None where other records cannot be asked; rules that need them are then left out."""
    id: str
    """Its id; empty for one never saved."""
    today: date | None
    """The day in Thailand; None where no clock is given."""

    def value(self, name: str) -> Any:
        """The value of a field, None when it has none."""
        return self.draft.get(name)

    def others(self, type: str, **wanted: Json) -> list[Mapping[str, Json]]:
        """The records of a type with these fields, without this one; empty when they cannot be asked or a wanted value is missing."""
        if self.related is None or any(value is None for value in wanted.values()):
            return []
        return [fields for fields in self.related(type, wanted) if not self.id or fields.get("id") != self.id]


def error(field: str, text: Words, **values: object) -> Problem:
    """A problem that blocks submitting; `values` fill the places of the text."""
    return Problem(field, Severity.ERROR, text.filled(**values))


def warning(field: str, text: Words, **values: object) -> Problem:
    """A problem a person should look at."""
    return Problem(field, Severity.WARNING, text.filled(**values))


def info(field: str, text: Words, **values: object) -> Problem:
    """Something good to know."""
    return Problem(field, Severity.INFO, text.filled(**values))
