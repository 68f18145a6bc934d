"""Where this desk stands: its streams, who it is to the server, and its settings. Functions take a connection inside `write()` to change."""

import secrets
from collections.abc import Collection
from typing import Literal, NamedTuple

import msgspec

from desktop.storage.connection import Connection
from records.areas import covers
from records.protocol import GrantedStream, ServerKeys
from records.stored import FIRST_CHAIN

_IDENTITY = "identity"
_COUNTER = "sync_counter"
_MARK = "sync_mark"
_MARK_BYTES = 3
"""Two copies of one file meet on one mark once in 16 million times; every request carries it, so it is short."""
_REWOUND = "rewound"
GRANTS = "sync_grants"
"""The setting that names the grants last asked for, so that a change of them is noticed."""
LEASES = "number_leases"
"""The setting that holds the blocks of numbers of this device (desktop/storage/numbers.py)."""
WINDOW = "window"
"""The setting in which the window remembers places, columns and drafts (desktop/ui/memory.py)."""
VERIFY = "verify_at"
"""The setting that holds when this desk next compares what it has with the server, RFC 3339 UTC; none before the first round."""
COMPARE_NOW = "1970-01-01T00:00:00Z"
"""As a value of VERIFY: after the next round."""
LOST = "no-grant"
"""What pauses a stream that is granted no longer: the code by which the server says so too."""


class StreamState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stream this device may use, and how far it has come in it."""

    stream: str
    access: Literal["read", "write"] = "read"
    areas: tuple[str, ...] = ()
    """Areas of the catalogue the grant covers; `*` for all."""
    name: str = ""
    """For people."""
    cursor: int = 0
    """Server sequence number up to which everything was pulled; 0 = nothing."""
    chain: str = FIRST_CHAIN[:16]
    """The chain at the cursor, 16 hex digits."""
    witness_seq: int = 0
    """Highest seq the server ever acknowledged to this client, by pull or push."""
    witness_chain: str = FIRST_CHAIN[:16]
    """The chain at the witness."""
    head: int = 0
    """The server's last known seq."""
    durable: int = 0
    """Safely backed up by the server up to here."""
    parted: int = 0
    """What the server wrote up to here was there before it lost data, as it says; 0 when it never did or does not say."""
    paused: str = ""
    """Why nothing is exchanged (a code such as `fork`, `deletes`); empty when it goes on."""
    read_only: bool = False
    """No longer granted for writing, or closed: nothing new is recorded here."""
    is_closed: bool = False
    """The server refused a change because the stream is closed."""
    successor: str = ""
    """The stream that follows a closed one; empty when none is named."""
    outside: bool = False
    """The grant was narrowed since its rows came: those of other areas are here until a person lets them go (`leftover.py`)."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this desk is to the server. The token is kept here, inside the encrypted file: credential stores cap what they hold."""

    device_id: str
    server: str
    """Base URL."""
    account: str
    """The account that works on this desk."""
    role: str
    token: str = msgspec.field(default="")
    full_name: str = ""
    device_name: str = ""
    accounts: tuple[str, ...] = ()
    """All accounts enrolled on this device."""
    signing_key: str = ""
    """Private Ed25519 key, 64 hex digits; empty when none was made."""
    sealing_key: str = ""
    """Private X25519 key, 64 hex digits: opens replies to bundles; empty when none was made."""
    server_keys: ServerKeys | None = None
    """The server's public keys for bundles; None until it told them and has those of this device."""

    def __repr__(self) -> str:
        # Never the token or the key: this lands in logs.
        return f"Identity(device_id={self.device_id!r}, server={self.server!r}, account={self.account!r}, role={self.role!r})"


def streams(connection: Connection) -> list[StreamState]:
    """Every stream, by name."""
    rows = connection.execute("SELECT content FROM stream ORDER BY stream")
    return [msgspec.json.decode(row[0], type=StreamState) for row in rows]


def stream(connection: Connection, name: str) -> StreamState | None:
    """One stream; None when this device does not have it."""
    content = connection.value("SELECT content FROM stream WHERE stream = ?", name)
    return None if content is None else msgspec.json.decode(content, type=StreamState)


def save_stream(connection: Connection, stream_state: StreamState) -> None:
    """Writes where a stream stands."""
    connection.execute(
        "INSERT INTO stream (stream, content) VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET content = excluded.content",
        (stream_state.stream, msgspec.json.encode(stream_state).decode()),
    )


def take_grants(connection: Connection, granted: Collection[GrantedStream]) -> None:
    """Brings the streams up to what the server grants; a stream granted no longer turns read-only and keeps its rows.

    A stream whose areas changed starts again at cursor 0 and keeps its witness (protocol.md, "Grant").
    """
    known = {one.stream: one for one in streams(connection)}
    for grant in granted:
        before = known.pop(grant.stream, None) or StreamState(stream=grant.stream, areas=grant.areas)
        after = msgspec.structs.replace(
            before,
            access=grant.access,
            areas=grant.areas,
            name=grant.name,
            read_only=grant.access == "read" or before.is_closed,
            outside=(before.outside or before.cursor > 0) and not all(covers(grant.areas, area) for area in before.areas)
            if before.areas != grant.areas
            else before.outside,
            paused="" if before.paused == LOST else before.paused,
        )
        if set(before.areas) != set(grant.areas):
            after = msgspec.structs.replace(after, cursor=0, chain=FIRST_CHAIN[:16])
            if before.cursor:
                # Of what was outside its areas this desk was told nothing, not that a restored server lost it either.
                set_setting(connection, VERIFY, COMPARE_NOW)
        save_stream(connection, after)
    for lost in known.values():
        save_stream(connection, msgspec.structs.replace(lost, access="read", read_only=True, paused=LOST))


def setting(connection: Connection, name: str) -> str | None:
    """The text of a setting; None when it was never set."""
    value: str | None = connection.value("SELECT value FROM setting WHERE name = ?", name)
    return value


def set_setting(connection: Connection, name: str, value: str | None) -> None:
    """Sets a setting; None removes it."""
    if value is None:
        connection.execute("DELETE FROM setting WHERE name = ?", (name,))
        return
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
    )


def identity(connection: Connection) -> Identity | None:
    """Who this desk is; None before it is enrolled."""
    content = setting(connection, _IDENTITY)
    return None if content is None else msgspec.json.decode(content, type=Identity)


def save_identity(connection: Connection, who: Identity | None) -> None:
    """Writes who this desk is; None forgets it, token and all."""
    set_setting(connection, _IDENTITY, None if who is None else msgspec.json.encode(who).decode())


class Numbered(NamedTuple):
    """What the server tells a repeat of a request from an older copy of this desk by."""

    number: int
    """`Sync-Counter`."""
    mark: str = ""
    """`Sync-Mark`: made anew with each number, so that no two copies of a file give one number the same; empty when none is known."""


NOT_COUNTED = Numbered(0)
"""Before the first request."""


def next_counter(connection: Connection, mark: str = "") -> int:
    """The next `Sync-Counter`; stored by the commit of this transaction, which must come before the request is sent.

    Its mark is stored with it (`numbered` tells it): this one, or a new one.
    """
    number = int(setting(connection, _COUNTER) or 0) + 1
    set_setting(connection, _COUNTER, str(number))
    set_setting(connection, _MARK, mark or secrets.token_hex(_MARK_BYTES))
    return number


def next_numbered(connection: Connection) -> Numbered:
    """The number and mark of the next request, stored as `next_counter` does."""
    next_counter(connection)
    return numbered(connection)


def numbered(connection: Connection) -> Numbered:
    """The number and mark of the last request."""
    return Numbered(counter(connection), setting(connection, _MARK) or "")


def counter(connection: Connection) -> int:
    """The last `Sync-Counter` used; 0 when none was."""
    return int(setting(connection, _COUNTER) or 0)


def continue_counter(connection: Connection, last: Numbered) -> None:
    """Goes on counting from what a file that this one replaces came to; never backwards."""
    if last.number > counter(connection):
        set_setting(connection, _COUNTER, str(last.number))
        set_setting(connection, _MARK, last.mark or None)


def give_up_blocks(connection: Connection) -> None:
    """Gives up every block of numbers leased or asked for until now: after a restore nobody here knows which of them were used.

    They are forgotten, not dated: ids carry the time of a clock that people set.
    """
    set_setting(connection, LEASES, None)


def is_rewound(connection: Connection) -> bool:
    """Whether the server said that this desk is an earlier moment of itself: it enrols as a new device, not as the one it was."""
    return setting(connection, _REWOUND) is not None


def set_rewound(connection: Connection, *, is_rewound: bool) -> None:
    """Remembers what the server said."""
    set_setting(connection, _REWOUND, "1" if is_rewound else None)
