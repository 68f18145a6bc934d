"""What all histories share: templates of data files, and what makes the store of a server."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.storage.database import Database
from tests.simulation.computer import KEY
from tests.simulation.kinds import GENERATIONS
from tests.simulation.stores import SqliteStores, Stores, sqlite_template


class Broken(AssertionError):
    """A law does not hold."""


@dataclass(frozen=True)
class World:
    """What all histories share."""

    desks: tuple[Path, ...]
    """A data file with the schema of each generation and nothing in it."""
    stores: Callable[[Path], Stores]
    """The server's store for a history in that folder."""


def make_world(folder: Path, stores: Callable[[Path], Stores] | None = None) -> World:
    """The templates. `stores` makes the server's store of a history; None: on SQLite."""
    if stores is None:
        server = sqlite_template(folder)

        def stores(own: Path) -> Stores:
            return SqliteStores(own, server)

    return World(tuple(make_template(folder, number) for number in range(len(GENERATIONS))), stores)


def make_template(folder: Path, generation: int = 1) -> Path:
    """A data file with the schema of that generation and nothing in it, to be copied."""
    path = folder / f"template{generation}.db"
    Database.open(path, KEY, GENERATIONS[generation], synchronous="OFF").close()
    for rest in folder.glob(f"{path.name}-*"):
        rest.unlink()
    return path
