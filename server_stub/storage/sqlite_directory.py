"""Accounts, devices, tokens, grants and enrolment codes on SQLite; the transaction is the store's."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

import msgspec
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.stored import FIRST_CHAIN
from server_stub.storage.directory import Directory, StoredAccount, StoredCode, StoredDevice, StoredGrant, TokenOwner

_DEVICE_COLUMNS = "device.id, device.name, os, app_version, public_key, sealing_key, enrolled_at, revoked_at, counter, mark"
_PUT_DEVICE = """
    INSERT INTO device (id, name, os, app_version, public_key, sealing_key, enrolled_at, revoked_at, counter, mark)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, os = excluded.os, app_version = excluded.app_version,
        public_key = excluded.public_key, sealing_key = excluded.sealing_key, revoked_at = excluded.revoked_at, counter = excluded.counter,
        mark = excluded.mark"""
_TOKEN_OWNER = f"""
    SELECT {_DEVICE_COLUMNS}, account.name, role, full_name FROM token
    JOIN device ON device.id = token.device JOIN account ON account.name = token.account WHERE hash = ?"""
_ACCOUNTS_ON = """
    SELECT name, role, full_name FROM device_account JOIN account ON account.name = device_account.account
    WHERE device = ? ORDER BY name"""
_MAKE_STREAM = """
    INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES (?, 0, ?, ?, 0, 0, '')
    ON CONFLICT (stream) DO UPDATE SET name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END"""


class SqliteDirectory(Directory):
    """The directory through one connection inside a transaction."""

    def __init__(self, connection: sqlite.Connection) -> None:
        """The transaction is begun and ended by the store."""
        self._connection = connection

    def meta(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        statement = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._connection.execute(statement, (name, value))

    def put_account(self, account: StoredAccount, grants: Sequence[StoredGrant], *, at: str) -> None:
        statement = """
            INSERT INTO account (name, role, full_name, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET role = excluded.role, full_name = excluded.full_name"""
        self._connection.execute(statement, (account.name, account.role, account.full_name, at))
        self._connection.execute("DELETE FROM account_grant WHERE account = ?", (account.name,))
        rows = [(account.name, grant.stream, grant.access, msgspec.json.encode(grant.areas).decode()) for grant in grants]
        self._connection.executemany("INSERT INTO account_grant (account, stream, access, areas) VALUES (?, ?, ?, ?)", rows)
        self.name_streams({grant.stream: "" for grant in grants})

    def account(self, name: str) -> StoredAccount | None:
        row = self._connection.execute("SELECT name, role, full_name FROM account WHERE name = ?", (name,)).fetchone()
        return StoredAccount(*row) if row else None

    def grants(self, account: str) -> tuple[StoredGrant, ...]:
        statement = "SELECT stream, access, areas FROM account_grant WHERE account = ? ORDER BY stream"
        rows = self._connection.execute(statement, (account,))
        # A province has hundreds of grants, nearly all of the same areas.
        areas_of = cache(lambda text: tuple(msgspec.json.decode(text)))
        return tuple(StoredGrant(stream, access, areas_of(areas)) for stream, access, areas in rows)

    def put_device(self, device: StoredDevice) -> None:
        row = (
            device.id, device.name, device.os, device.app_version, device.public_key, device.sealing_key,
            device.enrolled_at, device.revoked_at, device.counter, device.mark,
        )  # fmt: skip
        self._connection.execute(_PUT_DEVICE, row)

    def device(self, device_id: str) -> StoredDevice | None:
        row = self._connection.execute(f"SELECT {_DEVICE_COLUMNS} FROM device WHERE id = ?", (device_id,)).fetchone()
        return StoredDevice(*row) if row else None

    def devices(self) -> list[tuple[StoredDevice, tuple[str, ...]]]:
        rows = self._connection.execute(f"SELECT {_DEVICE_COLUMNS} FROM device ORDER BY enrolled_at, id").fetchall()
        return [(StoredDevice(*row), tuple(account.name for account in self.accounts_on(row[0]))) for row in rows]

    def enrol_account(self, device_id: str, account: str) -> None:
        statement = "INSERT INTO device_account (device, account) VALUES (?, ?) ON CONFLICT (device, account) DO NOTHING"
        self._connection.execute(statement, (device_id, account))

    def accounts_on(self, device_id: str) -> tuple[StoredAccount, ...]:
        return tuple(StoredAccount(*row) for row in self._connection.execute(_ACCOUNTS_ON, (device_id,)))

    def put_token(self, token_hash: str, device_id: str, account: str, *, at: str) -> None:
        statement = "INSERT INTO token (hash, device, account, issued_at) VALUES (?, ?, ?, ?)"
        self._connection.execute(statement, (token_hash, device_id, account, at))

    def token_owner(self, token_hash: str) -> TokenOwner | None:
        row = self._connection.execute(_TOKEN_OWNER, (token_hash,)).fetchone()
        return TokenOwner(StoredDevice(*row[:10]), StoredAccount(*row[10:])) if row else None

    def drop_token(self, token_hash: str) -> None:
        self._connection.execute("DELETE FROM token WHERE hash = ?", (token_hash,))

    def put_code(self, code_hash: str, code: StoredCode) -> None:
        statement = """
            INSERT INTO enrolment_code (hash, account, expires_at, used_at, device, request) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at, device = excluded.device, request = excluded.request"""
        self._connection.execute(statement, (code_hash, code.account, code.expires_at, code.used_at, code.device, code.request))

    def code(self, code_hash: str) -> StoredCode | None:
        statement = "SELECT account, expires_at, used_at, device, request FROM enrolment_code WHERE hash = ?"
        row = self._connection.execute(statement, (code_hash,)).fetchone()
        return StoredCode(*row) if row else None

    def failures(self, address: str, *, since: float) -> int:
        statement = "SELECT count(*) FROM enrolment_failure WHERE address = ? AND at > ?"
        (count,) = self._connection.execute(statement, (address, since)).fetchone()
        return int(count)

    def add_failure(self, address: str, *, at: float, forget_before: float) -> None:
        self._connection.execute("DELETE FROM enrolment_failure WHERE at < ?", (forget_before,))
        self._connection.execute("INSERT INTO enrolment_failure (address, at) VALUES (?, ?)", (address, at))

    def bundle(self, device_id: str, number: int) -> str | None:
        row = self._connection.execute("SELECT id FROM bundle WHERE device = ? AND number = ?", (device_id, number)).fetchone()
        return row[0] if row else None

    def put_bundle(self, device_id: str, number: int, bundle_id: str, *, at: str) -> None:
        statement = "INSERT INTO bundle (device, number, id, first_seen) VALUES (?, ?, ?, ?) ON CONFLICT (device, number) DO NOTHING"
        self._connection.execute(statement, (device_id, number, bundle_id, at))

    def stream_names(self, streams: Collection[str]) -> dict[str, str]:
        statement = "SELECT stream, name FROM stream WHERE stream IN (SELECT value FROM json_each(?))"
        return dict(self._connection.execute(statement, (msgspec.json.encode(sorted(streams)).decode(),)).fetchall())

    def name_streams(self, names: Mapping[str, str]) -> None:
        self._connection.executemany(_MAKE_STREAM, [(stream, FIRST_CHAIN, name) for stream, name in names.items()])

    def mark_durable(self, heads: Mapping[str, int]) -> None:
        statement = "UPDATE stream SET durable = max(durable, ?) WHERE stream = ?"
        self._connection.executemany(statement, [(head, stream) for stream, head in heads.items()])

    def mark_restored(self, heads: Mapping[str, int]) -> None:
        statement = "UPDATE stream SET durable = ?1, restored = iif(restored = 0, ?1, min(restored, ?1)) WHERE stream = ?2"
        self._connection.executemany(statement, [(head, stream) for stream, head in heads.items()])

    def close_stream(self, stream: str, successor: str) -> None:
        self.name_streams({stream: ""})
        self._connection.execute("UPDATE stream SET closed = 1, successor = ? WHERE stream = ?", (successor, stream))

    def open_stream(self, stream: str) -> None:
        self._connection.execute("UPDATE stream SET closed = 0, successor = '' WHERE stream = ?", (stream,))
