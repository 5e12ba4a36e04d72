-- How often a member may have a reward per day, month and ever, in the programme's zone.
-- A counter is made at the first redemption under a limit and then counts what came before,
-- so that a limit set later holds too.

CREATE FUNCTION limit_starts(p_period text, p_day date) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_period IN ('day', 'week', 'month', 'quarter', 'year')
            THEN date_trunc(p_period, p_day::timestamp)::date
        WHEN p_period = 'ever' THEN '1970-01-01'::date END
$$;

CREATE FUNCTION limit_take(p_reward reward, p_member uuid, p_now timestamptz, p_zone text)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_today date := (p_now AT TIME ZONE p_zone)::date;
    v_limit record;
    v_starts date;
    v_before integer;
BEGIN
    FOR v_limit IN
        SELECT * FROM (VALUES
            ('day', p_reward.per_member_per_day, 'per_member_per_day', interval '1 day'),
            ('month', p_reward.per_member_per_month, 'per_member_per_month', interval '1 month'),
            ('ever', p_reward.per_member_ever, 'per_member_ever', NULL)
        ) AS t (period, cap, name, length) WHERE cap IS NOT NULL
    LOOP
        v_starts := limit_starts(v_limit.period, v_today);
        SELECT count(*) INTO v_before FROM redemption
        WHERE member_id = p_member AND reward_id = p_reward.id
            AND reserved_at >= v_starts::timestamp AT TIME ZONE p_zone
            AND state NOT IN ('RELEASED', 'VOIDED');
        INSERT INTO limit_counter AS c (id, reward_id, member_id, period, starts_on, used)
        SELECT new_id(), p_reward.id, p_member, v_limit.period, v_starts, v_before + 1
        WHERE v_before + 1 <= v_limit.cap
        ON CONFLICT (member_id, reward_id, period, starts_on)
            DO UPDATE SET used = c.used + 1 WHERE c.used + 1 <= v_limit.cap;
        IF NOT FOUND THEN
            PERFORM refuse('limit_reached', jsonb_build_object('limit', v_limit.name, 'resets_at',
                (v_starts::timestamp + v_limit.length) AT TIME ZONE p_zone));
        END IF;
    END LOOP;
END $$;

-- A redemption that did not become the member's does not count.
CREATE FUNCTION limit_give_back(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_day date;
BEGIN
    SELECT (p_redemption.reserved_at AT TIME ZONE timezone)::date INTO v_day FROM programme;
    UPDATE limit_counter SET used = used - 1
    WHERE member_id = p_redemption.member_id AND reward_id = p_redemption.reward_id
        AND starts_on = limit_starts(period, v_day) AND used > 0;
END $$;
