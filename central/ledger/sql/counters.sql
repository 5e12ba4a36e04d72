-- Limits and budgets of awards: one row each, and its lock. Order: member, store, all, campaign;
-- within a scope by name. The programme's zone says when a period begins, the sale's time which.

-- The counters of one line, each once.
CREATE FUNCTION counters_of(p_proposal jsonb, p_line jsonb, p_member uuid, p_now timestamptz)
RETURNS TABLE (scope text, subject text, rule text, period text, starts_on date, cap bigint,
    stop boolean, version integer)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (k.scope, subject, k.rule, k.period, starts_on)
        k.scope,
        CASE k.scope WHEN 'member' THEN p_member::text WHEN 'all' THEN ''
            WHEN 'store' THEN p_proposal->>'store' ELSE k.subject END AS subject,
        k.rule, k.period,
        limit_starts(k.period, (coalesce((p_proposal->>'at')::timestamptz, p_now)
            AT TIME ZONE programme.timezone)::date) AS starts_on,
        k.cap, coalesce(k.stop, false), coalesce(k.version, 0)
    FROM programme, jsonb_to_recordset(coalesce(p_line->'counters', '[]'))
        AS k (scope text, subject text, rule text, period text, cap bigint, stop boolean,
            version integer)
    ORDER BY k.scope, subject, k.rule, k.period, starts_on, coalesce(k.version, 0) DESC, k.cap
$$;

-- All rows that a proposal touches, made if they are new, locked in the order above. A cap is the
-- rule's and not the proposal's: the newest version that was seen counts for all, also for those that
-- were evaluated under an older one; of two in the same version the lower.
--   p_by_hand  what somebody has written into a file holds for that file only
CREATE FUNCTION counters_lock(
    p_proposal jsonb, p_member uuid, p_now timestamptz, p_by_hand boolean
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_counter record;
BEGIN
    FOR v_counter IN
        SELECT DISTINCT array_position(ARRAY['member', 'store', 'all', 'campaign'], k.scope) AS place,
            k.scope, k.subject, k.rule, k.period, k.starts_on, k.cap, k.version
        FROM jsonb_array_elements(p_proposal->'lines') AS line,
            counters_of(p_proposal, line, p_member, p_now) AS k
        ORDER BY place, k.subject, k.rule, k.period, k.starts_on
    LOOP
        IF v_counter.place IS NULL OR v_counter.subject IS NULL OR v_counter.starts_on IS NULL
            OR coalesce(v_counter.cap, -1) < 0
        THEN
            PERFORM refuse('bad_request');
        END IF;
        INSERT INTO award_counter
            (id, scope, subject, rule, period, starts_on, used, cap, cap_version)
        VALUES (new_id(), v_counter.scope, v_counter.subject, v_counter.rule, v_counter.period,
            v_counter.starts_on, 0, v_counter.cap,
            CASE WHEN p_by_hand THEN -1 ELSE v_counter.version END)
        ON CONFLICT (scope, subject, rule, period, starts_on) DO NOTHING;
        PERFORM FROM award_counter
        WHERE (scope, subject, rule, period, starts_on) = (v_counter.scope, v_counter.subject,
            v_counter.rule, v_counter.period, v_counter.starts_on)
        FOR NO KEY UPDATE;
        IF p_by_hand THEN  -- no rule has told a cap yet: an earlier file's is not this one's
            UPDATE award_counter SET cap = v_counter.cap
            WHERE (scope, subject, rule, period, starts_on) = (v_counter.scope, v_counter.subject,
                    v_counter.rule, v_counter.period, v_counter.starts_on)
                AND cap_version = -1 AND cap < v_counter.cap;
            CONTINUE;
        END IF;
        UPDATE award_counter
        SET cap = greatest(v_counter.cap, used), cap_version = v_counter.version
        WHERE (scope, subject, rule, period, starts_on) = (v_counter.scope, v_counter.subject,
                v_counter.rule, v_counter.period, v_counter.starts_on)
            AND (cap_version < v_counter.version
                OR (cap_version = v_counter.version AND cap > greatest(v_counter.cap, used)));
    END LOOP;
END $$;

-- The rows are locked and the points were clipped to them: a cap that is passed is our mistake.
CREATE FUNCTION counter_take(
    p_lot uuid, p_points bigint, p_scope text, p_subject text, p_rule text, p_period text,
    p_starts_on date, p_cap bigint
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_counter uuid;
BEGIN
    UPDATE award_counter SET used = used + p_points
    WHERE (scope, subject, rule, period, starts_on)
            = (p_scope, p_subject, p_rule, p_period, p_starts_on)
        AND used + p_points <= least(p_cap, cap)
    RETURNING id INTO v_counter;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'counter % of % would pass its cap', p_rule, p_subject;
    END IF;
    INSERT INTO lot_count (id, lot_id, counter_id, points)
    VALUES (new_id(), p_lot, v_counter, p_points);
END $$;

-- Campaign spend = awards - clawbacks: what is taken back of a lot is free again in its counters,
-- which the caller has locked for the whole sale (`sale_counters_lock`).
CREATE FUNCTION counters_give_back(p_lot uuid, p_points bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_count record;
BEGIN
    FOR v_count IN
        SELECT l.id, l.counter_id, least(p_points, l.points - l.returned) AS back
        FROM lot_count l JOIN award_counter c ON c.id = l.counter_id WHERE l.lot_id = p_lot
        ORDER BY array_position(ARRAY['member', 'store', 'all', 'campaign'], c.scope), c.subject,
            c.rule, c.period, c.starts_on
    LOOP
        UPDATE lot_count SET returned = returned + v_count.back WHERE id = v_count.id;
        UPDATE award_counter SET used = used - v_count.back WHERE id = v_count.counter_id;
    END LOOP;
END $$;
