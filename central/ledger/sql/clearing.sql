-- 固定时段兑换后清空: a redemption window, and then everything of that type which is not held is
-- cleared: a calendar expiry that is announced. From the announcement on new lots get that end at
-- once, old ones when they are next touched, at the latest in the night; so FEFO, what a member can
-- spend, and expiry need no rule of their own. Lots that become available only after it stay.

-- The end of a lot: its own, or a clearing that comes first. Which clearing, and the lot's own end
-- under it, are kept, so that a clearing can be withdrawn.
CREATE FUNCTION lot_ends(
    p_type text, p_available_at timestamptz, p_own_end timestamptz, OUT expires_at timestamptz,
    OUT clearing_id uuid, OUT own_end timestamptz
)
LANGUAGE sql STABLE AS $$
    SELECT least(p_own_end, c.clears_at), c.id, CASE WHEN c.id IS NOT NULL THEN p_own_end END
    FROM (SELECT) AS one LEFT JOIN LATERAL (
        SELECT id, clears_at FROM point_clearing
        WHERE type = p_type AND clears_at > p_available_at AND withdrawn_at IS NULL
            AND (p_own_end IS NULL OR clears_at < p_own_end)
        ORDER BY clears_at LIMIT 1
    ) AS c ON true
$$;

CREATE FUNCTION lot_own_end(p_lot lot) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_lot.clearing_id IS NULL THEN p_lot.expires_at ELSE p_lot.own_end END
$$;

-- Whether a lot still has to get the end that was announced, or its own again.
CREATE FUNCTION lot_uncleared(p_lot lot) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_lot.remaining > 0 AND p_lot.expires_at IS DISTINCT FROM (
        lot_ends(p_lot.type, p_lot.available_at, lot_own_end(p_lot))).expires_at
$$;

-- Whether it has died, by whatever was announced or withdrawn: a lot that is spent is not kept
-- up to date.
CREATE FUNCTION lot_dead(p_lot lot, p_now timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT (lot_ends(p_lot.type, p_lot.available_at, lot_own_end(p_lot))).expires_at <= p_now
$$;

-- A member's lots that have not yet got the end that was announced, or withdrawn; how many.
CREATE FUNCTION lots_clear(p_member uuid) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_count integer := 0;
BEGIN
    IF EXISTS (SELECT FROM point_clearing) THEN
        UPDATE lot AS l SET (expires_at, clearing_id, own_end) = (
            SELECT e.expires_at, e.clearing_id, e.own_end
            FROM lot_ends(l.type, l.available_at, lot_own_end(l)) AS e)
        WHERE member_id = p_member AND lot_uncleared(l);
        GET DIAGNOSTICS v_count = ROW_COUNT;
    END IF;
    RETURN v_count;
END $$;

-- Announced by two of staff (everybody's points die of it), for a time to come: through p_last_day
-- in the programme's zone, which is a day after today, so that there is time to withdraw it.
-- Its line in the audit chain keeps the journal's last number before it: the order by which
-- `central check` goes.
-- Refused with: bad_request, approval_needed{need: 0}, staff_same_person, staff_role.
-- -> {clears_at}
CREATE FUNCTION clearing_announce(
    p_operator text, p_key text, p_type text, p_last_day date, p_reason text,
    p_approver text DEFAULT '', p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('clearing', p_type, p_last_day, p_reason,
        p_approver);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_clears_at timestamptz;
    v_today date;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT (p_last_day + 1)::timestamp AT TIME ZONE timezone, (v_now AT TIME ZONE timezone)::date
    INTO STRICT v_clears_at, v_today FROM programme;
    IF p_operator = '' OR p_reason = '' OR p_last_day <= v_today OR NOT EXISTS (
        SELECT FROM point_type WHERE code = p_type)
    THEN
        PERFORM refuse('bad_request');
    END IF;
    PERFORM approval(p_operator, p_approver, NULL);
    INSERT INTO point_clearing AS c (id, type, clears_at, announced_at, operator, reason)
    VALUES (new_id(), p_type, v_clears_at, v_now, p_operator, p_reason)
    ON CONFLICT (type, clears_at) DO UPDATE
        SET announced_at = v_now, operator = p_operator, reason = p_reason, applied_at = NULL,
            withdrawn_at = NULL
        WHERE c.withdrawn_at IS NOT NULL;
    PERFORM audit(p_operator, 'clearing', p_type,
        jsonb_build_object('last_day', p_last_day, 'reason', p_reason, 'approver', p_approver,
            'journal', coalesce(pg_sequence_last_value('journal_seq'), 0)),
        v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_object('clears_at', v_clears_at), v_now);
END $$;

-- It does not take place: allowed until it has. Lots have their own end again when they are next
-- touched, at the latest in the next night; nothing has died of it before. -> {clears_at}
CREATE FUNCTION clearing_withdraw(
    p_operator text, p_key text, p_type text, p_last_day date, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('clearing_withdraw', p_type, p_last_day, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_clears_at timestamptz;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT (p_last_day + 1)::timestamp AT TIME ZONE timezone INTO STRICT v_clears_at
    FROM programme;
    IF p_operator = '' OR p_reason = '' OR v_clears_at <= v_now THEN
        PERFORM refuse('bad_request');
    END IF;
    UPDATE point_clearing SET withdrawn_at = v_now, applied_at = NULL
    WHERE type = p_type AND clears_at = v_clears_at AND withdrawn_at IS NULL;
    IF NOT FOUND THEN
        PERFORM refuse('bad_request');
    END IF;
    PERFORM audit(p_operator, 'clearing_withdraw', p_type,
        jsonb_build_object('last_day', p_last_day, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_object('clears_at', v_clears_at), v_now);
END $$;
