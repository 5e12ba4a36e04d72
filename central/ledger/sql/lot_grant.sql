-- A new lot: the one place where points come into being. Pending: -issued +pending. Else debt is
-- settled first: -issued +debt, the rest +available. The caller holds the member's lock.
-- Without dates the type's policy sets them, and an announced clearing ends it sooner.
-- Refused with: bad_request, window_closed{until, limit} (the type's one day for all is over).
-- What has ended before it is awarded (a sale that was told late) pays no debt: +expired at once.
CREATE FUNCTION lot_grant(
    p_member uuid, p_points bigint, p_type text, p_source text, p_reference text,
    p_available_at timestamptz, p_expires_at timestamptz, p_now timestamptz,
    p_kind text DEFAULT 'award', p_reason text DEFAULT '', p_operator text DEFAULT '',
    p_approver text DEFAULT ''
) RETURNS lot
LANGUAGE plpgsql AS $$
DECLARE
    v_type point_type;
    v_zone text;
    v_lot lot;
    v_ends record;
    v_pending bigint := 0;
BEGIN
    SELECT * INTO v_type FROM point_type WHERE code = p_type;
    IF NOT FOUND OR coalesce(p_points, 0) <= 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    SELECT timezone INTO STRICT v_zone FROM programme;
    v_lot.id := new_id();
    v_lot.available_at := coalesce(p_available_at, lot_available(v_type, p_now, v_zone));
    v_ends := lot_ends(p_type, v_lot.available_at,
        coalesce(p_expires_at, lot_expires(v_type, v_lot.available_at, v_zone)));
    IF v_ends.expires_at <= v_lot.available_at THEN  -- dead before they can be spent
        IF p_expires_at IS NULL THEN
            PERFORM type_must_live(p_type, p_available_at, p_now);
        END IF;
        PERFORM refuse('bad_request');
    END IF;
    v_lot.settled_debt := 0;
    IF v_lot.available_at > p_now THEN
        v_pending := p_points;
    ELSIF (v_ends.expires_at <= p_now) IS NOT TRUE THEN
        SELECT least(-debt, p_points) INTO v_lot.settled_debt FROM balance
        WHERE member_id = p_member;
    END IF;
    INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining,
        settled_debt, available_at, expires_at, clearing_id, own_end, created_at)
    VALUES (v_lot.id, p_member, p_type, p_source, p_reference,
        CASE WHEN v_pending > 0 THEN 'pending' ELSE 'active' END, p_points,
        p_points - v_lot.settled_debt, v_lot.settled_debt, v_lot.available_at, v_ends.expires_at,
        v_ends.clearing_id, v_ends.own_end, p_now)
    RETURNING * INTO v_lot;
    PERFORM post(p_kind, p_member, p_now,
        ARRAY['issued:' || p_source, 'pending', 'debt', 'available'],
        ARRAY[-p_points, v_pending, v_lot.settled_debt,
            p_points - v_pending - v_lot.settled_debt],
        p_lot => v_lot.id, p_reason => p_reason, p_operator => p_operator,
        p_approver => p_approver);
    IF v_lot.expires_at <= p_now THEN
        PERFORM lots_expire(p_member, p_now, p_now);
    END IF;
    RETURN v_lot;
END $$;

-- Debt that stands beside points is taken from them, FEFO: never is a member in debt with points
-- that are free. How much was settled.
CREATE FUNCTION debt_settle(p_member uuid, p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_debt bigint;
    v_left bigint;
    v_part bigint;
    v_lot lot;
BEGIN
    SELECT -debt INTO v_debt FROM balance WHERE member_id = p_member;
    v_left := v_debt;
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'active' AND remaining > 0 AND remaining > held
            AND (expires_at IS NULL OR expires_at > p_now) AND v_debt > 0
        ORDER BY expires_at, available_at, id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, v_lot.remaining - v_lot.held);
        UPDATE lot SET remaining = remaining - v_part, settled_debt = settled_debt + v_part
        WHERE id = v_lot.id;
        v_left := v_left - v_part;
    END LOOP;
    IF v_left < v_debt THEN
        PERFORM post('settle', p_member, p_now, ARRAY['available', 'debt'],
            ARRAY[v_left - v_debt, v_debt - v_left]);
    END IF;
    RETURN v_debt - v_left;
END $$;
