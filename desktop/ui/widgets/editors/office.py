"""Picks an office by name, district, province or code, present or former; names repeat, so place and code always stand beside."""

from desktop.ui.widgets.editors.reference import MOST_OFFERED, ReferenceEditor


class OfficeEditor(ReferenceEditor):
    """The picker of offices."""

    def offered(self, text: str) -> list[tuple[str, str, str]]:
        """What the registry finds, former names and codes included."""
        return [(found.id, found.name, found.place) for found in self.context.office.registry.find(text, MOST_OFFERED)]
