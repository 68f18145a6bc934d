"""Breaks a text into lines that fit: at spaces first, between Thai words where a run of Thai is longer than a line.

The dictionary takes most of a second to load, so it is brought only for a text that does not fit.
"""

from collections.abc import Callable


def lines_of(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The lines of a text, its own line breaks kept; a word longer than a line is cut between letters, never before a mark."""
    found: list[str] = []
    for paragraph in text.splitlines():
        if fits(paragraph):
            found.append(paragraph)
            continue
        found += _filled(_words(paragraph), fits)
    return found


def _words(text: str) -> list[str]:
    from newmm_tokenizer.tokenizer import word_tokenize  # type: ignore[import-untyped]  # the package has no stubs

    return list(word_tokenize(text, keep_whitespace=True))


def _filled(words: list[str], fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        if fits((line + word).rstrip()):
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = word.lstrip()
        while not fits(line) and len(line) > 1:
            cut = _cut(line, fits)
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _cut(word: str, fits: Callable[[str], bool]) -> int:
    """How many letters of a word that is too long fit, marks kept with their letter; 1 at least."""
    end = max((size for size in range(1, len(word)) if fits(word[:size])), default=1)
    while 1 < end < len(word) and _hangs(word[end]):
        end -= 1
    return end


def _hangs(letter: str) -> bool:
    """Whether a letter cannot begin a line: marks, and vowels written after their consonant."""
    return letter in "\u0e30\u0e31\u0e32\u0e33\u0e45\u0e46" or "\u0e34" <= letter <= "\u0e3a" or "\u0e47" <= letter <= "\u0e4e"
