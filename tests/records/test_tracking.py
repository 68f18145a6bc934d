"""Tracking numbers: made on any desk, told apart on the telephone, never given twice where it is known."""

import random
from datetime import UTC, date, datetime, timedelta

from records.ids import new_id
from records.tracking import ALPHABET, tracking_number

DAY = date(2026, 11, 22)


def test_a_number_is_the_year_and_six_letters_of_the_id() -> None:
    number = tracking_number("0192aaaa-0000-7000-8000-000000000001", DAY, lambda _: False)

    year, _, letters = number.partition("-")
    assert year == "2569"
    assert len(letters) == 6
    assert set(letters) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1ILU")
    assert number == tracking_number("0192aaaa-0000-7000-8000-000000000001", DAY, lambda _: False)


def test_a_number_that_is_known_is_not_given_again() -> None:
    first = tracking_number("0192aaaa-0000-7000-8000-000000000001", DAY, lambda _: False)

    second = tracking_number("0192aaaa-0000-7000-8000-000000000001", DAY, {first}.__contains__)

    assert second != first


def test_four_desks_that_are_offline_for_a_day_give_no_number_twice() -> None:
    given: list[str] = []
    for desk in range(4):
        entropy = random.Random(desk).randbytes
        known: set[str] = set()
        for number in range(250):
            now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC) + timedelta(minutes=number)
            known.add(tracking_number(new_id(now, entropy), DAY, known.__contains__))
        given += known

    assert len(set(given)) == 1_000
