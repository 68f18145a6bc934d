"""Where a history plays: the server, the line to it, the desks, and what the people of them do."""

from dataclasses import replace
from pathlib import Path
from random import Random

from desktop.storage.state import Numbered
from desktop.sync.engine import Round
from records.protocol import Limits
from server_stub.session import Grant
from server_stub.sync import SyncService
from tests.simulation.bugs import NO_BUG, Bug
from tests.simulation.crashes import ANY_TIME, BOOK_OPEN, Clock
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE, GENERATIONS
from tests.simulation.network import Network
from tests.simulation.people import People
from tests.simulation.plan import Plan, drawn
from tests.simulation.post import SMALL, Post
from tests.simulation.world import Broken, World

OFFICES = ("office/6560115", "office/6560116")
ABROAD = ("planning", "registry", "platform")
"""The areas a province reads; `services` is not among them."""


class Scene:
    """One server and its desks."""

    def __init__(self, seed: int, world: World, folder: Path, bug: Bug = NO_BUG, *, may_jump: bool = True) -> None:
        """Without `may_jump` the clocks of the same history only go on."""
        self.seed = seed
        self.random = Random(seed)
        self.bug = bug
        self.plan: Plan = replace(drawn(self.random), **bug.needs)
        self.may_jump = may_jump
        self._world = world
        self._folder = folder
        self.stores = world.stores(folder)
        self.storage = self.stores.opened()
        self.clock = Clock(may_jump=may_jump, span=BOOK_OPEN if self.plan.calm and self.plan.numbers else ANY_TIME)
        self.network = Network(self._service(), self.random, clock=self.clock, is_counting=True)
        self.post = Post(self.random, self.network, folder / "post")
        self._serve()
        self.people = People(self.random, calm=self.plan.calm, attaches=self.plan.documents)
        self.depth = 0
        self.is_restored = False
        """Whether the server lost data."""
        self._lost_versions: dict[tuple[str, str, str], set[str]] = {}
        """Change ids of versions the server lost, by record, hash and the device that had been told that its change was in."""
        self._counters: dict[str, Numbered] | None = None
        """The counters of devices in the server's backup; None while there is none."""
        everything = Grant(True, ("*",))
        self.desks = [self._desk(name, {OFFICES[0]: everything}) for name in ("anong", "boon", "chai")[: self.plan.desks]]
        if self.plan.both:
            self.desks.append(self._desk("dara", dict.fromkeys(OFFICES, everything)))
        self.readers = [self._desk("province", dict.fromkeys(OFFICES, Grant(False, ABROAD)))] if self.plan.reader else []
        self.first_grants = {desk.name: desk.session.grants for desk in self.all_desks}
        self.trace: list[str] = []
        """All that was written and all that desks hold in the end, without times, and with names for ids; of a calm history."""

    def _service(self, limits: Limits | None = None) -> SyncService:
        return self.bug.service(self.bug.storage(self.storage), CATALOGUE, self.clock, self.random.randbytes, limits=limits)

    def _serve(self) -> None:
        """Everything of the server's that stands on its store."""
        self.network.service = self._service()
        if self.plan.documents:
            self.network.files = self.bug.files(self.storage, self._documents, self.clock)
        if self.plan.bundles:
            self.post.folder.mkdir(exist_ok=True)
            self.post.serve(self.storage, self._service(SMALL))

    @property
    def _backup_of_documents(self) -> Path:
        return self._folder / "documents.backup"

    @property
    def _documents(self) -> Path:
        """The folder of the server's documents."""
        return self._folder / "documents"

    def _desk(self, name: str, grants: dict[str, Grant]) -> Desk:
        generation = self.random.randrange(len(GENERATIONS)) if self.plan.generations else 1
        made = Desk(
            name, self._world.desks[generation], self._folder / name, self.network, self.random, grants, self._between, self.bug,
            generation=generation, locking=self.plan.locking, may_jump=self.may_jump,
        )  # fmt: skip
        made.receives_files = self.seed % 2 == 0
        made.uses_numbers = self.plan.numbers and made.name != "province"
        made.compares = not self.plan.calm and self.bug.round is Round
        if self.plan.documents:
            made.file_bytes = self.random.choice((None, 64, 1000))
        if self.plan.bundles:
            self.post.enrol(made)
        return made

    def close(self) -> None:
        """Ends every program."""
        for desk in self.all_desks:
            desk.close()
        self.storage.close()
        self.stores.end()

    @property
    def all_desks(self) -> list[Desk]:
        """Writers and readers."""
        return [*self.desks, *self.readers]

    def check(self, faults: list[str]) -> None:
        """Raises Broken when there are faults."""
        if faults:
            raise Broken(f"seed {self.seed}: " + "; ".join(faults[:5]))

    def _between(self, desk: Desk, when: str) -> None:
        """While a call is on its way."""
        desk.crash_perhaps(10)

    def _died(self, desk: Desk) -> None:
        desk.forgets = True
        desk.reopen()

    def _enrol_again(self, desk: Desk) -> None:
        desk.forgets = True
        desk.enrol_again()
        if self.plan.bundles:
            self.post.enrol(desk)
