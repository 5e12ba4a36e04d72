-- A hold sets points of particular lots aside and ends exactly once. All of this under the
-- member's lock.

-- Takes p_points FEFO: (expires_at, available_at, lot id), no expiry last. The caller has
-- settled the lots and knows that there are enough.
CREATE FUNCTION hold_open(
    p_member uuid, p_points bigint, p_deadline timestamptz, p_redemption uuid, p_now timestamptz
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_hold uuid := new_id();
    v_left bigint := p_points;
    v_part bigint;
    v_lot lot;
BEGIN
    INSERT INTO hold (id, member_id, points, state, created_at, deadline)
    VALUES (v_hold, p_member, p_points, 'open', p_now, p_deadline);
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'active' AND remaining > 0 AND remaining > held
            AND (expires_at IS NULL OR expires_at > p_now)
        ORDER BY expires_at, available_at, id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, v_lot.remaining - v_lot.held);
        UPDATE lot SET held = held + v_part WHERE id = v_lot.id;
        INSERT INTO hold_allocation (id, hold_id, lot_id, points, returned)
        VALUES (new_id(), v_hold, v_lot.id, v_part, 0);
        v_left := v_left - v_part;
    END LOOP;
    IF v_left <> 0 THEN
        RAISE EXCEPTION 'the lots of member % are % points short of the balance', p_member, v_left;
    END IF;
    PERFORM post('reserve', p_member, p_now, ARRAY['available', 'held'],
        ARRAY[-p_points, p_points], p_redemption => p_redemption);
    RETURN v_hold;
END $$;

-- held -> redeemed: exactly what was reserved, from exactly those lots.
CREATE FUNCTION hold_capture(p_hold uuid, p_redemption uuid, p_kind text, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_hold hold := hold_end(p_hold, 'captured', p_now);
BEGIN
    UPDATE lot AS l
    SET held = l.held - a.points, remaining = l.remaining - a.points,
        redeemed = l.redeemed + a.points
    FROM hold_allocation a WHERE a.hold_id = p_hold AND l.id = a.lot_id;
    PERFORM post('capture', v_hold.member_id, p_now, ARRAY['held', 'redeemed:' || p_kind],
        ARRAY[-v_hold.points, v_hold.points], p_redemption => p_redemption);
    PERFORM lots_slide(v_hold.member_id, p_now);
END $$;

-- held -> available; a part whose lot has died goes on to expired at once, and debt that came
-- up meanwhile is taken first.
CREATE FUNCTION hold_release(
    p_hold uuid, p_redemption uuid, p_reason text, p_operator text, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_hold hold := hold_end(p_hold, 'released', p_now);
    v_debt bigint;
    v_part record;
    v_dead bigint := 0;
    v_settled bigint := 0;
    v_settle bigint;
BEGIN
    PERFORM lots_clear(v_hold.member_id);  -- what was announced or withdrawn meanwhile
    SELECT -debt INTO v_debt FROM balance WHERE member_id = v_hold.member_id;
    FOR v_part IN
        SELECT a.points, l.id, l.expires_at <= p_now AS dead
        FROM hold_allocation a JOIN lot l ON l.id = a.lot_id
        WHERE a.hold_id = p_hold ORDER BY l.expires_at, l.available_at, l.id
    LOOP
        IF v_part.dead THEN
            UPDATE lot
            SET held = held - v_part.points, remaining = remaining - v_part.points,
                expired = expired + v_part.points
            WHERE id = v_part.id;
            v_dead := v_dead + v_part.points;
        ELSE
            v_settle := least(v_debt - v_settled, v_part.points);
            UPDATE lot
            SET held = held - v_part.points, remaining = remaining - v_settle,
                settled_debt = settled_debt + v_settle
            WHERE id = v_part.id;
            v_settled := v_settled + v_settle;
        END IF;
    END LOOP;
    PERFORM post('release', v_hold.member_id, p_now, ARRAY['held', 'available'],
        ARRAY[-v_hold.points, v_hold.points], p_redemption => p_redemption,
        p_reason => p_reason, p_operator => p_operator);
    IF v_dead > 0 THEN
        PERFORM post('expire', v_hold.member_id, p_now, ARRAY['available', 'expired'],
            ARRAY[-v_dead, v_dead], p_redemption => p_redemption);
    END IF;
    IF v_settled > 0 THEN
        PERFORM post('settle', v_hold.member_id, p_now, ARRAY['available', 'debt'],
            ARRAY[-v_settled, v_settled], p_redemption => p_redemption);
    END IF;
END $$;

-- The one place where a hold ends.
CREATE FUNCTION hold_end(p_hold uuid, p_state text, p_now timestamptz) RETURNS hold
LANGUAGE plpgsql AS $$
DECLARE
    v_hold hold;
BEGIN
    UPDATE hold SET state = p_state, ended_at = p_now
    WHERE id = p_hold AND state = 'open' RETURNING * INTO v_hold;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'hold % has ended before', p_hold;
    END IF;
    RETURN v_hold;
END $$;
