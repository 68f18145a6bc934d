"""W(n): n records of 15 fields and about 660 bytes of JSON, Thai text, the same for every run of every machine.

Words come from newmm-tokenizer's list, common ones often and rare ones seldom (Zipf); places from geothai.
"""

import datetime
import random
import uuid
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import islice

import geothai

from benchmarks.work_item import STATES, Item

SEED = 42
NAMES = (
    "id", "code", "title", "owner", "faculty", "division", "fund", "status", "fiscal_year", "start_date", "end_date", "budget", "spent",
    "progress", "note",
)  # fmt: skip
_VOCABULARY = 20_000


class _Writer:
    """Thai phrases from a seed."""

    def __init__(self, chance: random.Random) -> None:
        listed = resources.files("newmm_tokenizer").joinpath("words_th.txt").read_text(encoding="utf-8").split()
        words = sorted({word for word in listed if 2 <= len(word) <= 9 and all("ก" <= letter <= "๎" for letter in word)})
        chance.shuffle(words)
        self._words = words[:_VOCABULARY]
        total, self._weights = 0.0, []
        for place in range(len(self._words)):
            total += 1.0 / (place + 10) ** 0.8
            self._weights.append(total)
        self._chance = chance
        self._drawn: list[str] = []

    def word(self) -> str:
        if not self._drawn:
            self._drawn = self._chance.choices(self._words, cum_weights=self._weights, k=10_000)
        return self._drawn.pop()

    def phrase(self, least: int, most: int) -> str:
        wanted, text = self._chance.randint(least, most), ""
        while len(text) < wanted:
            text += self.word()
        return text


def _items() -> Iterator[Item]:
    chance = random.Random(SEED)
    writer = _Writer(chance)
    places = sorted(one.name_th for one in geothai.provinces())
    faculties = ["กอง" + chance.choice(places) for _ in range(20)]
    funds = [writer.phrase(8, 14) for _ in range(30)]
    divisions = [writer.phrase(8, 12) for _ in range(120)]
    owners = [f"{writer.phrase(4, 8)} {writer.phrase(7, 12)}" for _ in range(5_000)]
    number = 0
    while True:
        start = datetime.date(2018, 1, 1) + datetime.timedelta(days=chance.randint(0, 2900))
        budget = chance.randint(5_000_000, 900_000_000) / 100
        yield {
            "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "code": f"RP{number:07d}",
            "title": writer.phrase(40, 62),
            "owner": chance.choice(owners),
            "faculty": chance.choice(faculties),
            "division": chance.choice(divisions),
            "fund": chance.choice(funds),
            "status": chance.choice(STATES),
            "fiscal_year": 2561 + number % 9,
            "start_date": start.isoformat(),
            "end_date": (start + datetime.timedelta(days=chance.randint(180, 1100))).isoformat(),
            "budget": budget,
            "spent": round(budget * chance.random(), 2),
            "progress": round(chance.random() * 100, 2),
            "note": writer.phrase(6, 22) if number % 2 else "",
        }
        number += 1


@cache
def items(n: int) -> list[Item]:
    """The first n records."""
    return list(one_by_one(n))


def one_by_one(n: int) -> Iterator[Item]:
    """The first n records, of which nothing stays in memory."""
    return islice(_items(), n)


def phrases(n: int, count: int, length: int) -> list[str]:
    """Texts of so many characters that stand in titles of the first n records, for searching."""
    chance = random.Random(SEED + length)
    found: list[str] = []
    while len(found) < count:
        title = items(n)[chance.randrange(n)]["title"]
        at = chance.randint(0, max(0, len(title) - length))
        found.append(title[at : at + length])
    return found
