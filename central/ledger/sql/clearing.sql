-- 固定时段兑换后清空: a redemption window, and then everything of that type which is not held is
-- cleared: a calendar expiry that is announced. From the announcement on new lots get that end at
-- once, old ones when they are next touched, at the latest in the night; so FEFO, what a member can
-- spend, and expiry need no rule of their own. Lots that become available only after it stay.

-- The end of a lot: its own, or a clearing that comes first.
CREATE FUNCTION lot_end(p_type text, p_available_at timestamptz, p_expires_at timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT least(p_expires_at, (
        SELECT min(clears_at) FROM point_clearing
        WHERE type = p_type AND clears_at > p_available_at))
$$;

-- A member's lots that have not yet got the end that was announced; how many.
CREATE FUNCTION lots_clear(p_member uuid) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_count integer := 0;
BEGIN
    IF EXISTS (SELECT FROM point_clearing) THEN
        UPDATE lot SET expires_at = lot_end(type, available_at, expires_at)
        WHERE member_id = p_member AND remaining > 0
            AND expires_at IS DISTINCT FROM lot_end(type, available_at, expires_at);
        GET DIAGNOSTICS v_count = ROW_COUNT;
    END IF;
    RETURN v_count;
END $$;

-- Announced by staff, for a time to come: through p_last_day in the programme's zone.
-- -> {clears_at}
CREATE FUNCTION clearing_announce(
    p_operator text, p_key text, p_type text, p_last_day date, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('clearing', p_type, p_last_day, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_clears_at timestamptz;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT (p_last_day + 1)::timestamp AT TIME ZONE timezone INTO STRICT v_clears_at
    FROM programme;
    IF p_operator = '' OR p_reason = '' OR v_clears_at <= v_now OR NOT EXISTS (
        SELECT FROM point_type WHERE code = p_type)
    THEN
        PERFORM refuse('bad_request');
    END IF;
    INSERT INTO point_clearing (id, type, clears_at, announced_at, operator, reason)
    VALUES (new_id(), p_type, v_clears_at, v_now, p_operator, p_reason)
    ON CONFLICT (type, clears_at) DO NOTHING;
    PERFORM audit(p_operator, 'clearing', p_type,
        jsonb_build_object('last_day', p_last_day, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_object('clears_at', v_clears_at), v_now);
END $$;
