"""What counts towards tiers, and which tier that is."""

from central.ledger.invariants.invariant import Invariant

TIERS: tuple[Invariant, ...] = (
    Invariant(
        "8a. what counts towards tiers is what was awarded",
        "SELECT count(*) FROM tier_entry",
        """SELECT coalesce(e.reference, a.reference) FROM (
               SELECT reference, sum(points) AS points FROM tier_entry
               WHERE returns_id IS NULL GROUP BY reference
           ) e FULL JOIN (
               SELECT l.reference, sum(l.granted) AS points
               FROM journal j JOIN lot l ON l.id = j.lot_id
               WHERE j.kind = 'award' GROUP BY l.reference
           ) a USING (reference)
           WHERE coalesce(e.points, 0) <> coalesce(a.points, 0) ORDER BY 1""",
    ),
    Invariant(
        "8b. no more of a sale is returned than it counted",
        "SELECT count(*) FROM tier_entry WHERE returns_id IS NOT NULL",
        """SELECT e.id FROM tier_entry e JOIN tier_entry r ON r.returns_id = e.id
           GROUP BY e.id HAVING e.points + sum(r.points) < 0
               OR e.qualifying + sum(r.qualifying) < 0 OR e.spend_fen + sum(r.spend_fen) < 0
               OR bool_or(r.member_id <> e.member_id OR r.at <> e.at) ORDER BY 1""",
    ),
    Invariant(
        "8c. a tier is what was earned and given, never less than the sums reached",
        "SELECT count(*) FROM tier_standing",
        "SELECT member FROM tiers_broken() AS member ORDER BY 1",
    ),
    Invariant(
        "8d. each change of a tier follows the one before",
        "SELECT count(*) FROM tier_change",
        """SELECT id FROM (
               SELECT id, seq, from_tier_id, lag(to_tier_id) OVER w AS before,
                   lag(seq, 1, 0) OVER w AS seq_before
               FROM tier_change WINDOW w AS (PARTITION BY member_id ORDER BY seq)
           ) c
           WHERE seq <> seq_before + 1 OR from_tier_id <> coalesce(before, from_tier_id)
           ORDER BY 1""",
    ),
    Invariant(
        "8e. no more of a sale was told as returned than it gave",
        "SELECT count(*) FROM sale_return",
        """SELECT r.member_id || ' ' || r.reference FROM (
               SELECT member_id, reference, sum(points) AS points, sum(spend_fen) AS spend_fen
               FROM sale_return GROUP BY member_id, reference
           ) r LEFT JOIN (
               SELECT member_id, reference, sum(points) AS points, sum(spend_fen) AS spend_fen
               FROM tier_entry WHERE returns_id IS NULL AND reference <> ''
               GROUP BY member_id, reference
           ) e USING (member_id, reference)
           WHERE r.points > coalesce(e.points, 0) OR r.spend_fen > coalesce(e.spend_fen, 0)
           ORDER BY 1""",
    ),
)
