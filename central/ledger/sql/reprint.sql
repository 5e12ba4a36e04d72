-- The same code once more, marked as a copy, at most twice in all. By the owner's full session, at
-- any kiosk, while UNCERTAIN; or by staff with a reason, at a kiosk of its store, while UNCERTAIN or
-- ISSUED. Never past its validity (redemption_state{EXPIRED}): no till takes it any more. The state
-- stays until a capture ok, which this device may now send.
-- -> wire.api.redemptions.ReprintAnswer
CREATE FUNCTION reprint(
    p_device uuid, p_redemption uuid, p_key text, p_session uuid,
    p_staff_token bytea DEFAULT NULL, p_reason text DEFAULT NULL, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_operator text := CASE WHEN p_staff_token IS NULL THEN ''
        ELSE staff_name(staff_session(p_staff_token, p_device, v_now, true)) END;
    v_content jsonb := jsonb_build_array('reprint', p_redemption, p_session)
        || staff_content(v_operator, p_reason);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_device device;
    v_redemption redemption;
    v_voucher voucher;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    -- One of the two, and a reason with staff only.
    IF (p_session IS NULL) <> (v_operator <> '') OR (p_reason IS NULL) <> (v_operator = '') THEN
        PERFORM refuse('bad_request');
    END IF;
    v_device := device_for(p_device, 'kiosk', v_operator = '');
    IF v_operator <> '' THEN
        v_redemption := redemption_lock(p_redemption, NULL);
        PERFORM redemption_of_store(v_redemption, p_device);
        PERFORM reprint_by_staff(v_redemption);
    ELSE
        v_redemption := reprint_by_owner(
            p_redemption, session_member(p_session, p_device, v_now));
    END IF;
    IF (SELECT valid_to FROM voucher WHERE redemption_id = p_redemption) <= v_now THEN
        PERFORM refuse('redemption_state', '{"state": "EXPIRED"}');
    END IF;
    v_voucher := voucher_copied(p_redemption);
    UPDATE redemption SET printer_id = p_device WHERE id = p_redemption;
    PERFORM voucher_note(p_redemption, 'reprint', v_now, p_device, v_device.store_id,
        coalesce(p_reason, ''), v_operator);
    RETURN remember(p_device::text, p_key, v_content, jsonb_build_object(
        'voucher', voucher_answer(v_voucher), 'copy', v_voucher.copies), v_now);
END $$;

CREATE FUNCTION reprint_by_owner(p_redemption uuid, p_member uuid) RETURNS redemption
LANGUAGE plpgsql AS $$
DECLARE
    v_redemption redemption := redemption_lock(p_redemption, NULL);
BEGIN
    IF v_redemption.member_id <> p_member THEN  -- somebody else's id tells nothing
        PERFORM refuse('redemption_unknown');
    END IF;
    PERFORM member_must_be_active((SELECT status FROM member WHERE id = p_member));
    IF v_redemption.state <> 'UNCERTAIN' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    RETURN v_redemption;
END $$;

-- Refuses what is not worth its paper any more.
CREATE FUNCTION reprint_by_staff(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_voucher voucher;
BEGIN
    SELECT * INTO v_voucher FROM voucher WHERE redemption_id = p_redemption.id;
    IF p_redemption.state = 'USED' THEN
        PERFORM refuse('already_used', jsonb_build_object(
            'at', v_voucher.used_at, 'store', v_voucher.used_store_id));
    ELSIF p_redemption.state NOT IN ('UNCERTAIN', 'ISSUED') THEN
        PERFORM refuse_state(p_redemption);
    END IF;
END $$;

CREATE FUNCTION voucher_copied(p_redemption uuid) RETURNS voucher
LANGUAGE plpgsql AS $$
DECLARE
    c_copies constant integer := 2;
    v_voucher voucher;
BEGIN
    UPDATE voucher SET copies = copies + 1
    WHERE redemption_id = p_redemption AND copies < c_copies RETURNING * INTO v_voucher;
    IF NOT FOUND THEN
        PERFORM refuse('reprint_limit');
    END IF;
    RETURN v_voucher;
END $$;
