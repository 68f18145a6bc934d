"""Line breaks in Thai, which writes no spaces between words.

Qt finds them only where the system has libthai; elsewhere a long Thai text would run out of its box. So for display and print the words are
joined with U+200B (zero width space), and it is taken out again before anything is copied, saved, searched or exported.
"""

from itertools import pairwise

ZERO_WIDTH_SPACE = "\u200b"
_SHORT = 20
"""Texts up to this many characters fit anywhere; the dictionary (a second to load) is not asked for them."""


def has_thai(text: str) -> bool:
    """Tells whether the text has a Thai letter or mark."""
    return any("\u0e00" <= letter <= "\u0e7f" for letter in text)


def wrapped(text: str) -> str:
    """Returns the text with U+200B between its Thai words; short or Latin texts come back as they are."""
    if len(text) <= _SHORT or not has_thai(text):
        return text
    from newmm_tokenizer.tokenizer import word_tokenize  # type: ignore[import-untyped]

    pieces: list[str] = word_tokenize(unwrapped(text))
    result = pieces[0]
    for before, after in pairwise(pieces):
        joins_thai = has_thai(before[-1]) and has_thai(after[0])
        result += (ZERO_WIDTH_SPACE if joins_thai else "") + after
    return result


def load() -> None:
    """Loads the dictionary, which `wrapped` else does at its first long text; on any thread but the window's."""
    wrapped("ก" * (_SHORT + 1))


def unwrapped(text: str) -> str:
    """Returns the text without any U+200B."""
    return text.replace(ZERO_WIDTH_SPACE, "")
