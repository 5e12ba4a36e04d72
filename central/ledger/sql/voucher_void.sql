-- ISSUED -> VOIDED by staff with a reason: code dead, points and stock back. For how long after it
-- was issued is the programme's policy (`void_days`). Refused with: redemption_state{state},
-- window_closed{until}.
-- -> wire.api.redemptions.Redemption
CREATE FUNCTION voucher_void(
    p_operator text, p_key text, p_redemption uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('void', p_redemption, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_redemption redemption;
    v_until timestamptz;
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
    ELSIF redemption_next(v_redemption, v_now) = 'EXPIRED' THEN  -- and the night has not come yet
        PERFORM refuse('redemption_state', '{"state": "EXPIRED"}');
    END IF;
    SELECT v_redemption.issued_at + make_interval(days => void_days) INTO v_until FROM programme;
    IF v_until <= v_now THEN
        PERFORM refuse('window_closed', jsonb_build_object('until', v_until));
    END IF;
    PERFORM redemption_void(v_redemption, 'void', true, p_reason, p_operator, v_now);
    RETURN remember(v_client, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;

-- USED -> ISSUED -> VOIDED in one transaction: the goods that the voucher was used for came back.
-- p_restock: whether they can be given again; else they are written off. For how long after its use
-- is the programme's policy (`return_days`). Refused with: redemption_state{state},
-- window_closed{until}.
-- -> wire.api.redemptions.Redemption
CREATE FUNCTION goods_returned(
    p_operator text, p_key text, p_redemption uuid, p_restock boolean, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('goods_returned', p_redemption, p_restock, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_redemption redemption;
    v_until timestamptz;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' THEN
        PERFORM refuse('bad_request');
    END IF;
    v_redemption := redemption_lock(p_redemption, NULL);
    IF v_redemption.state <> 'USED' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    SELECT v.used_at + make_interval(days => p.return_days) INTO v_until
    FROM programme p, voucher v WHERE v.redemption_id = p_redemption;
    IF v_until <= v_now THEN
        PERFORM refuse('window_closed', jsonb_build_object('until', v_until));
    END IF;
    PERFORM voucher_note(p_redemption, 'restore', v_now, p_store => used_store_id,
        p_reference => concat_ws(':', used_pos, used_receipt, used_line), p_operator => p_operator)
    FROM voucher WHERE redemption_id = p_redemption;
    UPDATE voucher
    SET used_at = NULL, used_store_id = NULL, used_pos = NULL, used_receipt = NULL,
        used_line = NULL, state = 'live'
    WHERE redemption_id = p_redemption;
    PERFORM redemption_void(v_redemption, 'return', p_restock, p_reason, p_operator, v_now);
    RETURN remember(v_client, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;

-- -> VOIDED: -redeemed:kind, debt first, the rest +available.
CREATE FUNCTION redemption_void(
    p_redemption redemption, p_kind text, p_restock boolean, p_reason text, p_operator text,
    p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_settled bigint := lots_give_back(p_redemption, p_now);
    -- Of what it was captured as: the reward may have been made something else since.
    v_kind text := (SELECT p.detail FROM posting p JOIN journal j ON j.id = p.journal_id
        WHERE j.redemption = p_redemption.id AND j.kind = 'capture' AND p.account = 'redeemed');
BEGIN
    PERFORM post(p_kind, p_redemption.member_id, p_now,
        ARRAY['redeemed:' || v_kind, 'debt', 'available'],
        ARRAY[-p_redemption.points, v_settled, p_redemption.points - v_settled],
        p_redemption => p_redemption.id, p_reason => p_reason, p_operator => p_operator,
        p_reverses => (SELECT id FROM journal
            WHERE redemption = p_redemption.id AND kind = 'capture'));
    UPDATE voucher SET state = 'voided' WHERE redemption_id = p_redemption.id;
    UPDATE redemption
    SET state = 'VOIDED', ended_at = p_now, reason = p_reason, operator = p_operator
    WHERE id = p_redemption.id;
    PERFORM limit_give_back(p_redemption);
    PERFORM campaigns_give_back(p_redemption);
    PERFORM tier_unredeem(p_redemption, p_reason, p_operator, p_now);
    PERFORM voucher_note(p_redemption.id, 'void', p_now, p_reference => p_reason,
        p_operator => p_operator);
    PERFORM stock_unissue(p_redemption, p_restock, p_operator, p_reason, p_now);
    PERFORM audit(p_operator, p_kind, p_redemption.id::text,
        jsonb_build_object('points', p_redemption.points, 'reason', p_reason), p_now);
END $$;

-- Captured points come back to the same lots. What came from a lot that has died meanwhile goes to
-- a new one with the programme's days of grace; from a lot of an account that was merged, to a new
-- one with the same dates. How much debt they settled.
CREATE FUNCTION lots_give_back(p_redemption redemption, p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_grace interval;
    v_part record;
    v_debt bigint;
    v_settle bigint;
    v_settled bigint := 0;
BEGIN
    PERFORM lots_slide_spent(p_redemption);
    SELECT make_interval(days => grace_days) INTO STRICT v_grace FROM programme;
    SELECT -debt INTO v_debt FROM balance WHERE member_id = p_redemption.member_id;
    FOR v_part IN
        SELECT a.id AS allocation, a.points, l.*, lot_dead(l, p_now) AS dead
        FROM hold_allocation a JOIN lot l ON l.id = a.lot_id
        WHERE a.hold_id = p_redemption.hold_id ORDER BY l.expires_at, l.available_at, l.id
    LOOP
        v_settle := least(v_debt - v_settled, v_part.points);
        v_settled := v_settled + v_settle;
        IF v_part.dead IS NOT TRUE AND v_part.member_id = p_redemption.member_id THEN
            UPDATE lot
            SET redeemed = redeemed - v_part.points,
                remaining = remaining + v_part.points - v_settle,
                settled_debt = settled_debt + v_settle
            WHERE id = v_part.id;
            UPDATE hold_allocation SET returned = points WHERE id = v_part.allocation;
        ELSE
            INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining,
                settled_debt, available_at, expires_at, clearing_id, own_end, created_at)
            VALUES (new_id(), p_redemption.member_id, v_part.type, 'void', p_redemption.id::text,
                'active', v_part.points, v_part.points - v_settle, v_settle,
                CASE WHEN v_part.dead THEN p_now ELSE v_part.available_at END,
                CASE WHEN v_part.dead THEN p_now + v_grace ELSE v_part.expires_at END,
                CASE WHEN v_part.dead IS NOT TRUE THEN v_part.clearing_id END,
                CASE WHEN v_part.dead IS NOT TRUE THEN v_part.own_end END, p_now);
        END IF;
    END LOOP;
    PERFORM lots_clear(p_redemption.member_id);  -- they were spent when it was announced
    RETURN v_settled;
END $$;

-- A lot of a sliding type that is spent does not slide with the others (`lots_slide` looks at what
-- is left). What comes back to it is as alive as if it had: from its own capture on, each earning and
-- each printed redemption of the member, or of an account that was merged into theirs, starts the
-- span anew; what had died by then stays dead.
CREATE FUNCTION lots_slide_spent(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_at timestamptz;
BEGIN
    FOR v_at IN
        SELECT at FROM journal
        WHERE member_id IN (SELECT accounts_of(p_redemption.member_id))
            AND kind IN ('award', 'capture')
            AND seq >= (SELECT seq FROM journal
                WHERE redemption = p_redemption.id AND kind = 'capture')
            AND EXISTS (SELECT FROM hold_allocation a JOIN lot l ON l.id = a.lot_id
                JOIN point_type t ON t.code = l.type
                WHERE a.hold_id = p_redemption.hold_id AND t.expiry = 'sliding')
        ORDER BY seq
    LOOP
        UPDATE lot AS l SET (expires_at, clearing_id, own_end) = (
            SELECT e.expires_at, e.clearing_id, e.own_end
            FROM lot_ends(l.type, l.available_at,
                greatest(lot_own_end(l), lot_expires(t, v_at, p.timezone))) AS e)
        FROM hold_allocation a, point_type t, programme p
        WHERE a.hold_id = p_redemption.hold_id AND l.id = a.lot_id AND t.code = l.type
            AND t.expiry = 'sliding' AND lot_own_end(l) > v_at;
    END LOOP;
END $$;
