-- The periods in which points or spend count towards tiers, in the programme's zone, half-open.
--
--   year, half, quarter   the calendar's: [1 January, 1 January)
--   rolling               on any day what was sold since the day after the same day period_months
--                         before: with 1, on 28 February since 29 January
--   ever                  all there ever was
--
-- What a calendar period reached holds through the next one: both count, each by itself.

-- The period's first instant; NULL for ever.
CREATE FUNCTION tier_period_start(p_policy tier_policy, p_at timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_local timestamp := p_at AT TIME ZONE p_zone;
BEGIN
    RETURN CASE p_policy.period
        WHEN 'year' THEN date_trunc('year', v_local)
        WHEN 'half' THEN date_trunc('year', v_local) + CASE
            WHEN extract(month FROM v_local) > 6 THEN interval '6 months' ELSE interval '0' END
        WHEN 'quarter' THEN date_trunc('quarter', v_local)
        WHEN 'rolling' THEN date_trunc('day', v_local)
            - make_interval(months => p_policy.period_months) + interval '1 day'
        END AT TIME ZONE p_zone;
END $$;

-- The first instant after it; NULL for rolling and ever, which end with today.
CREATE FUNCTION tier_period_end(p_policy tier_policy, p_at timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN p_policy.period IN ('year', 'half', 'quarter')
        THEN period_end(p_at AT TIME ZONE p_zone, p_policy.period) AT TIME ZONE p_zone END;
END $$;

-- The first instant at which what was sold at p_at is out of the last period_months.
CREATE FUNCTION tier_rolls_out(p_policy tier_policy, p_at timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_day timestamp := date_trunc('day', p_at AT TIME ZONE p_zone);
    v_months interval := make_interval(months => p_policy.period_months);
    v_out timestamp := v_day + v_months;
BEGIN
    IF v_out - v_months < v_day THEN  -- of a month that has no such day
        v_out := v_out + interval '1 day';
    END IF;
    RETURN v_out AT TIME ZONE p_zone;
END $$;

-- The end of what is bought without days: of the period, or after another period_months.
-- NULL: for ever.
CREATE FUNCTION tier_bought_until(p_policy tier_policy, p_days integer, p_at timestamptz, p_zone text)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_days IS NOT NULL THEN
            (date_trunc('day', p_at AT TIME ZONE p_zone) + make_interval(days => p_days + 1))
                AT TIME ZONE p_zone
        WHEN p_policy.period = 'rolling' THEN tier_rolls_out(p_policy, p_at, p_zone)
        ELSE tier_period_end(p_policy, p_at, p_zone) END
$$;

CREATE FUNCTION local_after(p_at timestamptz, p_span interval, p_zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$ SELECT (p_at AT TIME ZONE p_zone + p_span) AT TIME ZONE p_zone $$;
