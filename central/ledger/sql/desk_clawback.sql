-- Points of a sale taken back by hand, when it was returned and the till was not heard. Never more
-- than that sale gave: less what was taken for it before, and less what a policy waived.
-- p_points: NULL takes all that is left of it.
-- Refused with: bad_request (no such sale of this member), insufficient{need, have},
-- member_unknown. -> clawback's answer
CREATE FUNCTION desk_clawback(
    p_operator text, p_key text, p_member uuid, p_points bigint, p_reference text, p_reason text,
    p_policy text DEFAULT NULL, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('desk_clawback', p_member, p_points, p_reference,
        p_reason, p_policy);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
    v_have bigint;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR p_reference = '' OR p_points <= 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_member := member_lock_merged(p_member);
    v_have := sale_points_left(v_member, p_reference);
    IF v_have IS NULL THEN
        PERFORM refuse('bad_request');
    ELSIF v_have < coalesce(p_points, 1) THEN
        PERFORM refuse('insufficient', jsonb_build_object('need', coalesce(p_points, 1),
            'have', v_have));
    END IF;
    v_answer := clawback(p_client => 'desk:' || p_operator, p_key => p_key, p_member => v_member,
        p_points => coalesce(p_points, v_have), p_reference => p_reference, p_reason => p_reason,
        p_policy => p_policy, p_now => v_now);
    PERFORM audit(p_operator, 'clawback', v_member::text, jsonb_build_object(
        'points', v_answer->'points', 'reference', p_reference, 'to_debt', v_answer->'to_debt',
        'waived', v_answer->'waived', 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, v_answer, v_now);
END $$;

-- What a sale gave to a member and was not taken back yet, by the till or by hand, of whatever lots;
-- NULL: it gave nothing. What counts towards tiers tells it: an entry for every award and return,
-- which goes along when the account is merged.
CREATE FUNCTION sale_points_left(p_member uuid, p_reference text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT sum(points) FROM tier_entry WHERE member_id = p_member AND reference = p_reference
$$;
