"""Making and changing the tables on PostgreSQL: the two roles, the schema, the numbered migrations.

    thongthin_owner    owns the schema `thongthin` and its tables; used by migrations alone
    thongthin_server   what the program works as: reads and writes rows, sees the streams of its transaction only

Both are roles without a login; the login of `--database` is a member of what it needs. Where it may, `init` makes them itself.
"""

import psycopg
from psycopg.sql import SQL

from server_stub.storage.migrations import numbered, refuse_newer
from server_stub.storage.postgres_connections import Connection, Connections
from server_stub.storage.postgres_errors import no_roles, no_tables

SERVER = "thongthin_server"
LOCK = 0x7468_6F6E_6774_6869  # "thongthi": two servers that start at once migrate one after the other
_BEGIN = SQL("BEGIN; SET LOCAL lock_timeout = '120s'")
_IS_MADE = """
    SELECT 1 FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'thongthin' AND relname = 'migration'"""
_ROLES = "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname IN ('thongthin_owner', 'thongthin_server')"
_MAY_MAKE_ROLES = "SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = session_user"
# Another database of the same server may be making them at this moment: a role belongs to the whole server.
_MAKE_ROLES = """
    DO $$ BEGIN CREATE ROLE thongthin_owner NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE thongthin_server NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
_JOIN_ROLES = """
    DO $$ BEGIN
        IF NOT pg_has_role(session_user, 'thongthin_owner', 'MEMBER') THEN GRANT thongthin_owner TO SESSION_USER; END IF;
        IF NOT pg_has_role(session_user, 'thongthin_server', 'MEMBER') THEN GRANT thongthin_server TO SESSION_USER; END IF;
    END $$"""
_MAKE_SCHEMA = """
    CREATE SCHEMA thongthin AUTHORIZATION thongthin_owner;
    SET LOCAL ROLE thongthin_owner;
    GRANT USAGE ON SCHEMA thongthin TO thongthin_server;
    CREATE TABLE thongthin.migration (
        number INTEGER PRIMARY KEY,
        ran_at TIMESTAMPTZ NOT NULL DEFAULT now()
    );
    GRANT SELECT ON thongthin.migration TO thongthin_server"""
_AS_OWNER = "SET LOCAL ROLE thongthin_owner; SET LOCAL search_path = thongthin, pg_temp; SET LOCAL thongthin.streams = '*'"


def bring_up_to_date(connections: Connections, *, must_exist: bool) -> int:
    """Runs the migrations the database has not had, all in one transaction; returns the number of the newest.

    Raises:
        Refused: The database is of a newer program, or the login lacks the rights for what is to be done.
        Correctable: It has no tables yet, and `must_exist` asks for them.
        Unavailable: It cannot be reached.
    """
    found = numbered("postgres")
    newest = found[-1][0]
    with connections.transaction(_BEGIN) as connection:
        had = _version(connection)
    refuse_newer(connections.address, had or 0, newest)
    if had is None and must_exist:
        raise no_tables(connections.address)
    if had == newest:
        return newest
    with connections.transaction(_BEGIN) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        had = _version(connection)  # another server may have been first
        refuse_newer(connections.address, had or 0, newest)
        if had is None:
            make_schema(connection, connections)
        migrate(connection, after=had or 0, until=newest)
    return newest


def make_schema(connection: Connection, connections: Connections) -> None:
    """Makes the schema `thongthin`, empty, and the roles if need be. Raises Refused when this login may not."""
    _make_roles(connection, connections)
    connection.execute(_MAKE_SCHEMA)


def migrate(connection: Connection, *, after: int, until: int) -> None:
    """Runs the migrations of these numbers, as the owner, which the transaction remains."""
    connection.execute(_AS_OWNER)
    for number, script in numbered("postgres"):
        if after < number <= until:
            connection.execute(script.encode())
            connection.execute("INSERT INTO migration (number) VALUES (%s)", (number,))


def _version(connection: Connection) -> int | None:
    """The number of the last migration; None before the first."""
    if connection.execute(_IS_MADE).fetchone() is None:
        return None
    row = connection.execute("SET LOCAL ROLE thongthin_server; SELECT max(number) FROM thongthin.migration; RESET ROLE")
    row.nextset()
    found = row.fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def _make_roles(connection: Connection, connections: Connections) -> None:
    """Makes the roles that are missing and takes part in them. Raises Refused when this login may not."""
    there = connection.execute(_ROLES).fetchone()
    allowed = connection.execute(_MAY_MAKE_ROLES).fetchone()
    if there != (2,):
        if allowed != (True,):
            raise no_roles(connections.address)
        connection.execute(_MAKE_ROLES)
    if allowed == (True,):
        try:
            with connection.transaction():
                connection.execute(_JOIN_ROLES)
        except psycopg.errors.InsufficientPrivilege as error:
            raise no_roles(connections.address) from error
