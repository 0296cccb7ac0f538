-- What is recorded is not replaced or taken away either: what the triggers of the first migration left open.

--: sqlite
-- INSERT OR REPLACE removes the old row without asking the triggers that refuse deletion.
CREATE TRIGGER event_only_continues_the_log BEFORE INSERT ON event
WHEN NOT EXISTS (SELECT 1 FROM event_head h WHERE NEW.sequence = h.sequence + 1 AND NEW.previous_hash = h.hash)
  OR EXISTS (SELECT 1 FROM event WHERE sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM event WHERE stream = NEW.stream AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'events are never replaced: a new one only continues the log'); END;

CREATE TRIGGER event_head_is_never_replaced BEFORE INSERT ON event_head
BEGIN SELECT RAISE(ABORT, 'the head of the event log is never replaced'); END;

CREATE TRIGGER official_text_is_never_changed BEFORE UPDATE ON official_text
BEGIN SELECT RAISE(ABORT, 'official texts are never changed: a newer one is the next revision'); END;

CREATE TRIGGER official_text_is_never_deleted BEFORE DELETE ON official_text
BEGIN SELECT RAISE(ABORT, 'official texts are never deleted'); END;

CREATE TRIGGER official_text_is_never_replaced BEFORE INSERT ON official_text
WHEN EXISTS (SELECT 1 FROM official_text WHERE document = NEW.document AND revision = NEW.revision)
  OR EXISTS (SELECT 1 FROM official_text WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'official texts are never replaced: a newer one is the next revision'); END;

CREATE TRIGGER official_clause_is_never_changed BEFORE UPDATE ON official_clause
BEGIN SELECT RAISE(ABORT, 'clauses of official texts are never changed'); END;

CREATE TRIGGER official_clause_is_never_deleted BEFORE DELETE ON official_clause
BEGIN SELECT RAISE(ABORT, 'clauses of official texts are never deleted'); END;

CREATE TRIGGER official_clause_is_never_replaced BEFORE INSERT ON official_clause
WHEN EXISTS (SELECT 1 FROM official_clause
             WHERE document = NEW.document AND revision = NEW.revision AND anchor = NEW.anchor)
  OR EXISTS (SELECT 1 FROM official_clause
             WHERE document = NEW.document AND revision = NEW.revision AND position = NEW.position)
  OR EXISTS (SELECT 1 FROM official_clause WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'clauses of official texts are never replaced'); END;

--: postgres
-- Here a row is replaced by an update (ON CONFLICT), which the triggers see.
CREATE FUNCTION refuse_event_beside_the_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM event_head h
                   WHERE NEW.sequence = h.sequence + 1 AND NEW.previous_hash = h.hash) THEN
        RAISE EXCEPTION 'events are never replaced: a new one only continues the log'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER event_only_continues_the_log BEFORE INSERT ON event
FOR EACH ROW EXECUTE FUNCTION refuse_event_beside_the_log();

CREATE FUNCTION refuse_change_of_official_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER official_text_is_never_changed BEFORE UPDATE OR DELETE ON official_text
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_official_text();

CREATE TRIGGER official_text_is_never_truncated BEFORE TRUNCATE ON official_text
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_official_text();

CREATE TRIGGER official_clause_is_never_changed BEFORE UPDATE OR DELETE ON official_clause
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_official_text();

CREATE TRIGGER official_clause_is_never_truncated BEFORE TRUNCATE ON official_clause
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_official_text();
