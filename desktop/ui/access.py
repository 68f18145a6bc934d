"""What the person at this desk may see and write: grants and identity, kept for the main thread, which never asks the store."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from desktop.services.grants import may_write
from records.areas import covers
from records.record import RecordType

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.storage.state import Identity, StreamState


class Access:
    """The grants of now. `take` brings it up to date after a sync; what was drawn before asks again at its next refresh."""

    def __init__(self, catalogue: Mapping[str, RecordType]) -> None:
        self._catalogue = catalogue
        self.identity: Identity | None = None
        """Who works on which device; None before enrolment."""
        self.streams: tuple[StreamState, ...] = ()

    def take(self, identity: "Identity | None", streams: "Sequence[StreamState]") -> None:
        """Keeps what `asked` answered."""
        self.identity = identity
        self.streams = tuple(streams)

    @staticmethod
    def asked(office: "Office") -> "tuple[Identity | None, tuple[StreamState, ...]]":
        """Asks the store; on its own thread."""
        return office.identity, office.streams

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the account, for the steps of workflows."""
        return (self.identity.role,) if self.identity is not None else ()

    def can_read(self, area: str) -> bool:
        """Whether any stream covers the area."""
        return any(covers(one.areas, area) for one in self.streams)

    def can_write(self, record_type: str, stream: str = "") -> bool:
        """Whether records of the type may be written: anywhere, or in the stream named."""
        spec = self._catalogue.get(record_type)
        if spec is None:
            return False
        return any(
            may_write(one, spec.area) for one in self.streams if (one.stream == stream if stream else one.stream.split("/")[0] == spec.home)
        )
