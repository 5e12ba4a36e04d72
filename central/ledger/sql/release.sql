-- RESERVED or PRINTING -> RELEASED, when it is proven that nothing was printed: code dead,
-- points and stock back. Again: the same. An id never seen leaves a tombstone, so that a late
-- reserve is refused. UNCERTAIN, ISSUED and beyond: refused.
-- p_staff_token: UNCERTAIN -> RELEASED, by staff at a kiosk of its store with a reason of staff's;
-- a token does nothing else here, and leaves no tombstone.
CREATE FUNCTION release(
    p_device uuid, p_redemption uuid, p_key text, p_reason text, p_printed_any boolean,
    p_staff_token bytea DEFAULT NULL, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_operator text := CASE WHEN p_staff_token IS NULL THEN ''
        ELSE staff_name(staff_session(p_staff_token, p_device, v_now, true)) END;
    v_content jsonb := jsonb_build_array('release', p_redemption, p_reason, p_printed_any)
        || staff_content(v_operator);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_redemption redemption;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_printed_any OR (p_reason LIKE 'staff\_%') <> (v_operator <> '') THEN
        PERFORM refuse('bad_request');
    ELSIF v_operator <> '' THEN
        v_redemption := redemption_lock(p_redemption, NULL);
        PERFORM redemption_of_store(v_redemption, p_device);
        IF v_redemption.state = 'UNCERTAIN' THEN
            PERFORM redemption_release(v_redemption, p_reason, v_operator, p_device, v_now);
        ELSIF v_redemption.state <> 'RELEASED' THEN
            PERFORM refuse_state(v_redemption);
        END IF;
        RETURN remember(p_device::text, p_key, v_content,
            redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
    END IF;
    PERFORM redemption_id_lock(p_redemption);
    IF NOT EXISTS (SELECT FROM redemption WHERE id = p_redemption) THEN
        INSERT INTO tombstone (id, device_id, reason, at)
        VALUES (p_redemption, p_device, p_reason, v_now) ON CONFLICT (id) DO NOTHING;
        RETURN remember(p_device::text, p_key, v_content, tombstone_answer(p_redemption), v_now);
    END IF;
    v_redemption := redemption_lock(p_redemption, p_device);
    IF v_redemption.state IN ('RESERVED', 'PRINTING') THEN
        PERFORM redemption_release(v_redemption, p_reason, '', p_device, v_now);
    ELSIF v_redemption.state <> 'RELEASED' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    RETURN remember(p_device::text, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;

-- -> RELEASED: the code is revoked in the same transaction that gives the points back.
CREATE FUNCTION redemption_release(
    p_redemption redemption, p_reason text, p_operator text, p_device uuid, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE voucher SET state = 'revoked' WHERE redemption_id = p_redemption.id;
    UPDATE redemption
    SET state = 'RELEASED', ended_at = p_now, reason = p_reason, operator = p_operator
    WHERE id = p_redemption.id;
    PERFORM hold_release(p_redemption.hold_id, p_redemption.id, p_reason, p_operator, p_now);
    PERFORM limit_give_back(p_redemption);
    PERFORM campaigns_give_back(p_redemption);
    PERFORM voucher_note(p_redemption.id, 'revoke', p_now, p_device,
        (SELECT store_id FROM device WHERE id = p_device), p_reason, p_operator);
    PERFORM stock_unreserve(p_redemption, 'on_hand');
END $$;

-- UNCERTAIN -> RELEASED on the service itself: by its operators, with a reason that is not one of
-- staff's at a kiosk (`staff_...`).
CREATE FUNCTION release_uncertain(
    p_operator text, p_key text, p_redemption uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('release_uncertain', p_redemption, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_redemption redemption;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR p_reason LIKE 'staff\_%' THEN
        PERFORM refuse('bad_request');
    END IF;
    v_redemption := redemption_lock(p_redemption, NULL);
    IF v_redemption.state <> 'UNCERTAIN' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    PERFORM redemption_release(v_redemption, p_reason, p_operator, NULL, v_now);
    PERFORM audit(p_operator, 'release', p_redemption::text,
        jsonb_build_object('points', v_redemption.points, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;
