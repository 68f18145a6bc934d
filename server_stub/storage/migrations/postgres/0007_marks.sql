-- What tells a repeat from an older copy of a device: see ../sqlite/0010_marks.sql.
ALTER TABLE device ADD COLUMN mark TEXT NOT NULL DEFAULT '';
