"""Cells of an XLSX whose formula was never worked out: they read as empty, though a person who opens the book in Excel sees a number.

Excel and LibreOffice keep the result beside each formula; programs that only write books often leave it out. Such cells are told, not lost.
"""

import io
import re
import zipfile

Place = tuple[int, int]
"""Row and column, counted from 0."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a sheet that is looked through; what writes longer ones keeps the results."""

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>')
_SHEET = re.compile(rb'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_PART = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def uncomputed(content: bytes) -> dict[str, frozenset[Place]]:
    """By sheet name, the cells with a formula and no result; empty for books that are no XLSX or keep all results."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = _parts(book)
            return {name: places for name, part in parts.items() if (places := _places(book, part))}
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, ValueError):
        # What the reader of the book itself makes of it is said by that reader.
        return {}


def _parts(book: zipfile.ZipFile) -> dict[str, str]:
    targets: dict[bytes, str] = {}
    for relation in _PART.findall(book.read("xl/_rels/workbook.xml.rels")):
        said = dict(_ATTRIBUTE.findall(relation))
        if b"Id" in said and b"Target" in said:
            target = said[b"Target"].decode()
            targets[said[b"Id"]] = target[1:] if target.startswith("/") else f"xl/{target}"
    found = _SHEET.findall(book.read("xl/workbook.xml"))
    return {_plain(name): targets[relation] for name, relation in found if relation in targets}


def _plain(name: bytes) -> str:
    text = name.decode()
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def _places(book: zipfile.ZipFile, part: str) -> frozenset[Place]:
    if book.getinfo(part).file_size > LARGEST:
        return frozenset()
    content = book.read(part)
    if b"<f>" not in content and b"<f " not in content:
        return frozenset()
    return frozenset((int(row) - 1, _column(letters)) for letters, row in _CELL.findall(content))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
