-- Bundles that were answered: see ../sqlite/0005_bundles.sql.
CREATE TABLE bundle (
    device TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (device, number)
);
GRANT SELECT, INSERT ON bundle TO thongthin_server;
