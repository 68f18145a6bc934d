"""Digits as a Thai document writes them, to see that what people type in them is read."""

_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def to_thai(text: str) -> str:
    """The text with its digits 0-9 as Thai digits; everything else stays."""
    return text.translate(_THAI)
