"""What the steps of a round share: where the desk stands, what was done so far, what keeps a stream out. No step is here.

RoundState ◀─ Downloading (downloading.py) ◀─ Receiving (receiving.py)   whole streams; pages and grants
           ◀─ Offering (offering.py)     freeze, push, settle
                    ▲ Round (engine.py)  the order of the steps
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from desktop.storage import sending, state
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.state import StreamState
from desktop.sync.first_download import MANY
from desktop.sync.guard import DeletionGuard
from desktop.sync.line import SnapshotLine, Transport
from desktop.sync.plan import Desk
from desktop.sync.positions import Positions
from desktop.sync.settlement import Settlement, Tally
from desktop.sync.status import PHASE_WORDS, Pause, Phase, Report, SyncStatus
from records.errors import AppError, Refused
from records.ids import Entropy, new_id
from records.protocol import Limits, Problem
from records.record import RecordType

UPGRADE = "upgrade-required"
FEW_STREAMS = 12
"""Up to so many streams their positions ride along with every push, and are pulled unasked."""

Listener = Callable[[SyncStatus], None]
Clock = Callable[[], datetime]


class Cancelled(Exception):
    """Somebody asked to stop; nothing is half done."""


class RoundState:
    """What one round knows and does everywhere."""

    def __init__(
        self,
        database: Database,
        catalogue: Mapping[str, RecordType],
        transport: Transport,
        clock: Clock,
        entropy: Entropy,
        listener: Listener,
        *,
        streams: Collection[str] | None = None,
        allow_deletes: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        snapshots: SnapshotLine | None = None,
        download_from: int = MANY,
    ) -> None:
        """See `engine.run_round`; without a line for first downloads every stream is pulled page by page."""
        self._snapshots = snapshots
        self._download_from = download_from
        self._database = database
        self._transport = transport
        self._clock = clock
        self._listener = listener
        self._cancelled = cancelled
        self._limits = Limits()
        self._tally = Tally()
        self._guard = DeletionGuard(catalogue, allow_deletes)
        self._report = Report()
        self._failure: AppError | None = None
        self._renewals = 0
        """How often the grants changed while pages came."""
        self._too_old: AppError | None = None
        """Set once the server takes no pushes of this program: the rest of the round only receives (docs/protocol.md, "A round")."""
        self._to_push = 0
        """How many changes the round will have pushed, as far as is known."""
        self._told: set[str] = set()
        """The streams of which an answer to a push said where they are."""
        self._recoveries: Counter[str] = Counter()
        self._longest = 0
        """So many versions of one record are offered again, one after the other."""
        self._before = (transport.requests, transport.bytes_up, transport.bytes_down)
        with database.reading() as connection:
            self._positions = Positions(connection, streams)
            identity = state.identity(connection)
        device = identity.device_id if identity else ""
        self._account = identity.account if identity else ""
        self._desk = Desk(catalogue, device, lambda: new_id(clock(), entropy))

    @property
    def paused(self) -> Mapping[str, Pause]:
        """Why streams are left out so far."""
        return self._positions.paused

    def _writable(self) -> list[str]:
        return [name for name in self._positions.open() if self._positions.states[name].access == "write"]

    def _places(self, connection: Connection, limit: int | None = None) -> list[int]:
        """The places in the queue of what may be sent now."""
        return sending.sendable_places(connection, self._writable(), self._clock(), limit)

    def _save(self, moved: Sequence[StreamState]) -> None:
        if moved:
            with self._database.write() as connection:
                for mine in moved:
                    self._positions.save(connection, mine)

    def _settlement(self, connection: Connection) -> Settlement:
        return Settlement(connection, self._desk, self._clock(), self._tally)

    def _pause_forked(self, streams: Iterable[str], error: Refused) -> None:
        """Pauses all streams of a call when the server lost data in every one of them; any other refusal ends the round."""
        if error.code != "fork":
            raise error
        self._positions.pause(dict.fromkeys(streams, Problem("fork")))

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise Cancelled

    def _tell(self, phase: Phase, stream: str = "", done: int = 0, total: int = 0) -> None:
        self._listener(SyncStatus(phase, stream, done, total, PHASE_WORDS[phase]))

    def _block(self, streams: Collection[str], error: AppError) -> None:
        """Leaves streams out of the rest of the round; raises the error where it ends the round."""
        self._positions.blocked.update(streams)
        if error.code == UPGRADE:
            # Whether they went in is not known: their streams are not pulled. All others are.
            self._too_old = error
            self._positions.pause(dict.fromkeys(streams, Problem(UPGRADE)))
            return
        self._failure = self._failure or error
        if self._positions.blocked >= set(self._positions.states) or error.code in (
            "offline",
            "slow-down",
            "revoked",
            "unauthenticated",
            "rewound",
        ):
            raise error
