"""Contents of files, kept in the same encrypted file and once per content; records name them by `FileRef`."""

import hashlib
from collections.abc import Iterable

from desktop.storage.connection import Connection
from records.kinds import FileRef


def add(connection: Connection, content: bytes, name: str, media_type: str) -> FileRef:
    """Keeps the content (once, however often it is added) and returns what a record names it by."""
    sha256 = hashlib.sha256(content).hexdigest()
    connection.execute("INSERT OR IGNORE INTO attachment (sha256, size, content) VALUES (?, ?, ?)", (sha256, len(content), content))
    return FileRef(sha256=sha256, name=name, size=len(content), media_type=media_type)


def content(connection: Connection, sha256: str) -> bytes | None:
    """The content of that hash; None when it is not here (it travels apart from the record and may arrive later)."""
    found: bytes | None = connection.value("SELECT content FROM attachment WHERE sha256 = ?", sha256)
    return found


def missing(connection: Connection, hashes: Iterable[str]) -> list[str]:
    """Those of the hashes whose content is not here, in their order."""
    return [sha256 for sha256 in dict.fromkeys(hashes) if connection.value("SELECT 1 FROM attachment WHERE sha256 = ?", sha256) is None]
