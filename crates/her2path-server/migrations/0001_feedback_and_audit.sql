-- Feedback of CDS Hooks clients, whole, as acknowledged; and who asked what when. Neither holds a record.
CREATE TABLE feedback (
    received   TEXT NOT NULL,
    service    TEXT NOT NULL,
    client     TEXT,
    card       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    content    TEXT NOT NULL
);

CREATE TABLE audit (
    at         TEXT NOT NULL,
    client     TEXT,
    action     TEXT NOT NULL,
    guideline  TEXT NOT NULL,
    outcomes   TEXT NOT NULL
);
