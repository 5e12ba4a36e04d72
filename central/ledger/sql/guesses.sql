-- Codes that can be guessed: vouchers at a till, plain cards at a kiosk. The fifth bad one in ten
-- minutes pauses them at that device for ten minutes; whatever is signed is not touched by it.

-- Takes the device's row lock, so that of guesses sent at the same time each sees what the ones
-- before it have counted; refuses with p_code while paused. Locked before any member.
CREATE FUNCTION guesses_lock(p_device uuid, p_code text, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_paused_until timestamptz;
BEGIN
    SELECT guessing_paused_until INTO v_paused_until FROM device
    WHERE id = p_device FOR NO KEY UPDATE;
    -- Further off than any pause: by a clock that was put back since.
    IF v_paused_until > p_now AND v_paused_until <= p_now + interval '10 minutes' THEN
        PERFORM refuse(p_code, jsonb_build_object('resets_at', v_paused_until));
    END IF;
END $$;

-- Of a device that is locked. p_card_hash: the same card again within the window is no further
-- guess: a shopper holds it there, and it is read every few seconds.
CREATE FUNCTION guessed(p_device uuid, p_now timestamptz, p_card_hash bytea DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    c_bad constant integer := 5;
    c_window constant interval := '10 minutes';
BEGIN
    IF EXISTS (
        SELECT FROM bad_code
        WHERE device_id = p_device AND at > p_now - c_window AND card_hash = p_card_hash)
    THEN
        RETURN;
    END IF;
    INSERT INTO bad_code (id, device_id, at, card_hash)
    VALUES (new_id(), p_device, p_now, p_card_hash);
    UPDATE device SET guessing_paused_until = p_now + c_window
    WHERE id = p_device AND (
        SELECT count(*) FROM bad_code
        WHERE device_id = p_device AND at > p_now - c_window AND at <= p_now
    ) >= c_bad;
END $$;
