"""Stock, limits and budgets: how much may be had."""

from central.ledger.invariants.invariant import Invariant

ALLOWED: tuple[Invariant, ...] = (
    Invariant(
        "5a. stock adds up and is never negative",
        "SELECT count(*) FROM stock_bucket",
        """SELECT id FROM stock_bucket
           WHERE on_hand + reserved + issued <> received - written_off
               OR least(on_hand, reserved, issued, received, written_off) < 0 ORDER BY 1""",
    ),
    Invariant(
        "5b. stock is what the redemptions took",
        "SELECT count(*) FROM stock_bucket",
        """SELECT s.id FROM stock_bucket s LEFT JOIN (
               SELECT bucket_id,
                   count(*) FILTER (WHERE state IN ('RESERVED', 'PRINTING', 'UNCERTAIN'))
                       AS reserved,
                   count(*) FILTER (WHERE state IN ('ISSUED', 'USED', 'EXPIRED')) AS issued,
                   count(*) FILTER (WHERE b.reward_id <> r.reward_id) AS strange
               FROM redemption r JOIN stock_bucket b ON b.id = r.bucket_id GROUP BY bucket_id
           ) r ON r.bucket_id = s.id
           WHERE (s.reserved, s.issued, 0) IS DISTINCT FROM
               (coalesce(r.reserved, 0), coalesce(r.issued, 0), coalesce(r.strange, 0))
           ORDER BY 1""",
    ),
    Invariant(
        "5c. limit counters are what the redemptions used",
        "SELECT count(*) FROM limit_counter",
        """SELECT c.id FROM limit_counter c CROSS JOIN programme p
           WHERE c.used <> (
               SELECT count(*) FROM redemption r
               WHERE r.reward_id = c.reward_id
                   AND (c.member_id IS NULL OR r.member_id = c.member_id)
                   AND (c.store_id IS NULL OR r.store_id = c.store_id)
                   AND r.state NOT IN ('RELEASED', 'VOIDED')
                   AND (c.period = 'ever' OR date_trunc(c.period,
                       r.reserved_at AT TIME ZONE p.timezone)::date = c.starts_on))
           ORDER BY 1""",
    ),
    Invariant(
        "5d. limits and budgets of awards are what the lots counted, within their cap",
        "SELECT count(*) FROM award_counter",
        """SELECT c.id FROM award_counter c LEFT JOIN (
               SELECT counter_id, sum(points - returned) AS points FROM lot_count
               GROUP BY counter_id
           ) l ON l.counter_id = c.id
           WHERE c.used <> coalesce(l.points, 0) OR c.used > c.cap ORDER BY 1""",
    ),
    Invariant(
        "5e. campaigns spent what their redemptions took, within their budget",
        "SELECT count(*) FROM campaign",
        """SELECT c.id FROM campaign c LEFT JOIN (
               SELECT campaign_id, sum(points) AS points, count(*) AS pieces
               FROM campaign_count WHERE NOT given_back GROUP BY campaign_id
           ) t ON t.campaign_id = c.id
           WHERE (c.points_used, c.pieces_used) IS DISTINCT FROM
               (coalesce(t.points, 0), coalesce(t.pieces, 0))
               OR c.points_used > c.points_budget OR c.pieces_used > c.pieces_budget
           ORDER BY 1""",
    ),
    Invariant(
        "5f. a campaign has back what was released or voided, and nothing else",
        "SELECT count(*) FROM campaign_count",
        """SELECT t.redemption_id FROM campaign_count t JOIN redemption r ON r.id = t.redemption_id
           WHERE t.given_back <> (r.state IN ('RELEASED', 'VOIDED')) OR t.points <> r.points
           ORDER BY 1""",
    ),
    Invariant(
        "5g. each change of stock by people is a row, and they add up",
        "SELECT count(*) FROM stock_move",
        """SELECT s.id FROM stock_bucket s LEFT JOIN (
               SELECT bucket_id,
                   sum(pieces) FILTER (WHERE kind IN ('received', 'moved')
                       OR (kind = 'counted' AND pieces > 0)) AS received,
                   -sum(pieces) FILTER (WHERE kind = 'written_off'
                       OR (kind = 'counted' AND pieces < 0)) AS written_off
               FROM stock_move GROUP BY bucket_id
           ) m ON m.bucket_id = s.id
           WHERE (s.received, s.written_off) IS DISTINCT FROM
               (coalesce(m.received, 0), coalesce(m.written_off, 0)) ORDER BY 1""",
    ),
    Invariant(
        "5h. what left one place of the stock came to another",
        "SELECT count(*) FROM stock_move WHERE kind = 'moved'",
        """SELECT reward_id FROM stock_move m JOIN stock_bucket b ON b.id = m.bucket_id
           WHERE kind = 'moved' GROUP BY reward_id HAVING sum(pieces) <> 0 ORDER BY 1""",
    ),
)
