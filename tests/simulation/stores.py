"""Where the simulated server keeps its data: a store that can be copied as a whole and put back to the copy."""

import shutil
from pathlib import Path
from typing import Protocol

from server_stub.storage.base import Storage
from server_stub.storage.sqlite import SqliteStorage


class Stores(Protocol):
    """A server's store of one history."""

    def opened(self) -> Storage:
        """Opens it, empty the first time."""

    def keep(self) -> None:
        """Makes a backup; the store is closed."""

    def put_back(self) -> None:
        """Puts the last backup in its place; the store is closed."""

    def end(self) -> None:
        """Takes it away; the store is closed."""


class SqliteStores:
    """A file in the folder of a history."""

    def __init__(self, folder: Path, template: Path) -> None:
        """`template`: a server's file with the schema alone."""
        self._path = folder / "server.db"
        self._backup = folder / "server.backup"
        shutil.copyfile(template, self._path)

    def opened(self) -> Storage:
        """As `Stores`."""
        return SqliteStorage(self._path, is_durable=False)

    def keep(self) -> None:
        """As `Stores`."""
        # The last connection moved the log ahead into the file when it was closed.
        shutil.copyfile(self._path, self._backup)

    def put_back(self) -> None:
        """As `Stores`."""
        for rest in self._path.parent.glob(self._path.name + "*"):
            rest.unlink()
        shutil.copyfile(self._backup, self._path)

    def end(self) -> None:
        """As `Stores`."""


def sqlite_template(folder: Path) -> Path:
    """A server's file with the schema alone, to be copied."""
    path = folder / "server-template.db"
    SqliteStorage(path, is_durable=False).close()
    for rest in folder.glob(f"{path.name}-*"):
        rest.unlink()
    return path
