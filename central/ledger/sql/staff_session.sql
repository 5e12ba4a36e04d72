-- What a staff token stands for. Only its SHA-256 comes here (p_token).

-- The log-in, alive: used within 5 minutes, younger than 8 hours, given to this very device, of
-- somebody who works at its store with the badge that it was opened with. Refuses otherwise; a
-- token of another device is told as expired: it is nothing to that device. Locked before any
-- member, so that calls with one token go one by one.
-- p_settles: it is about points and codes, which role it may not touch.
CREATE FUNCTION staff_session(
    p_token bytea, p_device uuid, p_now timestamptz, p_settles boolean
) RETURNS staff_login
LANGUAGE plpgsql AS $$
DECLARE
    c_idle constant interval := '5 minutes';
    c_life constant interval := '8 hours';
    v_login staff_login;
    v_staff staff;
BEGIN
    SELECT * INTO v_login FROM staff_login
    WHERE token_hash = p_token AND device_id = p_device FOR NO KEY UPDATE;
    IF NOT FOUND OR v_login.ended_at IS NOT NULL OR p_now >= v_login.last_used_at + c_idle
        OR p_now >= v_login.created_at + c_life
    THEN
        PERFORM refuse('staff_session_expired');
    END IF;
    SELECT * INTO v_staff FROM staff WHERE ref = v_login.staff_id;
    IF v_staff.badge_version <> v_login.badge_version OR NOT staff_welcome(v_staff, p_device) THEN
        PERFORM refuse('staff_session_expired');
    ELSIF p_settles AND v_staff.role = 'it' THEN
        PERFORM refuse('staff_role');
    END IF;
    UPDATE staff_login SET last_used_at = greatest(last_used_at, p_now) WHERE id = v_login.id;
    RETURN v_login;
END $$;

-- Whether somebody is of the staff still, and works at the device's store.
CREATE FUNCTION staff_welcome(p_staff staff, p_device uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_staff.active AND (p_staff.every_store OR EXISTS (
        SELECT FROM staff_store s JOIN device d ON d.store_id = s.store_id
        WHERE s.staff_id = p_staff.ref AND d.id = p_device))
$$;

-- As it is written down: 12 hexadecimal digits.
CREATE FUNCTION staff_name(p_login staff_login) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT encode(p_login.staff_id, 'hex') $$;

-- What staff add to the content of a call: the person, never the token, so that a repetition with
-- a new token of the same person is the same call.
CREATE FUNCTION staff_content(p_operator text, p_reason text DEFAULT NULL) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_operator = '' THEN '[]'::jsonb
        ELSE jsonb_build_array(p_operator, p_reason) END
$$;

-- Staff act on what was reserved at their store; an id of another one tells nothing.
CREATE FUNCTION redemption_of_store(p_redemption redemption, p_device uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_redemption.store_id <> (SELECT store_id FROM device WHERE id = p_device) THEN
        PERFORM refuse('redemption_unknown');
    END IF;
END $$;

-- POST /staff/logout. What was dead before stays dead. -> wire.api.staff.LoggedOut
CREATE FUNCTION staff_logout(p_device uuid, p_token bytea, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
    UPDATE staff_login SET ended_at = v_now
    WHERE token_hash = p_token AND device_id = p_device AND ended_at IS NULL;
    RETURN jsonb_build_object('at', v_now);
END $$;

-- POST /staff/stay. Somebody touches the glass there, without calling. -> wire.api.staff.StayedIn
CREATE FUNCTION staff_stay(p_device uuid, p_token bytea, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
    PERFORM staff_session(p_token, p_device, v_now, false);
    RETURN jsonb_build_object('at', v_now);
END $$;
