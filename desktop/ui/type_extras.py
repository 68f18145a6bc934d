"""What a record type has in the window beyond the list and the form that every type gets: one table, its parts brought when first needed.

A type that is not in the table has nothing beyond them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.ui.screen import Action, Context, Place

if TYPE_CHECKING:
    from desktop.services.budget import Balance, Budget
    from desktop.storage.rows import Row
    from desktop.ui.widgets.editors.reference import ReferenceEditor
    from desktop.ui.widgets.form_frame import FormFrame
    from desktop.ui.widgets.form_guests import FormGuest
    from desktop.ui.widgets.request_work import RequestWork


@dataclass(frozen=True)
class TypeExtras:
    """The extras of one type; what is left out it has not."""

    new_page: str = ""
    """The page, a key of `pages.PAGES`, on which new records are made instead of in an empty form."""
    panel: "Callable[[Context], RequestWork] | None" = None
    """Makes what stands beside the form on a record's own page; it takes the steps of the workflow over from the form."""
    guests: "Callable[[FormFrame], list[FormGuest]] | None" = None
    """Makes the cards that stand in the form and are no section of fields."""
    acts: "Callable[[Context, Row], list[Action]] | None" = None
    """The acts in the head of the form beside those of every record, for whoever may take them; never asked of a deleted record."""
    balance: "Callable[[Budget, str], Balance] | None" = None
    """Asks what a record, by id, has left; on the store's thread. Shown on the form where the budget may be read."""
    picker: "Callable[[], type[ReferenceEditor]] | None" = None
    """The editor of fields that refer to the type, where it looks for records or tells them apart in a way of its own."""


def _budget_lines() -> "type[ReferenceEditor]":
    from desktop.ui.widgets.editors.budget_line import BudgetLineEditor

    return BudgetLineEditor


def _offices() -> "type[ReferenceEditor]":
    from desktop.ui.widgets.editors.office import OfficeEditor

    return OfficeEditor


def _of_office(context: Context, row: "Row") -> list[Action]:
    from desktop.ui.widgets.registry_acts import acts_of_office

    return acts_of_office(context, row)


def _of_change_request(context: Context, row: "Row") -> list[Action]:
    from desktop.ui.widgets.registry_acts import acts_of_request

    return acts_of_request(context, row)


def _of_person(form: "FormFrame") -> "list[FormGuest]":
    from desktop.ui.widgets.person_guests import AlikeOffer, ContactCard

    return [AlikeOffer(form), ContactCard(form)]


def _of_term(form: "FormFrame") -> "list[FormGuest]":
    from desktop.ui.widgets.term_guests import TermNames

    return [TermNames(form)]


def _request_work(context: Context) -> "RequestWork":
    from desktop.ui.widgets.request_work import RequestWork

    return RequestWork(context)


EXTRAS: Mapping[str, TypeExtras] = {
    "office": TypeExtras(acts=_of_office, picker=_offices),
    "registry_change_request": TypeExtras(acts=_of_change_request),
    "person": TypeExtras(guests=_of_person),
    "term": TypeExtras(guests=_of_term),
    "project": TypeExtras(balance=lambda budget, record_id: budget.project_balance(record_id)),
    "budget_line": TypeExtras(balance=lambda budget, record_id: budget.balance(record_id), picker=_budget_lines),
    "contract": TypeExtras(balance=lambda budget, record_id: budget.contract_balance(record_id)),
    "service_request": TypeExtras(new_page="intake", panel=_request_work),
}
"""By record type."""
_NOTHING = TypeExtras()


def extras_of(record_type: str) -> TypeExtras:
    """The extras of a type."""
    return EXTRAS.get(record_type, _NOTHING)


def place_of_new(record_type: str) -> Place:
    """Where a new record of a type is made."""
    page = extras_of(record_type).new_page
    return Place(page) if page else Place("record", record_type)
