-- What a restore leaves behind: see ../sqlite/0003_recovery.sql.
ALTER TABLE stream ADD COLUMN restored BIGINT NOT NULL DEFAULT 0;

CREATE TABLE number_floor (
    stream TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    floor BIGINT NOT NULL,
    restores BIGINT NOT NULL,
    PRIMARY KEY (stream, book, year)
);

ALTER TABLE number_floor ENABLE ROW LEVEL SECURITY;
ALTER TABLE number_floor FORCE ROW LEVEL SECURITY;
CREATE POLICY of_transaction ON number_floor USING (
    current_setting('thongthin.streams', true) = '*' OR strpos(current_setting('thongthin.streams', true), ',' || stream || ',') > 0);

GRANT SELECT, INSERT, UPDATE ON number_floor TO thongthin_server;
