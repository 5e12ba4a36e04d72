-- POST /devices/me/rolls, from the kiosk's outbox, in its order: the roll that is in now, and what
-- was left of the one before. What has happened is taken down whoever did it; what is odd about it
-- is marked for review. -> wire.api.staff.RollAnswer
--   p_change   wire.api.staff.RollChange, its form verified by the caller; the key is its id
CREATE FUNCTION roll_changed(p_device uuid, p_change jsonb, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('roll', p_change);
    v_id uuid := (p_change ->> 'id')::uuid;
    v_answer jsonb := replay(p_device::text, v_id::text, v_content);
    v_removed jsonb := p_change -> 'removed';
    v_length integer := (p_change ->> 'length_mm')::integer;
    v_staff staff;
    v_login staff_login;
    v_before roll;
    v_review text[] := '{}';
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM FROM device WHERE id = p_device FOR NO KEY UPDATE;
    PERFORM device_for(p_device, 'kiosk', false);
    IF v_length <= 0 OR EXISTS (SELECT FROM roll WHERE id = v_id) THEN
        PERFORM refuse('bad_request');
    END IF;
    SELECT * INTO v_staff FROM staff WHERE encode(ref, 'hex') = p_change ->> 'staff_ref';
    SELECT * INTO v_login FROM staff_login
    WHERE id = (p_change ->> 'login')::uuid AND device_id = p_device AND staff_id = v_staff.ref;
    IF (p_change ->> 'offline')::boolean IS TRUE THEN
        v_review := v_review || 'offline'::text;
    ELSIF v_login.id IS NULL THEN
        v_review := v_review || 'login_unknown'::text;
    END IF;
    IF v_staff.ref IS NULL THEN
        v_review := v_review || 'staff_unknown'::text;
    ELSIF NOT staff_welcome(v_staff, p_device) THEN
        v_review := v_review || 'staff_elsewhere'::text;
    END IF;
    SELECT * INTO v_before FROM roll WHERE device_id = p_device AND removed_at IS NULL;
    IF v_before.id IS NULL AND v_removed IS NOT NULL THEN
        v_review := v_review || 'removed_other'::text;
    ELSIF v_before.id IS NOT NULL THEN
        PERFORM roll_removed(v_before, v_removed, (p_change ->> 'at')::timestamptz);
    END IF;
    INSERT INTO roll (id, device_id, serial, length_mm, loaded_at, received_at, staff_ref, staff_id,
        login_id, seconds, review)
    VALUES (v_id, p_device, p_change ->> 'roll_serial', v_length,
        (p_change ->> 'at')::timestamptz, v_now, p_change ->> 'staff_ref', v_staff.ref, v_login.id,
        (p_change ->> 'seconds')::integer, to_jsonb(v_review));
    RETURN remember(p_device::text, v_id::text, v_content, jsonb_build_object('roll_id', v_id,
        'predicted_vouchers', v_length / voucher_mm(p_device)), v_now);
END $$;

-- p_told: wire.api.staff.RemovedRoll, or NULL
CREATE FUNCTION roll_removed(p_roll roll, p_told jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_review text[] := '{}';
    v_same boolean := p_told ->> 'serial' = p_roll.serial;
BEGIN
    IF p_told IS NULL THEN
        v_review := v_review || 'removed_untold'::text;
    ELSIF NOT v_same THEN
        v_review := v_review || 'removed_other'::text;
    ELSIF coalesce((p_told ->> 'difference')::integer, 0) <> 0 THEN
        v_review := v_review || 'printed_not_issued'::text;
    END IF;
    UPDATE roll
    SET removed_at = greatest(p_at, loaded_at), review = review || to_jsonb(v_review),
        mm_left = CASE WHEN v_same THEN (p_told ->> 'mm_left')::integer END,
        printed = CASE WHEN v_same THEN (p_told ->> 'printed')::integer END,
        issued = CASE WHEN v_same THEN (p_told ->> 'issued')::integer END
    WHERE id = p_roll.id;
END $$;

-- Millimetres that a voucher takes at this kiosk: the median of its last fifty, else what the
-- longer of the usual layouts takes.
CREATE FUNCTION voucher_mm(p_device uuid) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY mm) FROM (
            SELECT greatest(r.paper_mm / (1 + v.copies), 1) AS mm
            FROM redemption r JOIN voucher v ON v.redemption_id = r.id
            WHERE r.device_id = p_device AND r.printer_id = p_device AND r.paper_mm > 0
            ORDER BY r.device_seq DESC LIMIT 50
        ) AS lately), 120)
$$;
