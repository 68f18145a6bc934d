-- Which request used a code: see ../sqlite/0006_enrolling.sql.
ALTER TABLE enrolment_code ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE enrolment_code ADD COLUMN request TEXT NOT NULL DEFAULT '';
