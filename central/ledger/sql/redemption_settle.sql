-- What time does to one redemption (never anything to points that may be on paper):
--   RESERVED past its deadline -> RELEASED         PRINTING for 24 h without word -> UNCERTAIN
--   UNCERTAIN for 72 h -> ISSUED                   ISSUED past its validity -> EXPIRED
-- -> {"released": 1} and so on, or {} when there is nothing to do
CREATE FUNCTION redemption_settle(p_redemption uuid, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_redemption redemption := redemption_lock(p_redemption, NULL);
BEGIN
    CASE redemption_next(v_redemption, v_now)
    WHEN 'RELEASED' THEN
        PERFORM redemption_release(v_redemption, 'deadline', '', NULL, v_now);
        RETURN '{"released": 1}';
    WHEN 'UNCERTAIN' THEN
        PERFORM redemption_uncertain(v_redemption, NULL, v_now);
        RETURN '{"uncertain": 1}';
    WHEN 'ISSUED' THEN
        PERFORM redemption_issue(v_redemption, 'unresolved', NULL, v_now);
        RETURN '{"issued": 1}';
    WHEN 'EXPIRED' THEN
        UPDATE voucher SET state = 'expired' WHERE redemption_id = p_redemption;
        UPDATE redemption SET state = 'EXPIRED', ended_at = v_now WHERE id = p_redemption;
        PERFORM voucher_note(p_redemption, 'expire', v_now);
        RETURN '{"expired": 1}';
    ELSE
        RETURN '{}';
    END CASE;
END $$;

-- The state that time asks for, or NULL.
CREATE FUNCTION redemption_next(p_redemption redemption, p_now timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE p_redemption.state
        WHEN 'RESERVED' THEN CASE WHEN p_now >= p_redemption.reserved_at + interval '15 minutes'
            -- Reserved by a clock that was put back since: not for as long as it was ahead.
            OR p_now < p_redemption.reserved_at - interval '15 minutes'
            THEN 'RELEASED' END
        WHEN 'PRINTING' THEN CASE WHEN p_now >= p_redemption.printing_at + interval '24 hours'
            THEN 'UNCERTAIN' END
        WHEN 'UNCERTAIN' THEN CASE WHEN p_now >= p_redemption.uncertain_at + interval '72 hours'
            THEN 'ISSUED' END
        WHEN 'ISSUED' THEN CASE WHEN p_now >= (
            SELECT valid_to FROM voucher WHERE redemption_id = p_redemption.id)
            THEN 'EXPIRED' END
        END
$$;

-- Redemptions that time has something to do to, after an id, in order: [redemption, ...]
CREATE FUNCTION redemptions_due(p_after uuid, p_limit integer, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(id ORDER BY id), '[]')
        FROM (
            SELECT r.id FROM redemption r
            WHERE (p_after IS NULL OR r.id > p_after)
                AND (r.state IN ('RESERVED', 'PRINTING', 'UNCERTAIN')
                    OR (r.state = 'ISSUED' AND r.id IN (
                        SELECT redemption_id FROM voucher
                        WHERE state = 'live' AND valid_to <= v_now)))
                AND redemption_next(r, v_now) IS NOT NULL
            ORDER BY r.id LIMIT p_limit
        ) AS due);
END $$;

-- Deletes what has served its time. -> rows per table
CREATE FUNCTION forget(p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_codes integer;
    v_sessions integer;
    v_bad integer;
    v_tries integer;
    v_keys integer;
BEGIN
    DELETE FROM seen_code WHERE first_at < v_now - interval '1 day';
    GET DIAGNOSTICS v_codes = ROW_COUNT;
    DELETE FROM member_session WHERE expires_at < v_now - interval '1 day';
    GET DIAGNOSTICS v_sessions = ROW_COUNT;
    DELETE FROM bad_code WHERE at < v_now - interval '1 day';
    GET DIAGNOSTICS v_bad = ROW_COUNT;
    DELETE FROM staff_try WHERE at < v_now - interval '1 day';
    GET DIAGNOSTICS v_tries = ROW_COUNT;
    -- What a kiosk was told of a member goes with the session that it was told in.
    DELETE FROM idempotency_key
    WHERE created_at < v_now - interval '90 days'
        OR (created_at < v_now - interval '1 day' AND response ? 'session');
    GET DIAGNOSTICS v_keys = ROW_COUNT;
    RETURN jsonb_build_object('seen_codes', v_codes, 'sessions', v_sessions,
        'bad_codes', v_bad, 'staff_tries', v_tries, 'idempotency_keys', v_keys);
END $$;
