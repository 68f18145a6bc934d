-- Which records name a file: whoever may read one of them may read the file (protocol.md, "Files").
CREATE TABLE file_name (
    stream TEXT NOT NULL,
    sha256 TEXT NOT NULL,       -- 64 hex digits of the content
    id TEXT NOT NULL,           -- of a record that names it now, deleted ones too
    area TEXT NOT NULL,         -- of that record
    PRIMARY KEY (stream, sha256, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_name_record ON file_name (stream, id);

-- The files whose content is kept, for the sum of their sizes; the content itself is a file on disk.
CREATE TABLE stored_file (
    stream TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,      -- bytes
    areas TEXT NOT NULL,        -- JSON list: what was granted to whoever sent it last
    PRIMARY KEY (stream, sha256)
) STRICT, WITHOUT ROWID;

-- What was written before: the same rule as records.file_names, so that old documents are found too.
INSERT OR IGNORE INTO file_name (stream, sha256, id, area)
SELECT record.stream, json_extract(part.value, '$.sha256'), record.id, record.area
FROM record, json_tree(CAST(record.fields AS TEXT)) AS part
WHERE instr(CAST(record.fields AS TEXT), '"sha256"') > 0
    AND part.type = 'object'
    AND json_type(part.value, '$.sha256') = 'text'
    AND length(json_extract(part.value, '$.sha256')) = 64
    AND json_extract(part.value, '$.sha256') NOT GLOB '*[^0-9a-f]*'
    AND json_type(part.value, '$.size') = 'integer'
    AND json_extract(part.value, '$.size') >= 0;
