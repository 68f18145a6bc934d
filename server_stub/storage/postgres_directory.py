"""Accounts, devices, tokens, grants and enrolment codes on PostgreSQL; the transaction is the store's.

Where a decision is taken from what is read (a code works once, a counter only rises), the row read is locked to the commit; of what has
no row yet, its name is. Nothing else makes two requests wait for each other.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache

import msgspec
from psycopg.sql import SQL, Literal

from records.stored import FIRST_CHAIN
from server_stub.storage.directory import Directory, StoredAccount, StoredCode, StoredDevice, StoredGrant, TokenOwner
from server_stub.storage.postgres_connections import Connection

_DEVICE_COLUMNS = "device.id, device.name, os, app_version, public_key, sealing_key, enrolled_at, revoked_at, counter, mark"
_PUT_DEVICE = """
    INSERT INTO device (id, name, os, app_version, public_key, sealing_key, enrolled_at, revoked_at, counter, mark)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, os = excluded.os, app_version = excluded.app_version,
        public_key = excluded.public_key, sealing_key = excluded.sealing_key, revoked_at = excluded.revoked_at, counter = excluded.counter,
        mark = excluded.mark"""
_TOKEN_OWNER = f"""
    SELECT {_DEVICE_COLUMNS}, account.name, role, full_name FROM token
    JOIN device ON device.id = token.device JOIN account ON account.name = token.account WHERE hash = %s"""
_ACCOUNTS_ON = """
    SELECT name, role, full_name FROM device_account JOIN account ON account.name = device_account.account
    WHERE device = %s ORDER BY name"""
_MAKE_STREAM = """
    INSERT INTO stream (stream, head, chain, name, durable, closed, successor) VALUES (%s, 0, %s, %s, 0, 0, '')
    ON CONFLICT (stream) DO UPDATE SET name = CASE excluded.name WHEN '' THEN stream.name ELSE excluded.name END"""
_LOCK_NAME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class PostgresDirectory(Directory):
    """The directory through one connection inside a transaction."""

    def __init__(self, connection: Connection, *, is_writing: bool) -> None:
        """The transaction is begun and ended by the store; one that only looks up locks nothing."""
        self._connection = connection
        self._is_writing = is_writing
        self._locking = " FOR UPDATE" if is_writing else ""

    def meta(self, name: str) -> str | None:
        if self._is_writing:
            self._connection.execute(_LOCK_NAME, (f"meta {name}",))
        row = self._connection.execute("SELECT value FROM meta WHERE name = %s", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        statement = "INSERT INTO meta (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._connection.execute(statement, (name, value))

    def put_account(self, account: StoredAccount, grants: Sequence[StoredGrant], *, at: str) -> None:
        statement = """
            INSERT INTO account (name, role, full_name, created_at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (name) DO UPDATE SET role = excluded.role, full_name = excluded.full_name"""
        self._connection.execute(statement, (account.name, account.role, account.full_name, at))
        self._connection.execute("DELETE FROM account_grant WHERE account = %s", (account.name,))
        rows = [(account.name, grant.stream, grant.access, msgspec.json.encode(grant.areas).decode()) for grant in grants]
        with self._connection.cursor() as cursor:
            cursor.executemany("INSERT INTO account_grant (account, stream, access, areas) VALUES (%s, %s, %s, %s)", rows)
        self.name_streams({grant.stream: "" for grant in grants})

    def account(self, name: str) -> StoredAccount | None:
        row = self._connection.execute("SELECT name, role, full_name FROM account WHERE name = %s", (name,)).fetchone()
        return StoredAccount(*row) if row else None

    def grants(self, account: str) -> tuple[StoredGrant, ...]:
        statement = "SELECT stream, access, areas FROM account_grant WHERE account = %s ORDER BY stream"
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
        statement = f"SELECT {_DEVICE_COLUMNS} FROM device WHERE id = %s{self._locking}"
        row = self._connection.execute(statement.encode(), (device_id,)).fetchone()
        return StoredDevice(*row) if row else None

    def devices(self) -> list[tuple[StoredDevice, tuple[str, ...]]]:
        rows = self._connection.execute(f"SELECT {_DEVICE_COLUMNS} FROM device ORDER BY enrolled_at, id").fetchall()
        return [(StoredDevice(*row), tuple(account.name for account in self.accounts_on(row[0]))) for row in rows]

    def enrol_account(self, device_id: str, account: str) -> None:
        statement = "INSERT INTO device_account (device, account) VALUES (%s, %s) ON CONFLICT (device, account) DO NOTHING"
        self._connection.execute(statement, (device_id, account))

    def accounts_on(self, device_id: str) -> tuple[StoredAccount, ...]:
        return tuple(StoredAccount(*row) for row in self._connection.execute(_ACCOUNTS_ON, (device_id,)))

    def put_token(self, token_hash: str, device_id: str, account: str, *, at: str) -> None:
        statement = "INSERT INTO token (hash, device, account, issued_at) VALUES (%s, %s, %s, %s)"
        self._connection.execute(statement, (token_hash, device_id, account, at))

    def token_owner(self, token_hash: str) -> TokenOwner | None:
        row = self._connection.execute(_TOKEN_OWNER, (token_hash,)).fetchone()
        return TokenOwner(StoredDevice(*row[:10]), StoredAccount(*row[10:])) if row else None

    def drop_token(self, token_hash: str) -> None:
        self._connection.execute("DELETE FROM token WHERE hash = %s", (token_hash,))

    def put_code(self, code_hash: str, code: StoredCode) -> None:
        statement = """
            INSERT INTO enrolment_code (hash, account, expires_at, used_at, device, request) VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at, device = excluded.device, request = excluded.request"""
        self._connection.execute(statement, (code_hash, code.account, code.expires_at, code.used_at, code.device, code.request))

    def code(self, code_hash: str) -> StoredCode | None:
        statement = f"SELECT account, expires_at, used_at, device, request FROM enrolment_code WHERE hash = %s{self._locking}"
        row = self._connection.execute(statement.encode(), (code_hash,)).fetchone()
        return StoredCode(*row) if row else None

    def failures(self, address: str, *, since: float) -> int:
        if self._is_writing:
            self._connection.execute(_LOCK_NAME, (f"failures {address}",))
        statement = "SELECT count(*) FROM enrolment_failure WHERE address = %s AND at > %s"
        row = self._connection.execute(statement, (address, since)).fetchone()
        return int(row[0]) if row else 0

    def add_failure(self, address: str, *, at: float, forget_before: float) -> None:
        # Two who forget the same rows at once: the second finds them gone, and deletes what is left.
        self._connection.execute("DELETE FROM enrolment_failure WHERE at < %s", (forget_before,))
        self._connection.execute("INSERT INTO enrolment_failure (address, at) VALUES (%s, %s)", (address, at))

    def bundle(self, device_id: str, number: int) -> str | None:
        if self._is_writing:
            self._connection.execute(_LOCK_NAME, (f"bundle {device_id} {number}",))
        row = self._connection.execute("SELECT id FROM bundle WHERE device = %s AND number = %s", (device_id, number)).fetchone()
        return row[0] if row else None

    def put_bundle(self, device_id: str, number: int, bundle_id: str, *, at: str) -> None:
        statement = "INSERT INTO bundle (device, number, id, first_seen) VALUES (%s, %s, %s, %s) ON CONFLICT (device, number) DO NOTHING"
        self._connection.execute(statement, (device_id, number, bundle_id, at))

    def stream_names(self, streams: Collection[str]) -> dict[str, str]:
        self._touch(streams)
        return dict(self._connection.execute("SELECT stream, name FROM stream WHERE stream = ANY(%s)", (list(streams),)).fetchall())

    def name_streams(self, names: Mapping[str, str]) -> None:
        self._touch(names)
        # In one order, so that two who name the same streams never wait for each other crosswise.
        with self._connection.cursor() as cursor:
            cursor.executemany(_MAKE_STREAM, [(stream, FIRST_CHAIN, names[stream]) for stream in sorted(names)])

    def mark_durable(self, heads: Mapping[str, int]) -> None:
        self._touch(heads)
        with self._connection.cursor() as cursor:
            statement = "UPDATE stream SET durable = greatest(durable, %s) WHERE stream = %s"
            cursor.executemany(statement, [(heads[stream], stream) for stream in sorted(heads)])

    def mark_restored(self, heads: Mapping[str, int]) -> None:
        self._touch(heads)
        statement = """
            UPDATE stream SET durable = %(head)s, restored = CASE restored WHEN 0 THEN %(head)s ELSE least(restored, %(head)s) END
            WHERE stream = %(stream)s"""
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, [{"head": heads[stream], "stream": stream} for stream in sorted(heads)])

    def close_stream(self, stream: str, successor: str) -> None:
        self.name_streams({stream: ""})
        self._connection.execute("UPDATE stream SET closed = 1, successor = %s WHERE stream = %s", (successor, stream))

    def open_stream(self, stream: str) -> None:
        self._touch([stream])
        self._connection.execute("UPDATE stream SET closed = 0, successor = '' WHERE stream = %s", (stream,))

    def _touch(self, streams: Collection[str]) -> None:
        """Names the streams this transaction goes on to touch; until then it sees none."""
        setting = f",{','.join(streams)},"
        self._connection.execute(SQL("SET LOCAL thongthin.streams = {}").format(Literal(setting)))
