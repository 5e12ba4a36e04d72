-- The redemption as it stands under its member's lock: every move of its state happens there.
-- p_device: only one that may print it may move it; NULL for the service itself.
CREATE FUNCTION redemption_lock(p_redemption uuid, p_device uuid) RETURNS redemption
LANGUAGE plpgsql AS $$
DECLARE
    v_redemption redemption;
    v_member uuid;
BEGIN
    SELECT * INTO v_redemption FROM redemption WHERE id = p_redemption;
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM tombstone WHERE id = p_redemption) THEN
            PERFORM refuse('redemption_released', '{"state": "RELEASED"}');
        END IF;
        PERFORM refuse('redemption_unknown');
    END IF;
    IF p_device IS NOT NULL AND NOT redemption_printable(v_redemption, p_device) THEN
        PERFORM refuse('forbidden');
    END IF;
    LOOP  -- until the member that is locked is its member: a merge may have come between
        v_member := v_redemption.member_id;
        PERFORM member_lock(v_member);
        SELECT * INTO v_redemption FROM redemption WHERE id = p_redemption;
        EXIT WHEN v_redemption.member_id = v_member;
    END LOOP;
    RETURN v_redemption;
END $$;

-- Whether a device reserved it or ever got its code for a copy: a later copy elsewhere takes
-- nothing away, since only this device can tell how its own paper went.
CREATE FUNCTION redemption_printable(p_redemption redemption, p_device uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN p_device IN (p_redemption.device_id, p_redemption.printer_id) OR EXISTS (
        SELECT FROM voucher_event
        WHERE voucher_id = p_redemption.id AND kind = 'reprint' AND device_id = p_device);
END $$;

CREATE FUNCTION refuse_state(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse(
        CASE p_redemption.state WHEN 'RELEASED' THEN 'redemption_released'
            ELSE 'redemption_state' END,
        jsonb_build_object('state', p_redemption.state));
END $$;

CREATE FUNCTION voucher_note(
    p_redemption uuid, p_kind text, p_now timestamptz, p_device uuid DEFAULT NULL,
    p_store text DEFAULT NULL, p_reference text DEFAULT '', p_operator text DEFAULT '',
    p_signed_at timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO voucher_event
        (id, voucher_id, kind, at, device_id, store_id, operator, reference, signed_at)
    VALUES (new_id(), p_redemption, p_kind, p_now, p_device, p_store, p_operator, p_reference,
        p_signed_at);
END $$;
