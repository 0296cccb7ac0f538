-- When the first warning point of a clock is reached that runs for who is in charge: from then on a case is at risk.

ALTER TABLE case_file ADD COLUMN unit_warn TEXT NOT NULL DEFAULT '';

DROP INDEX case_file_of_board;
CREATE INDEX case_file_of_board ON case_file (is_ended, assigned, mechanism, unit_due, unit_warn);
