-- The first schema of the central server on SQLite. Every key of what syncs begins with the stream; nothing refers across streams.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,      -- such as server_device
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per stream: the row whose lock orders all writes of the stream.
CREATE TABLE stream (
    stream TEXT PRIMARY KEY,
    head INTEGER NOT NULL,      -- seq of the last write; 0 = nothing written
    chain TEXT NOT NULL,        -- chain(head), 64 hex digits
    name TEXT NOT NULL,         -- of the office, province or the centre, for people; empty = not known
    durable INTEGER NOT NULL,   -- seq up to which a backup exists; 0 = none
    closed INTEGER NOT NULL,    -- 1 = refuses writes
    successor TEXT NOT NULL     -- the stream that follows a closed one; empty = none
) STRICT, WITHOUT ROWID;

-- Every record as it is now, deleted ones too.
CREATE TABLE record (
    stream TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    area TEXT NOT NULL,         -- what a grant must cover; a conflict has that of its record
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,         -- 16 hex digits (protocol.md, "hash")
    seq INTEGER NOT NULL,       -- of its last write
    group_end INTEGER NOT NULL, -- seq of the last write of the group it was written in; its own seq outside a group
    deleted INTEGER NOT NULL,
    fields BLOB NOT NULL,       -- stored bytes (protocol.md); a tombstone keeps them
    schema INTEGER NOT NULL,    -- catalogue number of the program that wrote it last
    changed_at TEXT NOT NULL,   -- RFC 3339 UTC, the server's clock
    changed_by TEXT NOT NULL,   -- account
    device TEXT NOT NULL,
    change_id TEXT NOT NULL,
    origin BLOB                 -- JSON, as claimed; NULL = not offered again
) STRICT;
CREATE UNIQUE INDEX record_id ON record (stream, id);
CREATE UNIQUE INDEX record_seq ON record (stream, seq);

-- Every write ever: history for people, and the audit chain that `verify` computes again.
CREATE TABLE revision (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    change_id TEXT NOT NULL,    -- applied at most once, ever
    content TEXT NOT NULL,      -- digest of what the change asked for, to tell a repeat from a reused id
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    chain TEXT NOT NULL,        -- chain(seq), 64 hex digits
    deleted INTEGER NOT NULL,
    set_fields BLOB NOT NULL,   -- stored bytes of the fields that changed
    unset_names BLOB NOT NULL,  -- JSON list of the fields that lost their value
    group_id TEXT,
    schema INTEGER NOT NULL,
    made_at TEXT NOT NULL,      -- the device's clock, as claimed
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    device TEXT NOT NULL,
    origin BLOB,
    merge BLOB                  -- JSON; NULL = not the outcome of a merge
) STRICT;
CREATE UNIQUE INDEX revision_seq ON revision (stream, seq);
CREATE UNIQUE INDEX revision_change ON revision (stream, change_id);
CREATE UNIQUE INDEX revision_version ON revision (stream, id, version);

-- The highest number leased of each book and year.
CREATE TABLE number_book (
    stream TEXT NOT NULL,
    book TEXT NOT NULL,
    year INTEGER NOT NULL,      -- พ.ศ., calendar or fiscal as the book declares
    last INTEGER NOT NULL,
    PRIMARY KEY (stream, book, year)
) STRICT, WITHOUT ROWID;

-- Numbers already used by a record: no two records of a book and year share one.
CREATE TABLE number_used (
    stream TEXT NOT NULL,
    book TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,           -- of the record that used it
    PRIMARY KEY (stream, book, year, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    name TEXT PRIMARY KEY,      -- [a-z0-9._-]+
    role TEXT NOT NULL,
    full_name TEXT NOT NULL,    -- empty = not given
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_grant (
    account TEXT NOT NULL,
    stream TEXT NOT NULL,
    access TEXT NOT NULL,       -- read or write
    areas TEXT NOT NULL,        -- JSON list of catalogue areas, ["*"] = all
    PRIMARY KEY (account, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    os TEXT NOT NULL,
    app_version TEXT NOT NULL,
    public_key TEXT NOT NULL,   -- Ed25519, hex; empty = none given
    sealing_key TEXT NOT NULL,  -- X25519, hex; empty = none given
    enrolled_at TEXT NOT NULL,
    revoked_at TEXT,            -- NULL = may work
    counter INTEGER NOT NULL    -- highest Sync-Counter seen; 0 = none yet
) STRICT, WITHOUT ROWID;

CREATE TABLE device_account (
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (device, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    hash TEXT PRIMARY KEY,      -- SHA-256 of the token, hex: the token itself is kept nowhere
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    issued_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_code (
    hash TEXT PRIMARY KEY,      -- SHA-256 of the code's letters, hex
    account TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT                -- NULL = not used
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_failure (
    address TEXT NOT NULL,
    at REAL NOT NULL            -- seconds since 1970, the server's clock
) STRICT;
CREATE INDEX enrolment_failure_address ON enrolment_failure (address, at);
