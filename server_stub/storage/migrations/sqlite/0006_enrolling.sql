-- Which request used a code, so that the same computer is answered again when the reply was lost on its way.
ALTER TABLE enrolment_code ADD COLUMN device TEXT NOT NULL DEFAULT '';   -- that it let in; empty = not used, or before this column
ALTER TABLE enrolment_code ADD COLUMN request TEXT NOT NULL DEFAULT '';  -- SHA-256 of the request's id, hex; empty = it named none
