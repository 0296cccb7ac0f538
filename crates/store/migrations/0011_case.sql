-- Cases: one run of one version of a mechanism each. What people wrote stands in rows that retention can erase; events
-- carry salted digests of the rows.

CREATE TABLE case_file (
    serial               BIGINT NOT NULL PRIMARY KEY, -- in the order in which they were opened
    id                   TEXT   NOT NULL UNIQUE,
    number               TEXT   NOT NULL UNIQUE, -- as people say it
    mechanism            TEXT   NOT NULL,
    version              BIGINT NOT NULL,
    firm                 TEXT   NOT NULL, -- credit code; empty where nobody can say
    place                TEXT   NOT NULL,
    channel              TEXT   NOT NULL CHECK (channel IN ('web', 'counter', 'telephone', 'email', 'platform')),
    source               TEXT   NOT NULL, -- stable id at the source; empty for our own
    title                TEXT   NOT NULL,
    filed_by             TEXT   NOT NULL,
    began_at             TEXT   NOT NULL, -- the moment from which its course is reckoned
    stage                TEXT   NOT NULL,
    is_ended             BIGINT NOT NULL,
    assigned             TEXT   NOT NULL,
    revision             BIGINT NOT NULL, -- version of its stream of events
    opened_at            TEXT   NOT NULL,
    changed_at           TEXT   NOT NULL,
    ended_at             TEXT   NOT NULL,
    firm_due             TEXT   NOT NULL,
    firm_due_provisional BIGINT NOT NULL,
    unit_due             TEXT   NOT NULL,
    unit_due_provisional BIGINT NOT NULL,
    next_over            TEXT   NOT NULL, -- the first moment at which a due date is over; 9999 where none runs
    merged_into          TEXT   NOT NULL,
    wake_at              TEXT   NOT NULL, -- when time alone changes something; empty where it does not
    keep_until           TEXT   NOT NULL, -- last day before erasure; empty while it runs
    erased_at            TEXT   NOT NULL,
    salt                 TEXT   NOT NULL,
    state                TEXT   NOT NULL  -- everything known of it; last, as it is long
) STRICT;

CREATE UNIQUE INDEX case_file_of_source ON case_file (source) WHERE source <> '';
CREATE INDEX case_file_of_firm ON case_file (firm, serial);
CREATE INDEX case_file_of_filer ON case_file (filed_by, serial);
CREATE INDEX case_file_of_mechanism ON case_file (mechanism, is_ended, next_over, serial);
CREATE INDEX case_file_of_stage ON case_file (mechanism, stage, is_ended, next_over, serial);
CREATE INDEX case_file_newest ON case_file (mechanism, serial);
CREATE INDEX case_file_by_change ON case_file (mechanism, changed_at, serial);
CREATE INDEX case_file_of_board ON case_file (is_ended, assigned, mechanism, unit_due);
CREATE INDEX case_file_by_end ON case_file (ended_at, assigned, mechanism) WHERE ended_at <> '';
CREATE INDEX case_file_to_wake ON case_file (wake_at) WHERE wake_at <> '';
CREATE INDEX case_file_to_erase ON case_file (keep_until) WHERE keep_until <> '';

-- How many cases a year has, so that none gets the number of another.
CREATE TABLE case_year (
    year BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
) STRICT;

CREATE TABLE case_step (
    case_serial  BIGINT NOT NULL REFERENCES case_file (serial),
    position     BIGINT NOT NULL, -- from 1
    at           TEXT   NOT NULL,
    step         TEXT   NOT NULL,
    actor        TEXT   NOT NULL, -- of the mechanism
    organization TEXT   NOT NULL,
    person       TEXT   NOT NULL,
    recorded_at  TEXT   NOT NULL,
    revision     BIGINT NOT NULL, -- the event that tells of it
    data         TEXT   NOT NULL, -- what was filled in
    effects      TEXT   NOT NULL, -- what came of it
    PRIMARY KEY (case_serial, position)
) STRICT;

-- Every organisation that has to do with a case; state and due date stand here again, so that a list is one walk
-- along an index.
CREATE TABLE case_organization (
    case_serial  BIGINT NOT NULL REFERENCES case_file (serial),
    organization TEXT   NOT NULL,
    part         TEXT   NOT NULL CHECK (part IN ('lead', 'helper', 'former', 'accused')),
    is_ended     BIGINT NOT NULL,
    next_over    TEXT   NOT NULL,
    PRIMARY KEY (case_serial, organization)
) STRICT;

CREATE INDEX case_organization_by_due ON case_organization (organization, is_ended, next_over, case_serial);
CREATE INDEX case_organization_newest ON case_organization (organization, case_serial);

CREATE TABLE case_link (
    case_serial  BIGINT NOT NULL REFERENCES case_file (serial),
    other_serial BIGINT NOT NULL REFERENCES case_file (serial),
    kind         TEXT   NOT NULL CHECK (kind IN ('opened', 'related', 'merged')),
    at           TEXT   NOT NULL,
    person       TEXT   NOT NULL,
    PRIMARY KEY (case_serial, other_serial, kind)
) STRICT;

CREATE INDEX case_link_back ON case_link (other_serial);

-- Messages that wait for their readers; the text is made from its template when it is read.
CREATE TABLE case_notice (
    serial      BIGINT NOT NULL PRIMARY KEY,
    case_serial BIGINT NOT NULL REFERENCES case_file (serial),
    notice      TEXT   NOT NULL, -- key of the template
    to_kind     TEXT   NOT NULL CHECK (to_kind IN ('person', 'firm', 'organization', 'role')),
    to_name     TEXT   NOT NULL,
    at          TEXT   NOT NULL,
    read_at     TEXT   NOT NULL,
    read_by     TEXT   NOT NULL
) STRICT;

CREATE INDEX case_notice_to ON case_notice (to_kind, to_name, read_at, serial);
CREATE INDEX case_notice_of_case ON case_notice (case_serial);

-- What somebody has begun to fill in and not filed yet.
CREATE TABLE case_draft (
    id         TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL,
    mechanism  TEXT NOT NULL,
    data       TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX case_draft_of_person ON case_draft (person, updated_at);

-- Filters that somebody keeps under a name.
CREATE TABLE case_view (
    person     TEXT NOT NULL,
    name       TEXT NOT NULL,
    filter     TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT;

CREATE TABLE case_attachment (
    case_serial BIGINT NOT NULL REFERENCES case_file (serial),
    position    BIGINT NOT NULL, -- from 1
    field       TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    media_type  TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    byte_count  BIGINT NOT NULL,
    added_by    TEXT   NOT NULL,
    added_at    TEXT   NOT NULL,
    bytes       BYTEA  NOT NULL,
    PRIMARY KEY (case_serial, position)
) STRICT;

-- Words of cases, by serial. Only the index is kept, not the text.
--: sqlite
CREATE VIRTUAL TABLE case_words USING fts5 (
    scope, words, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '-:_.'"
);

CREATE TRIGGER case_file_is_never_deleted BEFORE DELETE ON case_file
BEGIN SELECT RAISE(ABORT, 'cases are erased, never deleted'); END;

CREATE TRIGGER case_file_keeps_its_beginning BEFORE UPDATE ON case_file
WHEN NEW.serial <> OLD.serial OR NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.mechanism <> OLD.mechanism
  OR NEW.version <> OLD.version OR NEW.began_at <> OLD.began_at OR NEW.opened_at <> OLD.opened_at
  OR OLD.erased_at <> ''
BEGIN SELECT RAISE(ABORT, 'a case goes on, and keeps its beginning'); END;

CREATE TRIGGER case_file_is_never_replaced BEFORE INSERT ON case_file
WHEN EXISTS (SELECT 1 FROM case_file WHERE serial = NEW.serial OR id = NEW.id OR number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'cases are never replaced'); END;

CREATE TRIGGER case_step_is_never_deleted BEFORE DELETE ON case_step
BEGIN SELECT RAISE(ABORT, 'steps of cases are erased, never deleted'); END;

CREATE TRIGGER case_step_is_only_erased BEFORE UPDATE ON case_step
WHEN NEW.case_serial <> OLD.case_serial OR NEW.position <> OLD.position OR NEW.at <> OLD.at OR NEW.step <> OLD.step
  OR NEW.actor <> OLD.actor OR NEW.revision <> OLD.revision OR NEW.data <> '' OR NEW.person <> ''
BEGIN SELECT RAISE(ABORT, 'steps of cases are erased, never changed'); END;

CREATE TRIGGER case_step_is_never_replaced BEFORE INSERT ON case_step
WHEN EXISTS (SELECT 1 FROM case_step WHERE case_serial = NEW.case_serial AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'steps of cases are never replaced'); END;

--: postgres
CREATE TABLE case_words (
    case_serial BIGINT   NOT NULL PRIMARY KEY REFERENCES case_file (serial),
    words       TSVECTOR NOT NULL -- with the scope among them
);

CREATE INDEX case_words_of_text ON case_words USING gin (words);

CREATE FUNCTION refuse_change_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a case goes on and keeps its beginning; it is erased, never deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER case_file_is_never_deleted BEFORE DELETE ON case_file
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_case();

CREATE TRIGGER case_file_is_never_truncated BEFORE TRUNCATE ON case_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_case();

CREATE TRIGGER case_file_keeps_its_beginning BEFORE UPDATE ON case_file
FOR EACH ROW WHEN (NEW.serial <> OLD.serial OR NEW.id <> OLD.id OR NEW.number <> OLD.number
  OR NEW.mechanism <> OLD.mechanism OR NEW.version <> OLD.version OR NEW.began_at <> OLD.began_at
  OR NEW.opened_at <> OLD.opened_at OR OLD.erased_at <> '')
EXECUTE FUNCTION refuse_change_of_case();

CREATE TRIGGER case_step_is_never_deleted BEFORE DELETE ON case_step
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_case();

CREATE TRIGGER case_step_is_never_truncated BEFORE TRUNCATE ON case_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_case();

CREATE TRIGGER case_step_is_only_erased BEFORE UPDATE ON case_step
FOR EACH ROW WHEN (NEW.case_serial <> OLD.case_serial OR NEW.position <> OLD.position OR NEW.at <> OLD.at
  OR NEW.step <> OLD.step OR NEW.actor <> OLD.actor OR NEW.revision <> OLD.revision OR NEW.data <> ''
  OR NEW.person <> '')
EXECUTE FUNCTION refuse_change_of_case();
