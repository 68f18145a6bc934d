"""Thai digits ๐-๙ read as 0-9, and whole numbers written with commas."""

_ARABIC = "0123456789"
_THAI = "๐๑๒๓๔๕๖๗๘๙"
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)


def to_arabic(text: str) -> str:
    """Writes Thai digits as 0-9; everything else stays."""
    return text if text.isascii() else text.translate(_TO_ARABIC)


def group(number: int) -> str:
    """Writes a whole number with commas between thousands: 1,234,567."""
    return f"{number:,}"
