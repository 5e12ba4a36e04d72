-- What time does to a member's lots, under the member's lock, in this order:
--   clear     an announced clearing is the end of lots that would live longer
--   activate  -pending, debt first, the rest +available
--   expire    -available (the part not held), +expired
-- Idempotent: a lot that was settled is not due any more. p_due: up to when (the night of a day);
-- it is written down as of p_now.
CREATE FUNCTION lots_settle_locked(
    p_member uuid, p_now timestamptz, p_due timestamptz DEFAULT NULL, OUT cleared integer,
    OUT activated integer, OUT expired integer
)
LANGUAGE plpgsql AS $$
DECLARE
    v_due timestamptz := coalesce(p_due, p_now);
BEGIN
    cleared := lots_clear(p_member);
    activated := lots_activate(p_member, v_due, p_now);
    expired := lots_expire(p_member, v_due, p_now);
END $$;

CREATE FUNCTION lots_activate(p_member uuid, p_due timestamptz, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_lot lot;
    v_settled bigint;
    v_count integer := 0;
BEGIN
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'pending' AND remaining > 0 AND available_at <= p_due
        ORDER BY available_at, id
    LOOP
        SELECT least(-debt, v_lot.remaining) INTO v_settled FROM balance WHERE member_id = p_member;
        UPDATE lot
        SET state = 'active', remaining = remaining - v_settled,
            settled_debt = settled_debt + v_settled
        WHERE id = v_lot.id;
        PERFORM post('activate', p_member, p_now, ARRAY['pending', 'debt', 'available'],
            ARRAY[-v_lot.remaining, v_settled, v_lot.remaining - v_settled], p_lot => v_lot.id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

CREATE FUNCTION lots_expire(p_member uuid, p_due timestamptz, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_lot lot;
    v_free bigint;
    v_count integer := 0;
BEGIN
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'active' AND remaining > 0 AND remaining > held
            AND expires_at <= p_due
        ORDER BY expires_at, id
    LOOP
        v_free := v_lot.remaining - v_lot.held;
        UPDATE lot AS l SET remaining = remaining - v_free, expired = l.expired + v_free
        WHERE id = v_lot.id;
        PERFORM post('expire', p_member, p_now, ARRAY['available', 'expired'],
            ARRAY[-v_free, v_free], p_lot => v_lot.id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Sliding types: every earning and every redemption that was printed starts the span of what is
-- alive anew; an end is never brought nearer. What is spent slides when it comes back
-- (`lots_slide_spent`).
CREATE FUNCTION lots_slide(p_member uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lot AS l SET (expires_at, clearing_id, own_end) = (
        SELECT greatest(l.expires_at, e.expires_at), e.clearing_id, e.own_end
        FROM lot_ends(l.type, l.available_at,
            greatest(lot_own_end(l), lot_expires(t, p_now, p.timezone))) AS e)
    FROM point_type t, programme p
    WHERE l.member_id = p_member AND l.remaining > 0 AND t.code = l.type AND t.expiry = 'sliding'
        AND l.expires_at > p_now;
END $$;
