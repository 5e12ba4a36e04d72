"""Redemptions and their vouchers, and the events that devices report."""

from central.ledger.invariants.invariant import Invariant

VOUCHERS: tuple[Invariant, ...] = (
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
)
