-- An award by hand: what the rules would have proposed, had the till been heard. In the audit
-- chain, with a second person above the limit as an adjustment has.
--   p_proposal  as award_proposal's; whatever the member's facts are now counts
--   p_again     although its receipt has given this member points before
-- Refused with: bad_request (also without a receipt), member_unknown, approval_needed{need},
-- staff_same_person, staff_role, receipt_awarded{at, have, account}: when the receipt first gave,
-- how much, and to whom; to another member it does not give again; window_closed{until, limit}:
-- points of that type have ended.
-- -> award_proposal's answer
CREATE FUNCTION desk_award(
    p_operator text, p_key text, p_proposal jsonb, p_reason text, p_approver text DEFAULT '',
    p_now timestamptz DEFAULT NULL, p_again boolean DEFAULT false
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('desk_award', p_proposal, p_reason, p_approver)
        || CASE WHEN p_again THEN '["again"]'::jsonb ELSE '[]' END;
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_asked bigint;
    v_member uuid;
    v_reference text := p_proposal->>'reference';
    v_before record;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT sum((line->>'points')::bigint) INTO v_asked
    FROM jsonb_array_elements(p_proposal->'lines') AS line;
    IF p_operator = '' OR p_reason = '' OR v_asked IS NULL OR coalesce(trim(v_reference), '') = ''
    THEN
        PERFORM refuse('bad_request');
    END IF;
    PERFORM type_must_live(line->>'type', (line->>'available_at')::timestamptz, v_now)
    FROM jsonb_array_elements(p_proposal->'lines') AS line WHERE line->>'expires_at' IS NULL;
    v_member := member_to_award((p_proposal->>'member')::uuid);
    PERFORM approval(p_operator, p_approver, v_asked, v_member, v_now);
    SELECT * INTO v_before FROM sale_given(v_member, v_reference);
    IF v_before.given_at IS NOT NULL AND NOT p_again THEN
        PERFORM refuse_receipt(v_member, v_before.given_at, v_before.points);
    END IF;
    v_answer := award_proposal('desk:' || p_operator, p_key,
        p_proposal || jsonb_build_object('member', v_member),
        (SELECT facts_version FROM member WHERE id = v_member), v_now, p_operator, p_approver);
    PERFORM audit(p_operator, 'award', v_member::text, jsonb_build_object(
        'points', v_answer->'points', 'asked', v_asked, 'reference', p_proposal->'reference',
        'reason', p_reason, 'approver', p_approver), v_now);
    RETURN remember(v_client, p_key, v_content, v_answer, v_now);
END $$;
