-- Points of a sale taken back by hand, when it was returned and the till was not heard. Never more
-- than that sale gave: less what was taken for it before, and less what a policy waived.
-- Without p_points and p_spend_fen: all that is left of it, also of a sale that gave no points and
-- counts by what was spent.
--   p_spend_fen  of the sale that counts no more; without it as large a part as of the points
-- Refused with: bad_request (no such sale of this member), member_unknown,
-- insufficient{need, have}: of points, or with limit "spend_fen" of fen.
-- -> clawback's answer and {spend_fen}: what counts no more
CREATE FUNCTION desk_clawback(
    p_operator text, p_key text, p_member uuid, p_points bigint, p_reference text, p_reason text,
    p_policy text DEFAULT NULL, p_now timestamptz DEFAULT NULL, p_spend_fen bigint DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('desk_clawback', p_member, p_points, p_reference,
        p_reason, p_policy)
        || CASE WHEN p_spend_fen IS NULL THEN '[]' ELSE to_jsonb(p_spend_fen) END;
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
    v_left record;
    v_points bigint := coalesce(p_points, 0);
    v_spend bigint := p_spend_fen;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR p_reference = '' OR p_points <= 0 OR p_spend_fen <= 0
    THEN
        PERFORM refuse('bad_request');
    END IF;
    v_member := member_lock_merged(p_member);
    SELECT * INTO v_left FROM sale_left(v_member, p_reference);
    IF p_points IS NULL AND p_spend_fen IS NULL THEN
        v_points := v_left.points;
        v_spend := v_left.spend_fen;
    END IF;
    IF v_left.points IS NULL THEN
        PERFORM refuse('bad_request');
    ELSIF v_points > v_left.points OR v_points + coalesce(v_spend, 0) = 0 THEN
        PERFORM refuse('insufficient', jsonb_build_object('need', greatest(v_points, 1),
            'have', v_left.points));
    ELSIF v_spend > v_left.spend_fen THEN
        PERFORM refuse('insufficient', jsonb_build_object('need', v_spend,
            'have', v_left.spend_fen, 'limit', 'spend_fen'));
    END IF;
    v_answer := clawback(p_client => 'desk:' || p_operator, p_key => p_key, p_member => v_member,
        p_points => v_points, p_reference => p_reference, p_reason => p_reason,
        p_policy => p_policy, p_now => v_now, p_spend_fen => v_spend,
        p_operator => p_operator);
    v_spend := v_left.spend_fen - (sale_left(v_member, p_reference)).spend_fen;
    v_answer := v_answer || jsonb_build_object('spend_fen', v_spend);
    PERFORM audit(p_operator, 'clawback', v_member::text, jsonb_build_object(
        'points', v_answer->'points', 'spend_fen', v_spend, 'reference', p_reference,
        'to_debt', v_answer->'to_debt', 'waived', v_answer->'waived', 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, v_answer, v_now);
END $$;
