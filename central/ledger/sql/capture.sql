-- ok: PRINTING or UNCERTAIN -> ISSUED, points captured. unknown: PRINTING -> UNCERTAIN, points
-- stay held, the code lives. Already ISSUED, USED, EXPIRED or VOIDED: as it is (the shopper
-- was faster, or a repeated capture). RELEASED or RESERVED: refused, nothing moves.
-- p_confirmed_by: the member's session on this device, when the member says it was taken. In
-- every state a device that may not print it needs one, alive and the owner's.
-- p_staff_token: staff say that it was taken (券已取), ok only, at any kiosk of its store.
CREATE FUNCTION capture(
    p_device uuid, p_redemption uuid, p_key text, p_print_result text, p_paper_mm integer,
    p_printed_at timestamptz, p_confirmed_by uuid DEFAULT NULL, p_staff_token bytea DEFAULT NULL,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_operator text := CASE WHEN p_staff_token IS NULL THEN ''
        ELSE staff_name(staff_session(p_staff_token, p_device, v_now, true)) END;
    v_content jsonb := jsonb_build_array('capture', p_redemption, p_print_result, p_paper_mm,
        p_printed_at, p_confirmed_by) || staff_content(v_operator);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_redemption redemption;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_print_result NOT IN ('ok', 'unknown') OR p_paper_mm < 0
        OR (v_operator <> '' AND (p_print_result <> 'ok' OR p_confirmed_by IS NOT NULL))
    THEN
        PERFORM refuse('bad_request');
    END IF;
    v_redemption := redemption_lock(p_redemption,
        CASE WHEN p_confirmed_by IS NULL AND v_operator = '' THEN p_device END);
    IF v_operator <> '' THEN
        PERFORM redemption_of_store(v_redemption, p_device);
    ELSIF NOT redemption_printable(v_redemption, p_device)
        AND session_member(p_confirmed_by, p_device, v_now) <> v_redemption.member_id
    THEN  -- somebody else's id tells nothing
        PERFORM refuse('redemption_unknown');
    END IF;
    IF v_redemption.state IN ('RESERVED', 'RELEASED')
        -- While it prints elsewhere nobody beside another kiosk can tell how it went.
        OR (v_redemption.state = 'PRINTING' AND v_operator <> ''
            AND NOT redemption_printable(v_redemption, p_device))
    THEN
        PERFORM refuse_state(v_redemption);
    ELSIF v_redemption.state IN ('PRINTING', 'UNCERTAIN') AND p_print_result = 'ok' THEN
        PERFORM redemption_issue(v_redemption,
            CASE WHEN v_operator = '' THEN 'printed' ELSE 'staff_taken' END, p_device, v_now,
            v_operator);
    ELSIF v_redemption.state = 'PRINTING' THEN
        PERFORM redemption_uncertain(v_redemption, p_device, v_now);
    END IF;
    UPDATE redemption SET paper_mm = paper_mm + p_paper_mm WHERE id = p_redemption;
    RETURN remember(p_device::text, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;

-- -> ISSUED, from PRINTING or UNCERTAIN: the one place where points are captured.
CREATE FUNCTION redemption_issue(
    p_redemption redemption, p_cause text, p_device uuid, p_now timestamptz,
    p_operator text DEFAULT ''
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_capture(p_redemption.hold_id, p_redemption.id,
        (SELECT kind FROM reward WHERE id = p_redemption.reward_id), p_now);
    UPDATE redemption SET state = 'ISSUED', issued_at = p_now WHERE id = p_redemption.id;
    PERFORM voucher_note(p_redemption.id, 'captured', p_now, p_device,
        (SELECT store_id FROM device WHERE id = p_device), p_cause, p_operator);
    PERFORM stock_unreserve(p_redemption, 'issued');
END $$;

CREATE FUNCTION redemption_uncertain(p_redemption redemption, p_device uuid, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE redemption SET state = 'UNCERTAIN', uncertain_at = p_now WHERE id = p_redemption.id;
    PERFORM voucher_note(p_redemption.id, 'uncertain', p_now, p_device);
END $$;
