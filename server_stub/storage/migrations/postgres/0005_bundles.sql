-- The table of ../sqlite/0005_bundles.sql, where its columns are explained.
CREATE TABLE bundle (
    device TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (device, number)
);
GRANT SELECT, INSERT ON bundle TO thongthin_server;
