"""Acts of a person on this desk, and taking the last one back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage.acts import Act
from desktop.storage.rows import Row
from records.kinds import Json
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class TakenBack:
    """What undoing an act did."""

    label: Words
    """What the act was."""
    records: tuple[Row, ...]
    """The records that are as before."""
    skipped: tuple[tuple[Row, Words], ...]
    """Records left as they are, each with the reason: somebody changed them since."""

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        return {
            "undone": say(self.label, language),
            "records": [row.as_json() for row in self.records],
            "skipped": [{**row.as_json(), "reason": say(reason, language)} for row, reason in self.skipped],
        }


class Undo:
    """Takes acts back."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def last(self) -> TakenBack:
        """Takes back the last act of this account on this desk that is not taken back yet; what was sent gets a new version.

        Raises Correctable when there is none.
        """
        undone = self._office.store.undo_last(self._office.enrolled.account)
        return TakenBack(undone.act.label, tuple(undone.undone), tuple(undone.skipped))

    def act(self, act_id: str) -> TakenBack:
        """Takes back one act. Raises Correctable when there is no such act or it was taken back already."""
        undone = self._office.store.undo(act_id, self._office.enrolled.account)
        return TakenBack(undone.act.label, tuple(undone.undone), tuple(undone.skipped))

    def acts(self, limit: int = 20) -> list[Act]:
        """The last acts of this account on this desk, newest first, those taken back included."""
        return self._office.store.last_acts(self._office.enrolled.account, limit)
