"""What a line of the budget, a contract or a year has left: the one arithmetic that checks, trees and panels share. Pure.

    adopted + moved in - moved out = available;  available - committed - paid otherwise = balance

Committed is what live contracts of the line may still cost in all; what is paid on them is inside it. What is paid without a live contract
of the line comes on top. Money carried over stays that of the line it came from: a voucher of a later year on its contract counts there,
whatever line it names. Money is satang throughout.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.kinds import Json

MOVING_STATE = "approved"
"""The state in which a transfer moves money."""
IDLE_CONTRACTS = ("draft", "terminated")
"""States of contracts that bind no money: not signed yet, or over before their time."""
CARRIED_STATES = ("approved", "spent")
"""States in which money is carried over and may be paid in later years."""


@dataclass(frozen=True)
class Amounts:
    """The money of a line, or the sums of many; satang."""

    adopted: int = 0
    """As the ordinance has it."""
    moved_in: int = 0
    """By approved transfers to it."""
    moved_out: int = 0
    """By approved transfers from it."""
    contracted: int = 0
    """Of its live contracts."""
    paid: int = 0
    """Every voucher on it, under a contract or not."""
    paid_otherwise: int = 0
    """The part of `paid` that no live contract of the line covers."""

    @property
    def available(self) -> int:
        """What the line holds after transfers."""
        return self.adopted + self.moved_in - self.moved_out

    @property
    def balance(self) -> int:
        """What may still be bound or paid."""
        return self.available - self.contracted - self.paid_otherwise

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.adopted + other.adopted,
            self.moved_in + other.moved_in,
            self.moved_out + other.moved_out,
            self.contracted + other.contracted,
            self.paid + other.paid,
            self.paid_otherwise + other.paid_otherwise,
        )


def amount_of(fields: Mapping[str, Json], name: str = "amount") -> int:
    """The satang in a field; 0 where there is none."""
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def moves(transfer: Mapping[str, Json]) -> bool:
    """Whether a transfer moves its money."""
    return transfer.get("state") == MOVING_STATE


def binds(contract: Mapping[str, Json]) -> bool:
    """Whether a contract binds money of its line."""
    return contract.get("state") not in IDLE_CONTRACTS


def line_of_payment(payment: Mapping[str, Json], contract: Mapping[str, Json] | None, carried: Iterable[Mapping[str, Json]]) -> Json:
    """The id of the line a payment counts on; None when none is known.

    Args:
        contract: the one it names; None when it names none, or none that is here.
        carried: the carry-overs that name that contract. The latest one counts, for payments of the years after it.
    """
    named = payment.get("contract")
    # Without a contract nothing says which money a voucher pays from but the line it names.
    live = [
        one for one in carried if named and one.get("contract") == named and one.get("state") in CARRIED_STATES and one.get("budget_line")
    ]
    latest = max(live, key=lambda one: (amount_of(one, "fiscal_year"), str(one.get("id"))), default=None)
    if latest is not None and amount_of(payment, "fiscal_year") > amount_of(latest, "fiscal_year"):
        return latest.get("budget_line")
    return payment.get("budget_line") or (contract or {}).get("budget_line")


def line_amounts(
    line: Mapping[str, Json],
    transfers_in: Iterable[Mapping[str, Json]],
    transfers_out: Iterable[Mapping[str, Json]],
    contracts: Iterable[Mapping[str, Json]],
    payments: Iterable[Mapping[str, Json]],
) -> Amounts:
    """The money of one line from the records that name it.

    Args:
        line: its wire fields.
        contracts: those of the line, each with its id under "id".
        payments: those that count on it, see `line_of_payment`.
    """
    live = {str(contract.get("id")): amount_of(contract) for contract in contracts if binds(contract)}
    paid = paid_otherwise = 0
    for payment in payments:
        paid += amount_of(payment)
        if payment.get("contract") not in live:
            paid_otherwise += amount_of(payment)
    return Amounts(
        adopted=amount_of(line),
        moved_in=sum(amount_of(one) for one in transfers_in if moves(one)),
        moved_out=sum(amount_of(one) for one in transfers_out if moves(one)),
        contracted=sum(live.values()),
        paid=paid,
        paid_otherwise=paid_otherwise,
    )
