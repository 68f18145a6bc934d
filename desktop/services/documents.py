"""Documents on their way, for the sync view: how many wait to be sent, and those the server did not take, each with a record that names it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage import file_states, file_uses
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST_LISTED = 20
"""Documents not taken that are listed by name; the rest is a count."""


@dataclass(frozen=True)
class Untaken:
    """A document the server did not take."""

    name: str
    size: int
    """Bytes."""
    problem: Words
    type: str
    """Of a living record that names it; empty when none does."""
    id: str


@dataclass(frozen=True)
class Documents:
    """What has not gone."""

    waiting: int = 0
    """Here and not at the server, those not taken included."""
    size: int = 0
    """Bytes of them."""
    untaken: tuple[Untaken, ...] = ()
    """The first of those the server did not take."""
    all_untaken: int = 0


def documents(office: "Office") -> Documents:
    """Asks the store, nobody else; on the thread that may write, since it first notes what new records name."""
    file_uses.catch_up(office.database)
    with office.database.reading() as connection:
        waiting, size = file_states.waiting(connection)
        troubled = file_states.troubled(connection)
        if not troubled:
            return Documents(waiting, size)
        # Only then: a desk without trouble needs none of the code of sync.
        from desktop.sync.files import words_of

        untaken = []
        for file, problem in troubled[:MOST_LISTED]:
            record = file_states.named_by(connection, file.stream, file.sha256)
            untaken.append(Untaken(file.name, file.size, words_of(problem), *(record or ("", ""))))
    return Documents(waiting, size, tuple(untaken), len(troubled))
