"""The keys of bundles: the server's own, made with the database, and those of devices that had none when they were enrolled.

The private halves lie in table `meta` beside the records they open: whoever may read the database needs no bundle.
"""

from dataclasses import dataclass, replace

from records.ids import Entropy
from records.protocol import ServerKeys
from records.sealing import public_sealing_key, public_signing_key
from server_stub.problems import invalid
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.storage.directory import Directory

_SIGNING, _SEALING = "server_signing_key", "server_sealing_key"


@dataclass(frozen=True)
class PrivateKeys:
    """The private halves, 64 hex digits each."""

    signing: str
    sealing: str

    @property
    def public(self) -> ServerKeys:
        """What clients are told."""
        return ServerKeys(public_signing_key(self.signing), public_sealing_key(self.sealing))

    def __repr__(self) -> str:
        # Never the keys: this may land in a log.
        return "PrivateKeys()"


def ensure(directory: Directory, entropy: Entropy) -> None:
    """Makes the keys where there are none yet."""
    for name in (_SIGNING, _SEALING):
        if directory.meta(name) is None:
            directory.set_meta(name, entropy(32).hex())


def private_keys(directory: Directory) -> PrivateKeys | None:
    """The server's keys; None in a database that no server was started on."""
    signing, sealing = directory.meta(_SIGNING), directory.meta(_SEALING)
    return PrivateKeys(signing, sealing) if signing and sealing else None


def public_keys(directory: Directory) -> ServerKeys | None:
    """What clients are told; None in a database that no server was started on."""
    private = private_keys(directory)
    return private.public if private else None


def complete_device(storage: Storage, session: Session, public_key: str, sealing_key: str) -> None:
    """Gives the caller's device the keys it did not send when it was enrolled. Raises CallProblem for others than it has.

    A key is never replaced: a stolen token must not be able to open the replies of the device, or to sign in its name.
    """
    with storage.directory() as directory:
        device = directory.device(session.device)
        if device is None:
            return
        for pointer, known, sent in (("/public_key", device.public_key, public_key), ("/sealing_key", device.sealing_key, sealing_key)):
            if known and sent and known != sent:
                raise invalid(pointer, "the device has another key; enrol it again")
        directory.put_device(replace(device, public_key=device.public_key or public_key, sealing_key=device.sealing_key or sealing_key))
