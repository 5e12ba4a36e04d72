-- The same code once more, marked as a copy: by the owner's full session, at any kiosk, while
-- UNCERTAIN, at most twice. The state stays until a capture ok, which this device may now send.
-- -> wire.api.redemptions.ReprintAnswer
CREATE FUNCTION reprint(
    p_device uuid, p_redemption uuid, p_key text, p_session uuid, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    c_copies constant integer := 2;
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('reprint', p_redemption, p_session);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_device device;
    v_member uuid;
    v_redemption redemption;
    v_voucher voucher;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_device := device_for(p_device, 'kiosk', true);
    v_member := session_member(p_session, p_device, v_now);
    v_redemption := redemption_lock(p_redemption, NULL);
    IF v_redemption.member_id <> v_member THEN  -- somebody else's id tells nothing
        PERFORM refuse('redemption_unknown');
    END IF;
    PERFORM member_must_be_active((SELECT status FROM member WHERE id = v_member));
    IF v_redemption.state <> 'UNCERTAIN' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    UPDATE voucher SET copies = copies + 1
    WHERE redemption_id = p_redemption AND copies < c_copies RETURNING * INTO v_voucher;
    IF NOT FOUND THEN
        PERFORM refuse('reprint_limit');
    END IF;
    UPDATE redemption SET printer_id = p_device WHERE id = p_redemption;
    PERFORM voucher_note(p_redemption, 'reprint', v_now, p_device, v_device.store_id);
    RETURN remember(p_device::text, p_key, v_content, jsonb_build_object(
        'voucher', voucher_answer(v_voucher), 'copy', v_voucher.copies), v_now);
END $$;
