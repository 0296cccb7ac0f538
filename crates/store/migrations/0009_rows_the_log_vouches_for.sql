-- Salts of the rows whose digests stand in the log: with its salt a row that is gone leaves nothing to guess at.

ALTER TABLE credential ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- Rows from before get theirs from the engine; the event `accounts.adopted` then tells of them.
--: sqlite
UPDATE credential SET salt = lower(hex(randomblob(16)));
UPDATE invitation SET salt = lower(hex(randomblob(16)));
UPDATE session SET salt = lower(hex(randomblob(16)));

--: postgres
UPDATE credential SET salt = replace(gen_random_uuid()::text, '-', '');
UPDATE invitation SET salt = replace(gen_random_uuid()::text, '-', '');
UPDATE session SET salt = replace(gen_random_uuid()::text, '-', '');

--: both
-- Words that people say with an event and where it came from: erased when their time is over, while the event stays.
-- Each has a salt of its own, which goes with it.
CREATE TABLE event_detail (
    sequence     BIGINT NOT NULL PRIMARY KEY, -- of its event
    recorded_at  TEXT   NOT NULL,             -- as the event has it
    reason       TEXT   NOT NULL,
    reason_salt  TEXT   NOT NULL,
    network      TEXT   NOT NULL,
    network_salt TEXT   NOT NULL,
    client       TEXT   NOT NULL,
    client_salt  TEXT   NOT NULL
) STRICT;

CREATE INDEX event_detail_by_age ON event_detail (recorded_at);

-- Which events of a kind or of an actor there are, without reading the log.
CREATE INDEX event_by_kind ON event (kind);
CREATE INDEX event_by_actor ON event (actor);
