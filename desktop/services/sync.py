"""Agreeing with the server: one round on demand, and how things stand."""

from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services import clock_check, lock, moving, rounds, verifying
from desktop.services.refusals import whole_of
from desktop.storage import growth, history, mirror, outbox, queue, search, state
from desktop.storage.query import Filter, Query
from desktop.storage.state import Identity, StreamState
from desktop.sync.replies import Moved
from desktop.sync.status import Report, SyncStatus
from records.errors import AppError, Correctable
from records.kinds import Json
from records.kinds.times import rfc3339
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.transport import HttpTransport

LAST_SYNC = "last_sync"
"""The setting that holds when a round last ended, RFC 3339 UTC."""

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
        all_files: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
        is_waited_for: bool = False,
        verify: bool = False,
    ) -> Report:
        """Runs one round in the calling thread; a server that moved is followed to its new address.

        Args:
            all_files: moves every document at once, not so many bytes a round.
            is_waited_for: a person asked for it and waits: a busy server takes it before those of timers.
            verify: compares afterwards what this desk has with the server, and puts right what differs.

        Raises Correctable before enrolment, Unavailable without a line, Refused.
        """
        try:
            return self._round(listener, streams, allow_deletes, all_files, cancelled, is_waited_for, verify)
        except Moved as moved:
            told = moving.follow(self._office, moved)
            return self._round(listener, streams, allow_deletes, all_files, cancelled, is_waited_for, verify, told)

    def _round(
        self,
        listener: Listener | None,
        streams: Collection[str] | None,
        allow_deletes: int,
        all_files: bool,
        cancelled: Callable[[], bool],
        is_waited_for: bool,
        verify: bool,
        told: Words | None = None,
    ) -> Report:
        """`told`: what a person is told besides what the round says."""
        office = self._office
        began = office.clock()
        try:
            from desktop.sync.engine import run_round
            from desktop.sync.files import PER_ROUND

            def one_round(transport: "HttpTransport") -> Report:
                return run_round(
                    office.database,
                    office.catalogue,
                    transport,
                    office.clock,
                    office.entropy,
                    listener or _nobody_listens,
                    streams=streams,
                    allow_deletes=allow_deletes,
                    file_bytes=None if all_files else PER_ROUND,
                    cancelled=cancelled,
                )

            office.numbering.settle()
            with closing(office.transport()) as transport:
                transport.is_waited_for = is_waited_for
                report = one_round(transport)
                if not report.cancelled:
                    waits = office.numbering.refill_all(transport)
                    report.notices += [waits] if waits else []
                    office.enrolment.complete_keys(transport)
                if report.done:
                    if verify:
                        asked = None if streams is None else list(streams)
                        found = verifying.compare(
                            office, transport, streams=asked, allow_deletes=allow_deletes, by_value=True, cancelled=cancelled
                        )
                    else:
                        found = verifying.compare_if_due(office, transport, cancelled)
                        report.notices += verifying.look_on(office, transport) if not is_waited_for else []
                    report.notices += verifying.words(found, is_asked=verify)
                    if any(one.offered for one in found.values()):
                        said, report = report.notices, one_round(transport)
                        report.notices[:0] = said
                report.notices[:0] = [told] if told else []
        except AppError as error:
            with office.database.write() as connection:
                rounds.remember_failure(connection, office.clock(), error, began)
                lock.note(connection, error)
                if error.code == lock.REWOUND:
                    state.set_rewound(connection, is_rewound=True)
            raise
        # What a power cut takes away of this, the next round says again.
        with office.database.write(is_durable=False) as connection:
            rounds.remember_report(connection, office.clock(), report, began)
            lock.note(connection, None)
            clock_check.remember(connection, office.clock(), transport.server_time)
            if not report.cancelled:
                state.set_setting(connection, LAST_SYNC, rfc3339(office.clock()))
        return report

    def index_rest(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Makes what a download left for later, the indexes of lists and of search, which answer right without them and faster with them.

        For after a round, also one that failed.
        """
        growth.make_indexes(self._office.database, cancelled)
        while not cancelled() and search.catch_up(self._office.database):
            pass

    def retry(self, change_id: str | None = None) -> int:
        """Offers what the server refused again with the next round, one change or all; returns how many there are."""
        with self._office.database.write() as connection:
            return queue.due_now(connection, self._office.clock(), change_id)

    def discard(self, change_id: str) -> int:
        """Drops a change that waits or was refused, with its group and later edits; the history keeps it. Returns how many were dropped.

        Raises Correctable when it is on its way or was settled meanwhile; nothing is dropped then.
        """
        office = self._office
        with office.database.write() as connection:
            whole = whole_of(connection, change_id)
            if not whole or any(one.state == "in_flight" for one in whole):
                raise Correctable(
                    Words("ละทิ้งไม่ได้", "It cannot be discarded"),
                    Words(
                        "รายการนี้กำลังส่งหรือส่งไปแล้ว ไม่มีอะไรเปลี่ยนแปลง หากต้องการคืนค่าเดิมให้เปิดประวัติของรายการ",
                        "It is being sent or was sent already; nothing was changed. To bring the former values back, open its history.",
                    ),
                )
            for one in whole:
                change = one.change
                # What makes a record can be found among the deleted ones again.
                reason: history.Reason = "deleted" if change.base is None else "refused" if one.problem else "withdrawn"
                history.discard(connection, change, reason, rfc3339(office.clock()))
                outbox.remove(connection, change.change_id)
                mirror.reproject(connection, change.stream, change.type, change.id)
        return len(whole)

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
