"""Baht in, out and in words; Thai numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import FieldError
from records.thai.money import MAX_SATANG, baht_text, parse_baht, parse_baht_cell, show_baht
from records.thai.numerals import group, to_arabic
from tests.records.thai.digits import to_thai

SATANG = st.integers(-MAX_SATANG, MAX_SATANG)


@pytest.mark.parametrize(
    ("typed", "satang"),
    [
        (" 1,632,820 ", 163_282_000),
        ("๑,๐๐๐.๕๐", 100_050),
        ("1,000.50", 100_050),
        ("฿1,000", 100_000),
        ("1000 บาท", 100_000),
        ("1,000 บาทถ้วน", 100_000),
        ("1,000.-", 100_000),
        ("1,000.- บาท", 100_000),
        ("1 632 820", 163_282_000),
        ("1632820.0", 163_282_000),
        (".5", 50),
        ("5.", 500),
        ("-5", -500),
        ("- 5.25", -525),
        ("−5", -500),
        ("-฿5", -500),
        ("฿-5", -500),
        ("(1,250.00)", -125_000),
        ("( 5 บาท )", -500),
        ("0.00", 0),
        ("-0", 0),
        ("000007", 700),
        ("THB 12", 1200),
        ("90,071,992,547,409.91", MAX_SATANG),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, satang: int) -> None:
    assert parse_baht(typed) == satang


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type digits"),
        ("-", "Type digits"),
        (".", "Type digits"),
        ("()", "Type digits"),
        ("(-5)", "Type digits"),
        ("ห้าบาท", "Type digits"),
        ("1,00,0", "Type digits"),
        ("1,5", "Type digits"),
        ("1.2.3", "Type digits"),
        ("1e5", "Type digits"),
        ("บาท", "Type digits"),
        ("1.005", "2 decimals"),
        ("90,071,992,547,409.92", "at most"),
        ("9" * 5000, "at most"),
    ],
)
def test_what_is_no_amount_is_refused_with_words(typed: str, said: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_baht(typed)

    assert said in refused.value.message.en
    assert refused.value.message.th


@pytest.mark.parametrize("blank", ["", "  ", " -   ", "-", "–", "- -", "\u00a0"])
def test_blank_and_dashed_cells_hold_no_amount(blank: str) -> None:
    assert parse_baht_cell(blank) is None


def test_a_cell_with_an_amount_is_read() -> None:
    assert parse_baht_cell(" 1,632,820 ") == 163_282_000
    assert parse_baht_cell("-5") == -500


@given(SATANG)
def test_shown_amounts_are_read_back(satang: int) -> None:
    assert parse_baht(show_baht(satang)) == satang
    assert parse_baht(to_thai(show_baht(satang))) == satang


@given(st.text(max_size=12) | st.text(alphabet="0123456789,.-() ฿บาท", max_size=12))
def test_any_text_is_an_amount_or_a_field_error(text: str) -> None:
    try:
        satang = parse_baht(text)
    except FieldError:
        return
    assert abs(satang) <= MAX_SATANG


def test_amounts_are_shown_with_commas_and_two_decimals() -> None:
    assert show_baht(123_456_789) == "1,234,567.89"
    assert show_baht(-5) == "-0.05"


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (0, "ศูนย์บาทถ้วน"),
        (100, "หนึ่งบาทถ้วน"),
        (1000, "สิบบาทถ้วน"),
        (1100, "สิบเอ็ดบาทถ้วน"),
        (2000, "ยี่สิบบาทถ้วน"),
        (2100, "ยี่สิบเอ็ดบาทถ้วน"),
        (10_100, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (11_000, "หนึ่งร้อยสิบบาทถ้วน"),
        (100_000_100, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (1_100_000_000, "สิบเอ็ดล้านบาทถ้วน"),
        (25, "ศูนย์บาทยี่สิบห้าสตางค์"),
        (1, "ศูนย์บาทหนึ่งสตางค์"),
        (111, "หนึ่งบาทสิบเอ็ดสตางค์"),
        (123_456_789, "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        (284_716_507_250, "สองพันแปดร้อยสี่สิบเจ็ดล้านหนึ่งแสนหกหมื่นห้าพันเจ็ดสิบสองบาทห้าสิบสตางค์"),
        (100_000_000_000_000, "หนึ่งล้านล้านบาทถ้วน"),
        (100_000_200_000_100, "หนึ่งล้านสองล้านเอ็ดบาทถ้วน"),
        (-2150, "ลบยี่สิบเอ็ดบาทห้าสิบสตางค์"),
    ],
)
def test_amounts_are_said_in_thai(satang: int, words: str) -> None:
    assert baht_text(satang) == words


@given(SATANG, SATANG)
def test_different_amounts_are_never_said_alike(one: int, other: int) -> None:
    assert (baht_text(one) == baht_text(other)) == (one == other)


@given(st.text(max_size=20))
def test_thai_numerals_come_back_as_arabic(text: str) -> None:
    assert to_arabic(to_thai(text)) == to_arabic(text)
    assert to_arabic("๐๑๒๓๔๕๖๗๘๙") == "0123456789"


def test_numbers_are_grouped_by_thousands() -> None:
    assert group(1_234_567) == "1,234,567"
    assert to_thai(group(-1000)) == "-๑,๐๐๐"
