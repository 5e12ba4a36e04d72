"""Accounts, what people did to them, and the catalogue's changes."""

from central.ledger.invariants.invariant import Invariant

ACCOUNTS: tuple[Invariant, ...] = (
    Invariant(
        "9a. the audit chain holds",
        "SELECT count(*) FROM audit_event",
        "SELECT seq FROM audit_broken() AS seq ORDER BY seq",
    ),
    Invariant(
        "9b. a merged account has nothing",
        "SELECT count(*) FROM member WHERE status = 'merged'",
        """SELECT m.id FROM member m JOIN balance b ON b.member_id = m.id
           WHERE (m.status = 'merged' AND ((b.pending, b.available, b.held, b.debt)
                   IS DISTINCT FROM (0::bigint, 0::bigint, 0::bigint, 0::bigint)
                   OR EXISTS (SELECT FROM redemption r WHERE r.member_id = m.id)))
               OR (m.status = 'merged') <> (m.merged_into_id IS NOT NULL) ORDER BY 1""",
    ),
    # By the journal's numbers: a clock may be put back. Rows of before these numbers were kept go
    # by their times; ten seconds: no call waits longer for a lock, so by no more are two times in
    # the wrong order.
    Invariant(
        "9c. nobody has reserved while on hold or closed",
        "SELECT count(*) FROM audit_event WHERE action IN ('freeze', 'close')",
        """WITH turn AS (
               SELECT seq, subject, at, (detail ->> 'journal')::bigint AS journal, action,
                   action IN ('freeze', 'close') AS stops,
                   -- One that was on hold when it was closed is on hold again.
                   CASE WHEN detail ->> 'status' = 'frozen' THEN '{close}'
                       WHEN action = 'unfreeze' THEN '{freeze}'
                       ELSE '{freeze, close}' END::text[] AS ends
               FROM audit_event WHERE action IN ('freeze', 'close', 'unfreeze', 'reopen')
           )
           SELECT DISTINCT j.id FROM turn e
           JOIN journal j ON j.member_id::text = e.subject AND j.kind = 'reserve'
               AND CASE WHEN e.journal IS NULL THEN j.at > e.at + interval '10 seconds'
                   ELSE j.seq > e.journal END
           LEFT JOIN LATERAL (
               SELECT at, journal FROM turn o
               WHERE o.subject = e.subject AND o.seq > e.seq AND NOT o.stops
                   AND e.action = ANY (o.ends)
               ORDER BY o.seq LIMIT 1
           ) AS o ON true
           WHERE e.stops AND CASE WHEN o.journal IS NULL THEN j.at < coalesce(o.at, 'infinity')
               ELSE j.seq <= o.journal END
           ORDER BY 1""",
    ),
    Invariant(
        "9d. what people did to points on the service is in the audit chain",
        """SELECT count(*) FROM journal
           WHERE kind IN ('adjust', 'merge', 'void', 'return') OR operator <> ''""",
        r"""SELECT j.id FROM journal j
           WHERE (j.kind IN ('adjust', 'merge', 'void', 'return')
                   OR j.kind IN ('award', 'clawback') AND j.operator <> ''
                   -- Staff at a kiosk release, too: that is in the voucher's own book.
                   OR j.kind = 'release' AND j.operator <> '' AND j.reason NOT LIKE 'staff\_%')
               AND j.at >= (SELECT min(at) FROM audit_event) AND NOT EXISTS (
               SELECT FROM audit_event e
               WHERE e.action = j.kind AND e.actor = j.operator AND e.at = j.at
                   AND e.subject = coalesce(j.redemption, j.member_id)::text)
           ORDER BY 1""",
    ),
    Invariant(
        "10. each change of the catalogue has a number of its own that was given out",
        "SELECT (SELECT count(*) FROM reward) + (SELECT count(*) FROM stock_bucket)",
        """SELECT 'number ' || rev FROM (
               SELECT catalogue_rev AS rev FROM reward
               UNION ALL SELECT catalogue_rev FROM stock_bucket
               WHERE catalogue_rev <> 0 OR on_hand > 0  -- a place without goods is no news
           ) AS changes
           GROUP BY rev HAVING count(*) > 1 OR rev <= 0
               OR rev > pg_sequence_last_value('catalogue_rev') ORDER BY 1""",
    ),
)
