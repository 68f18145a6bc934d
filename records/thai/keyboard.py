"""The same keys on the other keyboard layout: a search typed with the wrong layout on is understood.

Thai Kedmanee (TIS 820-2538) against QWERTY, shifted keys included.
"""

_QWERTY = "1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_KEDMANEE = (
    "ๅ/-ภถ\u0e38\u0e36คตจขช"
    "ๆไำพะ\u0e31\u0e35รนยบลฃ"
    "ฟหกด\u0e40\u0e49\u0e48าสวง"
    "ผปแอ\u0e34\u0e37ทมใฝ"
    "+๑๒๓๔\u0e39฿๕๖๗๘๙"
    '๐"ฎฑธ\u0e4d\u0e4aณฯญฐ,ฅ'
    "ฤฆฏโฌ\u0e47\u0e4bษศซ."
    "()ฉฮ\u0e3a\u0e4c?ฒฬฦ"
)
_TO_THAI = str.maketrans(_QWERTY, _KEDMANEE)
_TO_LATIN = str.maketrans(_KEDMANEE, _QWERTY)


def other_layout(text: str) -> str:
    """What the same keys write on the other layout: Thai when the text has no Thai letter, else Latin."""
    is_thai = any("\u0e00" <= character <= "\u0e7f" for character in text)
    return text.translate(_TO_LATIN if is_thai else _TO_THAI)
