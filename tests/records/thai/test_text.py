"""Mending, searching and sorting Thai text."""

import unicodedata
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from records.thai import text as thai_text
from records.thai.text import first_words, mend, mend_lines, search_form, search_forms, sort_key, sort_keys

THAI = st.text(
    alphabet=st.sampled_from([chr(code) for code in range(0x0E01, 0x0E5C)] + [*" ab1\t\u200b\u0301\u0323\u3099\uf70b\u0345"]), max_size=14
)
ANYTHING = st.one_of(THAI, st.text(alphabet=st.characters(), max_size=20))

_OFFICIAL_LIST = """
กระบี่ กรุงเทพมหานคร กาญจนบุรี กาฬสินธุ์ กำแพงเพชร ขอนแก่น จันทบุรี ฉะเชิงเทรา ชลบุรี ชัยนาท ชัยภูมิ ชุมพร เชียงราย เชียงใหม่
ตรัง ตราด ตาก นครนายก นครปฐม นครพนม นครราชสีมา นครศรีธรรมราช นครสวรรค์ นนทบุรี นราธิวาส น่าน บึงกาฬ บุรีรัมย์ ปทุมธานี
ประจวบคีรีขันธ์ ปราจีนบุรี ปัตตานี พระนครศรีอยุธยา พะเยา พังงา พัทลุง พิจิตร พิษณุโลก เพชรบุรี เพชรบูรณ์ แพร่ ภูเก็ต
มหาสารคาม มุกดาหาร แม่ฮ่องสอน ยโสธร ยะลา ร้อยเอ็ด ระนอง ระยอง ราชบุรี ลพบุรี ลำปาง ลำพูน เลย ศรีสะเกษ สกลนคร สงขลา สตูล
สมุทรปราการ สมุทรสงคราม สมุทรสาคร สระแก้ว สระบุรี สิงห์บุรี สุโขทัย สุพรรณบุรี สุราษฎร์ธานี สุรินทร์ หนองคาย หนองบัวลำภู
อ่างทอง อำนาจเจริญ อุดรธานี อุตรดิตถ์ อุทัยธานี อุบลราชธานี
"""
PROVINCES = _OFFICIAL_LIST.split()
"""All 77, in the order in which every official list prints them."""


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("นํ้า", "น้ำ"),
        ("น้ํา", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("น้ำ้", "น้ำ"),
        ("ทํา", "ทำ"),
        ("เเม่", "แม่"),
        ("ท\u0e49\u0e35", "ท\u0e35\u0e49"),
        ("ท\u0e35\u0e49\u0e49", "ท\u0e35\u0e49"),
        ("ก\u0e48\u0e39", "ก\u0e39\u0e48"),
        ("สิทธ\u0e4c\u0e34", "สิทธ\u0e34\u0e4c"),
        ("ก\u200bข\ufeffค\u2060ง\u200c\u200d", "กขคง"),
        ("  ก\u00a0\t ข  ", "ก ข"),
        ("ก\r\nข\x85ค", "ก ข ค"),
        ("ก\x00ข\x1bค\ud800", "กขค"),
        ("e\u0301", "\u00e9"),
        ("ได\uf70b", "ได้"),
        ("นิ\uf70eป\uf701", "นิ์ป\u0e34"),
        ("a\tb", "a b"),
        ("", ""),
    ],
)
def test_typed_text_is_mended(typed: str, mended: str) -> None:
    assert mend(typed) == mended


@given(ANYTHING)
@example("\u0e48\u3099\u0e34")
@example("ำ่ํา")
@example("เ\u200bเเ")
def test_mended_text_is_fit_to_be_stored_and_stays_as_it_is(text: str) -> None:
    mended = mend(text)

    assert mend(mended) == mended
    assert unicodedata.is_normalized("NFC", mended)
    assert mended == mended.strip()
    assert "  " not in mended
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in mended)


def test_correct_thai_is_left_alone() -> None:
    for text in (*PROVINCES, "ศักดิ์สิทธิ์", "กู้ปั่นป่วน", "ฤๅษี", "ธมฺมวโร", "ผู้ใหญ่บ้าน หมู่ที่ ๓"):
        assert mend(text) == text


def test_long_text_keeps_its_lines() -> None:
    assert mend_lines("เเรก \r\n\r\n  นํ้า\rสาม\u2028สี่\n \n\n") == "แรก\n\nน้ำ\nสาม\nสี่"


@given(ANYTHING)
def test_mending_long_text_twice_changes_nothing_more(text: str) -> None:
    once = mend_lines(text)

    assert mend_lines(once) == once


@pytest.mark.parametrize(
    ("asked", "stored"),
    [("บุฤาษี", "บุฤๅษี"), ("หมู่ 10", "หมู่ ๑๐"), ("ABC", "abc"), ("นํ้า", "น้ำ"), ("เเม่", "แม่"), ("É", "é"), ("ก\tข", "ก ข")],
)
def test_a_search_finds_what_is_spelt_alike(asked: str, stored: str) -> None:
    assert search_form(asked) == search_form(stored)


@given(ANYTHING)
@example("İ\u0307")
def test_the_search_form_of_a_search_form_is_itself(text: str) -> None:
    assert search_form(search_form(text)) == search_form(text)


@pytest.mark.parametrize(
    "in_order",
    [
        PROVINCES,
        ["เก", "เก่", "เก้", "เก๊", "เก๋"],
        ["เกง", "เก็ง", "เก่ง", "เก้ง", "เก๋ง"],
        ["กาล", "เกิด", "ไก่", "เป็ด", "วันที่", "วัว", "หมู"],
        ["ขาว", "ข่าว", "ข้าว", "ขาวๆ"],
        ["รวย", "ฤดู", "ฤๅษี", "ลม"],
        ["สมชาย ใจดี", "สมชาย อุดม", "สมชายา ใจดี"],
        ["1", "2", "๓", "10", "11ก", "100", "1234567890", "9999999999", "12345678901"],
        ["หมู่ 1", "หมู่ 2", "หมู่ 2 ก", "หมู่ ๑๐", "หมู่ที่"],
        ["apple", "Banana", "cherry", "กบ"],
    ],
)
def test_names_sort_as_in_the_dictionary(in_order: list[str]) -> None:
    backwards = in_order[::-1]

    assert sorted(backwards, key=sort_key) == in_order
    assert all(sort_key(before) < sort_key(after) for before, after in pairwise(in_order))


def test_case_does_not_count_when_sorting() -> None:
    assert sort_key("ABC ก่") == sort_key("abc ก่")


@given(st.lists(THAI, max_size=6))
def test_keys_sort_in_sqlite_as_in_python(texts: list[str]) -> None:
    keys = [sort_key(mend(text)) for text in texts]

    assert sorted(keys) == sorted(keys, key=lambda key: key.encode())


@given(THAI, THAI)
def test_tone_marks_only_decide_between_equal_letters(one: str, other: str) -> None:
    def bare(text: str) -> str:
        return "".join(letter for letter in text if not "็" <= letter <= "๎")

    one, other = mend(one), mend(other)
    if sort_key(bare(one)) < sort_key(bare(other)):
        assert sort_key(one) < sort_key(other)


def test_a_hundred_thousand_keys_are_made_in_a_few_seconds() -> None:
    began = perf_counter()

    for number in range(100_000):
        sort_key(f"โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ {number}")

    assert perf_counter() - began < 5


@given(ANYTHING)
def test_text_told_at_a_glance_to_be_mended_needs_no_mending(typed: str) -> None:
    if thai_text._is_mended(typed):
        assert thai_text._mended(typed) == typed


def test_every_space_and_invisible_character_but_one_is_noticed_at_a_glance() -> None:
    missed = [
        hex(code)
        for code in range(0x110000)
        if thai_text._mended(f"a{chr(code)}b") != f"a{chr(code)}b" and thai_text._is_mended(f"a{chr(code)}b")
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("ไฟดับ", "ไฟดับ"),
        ("", ""),
        ("ไฟดับ\nหน้าวัด", "ไฟดับ…"),
        ("ขอให้ซ่อมถนนหน้าวัด เพราะเป็นหลุมลึก", "ขอให้ซ่อมถนนหน้าวัด…"),
        ("กกกกกกกกกกกกกกกกกกกกกกกกก", "กกกกกกกกกกกกกกกกกกกกกกก…"),
        ("กกกกกกกกกกกกกกกกกกกกกกกี่กก", "กกกกกกกกกกกกกกกกกกกกกก…"),
    ],
    ids=["short", "empty", "two lines", "a space is near", "no space", "a mark stays with its letter"],
)
def test_the_first_words_of_a_text_are_its_title(text: str, title: str) -> None:
    assert first_words(text, 24) == title


@given(st.lists(st.text("กขเแโใไๅาำัิุ็่้๊๋์ํ๎ ๑๒12aB-é\ue000\0", max_size=8), max_size=6))
def test_keys_made_together_are_those_made_one_by_one(texts: list[str]) -> None:
    assert sort_keys(texts) == [sort_key(text) for text in texts]


def test_a_letter_that_folding_takes_apart_and_mending_puts_together_has_a_search_form() -> None:
    assert search_form("ǰ") == "ǰ"


@given(st.lists(st.text(alphabet="กขคเแำํา้่็ ์๑2ๅ aBç\u00e9İßǰH\u0331\u0301\t\n\u200b\ue000\ue001\uf701\u3000", max_size=8), max_size=6))
def test_the_search_forms_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert search_forms(texts) == [search_form(text) for text in texts]
