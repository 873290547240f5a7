-- Cases that a person chose to keep, under the hash of a key that only their browser has.
CREATE TABLE saved_case (
    id      TEXT PRIMARY KEY,
    keeper  TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,
    saved   TEXT NOT NULL
);

CREATE INDEX saved_case_keeper ON saved_case (keeper);
