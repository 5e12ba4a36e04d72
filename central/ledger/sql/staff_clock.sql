-- Hours: clocking in and out, with badge and PIN, at a kiosk that has the service.

-- POST /staff/clock. An entry that is longer than 16 hours was forgotten: it is closed there, for
-- review, and counts in no sum; who then clocks out within 24 hours of coming sets its end right.
-- -> wire.api.staff.ClockAnswer
CREATE FUNCTION staff_clock(
    p_device uuid, p_token bytea, p_key text, p_direction text, p_at timestamptz,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_login staff_login := staff_session(p_token, p_device, v_now, false);
    v_content jsonb := jsonb_build_array('clock', staff_name(v_login), p_direction, p_at);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_at timestamptz := staff_clock_time(p_at, v_now);
    v_store text;
    v_last time_entry;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    -- The person's row: two kiosks must not both find nothing open.
    PERFORM FROM staff WHERE ref = v_login.staff_id FOR NO KEY UPDATE;
    PERFORM staff_forgotten(v_now, v_login.staff_id);
    SELECT store_id INTO v_store FROM device WHERE id = p_device;
    SELECT * INTO v_last FROM time_entry WHERE staff_id = v_login.staff_id
    ORDER BY started_at DESC, id DESC LIMIT 1;
    IF p_direction = 'in' THEN
        IF v_last.id IS NOT NULL AND v_last.ended_at IS NULL THEN
            PERFORM refuse('clocked_already', jsonb_build_object('at', v_last.started_at));
        END IF;
        INSERT INTO time_entry (id, staff_id, store_id, started_at, device_in_id)
        VALUES (new_id(), v_login.staff_id, v_store, greatest(v_at, v_last.ended_at), p_device);
    ELSIF v_last.ended_at IS NULL
        OR (v_last.review AND v_last.device_out_id IS NULL
            AND v_now < v_last.started_at + interval '24 hours')
    THEN
        IF v_last.id IS NULL THEN
            PERFORM refuse('clocked_already');
        END IF;
        UPDATE time_entry
        SET ended_at = greatest(v_at, v_last.started_at), device_out_id = p_device
        WHERE id = v_last.id;
    ELSE
        PERFORM refuse('clocked_already', jsonb_build_object('at', v_last.ended_at));
    END IF;
    RETURN remember(p_device::text, p_key, v_content, staff_hours(v_login.staff_id, v_now), v_now);
END $$;

-- A kiosk's time, where it is one that can be: not later than now, not older than a quarter.
CREATE FUNCTION staff_clock_time(p_at timestamptz, p_now timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_at BETWEEN p_now - interval '15 minutes' AND p_now
        THEN p_at ELSE p_now END
$$;

-- {hours_today_min, on_shift_since}: whole minutes since midnight in the programme's zone.
CREATE FUNCTION staff_hours(p_staff bytea, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'hours_today_min', coalesce(floor(sum(extract(epoch FROM
            least(coalesce(e.ended_at, p_now), p_now) - greatest(e.started_at, day.starts)))
            FILTER (WHERE NOT e.review AND coalesce(e.ended_at, p_now) > day.starts)
            / 60), 0)::integer,
        'on_shift_since', max(e.started_at) FILTER (WHERE e.ended_at IS NULL))
    FROM (SELECT date_trunc('day', p_now AT TIME ZONE timezone) AT TIME ZONE timezone AS starts
        FROM programme) AS day
    LEFT JOIN time_entry e ON e.staff_id = p_staff AND e.started_at <= p_now
        AND e.started_at > p_now - interval '3 days'
$$;

-- Closes what is open for more than 16 hours, for review; p_staff NULL: of everybody. -> how many
CREATE FUNCTION staff_forgotten(p_now timestamptz, p_staff bytea DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    c_longest constant interval := '16 hours';
    v_closed integer;
BEGIN
    UPDATE time_entry SET ended_at = started_at + c_longest, review = true
    WHERE ended_at IS NULL AND started_at + c_longest < p_now
        AND (p_staff IS NULL OR staff_id = p_staff);
    GET DIAGNOSTICS v_closed = ROW_COUNT;
    RETURN v_closed;
END $$;

-- What time does to hours. -> {"forgotten": n}
CREATE FUNCTION staff_settle(p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('forgotten', staff_forgotten(coalesce(p_now, clock_timestamp())))
$$;

-- POST /staff/handover: two people, both logged in at this device now. Whoever signs again because
-- no answer came has a new log-in, and so a new call: the device's last handover, between the same
-- two and a quarter of an hour old at most, is that one.
-- -> wire.api.staff.HandoverAnswer
CREATE FUNCTION staff_handover(
    p_device uuid, p_token_out bytea, p_token_in bytea, p_key text, p_paper_mm integer,
    p_open integer, p_uncertain integer, p_notes jsonb, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_out staff_login;
    v_in staff_login;
    v_content jsonb;
    v_answer jsonb;
    v_id uuid := new_id();
    v_at timestamptz := v_now;
    v_last handover;
BEGIN
    -- In one order, so that two that cross do not wait for each other.
    IF p_token_out < p_token_in THEN
        v_out := staff_session(p_token_out, p_device, v_now, false);
        v_in := staff_session(p_token_in, p_device, v_now, false);
    ELSE
        v_in := staff_session(p_token_in, p_device, v_now, false);
        v_out := staff_session(p_token_out, p_device, v_now, false);
    END IF;
    IF v_out.staff_id = v_in.staff_id THEN
        PERFORM refuse('staff_same_person');
    ELSIF least(p_paper_mm, p_open, p_uncertain) < 0 THEN
        PERFORM refuse('bad_request');
    END IF;
    v_content := jsonb_build_array('handover', staff_name(v_out), staff_name(v_in), p_paper_mm,
        p_open, p_uncertain, p_notes);
    v_answer := replay(p_device::text, p_key, v_content);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT * INTO v_last FROM handover WHERE device_id = p_device ORDER BY at DESC, id DESC LIMIT 1;
    IF v_last.at > v_now - interval '15 minutes'
        AND EXISTS (SELECT FROM staff_login
            WHERE id = v_last.login_out_id AND staff_id = v_out.staff_id)
        AND EXISTS (SELECT FROM staff_login
            WHERE id = v_last.login_in_id AND staff_id = v_in.staff_id)
    THEN
        v_id := v_last.id;
        v_at := v_last.at;
    ELSE
        INSERT INTO handover (id, store_id, device_id, login_out_id, login_in_id, at, paper_mm,
            open, uncertain, notes)
        SELECT v_id, store_id, p_device, v_out.id, v_in.id, v_now, p_paper_mm, p_open,
            p_uncertain, p_notes
        FROM device WHERE id = p_device;
    END IF;
    RETURN remember(p_device::text, p_key, v_content,
        jsonb_build_object('handover_id', v_id, 'at', v_at), v_now);
END $$;
