-- The Merkle tree over the event log, and the checkpoints that vouch for its beginning.

CREATE TABLE event_tree (
    id              BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    hash            TEXT   NOT NULL, -- sha256 or sm3
    size            BIGINT NOT NULL,
    nodes           TEXT   NOT NULL, -- the right edge from left to right, hexadecimal, a blank between
    checkpoint_size BIGINT NOT NULL, -- what the last checkpoint vouches for
    waiting_since   TEXT   NOT NULL  -- time of the first event it does not; empty where there is none
) STRICT;

INSERT INTO event_tree (id, hash, size, nodes, checkpoint_size, waiting_since) VALUES (1, 'sha256', 0, '', 0, '');

CREATE TABLE checkpoint (
    size BIGINT NOT NULL CHECK (size >= 1),
    hash TEXT   NOT NULL,
    text TEXT   NOT NULL,
    PRIMARY KEY (size, hash)
) STRICT;

--: sqlite
CREATE TRIGGER event_tree_only_grows BEFORE UPDATE ON event_tree
WHEN NEW.size < OLD.size OR NEW.checkpoint_size < OLD.checkpoint_size
BEGIN SELECT RAISE(ABORT, 'the tree over the event log never shrinks'); END;

CREATE TRIGGER event_tree_is_never_deleted BEFORE DELETE ON event_tree
BEGIN SELECT RAISE(ABORT, 'the tree over the event log is never deleted'); END;

CREATE TRIGGER event_tree_is_never_replaced BEFORE INSERT ON event_tree
BEGIN SELECT RAISE(ABORT, 'the tree over the event log is never replaced'); END;

CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;

CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

CREATE TRIGGER checkpoint_is_never_replaced BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size AND hash = NEW.hash)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'checkpoints are never replaced'); END;

--: postgres
CREATE TRIGGER event_tree_only_grows BEFORE UPDATE ON event_tree
FOR EACH ROW WHEN (NEW.size < OLD.size OR NEW.checkpoint_size < OLD.checkpoint_size)
EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_tree_is_never_deleted BEFORE DELETE ON event_tree
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER event_tree_is_never_truncated BEFORE TRUNCATE ON event_tree
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE OR DELETE ON checkpoint
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event_log();

CREATE TRIGGER checkpoint_is_never_truncated BEFORE TRUNCATE ON checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_event_log();
