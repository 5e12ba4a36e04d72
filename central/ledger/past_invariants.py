"""What must have held at every moment, as far as the record still shows it: queries over the whole
database, as `central.ledger.invariants`. Numbers go on from there.

The order of a member's transactions is `journal.seq`, given under the member's lock; times are not:
a call may have waited for that lock.
"""

from central.ledger.invariant import Invariant

_RESERVES = "SELECT count(*) FROM journal WHERE kind = 'reserve'"

PAST_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "1e. each transaction has a number of its own, and none is yet to be given",
        "SELECT count(*) FROM journal",
        """SELECT 'number ' || seq FROM journal
           GROUP BY seq HAVING count(*) > 1 OR seq > pg_sequence_last_value('journal_seq')
           ORDER BY 1""",
    ),
    Invariant(
        "2e. no account was ever below zero, no debt above",
        "SELECT count(*) FROM journal",
        """SELECT DISTINCT member_id FROM (
               SELECT p.member_id, p.account, sum(sum(p.points)) OVER (
                   PARTITION BY p.member_id, p.account ORDER BY j.seq) AS left_over
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE p.member_id IS NOT NULL GROUP BY p.member_id, p.account, p.journal_id, j.seq
           ) AS f WHERE CASE account WHEN 'debt' THEN left_over > 0 ELSE left_over < 0 END
           ORDER BY 1""",
    ),
    Invariant(
        "3b. where points came from and went, lots and postings tell the same",
        "SELECT count(*) FROM lot",
        """SELECT coalesce(l.what, p.what) FROM (
               SELECT 'issued:' || source AS what, sum(granted) AS points FROM lot
               WHERE merged_from_id IS NULL AND source <> 'void' GROUP BY source
               UNION ALL SELECT 'redeemed', coalesce(sum(redeemed), 0)
                   - coalesce(sum(granted) FILTER (
                       WHERE source = 'void' AND merged_from_id IS NULL), 0) FROM lot
               UNION ALL SELECT 'clawed back', coalesce(sum(clawed), 0) FROM lot
               UNION ALL SELECT 'debt settled', coalesce(sum(settled_debt), 0) FROM lot
               UNION ALL SELECT 'adjusted', coalesce(sum(adjusted), 0) FROM lot
           ) AS l FULL JOIN (
               SELECT 'issued:' || p.detail AS what, -sum(p.points) AS points
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE p.account = 'issued' AND NOT (j.kind = 'adjust' AND p.points > 0)
               GROUP BY p.detail
               UNION ALL SELECT 'redeemed', coalesce(sum(points), 0) FROM posting
               WHERE account = 'redeemed'
               UNION ALL SELECT 'clawed back', coalesce(-sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind = 'clawback' AND p.account IN ('pending', 'available')
               UNION ALL SELECT 'debt settled', coalesce(sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind <> 'merge' AND p.account = 'debt' AND p.points > 0
               UNION ALL SELECT 'adjusted', coalesce(sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind = 'adjust' AND p.account = 'issued' AND p.points > 0
           ) AS p USING (what)
           WHERE l.points IS DISTINCT FROM p.points ORDER BY 1""",
    ),
    Invariant(
        "4j. a lot that was dead when the last night began has no free points",
        "SELECT count(*) FROM lot WHERE expires_at IS NOT NULL",
        """SELECT l.id FROM lot l, (
               SELECT due_at, started_at, journal_seq FROM night
               WHERE finished_at IS NOT NULL AND failed = 0 ORDER BY day DESC LIMIT 1) AS n
           WHERE l.remaining > l.held AND l.expires_at <= n.due_at
               AND l.created_at < n.started_at AND l.available_at <= n.due_at
               -- Alive since, by a clock that was put back: granted, released, merged.
               AND NOT EXISTS (SELECT FROM journal k JOIN posting p ON p.journal_id = k.id
                   WHERE p.member_id = l.member_id AND k.seq > n.journal_seq
                       AND k.at < l.expires_at)
           ORDER BY 1""",
    ),
    # A lot that had to go first, was there, and kept points that nobody else took either. Told
    # only where the record is clear: not of lots whose end has moved or that came by a merge.
    Invariant(
        "4k. what died first was spent first",
        _RESERVES,
        """SELECT DISTINCT a.hold_id FROM hold_allocation a JOIN hold h ON h.id = a.hold_id
           JOIN redemption r ON r.hold_id = h.id
           JOIN journal j ON j.redemption = r.id AND j.kind = 'reserve'
           JOIN lot taken ON taken.id = a.lot_id AND taken.merged_from_id IS NULL
           JOIN lot first ON first.member_id = taken.member_id AND first.merged_from_id IS NULL
               AND (coalesce(first.expires_at, 'infinity'), first.available_at, first.id) <
                   (coalesce(taken.expires_at, 'infinity'), taken.available_at, taken.id)
               AND first.available_at <= h.created_at
               AND coalesce(first.expires_at, 'infinity') > h.created_at
               -- What is held of a lot goes along when its account is merged.
               AND first.merged_out = 0
           WHERE taken.type NOT IN (SELECT type FROM point_clearing)
               AND first.type NOT IN (SELECT type FROM point_clearing)
               AND taken.type NOT IN (SELECT code FROM point_type WHERE expiry = 'sliding')
               AND first.type NOT IN (SELECT code FROM point_type WHERE expiry = 'sliding')
               AND EXISTS (
                   SELECT FROM journal g
                   WHERE g.member_id = first.member_id AND g.lot_id = first.id
                       AND g.kind IN ('award', 'adjust') AND g.seq < j.seq)
               AND first.granted - first.settled_debt - first.clawed - first.adjusted
               -- Swept by a clock that ran ahead and was put back since.
               - coalesce((
                   SELECT sum(p.points) FROM journal x JOIN posting p ON p.journal_id = x.id
                   WHERE x.member_id = first.member_id AND x.lot_id = first.id AND x.seq < j.seq
                       AND x.kind IN ('expire', 'forfeit') AND p.points > 0), 0) > coalesce((
                   SELECT sum(o.points) FROM hold_allocation o
                   JOIN redemption s ON s.hold_id = o.hold_id
                   JOIN journal k ON k.redemption = s.id AND k.kind = 'reserve'
                   WHERE o.lot_id = first.id AND k.seq <= j.seq), 0)
           ORDER BY 1""",
    ),
    Invariant(
        "4l. nobody has reserved while in debt",
        _RESERVES,
        """WITH debt AS (
               SELECT p.member_id, j.seq, p.points
               FROM posting p JOIN journal j ON j.id = p.journal_id WHERE p.account = 'debt'
           )
           SELECT j.id FROM journal j JOIN debt d ON d.member_id = j.member_id AND d.seq < j.seq
           WHERE j.kind = 'reserve' GROUP BY j.id HAVING sum(d.points) < 0 ORDER BY 1""",
    ),
    Invariant(
        "4m. a lot under an announced clearing ends with it, and could have lived longer",
        "SELECT count(*) FROM lot WHERE clearing_id IS NOT NULL",
        """SELECT l.id FROM lot l JOIN point_clearing c ON c.id = l.clearing_id
           WHERE l.type <> c.type OR l.expires_at < c.clears_at OR l.own_end <= c.clears_at
           ORDER BY 1""",
    ),
    Invariant(
        "4n. an adjustment has somebody and a reason, and whoever approved it is another",
        "SELECT count(*) FROM journal WHERE kind = 'adjust'",
        """SELECT id FROM journal WHERE kind = 'adjust'
               AND (operator = '' OR reason = '' OR approver = operator) ORDER BY 1""",
    ),
    Invariant(
        "4o. a clearing that was carried out has left no lot as it was",
        "SELECT count(*) FROM point_clearing WHERE applied_at IS NOT NULL",
        """SELECT DISTINCT l.id FROM point_clearing c JOIN lot l ON l.type = c.type
           WHERE c.applied_at IS NOT NULL AND l.remaining > 0
               AND CASE WHEN c.withdrawn_at IS NOT NULL THEN l.clearing_id = c.id
                   ELSE l.available_at < c.clears_at
                       AND coalesce(l.expires_at, 'infinity') > c.clears_at END
           ORDER BY 1""",
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
