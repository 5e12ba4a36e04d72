-- What time does to a member's lots: pending ones become active (debt is settled first), dead
-- ones give up what is not held. Idempotent; the caller holds the member's lock.
CREATE FUNCTION lots_settle_locked(
    p_member uuid, p_now timestamptz, OUT activated integer, OUT expired integer
)
LANGUAGE plpgsql AS $$
DECLARE
    v_lot lot;
    v_settled bigint;
    v_free bigint;
BEGIN
    activated := 0;
    expired := 0;
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'pending' AND remaining > 0 AND available_at <= p_now
        ORDER BY available_at, id
    LOOP
        SELECT least(-debt, v_lot.remaining) INTO v_settled FROM balance WHERE member_id = p_member;
        UPDATE lot
        SET state = 'active', remaining = remaining - v_settled,
            settled_debt = settled_debt + v_settled
        WHERE id = v_lot.id;
        PERFORM post('activate', p_member, p_now, ARRAY['pending', 'debt', 'available'],
            ARRAY[-v_lot.remaining, v_settled, v_lot.remaining - v_settled], p_lot => v_lot.id);
        activated := activated + 1;
    END LOOP;
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'active' AND remaining > 0 AND remaining > held
            AND expires_at <= p_now
        ORDER BY expires_at, id
    LOOP
        v_free := v_lot.remaining - v_lot.held;
        UPDATE lot AS l SET remaining = remaining - v_free, expired = l.expired + v_free
        WHERE id = v_lot.id;
        PERFORM post('expire', p_member, p_now, ARRAY['available', 'expired'],
            ARRAY[-v_free, v_free], p_lot => v_lot.id);
        expired := expired + 1;
    END LOOP;
END $$;

-- For the worker: one member, one commit. -> {"activated": lots, "expired": lots}
CREATE FUNCTION lots_settle(p_member uuid, p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM member_lock(p_member);
    RETURN (SELECT to_jsonb(t)
            FROM lots_settle_locked(p_member, coalesce(p_now, clock_timestamp())) AS t);
END $$;

-- Members with lots to settle, after a member id, in order: [member, ...]
CREATE FUNCTION lots_due(p_after uuid, p_limit integer, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(member_id ORDER BY member_id), '[]')
        FROM (
            SELECT DISTINCT member_id FROM lot
            WHERE (p_after IS NULL OR member_id > p_after)
                AND ((state = 'pending' AND remaining > 0 AND available_at <= v_now)
                    OR (state = 'active' AND remaining > held AND expires_at <= v_now))
            ORDER BY member_id LIMIT p_limit
        ) AS due);
END $$;
