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
