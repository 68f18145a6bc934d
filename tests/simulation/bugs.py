"""Deliberate mistakes in the protocol, made in the test tree only: the simulation must catch each."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.sync.engine import Round
from server_stub.storage.base import Storage
from server_stub.sync import SyncService


def _as_it_is(storage: Storage) -> Storage:
    return storage


@dataclass(frozen=True)
class Bug:
    """A mistake, as classes put in the place of the right ones."""

    name: str
    round: type[Round] = Round
    service: type[SyncService] = SyncService
    storage: Callable[[Storage], Storage] = _as_it_is
    is_about_restore: bool = False
    """Whether only a restored server shows it."""


NO_BUG = Bug("none")
