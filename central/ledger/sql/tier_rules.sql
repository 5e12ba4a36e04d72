-- How tiers are reached and lost, set by staff with a reason; everybody is looked at again in the
-- next night, and nobody is lowered before the period's end. -> {version}
-- Refused with: bad_request (no reason, words or spans that are none).
CREATE FUNCTION tier_rules_set(
    p_operator text, p_key text, p_measure text, p_period text, p_months integer,
    p_downgrade text, p_grace_days integer, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('tier_rules', p_measure, p_period, p_months, p_downgrade,
        p_grace_days, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' THEN
        PERFORM refuse('bad_request');
    END IF;
    BEGIN
        INSERT INTO tier_policy (id, measure, period, period_months, downgrade, grace_days)
        VALUES (new_id(), p_measure, p_period, p_months, p_downgrade, p_grace_days)
        ON CONFLICT (singleton) DO UPDATE SET measure = p_measure, period = p_period,
            period_months = p_months, downgrade = p_downgrade, grace_days = p_grace_days;
    EXCEPTION WHEN check_violation OR not_null_violation THEN
        PERFORM refuse('bad_request');
    END;
    PERFORM audit(p_operator, 'tier_rules', '', jsonb_build_object('measure', p_measure,
        'period', p_period, 'months', p_months, 'downgrade', p_downgrade,
        'grace_days', p_grace_days, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_object('version', (SELECT version FROM tier_policy)), v_now);
END $$;

-- What a tier takes, in a period and over all time; NULL: not to be reached so.
-- Refused with: bad_request (no reason, no such tier, not more than a lower tier takes or not less
-- than a higher one). -> {version}: NULL when there are no rules yet
CREATE FUNCTION tier_threshold_set(
    p_operator text, p_key text, p_tier text, p_threshold bigint, p_life bigint, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('tier_threshold', p_tier, p_threshold, p_life, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR p_threshold <= 0 OR p_life <= 0
        OR NOT EXISTS (SELECT FROM tier WHERE id = p_tier)
        OR EXISTS (
            SELECT FROM tier t JOIN tier o ON o.id <> t.id
            WHERE t.id = p_tier AND CASE WHEN o.rank < t.rank
                THEN o.threshold >= p_threshold OR o.life_threshold >= p_life
                ELSE o.threshold <= p_threshold OR o.life_threshold <= p_life END)
    THEN
        PERFORM refuse('bad_request');
    END IF;
    UPDATE tier SET threshold = p_threshold, life_threshold = p_life WHERE id = p_tier;
    PERFORM audit(p_operator, 'tier_threshold', p_tier, jsonb_build_object(
        'threshold', p_threshold, 'life', p_life, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_object('version', (SELECT version FROM tier_policy)), v_now);
END $$;
