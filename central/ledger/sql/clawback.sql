-- Takes points of a returned sale back, in this order: the sale's own pending lots, its own
-- active lots, other active lots FEFO; what is missing becomes debt (the `debt` policy).
-- Held points are never taken: the shortfall is taken when the hold is released.
-- -> {points, from_lots, to_debt, spendable}
CREATE FUNCTION clawback(
    p_client text, p_key text, p_member uuid, p_points bigint, p_reference text, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('clawback', p_member, p_points, p_reference, p_reason);
    v_answer jsonb;
    v_lot lot;
    v_left bigint := p_points;
    v_part bigint;
    v_pending bigint := 0;
    v_available bigint := 0;
BEGIN
    IF p_points IS NULL OR p_points <= 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_answer := replay(p_client, p_key, v_content);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM member_lock(p_member);
    PERFORM lots_settle_locked(p_member, v_now);
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND remaining > 0 AND remaining > held
            AND (state = 'active' OR (p_reference <> '' AND reference = p_reference))
        ORDER BY (p_reference <> '' AND reference = p_reference) DESC, (state = 'pending') DESC,
            expires_at, available_at, id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, v_lot.remaining - v_lot.held);
        UPDATE lot SET remaining = remaining - v_part, clawed = clawed + v_part
        WHERE id = v_lot.id;
        IF v_lot.state = 'pending' THEN
            v_pending := v_pending + v_part;
        ELSE
            v_available := v_available + v_part;
        END IF;
        v_left := v_left - v_part;
    END LOOP;
    PERFORM post('clawback', p_member, v_now,
        ARRAY['pending', 'available', 'debt', 'clawed_back'],
        ARRAY[-v_pending, -v_available, -v_left, p_points],
        p_reason => p_reason);
    RETURN remember(p_client, p_key, v_content, jsonb_build_object(
        'points', p_points, 'from_lots', p_points - v_left, 'to_debt', v_left,
        'spendable', spendable(p_member, v_now)), v_now);
END $$;
