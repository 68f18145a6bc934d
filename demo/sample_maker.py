"""What the makers of a sample office share: one seeded source of chance, the clock, the place, and the records made so far."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from geothai.types import District, Province, Subdistrict

from demo import sample_words as words
from records.ids import new_id
from records.kinds import Json
from records.thai.citizen import check_digit
from records.thai.dates import today_in_thailand
from records.thai.fiscal import fiscal_year_bounds, fiscal_year_of
from records.thai.working_days import WorkCalendar

SATANG = 100


@dataclass(frozen=True)
class SampleRecord:
    """One record to be saved."""

    type: str
    id: str
    fields: dict[str, Json]
    """Wire fields; complete."""


@dataclass(frozen=True)
class SampleVillage:
    """A village of the office."""

    id: str
    moo: int
    name: str
    households: int


@dataclass(frozen=True)
class FundedProject:
    """A project the ordinance of a year pays."""

    id: str
    title: str
    division: str
    programme: str
    year: int
    """Fiscal year (พ.ศ.) of the money."""
    amount: int
    """Satang in the ordinance."""
    contracted: int
    """Satang of its contract; 0 before there is one."""
    paid: int
    """Satang; 0 before anything was paid."""
    signed_on: date
    """The day of the contract, whether or not it was signed."""


@dataclass
class Maker:
    """Makes the records of one office; the areas use it one after the other."""

    chance: random.Random
    now: datetime
    """Aware, whole seconds."""
    province: Province
    district: District
    tambon: Subdistrict
    records: list[SampleRecord] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    """Ids by type, in the order they were made."""
    citizens: list[SampleRecord] = field(default_factory=list)
    villages: list[SampleVillage] = field(default_factory=list)
    funded: list[FundedProject] = field(default_factory=list)
    count: int = 0
    """Records made."""
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    @property
    def today(self) -> date:
        """The day in Thailand."""
        return today_in_thailand(self.now)

    @property
    def year(self) -> int:
        """This fiscal year (พ.ศ.)."""
        return fiscal_year_of(self.today)

    @property
    def year_began(self) -> date:
        """1 October of this fiscal year."""
        return fiscal_year_bounds(self.year)[0]

    def record(self, record_type: str, /, **fields: Json) -> SampleRecord:
        """Makes a record; fields without a value are left out."""
        # Ids in the order of making: what is listed by id stands as it was made.
        self.count += 1
        when = self.now - timedelta(days=1) + timedelta(milliseconds=self.count)
        made = SampleRecord(record_type, new_id(when, self.chance.randbytes), {k: v for k, v in fields.items() if v is not None})
        self.records.append(made)
        self.ids.setdefault(record_type, []).append(made.id)
        return made

    def day(self, before: int, after: int = 0) -> date:
        """A day at most so many days before or after today."""
        return self.today + timedelta(days=self.chance.randint(-before, after))

    def workday(self, day: date) -> date:
        """The day itself, or the last one before it on which the office works."""
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def phone(self) -> str:
        """A mobile number."""
        return f"08{self.chance.randint(10_000_000, 99_999_999)}"

    def landline(self) -> str:
        """A number of an office."""
        return f"0{self.chance.randint(30_000_000, 77_999_999)}"

    def address(self) -> dict[str, Json]:
        """Somewhere in the villages."""
        return {
            "house_number": f"{self.chance.randint(1, 299)}/{self.chance.randint(1, 9)}", "moo": self.chance.choice(self.villages).moo,
            "tambon": self.tambon.name_th, "amphoe": self.amphoe, "province": self.province.name_th, "postcode": self.postcode,
        }  # fmt: skip

    @property
    def amphoe(self) -> str:
        """Name of the district without its word; those of Bangkok are written with it."""
        return self.district.name_th.removeprefix("เขต")

    @property
    def postcode(self) -> str | None:
        """Of the subdistrict."""
        return next(iter(self.tambon.postal_codes), None)

    def name(self) -> tuple[str, str, str]:
        """Prefix, first and last name."""
        is_man = self.chance.random() < 0.5
        prefix = "นาย" if is_man else self.chance.choice(("นาง", "นางสาว"))
        return prefix, self.chance.choice(words.MALE_NAMES if is_man else words.FEMALE_NAMES), self.chance.choice(words.LAST_NAMES)

    def citizen_id(self) -> str:
        """13 digits with a valid check digit."""
        first = f"{self.chance.choice('1345')}{self.district.code}{self.chance.randint(0, 9_999_999):07d}"
        return first + check_digit(first)


def full_name(person: SampleRecord) -> str:
    """Prefix and names of a person's record."""
    return f"{person.fields['prefix']}{person.fields['first_name']} {person.fields['last_name']}"
