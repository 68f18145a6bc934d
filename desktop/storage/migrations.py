"""The part of the schema that does not come from the catalogue: numbered migrations, frozen once released, never importing the catalogue.

`PRAGMA user_version` is the number of migrations a file has had. A file with a higher number is refused; before a file with data is migrated,
a copy is written beside it. All migrations of one opening share one transaction with the record that they ran.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.storage.connection import Connection
from desktop.storage.failures import too_new

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

_FIRST = (
    """
    CREATE TABLE record_unknown (       -- records of types this program does not know, kept whole (law 8)
        _stream TEXT NOT NULL, _id TEXT NOT NULL, _version INTEGER NOT NULL, _hash TEXT NOT NULL, _seq INTEGER NOT NULL,
        _deleted INTEGER NOT NULL, _schema INTEGER NOT NULL, _changed_at TEXT NOT NULL, _changed_by TEXT NOT NULL, _device TEXT NOT NULL,
        _change_id TEXT NOT NULL, _origin TEXT, _waiting INTEGER NOT NULL, _refused TEXT NOT NULL, _extra TEXT,
        _type TEXT NOT NULL,            -- the type's name on the wire
        PRIMARY KEY (_stream, _id)
    ) STRICT
    """,
    """
    CREATE TABLE outbox (               -- pending changes: wishes the server has not granted
        position INTEGER PRIMARY KEY,  -- the order of sending; kept when a change is rewritten
        change_id TEXT NOT NULL UNIQUE,
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        state TEXT NOT NULL,            -- waiting, in_flight, refused, set_aside
        change TEXT NOT NULL,           -- JSON of records.changes.Change
        group_id TEXT,                  -- its group, NULL when alone
        problem TEXT,                   -- JSON of records.protocol.Problem of the last refusal; kept while a retry is in flight
        retry_at TEXT,                  -- RFC 3339 UTC: when a refused change may be sent again; NULL never by itself
        refusals INTEGER NOT NULL DEFAULT 0,  -- how often it was refused; a change put in its place begins at 0
        act_id TEXT                     -- the act that last wrote it, NULL when no person did (a merge)
    ) STRICT
    """,
    "CREATE INDEX outbox_record ON outbox (stream, type, id)",
    "CREATE INDEX outbox_group ON outbox (group_id) WHERE group_id IS NOT NULL",
    """
    CREATE TABLE mirror (               -- the last server snapshot of each record that has pending changes, of no other
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        snapshot TEXT NOT NULL,         -- JSON of records.changes.Snapshot
        PRIMARY KEY (stream, type, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE revision (             -- former versions known here: superseded snapshots and answers of the history call
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL,
        seq INTEGER NOT NULL,
        is_whole INTEGER NOT NULL,      -- 1: content is a Snapshot with all fields; 0: content is a protocol Revision (set, unset)
        content TEXT NOT NULL,          -- JSON of the one or the other
        PRIMARY KEY (stream, type, id, version, hash, is_whole)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE discard (              -- pending changes a person or a merge dropped: nothing vanishes without a trace (law 5)
        position INTEGER PRIMARY KEY,
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        change TEXT NOT NULL,           -- JSON of the Change that was dropped
        reason TEXT NOT NULL,           -- deleted, withdrawn, undone, theirs, refused
        discarded_at TEXT NOT NULL      -- RFC 3339 UTC
    ) STRICT
    """,
    "CREATE INDEX discard_record ON discard (stream, type, id)",
    """
    CREATE TABLE act (                  -- what a person did in one go
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, label_th TEXT NOT NULL, label_en TEXT NOT NULL,
        made_at TEXT NOT NULL,          -- RFC 3339 UTC
        undoes TEXT,                    -- the act it undid, NULL when it is an act of its own
        undone_by TEXT                  -- the act that undid it, NULL while it stands
    ) STRICT
    """,
    """
    CREATE TABLE act_record (           -- what an act changed in one record
        act_id TEXT NOT NULL, stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        position INTEGER NOT NULL,      -- the order of the saves of an act
        was TEXT NOT NULL,              -- absent, present or deleted before
        became TEXT NOT NULL,           -- absent, present or deleted after
        before TEXT NOT NULL,           -- JSON object: values before of the fields the act changed, without those it filled
        after TEXT NOT NULL,            -- JSON object: values after, without those it emptied
        PRIMARY KEY (act_id, stream, type, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE search_entry (         -- one line per record that can be found; the rowid is that of search_index
        number INTEGER PRIMARY KEY, stream TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        title TEXT NOT NULL,            -- as people read it
        text TEXT NOT NULL,             -- search_form of title and searchable fields, U+E000 between them
        UNIQUE (stream, id)
    ) STRICT
    """,
    "CREATE INDEX search_entry_begin ON search_entry (substr(text, 1, 24))",
    "CREATE TABLE search_backlog (number INTEGER PRIMARY KEY) STRICT  -- entries search_index does not reflect yet",
    """
    CREATE VIRTUAL TABLE search_index USING fts5 (
        text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
    )
    """,
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab (search_index, row)",
    """
    CREATE TABLE stream (               -- what this device may use, and where it stands
        stream TEXT PRIMARY KEY,
        content TEXT NOT NULL           -- JSON of state.StreamState
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE attachment (
        sha256 TEXT PRIMARY KEY,        -- 64 hex digits of the content
        size INTEGER NOT NULL,          -- bytes
        content BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE writer (               -- processes that opened the file, so that each notices the others' commits
        number INTEGER PRIMARY KEY AUTOINCREMENT, commits INTEGER NOT NULL
    ) STRICT
    """,
)


_FINDINGS = (
    """
    CREATE TABLE checked (              -- which version of a record was checked last; follows from the rows and may be emptied
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        change_id TEXT NOT NULL,        -- of the row as it was checked
        PRIMARY KEY (stream, type, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE finding (              -- what is to mend, as the last check of each record said
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        place INTEGER NOT NULL,         -- the order of a record's findings, errors first
        field TEXT NOT NULL,            -- empty when about the whole record
        severity TEXT NOT NULL,         -- error or warning
        text_th TEXT NOT NULL, text_en TEXT NOT NULL,
        PRIMARY KEY (stream, type, id, place)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX finding_kind ON finding (severity, type, text_th)",
)


_BLOCK_0003 = 262_144
"""attachments.BLOCK as it was when this migration was frozen."""

_FILES = (
    """
    CREATE TABLE file (                 -- contents of files that records name, whole or on their way here
        sha256 TEXT PRIMARY KEY,        -- 64 hex digits of the content
        size INTEGER NOT NULL,          -- bytes of the whole
        is_whole INTEGER NOT NULL,      -- 1: every byte is here and has that hash
        unused_since TEXT               -- RFC 3339 UTC: since when no record names it, as last looked; NULL while one does
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE file_block (           -- the bytes, in blocks, so that no file is in memory as a whole
        sha256 TEXT NOT NULL,
        number INTEGER NOT NULL,        -- 0, 1, 2 ...; all but the last of a file are of one size
        content BLOB NOT NULL,
        PRIMARY KEY (sha256, number)
    ) STRICT
    """,
    """
    CREATE TABLE file_look (            -- records whose row named a file before or after it was written: their uses are to be noted anew
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        PRIMARY KEY (stream, type, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE file_use (             -- which records name which files; follows from the rows, see file_uses.py
        stream TEXT NOT NULL, id TEXT NOT NULL, sha256 TEXT NOT NULL,
        type TEXT NOT NULL,             -- of the record
        name TEXT NOT NULL,             -- as the record calls the file
        size INTEGER NOT NULL,          -- bytes, as the record says
        media_type TEXT NOT NULL,
        is_deleted INTEGER NOT NULL,    -- 1: the record is a tombstone
        PRIMARY KEY (stream, id, sha256)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX file_use_file ON file_use (sha256, stream)",
    """
    CREATE TABLE file_state (           -- how every file a record of a stream ever named here travels
        stream TEXT NOT NULL, sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,          -- bytes, as the record says
        is_here INTEGER NOT NULL,       -- 1: the content is on this computer
        is_sent INTEGER NOT NULL,       -- 1: the server has it, as far as is known
        upload TEXT NOT NULL DEFAULT '',    -- the server's id of the unfinished upload; empty when there is none
        wished_at TEXT,                 -- RFC 3339 UTC: when a person asked for it; NULL when nobody did
        problem TEXT,                   -- JSON of records.protocol.Problem: why it did not go or come; NULL when nothing is wrong
        retry_at TEXT,                  -- RFC 3339 UTC: not tried again before; NULL at once
        failures INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (stream, sha256)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX file_state_file ON file_state (sha256)",
    "CREATE INDEX file_state_to_send ON file_state (stream, size) WHERE is_here = 1 AND is_sent = 0",
    "CREATE INDEX file_state_wished ON file_state (stream) WHERE wished_at IS NOT NULL",
    "CREATE INDEX file_state_to_fetch ON file_state (stream, size) WHERE is_here = 0",
    """
    CREATE TRIGGER file_came AFTER UPDATE OF is_whole ON file WHEN NEW.is_whole = 1 BEGIN
        UPDATE file_state SET is_here = 1, wished_at = NULL, problem = NULL, retry_at = NULL, failures = 0
        WHERE sha256 = NEW.sha256 AND is_here = 0;
    END
    """,
    """
    CREATE TRIGGER file_went AFTER DELETE ON file BEGIN
        DELETE FROM file_block WHERE sha256 = OLD.sha256;
        UPDATE file_state SET is_here = 0 WHERE sha256 = OLD.sha256;
    END
    """,
    "INSERT INTO file (sha256, size, is_whole) SELECT sha256, size, 1 FROM attachment",
    f"""
    WITH RECURSIVE block (sha256, size, number) AS (
        SELECT sha256, size, 0 FROM attachment
        UNION ALL SELECT sha256, size, number + 1 FROM block WHERE (number + 1) * {_BLOCK_0003} < size
    )
    INSERT INTO file_block (sha256, number, content)
    SELECT block.sha256, block.number, substr(attachment.content, block.number * {_BLOCK_0003} + 1, {_BLOCK_0003})
    FROM block JOIN attachment ON attachment.sha256 = block.sha256
    """,
    "DROP TABLE attachment",
)

_VIEW = (
    """
    CREATE TABLE not_same (             -- pairs of records with one natural key that a person said are two
        type TEXT NOT NULL,
        one TEXT NOT NULL, other TEXT NOT NULL,  -- their ids, the smaller first
        PRIMARY KEY (type, one, other)
    ) STRICT, WITHOUT ROWID
    """,
)

_ARRIVING = (
    """
    CREATE TABLE arriving (             -- first downloads of streams that are under way
        stream TEXT PRIMARY KEY,
        etag TEXT NOT NULL,             -- of the file at the server
        grants TEXT NOT NULL,           -- the mark of the grants it was made for
        size INTEGER NOT NULL           -- bytes of the whole, as they travel
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE arriving_block (       -- what of them is here
        stream TEXT NOT NULL,
        place INTEGER NOT NULL,         -- bytes before it
        content BLOB NOT NULL,
        PRIMARY KEY (stream, place)
    ) STRICT
    """,
)

_CHANGES_APART = (
    """
    CREATE TABLE outbox_change (        -- the changes of the outbox: written once, while their marks in `outbox` change
        position INTEGER PRIMARY KEY,   -- that of the outbox
        change TEXT NOT NULL            -- JSON of records.changes.Change
    ) STRICT
    """,
    "INSERT INTO outbox_change (position, change) SELECT position, change FROM outbox",
    "ALTER TABLE outbox DROP COLUMN change",
    # 1: the change deletes its record.
    "ALTER TABLE outbox ADD COLUMN is_deletion INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE outbox SET is_deletion = 1
    WHERE position IN (SELECT position FROM outbox_change WHERE json_extract(change, '$.op') = 'delete')
    """,
    """
    CREATE TRIGGER outbox_went AFTER DELETE ON outbox BEGIN
        DELETE FROM outbox_change WHERE position = OLD.position;
    END
    """,
)

_ROWIDS = (
    # A row that is longer than a quarter of a page goes, in a table without rowids, to a page of its own that nothing else shares.
    "ALTER TABLE revision RENAME TO revision_before",
    """
    CREATE TABLE revision (             -- former versions known here: superseded snapshots and answers of the history call
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL,
        seq INTEGER NOT NULL,
        is_whole INTEGER NOT NULL,      -- 1: content is a Snapshot with all fields; 0: content is a protocol Revision (set, unset)
        content TEXT NOT NULL,          -- JSON of the one or the other
        PRIMARY KEY (stream, type, id, version, hash, is_whole)
    ) STRICT
    """,
    """
    INSERT INTO revision (stream, type, id, version, hash, seq, is_whole, content)
    SELECT stream, type, id, version, hash, seq, is_whole, content FROM revision_before
    """,
    "DROP TABLE revision_before",
    "ALTER TABLE mirror RENAME TO mirror_before",
    """
    CREATE TABLE mirror (               -- the last server snapshot of each record that has pending changes, of no other
        stream TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
        snapshot TEXT NOT NULL,         -- JSON of records.changes.Snapshot
        PRIMARY KEY (stream, type, id)
    ) STRICT
    """,
    "INSERT INTO mirror (stream, type, id, snapshot) SELECT stream, type, id, snapshot FROM mirror_before",
    "DROP TABLE mirror_before",
)


def _first(db: "SqliteUtils") -> None:
    for statement in _FIRST:
        db.execute(statement)


def _findings(db: "SqliteUtils") -> None:
    for statement in _FINDINGS:
        db.execute(statement)


def _files(db: "SqliteUtils") -> None:
    for statement in _FILES:
        db.execute(statement)


def _view(db: "SqliteUtils") -> None:
    for statement in _VIEW:
        db.execute(statement)


def _arriving(db: "SqliteUtils") -> None:
    for statement in _ARRIVING:
        db.execute(statement)


def _changes_apart(db: "SqliteUtils") -> None:
    for statement in _CHANGES_APART:
        db.execute(statement)


def _rowids(db: "SqliteUtils") -> None:
    for statement in _ROWIDS:
        db.execute(statement)


_ALL: tuple[tuple[str, "Callable[[SqliteUtils], None]"], ...] = (
    ("0001_first", _first),
    ("0002_findings", _findings),
    ("0003_files", _files),
    ("0004_view", _view),
    ("0005_arriving", _arriving),
    ("0006_changes_apart", _changes_apart),
    ("0007_rowids", _rowids),
)
"""Append only: a released migration is never changed."""

LATEST = len(_ALL)


def is_behind(connection: Connection) -> bool:
    """Whether migrations are due. Raises Refused for a file of a newer program."""
    version = connection.value("PRAGMA user_version")
    if version > LATEST:
        raise too_new()
    return bool(version < LATEST)


def migrate(connection: Connection, backup: Callable[[Path], Path] | None) -> None:
    """Runs what is due; a file that has data is copied first to `<name>.before-<number>`, unless its owner has made a backup already."""
    # sqlite_utils takes 0.1-0.5 s to import: only here, and only when due.
    from sqlite_utils import Database as SqliteUtils
    from sqlite_utils import Migrations

    before = connection.value("PRAGMA user_version")
    if before and backup is not None:
        path = Path(connection.value("SELECT file FROM pragma_database_list WHERE name = 'main'"))
        backup(path.with_name(f"{path.name}.before-{LATEST}"))
    migrations = Migrations("thongthin")
    for name, run in _ALL:
        migrations(name=name)(run)
    # sqlite-utils begins deferred; inside our transaction its own are savepoints.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if is_behind(connection):
            migrations.apply(SqliteUtils(connection, recursive_triggers=False, execute_plugins=False))
            connection.execute(f"PRAGMA user_version = {LATEST}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
