"""One history by seed: desks work and sync over a bad line, the laws are checked after every step, and in the end all copies must be equal.

    Plan (plan.py)  what can happen      People (people.py)  what is done      Desk (desk.py)  where      Network (network.py)  over what
    Scene           all of these         Happening  what happens               Judging  how it ends       laws.py  what must hold
    History         when it happens

make simulate N=1000        and        make simulate ARGS="--replay SEED"
"""

from itertools import zip_longest
from pathlib import Path

from tests.simulation import papers
from tests.simulation.bugs import NO_BUG, Bug
from tests.simulation.happening import Happening
from tests.simulation.scene import OFFICES
from tests.simulation.world import Broken, World, make_template, make_world

__all__ = ["OFFICES", "Broken", "History", "World", "make_template", "make_world", "play"]


class History(Happening):
    """One history."""

    def run(self) -> "History":
        """Plays and judges. Raises Broken."""
        try:
            self.play(self.random.randint(10, 60))
            self.come_to_rest()
            self.judge()
        finally:
            self.close()
        return self

    def play(self, steps: int) -> None:
        """So many steps, the laws checked after each."""
        weighed = self._weighed()
        events, weights = list(weighed), list(weighed.values())
        for _ in range(steps):
            desk = self.random.choice(self.all_desks)
            self.random.choices(events, weights)[0](desk)
            self.check(desk.faults() + self.network.faults)


def play(seed: int, world: World, folder: Path, bug: Bug = NO_BUG) -> None:
    """Plays one history by its seed; a calm one a second time with clocks that only go on, which must end the same. Raises Broken."""
    folder.mkdir()
    with papers.small_blocks():
        _play(seed, world, folder, bug)


def _play(seed: int, world: World, folder: Path, bug: Bug) -> None:
    history = History(seed, world, folder, bug).run()
    if history.plan.calm:
        again = folder / "again"
        again.mkdir()
        even = History(seed, world, again, bug, may_jump=False).run()
        for jumped, went_on in zip_longest(history.trace, even.trace):
            if jumped != went_on:
                raise Broken(f"seed {seed}: clocks that jump leave {jumped}, others {went_on}")
