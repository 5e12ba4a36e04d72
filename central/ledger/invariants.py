"""The invariants of the domain, each as one query over the whole database.

A query returns the ids of the rows that break it; `central check` prints counts and ids.
Numbers are those of the domain page.
"""

import re
from typing import Any

import asyncpg

from central.ledger.invariant import Finding, Invariant, examine
from central.ledger.past_invariants import PAST_INVARIANTS

__all__ = ["INVARIANTS", "Finding", "Invariant", "examine", "violations"]

_PRESENT: tuple[Invariant, ...] = (
    Invariant(
        "1a. transactions sum to zero",
        "SELECT count(*) FROM journal",
        """SELECT j.id FROM journal j LEFT JOIN posting p ON p.journal_id = j.id
           GROUP BY j.id HAVING coalesce(sum(p.points), 0) <> 0 OR count(p.id) < 2 ORDER BY 1""",
    ),
    Invariant(
        "1b. all accounts sum to zero",
        "SELECT count(DISTINCT (account, detail)) FROM posting",
        "SELECT 'all accounts: ' || sum(points) FROM posting HAVING sum(points) <> 0",
    ),
    Invariant(
        "1c. balances equal the fold of the journal",
        "SELECT count(*) FROM balance",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id,
                   sum(points) FILTER (WHERE account = 'pending') AS pending,
                   sum(points) FILTER (WHERE account = 'available') AS available,
                   sum(points) FILTER (WHERE account = 'held') AS held,
                   sum(points) FILTER (WHERE account = 'debt') AS debt
               FROM posting WHERE member_id IS NOT NULL GROUP BY member_id
           ) f ON f.member_id = b.member_id
           WHERE (b.pending, b.available, b.held, b.debt) IS DISTINCT FROM
               (coalesce(f.pending, 0), coalesce(f.available, 0), coalesce(f.held, 0),
                coalesce(f.debt, 0)) ORDER BY 1""",
    ),
    Invariant(
        "1d. every member has a balance",
        "SELECT count(*) FROM member",
        """SELECT m.id FROM member m LEFT JOIN balance b ON b.member_id = m.id
           WHERE b.member_id IS NULL ORDER BY 1""",
    ),
    Invariant(
        "2a. lots equal the balances",
        "SELECT count(*) FROM balance",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id,
                   sum(remaining) FILTER (WHERE state = 'pending') AS pending,
                   sum(remaining - held) FILTER (WHERE state = 'active') AS available,
                   sum(held) AS held
               FROM lot GROUP BY member_id
           ) l ON l.member_id = b.member_id
           WHERE (b.pending, b.available, b.held) IS DISTINCT FROM
               (coalesce(l.pending, 0), coalesce(l.available, 0), coalesce(l.held, 0))
           ORDER BY 1""",
    ),
    Invariant(
        "2b. held = sum of open holds",
        "SELECT count(*) FROM hold WHERE state = 'open'",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id, sum(points) AS points FROM hold WHERE state = 'open'
               GROUP BY member_id
           ) h ON h.member_id = b.member_id
           WHERE b.held <> coalesce(h.points, 0) ORDER BY 1""",
    ),
    Invariant(
        "2c. 0 <= held <= remaining <= granted",
        "SELECT count(*) FROM lot",
        """SELECT id FROM lot
           WHERE NOT (0 <= held AND held <= remaining AND remaining <= granted) ORDER BY 1""",
    ),
    Invariant(
        "2d. no negative balance, no positive debt",
        "SELECT count(*) FROM balance",
        """SELECT member_id FROM balance
           WHERE pending < 0 OR available < 0 OR held < 0 OR debt > 0 ORDER BY 1""",
    ),
    Invariant(
        "3. each lot adds up",
        "SELECT count(*) FROM lot",
        """SELECT id FROM lot WHERE granted <> remaining + redeemed + expired + clawed
               + forfeited + merged_out + settled_debt + adjusted ORDER BY 1""",
    ),
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
           WHERE l.expires_at <= h.created_at OR l.state = 'pending' ORDER BY 1""",
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
        "6a. each redemption is exactly one voucher in the matching state",
        "SELECT count(*) FROM redemption",
        """SELECT r.id FROM redemption r LEFT JOIN voucher v ON v.redemption_id = r.id
           WHERE v.state IS DISTINCT FROM CASE r.state
               WHEN 'RESERVED' THEN 'reserved' WHEN 'PRINTING' THEN 'live'
               WHEN 'UNCERTAIN' THEN 'live' WHEN 'ISSUED' THEN 'live' WHEN 'USED' THEN 'used'
               WHEN 'EXPIRED' THEN 'expired' WHEN 'VOIDED' THEN 'voided'
               WHEN 'RELEASED' THEN 'revoked' END
           ORDER BY 1""",
    ),
    Invariant(
        "6b. a voucher is used at most once, net of restores",
        "SELECT count(*) FROM voucher",
        """SELECT v.redemption_id FROM voucher v LEFT JOIN voucher_event e
               ON e.voucher_id = v.redemption_id
           GROUP BY v.redemption_id HAVING
               count(*) FILTER (WHERE e.kind = 'use') - count(*) FILTER (WHERE e.kind = 'restore')
               <> (v.state = 'used')::integer ORDER BY 1""",
    ),
    Invariant(
        "6c. captured points and a non-voided voucher imply each other",
        "SELECT count(*) FROM redemption",
        """SELECT r.id FROM redemption r LEFT JOIN (
               SELECT j.redemption, sum(p.points) AS points FROM journal j
               JOIN posting p ON p.journal_id = j.id AND p.account = 'redeemed'
               WHERE j.redemption IS NOT NULL GROUP BY j.redemption
           ) c ON c.redemption = r.id
           WHERE coalesce(c.points, 0) <>
               CASE WHEN r.state IN ('ISSUED', 'USED', 'EXPIRED') THEN r.points ELSE 0 END
           ORDER BY 1""",
    ),
    Invariant(
        "6d. a tombstone has no redemption",
        "SELECT count(*) FROM tombstone",
        "SELECT t.id FROM tombstone t JOIN redemption r ON r.id = t.id ORDER BY 1",
    ),
    Invariant(
        "7. device events are applied once, in sequence, without a gap",
        "SELECT count(*) FROM device_event",
        """SELECT d.id FROM device d LEFT JOIN device_event e ON e.device_id = d.id
           GROUP BY d.id HAVING count(e.id) <> d.acked_seq OR coalesce(max(e.seq), 0) <> d.acked_seq
           ORDER BY 1""",
    ),
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
)


def _place(invariant: Invariant) -> tuple[int, str]:
    number = re.match(r"(\d+)(\w*)\.", invariant.name)
    if number is None:
        raise ValueError(f"an invariant without a number: {invariant.name}")
    return int(number[1]), number[2]


INVARIANTS: tuple[Invariant, ...] = tuple(sorted((*_PRESENT, *PAST_INVARIANTS), key=_place))
"""Of the present rows and of what they still tell of the past, by number."""


async def violations(connection: Any) -> list[str]:
    """`name: id` of everything that is broken; empty when the books are right."""
    found = []
    for invariant in INVARIANTS:
        rows: list[asyncpg.Record] = await connection.fetch(invariant.broken)
        found += [f"{invariant.name}: {row[0]}" for row in rows]
    return found
