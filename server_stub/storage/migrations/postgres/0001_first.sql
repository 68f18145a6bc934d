-- The first schema of the central server on PostgreSQL; what each column means stands in ../sqlite/0001_first.sql, which has the same ones.
-- Every key of what syncs begins with the stream, nothing refers across streams. Text sorts by code point, as on SQLite.
-- The tables belong to thongthin_owner; the program works as thongthin_server, which sees the streams of its transaction and no others.

CREATE TABLE meta (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE stream (
    stream TEXT COLLATE "C" PRIMARY KEY,
    head BIGINT NOT NULL,
    chain TEXT NOT NULL,
    name TEXT NOT NULL,
    durable BIGINT NOT NULL,
    closed SMALLINT NOT NULL,
    successor TEXT NOT NULL
);

CREATE TABLE record (
    stream TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    area TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seq BIGINT NOT NULL,
    group_end BIGINT NOT NULL,
    deleted SMALLINT NOT NULL,
    fields BYTEA NOT NULL,
    schema BIGINT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    device TEXT NOT NULL,
    change_id TEXT NOT NULL,
    origin BYTEA
);
CREATE UNIQUE INDEX record_id ON record (stream, id);
CREATE UNIQUE INDEX record_seq ON record (stream, seq);

CREATE TABLE revision (
    stream TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    change_id TEXT COLLATE "C" NOT NULL,
    content TEXT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    chain TEXT NOT NULL,
    deleted SMALLINT NOT NULL,
    set_fields BYTEA NOT NULL,
    unset_names BYTEA NOT NULL,
    group_id TEXT,
    schema BIGINT NOT NULL,
    made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    device TEXT NOT NULL,
    origin BYTEA,
    merge BYTEA
);
CREATE UNIQUE INDEX revision_seq ON revision (stream, seq);
CREATE UNIQUE INDEX revision_change ON revision (stream, change_id);
CREATE UNIQUE INDEX revision_version ON revision (stream, id, version);

CREATE TABLE number_book (
    stream TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (stream, book, year)
);

CREATE TABLE number_used (
    stream TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (stream, book, year, number)
);

CREATE TABLE account (
    name TEXT COLLATE "C" PRIMARY KEY,
    role TEXT NOT NULL,
    full_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE account_grant (
    account TEXT COLLATE "C" NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    access TEXT NOT NULL,
    areas TEXT NOT NULL,
    PRIMARY KEY (account, stream)
);

CREATE TABLE device (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT NOT NULL,
    os TEXT NOT NULL,
    app_version TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealing_key TEXT NOT NULL,
    enrolled_at TEXT COLLATE "C" NOT NULL,
    revoked_at TEXT,
    counter BIGINT NOT NULL
);

CREATE TABLE device_account (
    device TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (device, account)
);

CREATE TABLE token (
    hash TEXT COLLATE "C" PRIMARY KEY,
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    issued_at TEXT NOT NULL
);

CREATE TABLE enrolment_code (
    hash TEXT COLLATE "C" PRIMARY KEY,
    account TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);

CREATE TABLE enrolment_failure (
    address TEXT COLLATE "C" NOT NULL,
    at DOUBLE PRECISION NOT NULL
);
CREATE INDEX enrolment_failure_address ON enrolment_failure (address, at);

-- The second wall. `thongthin.streams` holds the streams of the transaction between commas, or * for an administrator's work; where it was
-- never set nothing is seen and nothing can be written. No subquery in it: a distributed database takes none.
ALTER TABLE stream ENABLE ROW LEVEL SECURITY;
ALTER TABLE stream FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON stream USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);
ALTER TABLE record ENABLE ROW LEVEL SECURITY;
ALTER TABLE record FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON record USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);
ALTER TABLE revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE revision FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON revision USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);
ALTER TABLE number_book ENABLE ROW LEVEL SECURITY;
ALTER TABLE number_book FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON number_book USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);
ALTER TABLE number_used ENABLE ROW LEVEL SECURITY;
ALTER TABLE number_used FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON number_used USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);

-- What was written is never deleted, and a revision is never changed.
GRANT SELECT, INSERT ON revision, number_used TO thongthin_server;
GRANT SELECT, INSERT, UPDATE ON stream, record, number_book TO thongthin_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON meta, account, account_grant, device, device_account, token, enrolment_code, enrolment_failure
    TO thongthin_server;
