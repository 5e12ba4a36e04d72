-- ISSUED -> VOIDED by staff with a reason: code dead, points back to the same lots; what came
-- from a lot that has died meanwhile goes to a new one with a grace time of 30 days. Debt is
-- settled first. -> wire.api.redemptions.Redemption
CREATE FUNCTION voucher_void(
    p_operator text, p_key text, p_redemption uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    c_grace constant interval := '30 days';
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('void', p_redemption, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_redemption redemption;
    v_part record;
    v_debt bigint;
    v_settle bigint;
    v_settled bigint := 0;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' THEN
        PERFORM refuse('bad_request');
    END IF;
    v_redemption := redemption_lock(p_redemption, NULL);
    IF v_redemption.state <> 'ISSUED' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    SELECT -debt INTO v_debt FROM balance WHERE member_id = v_redemption.member_id;
    FOR v_part IN
        SELECT a.id AS allocation, a.points, l.id, l.type, l.expires_at <= v_now AS dead
        FROM hold_allocation a JOIN lot l ON l.id = a.lot_id
        WHERE a.hold_id = v_redemption.hold_id ORDER BY l.expires_at, l.available_at, l.id
    LOOP
        v_settle := least(v_debt - v_settled, v_part.points);
        v_settled := v_settled + v_settle;
        IF v_part.dead THEN
            INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining,
                settled_debt, available_at, expires_at, created_at)
            VALUES (new_id(), v_redemption.member_id, v_part.type, 'void', p_redemption::text,
                'active', v_part.points, v_part.points - v_settle, v_settle, v_now,
                v_now + c_grace, v_now);
        ELSE
            UPDATE lot
            SET redeemed = redeemed - v_part.points,
                remaining = remaining + v_part.points - v_settle,
                settled_debt = settled_debt + v_settle
            WHERE id = v_part.id;
            UPDATE hold_allocation SET returned = points WHERE id = v_part.allocation;
        END IF;
    END LOOP;
    PERFORM post('void', v_redemption.member_id, v_now,
        ARRAY['redeemed:' || (SELECT kind FROM reward WHERE id = v_redemption.reward_id),
            'debt', 'available'],
        ARRAY[-v_redemption.points, v_settled, v_redemption.points - v_settled],
        p_redemption => p_redemption, p_reason => p_reason, p_operator => p_operator,
        p_reverses => (SELECT id FROM journal
            WHERE redemption = p_redemption AND kind = 'capture'));
    UPDATE voucher SET state = 'voided' WHERE redemption_id = p_redemption;
    UPDATE redemption
    SET state = 'VOIDED', ended_at = v_now, reason = p_reason, operator = p_operator
    WHERE id = p_redemption;
    PERFORM limit_give_back(v_redemption);
    PERFORM voucher_note(p_redemption, 'void', v_now, p_reference => p_reason,
        p_operator => p_operator);
    PERFORM stock_unissue(v_redemption);
    RETURN remember(v_client, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;
