"""What a sheet of one record type brings along: the records its rows belong to and their parts by year. Pure data.

A new recipe is one value in RECIPES; a type without one is imported by its own fields alone. Which field holds whose id is not said here:
every reference of the catalogue to a companion made for the same row is filled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from records.thai.editions import parse_edition
from records.words import Words


@dataclass(frozen=True)
class Companion:
    """A record that rows belong to: found among what is there, else made."""

    type: str
    keys: tuple[tuple[str, ...], ...]
    """Sets of fields by which two mentions are the same record, the surest first; a row that fills none of them has no such companion.
    References among them to other companions count where there are any."""
    takes: Mapping[str, str] = field(default_factory=dict)
    """Its field -> the field of the row's own record it is filled from."""
    period: tuple[str, str] | None = None
    """The fields that take the first and last year of the yearly columns."""
    named: tuple[str, Words] | None = None
    """The field of its name and the name given when the sheet has none; `{first}` and `{last}` are the years."""


@dataclass(frozen=True)
class Yearly:
    """A record per row and year, from columns such as `budget2566`: the headings in the catalogue that hold `{<its year field>}`."""

    type: str
    via: str
    """Its field that holds the id of the row's record."""
    year: str
    """Its field that holds the year."""


@dataclass(frozen=True)
class Amendment:
    """A record that a text of the row names as an amendment of one of its companions: found among what is there, else made.

    A row whose text names another amendment than its record had before was changed by it: what the record said is kept as a record of its own.
    """

    type: str
    """Of the companion and of its amendments."""
    read_from: str
    """The own field with the text."""
    read: Callable[[str], Mapping[str, str] | None]
    """Fields of the amendment that tell it from others; None for texts that name none."""
    via: str
    """The amendment's field that holds the companion's id."""
    into: str
    """The own field that takes the amendment's id."""
    replaces: str
    """The own field that takes the id of the record that keeps what was said before."""
    named: tuple[str, Words]
    """The amendment's field of its name and the name; `{name}` is the companion's, `{text}` what the row says."""


@dataclass(frozen=True)
class Recipe:
    """How sheets of one record type are read."""

    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further headings of the type's own fields, beside those of the catalogue."""
    companions: tuple[Companion, ...] = ()
    """Each after those it may refer to."""
    yearly: tuple[Yearly, ...] = ()
    starts: Mapping[str, str] = field(default_factory=dict)
    """Own field -> the wire value a new record begins with where the sheet says nothing; what is there already keeps what it has."""
    first_words: Mapping[str, str] = field(default_factory=dict)
    """Own field -> the field whose first words it takes where the sheet has none."""
    amendment: Amendment | None = None
    wanted: tuple[str, ...] = ()
    """Own fields whose absence in a row is listed together, in a sheet that has their columns."""


NO_RECIPE = Recipe()


def _edition(text: str) -> Mapping[str, str] | None:
    told = parse_edition(text)
    return {"edition": told.kind, "number": told.number} if told else None


RECIPES: Mapping[str, Recipe] = {
    "project": Recipe(
        headings={"title": ("รายการ", "กิจกรรม", "ชื่อโครงการ/กิจกรรม")},
        companions=(
            Companion(
                "plan",
                keys=(("name",), ("first_year", "last_year")),
                period=("first_year", "last_year"),
                named=("name", Words("แผนพัฒนาท้องถิ่น (พ.ศ. {first}-{last})", "Local development plan ({first}-{last})")),
            ),
            Companion("strategy", keys=(("plan", "number"), ("plan", "name"))),
            Companion("tactic", keys=(("plan", "code"), ("plan", "name"))),
            Companion("plan_programme", keys=(("plan", "tactic", "programme"),), takes={"programme": "programme"}),
        ),
        yearly=(Yearly("project_budget", via="project", year="fiscal_year"),),
        amendment=Amendment(
            "plan",
            read_from="edition",
            read=_edition,
            via="amends",
            into="amendment",
            replaces="replaces",
            named=("name", Words("{name} {text}", "{name} {text}")),
        ),
        wanted=("strategy", "programme"),
    ),
    # Complaints as other systems write them out: a ticket and what was written.
    "service_request": Recipe(
        headings={
            "tracking_number": ("id", "ticket_id", "ticket"),
            "detail": ("content", "description", "complaint", "ข้อความ", "ข้อร้องเรียน", "รายละเอียดเรื่องร้องเรียน"),
        },
        starts={"state": "received"},
        first_words={"subject": "detail"},
    ),
}
"""By record type."""
