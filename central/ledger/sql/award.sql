-- A new lot of points. Immediate: -issued +debt first, the rest +available. Pending: +pending.
-- What was awarded to an account that was merged goes to the one that it is now.
-- Refused with: bad_request (also for a source that is the ledger's own), member_unknown,
-- window_closed{until, limit}.
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
    v_answer jsonb := replay(p_client, p_key, v_content);
    v_member uuid;
    v_lot lot;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM source_of_an_award(p_source);
    v_member := member_to_award(p_member);
    v_lot := lot_grant(v_member, p_points, p_type, p_source, p_reference, p_available_at,
        p_expires_at, v_now, p_reason => p_reference);
    PERFORM tier_earned(v_member, p_reference, p_points,
        (SELECT CASE WHEN qualifying THEN p_points ELSE 0 END FROM point_type WHERE code = p_type),
        0, v_now, v_now);
    PERFORM member_was_here(v_member, v_now);
    RETURN remember(p_client, p_key, v_content, jsonb_build_object(
        'lot', v_lot.id, 'points', v_lot.granted,
        'pending', CASE v_lot.state WHEN 'pending' THEN v_lot.granted ELSE 0 END,
        'settled_debt', v_lot.settled_debt, 'expires_at', v_lot.expires_at,
        'spendable', spendable(v_member, v_now)), v_now);
END $$;

-- Adjustments and points of a voucher given back are the ledger's own: an award under their name
-- would be taken for one of them in the books.
-- Refused with: bad_request.
CREATE FUNCTION source_of_an_award(p_source text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(trim(p_source), '') IN ('', 'adjust', 'void') THEN
        PERFORM refuse('bad_request');
    END IF;
END $$;

-- The account that an award goes to, locked: a closed one gets nothing.
CREATE FUNCTION member_to_award(p_member uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_member uuid := member_lock_merged(p_member);
BEGIN
    IF EXISTS (SELECT FROM member WHERE id = v_member AND status = 'closed') THEN
        PERFORM refuse('member_unknown');
    END IF;
    RETURN v_member;
END $$;

-- Earned something: a fact that rules look at, and what keeps sliding points alive.
CREATE FUNCTION member_was_here(p_member uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE member SET facts_version = facts_version + 1 WHERE id = p_member;
    PERFORM lots_slide(p_member, p_now);
END $$;
