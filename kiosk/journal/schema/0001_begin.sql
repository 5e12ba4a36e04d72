-- Where each redemption stands. Never a member, never a full voucher code.
CREATE TABLE redemption (
    id          TEXT PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN (
                    'INTENT', 'RESERVED', 'ARMED', 'PRINTING', 'PRINTED', 'CAPTURED', 'CLOSED',
                    'UNCERTAIN', 'RELEASE_PENDING', 'RELEASED')),
    ours        INTEGER NOT NULL CHECK (ours IN (0, 1)),  -- 0: reserved at another kiosk
    device_seq  INTEGER UNIQUE,                           -- ours: rises by one per redemption
    item        TEXT,
    points      INTEGER,
    tail        TEXT NOT NULL DEFAULT '',                 -- last four symbols of the code
    copy        INTEGER NOT NULL DEFAULT 0,               -- reprints granted so far
    reprinting  INTEGER NOT NULL DEFAULT 0 CHECK (reprinting IN (0, 1)),
    begun_at    TEXT NOT NULL
) STRICT;

-- At most one redemption is in a shopper's hand.
CREATE UNIQUE INDEX one_in_hand ON redemption ((1))
    WHERE state IN ('INTENT', 'RESERVED', 'ARMED', 'PRINTING');

CREATE INDEX redemption_waiting ON redemption (id)
    WHERE state IN ('PRINTED', 'CAPTURED', 'UNCERTAIN', 'RELEASE_PENDING');

-- The hash chain: one row per arrow, and remarks.
CREATE TABLE journal (
    seq         INTEGER PRIMARY KEY,
    boot_id     TEXT NOT NULL,
    mono_ns     INTEGER NOT NULL,
    wall        TEXT NOT NULL,
    redemption  TEXT NOT NULL REFERENCES redemption (id),
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    previous    BLOB NOT NULL CHECK (length(previous) = 32),
    hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Calls whose key and body were fixed before the first send, so that each retry is the same call.
CREATE TABLE call (
    key          TEXT PRIMARY KEY,
    redemption   TEXT NOT NULL REFERENCES redemption (id),
    verb         TEXT NOT NULL CHECK (verb IN (
                     'printing', 'capture_ok', 'capture_unknown', 'release', 'reprint')),
    number       INTEGER NOT NULL DEFAULT 0,
    body         BLOB NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
    UNIQUE (redemption, verb, number)
) STRICT;

-- Events for the service, in order; deleted once acknowledged.
CREATE TABLE event (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    type     TEXT NOT NULL,
    at       TEXT NOT NULL,
    mono_ms  INTEGER NOT NULL,
    boot_id  TEXT NOT NULL,
    payload  BLOB NOT NULL
) STRICT;

-- Small facts of the whole journal.
CREATE TABLE fact (
    name   TEXT PRIMARY KEY,
    value  INTEGER NOT NULL
) STRICT;

-- A journal that begins anew may have forgotten redemptions: the service is asked for them.
INSERT INTO fact (name, value) VALUES ('ask_open', 1);
