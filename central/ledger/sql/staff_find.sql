-- POST /staff/redemptions: of the device's store, newest first; never a full code.
-- -> wire.api.staff.FoundRedemptions
CREATE FUNCTION staff_find(
    p_device uuid, p_token bytea, p_tail text, p_since timestamptz, p_until timestamptz,
    p_uncertain_only boolean, p_limit integer, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
-- Planned for what is asked: by tail through voucher_tail, else through redemption_store.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    c_limit constant integer := 200;
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_login staff_login := staff_session(p_token, p_device, v_now, true);
    v_store text;
BEGIN
    IF p_limit NOT BETWEEN 1 AND c_limit OR length(p_tail) <> 4 THEN
        PERFORM refuse('bad_request');
    END IF;
    SELECT store_id INTO v_store FROM device WHERE id = v_login.device_id;
    RETURN (
        SELECT jsonb_build_object('redemptions', coalesce(
            jsonb_agg(found_redemption(f.found, p_device, v_now)
                ORDER BY (f.found).reserved_at DESC, (f.found).id DESC), '[]'))
        FROM (
            SELECT r AS found
            FROM redemption r JOIN voucher v ON v.redemption_id = r.id
            WHERE r.store_id = v_store
                AND (p_tail IS NULL OR right(v.code, 4) = upper(p_tail))
                AND (p_since IS NULL OR r.reserved_at >= p_since)
                AND (p_until IS NULL OR r.reserved_at < p_until)
                AND (r.state = 'UNCERTAIN' OR NOT p_uncertain_only)
            ORDER BY r.reserved_at DESC, r.id DESC LIMIT p_limit
        ) AS f);
END $$;

-- wire.api.staff.FoundRedemption
CREATE FUNCTION found_redemption(p_redemption redemption, p_device uuid, p_now timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', p_redemption.id,
        'state', CASE WHEN p_redemption.state = 'ISSUED' AND v.valid_to <= p_now THEN 'EXPIRED'
            ELSE p_redemption.state END,
        'reward', v.reward_name, 'points', p_redemption.points, 'tail', right(v.code, 4),
        'at', p_redemption.reserved_at, 'device_no', d.number,
        'here', p_redemption.device_id = p_device, 'copies', v.copies, 'used_at', v.used_at,
        'used_where', CASE WHEN v.used_at IS NOT NULL
            THEN concat_ws(':', v.used_store_id, v.used_pos, v.used_receipt) END)
    FROM voucher v JOIN device d ON d.id = p_redemption.device_id
    WHERE v.redemption_id = p_redemption.id
$$;
