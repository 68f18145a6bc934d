"""Every text a person reads, in Thai and English, written beside its use.

A text is a `Words` pair. `say` is the one way to turn it into a string: the language is always an argument, never state of a module,
so the server answers two people in two languages at once.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language the program speaks."""

    THAI = "th"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages; `{name}` marks a place that `say` fills.

    English counts one thing otherwise than many: `{count} [record|records]` is said after the number in the place before it. Thai does not.
    """

    th: str
    en: str

    def filled(self, **values: object) -> "Words":
        """Returns the same text with its places filled; the values are alike in both languages unless they are `Words`."""
        return Words(say(self, Language.THAI, **values), say(self, Language.ENGLISH, **values))


_COUNTED = re.compile(r"\{(\w+)\}([^{}\[\]]*)\[([^|{}\[\]]*)\|([^|{}\[\]]*)\]")
"""A place, the words after it, and how they end for one and for many."""


def say(words: Words, language: Language, **values: object) -> str:
    """Says the text in the language, its `{name}` places filled; a value that is `Words` is said in that language too."""
    text = words.th if language is Language.THAI else words.en
    if not values:
        return text
    if "[" in text:
        text = _COUNTED.sub(lambda found: f"{{{found[1]}}}{found[2]}{found[3 if str(values.get(found[1])) == '1' else 4]}", text)
    return text.format(**{name: say(value, language) if isinstance(value, Words) else value for name, value in values.items()})
