"""Words, errors and ids: the three things every part speaks."""

import random
import uuid
from datetime import UTC, datetime

import pytest

from records.errors import AppError, Correctable, FieldError, Refused, Unavailable
from records.ids import conflict_id, is_id, new_id
from records.problem_types import PROBLEMS, REFUSALS
from records.words import Language, Words, say

NOW = datetime(2026, 11, 22, 2, 41, tzinfo=UTC)


def test_words_are_said_in_the_language_asked_for() -> None:
    words = Words("{count} รายการ", "{count} records")
    assert say(words, Language.THAI, count=3) == "3 รายการ"
    assert say(words, Language.ENGLISH, count=3) == "3 records"
    assert say(words, Language.ENGLISH) == "{count} records"


def test_english_counts_one_thing_otherwise_than_many() -> None:
    words = Words("{count} คู่", "{count} [pair was|pairs were] found in {place}")
    assert say(words, Language.ENGLISH, count="1", place="a [b|c]") == "1 pair was found in a [b|c]"
    assert say(words, Language.ENGLISH, count="1,001", place="x") == "1,001 pairs were found in x"
    assert say(words, Language.THAI, count=1, place="x") == "1 คู่"
    nearest = Words("", "{all} of them, {count} unsent [change|changes], {all} [file|files]")
    assert say(nearest, Language.ENGLISH, all=1, count=0) == "1 of them, 0 unsent changes, 1 file"


def test_words_inside_words_are_said_in_the_same_language() -> None:
    filled = Words("ไม่พบ{what}", "No {what} found").filled(what=Words("แผน", "plan"))
    assert filled == Words("ไม่พบแผน", "No plan found")


@pytest.mark.parametrize("kind", [Correctable, Unavailable, Refused])
def test_an_error_says_its_sentence_and_keeps_its_code(kind: type[AppError]) -> None:
    error = kind(Words("หัว", "Head"), Words("ประโยค", "Sentence"), code="fork")
    assert error.sentence(Language.THAI) == "ประโยค"
    assert str(error) == "Sentence"
    assert error.code == "fork"
    assert error.title == Words("หัว", "Head")


def test_a_field_error_can_be_corrected() -> None:
    error = FieldError(Words("ยาวเกินไป", "Too long"))
    assert isinstance(error, Correctable)
    assert error.title.th
    assert error.code == ""


def test_a_new_id_is_a_uuid_of_version_7_that_holds_its_instant() -> None:
    made = uuid.UUID(new_id(NOW, random.Random(1).randbytes))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(NOW.timestamp() * 1000)
    assert is_id(str(made))


def test_new_ids_differ_and_repeat_with_the_same_entropy() -> None:
    entropy = random.Random(1).randbytes
    assert new_id(NOW, entropy) != new_id(NOW, entropy)
    assert new_id(NOW, random.Random(1).randbytes) == new_id(NOW, random.Random(1).randbytes)


def test_a_clock_before_1970_still_makes_ids() -> None:
    assert uuid.UUID(new_id(datetime(1960, 1, 1, tzinfo=UTC), random.Random(1).randbytes)).int >> 80 == 0


def test_a_conflict_has_the_same_id_on_every_desk() -> None:
    assert conflict_id("r", "c") == conflict_id("r", "c") != conflict_id("r", "d")
    assert uuid.UUID(conflict_id("r", "c")).version == 5


@pytest.mark.parametrize(
    "text", ["", "x" * 36, None, 5, "01936F5E-4C00-7ABC-8DEF-0123456789AB", "{01936f5e-4c00-7abc-8def-0123456789a}", "0" * 36]
)
def test_what_is_not_written_as_an_id_is_none(text: object) -> None:
    assert not is_id(text)


def test_every_problem_of_the_protocol_speaks_both_languages() -> None:
    for problem in PROBLEMS.values():
        assert 400 <= problem.status < 600
        assert all(words.th and words.en and words.th != words.en for words in (problem.title, problem.detail))
    assert all(words.th and words.en for words in REFUSALS.values())
