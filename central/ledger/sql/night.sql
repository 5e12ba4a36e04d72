-- The nightly run over everybody who has something due: clear, activate, tiers, expire, forfeit,
-- tiers again. Whom it has to settle is written down at its start, and each is crossed off in the
-- commit that settles them: so it can be stopped and taken up, shared by several, run twice, and
-- be days late.

-- Begins the night of a day, or takes up the one that was not finished. Without a day: today, and
-- all that is due now; with one: what was due at its first instant in the programme's zone.
-- -> {day, members, settled}
CREATE FUNCTION night_begin(p_day date DEFAULT NULL, p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_zone text := (SELECT timezone FROM programme);
    v_day date := coalesce(p_day, (v_now AT TIME ZONE v_zone)::date);
    v_due timestamptz := coalesce(p_day::timestamp AT TIME ZONE v_zone, v_now);
    v_night night;
BEGIN
    IF v_due > v_now THEN  -- nothing dies before its time
        PERFORM refuse('bad_request');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('night', 5));
    SELECT * INTO v_night FROM night WHERE day = v_day FOR UPDATE;
    IF NOT FOUND OR v_night.finished_at IS NOT NULL THEN
        PERFORM nights_take_over(v_due, v_now);
        INSERT INTO night AS n (day, due_at, started_at, journal_seq, members)
        VALUES (v_day, v_due, v_now, coalesce(pg_sequence_last_value('journal_seq'), 0), 0)
        ON CONFLICT (day) DO UPDATE SET due_at = v_due, started_at = v_now,
            journal_seq = excluded.journal_seq, finished_at = NULL,
            -- Whoever failed the first time is among those who are due now, if anything still is.
            members = n.settled, failed = 0
        RETURNING * INTO v_night;
        INSERT INTO night_member (id, day, member_id)
        SELECT new_id(), v_day, member_id
        FROM (SELECT lots_due(v_night.due_at) UNION SELECT tiers_due(v_night.due_at)) AS d (member_id);
        UPDATE night
        SET members = members + (SELECT count(*) FROM night_member WHERE day = v_day)
        WHERE day = v_day RETURNING * INTO v_night;
    END IF;
    RETURN jsonb_build_object('day', v_day, 'members', v_night.members,
        'settled', v_night.settled + v_night.failed);
END $$;

-- Nights of before that were not finished: whom they had still to settle is due in this one, too.
-- They count as left, so that nobody takes such a night for one that has settled everybody.
CREATE FUNCTION nights_take_over(p_due timestamptz, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- First the members, then their night: as night_batch, which may still run for it.
    DELETE FROM night_member WHERE day IN (
        SELECT day FROM night WHERE finished_at IS NULL AND due_at <= p_due);
    UPDATE night SET failed = members - settled, finished_at = p_now
    WHERE finished_at IS NULL AND due_at <= p_due;
END $$;

-- Members with something due, each once.
CREATE FUNCTION lots_due(p_due timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT member_id FROM lot WHERE state = 'pending' AND remaining > 0 AND available_at <= p_due
    UNION
    SELECT member_id FROM lot WHERE state = 'active' AND remaining > held AND expires_at <= p_due
    UNION
    SELECT l.member_id FROM point_clearing c JOIN lot l ON l.type = c.type
    WHERE c.applied_at IS NULL AND lot_uncleared(l)
    UNION
    SELECT l.member_id FROM account_closing c JOIN lot l ON l.member_id = c.member_id
    WHERE c.forfeits_at <= p_due AND l.remaining > l.held
$$;

-- Settles the next p_limit members of a night, in one commit. Somebody whose rows are broken is
-- left as they are, told, and does not stop the others; what is wrong with the server does.
-- -> {settled, failed: [member, ...], cleared, activated, expired, forfeited, upgraded,
--     downgraded, finished}
CREATE FUNCTION night_batch(p_day date, p_limit integer, p_now timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    -- Nothing dies before its time: a clock that ran ahead may have been put back since.
    v_due timestamptz := least((SELECT due_at FROM night WHERE day = p_day), v_now);
    v_member uuid;
    v_settled integer := 0;
    v_failed uuid[] := '{}';
    v_done integer[] := '{0, 0, 0, 0, 0, 0}';
    v_one integer[];
    v_finished boolean;
BEGIN
    FOR v_member IN  -- in the order of their ids, as everybody who locks several members
        WITH next AS (
            SELECT id FROM night_member WHERE day = p_day ORDER BY member_id LIMIT p_limit
            FOR UPDATE SKIP LOCKED
        ), crossed_off AS (
            DELETE FROM night_member WHERE id IN (SELECT id FROM next) RETURNING member_id
        )
        SELECT member_id FROM crossed_off ORDER BY member_id
    LOOP
        BEGIN
            v_one := night_member_settle(v_member, v_due, v_now);
            v_done := ARRAY(SELECT a + b FROM unnest(v_done, v_one) WITH ORDINALITY AS t (a, b, i)
                ORDER BY i);
            v_settled := v_settled + 1;
        EXCEPTION WHEN OTHERS THEN
            -- A deadlock, a full disk, a lock not had, a stop: of the server, and of no member.
            IF left(SQLSTATE, 2) IN ('40', '53', '55', '57', '58') THEN
                RAISE;
            END IF;
            v_failed := v_failed || v_member;
        END;
    END LOOP;
    UPDATE night
    SET due_at = least(due_at, v_due),
        settled = settled + v_settled, failed = failed + cardinality(v_failed),
        cleared = cleared + v_done[1], activated = activated + v_done[2],
        expired = expired + v_done[3], forfeited = forfeited + v_done[4]
    WHERE day = p_day;
    v_finished := NOT EXISTS (SELECT FROM night_member WHERE day = p_day);
    IF v_finished THEN
        -- Those who failed, or whom an announcement just then has missed: in the next night.
        UPDATE point_clearing AS c SET applied_at = v_now
        WHERE applied_at IS NULL
            AND coalesce(withdrawn_at, announced_at)
                < (SELECT started_at FROM night WHERE day = p_day)
            AND NOT EXISTS (SELECT FROM lot l WHERE l.type = c.type AND lot_uncleared(l));
        UPDATE night SET finished_at = v_now WHERE day = p_day AND finished_at IS NULL;
    END IF;
    RETURN jsonb_build_object('settled', v_settled, 'failed', to_jsonb(v_failed),
        'cleared', v_done[1], 'activated', v_done[2], 'expired', v_done[3],
        'forfeited', v_done[4], 'upgraded', v_done[5], 'downgraded', v_done[6],
        'finished', v_finished);
END $$;

-- -> [cleared, activated, expired, forfeited, upgraded, downgraded]
CREATE FUNCTION night_member_settle(p_member uuid, p_due timestamptz, p_now timestamptz)
RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
    v_cleared integer;
    v_activated integer;
    v_expired integer;
    v_forfeited integer;
    v_tiers integer[];
BEGIN
    PERFORM member_lock(p_member);
    v_cleared := lots_clear(p_member);
    v_activated := lots_activate(p_member, p_due, p_now);
    v_tiers[1] := tier_settle_due(p_member, p_due, p_now);
    v_expired := lots_expire(p_member, p_due, p_now);
    v_forfeited := lots_forfeit(p_member, p_due, p_now);
    v_tiers[2] := tier_settle_due(p_member, p_due, p_now);
    RETURN ARRAY[v_cleared, v_activated, v_expired, v_forfeited,
        (v_tiers[1] = 1)::integer + (v_tiers[2] = 1)::integer,
        (v_tiers[1] = -1)::integer + (v_tiers[2] = -1)::integer];
END $$;
