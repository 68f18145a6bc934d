"""Picks an office by name, district, province or code, present or former; names repeat, so place and code always stand beside."""

from desktop.ui.widgets.editors.reference import MOST_OFFERED, ReferenceEditor
from desktop.ui.widgets.suggest_line import Suggestion


class OfficeEditor(ReferenceEditor):
    """The picker of offices."""

    def offered(self, text: str) -> list[Suggestion]:
        """What the registry finds, former names and codes included."""
        return [Suggestion(found.name, found.place, found.id) for found in self.context.office.registry.find(text, MOST_OFFERED)]
