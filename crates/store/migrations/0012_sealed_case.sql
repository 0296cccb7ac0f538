-- Cases that are there for nobody but who filed them, and a second matter that was split from a case.

ALTER TABLE case_file ADD COLUMN is_sealed BIGINT NOT NULL DEFAULT 0;

-- What ended is counted without the sealed, from the index alone.
DROP INDEX case_file_by_end;
CREATE INDEX case_file_by_end ON case_file (ended_at, assigned, mechanism) WHERE ended_at <> '' AND is_sealed = 0;

--: sqlite
CREATE TABLE case_link_anew (
    case_serial  BIGINT NOT NULL REFERENCES case_file (serial),
    other_serial BIGINT NOT NULL REFERENCES case_file (serial),
    kind         TEXT   NOT NULL CHECK (kind IN ('opened', 'related', 'merged', 'split')),
    at           TEXT   NOT NULL,
    person       TEXT   NOT NULL,
    PRIMARY KEY (case_serial, other_serial, kind)
) STRICT;

INSERT INTO case_link_anew SELECT case_serial, other_serial, kind, at, person FROM case_link;
DROP TABLE case_link;
ALTER TABLE case_link_anew RENAME TO case_link;
CREATE INDEX case_link_back ON case_link (other_serial);

--: postgres
ALTER TABLE case_link DROP CONSTRAINT case_link_kind_check;
ALTER TABLE case_link ADD CONSTRAINT case_link_kind_check CHECK (kind IN ('opened', 'related', 'merged', 'split'));
--: both
