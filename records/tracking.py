"""Tracking numbers (เลขที่คำขอ): what a citizen is given to ask by, made on any desk without asking another.

2569-B9WGC7: the พ.ศ. calendar year of the day it came in and six letters and digits from the record's own id, none of which is mistaken for
another on the telephone (no 0 O 1 I L U). Six of 30 characters are 729 million numbers a year. A desk never gives a number it knows to be
taken; two desks that are offline at the same time and file 1,000 requests each before they meet give the same number once in 700 such weeks,
and the check of repeated keys then says so on both records.
"""

import hashlib
from collections.abc import Callable
from datetime import date

from records.thai.dates import be_year

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


def tracking_number(record_id: str, day: date, is_taken: Callable[[str], bool]) -> str:
    """The number of a request by its id and the day it came in; the first one of the id's that `is_taken` does not know."""
    attempt = 0
    while True:
        number = f"{be_year(day)}-{_letters(record_id, attempt)}"
        if not is_taken(number):
            return number
        attempt += 1


def _letters(record_id: str, attempt: int) -> str:
    value = int.from_bytes(hashlib.sha256(f"{record_id}\n{attempt}".encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        value, place = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
