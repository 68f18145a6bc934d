-- What tells a repeat of a device's last request from the next request of an older copy of the device.
ALTER TABLE device ADD COLUMN mark TEXT NOT NULL DEFAULT '';  -- Sync-Mark that came with that counter; empty = none did
