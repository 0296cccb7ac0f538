-- What was answered to a request, under the key its sender chose: sent again, it gets the same answer and has no
-- second effect. Where money moves the row stays for good; else it may be taken away once nobody sends it again.

CREATE TABLE idempotency (
    principal      TEXT   NOT NULL,
    key            TEXT   NOT NULL,
    request_sha256 TEXT   NOT NULL, -- a key does not serve for two different requests
    status         BIGINT NOT NULL,
    body           TEXT   NOT NULL,
    has_money      BIGINT NOT NULL CHECK (has_money IN (0, 1)),
    recorded_at    TEXT   NOT NULL, -- RFC 3339, microseconds, UTC
    PRIMARY KEY (principal, key)
) STRICT;

CREATE INDEX idempotency_by_age ON idempotency (has_money, recorded_at);

--: sqlite
CREATE TRIGGER idempotency_is_never_changed BEFORE UPDATE ON idempotency
BEGIN SELECT RAISE(ABORT, 'an answer that was given is never changed'); END;

CREATE TRIGGER idempotency_of_money_is_never_deleted BEFORE DELETE ON idempotency
WHEN OLD.has_money <> 0
BEGIN SELECT RAISE(ABORT, 'an answer about money is never deleted'); END;

CREATE TRIGGER idempotency_is_never_replaced BEFORE INSERT ON idempotency
WHEN EXISTS (SELECT 1 FROM idempotency WHERE principal = NEW.principal AND key = NEW.key)
  OR EXISTS (SELECT 1 FROM idempotency WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'an answer that was given is never replaced'); END;

--: postgres
CREATE FUNCTION refuse_change_of_idempotency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed, and those about money never deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER idempotency_is_never_changed BEFORE UPDATE ON idempotency
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_idempotency();

CREATE TRIGGER idempotency_of_money_is_never_deleted BEFORE DELETE ON idempotency
FOR EACH ROW WHEN (OLD.has_money <> 0) EXECUTE FUNCTION refuse_change_of_idempotency();

CREATE TRIGGER idempotency_is_never_truncated BEFORE TRUNCATE ON idempotency
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_idempotency();
