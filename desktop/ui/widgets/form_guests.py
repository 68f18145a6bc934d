"""What the form of a type shows beside its fields: persons who may be the same, a contact card. Written out by type, brought when needed."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desktop.ui.widgets.card import Card

if TYPE_CHECKING:
    from desktop.storage.rows import Row
    from desktop.ui.widgets.form_frame import FormFrame


class FormGuest(Card):
    """A card in a form that is no section of fields."""

    is_early = False
    """Whether it stands under the first section: what appears while one types must not move the field under the cursor."""

    def show_record(self, row: "Row | None") -> None:
        """Told each time the form shows a record; None for a new one."""


def _of_person(form: "FormFrame") -> list[FormGuest]:
    from desktop.ui.widgets.person_guests import AlikeOffer, ContactCard

    return [AlikeOffer(form), ContactCard(form)]


def _of_term(form: "FormFrame") -> list[FormGuest]:
    from desktop.ui.widgets.term_guests import TermNames

    return [TermNames(form)]


GUESTS: Mapping[str, Callable[["FormFrame"], list[FormGuest]]] = {"person": _of_person, "term": _of_term}
"""By record type."""


def guests_of(form: "FormFrame") -> list[FormGuest]:
    """The guests of a form that was built."""
    make = GUESTS.get(form.spec.type)
    return make(form) if make is not None else []
