-- Roles of a firm that were offered to whoever signs in with a login, and that nobody has accepted yet. There need be
-- no account of this login: an offer takes none, and none is opened before the code is used.

CREATE TABLE offer (
    id         TEXT NOT NULL PRIMARY KEY, -- also of the role it becomes
    code_hash  TEXT NOT NULL UNIQUE,      -- of the code that accepts it
    login      TEXT NOT NULL,             -- as the giver typed it
    name       TEXT NOT NULL,             -- for the account, where one is opened; empty once settled
    phone      TEXT NOT NULL,             -- the same
    role       TEXT NOT NULL,
    firm       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    deputy_of  TEXT NOT NULL,
    until_day  TEXT NOT NULL,
    offered_by TEXT NOT NULL,
    offered_as TEXT NOT NULL,             -- in which capacity
    by_grant   TEXT NOT NULL,             -- and by which role
    reason     TEXT NOT NULL,
    offered_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    settled_at TEXT NOT NULL,             -- accepted, declined or withdrawn; empty while it is open
    salt       TEXT NOT NULL              -- of the digest by which the log vouches for the row
) STRICT;

CREATE INDEX offer_to_login ON offer (login);
CREATE INDEX offer_of_firm ON offer (firm);
