-- From a verified badge and a PIN to a log-in. The PIN is verified between two calls, by a process
-- that takes its time over it, so a try is counted before its outcome is known: staff_try, then
-- staff_admit or staff_wrong. Five wrong at one kiosk pause that person there for 15 minutes, ten
-- there in 24 hours until those are a day old; thirty in 24 hours over all kiosks block them
-- until `central staff pin`. So one kiosk alone locks nobody out of the others. Each function
-- takes the person's row lock first.

-- p_role, p_version, p_last_day: as the badge says. -> {try, pin_hash}
-- The same key again is a kiosk that did not hear the answer: no further try, whatever PIN.
CREATE FUNCTION staff_try(
    p_device uuid, p_ref bytea, p_version integer, p_role text, p_last_day date, p_key text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_staff staff;
    v_before staff_try;
    v_outlook jsonb;
    v_try uuid := new_id();
BEGIN
    PERFORM device_for(p_device, 'kiosk', false);
    SELECT * INTO v_staff FROM staff WHERE ref = p_ref FOR NO KEY UPDATE;
    IF NOT FOUND OR p_version <> v_staff.badge_version OR p_role IS DISTINCT FROM v_staff.role
        OR p_last_day < (SELECT (v_now AT TIME ZONE timezone)::date FROM programme)
        OR NOT staff_welcome(v_staff, p_device)
    THEN
        PERFORM refuse('badge_invalid');
    ELSIF v_staff.pin_hash IS NULL THEN
        PERFORM refuse('staff_pin_unset');
    END IF;
    v_outlook := staff_outlook(v_staff, p_device, v_now);
    SELECT * INTO v_before FROM staff_try WHERE device_id = p_device AND key = p_key;
    IF FOUND AND v_before.open THEN
        PERFORM refuse('idempotency_running');
    ELSIF FOUND AND v_before.staff_id <> p_ref THEN
        PERFORM refuse('idempotency_mismatch');
    ELSIF FOUND THEN
        RETURN v_outlook;
    ELSIF v_outlook ->> 'refused' = 'staff_pin_locked' THEN
        RETURN v_outlook;
    END IF;
    INSERT INTO staff_try (id, staff_id, device_id, key, at, open, badge_version)
    VALUES (v_try, p_ref, p_device, p_key, v_now, true, p_version);
    PERFORM staff_block(p_ref, p_device, v_now);
    RETURN jsonb_build_object('try', v_try, 'pin_hash', v_staff.pin_hash);
END $$;

-- The PIN was wrong. -> staff_pin_wrong{left}, or staff_pin_locked{until}
CREATE FUNCTION staff_wrong(p_try uuid, p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_staff staff := staff_of_try(p_try);
    v_device uuid;
BEGIN
    UPDATE staff_try SET open = false WHERE id = p_try RETURNING device_id INTO v_device;
    RETURN staff_outlook(v_staff, v_device, v_now);
END $$;

-- The PIN was right: a log-in. -> wire.api.staff.Login, but for the token; badge_invalid, if the
-- badge was replaced or its owner sent elsewhere while the PIN was verified.
CREATE FUNCTION staff_admit(p_try uuid, p_token bytea, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_staff staff := staff_of_try(p_try);
    v_device uuid;
    v_version integer;
    v_login uuid := new_id();
BEGIN
    DELETE FROM staff_try WHERE id = p_try
    RETURNING device_id, badge_version INTO v_device, v_version;
    IF v_version <> v_staff.badge_version OR NOT staff_welcome(v_staff, v_device) THEN
        PERFORM staff_block(v_staff.ref, v_device, v_now);
        RETURN '{"refused": "badge_invalid", "facts": {}}';
    END IF;
    UPDATE staff_try SET cleared = true WHERE staff_id = v_staff.ref AND device_id = v_device;
    PERFORM staff_block(v_staff.ref, v_device, v_now);
    INSERT INTO staff_login (id, staff_id, device_id, badge_version, token_hash, created_at,
        last_used_at)
    VALUES (v_login, v_staff.ref, v_device, v_staff.badge_version, p_token, v_now, v_now);
    RETURN staff_hours(v_staff.ref, v_now) || jsonb_build_object('login', v_login,
        'staff_ref', encode(v_staff.ref, 'hex'), 'role', v_staff.role,
        'display', v_staff.display);
END $$;

-- The person whose PIN is being verified, locked. A PIN that was set anew meanwhile has swept the
-- try away: what was verified was the old one.
CREATE FUNCTION staff_of_try(p_try uuid) RETURNS staff
LANGUAGE plpgsql AS $$
DECLARE
    v_staff staff;
BEGIN
    SELECT s.* INTO v_staff FROM staff s JOIN staff_try t ON t.staff_id = s.ref
    WHERE t.id = p_try FOR NO KEY UPDATE OF s;
    IF NOT EXISTS (SELECT FROM staff_try WHERE id = p_try) THEN
        PERFORM refuse('staff_pin_wrong', '{"left": 5}');
    END IF;
    RETURN v_staff;
END $$;

-- What the next try meets, as a refusal: staff_pin_wrong{left}, staff_pin_locked{until}, or
-- staff_pin_locked without an end.
CREATE FUNCTION staff_outlook(p_staff staff, p_device uuid, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    c_series constant integer := 5;
    c_pause constant interval := '15 minutes';
    c_here constant integer := 10;
    v_left integer := staff_left_today(p_staff.ref, p_now);
    v_series integer;
    v_last timestamptz;
    v_today integer;
    v_until timestamptz;
BEGIN
    IF v_left <= 0 OR p_staff.pin_blocked_at IS NOT NULL THEN
        RETURN '{"refused": "staff_pin_locked", "facts": {}}';
    END IF;
    SELECT count(*) FILTER (WHERE NOT cleared), max(at) FILTER (WHERE NOT cleared),
        count(*) FILTER (WHERE at > p_now - interval '24 hours')
    INTO v_series, v_last, v_today FROM staff_try
    WHERE staff_id = p_staff.ref AND device_id = p_device;
    IF v_today >= c_here THEN
        SELECT at + interval '24 hours' INTO v_until FROM staff_try
        WHERE staff_id = p_staff.ref AND device_id = p_device
        ORDER BY at DESC OFFSET c_here - 1 LIMIT 1;
    ELSIF v_series > 0 AND v_series % c_series = 0 THEN
        v_until := v_last + c_pause;
    END IF;
    IF p_now < v_until THEN
        RETURN jsonb_build_object('refused', 'staff_pin_locked',
            'facts', jsonb_build_object('until', v_until));
    END IF;
    RETURN jsonb_build_object('refused', 'staff_pin_wrong', 'facts', jsonb_build_object(
        'left', least(c_series - v_series % c_series, c_here - v_today, v_left)));
END $$;

CREATE FUNCTION staff_left_today(p_ref bytea, p_now timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT 30 - count(*)::integer FROM staff_try
    WHERE staff_id = p_ref AND at > p_now - interval '24 hours'
$$;

-- The thirtieth of a day blocks until the PIN is set anew; the one that proves right unblocks.
CREATE FUNCTION staff_block(p_ref bytea, p_device uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_blocked boolean := staff_left_today(p_ref, p_now) <= 0;
BEGIN
    UPDATE staff
    SET pin_blocked_at = CASE WHEN v_blocked THEN p_now END,
        pin_blocked_device_id = CASE WHEN v_blocked THEN p_device END
    WHERE ref = p_ref;
END $$;

-- `central staff pin`: what was tried before is forgotten. -> whether there is such a person
CREATE FUNCTION staff_pin_set(p_ref bytea, p_pin_hash text, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE staff
    SET pin_hash = p_pin_hash, pin_set_at = coalesce(p_now, clock_timestamp()),
        pin_blocked_at = NULL, pin_blocked_device_id = NULL
    WHERE ref = p_ref;
    IF NOT FOUND THEN
        RETURN 'false';
    END IF;
    DELETE FROM staff_try WHERE staff_id = p_ref;
    RETURN 'true';
END $$;
