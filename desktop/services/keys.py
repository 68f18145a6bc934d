"""The recovery code of this data folder: whether there is one, and making it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import credentials

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class NewCode:
    """A recovery code just made. It is kept nowhere: whoever shows it shows it once."""

    code: str
    backups: int
    """How many backups it opens from now on, instead of the former one."""

    def __repr__(self) -> str:
        # Never the code: this lands in logs.
        return f"NewCode(backups={self.backups})"


class Keys:
    """The ways in which the key of the database is kept."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def has_code(self) -> bool:
        """Whether a recovery code was made."""
        return credentials.has_code(self._office.folder, self._office.database.key)

    def make_code(self) -> NewCode:
        """Makes a new recovery code; the former one opens nothing within reach any longer. Raises Unavailable (disk full, read-only)."""
        office = self._office
        code = credentials.make_code(office.folder, office.database.key, office.entropy, office.clock())
        return NewCode(code, office.backups.spread_key_file(office.database.key))
