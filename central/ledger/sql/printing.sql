-- RESERVED -> PRINTING: acknowledged before the first byte reaches the printer. From here on
-- no timer ever gives the points back. A deadline that has passed does not matter while the
-- points are still held. -> wire.api.redemptions.Redemption
CREATE FUNCTION printing(
    p_device uuid, p_redemption uuid, p_key text, p_at timestamptz, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('printing', p_redemption, p_at);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_redemption redemption;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_redemption := redemption_lock(p_redemption, p_device);
    IF v_redemption.state = 'RESERVED' THEN
        UPDATE redemption SET state = 'PRINTING', printing_at = v_now WHERE id = p_redemption;
        UPDATE voucher SET state = 'live' WHERE redemption_id = p_redemption;
        PERFORM voucher_note(p_redemption, 'print', v_now, p_device, v_redemption.store_id);
    ELSIF v_redemption.state <> 'PRINTING' THEN
        PERFORM refuse_state(v_redemption);
    END IF;
    RETURN remember(p_device::text, p_key, v_content,
        redemption_answer(p_redemption, spendable(v_redemption.member_id, v_now)), v_now);
END $$;
