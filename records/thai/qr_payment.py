"""The text in a QR code by which any bank's app pays an office: Thai QR Payment on EMVCo's merchant-presented form. Pure.

    00 01   01 12   29 or 30 who is paid   58 TH   53 764   54 amount   63 checksum        each as tag, length (2 digits), value

Tag 30 pays a biller (15 digits: the tax id and two digits of the service) with a reference the bank gives back; tag 29 pays the PromptPay of
a tax id. Source: Bank of Thailand, Thai QR Code Payment Standard; EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode.
"""

import re

_TRANSFER = "A000000677010111"
_BILL = "A000000677010112"
_LONGEST_REFERENCE = 20
_MOST_SATANG = 9_999_999_999_99
"""What fits the 13 characters of the amount."""


def account_of(text: str) -> str | None:
    """The digits of an account to pay into: 13 of a tax id or 15 of a biller; None for anything else."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if digits.isascii() and digits.isdecimal() and len(digits) in (13, 15) else None


def reference_of(text: str) -> str:
    """What of a number a bank carries as its reference: its Latin letters and digits, the last 20; empty where it has none."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[-_LONGEST_REFERENCE:]


def payload(account: str, satang: int, reference: str = "") -> str | None:
    """The text of the code for one payment of a fixed amount; None where no sound code can be made of these.

    Args:
        account: as `account_of` gives it.
        satang: more than 0.
        reference: as `reference_of` gives it; a biller needs one.
    """
    if account_of(account) != account or not 0 < satang <= _MOST_SATANG or reference_of(reference) != reference:
        return None
    if len(account) == 15:
        if not reference:
            return None
        paid = _part("30", _part("00", _BILL) + _part("01", account) + _part("02", reference))
    else:
        paid = _part("29", _part("00", _TRANSFER) + _part("02", account))
    baht, rest = divmod(satang, 100)
    text = (
        _part("00", "01") + _part("01", "12") + paid + _part("58", "TH") + _part("53", "764") + _part("54", f"{baht}.{rest:02d}") + "6304"
    )
    return f"{text}{checksum(text):04X}"


def checksum(text: str) -> int:
    """CRC-16 as EMVCo asks for it: polynomial 1021 (hex), beginning with FFFF, over the ASCII bytes, the tag and length of the sum included."""
    found = 0xFFFF
    for byte in text.encode("ascii"):
        found ^= byte << 8
        for _ in range(8):
            found = (found << 1) ^ 0x1021 if found & 0x8000 else found << 1
        found &= 0xFFFF
    return found


def _part(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
