-- Official texts as imported: every revision is kept, the highest one is shown.

CREATE TABLE official_text (
    document     TEXT   NOT NULL,
    revision     BIGINT NOT NULL CHECK (revision >= 1),
    title        TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    file_name    TEXT   NOT NULL,
    media_type   TEXT   NOT NULL,
    bytes        BYTEA  NOT NULL,
    sha256       TEXT   NOT NULL, -- of the bytes
    imported_at  TEXT   NOT NULL,
    PRIMARY KEY (document, revision)
) STRICT;

CREATE TABLE official_clause (
    document TEXT   NOT NULL,
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 1), -- order of printing
    anchor   TEXT   NOT NULL,
    heading  TEXT   NOT NULL,
    text     TEXT   NOT NULL,
    sha256   TEXT   NOT NULL, -- of the text
    PRIMARY KEY (document, revision, anchor),
    UNIQUE (document, revision, position),
    FOREIGN KEY (document, revision) REFERENCES official_text (document, revision)
) STRICT;
