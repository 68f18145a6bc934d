"""Sample offices made from a seed: real places of geothai, invented people with valid check digits, and two years' usual work.

Pure: the same seed, number and instant give the same records, ids included. Gives wire fields by type, in an order in which a record comes
after those it refers to; whoever wants them saves them through the services or pushes them to a server. Everything agrees with everything:
no rule of the program finds an error in it, and few of them a warning.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

import geothai

from demo.sample_budget import Budget
from demo.sample_counter import Counter
from demo.sample_maker import Maker, SampleRecord
from demo.sample_people import Seats, people
from demo.sample_places import neighbours, office_of, places
from demo.sample_plan import Plan

__all__ = ["SampleOffice", "SampleRecord", "sample_office", "sample_offices"]


@dataclass(frozen=True)
class SampleOffice:
    """One office and what it has recorded."""

    stream: str
    """`office/<code>`, as its stream is named."""
    code: str
    """DLA code, 7 digits; invented, outside the codes in use."""
    name: str
    """`องค์การบริหารส่วนตำบล…`."""
    place: str
    """`อ.… จ.…` for the side bar."""
    province_code: str
    office: SampleRecord
    """The registry's record of the office; belongs into `central`."""
    registry: tuple[SampleRecord, ...]
    """What else `central` has: its events and codes, its neighbours and theirs."""
    records: tuple[SampleRecord, ...]
    """What lives in the office's own stream."""


def sample_offices(seed: int, count: int, now: datetime) -> tuple[SampleOffice, ...]:
    """Makes several offices in different districts of one province; `now` is aware."""
    chance = random.Random(seed)
    province = chance.choice(geothai.provinces())
    spots = [(d, s) for d in geothai.districts(province.code) for s in geothai.subdistricts(d.code)]
    moment = now.astimezone(UTC).replace(microsecond=0)
    makers = (
        Maker(random.Random(seed * 1000 + number), moment, province, district, tambon)
        for number, (district, tambon) in enumerate(chance.sample(spots, count))
    )
    return tuple(_made(make) for make in makers)


def sample_office(seed: int, now: datetime) -> SampleOffice:
    """Makes one office; `now` is aware."""
    return sample_offices(seed, 1, now)[0]


def _made(make: Maker) -> SampleOffice:
    code = f"9{make.tambon.code}"
    office = office_of(make, code)
    neighbours(make, office)
    registry = tuple(make.records[1:])
    make.records.clear()
    places(make, office)
    people(make)
    Seats(make).fill()
    Plan(make).fill()
    Budget(make).fill()
    Counter(make).fill()
    name, place = f"องค์การบริหารส่วนตำบล{make.tambon.name_th}", f"อ.{make.amphoe} จ.{make.province.name_th}"
    return SampleOffice(f"office/{code}", code, name, place, make.province.code, office, registry, tuple(make.records))
