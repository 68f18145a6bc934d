"""Citizen and organisation numbers, telephone numbers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records.errors import FieldError
from records.thai.citizen import (
    check_digit,
    is_citizen_id,
    is_organisation_id,
    mask_citizen_id,
    parse_citizen_id,
    parse_organisation_id,
    show_citizen_id,
)
from records.thai.phone import parse_phone, show_phone
from tests.records.thai.digits import to_thai

TWELVE = st.from_regex("[1-8][0-9]{11}", fullmatch=True)


@pytest.mark.parametrize("digits", ["1101700230708", "3509900123450", "1999900000005"])
def test_known_numbers_of_people_are_valid(digits: str) -> None:
    assert is_citizen_id(digits)
    assert not is_organisation_id(digits)
    assert parse_citizen_id(digits) == digits


def test_a_known_number_of_an_organisation_is_valid() -> None:
    assert is_organisation_id("0994000165871")
    assert not is_citizen_id("0994000165871")
    assert parse_organisation_id("0-9940-00165-87-1") == "0994000165871"


@pytest.mark.parametrize("text", ["", "110170023070", "11017002307088", "110170023070๘", "1101700230709", "9101700230700", "x101700230708"])
def test_anything_else_is_no_number_of_a_person(text: str) -> None:
    assert not is_citizen_id(text)


@given(TWELVE)
def test_numbers_are_read_however_they_are_written(first12: str) -> None:
    digits = first12 + check_digit(first12)

    assert is_citizen_id(digits)
    for written in (show_citizen_id(digits), to_thai(digits), show_citizen_id(digits).replace("-", " – "), f" {digits}\u200b"):
        assert parse_citizen_id(written) == digits


@given(TWELVE, st.integers(0, 12), st.integers(1, 9))
def test_a_single_wrong_digit_is_caught_where_the_law_of_the_number_can(first12: str, place: int, by: int) -> None:
    digits = first12 + check_digit(first12)
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]

    # The third digit weighs 11, so modulo 11 it does not count; remainders 0 and 10 share the check digit 1.
    assume(place != 2 and digits[12] != "1")

    assert not is_citizen_id(wrong)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("110170023070", "12 were typed"),
        ("", "0 were typed"),
        ("11017002307O8", "digits only"),
        ("1101700230709", "check digit"),
        ("0994000165871", "an organisation's"),
        ("9994000165871", "1 to 8"),
    ],
)
def test_a_wrong_citizen_number_is_named_without_repeating_it(typed: str, said: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_citizen_id(typed)

    assert said in refused.value.message.en
    assert not typed or typed not in refused.value.message.th + refused.value.message.en


@pytest.mark.parametrize(
    ("typed", "said"), [("1101700230708", "begins with 0"), ("0994000165872", "check digit"), ("0994", "4 were typed")]
)
def test_a_wrong_organisation_number_is_named(typed: str, said: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_organisation_id(typed)

    assert said in refused.value.message.en


def test_numbers_are_shown_and_masked_as_on_the_card() -> None:
    assert show_citizen_id("1101700230708") == "1-1017-00230-70-8"
    assert mask_citizen_id("1101700230708") == "1-xxxx-xxxxx-70-8"


def test_a_malformed_number_is_shown_as_it_is_and_masked_whole() -> None:
    assert show_citizen_id("12ก") == "12ก"
    assert mask_citizen_id("12ก") == "xxx"


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("081-234-5678", "0812345678", "081-234-5678"),
        ("๐๘๑ ๒๓๔ ๕๖๗๘", "0812345678", "081-234-5678"),
        ("โทร. 0812345678", "0812345678", "081-234-5678"),
        ("โทรศัพท์มือถือ 0812345678", "0812345678", "081-234-5678"),
        ("+66 81 234 5678", "0812345678", "081-234-5678"),
        ("+66(0)812345678", "0812345678", "081-234-5678"),
        ("(+66) 81-234-5678", "0812345678", "081-234-5678"),
        ("0066812345678", "0812345678", "081-234-5678"),
        ("66812345678", "0812345678", "081-234-5678"),
        ("+66 2 123 4567", "021234567", "02-123-4567"),
        ("0 2123 4567", "021234567", "02-123-4567"),
        ("(02) 123-4567", "021234567", "02-123-4567"),
        ("0-4412-3456", "044123456", "044-123-456"),
        ("02-123-4567 ต่อ 12", "021234567#12", "02-123-4567 ต่อ 12"),
        ("02 123 4567 ext. 12", "021234567#12", "02-123-4567 ต่อ 12"),
        ("021234567#12", "021234567#12", "02-123-4567 ต่อ 12"),
        ("1669", "1669", "1669"),
        ("191", "191", "191"),
        ("1800-123-456", "1800123456", "1800-123-456"),
        ("+855 12 345 678", "+85512345678", "+85512345678"),
    ],
)
def test_telephone_numbers_are_read_and_shown(typed: str, stored: str, shown: str) -> None:
    assert parse_phone(typed) == stored
    assert show_phone(stored) == shown
    assert parse_phone(shown) == stored


@pytest.mark.parametrize("typed", ["", "12", "0812345", "08123456789", "ไม่มี", "0012345678", "ต่อ 12", "+66", "+66812345"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_phone(typed)

    assert "081-234-5678" in refused.value.message.th


def test_two_telephone_numbers_are_refused_as_such() -> None:
    with pytest.raises(FieldError) as refused:
        parse_phone("081-234-5678, 02-123-4567")

    assert refused.value.message.en == "This field takes one telephone number."


@given(st.text(alphabet="0123456789+-() #ต่อ,66", max_size=16) | st.text(max_size=12))
def test_any_text_is_a_telephone_number_or_a_field_error(text: str) -> None:
    try:
        stored = parse_phone(text)
    except FieldError:
        return
    assert parse_phone(stored) == stored
    assert parse_phone(show_phone(stored)) == stored
