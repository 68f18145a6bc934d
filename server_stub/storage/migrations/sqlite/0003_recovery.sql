-- What a restore leaves behind, for clients to find their way back and for books of numbers to wait for a floor.
ALTER TABLE stream ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;  -- lowest head a restore left it at; 0 = none did

-- From which number on a book goes on after a restore, as an administrator named it.
CREATE TABLE number_floor (
    stream TEXT NOT NULL,
    book TEXT NOT NULL,
    year INTEGER NOT NULL,      -- พ.ศ., calendar or fiscal as the book declares
    floor INTEGER NOT NULL,     -- no block begins at or below it
    restores INTEGER NOT NULL,  -- how many restores there had been: a floor named before the last one is none
    PRIMARY KEY (stream, book, year)
) STRICT, WITHOUT ROWID;
