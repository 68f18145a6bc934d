"""The computer of a desk: a real data file, one or two programs on it, copies of the file, and what it suffers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import msgspec

from desktop.services.backup_sets import BackupSet, Facts
from desktop.services.bundles import Bundles
from desktop.services.numbering import Numbering
from desktop.services.office import Office
from desktop.services.restoring import restore
from desktop.storage import state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Store
from server_stub.auth import grants_mark
from server_stub.session import Grant, Session
from tests.simulation.crashes import START, Clock, Crash, doom, spare
from tests.simulation.kinds import GENERATIONS
from tests.simulation.network import Network, SimulatedTransport, granted
from tests.simulation.story import device_id

if TYPE_CHECKING:
    from tests.simulation.bugs import Bug
    from tests.simulation.desk import Desk

KEY = bytes(32)


class Program:
    """One process on the data file: the desktop, or the command line that a scheduler started."""

    def __init__(self, desk: "Computer") -> None:
        self._desk = desk
        self.database = Database.open(desk.path, KEY, desk.catalogue, synchronous="OFF")
        desk.bug.opened(self.database)
        self.store = Store(self.database, desk.catalogue, desk.clock, desk.random.randbytes)
        # Numbering and bundles ask an office for no more than what stands here.
        self.numbering = Numbering(cast(Office, self))
        self.bundles = Bundles(cast(Office, self))
        self.catalogue = desk.catalogue
        self.clock = desk.clock
        self.entropy = desk.random.randbytes
        self.today = START.date()

    @property
    def enrolled(self) -> state.Identity:
        """Who works here."""
        with self.database.reading() as connection:
            return cast(state.Identity, state.identity(connection))

    @property
    def identity(self) -> state.Identity:
        """As `enrolled`."""
        return self.enrolled

    def require_enrolment(self) -> None:
        """It is."""

    def record_type(self, name: str) -> str:
        """The type receipts are of."""
        return name

    def stream_for_new(self, _: str, stream: str | None) -> str:
        """Where a receipt goes: always said."""
        return cast(str, stream)


class Computer:
    """What stands on a desk."""

    def __init__(
        self,
        name: str,
        template: Path,
        folder: Path,
        network: Network,
        random: Random,
        grants: Mapping[str, Grant],
        between: Callable[["Desk", str], None],
        bug: "Bug",
        *,
        generation: int = 1,
        locking: bool = True,
        may_jump: bool = True,
    ) -> None:
        """`template` is a data file with the schema of that generation of the catalogue and nothing in it."""
        self.name = name
        self.random = random
        self.clock = Clock(lambda: self.crash_perhaps(25), may_jump=may_jump)
        self.bug = bug
        self.generation = generation
        self.locking = locking
        self.head = f"{name}.head"
        """The account of the head, who works on the same desk."""
        self.account = name
        """Who sits at the desk: the clerk or the head."""
        self.session = Session(name, "clerk", device_id(name), grants, {name: "clerk", self.head: "head"})
        self.transport = SimulatedTransport(
            network, lambda: self.session, lambda when: between(cast("Desk", self), when), self._next_counter
        )
        self.is_in_round = False
        self._devices = 1
        self.holds_lock = False
        """Its round is at the steps that no other process may be at."""
        self.may_crash = False
        self.uses_numbers = False
        self.receives_files = False
        """A stream of which it has nothing comes as one file, however small."""
        self.is_rewound = False
        """Its file is an older copy of itself, and the server has not said so yet."""
        self.must_hear = False
        """So it is, and the server got requests of it since: the next one must tell it so."""
        self.had_other_grants = False
        self.forgets_blocks = False
        """It gave blocks of numbers up, or lost them with its file."""
        self.compares = False
        """Whether it compares its copy with the server's when the time comes."""
        self.file_bytes: int | None = None
        """So many bytes of documents move in its rounds; None for all."""
        self.forgets = False
        """It died, or got another file or name: what the line told it is not all in its file."""
        self.given: list[tuple[str, int]] = []
        """Stream and number of every receipt a person was handed."""
        self._checked: tuple[object, ...] = ()
        self.folder = folder
        folder.mkdir()
        self.path = folder / FILE_NAME
        self.path.write_bytes(template.read_bytes())
        self.second: Program | None = None
        self.main = self.using = Program(self)
        with self.database.write() as connection:
            state.take_grants(connection, granted(self.session))
            state.set_setting(connection, state.GRANTS, grants_mark(self.session))
            state.save_identity(connection, state.Identity(device_id=self.session.device, server="", account=name, role="clerk"))

    @property
    def catalogue(self) -> dict[str, Any]:
        """What its program knows."""
        return GENERATIONS[self.generation]

    @property
    def database(self) -> Database:
        """The desktop's."""
        return self.main.database

    @property
    def store(self) -> Store:
        """Of the program people work in at the moment."""
        return self.using.store

    def _next_counter(self) -> state.Numbered:
        with self.database.write() as connection:
            following = state.next_numbered(connection)
        return following if self.bug.marks else state.Numbered(following.number)

    # Programs and files

    def close(self) -> None:
        """Ends every program, by whatever."""
        for program in (self.main, self.second):
            if program is not None:
                program.database.close()
        self.second = None

    def open(self, generation: int | None = None) -> None:
        """Starts the program, perhaps a newer one."""
        self.generation = generation if generation is not None else self.generation
        self._checked = ()
        self.main = self.using = Program(self)

    def reopen(self, generation: int | None = None) -> None:
        """The program ends and starts again."""
        self.close()
        self.open(generation)

    def start_second(self) -> None:
        """A scheduler starts the command line on the same folder."""
        if self.second is None:
            self.second = Program(self)

    def keep_copy(self, name: str) -> None:
        """Copies the file as it is, under a name."""
        target = self.folder / name / FILE_NAME
        target.parent.mkdir(exist_ok=True)
        for rest in target.parent.iterdir():
            rest.unlink()
        self.database.backup(target)

    def has_copy(self, name: str) -> bool:
        """Whether there is one of that name."""
        return (self.folder / name / FILE_NAME).exists()

    def restore_copy(self, name: str) -> None:
        """Restores a backup as a person does: what waits in the present file comes over."""
        made = self.folder / name
        facts = Facts(
            made_at=self.clock(), reason="manual", bytes=(made / FILE_NAME).stat().st_size, counts={}, waiting=0, verified_at=None,
            key_id="", program="",
        )  # fmt: skip
        self.forgets_blocks = True
        self.must_hear = False
        self.close()
        restore(self.folder, BackupSet(made, facts), KEY, KEY, self.catalogue, self.clock, self.random.randbytes)
        self.open()

    def rewind(self, name: str) -> None:
        """The file is replaced by an older copy of itself, by no program of ours."""
        self.close()
        for rest in self.folder.glob(f"{FILE_NAME}*"):
            rest.unlink()
        self.path.write_bytes((self.folder / name / FILE_NAME).read_bytes())
        self.open()
        self.is_rewound = self.forgets_blocks = True
        with self.database.reading() as connection:
            who = state.identity(connection)
        assert who is not None
        # The token stands in the file.
        self.session = replace(self.session, device=who.device_id)
        self.must_hear = self.is_behind

    @property
    def is_behind(self) -> bool:
        """Whether the server has counted more requests of this device than its file knows of."""
        known = self.transport.network.counters.get(self.session.device, state.NOT_COUNTED)
        with self.database.reading() as connection:
            return state.counter(connection) < known.number

    def enrol_again(self) -> None:
        """The server takes this device no longer: it gets a new id, with a code of the administrator's."""
        self._devices += 1
        self.session = replace(self.session, device=device_id(self.name, self._devices))
        with self.database.write() as connection:
            known = state.identity(connection)
            assert known is not None
            state.save_identity(connection, msgspec.structs.replace(known, device_id=self.session.device))
            state.take_grants(connection, granted(self.session))
            if self.is_rewound:
                state.give_up_blocks(connection)
        self.is_rewound = self.must_hear = False

    # What it suffers

    def crash_perhaps(self, in_so_many: int) -> None:
        """Dies, where this desk may die."""
        if self.may_crash and self.random.randrange(in_so_many) == 0:
            raise Crash

    @contextmanager
    def doomed(self, statements: int, program: Program) -> Iterator[None]:
        """The process dies at that statement, if it comes so far."""
        is_after = self.random.random() < 0.5
        doom(program.database, statements, is_after=is_after)
        try:
            yield
        finally:
            if program in (self.main, self.second):
                spare(program.database)
