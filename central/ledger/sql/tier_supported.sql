-- What counts at an instant, without a policy nothing: the period that it lies in and its sum, the
-- calendar period before and its sum, and the sum of all time.
CREATE FUNCTION tier_sums(
    p_member uuid, p_at timestamptz, OUT starts timestamptz, OUT ends timestamptz,
    OUT started timestamptz, OUT amount bigint, OUT before bigint, OUT ever bigint
)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    v_policy tier_policy;
    v_zone text;
BEGIN
    SELECT * INTO v_policy FROM tier_policy;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT timezone INTO STRICT v_zone FROM programme;
    starts := tier_period_start(v_policy, p_at, v_zone);
    ends := tier_period_end(v_policy, p_at, v_zone);
    IF ends IS NOT NULL THEN
        started := tier_period_start(v_policy, starts - interval '1 second', v_zone);
    END IF;
    -- All time is looked at only where it counts.
    SELECT coalesce(sum(n) FILTER (WHERE (e.at >= starts) IS NOT FALSE
            AND (e.at < ends) IS NOT FALSE), 0),
        coalesce(sum(n) FILTER (WHERE e.at >= started AND e.at < starts), 0),
        coalesce(sum(n), 0)
    INTO amount, before, ever
    FROM (
        SELECT at, CASE v_policy.measure WHEN 'spend' THEN spend_fen ELSE qualifying END AS n
        FROM tier_entry
        WHERE member_id = p_member AND at >= CASE
            WHEN EXISTS (SELECT FROM tier WHERE life_threshold IS NOT NULL) THEN '-infinity'
            ELSE coalesce(started, starts, '-infinity') END
    ) AS e;
END $$;

-- What these sums reach: the highest tier of the period, of the one before, or for life; else the
-- lowest one. amount reached it, of [period_from, period_to); it took threshold.
CREATE FUNCTION tier_supported(
    p_member uuid, p_at timestamptz, OUT tier text, OUT rank integer, OUT cause text,
    OUT amount bigint, OUT threshold bigint, OUT period_from timestamptz, OUT period_to timestamptz
)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    SELECT t.id, t.rank, w.cause, w.amount, w.threshold, w.starts, w.ends
    INTO tier, rank, cause, amount, threshold, period_from, period_to
    FROM tier_sums(p_member, p_at) AS s, tier t, LATERAL (VALUES
        ('life', s.ever, t.life_threshold, NULL, NULL),
        ('earned', s.amount, t.threshold, s.starts, s.ends),
        ('earned', s.before, t.threshold, s.started, s.starts),
        ('', 0, 0, NULL, NULL)
    ) AS w (cause, amount, threshold, starts, ends)
    WHERE s.amount IS NOT NULL AND w.amount >= w.threshold
        AND (w.cause <> '' OR t.rank = (SELECT min(rank) FROM tier))
    ORDER BY t.rank DESC, w.cause DESC, w.starts DESC LIMIT 1;
END $$;

-- When a tier that was had by earning is to be looked at, next after p_at: the end of the period
-- and the days of grace. Rolling: when so much has rolled out that it does not hold any more; what
-- does not hold as it is stays for another period_months. NULL: never.
CREATE FUNCTION tier_review_after(p_member uuid, p_tier text, p_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_policy tier_policy;
    v_zone text;
    v_tier tier;
    v_supported record;
    v_grace interval;
    v_start timestamptz;
    v_last timestamptz;
BEGIN
    SELECT * INTO v_policy FROM tier_policy;
    SELECT timezone INTO STRICT v_zone FROM programme;
    SELECT * INTO STRICT v_tier FROM tier WHERE id = p_tier;
    v_supported := tier_supported(p_member, p_at);
    IF v_policy.period IS NULL OR v_policy.period = 'ever'
        OR NOT EXISTS (SELECT FROM tier WHERE rank < v_tier.rank)
        OR (v_supported.cause = 'life' AND v_supported.rank >= v_tier.rank)
    THEN
        RETURN NULL;
    END IF;
    v_grace := make_interval(days => v_policy.grace_days);
    v_start := tier_period_start(v_policy, p_at, v_zone);
    IF v_policy.period <> 'rolling' THEN
        RETURN CASE WHEN local_after(v_start, v_grace, v_zone) > p_at
            THEN local_after(v_start, v_grace, v_zone)
            ELSE local_after(tier_period_end(v_policy, p_at, v_zone), v_grace, v_zone) END;
    END IF;
    -- Counted from the newest back: the sale with which it holds, and without which it does not.
    SELECT e.at INTO v_last
    FROM (
        SELECT at, sum(sum(CASE v_policy.measure WHEN 'spend' THEN spend_fen ELSE qualifying END))
            OVER (ORDER BY at DESC) AS so_far
        FROM tier_entry WHERE member_id = p_member AND at >= v_start GROUP BY at
    ) AS e
    WHERE e.so_far >= v_tier.threshold
    ORDER BY e.at DESC LIMIT 1;
    RETURN local_after(tier_rolls_out(v_policy, coalesce(v_last, p_at), v_zone), v_grace, v_zone);
END $$;
