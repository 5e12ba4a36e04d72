-- An award as the rules propose it, evaluated outside the lock from the member's facts of one
-- version. Here, under the lock: other facts meanwhile -> stale, nothing moves and the caller
-- evaluates anew; else each line is clipped to what its counters leave, in the order of the lines
-- (the base first, so that what came last is clipped first), and becomes a lot.
--   p_proposal  {member, reference, sale, store?, at?, spend_fen?, lines: [{points, type, source,
--               available_at?, expires_at?, counters: [{scope, subject, rule, period, cap, stop,
--               version}]}]}
--               spend_fen: what the sale counts where tiers are reached by spend
--               stop: what the others leave of the line, or nothing of it; else as much as its
--               cap leaves
-- -> {stale: false, facts_version, points, spendable, lines: [{asked, granted, lot, pending,
--     settled_debt, expires_at, clipped_by}]}   or   {stale: true, facts_version}
--   clipped_by  the rule whose limit took points away; or expiry:<type> when the line's own end, or
--               the type's one day for all, is over
--   p_operator, p_approver  who gives it by hand
-- Refused with: bad_request, member_unknown, receipt_awarded{at, have, account}.
CREATE FUNCTION award_proposal(
    p_client text, p_key text, p_proposal jsonb, p_facts_version integer,
    p_now timestamptz DEFAULT NULL, p_operator text DEFAULT '', p_approver text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    -- What was sold is the content, not what the rules made of it: after a lost answer the same
    -- sale, evaluated anew, is the same call.
    v_content jsonb := jsonb_build_array('award_proposal', p_proposal->'member',
        p_proposal->'reference', p_proposal->'sale');
    v_answer jsonb := replay(p_client, p_key, v_content);
    v_member uuid;
    v_facts integer;
    v_line jsonb;
    v_told jsonb;
    v_lines jsonb := '[]';
    v_points bigint := 0;
    v_qualifying bigint := 0;
    v_spend bigint := coalesce((p_proposal->>'spend_fen')::bigint, 0);
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF v_spend < 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_member := member_to_award((p_proposal->>'member')::uuid);
    SELECT facts_version INTO v_facts FROM member WHERE id = v_member;
    IF v_facts IS DISTINCT FROM p_facts_version OR v_member <> (p_proposal->>'member')::uuid THEN
        RETURN jsonb_build_object('stale', true, 'facts_version', v_facts, 'member', v_member);
    END IF;
    PERFORM receipt_claim(v_member, p_proposal->>'reference', p_operator <> '');
    PERFORM counters_lock(p_proposal, v_member, v_now, p_operator <> '');
    FOR v_line IN SELECT value FROM jsonb_array_elements(p_proposal->'lines') LOOP
        v_told := award_line(v_member, p_proposal, v_line, v_now, p_operator, p_approver);
        v_lines := v_lines || v_told;
        v_points := v_points + (v_told->>'granted')::bigint;
        IF (SELECT qualifying FROM point_type WHERE code = v_line->>'type') THEN
            v_qualifying := v_qualifying + (v_told->>'granted')::bigint;
        END IF;
    END LOOP;
    PERFORM tier_earned(v_member, p_proposal->>'reference', v_points, v_qualifying, v_spend,
        coalesce((p_proposal->>'at')::timestamptz, v_now), v_now);
    PERFORM member_was_here(v_member, v_now);
    SELECT facts_version INTO v_facts FROM member WHERE id = v_member;
    RETURN remember(p_client, p_key, v_content, jsonb_build_object(
        'stale', false, 'facts_version', v_facts, 'member', v_member, 'points', v_points,
        'spendable', spendable(v_member, v_now), 'lines', v_lines), v_now);
END $$;

-- Whether points of a line would be dead before they could be spent: its own last day, or its type's
-- one day for all, was over before the sale was told.
CREATE FUNCTION line_ended(p_line jsonb, p_now timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_line->>'expires_at' IS NULL
        THEN type_ended(t.code, (p_line->>'available_at')::timestamptz, p_now) IS NOT NULL
        ELSE p_line->>'available_at' IS NULL
            AND (p_line->>'expires_at')::timestamptz <= lot_available(t, p_now, p.timezone) END
    FROM point_type t, programme p WHERE t.code = p_line->>'type'
$$;

-- One line: clipped, granted, counted.
CREATE FUNCTION award_line(
    p_member uuid, p_proposal jsonb, p_line jsonb, p_now timestamptz, p_operator text,
    p_approver text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_asked bigint := (p_line->>'points')::bigint;
    v_points bigint := v_asked;
    v_clipped text;
    v_counter record;
    v_lot lot;
BEGIN
    IF coalesce(v_asked, 0) <= 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    PERFORM source_of_an_award(p_line->>'source');
    -- The sale's other lines are not to wait until somebody has set another day.
    IF line_ended(p_line, p_now) THEN
        v_clipped := 'expiry:' || (p_line->>'type');
        v_points := 0;
    END IF;
    FOR v_counter IN
        SELECT k.rule, k.stop, least(k.cap, c.cap) - c.used AS free
        FROM counters_of(p_proposal, p_line, p_member, p_now) AS k
        JOIN award_counter c USING (scope, subject, rule, period, starts_on)
        ORDER BY k.stop, k.scope, k.subject, k.rule, k.period  -- whatever their names
    LOOP
        IF v_points > v_counter.free THEN
            v_clipped := v_counter.rule;
            v_points := CASE WHEN v_counter.stop THEN 0
                ELSE greatest(v_counter.free, 0) END;
        END IF;
    END LOOP;
    IF v_points > 0 THEN
        v_lot := lot_grant(p_member, v_points, p_line->>'type', p_line->>'source',
            p_proposal->>'reference', (p_line->>'available_at')::timestamptz,
            (p_line->>'expires_at')::timestamptz, p_now,
            p_reason => p_proposal->>'reference', p_operator => p_operator,
            p_approver => p_approver);
        PERFORM counter_take(v_lot.id, v_points, scope, subject, rule, period, starts_on, cap)
        FROM counters_of(p_proposal, p_line, p_member, p_now);
    END IF;
    RETURN jsonb_build_object('asked', v_asked, 'granted', v_points, 'lot', v_lot.id,
        'pending', CASE v_lot.state WHEN 'pending' THEN v_points ELSE 0 END,
        'settled_debt', coalesce(v_lot.settled_debt, 0), 'expires_at', v_lot.expires_at,
        'clipped_by', v_clipped);
END $$;
