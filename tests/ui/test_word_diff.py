"""What changed between two texts is told word by word, Thai words too."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.widgets.thai_wrap import unwrapped
from desktop.ui.word_diff import as_html, word_diff, words_of

BEFORE = "เพื่อให้ประชาชนในพื้นที่ได้รับบริการสาธารณะอย่างทั่วถึง"
AFTER = "เพื่อให้ผู้สูงอายุในพื้นที่ได้รับบริการสาธารณะอย่างทั่วถึง"


def test_a_changed_thai_word_alone_is_marked() -> None:
    pieces = word_diff(BEFORE, AFTER)

    assert [(piece.fate, piece.text) for piece in pieces if piece.fate != "same"] == [("gone", "ประชาชน"), ("new", "ผู้สูงอายุ")]


def test_equal_texts_have_nothing_marked() -> None:
    assert {piece.fate for piece in word_diff(BEFORE, BEFORE)} == {"same"}


@given(st.text(max_size=120), st.text(max_size=120))
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    before, after = unwrapped(before), unwrapped(after)
    pieces = word_diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.fate != "gone") == after
    assert "".join(piece.text for piece in pieces if piece.fate != "new") == before
    assert "".join(words_of(after)) == after


def test_new_is_underlined_gone_is_struck_through_and_marks_are_escaped() -> None:
    shown = as_html(word_diff("ราคา <100", "ราคา <200"), "#111111", "#222222")

    assert "underline" in shown
    assert "line-through" in shown
    assert "&lt;" in shown
