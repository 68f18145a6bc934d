"""Agreeing with the server: one round on demand, and how things stand."""

from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services import clock_check, lock, moving, rounds
from desktop.storage import outbox, search, state
from desktop.storage.query import Filter, Query
from desktop.storage.state import Identity, StreamState
from desktop.sync.replies import Moved
from desktop.sync.status import Report, SyncStatus
from records.errors import AppError
from records.kinds import Json
from records.kinds.times import rfc3339

if TYPE_CHECKING:
    from desktop.services.office import Office

LAST_SYNC = "last_sync"
"""The setting that holds when a round last ended, RFC 3339 UTC."""

REWOUND = "rewound"
"""The code by which the server says that a desk is an earlier moment of itself."""

Listener = Callable[[SyncStatus], None]


@dataclass(frozen=True)
class Status:
    """How this desk stands."""

    identity: Identity | None
    streams: tuple[StreamState, ...]
    waiting: int
    """Changes not taken by the server yet, refused ones included."""
    refused: int
    conflicts: int
    """Conflicts that need a person."""
    last_sync: str
    """RFC 3339 UTC; empty before the first round."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        identity = self.identity
        return {
            "account": identity.account if identity else None,
            "device": identity.device_id if identity else None,
            "server": identity.server if identity else None,
            "streams": [
                {
                    "stream": one.stream,
                    "name": one.name,
                    "access": one.access,
                    "areas": list(one.areas),
                    "cursor": one.cursor,
                    "head": one.head,
                    "paused": one.paused,
                    "read_only": one.read_only,
                }
                for one in self.streams
            ],
            "waiting": self.waiting,
            "refused": self.refused,
            "conflicts": self.conflicts,
            "last_sync": self.last_sync or None,
        }


def _nobody_listens(_: SyncStatus) -> None:
    """For a round that nobody watches."""


class Sync:
    """Rounds, and how things stand."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def run(
        self,
        listener: Listener | None = None,
        *,
        streams: Collection[str] | None = None,
        allow_deletes: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        is_waited_for: bool = False,
    ) -> Report:
        """Runs one round in the calling thread; a server that moved is followed to its new address.

        Args:
            is_waited_for: a person asked for it and waits: a busy server takes it before those of timers.

        Raises Correctable before enrolment, Unavailable without a line, Refused.
        """
        try:
            return self._round(listener, streams, allow_deletes, cancelled, is_waited_for)
        except Moved as moved:
            moving.follow(self._office, moved)
            return self._round(listener, streams, allow_deletes, cancelled, is_waited_for)

    def _round(
        self,
        listener: Listener | None,
        streams: Collection[str] | None,
        allow_deletes: int,
        cancelled: Callable[[], bool],
        is_waited_for: bool,
    ) -> Report:
        office = self._office
        try:
            from desktop.sync.engine import run_round

            office.numbering.settle()
            with closing(office.transport()) as transport:
                transport.is_waited_for = is_waited_for
                report = run_round(
                    office.database,
                    office.catalogue,
                    transport,
                    office.clock,
                    office.entropy,
                    listener or _nobody_listens,
                    streams=streams,
                    allow_deletes=allow_deletes,
                    cancelled=cancelled,
                )
                if not report.cancelled:
                    office.numbering.refill_all(transport)
                    office.enrolment.complete_keys(transport)
        except AppError as error:
            with office.database.write() as connection:
                rounds.remember_failure(connection, office.clock(), error)
                lock.note(connection, error)
                if error.code == REWOUND:
                    state.set_rewound(connection, is_rewound=True)
            raise
        with office.database.write() as connection:
            rounds.remember_report(connection, office.clock(), report)
            lock.note(connection, None)
            clock_check.remember(connection, office.clock(), transport.server_time)
            if not report.cancelled:
                state.set_setting(connection, LAST_SYNC, rfc3339(office.clock()))
        return report

    def index_rest(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Indexes what a download left for later: search finds it already, and faster from here on; for after a round."""
        while not cancelled() and search.catch_up(self._office.database):
            pass

    def status(self) -> Status:
        """How this desk stands; asks nobody."""
        office = self._office
        with office.database.reading() as connection:
            counts = outbox.counts(connection).values()
            last = state.setting(connection, LAST_SYNC)
        open_ones = Query("conflict", filters=(Filter("state", "eq", "open"), Filter("grade", "eq", "conflict")))
        return Status(
            identity=office.identity,
            streams=office.streams,
            waiting=sum(sum(of_stream.values()) for of_stream in counts),
            refused=sum(of_stream.get("refused", 0) for of_stream in counts),
            conflicts=office.store.count(open_ones) if "conflict" in office.catalogue else 0,
            last_sync=last or "",
        )
