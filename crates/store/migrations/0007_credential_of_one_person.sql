-- A passkey or an identity of the city signs in without a login beside it: it must lead to one person.

CREATE UNIQUE INDEX credential_of_one_person ON credential (kind, id)
WHERE kind IN ('passkey', 'unified-identity');
