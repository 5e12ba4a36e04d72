-- GET /redemptions/{id}, for a device that may print it.
CREATE FUNCTION redemption_read(p_device uuid, p_redemption uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_answer jsonb;
BEGIN
    SELECT redemption_answer(id, spendable(member_id, clock_timestamp())) INTO v_answer
    FROM redemption r WHERE id = p_redemption AND redemption_printable(r, p_device);
    IF NOT FOUND THEN
        SELECT tombstone_answer(id) INTO v_answer
        FROM tombstone WHERE id = p_redemption AND device_id = p_device;
    END IF;
    IF v_answer IS NULL THEN
        PERFORM refuse('redemption_unknown');
    END IF;
    RETURN v_answer;
END $$;

-- What a device has not closed: wire.api.redemptions.OpenRedemptions
CREATE FUNCTION redemptions_open(p_device uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('redemptions',
        coalesce(jsonb_agg(redemption_answer(id) ORDER BY reserved_at, id), '[]'))
    FROM redemption r
    WHERE state IN ('RESERVED', 'PRINTING', 'UNCERTAIN') AND redemption_printable(r, p_device)
$$;
