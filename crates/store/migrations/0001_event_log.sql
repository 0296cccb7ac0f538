-- The event log: append-only, hash-chained, with one head row that also serialises the writers.

CREATE TABLE event (
    sequence      BIGINT NOT NULL PRIMARY KEY CHECK (sequence >= 1),
    stream        TEXT   NOT NULL,
    version       BIGINT NOT NULL CHECK (version >= 1),
    kind          TEXT   NOT NULL,
    actor         TEXT   NOT NULL,
    recorded_at   TEXT   NOT NULL, -- RFC 3339, microseconds, UTC: the text that is hashed
    payload       TEXT   NOT NULL, -- canonical JSON: the text that is hashed
    previous_hash TEXT   NOT NULL,
    hash          TEXT   NOT NULL,
    UNIQUE (stream, version)
) STRICT;

CREATE TABLE event_head (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence    BIGINT NOT NULL,
    hash        TEXT   NOT NULL,
    recorded_at TEXT   NOT NULL
) STRICT;

INSERT INTO event_head (id, sequence, hash, recorded_at)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '0001-01-01T00:00:00.000000Z');

--: sqlite
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER event_head_only_advances BEFORE UPDATE ON event_head
WHEN NEW.sequence <> OLD.sequence + 1 OR NEW.recorded_at < OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'the head of the event log only advances, one event at a time'); END;

CREATE TRIGGER event_head_is_never_deleted BEFORE DELETE ON event_head
BEGIN SELECT RAISE(ABORT, 'the head of the event log is never deleted'); END;

--: postgres
CREATE FUNCTION refuse_change_of_event_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_head_only_advances BEFORE UPDATE ON event_head
FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1 OR NEW.recorded_at < OLD.recorded_at)
EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_head_is_never_deleted BEFORE DELETE ON event_head
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_head_is_never_truncated BEFORE TRUNCATE ON event_head
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_event_log();
