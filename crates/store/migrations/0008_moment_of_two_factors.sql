-- When two factors were last shown in a session: a password of now does not make a code of hours ago fresh.

ALTER TABLE session ADD COLUMN two_factors_at TEXT NOT NULL DEFAULT '';

-- Of sessions from before, only that it was not before they were opened.
UPDATE session SET two_factors_at = opened_at WHERE two_factors <> 0;
