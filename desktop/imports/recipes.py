"""What a sheet of one record type brings along: the records its rows belong to and their parts by year. Pure data.

A new recipe is one value in RECIPES; a type without one is imported by its own fields alone. Which field holds whose id is not said here:
every reference of the catalogue to a companion made for the same row is filled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from records.kinds import Json
from records.positions import FORMER_TITLES, place_of
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
    splits: str = ""
    """A field of the row's own record that holds a person's full name: prefix, first and last name are taken from it."""
    same_by: tuple[str, ...] = ()
    """Fields of the row's own type: two of its records that agree in them belong to one such record, whatever others are called alike."""
    stranger_with: str = ""
    """An own field: where it is filled, nothing but `same_by` finds the record (two people of one name in two offices are two)."""
    absent_with: tuple[str, ...] = ()
    """Own fields: a row that has one of them brings no such record."""
    completed: Callable[[Mapping[str, Json]], Mapping[str, Json]] | None = None
    """Gives further fields of a new one from those it has."""


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
    office_heading: str = ""
    """The heading of the DOPA code that says of which office a row is, in sheets of many offices."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Heading -> what a cell says -> what is read instead; an empty text for nothing."""
    said_when: Mapping[str, tuple[str, Words]] = field(default_factory=dict)
    """Own field -> (own field that must be filled, the text in place of an empty one)."""
    gives_way: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Another type -> headings that only its sheets have: a sheet with all of them is read as one of that type."""


NO_RECIPE = Recipe()


def _position(fields: Mapping[str, Json]) -> Mapping[str, Json]:
    """Body and rank of a position by its name."""
    body, rank = place_of(str(fields.get("name") or ""))
    return {name: value for name, value in (("body", body), ("rank", rank)) if value}


OFFICE_COLUMN = "อปท. ในทะเบียน"
"""The heading of the column in which an import puts the id of the office that a code stands for."""
_OF_OFFICE: Mapping[str, tuple[str, ...]] = {"office_name": ("lao",), "office_code": ("lao_geocode",), "office": (OFFICE_COLUMN,)}


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
    "term": Recipe(
        headings={**_OF_OFFICE, "vacant": ("kind",)},
        companions=(
            Companion(
                "person",
                keys=(("first_name", "last_name"),),
                splits="person_name",
                same_by=("office_code", "person_name"),
                stranger_with="office_code",
                absent_with=("vacant",),
            ),
            Companion("position", keys=(("name",),), takes={"name": "position_name"}, absent_with=("office_code",), completed=_position),
        ),
        office_heading="lao_geocode",
        words={
            "title": {title: name for title, (name, _, _) in FORMER_TITLES.items()},
            "kind": {"official": "", "vacant": "yes"},
            # How the source writes a day it does not know.
            "begin": {"0001-01-01": ""},
            "end": {"0001-01-01": ""},
        },
        said_when={"person_name": ("vacant", Words("(ตำแหน่งว่าง)", "(vacant)"))},
        gives_way={"council_term": ("size", "sizechangereason")},
    ),
    "council_term": Recipe(headings=_OF_OFFICE, office_heading="lao_geocode"),
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
