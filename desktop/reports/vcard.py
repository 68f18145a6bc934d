"""A person as a vCard 3.0 (RFC 2426), which telephones and mail programs take in."""

from collections.abc import Iterable, Mapping

from records.kinds import Json

_LONGEST = 75
"""Octets of a line before it is folded (RFC 2426, section 2.6)."""


def vcard(fields: Mapping[str, Json], positions: Iterable[str] = (), organisation: str = "") -> str:
    """The card of a person's wire fields: name, telephones, mail, address and what the person holds; CRLF ends each line.

    The citizen id, the date of birth and notes never leave on a card.
    """
    prefix, first, last = (_text(fields, name) for name in ("prefix", "first_name", "last_name"))
    whole = f"{prefix}{first} {last}".strip()
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;{prefix};", f"FN:{whole}"]
    held = [_escaped(one) for one in positions]
    if held:
        lines.append("TITLE:" + ", ".join(held).replace(", ", "\\, "))
    if organisation:
        lines.append(f"ORG:{_escaped(organisation)}")
    if fields.get("phone"):
        lines.append(f"TEL;TYPE=CELL:{_text(fields, 'phone')}")
    if fields.get("email"):
        lines.append(f"EMAIL;TYPE=INTERNET:{_text(fields, 'email')}")
    street = " ".join(part for part in (_text(fields, "house_number"), _moo(fields), _text(fields, "road")) if part)
    place = [street, _text(fields, "tambon"), _text(fields, "amphoe"), _text(fields, "province"), _text(fields, "postcode")]
    if any(place):
        lines.append(f"ADR;TYPE=HOME:;;{';'.join((street, ' '.join(filter(None, place[1:3])), place[3], place[4]))};")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(fields: Mapping[str, Json], name: str) -> str:
    return _escaped(str(fields.get(name) or ""))


def _moo(fields: Mapping[str, Json]) -> str:
    return f"M.{fields['moo']}" if fields.get("moo") else ""


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line of more than 75 octets goes on after a line end and a space; no letter is cut in two."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LONGEST:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + octets
    return "\r\n".join([*parts, part])
