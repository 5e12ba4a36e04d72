-- When a lot's points may be spent and when they die, by the policy of their type. Pure; calendar
-- rules run in the programme's zone. Intervals are half-open: a lot is alive while now < the end.
--
--   none      never
--   rolling   activation + length days, months or years, through the end of expiry_round
--   sliding   the same, from the member's last earning or spending (lots_slide)
--   date      through the day expiry_on
--   yearly    through the next day with expiry_on's month and day, expiry_length years on
--   quarter   through the calendar quarter of activation, and expiry_length more
--
-- N months from the 31st land on the last day of a shorter month, and so do years from 29 February.
-- The end of a period is the first instant after it: of March it is 1 April, 00:00.
CREATE FUNCTION lot_expires(p_type point_type, p_activated timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_type.expiry
        WHEN 'rolling' THEN span_end(l.at, p_type)
        WHEN 'sliding' THEN span_end(l.at, p_type)
        WHEN 'date' THEN p_type.expiry_on + interval '1 day'
        WHEN 'yearly' THEN yearly_end(l.at, p_type.expiry_on, coalesce(p_type.expiry_length, 0))
        WHEN 'quarter' THEN period_end(l.at, 'quarter')
            + make_interval(months => 3 * coalesce(p_type.expiry_length, 0))
        END AT TIME ZONE p_zone
    FROM (SELECT p_activated AT TIME ZONE p_zone) AS l (at)
$$;

-- Pending for pending_days, through the end of pending_round: awarded now means available then.
CREATE FUNCTION lot_available(p_type point_type, p_awarded timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_type.pending_days = 0 AND p_type.pending_round = 'exact' THEN p_awarded
        ELSE period_end(p_awarded AT TIME ZONE p_zone + make_interval(days => p_type.pending_days),
            p_type.pending_round) AT TIME ZONE p_zone END
$$;

CREATE FUNCTION span_end(p_local timestamp, p_type point_type) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$
    SELECT period_end(p_local + CASE p_type.expiry_unit
        WHEN 'day' THEN make_interval(days => p_type.expiry_length)
        WHEN 'month' THEN make_interval(months => p_type.expiry_length)
        WHEN 'year' THEN make_interval(years => p_type.expiry_length) END, p_type.expiry_round)
$$;

-- The first instant after the day, month, ... that p_local lies in.
CREATE FUNCTION period_end(p_local timestamp, p_round text) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_round
        WHEN 'exact' THEN p_local
        WHEN 'day' THEN date_trunc('day', p_local) + interval '1 day'
        WHEN 'month' THEN date_trunc('month', p_local) + interval '1 month'
        WHEN 'quarter' THEN date_trunc('quarter', p_local) + interval '3 months'
        WHEN 'half' THEN date_trunc('year', p_local) + CASE
            WHEN extract(month FROM p_local) <= 6 THEN interval '6 months' ELSE interval '1 year' END
        WHEN 'year' THEN date_trunc('year', p_local) + interval '1 year' END
$$;

-- 29 February is the last day of February in other years.
CREATE FUNCTION yearly_end(p_local timestamp, p_day date, p_years integer) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_day + make_interval(years => min(y) + p_years - y0))::date + interval '1 day'
    FROM (SELECT extract(year FROM p_day)::integer) AS t (y0),
        generate_series(extract(year FROM p_local)::integer,
            extract(year FROM p_local)::integer + 1) AS y
    WHERE (p_day + make_interval(years => y - y0))::date >= p_local::date
    GROUP BY y0
$$;

-- Of a type whose one day for all is over: when its points ended, which would be dead before they
-- could be spent. Else NULL.
CREATE FUNCTION type_ended(p_type text, p_available_at timestamptz, p_now timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT e.expires_at
    FROM point_type t, programme p,
        LATERAL (SELECT coalesce(p_available_at, lot_available(t, p_now, p.timezone))) AS a (at),
        LATERAL (SELECT lot_expires(t, a.at, p.timezone)) AS e (expires_at)
    WHERE t.code = p_type AND t.expiry = 'date' AND e.expires_at <= a.at
$$;

-- Refused with: window_closed{until, limit}: since when, and which type's day is to be set anew.
CREATE FUNCTION type_must_live(p_type text, p_available_at timestamptz, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_ended timestamptz := type_ended(p_type, p_available_at, p_now);
BEGIN
    IF v_ended IS NOT NULL THEN
        PERFORM refuse('window_closed', jsonb_build_object('until', v_ended, 'limit', p_type));
    END IF;
END $$;
