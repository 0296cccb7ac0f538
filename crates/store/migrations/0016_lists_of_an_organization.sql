-- What an organisation ended last stands first in its list, without sorting all that it ever ended; and what somebody
-- did in cases is found for him without reading all of them.

ALTER TABLE case_organization ADD COLUMN changed_at TEXT NOT NULL DEFAULT ''; -- as the case has it

UPDATE case_organization SET changed_at =
    (SELECT c.changed_at FROM case_file c WHERE c.serial = case_organization.case_serial);

CREATE INDEX case_organization_by_change ON case_organization (organization, is_ended, changed_at, case_serial);

CREATE INDEX case_step_of_person ON case_step (person, case_serial, position) WHERE person <> '';
CREATE INDEX case_attachment_of_person ON case_attachment (added_by, case_serial, position) WHERE added_by <> '';
