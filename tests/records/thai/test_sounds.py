"""The sound of names: the published code on words whose code is known, and pairs that people spell in two ways."""

import pytest

from records.thai.sounds import sound_of

KNOWN = {"รถ": "ร3000", "ลักษ์": "ร1000", "รักษ์": "ร1000", "บูรณการ": "บE419", "ปัจจุบัน": "ป3E54"}
"""Codes that the documentation of PyThaiNLP prints for its own LK82."""

SAME = [
    ("ศิริพร", "สิริพร"),
    ("ณัฐ", "นัฐ"),
    ("วรวิทย์", "วรวิท"),
    ("พรหมเผ่า", "พรมเผ่า"),
    ("ประเสริฐ", "ประเสริต"),
    ("อัครา", "อัครา "),
    ("ศักดิ์ชัย", "สักชัย"),
    ("พงษ์", "พงศ์"),
    ("Somchai", "somchai"),
]
OTHER = [("สมชาย", "สมชัย"), ("วิชัย", "วิชา"), ("นิภา", "สุภา"), ("ทองใบ", "ทองดี"), ("บุญมี", "บุญมา")]


@pytest.mark.parametrize(("word", "code"), KNOWN.items())
def test_the_published_code_of_a_word(word: str, code: str) -> None:
    assert f"{sound_of(word)}0000"[:5] == code


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_a_name_sound_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other) != ""


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_names_that_are_said_otherwise_are_told_apart(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@pytest.mark.parametrize("nothing", ["", " ", "น์", "่"])
def test_nothing_heard_has_no_code(nothing: str) -> None:
    assert sound_of(nothing) == ""
