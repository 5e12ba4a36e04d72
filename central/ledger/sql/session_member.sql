-- The member of a session that may spend on this device now; refuses otherwise. A session of
-- another device is told as expired: it is nothing to that device.
CREATE FUNCTION session_member(p_session uuid, p_device uuid, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_session member_session;
BEGIN
    SELECT * INTO v_session FROM member_session WHERE id = p_session AND device_id = p_device;
    IF NOT FOUND OR v_session.expires_at <= p_now THEN
        PERFORM refuse('session_expired');
    END IF;
    IF v_session.read_only THEN
        PERFORM refuse('session_read_only');
    END IF;
    RETURN v_session.member_id;
END $$;

-- A frozen or closed member cannot spend.
CREATE FUNCTION member_must_be_active(p_status text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_status = 'frozen' THEN
        PERFORM refuse('member_frozen');
    ELSIF p_status <> 'active' THEN
        PERFORM refuse('member_unknown');
    END IF;
END $$;

-- The device's row; refuses one that is unknown, revoked, of another role, or (for new
-- business) paused.
CREATE FUNCTION device_for(p_device uuid, p_role text, p_new_business boolean) RETURNS device
LANGUAGE plpgsql AS $$
DECLARE
    v_device device;
BEGIN
    SELECT * INTO v_device FROM device WHERE id = p_device;
    IF NOT FOUND THEN
        PERFORM refuse('device_unknown');
    ELSIF v_device.revoked_at IS NOT NULL THEN
        PERFORM refuse('device_revoked');
    ELSIF v_device.role <> p_role THEN
        PERFORM refuse('forbidden');
    ELSIF p_new_business AND v_device.paused THEN
        PERFORM refuse('device_paused');
    END IF;
    RETURN v_device;
END $$;
