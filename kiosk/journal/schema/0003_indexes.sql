-- What is asked of a journal of years is found without reading all of it.
CREATE INDEX journal_about ON journal (subject, seq);
CREATE INDEX redemption_ours_begun ON redemption (begun_at) WHERE ours;

-- A near-end sensor that speaks no more gives back what it took: one more kind of use.
CREATE TABLE paper_use_of_all (
    seq        INTEGER PRIMARY KEY REFERENCES journal (seq),
    roll       TEXT REFERENCES roll (id),             -- NULL: nobody had said which roll is in
    kind       TEXT NOT NULL CHECK (kind IN (
                   'voucher', 'reprint', 'void', 'test', 'cut', 'sensor', 'restored')),
    proof      TEXT NOT NULL CHECK (proof IN ('fence', 'lost', 'estimate')),
    mm         INTEGER NOT NULL CHECK (mm >= 0),      -- 'restored': so much more is left
    redemption TEXT REFERENCES redemption (id),
    staff_ref  TEXT,
    at         TEXT NOT NULL
) STRICT;
INSERT INTO paper_use_of_all
    SELECT seq, roll, kind, proof, mm, redemption, staff_ref, at FROM paper_use;
DROP TABLE paper_use;
ALTER TABLE paper_use_of_all RENAME TO paper_use;
CREATE INDEX paper_use_of_roll ON paper_use (roll);
CREATE INDEX paper_use_of_redemption ON paper_use (redemption) WHERE redemption IS NOT NULL;
CREATE INDEX paper_use_at ON paper_use (at);
CREATE INDEX paper_use_whole_slips ON paper_use (mm) WHERE kind = 'void' AND proof = 'fence';

-- SQLite uses such an index only where the list stands as in the query: in alphabetical order.
DROP INDEX redemption_waiting;
CREATE INDEX redemption_waiting ON redemption (id)
    WHERE state IN ('CAPTURED', 'PRINTED', 'RELEASE_PENDING', 'UNCERTAIN');
