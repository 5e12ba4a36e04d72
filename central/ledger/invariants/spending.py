"""Holds, expiry, clearings, adjustments: what takes points from their lots."""

from central.ledger.invariants.invariant import Invariant

_RESERVES = "SELECT count(*) FROM journal WHERE kind = 'reserve'"

SPENDING: tuple[Invariant, ...] = (
    Invariant(
        "4a. a hold is its allocations",
        "SELECT count(*) FROM hold",
        """SELECT h.id FROM hold h LEFT JOIN hold_allocation a ON a.hold_id = h.id
           GROUP BY h.id HAVING h.points <> coalesce(sum(a.points), 0) ORDER BY 1""",
    ),
    Invariant(
        "4b. a lot's held and redeemed are its holds'",
        "SELECT count(*) FROM lot",
        """SELECT l.id FROM lot l LEFT JOIN (
               SELECT a.lot_id,
                   sum(a.points) FILTER (WHERE h.state = 'open') AS held,
                   sum(a.points - a.returned) FILTER (WHERE h.state = 'captured') AS redeemed
               FROM hold_allocation a JOIN hold h ON h.id = a.hold_id GROUP BY a.lot_id
           ) s ON s.lot_id = l.id
           WHERE (l.held, l.redeemed) IS DISTINCT FROM
               (coalesce(s.held, 0), coalesce(s.redeemed, 0)) ORDER BY 1""",
    ),
    Invariant(
        "4c. a hold ends exactly once, by what its redemption became",
        "SELECT count(*) FROM hold",
        """SELECT h.id FROM hold h
           LEFT JOIN redemption r ON r.hold_id = h.id
           LEFT JOIN (
               SELECT redemption, count(*) FILTER (WHERE kind = 'reserve') AS reserved,
                   count(*) FILTER (WHERE kind = 'capture') AS captured,
                   count(*) FILTER (WHERE kind = 'release') AS released
               FROM journal WHERE redemption IS NOT NULL GROUP BY redemption
           ) j ON j.redemption = r.id
           WHERE r.id IS NULL
               OR (h.state, j.reserved, j.captured, j.released) IS DISTINCT FROM (
                   CASE WHEN r.state IN ('RESERVED', 'PRINTING', 'UNCERTAIN') THEN 'open'
                       WHEN r.state = 'RELEASED' THEN 'released' ELSE 'captured' END,
                   1::bigint,
                   CASE WHEN r.state IN ('ISSUED', 'USED', 'EXPIRED', 'VOIDED')
                       THEN 1 ELSE 0 END::bigint,
                   CASE WHEN r.state = 'RELEASED' THEN 1 ELSE 0 END::bigint)
           ORDER BY 1""",
    ),
    Invariant(
        "4d. capture moved exactly what was reserved",
        "SELECT count(*) FROM journal WHERE kind = 'capture'",
        """SELECT r.id FROM redemption r
           JOIN hold h ON h.id = r.hold_id
           LEFT JOIN journal j ON j.redemption = r.id AND j.kind = 'capture'
           LEFT JOIN posting p ON p.journal_id = j.id AND p.account = 'held'
           WHERE h.points <> r.points OR (j.id IS NOT NULL AND p.points IS DISTINCT FROM -r.points)
           ORDER BY 1""",
    ),
    Invariant(
        "4e. no dead lot was spent",
        "SELECT count(*) FROM hold_allocation",
        """SELECT a.id FROM hold_allocation a JOIN hold h ON h.id = a.hold_id
           JOIN lot l ON l.id = a.lot_id
           -- Not by available_at: a clock that was put back makes nothing of what is active.
           WHERE l.state = 'pending' OR (l.expires_at <= h.created_at
               -- Reserved while the clock was ahead, and announced only after: it was alive then.
               AND NOT EXISTS (
                   SELECT FROM point_clearing c
                   JOIN audit_event e ON e.action = 'clearing' AND e.subject = c.type
                       AND e.at = c.announced_at
                   JOIN redemption r ON r.hold_id = h.id
                   JOIN journal j ON j.redemption = r.id AND j.kind = 'reserve'
                   WHERE c.id = l.clearing_id AND j.seq <= (e.detail ->> 'journal')::bigint
                       AND (l.own_end > h.created_at) IS NOT FALSE))
           ORDER BY 1""",
    ),
    Invariant(
        "4f. expiry took free points of dead lots only",
        "SELECT count(*) FROM journal WHERE kind = 'expire'",
        """SELECT j.id FROM journal j JOIN lot l ON l.id = j.lot_id
           WHERE j.kind = 'expire' AND (l.expires_at IS NULL OR l.expires_at > j.at)
               -- Its end may have moved since, where the clock was put back: what was still held
               -- of it slid on, or the clearing was withdrawn that had taken place.
               AND NOT EXISTS (SELECT FROM journal k
                   WHERE k.member_id = j.member_id AND k.seq > j.seq AND k.at < j.at)
               AND NOT EXISTS (SELECT FROM point_clearing c
                   WHERE c.type = l.type AND c.withdrawn_at < c.clears_at AND c.clears_at <= j.at
                       AND (l.expires_at > c.clears_at) IS NOT FALSE)
           ORDER BY 1""",
    ),
    Invariant(
        "4g. no debt beside points that are free",
        "SELECT count(*) FROM balance WHERE debt < 0",
        """SELECT b.member_id FROM balance b WHERE b.debt < 0 AND EXISTS (
               SELECT FROM lot l WHERE l.member_id = b.member_id AND l.state = 'active'
                   AND l.remaining > l.held AND (l.expires_at IS NULL OR l.expires_at > (
                       SELECT max(j.at) FROM journal j WHERE j.member_id = b.member_id)))
           ORDER BY 1""",
    ),
    Invariant(
        "4h. lots and postings tell the same of what expired and what was forfeited",
        "SELECT count(*) FROM lot",
        """SELECT l.account FROM (
               SELECT 'expired' AS account, coalesce(sum(expired), 0) AS points FROM lot
               UNION ALL SELECT 'forfeited', coalesce(sum(forfeited), 0) FROM lot
           ) l WHERE l.points <> (
               SELECT coalesce(sum(p.points), 0) FROM posting p WHERE p.account = l.account)
           ORDER BY 1""",
    ),
    Invariant(
        "4i. what one lot was merged out of is another's",
        "SELECT count(*) FROM lot WHERE merged_out > 0 OR merged_from_id IS NOT NULL",
        """SELECT a.id FROM lot a FULL JOIN lot b ON b.merged_from_id = a.id
           WHERE coalesce(a.merged_out, 0) <> coalesce(b.granted, 0)
               AND (a.merged_out > 0 OR b.merged_from_id IS NOT NULL) ORDER BY 1""",
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
)
