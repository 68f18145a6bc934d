"""What the server asks of a store about those who call: the second half of the contract that begins in base.py."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """Who works."""

    name: str
    role: str
    full_name: str


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """What an account may do in one stream."""

    stream: str
    access: str
    """`read` or `write`."""
    areas: tuple[str, ...]
    """Areas of the catalogue, or `*`."""


@dataclass(frozen=True, slots=True)
class StoredDevice:
    """A computer that was enrolled."""

    id: str
    name: str
    os: str
    app_version: str
    public_key: str
    sealing_key: str
    enrolled_at: str
    revoked_at: str | None
    """When an administrator revoked it; None while it may work."""
    counter: int
    """The highest Sync-Counter seen; 0 when none was."""
    mark: str = ""
    """The Sync-Mark that came with it; empty when none did."""


@dataclass(frozen=True, slots=True)
class StoredCode:
    """An enrolment code; the code itself is kept nowhere."""

    account: str
    expires_at: str
    used_at: str | None
    device: str = ""
    """The device it let in; empty while it is not used."""
    request: str = ""
    """Hash of the id of the request that used it; empty when that named none."""


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """Whose token it is."""

    device: StoredDevice
    account: StoredAccount


class Directory(ABC):
    """Accounts, devices, tokens and grants, in one transaction that writes."""

    @abstractmethod
    def meta(self, name: str) -> str | None:
        """A value the server keeps about itself; None when it was never set."""

    @abstractmethod
    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value about the server itself."""

    @abstractmethod
    def put_account(self, account: StoredAccount, grants: Sequence[StoredGrant], *, at: str) -> None:
        """Adds the account, or replaces it and all its grants; every stream granted exists afterwards."""

    @abstractmethod
    def account(self, name: str) -> StoredAccount | None:
        """The account; None when there is none of that name."""

    @abstractmethod
    def grants(self, account: str) -> tuple[StoredGrant, ...]:
        """What the account may do, by stream."""

    @abstractmethod
    def put_device(self, device: StoredDevice) -> None:
        """Adds the device or replaces what is known of it."""

    @abstractmethod
    def device(self, device_id: str) -> StoredDevice | None:
        """The device; None when there is none of that id."""

    @abstractmethod
    def devices(self) -> list[tuple[StoredDevice, tuple[str, ...]]]:
        """Every device with the accounts enrolled on it, in the order of enrolment."""

    @abstractmethod
    def enrol_account(self, device_id: str, account: str) -> None:
        """Lets the account work on the device."""

    @abstractmethod
    def accounts_on(self, device_id: str) -> tuple[StoredAccount, ...]:
        """The accounts enrolled on the device, by name."""

    @abstractmethod
    def put_token(self, token_hash: str, device_id: str, account: str, *, at: str) -> None:
        """Remembers a token by its hash."""

    @abstractmethod
    def token_owner(self, token_hash: str) -> TokenOwner | None:
        """Whose token has that hash; None when it is unknown or was ended. A revoked device is still named."""

    @abstractmethod
    def drop_token(self, token_hash: str) -> None:
        """Ends a token."""

    @abstractmethod
    def put_code(self, code_hash: str, code: StoredCode) -> None:
        """Remembers an enrolment code by its hash, or replaces what is known of it."""

    @abstractmethod
    def code(self, code_hash: str) -> StoredCode | None:
        """The enrolment code of that hash; None when there is none."""

    @abstractmethod
    def failures(self, address: str, *, since: float) -> int:
        """How often enrolling failed from the address since that second."""

    @abstractmethod
    def add_failure(self, address: str, *, at: float, forget_before: float) -> None:
        """Counts one failure, and forgets those of every address before that second."""

    @abstractmethod
    def bundle(self, device_id: str, number: int) -> str | None:
        """The id of the bundle a device made under that number; None when none was seen."""

    @abstractmethod
    def put_bundle(self, device_id: str, number: int, bundle_id: str, *, at: str) -> None:
        """Remembers the first bundle of a device seen under that number; a number that is known keeps its bundle."""

    @abstractmethod
    def stream_names(self, streams: Collection[str]) -> dict[str, str]:
        """The names for people of those of the streams that exist; empty for one that has none."""

    @abstractmethod
    def name_streams(self, names: Mapping[str, str]) -> None:
        """Gives streams their names for people; one that was not there is made."""

    @abstractmethod
    def mark_durable(self, heads: Mapping[str, int]) -> None:
        """Remembers that backups hold these streams up to these seqs; never less than was known."""

    @abstractmethod
    def mark_restored(self, heads: Mapping[str, int]) -> None:
        """Remembers that these streams, now at these heads, come from a backup, which holds them up to there."""

    @abstractmethod
    def close_stream(self, stream: str, successor: str) -> None:
        """Makes the stream refuse writes; `successor` is empty when none follows it."""

    @abstractmethod
    def open_stream(self, stream: str) -> None:
        """Makes a stream that was closed take writes again, without a successor."""
