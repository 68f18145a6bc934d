-- Bundles that were answered, so that two histories of one device are told apart: a number belongs to one bundle.
CREATE TABLE bundle (
    device TEXT NOT NULL,       -- that made it
    number INTEGER NOT NULL,    -- its Sync-Counter when it did
    id TEXT NOT NULL,
    first_seen TEXT NOT NULL,   -- RFC 3339 UTC, the server's clock
    PRIMARY KEY (device, number)
) STRICT, WITHOUT ROWID;
