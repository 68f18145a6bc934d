"""What the planner of an import is given and what it makes: who knows what is there, who knows what is refused, the writes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desktop.imports.rows import RowProblem
from records.kinds import Json
from records.record import RecordType
from records.words import Words

Fields = dict[str, Json]


class Existing(Protocol):
    """What is in the office already."""

    def all_of(self, type_name: str) -> Iterable[tuple[str, Mapping[str, Json]]]:
        """The id and wire fields of every record of a type that is not deleted."""

    def named(self, type_name: str, text: str) -> Sequence[str]:
        """The ids of the records of a type that people call by this text."""


class Guard(Protocol):
    """What the office would refuse."""

    def refusal(self, type_name: str, before: Mapping[str, Json] | None, changed: Mapping[str, Json]) -> Words | None:
        """Why a record may not be made (`before` None) or changed so; None when it may."""

    def step_fault(self, spec: RecordType, before: Mapping[str, Json] | None, changed: Mapping[str, Json]) -> Words | None:
        """Why the state a row gives is not taken; None when it is."""


class RowRefused(Exception):
    """A record of a row may not be written."""

    def __init__(self, text: Words) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass
class Write:
    """One record to write."""

    type: str
    id: str
    is_new: bool
    set: Fields = field(default_factory=dict)
    """Only what changes; empty when nothing does."""


@dataclass
class Plan:
    """All that an import would do."""

    rows: int
    """Rows with something in them."""
    ready: int
    """Rows that are imported, or are there already."""
    problems: list[RowProblem]
    writes: list[Write]
    """In an order in which a record comes after those it refers to; unchanged ones left out."""
    created: int
    """Records of the imported type that are new."""
    updated: int
    unchanged: int
    related: dict[str, int]
    """Records of other types made along the way, by type."""
