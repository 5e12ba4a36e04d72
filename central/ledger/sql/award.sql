-- A new lot of points. Immediate: -issued +debt first, the rest +available. Pending: +pending.
-- Without p_expires_at the point type's policy counts from activation, in the programme's zone
-- (N months from the 31st land on the last day).
-- -> {lot, points, pending, settled_debt, expires_at, spendable}
CREATE FUNCTION award(
    p_client text, p_key text, p_member uuid, p_points bigint, p_type text, p_source text,
    p_reference text DEFAULT '', p_available_at timestamptz DEFAULT NULL,
    p_expires_at timestamptz DEFAULT NULL, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('award', p_member, p_points, p_type, p_source,
        p_reference, p_available_at, p_expires_at);
    v_answer jsonb;
    v_balance balance;
    v_type point_type;
    v_zone text;
    v_lot uuid := new_id();
    v_available_at timestamptz;
    v_expires_at timestamptz;
    v_pending bigint := 0;
    v_settled bigint := 0;
BEGIN
    IF p_points IS NULL OR p_points <= 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_answer := replay(p_client, p_key, v_content);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_balance := member_lock(p_member);
    IF EXISTS (SELECT FROM member WHERE id = p_member AND status IN ('closed', 'merged')) THEN
        PERFORM refuse('member_unknown');
    END IF;
    SELECT * INTO v_type FROM point_type WHERE code = p_type;
    IF NOT FOUND THEN
        PERFORM refuse('bad_request');
    END IF;
    SELECT timezone INTO STRICT v_zone FROM programme;
    v_available_at := coalesce(p_available_at, lot_available(v_type, v_now, v_zone));
    v_expires_at := coalesce(p_expires_at, lot_expires(v_type, v_available_at, v_zone));
    IF v_expires_at <= v_available_at THEN
        PERFORM refuse('bad_request');
    END IF;
    IF v_available_at > v_now THEN
        v_pending := p_points;
    ELSE
        v_settled := least(-v_balance.debt, p_points);
    END IF;
    INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining,
        settled_debt, available_at, expires_at, created_at)
    VALUES (v_lot, p_member, p_type, p_source, p_reference,
        CASE WHEN v_pending > 0 THEN 'pending' ELSE 'active' END,
        p_points, p_points - v_settled, v_settled, v_available_at, v_expires_at, v_now);
    PERFORM post('award', p_member, v_now,
        ARRAY['issued:' || p_source, 'pending', 'debt', 'available'],
        ARRAY[-p_points, v_pending, v_settled, p_points - v_pending - v_settled],
        p_lot => v_lot, p_reason => p_reference);
    RETURN remember(p_client, p_key, v_content, jsonb_build_object(
        'lot', v_lot, 'points', p_points, 'pending', v_pending, 'settled_debt', v_settled,
        'expires_at', v_expires_at, 'spendable', spendable(p_member, v_now)), v_now);
END $$;
