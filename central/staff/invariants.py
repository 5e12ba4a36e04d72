"""What holds of staff, hours and rolls, as queries over the whole database (`central check`)."""

from central.ledger.invariants import Invariant

STAFF_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "S1. a voucher was reprinted at most twice, each time on record",
        "SELECT count(*) FROM voucher",
        """SELECT v.redemption_id FROM voucher v LEFT JOIN voucher_event e
               ON e.voucher_id = v.redemption_id AND e.kind = 'reprint'
           GROUP BY v.redemption_id HAVING v.copies > 2 OR v.copies <> count(e.id) ORDER BY 1""",
    ),
    Invariant(
        "S2. who acted at a kiosk works there on record, with a reason",
        "SELECT count(*) FROM voucher_event WHERE operator <> '' AND device_id IS NOT NULL",
        """SELECT e.id FROM voucher_event e
           WHERE e.operator <> '' AND e.device_id IS NOT NULL AND (
               e.reference = '' OR e.store_id IS NULL OR NOT EXISTS (
                   SELECT FROM staff_login l
                   WHERE encode(l.staff_id, 'hex') = e.operator AND l.device_id = e.device_id
                       AND l.created_at <= e.at))
           ORDER BY 1""",
    ),
    Invariant(
        "S3. points given back by staff: from one who may, and the code is dead",
        "SELECT count(*) FROM redemption WHERE reason LIKE 'staff\\_%'",
        """SELECT r.id FROM redemption r JOIN voucher v ON v.redemption_id = r.id
           LEFT JOIN staff s ON encode(s.ref, 'hex') = r.operator
           WHERE r.reason LIKE 'staff\\_%'
               AND (r.state <> 'RELEASED' OR v.state <> 'revoked' OR s.ref IS NULL) ORDER BY 1""",
    ),
    Invariant(
        "S4. nobody is at work twice at the same time",
        "SELECT count(*) FROM time_entry",
        """SELECT a.id FROM time_entry a JOIN time_entry b
               ON b.staff_id = a.staff_id AND b.id <> a.id AND b.started_at >= a.started_at
           WHERE b.started_at < coalesce(a.ended_at, 'infinity')
               AND a.started_at < coalesce(b.ended_at, 'infinity') ORDER BY 1""",
    ),
    Invariant(
        "S5. a kiosk has at most one roll in, and each came before it went",
        "SELECT count(*) FROM roll",
        """SELECT r.id FROM roll r
           WHERE r.removed_at < r.loaded_at OR (r.removed_at IS NULL AND EXISTS (
               SELECT FROM roll o
               WHERE o.device_id = r.device_id AND o.removed_at IS NULL AND o.id <> r.id))
           ORDER BY 1""",
    ),
    Invariant(
        "S6. a handover is between two people who were logged in there",
        "SELECT count(*) FROM handover",
        """SELECT h.id FROM handover h JOIN staff_login o ON o.id = h.login_out_id
           JOIN staff_login i ON i.id = h.login_in_id
           WHERE o.staff_id = i.staff_id OR o.device_id <> h.device_id
               OR i.device_id <> h.device_id OR greatest(o.created_at, i.created_at) > h.at
           ORDER BY 1""",
    ),
    Invariant(
        "S7. whoever has tried thirty PINs in a day is blocked",
        "SELECT count(*) FROM staff",
        """SELECT encode(s.ref, 'hex') FROM staff s
           WHERE s.pin_blocked_at IS NULL AND (
               SELECT count(*) FROM staff_try t
               WHERE t.staff_id = s.ref AND t.at > now() - interval '1 day') >= 30 ORDER BY 1""",
    ),
)
