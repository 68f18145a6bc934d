"""Deliberate mistakes in the protocol, made in the test tree only: the simulation must catch each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.storage.database import Database
from desktop.sync.engine import Round
from server_stub.files import Files
from server_stub.storage.base import Storage
from server_stub.sync import SyncService
from tests.simulation.wrong_rounds import (
    AbsentRound,
    BaseForgotten,
    ConflictUnwritten,
    CursorFirstRound,
    LaterDropped,
    LeapingRound,
    NamelessRound,
    NewIdRound,
    PullFirstRound,
    PullWitnessRound,
    RetriedUnfrozenRound,
    SameCursorRound,
    StaleDropped,
    StrictRound,
    TornGroupRound,
    UnfrozenRound,
    drop_extras,
    settling_with,
)
from tests.simulation.wrong_servers import (
    AnyBaseService,
    ContentFiles,
    ForgetfulWriter,
    HiddenFiles,
    LateService,
    NewBlockService,
    OneBehindService,
    OpenService,
    SilentService,
    SkippingService,
    UncountingWriter,
    with_writer,
)


def _as_it_is(storage: Storage) -> Storage:
    return storage


def _nothing(_: Database) -> None:
    """What a right program does to a file it opened: nothing."""


@dataclass(frozen=True)
class Bug:
    """A mistake, as classes put in the place of the right ones."""

    name: str
    shown_by: int = 1
    """The first history that showed it, counted from 1: so many were played until then."""
    round: type[Round] = Round
    service: type[SyncService] = SyncService
    files: type[Files] = Files
    storage: Callable[[Storage], Storage] = _as_it_is
    opened: Callable[[Database], None] = _nothing
    """Done to each file a program opens."""
    locks: bool = True
    """Whether a round holds its lock."""
    marks: bool = True
    """Whether the number of a request bears a mark."""
    needs: Mapping[str, Any] = field(default_factory=dict)
    """What a history must know for it to show (plan.py)."""


NO_BUG = Bug("none")


PLAIN = dict.fromkeys(("calm", "server_restore", "documents", "bundles", "rewinds", "backups"), False)
"""For what shows rarely: little else happens."""
BUGS = (
    Bug("the pull skips the seq after the cursor", 3, service=SkippingService),
    Bug("a later seq is seen before an earlier one, for want of a lock", 7, service=LateService),
    Bug("a stream that moved by one counts as not moved", 31, service=OneBehindService),
    Bug("a page is not filtered by areas", 2, service=OpenService, needs={"reader": True}),
    Bug("a change is written on any base", 3, service=AnyBaseService),
    Bug("the server forgets what it applied", storage=with_writer(ForgetfulWriter)),
    Bug("a block of numbers asked for again is another block", 2, service=NewBlockService, needs={"numbers": True}),
    Bug("blocks of numbers begin anew", storage=with_writer(UncountingWriter), needs={"numbers": True}),
    Bug("a re-send gets a new id", round=NewIdRound),
    Bug("the pull comes before the re-send", 2, round=PullFirstRound),
    Bug("the cursor is stored before the rows", 49, round=CursorFirstRound),
    Bug("what is sent is not frozen", 3, round=UnfrozenRound),
    Bug(
        "what is tried again after a refusal is not frozen",
        15,
        round=RetriedUnfrozenRound,
        needs={**PLAIN, "locking": True, "grants": True, "clocks": True},
    ),
    Bug("a push moves the cursor past the work of others", 11, round=LeapingRound),
    Bug("the members of a group are pushed one by one", 11, round=TornGroupRound),
    Bug("a stream whose areas changed goes on from its cursor", 88, round=SameCursorRound, needs={"grants": True, "calm": False}),
    Bug("fields the program does not know are dropped", 11, round=StrictRound, needs={"generations": True}),
    Bug("a record that is not shown counts as deleted", round=AbsentRound),
    Bug("two rounds run at once", 27, locks=False, needs={"second": True}),
    Bug("a newer program drops what was kept beside the columns", 11, opened=drop_extras, needs={"generations": True}),
    Bug("the base of a later edit is forgotten when the sent one is settled", 3, round=settling_with(BaseForgotten)),
    Bug("an edit made while pushing is dropped", 2, round=settling_with(LaterDropped)),
    Bug("a stale change is dropped", 3, round=settling_with(StaleDropped)),
    Bug("a conflict is not recorded", 3, round=settling_with(ConflictUnwritten)),
    Bug("lost work is offered again without its origin", 3, round=NamelessRound, needs={"server_restore": True, "calm": False}),
    Bug(
        "a server never says which documents it lacks",
        53,
        files=ContentFiles,
        needs={"server_restore": True, "documents": True, "calm": False},
    ),
    Bug("a document is never given to another", files=HiddenFiles, needs={"documents": True, "calm": False}),
    Bug("a push does not move the witness", 55, round=PullWitnessRound, needs={"server_restore": True, "calm": False, "both": True}),
    Bug("a desk one request behind is taken for a repeat", 602, marks=False, needs={"rewinds": True, "calm": False}),
    Bug("a refusal for an area does not say that the change is in", 43, service=SilentService, needs={"grants": True, "calm": False}),
)
