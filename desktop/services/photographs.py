"""Photographs of persons: taken in as files of the record, given back as bytes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.storage import attachments
from records.kinds import FileRef, Json

if TYPE_CHECKING:
    from desktop.services.office import Office


def keep(office: "Office", content: bytes, name: str, media_type: str) -> FileRef:
    """Keeps a picture that was scaled already and returns what the record names it by."""
    with office.database.write() as connection:
        return attachments.add(connection, content, name, media_type)


def contents(office: "Office", files: Iterable[Json]) -> dict[str, bytes]:
    """The first picture of each wire value of a photograph field, by its hash; those that have not arrived are left out."""
    found: dict[str, bytes] = {}
    with office.database.reading() as connection:
        for sha256 in {first_of(value) for value in files} - {""}:
            content = attachments.content(connection, sha256)
            if content is not None:
                found[sha256] = content
    return found


def first_of(value: Json) -> str:
    """The hash of the first picture of a wire value; empty for none."""
    first = value[0] if isinstance(value, list) and value else None
    sha256 = first.get("sha256") if isinstance(first, dict) else None
    return sha256 if isinstance(sha256, str) else ""
