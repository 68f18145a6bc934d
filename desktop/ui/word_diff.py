"""What changed between two texts, word by word, Thai words too. Decided without a widget; the HTML is for a label.

Never by colour alone: what is new is underlined, what is gone is struck through.
"""

import difflib
import html
import re
from dataclasses import dataclass
from typing import Literal

from desktop.ui.widgets.thai_wrap import ZERO_WIDTH_SPACE, wrapped

LONG = 60
"""Texts longer than this are read with a word diff; shorter ones are read whole."""


@dataclass(frozen=True)
class Piece:
    """A run of words with one fate."""

    fate: Literal["same", "new", "gone"]
    text: str


def words_of(text: str) -> list[str]:
    """The words, spaces and signs of a text; joined they are the text again."""
    found: list[str] = []
    for part in wrapped(text).split(ZERO_WIDTH_SPACE):
        found += re.findall(r"\s+|\S+", part)
    return found


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to the other; the pieces that are not gone, joined, are `after`."""
    old, new = words_of(before), words_of(after)
    pieces: list[Piece] = []
    for operation, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("gone", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("new", "".join(new[new_from:new_to])))
    return tuple(pieces)


def as_html(pieces: tuple[Piece, ...], new_colour: str, gone_colour: str) -> str:
    """The pieces for a label of rich text; colours are `#rrggbb`. Break marks are put between Thai words so that lines can break."""
    shown = []
    for piece in pieces:
        text = html.escape(wrapped(piece.text)).replace("\n", "<br>")
        if piece.fate == "new":
            text = f'<span style="color:{new_colour}; text-decoration:underline;">{text}</span>'
        elif piece.fate == "gone":
            text = f'<span style="color:{gone_colour}; text-decoration:line-through;">{text}</span>'
        shown.append(text)
    return ZERO_WIDTH_SPACE.join(shown)
