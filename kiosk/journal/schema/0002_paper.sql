-- The chain also tells of rolls, slips and staff: what a row is about need not be a redemption.
CREATE TABLE journal_of_all (
    seq         INTEGER PRIMARY KEY,
    boot_id     TEXT NOT NULL,
    mono_ns     INTEGER NOT NULL,
    wall        TEXT NOT NULL,
    subject     TEXT NOT NULL,  -- a redemption's id, 'roll ' and a roll's, 'staff ' and a ref, 'paper'
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    previous    BLOB NOT NULL CHECK (length(previous) = 32),
    hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO journal_of_all
    SELECT seq, boot_id, mono_ns, wall, redemption, state, reason, previous, hash FROM journal;
DROP TABLE journal;
ALTER TABLE journal_of_all RENAME TO journal;

-- Staff's calls name who made them; the token that speaks for them is never written down.
CREATE TABLE call_of_all (
    key          TEXT PRIMARY KEY,
    redemption   TEXT NOT NULL REFERENCES redemption (id),
    verb         TEXT NOT NULL CHECK (verb IN (
                     'printing', 'capture_ok', 'capture_unknown', 'release', 'reprint',
                     'confirm', 'void')),
    number       INTEGER NOT NULL DEFAULT 0,
    body         BLOB NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
    staff_ref    TEXT,
    login        TEXT,
    UNIQUE (redemption, verb, number)
) STRICT;
INSERT INTO call_of_all (key, redemption, verb, number, body, acknowledged)
    SELECT key, redemption, verb, number, body, acknowledged FROM call;
DROP TABLE call;
ALTER TABLE call_of_all RENAME TO call;

-- The rolls that were put in here; at most one is in.
CREATE TABLE roll (
    id              TEXT PRIMARY KEY,
    serial          TEXT NOT NULL,
    length_mm       INTEGER NOT NULL CHECK (length_mm > 0),
    loaded_seq      INTEGER NOT NULL UNIQUE REFERENCES journal (seq),
    loaded_at       TEXT NOT NULL,
    staff_ref       TEXT NOT NULL,
    login           TEXT,                             -- NULL: by badge alone, offline
    removed_seq     INTEGER UNIQUE REFERENCES journal (seq),
    removed_at      TEXT,
    removed_mm_left INTEGER CHECK (removed_mm_left >= 0),
    seconds         INTEGER CHECK (seconds >= 0)      -- how long the change took
) STRICT;
CREATE UNIQUE INDEX one_roll_in ON roll ((1)) WHERE removed_seq IS NULL;

-- Every piece of paper, told by the row of the chain with the same number.
CREATE TABLE paper_use (
    seq        INTEGER PRIMARY KEY REFERENCES journal (seq),
    roll       TEXT REFERENCES roll (id),             -- NULL: nobody had said which roll is in
    kind       TEXT NOT NULL CHECK (kind IN (
                   'voucher', 'reprint', 'void', 'test', 'cut', 'sensor')),
    proof      TEXT NOT NULL CHECK (proof IN ('fence', 'lost', 'estimate')),
    mm         INTEGER NOT NULL CHECK (mm >= 0),
    redemption TEXT REFERENCES redemption (id),
    staff_ref  TEXT,
    at         TEXT NOT NULL
) STRICT;
CREATE INDEX paper_use_of_roll ON paper_use (roll);
CREATE INDEX paper_use_of_redemption ON paper_use (redemption) WHERE redemption IS NOT NULL;

-- A slip or a test print whose first byte may be out and whose end is not written.
CREATE TABLE slip_begun (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    kind       TEXT NOT NULL CHECK (kind IN ('void', 'test')),
    redemption TEXT REFERENCES redemption (id),
    staff_ref  TEXT,
    login      TEXT
) STRICT;

-- Where a roll change stands, so that it can be resumed.
CREATE TABLE wizard (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    record BLOB NOT NULL
) STRICT;

-- Roll changes for the service, in order; a body is fixed once it is ready to be sent.
CREATE TABLE roll_call (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    key     TEXT NOT NULL UNIQUE REFERENCES roll (id),
    body    BLOB NOT NULL,
    ready   INTEGER NOT NULL DEFAULT 0 CHECK (ready IN (0, 1)),
    refused TEXT                                      -- the service will never take it, and why
) STRICT;
