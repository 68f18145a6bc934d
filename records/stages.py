"""How far a project has come in e-Plan's five stages, decided from what is recorded of its money. Pure; desktop and server ask here.

    planned ── approved ── contracted ── disbursed ── completed          (records.catalogue.planning.STAGES)

Source: the e-Plan summary of the Department of Local Administration. A project is counted at each stage by a fact of that stage alone, so a
project paid without a contract shows as what it is and the rule "count must not rise along the stages" can fail.
"""

from records.catalogue.planning import STAGES

ORDER: tuple[str, ...] = tuple(option.value for option in STAGES)
"""The stages, the earliest first."""

PLANNED, APPROVED, CONTRACTED, DISBURSED, COMPLETED = (1 << place for place in range(len(ORDER)))
"""The stages as bits of what `stages_reached` returns."""

LEFT_THE_PLAN = ("moved", "merged", "cancelled")
"""Statuses of a project that the plan no longer counts."""


def stages_reached(planned: int, approved: int, contracts: int, paid: int, is_completed: bool) -> int:
    """The stages a project has reached, as bits.

    Args:
        planned: satang in the plan.
        approved: satang in the ordinance, after transfers.
        contracts: how many contracts are signed; a recorded step of that stage is one.
        paid: satang paid out.
        is_completed: whether a step says so, or the project's own status.
    """
    return (
        (PLANNED if planned > 0 else 0)
        | (APPROVED if approved > 0 else 0)
        | (CONTRACTED if contracts > 0 else 0)
        | (DISBURSED if paid > 0 else 0)
        | (COMPLETED if is_completed else 0)
    )


def furthest_stage(reached: int) -> str | None:
    """The last of the stages reached; None when there is none."""
    return ORDER[reached.bit_length() - 1] if reached else None


def rises(figures: "tuple[int, ...] | list[int]") -> list[int]:
    """The places of the stages whose figure is more than the stage before: count and money must not rise."""
    return [place for place in range(1, len(figures)) if figures[place] > figures[place - 1]]
