"""What the form of a type shows beside its fields: persons who may be the same, a contact card. `type_extras` says which type has which."""

from typing import TYPE_CHECKING

from desktop.ui.widgets.card import Card

if TYPE_CHECKING:
    from desktop.storage.rows import Row


class FormGuest(Card):
    """A card in a form that is no section of fields."""

    is_early = False
    """Whether it stands under the first section: what appears while one types must not move the field under the cursor."""

    def show_record(self, row: "Row | None") -> None:
        """Told each time the form shows a record; None for a new one."""
