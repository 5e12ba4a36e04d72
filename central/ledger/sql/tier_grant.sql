-- Tiers that are given and not earned: by staff with a reason, or for points. They hold beside what
-- is earned, to their end; the higher one counts.

-- By staff, through a last day or (without one) for life. What is earned meanwhile goes on counting.
-- Refused with: bad_request (no reason, no such tier, a day that is over), member_unknown,
-- member_frozen. -> {member, tier, valid_to, raised}
CREATE FUNCTION tier_give(
    p_operator text, p_key text, p_member uuid, p_tier text, p_last_day date, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('tier_give', p_member, p_tier, p_last_day, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_valid_to timestamptz;
    v_member uuid;
    v_raised boolean;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT (p_last_day + interval '1 day') AT TIME ZONE timezone INTO v_valid_to FROM programme;
    v_member := member_by_staff(p_operator, p_member, p_reason);
    PERFORM member_must_be_active((SELECT status FROM member WHERE id = v_member));
    IF v_valid_to <= v_now OR NOT EXISTS (SELECT FROM tier WHERE id = p_tier) THEN
        PERFORM refuse('bad_request');
    END IF;
    PERFORM tier_standing_of(v_member, v_now);
    INSERT INTO tier_grant (id, member_id, tier_id, source, made_at, valid_to, reason, operator)
    VALUES (new_id(), v_member, p_tier, 'staff', v_now, v_valid_to, p_reason, p_operator);
    v_raised := tier_settle(v_member, v_now, v_now, false) > 0;
    PERFORM audit(p_operator, 'tier_give', v_member::text, jsonb_build_object('tier', p_tier,
        'last_day', p_last_day, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, jsonb_build_object('member', v_member,
        'tier', p_tier, 'valid_to', v_valid_to, 'raised', v_raised), v_now);
END $$;

-- Ends all that staff gave, at once; what was earned or bought stays.
-- Refused with: bad_request (no reason), member_unknown, member_frozen.
-- -> {member, tier, ended}: the tier that is left, and how many gifts were ended
CREATE FUNCTION tier_withdraw(
    p_operator text, p_key text, p_member uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('tier_withdraw', p_member, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
    v_ended integer;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_member := member_by_staff(p_operator, p_member, p_reason);
    PERFORM member_must_be_active((SELECT status FROM member WHERE id = v_member));
    UPDATE tier_grant SET ended_at = v_now
    WHERE member_id = v_member AND source = 'staff' AND ended_at IS NULL
        AND (valid_to IS NULL OR valid_to > v_now);
    GET DIAGNOSTICS v_ended = ROW_COUNT;
    IF v_ended > 0 THEN
        PERFORM tier_settle(v_member, v_now, v_now, true, 'withdrawn', p_reason, p_operator);
        PERFORM audit(p_operator, 'tier_withdraw', v_member::text,
            jsonb_build_object('ended', v_ended, 'reason', p_reason), v_now);
    END IF;
    RETURN remember(v_client, p_key, v_content, jsonb_build_object('member', v_member,
        'tier', (SELECT tier_id FROM member WHERE id = v_member), 'ended', v_ended), v_now);
END $$;

-- A tier for points is nothing on paper: RESERVED -> ISSUED -> USED in the transaction of the
-- reservation. Its code is used up before anybody has seen it.
CREATE FUNCTION tier_redeem(p_redemption redemption, p_reward reward, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_valid_to timestamptz;
BEGIN
    SELECT tier_bought_until((SELECT p FROM tier_policy p), p_reward.tier_days, p_now, timezone)
    INTO STRICT v_valid_to FROM programme;
    PERFORM redemption_issue(p_redemption, 'tier', p_redemption.device_id, p_now);
    UPDATE voucher
    SET state = 'used', used_at = p_now, used_store_id = p_redemption.store_id, used_pos = '',
        used_receipt = 'tier', used_line = 1
    WHERE redemption_id = p_redemption.id;
    UPDATE redemption SET state = 'USED' WHERE id = p_redemption.id;
    PERFORM voucher_note(p_redemption.id, 'use', p_now, p_redemption.device_id,
        p_redemption.store_id, 'tier');
    PERFORM tier_standing_of(p_redemption.member_id, p_now);
    INSERT INTO tier_grant (id, member_id, tier_id, source, made_at, valid_to, redemption)
    VALUES (new_id(), p_redemption.member_id, p_reward.gives_tier_id, 'reward', p_now, v_valid_to,
        p_redemption.id);
    PERFORM tier_settle(p_redemption.member_id, p_now, p_now, false);
END $$;

-- Only what raises somebody may be had for points.
CREATE FUNCTION tier_raises(p_reward reward, p_tier text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM tier new, tier old
        WHERE new.id = p_reward.gives_tier_id AND old.id = p_tier AND new.rank > old.rank)
$$;

-- The points are back, by staff: what they bought ends.
CREATE FUNCTION tier_unredeem(
    p_redemption redemption, p_reason text, p_operator text, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tier_grant SET ended_at = p_now WHERE redemption = p_redemption.id;
    IF FOUND THEN
        PERFORM tier_settle(p_redemption.member_id, p_now, p_now, true, 'withdrawn', p_reason,
            p_operator);
    END IF;
END $$;

-- Of two accounts the higher tier, and the sums of both.
CREATE FUNCTION tier_merge(
    p_from uuid, p_into uuid, p_reason text, p_operator text, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_from tier_standing := tier_standing_of(p_from, p_now);
    v_into tier_standing := tier_standing_of(p_into, p_now);
BEGIN
    UPDATE tier_entry SET member_id = p_into WHERE member_id = p_from;
    -- What a night or staff have ended stays where it was: there it is known to be over.
    UPDATE tier_grant AS g SET member_id = p_into
    WHERE member_id = p_from AND tier_given(g, v_from);
    UPDATE tier_standing SET base_tier_id = v_from.base_tier_id, review_at = v_from.review_at
    WHERE member_id = p_into AND (SELECT rank FROM tier WHERE id = v_from.base_tier_id)
        > (SELECT rank FROM tier WHERE id = v_into.base_tier_id);
    DELETE FROM tier_standing WHERE member_id = p_from;
    PERFORM tier_settle(p_into, p_now, p_now, false, 'merged', p_reason, p_operator);
END $$;
