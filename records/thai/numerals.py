"""Thai digits ๐-๙ and Arabic digits 0-9, one for one."""

_ARABIC = "0123456789"
_THAI = "๐๑๒๓๔๕๖๗๘๙"
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)
_TO_THAI = str.maketrans(_ARABIC, _THAI)


def to_arabic(text: str) -> str:
    """Writes Thai digits as 0-9; everything else stays."""
    return text if text.isascii() else text.translate(_TO_ARABIC)


def to_thai(text: str) -> str:
    """Writes the digits 0-9 as Thai digits, for documents that ask for them; everything else stays."""
    return text.translate(_TO_THAI)


def group(number: int) -> str:
    """Writes a whole number with commas between thousands: 1,234,567."""
    return f"{number:,}"
