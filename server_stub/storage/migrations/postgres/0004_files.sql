-- Which records name a file, and whose content is kept: see ../sqlite/0004_files.sql. There was no database on PostgreSQL before this one, so
-- nothing written earlier has to be looked through.

CREATE TABLE file_name (
    stream TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    area TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, sha256, id)
);
CREATE INDEX file_name_record ON file_name (stream, id);

CREATE TABLE stored_file (
    stream TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    areas TEXT NOT NULL,
    PRIMARY KEY (stream, sha256)
);

ALTER TABLE file_name ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_name FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON file_name USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);
ALTER TABLE stored_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_file FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON stored_file USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);

-- A record that names a file no longer takes its row away.
GRANT SELECT, INSERT, UPDATE, DELETE ON file_name TO thongthin_server;
GRANT SELECT, INSERT, UPDATE ON stored_file TO thongthin_server;
