"""How a Thai name sounds: two spellings of one name (ศิริพร, สิริพร; ณัฐ, นัฐ; วรวิทย์, วรวิท) have one code.

The code is LK82: ร.ต.อ. ดร. วิชิต หล่อจีระชุณห์กุล (Vichit Lorchirachoonkul), "A Thai soundex system", Information Processing & Management
18(5), 1982, pp. 243-255: the first consonant by its sound, then groups of consonants and of the vowels that tell names apart; silenced
letters, tones and short vowels are left out, repetitions said once. ไ and ใ count as ย, which they end in.

The published code has five signs, padded with 0; `sound_of` keeps all it hears, because long family names differ at their ends.
"""

import re
from functools import lru_cache

from records.thai.text import mend

_SILENCED = re.compile("จน์|มณ์|ณฑ์|ทร์|ตร์|[ก-ฮ][\u0e30-\u0e39]?์")
_UNHEARD = re.compile("[\u0e47-\u0e4e\u0e3aๆ]")
"""Tones, ็ ์ ํ ๎ ฺ and ๆ."""
_FIRST = str.maketrans(
    "กขฃคฅฆงจฉชฌซศษสฎดฏตฐฑฒถทธณนบปผพภฝฟมญยรลฬฤฦวอหฮ",
    "กกกกกกงจชชชซซซซดดตตททททททนนบปพพพฟฟมยยรรรรรวอฮฮ",
)
_CODES = {
    "1": "กขฃคฅฆ",
    "2": "ง",
    "3": "จฉชซฌฎฏฐฑฒดตถทธศษส",
    "4": "ญณนรลฬฤฦ",
    "5": "บปพฟภผฝ",
    "6": "มำ",
    "7": "ยไใ",
    "8": "วหฮ",
    "9": "าๅ",
    "A": "ึื",
    "B": "เ",
    "C": "แ",
    "D": "โ",
    "E": "ุู",
    "F": "อ",
}
_REST = str.maketrans({letter: code for code, letters in _CODES.items() for letter in letters})
_LONG = "าๅึืู"
_NOT_CODED = "ะัิี"
_WEAK = "รวยฤฦ"
"""Heard as consonants only after a vowel or before one of these."""
_CLOSE = "ึืุู"
_REMEMBERED = 50_000
"""Different names whose sound is kept: given names repeat themselves."""


@lru_cache(maxsize=_REMEMBERED)
def sound_of(text: str) -> str:
    """The whole code of a name; Latin letters stand as they are, in lower case. Empty when nothing is heard."""
    name = "".join(mend(text).casefold().split())
    if name.isascii():
        return name
    name = _UNHEARD.sub("", _SILENCED.sub("", name))
    if not name:
        return ""
    if "ก" <= name[0] <= "ฮ":
        signs, rest = [name[0].translate(_FIRST)], name[1:]
    else:
        # A vowel written before its consonant is said after it.
        signs, rest = [name[1:2].translate(_FIRST), name[0].translate(_REST)], name[2:]
    signs += _signs(rest)
    return "".join(sign for at, sign in enumerate(signs) if at == 0 or sign != signs[at - 1])


def _signs(rest: str) -> list[str]:
    signs: list[str] = []
    vowel_at: int | None = None
    for at, letter in enumerate(rest):
        before, after = rest[at - 1 : at], rest[at + 1 : at + 2]
        sign = letter.translate(_REST)
        if letter in _NOT_CODED:
            vowel_at, sign = at, ""
        elif letter in _LONG:
            vowel_at = at
        elif letter == "ุ":
            vowel_at = at
            # Silent in -ตุ and -ธุ: เหตุ, พันธุ.
            sign = "" if before and before in "ตธ" else sign
        elif letter in "หอ":
            sign = sign if after and after in _CLOSE else ""
        elif letter in _WEAK:
            sign = sign if vowel_at == at - 1 or (after and after in _CLOSE) else ""
        signs.append(sign)
    return signs
