-- A manual adjustment, with a reason: more points are a new lot (-issued:adjust, debt first, the
-- rest +available), fewer are taken FEFO from what is free (-available, +issued:adjust) and never
-- become debt. Above the programme's limit of a day it needs a second person.
-- Refused with: bad_request, member_unknown, approval_needed{need} (how many points one person may
-- adjust of one member in a day), staff_same_person, staff_role, insufficient{need, have}.
-- -> {points, settled_debt, spendable}
CREATE FUNCTION adjust(
    p_operator text, p_key text, p_member uuid, p_points bigint, p_type text, p_reason text,
    p_approver text DEFAULT '', p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('adjust', p_member, p_points, p_type, p_reason,
        p_approver);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
    v_lot lot;
    v_have bigint;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR coalesce(p_points, 0) = 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_member := member_to_award(p_member);
    PERFORM approval(p_operator, p_approver, p_points, v_member, v_now);
    IF p_points > 0 THEN
        v_lot := lot_grant(v_member, p_points, p_type, 'adjust', '', v_now, NULL, v_now,
            'adjust', p_reason, p_operator, p_approver);
    ELSE
        PERFORM lots_settle_locked(v_member, v_now);
        v_have := spendable(v_member, v_now);
        IF v_have < -p_points THEN
            PERFORM refuse('insufficient', jsonb_build_object('need', -p_points, 'have', v_have));
        END IF;
        PERFORM lots_adjust_down(v_member, -p_points, v_now);
        PERFORM post('adjust', v_member, v_now, ARRAY['available', 'issued:adjust'],
            ARRAY[p_points, -p_points], p_reason => p_reason, p_operator => p_operator,
            p_approver => p_approver);
    END IF;
    PERFORM audit(p_operator, 'adjust', v_member::text, jsonb_build_object('points', p_points,
        'type', p_type, 'reason', p_reason, 'approver', p_approver), v_now);
    RETURN remember(v_client, p_key, v_content, jsonb_build_object('points', p_points,
        'settled_debt', coalesce(v_lot.settled_debt, 0),
        'spendable', spendable(v_member, v_now)), v_now);
END $$;

CREATE FUNCTION lots_adjust_down(p_member uuid, p_points bigint, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_left bigint := p_points;
    v_part bigint;
    v_lot lot;
BEGIN
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = p_member AND state = 'active' AND remaining > 0 AND remaining > held
            AND (expires_at IS NULL OR expires_at > p_now)
        ORDER BY expires_at, available_at, id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, v_lot.remaining - v_lot.held);
        UPDATE lot SET remaining = remaining - v_part, adjusted = adjusted + v_part
        WHERE id = v_lot.id;
        v_left := v_left - v_part;
    END LOOP;
    IF v_left <> 0 THEN
        RAISE EXCEPTION 'the lots of member % are % points short of the balance', p_member, v_left;
    END IF;
END $$;
