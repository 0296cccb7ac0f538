-- People, how they prove who they are, what they act as, and their sessions.
-- Personal data stand in rows that can be erased; the event log holds salted hashes of them.

CREATE TABLE person (
    id         TEXT NOT NULL PRIMARY KEY,
    login      TEXT NOT NULL UNIQUE, -- lower-case; empty of personal data once erased
    name       TEXT NOT NULL,
    phone      TEXT NOT NULL,
    language   TEXT NOT NULL,
    salt       TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'closed', 'erased')),
    created_at TEXT NOT NULL,
    closed_at  TEXT NOT NULL
) STRICT;

CREATE TABLE credential (
    person     TEXT NOT NULL REFERENCES person (id),
    kind       TEXT NOT NULL CHECK (kind IN ('password', 'one-time-code', 'recovery-code', 'passkey', 'unified-identity')),
    id         TEXT NOT NULL,
    label      TEXT NOT NULL,
    data       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at    TEXT NOT NULL,
    PRIMARY KEY (kind, person, id)
) STRICT;

CREATE TABLE invitation (
    hash       TEXT NOT NULL PRIMARY KEY, -- of the code
    person     TEXT NOT NULL REFERENCES person (id),
    made_at    TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT NOT NULL
) STRICT;

CREATE TABLE role_grant (
    id           TEXT NOT NULL PRIMARY KEY,
    person       TEXT NOT NULL REFERENCES person (id),
    role         TEXT NOT NULL,
    firm         TEXT NOT NULL, -- of roles of a firm
    organization TEXT NOT NULL, -- of all other roles
    place        TEXT NOT NULL,
    scope        TEXT NOT NULL, -- areas an agent may deal with, a blank between
    deputy_of    TEXT NOT NULL, -- the grant somebody stands in for
    from_day     TEXT NOT NULL,
    until_day    TEXT NOT NULL,
    granted_by   TEXT NOT NULL,
    granted_at   TEXT NOT NULL,
    ended_by     TEXT NOT NULL,
    ended_at     TEXT NOT NULL
) STRICT;

CREATE INDEX role_grant_of_person ON role_grant (person);
CREATE INDEX role_grant_of_firm ON role_grant (firm);
CREATE INDEX role_grant_of_organization ON role_grant (organization);

CREATE TABLE session (
    hash        TEXT   NOT NULL PRIMARY KEY, -- of the token in the cookie
    person      TEXT   NOT NULL REFERENCES person (id),
    acts_by     TEXT   NOT NULL, -- a role_grant, or empty
    two_factors BIGINT NOT NULL,
    opened_at   TEXT   NOT NULL,
    seen_at     TEXT   NOT NULL,
    proved_at   TEXT   NOT NULL,
    idle_minutes BIGINT NOT NULL,
    expires_at  TEXT   NOT NULL,
    ended_at    TEXT   NOT NULL,
    address     TEXT   NOT NULL, -- without its last part
    client      TEXT   NOT NULL  -- sort of browser and system
) STRICT;

CREATE INDEX session_of_person ON session (person);

CREATE TABLE sign_in_guard (
    account    TEXT NOT NULL PRIMARY KEY, -- hash of the login that was tried; nobody need have it
    state      TEXT NOT NULL,             -- counted tries, and hashes of the owner's own devices
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE challenge (
    hash       TEXT NOT NULL PRIMARY KEY, -- of the token the browser holds
    purpose    TEXT NOT NULL,
    state      TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

--: sqlite
CREATE TRIGGER role_grant_is_never_deleted BEFORE DELETE ON role_grant
BEGIN SELECT RAISE(ABORT, 'roles are ended, never deleted'); END;

CREATE TRIGGER role_grant_only_ends BEFORE UPDATE ON role_grant
WHEN OLD.ended_at <> '' OR NEW.ended_at = '' OR NEW.id <> OLD.id OR NEW.person <> OLD.person OR NEW.role <> OLD.role
  OR NEW.firm <> OLD.firm OR NEW.organization <> OLD.organization OR NEW.place <> OLD.place
  OR NEW.scope <> OLD.scope OR NEW.from_day <> OLD.from_day OR NEW.until_day <> OLD.until_day
  OR NEW.deputy_of <> OLD.deputy_of OR NEW.granted_by <> OLD.granted_by OR NEW.granted_at <> OLD.granted_at
BEGIN SELECT RAISE(ABORT, 'a role only ends, once'); END;

CREATE TRIGGER role_grant_is_never_replaced BEFORE INSERT ON role_grant
WHEN EXISTS (SELECT 1 FROM role_grant WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM role_grant WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'roles are never replaced'); END;

--: postgres
CREATE FUNCTION refuse_change_of_role_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a role only ends, once, and is never deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER role_grant_is_never_deleted BEFORE DELETE ON role_grant
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_role_grant();

CREATE TRIGGER role_grant_is_never_truncated BEFORE TRUNCATE ON role_grant
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_role_grant();

CREATE TRIGGER role_grant_only_ends BEFORE UPDATE ON role_grant
FOR EACH ROW WHEN (OLD.ended_at <> '' OR NEW.ended_at = '' OR NEW.id <> OLD.id OR NEW.person <> OLD.person
  OR NEW.role <> OLD.role OR NEW.firm <> OLD.firm OR NEW.organization <> OLD.organization
  OR NEW.place <> OLD.place OR NEW.scope <> OLD.scope OR NEW.from_day <> OLD.from_day
  OR NEW.until_day <> OLD.until_day OR NEW.deputy_of <> OLD.deputy_of
  OR NEW.granted_by <> OLD.granted_by OR NEW.granted_at <> OLD.granted_at)
EXECUTE FUNCTION refuse_change_of_role_grant();
