"""States of a record, the steps between them and who may take each; the same rules run on the desktop and on the server."""

from collections.abc import Collection
from dataclasses import dataclass

from records.words import Words


@dataclass(frozen=True)
class Transition:
    """One allowed step from a state to another."""

    source: str
    """The state it leaves; empty for the first state of a new record."""
    target: str
    label: Words
    """What the button says."""
    roles: frozenset[str] = frozenset()
    """The roles that may take it; empty for anyone with a write grant."""
    is_submission: bool = False
    """Whether a record with errors is held back from it: a draft may always be incomplete, what is submitted may not."""


@dataclass(frozen=True)
class Workflow:
    """The states of a record type: a choice field and the steps allowed between its options."""

    field: str
    transitions: tuple[Transition, ...]
    paused: frozenset[str] = frozenset()
    """States in which the office waits for somebody else: its clock stands, and nothing in them is late."""

    def allows(self, before: str | None, after: str | None, roles: Collection[str]) -> bool:
        """Whether somebody with these roles may move the state; staying in a state is always allowed."""
        if before == after:
            return True
        return any(
            step.source == (before or "") and step.target == (after or "") and (not step.roles or not step.roles.isdisjoint(roles))
            for step in self.transitions
        )

    def reaches(self, before: str | None, after: str | None, roles: Collection[str]) -> bool:
        """Whether the steps somebody with these roles may take lead from one state to another, one after the other.

        Several steps taken while the line is cut arrive as one change. A new record may come so far by steps open to everybody alone: a
        restricted one is taken on a record that is there.
        """
        if self.allows(before, after, roles):
            return True
        known, reached = [before or ""], {before or ""}
        while known:
            state = known.pop()
            for step in self.transitions:
                is_open = not step.roles or (bool(before) and not step.roles.isdisjoint(roles))
                if step.source == state and is_open and step.target not in reached:
                    known.append(step.target)
                    reached.add(step.target)
        return bool(after) and after in reached

    def is_submission(self, before: str | None, after: str | None) -> bool:
        """Whether moving the state so hands the record in, also over several steps at once: errors hold it back."""
        return before != after and any(step.is_submission and step.target == (after or "") for step in self.transitions)

    def steps_from(self, state: str | None, roles: Collection[str]) -> tuple[Transition, ...]:
        """The steps a person with these roles may take from a state, in the order written."""
        return tuple(s for s in self.transitions if s.source == (state or "") and (not s.roles or not s.roles.isdisjoint(roles)))
