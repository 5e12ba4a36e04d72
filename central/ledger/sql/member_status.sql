-- Frozen, closed: such a member cannot spend; what was held resolves as if nothing had happened.
-- By staff, with a reason. -> {member, status, forfeits_at}

-- active <-> frozen; again: as it is.
CREATE FUNCTION member_freeze(
    p_operator text, p_key text, p_member uuid, p_frozen boolean, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('freeze', p_member, p_frozen, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_member := member_by_staff(p_operator, p_member, p_reason);
    UPDATE member SET status = CASE WHEN p_frozen THEN 'frozen' ELSE 'active' END
    WHERE id = v_member AND status IN ('active', 'frozen');
    IF NOT FOUND THEN
        PERFORM refuse('member_unknown');
    END IF;
    PERFORM audit(p_operator, CASE WHEN p_frozen THEN 'freeze' ELSE 'unfreeze' END,
        v_member::text, status_detail(p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, member_status(v_member), v_now);
END $$;

-- active, frozen -> closed. The points stay for the cooling-off time and are then forfeited by the
-- night. Again: as it is.
CREATE FUNCTION member_close(
    p_operator text, p_key text, p_member uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('close', p_member, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_member := member_by_staff(p_operator, p_member, p_reason);
    INSERT INTO account_closing (member_id, asked_at, forfeits_at, operator, reason, was_frozen)
    SELECT v_member, v_now, v_now + make_interval(days => p.cooling_off_days), p_operator, p_reason,
        m.status = 'frozen'
    FROM programme p, member m WHERE m.id = v_member
    ON CONFLICT (member_id) DO NOTHING;
    UPDATE member SET status = 'closed', facts_version = facts_version + 1
    WHERE id = v_member AND status <> 'closed';
    PERFORM audit(p_operator, 'close', v_member::text, status_detail(p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, member_status(v_member), v_now);
END $$;

-- closed -> active, or frozen if it was, within the cooling-off time; after it: member_unknown.
CREATE FUNCTION member_reopen(
    p_operator text, p_key text, p_member uuid, p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('reopen', p_member, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_member uuid;
    v_frozen boolean;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_member := member_by_staff(p_operator, p_member, p_reason);
    DELETE FROM account_closing WHERE member_id = v_member AND forfeits_at > v_now
    RETURNING was_frozen INTO v_frozen;
    IF NOT FOUND THEN
        PERFORM refuse('member_unknown');
    END IF;
    UPDATE member
    SET status = CASE WHEN v_frozen THEN 'frozen' ELSE 'active' END,
        facts_version = facts_version + 1
    WHERE id = v_member;
    PERFORM audit(p_operator, 'reopen', v_member::text, status_detail(p_reason)
        || jsonb_build_object('status', CASE WHEN v_frozen THEN 'frozen' ELSE 'active' END), v_now);
    RETURN remember(v_client, p_key, v_content, member_status(v_member), v_now);
END $$;

CREATE FUNCTION member_by_staff(p_operator text, p_member uuid, p_reason text) RETURNS uuid
LANGUAGE plpgsql AS $$
BEGIN
    IF p_operator = '' OR p_reason = '' THEN
        PERFORM refuse('bad_request');
    END IF;
    RETURN member_lock_merged(p_member);
END $$;

-- Why, and after which transaction: under the member's lock, all later ones have higher numbers. So
-- it can be told what came first (`central check`, 9c), wherever the clock was put.
CREATE FUNCTION status_detail(p_reason text) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_build_object('reason', p_reason,
        'journal', coalesce(pg_sequence_last_value('journal_seq'), 0))
$$;

CREATE FUNCTION member_status(p_member uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('member', m.id, 'status', m.status, 'forfeits_at', c.forfeits_at)
    FROM member m LEFT JOIN account_closing c ON c.member_id = m.id WHERE m.id = p_member
$$;

-- A closed account after its cooling-off time: -pending, -available (the part not held),
-- +forfeited; what is released later goes in a later night. How many lots.
CREATE FUNCTION lots_forfeit(p_member uuid, p_due timestamptz, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_lot lot;
    v_free bigint;
    v_count integer := 0;
BEGIN
    IF NOT EXISTS (
        SELECT FROM account_closing WHERE member_id = p_member AND forfeits_at <= p_due)
    THEN
        RETURN 0;
    END IF;
    FOR v_lot IN
        SELECT * FROM lot WHERE member_id = p_member AND remaining > 0 AND remaining > held
        ORDER BY expires_at, available_at, id
    LOOP
        v_free := v_lot.remaining - v_lot.held;
        UPDATE lot SET remaining = remaining - v_free, forfeited = forfeited + v_free
        WHERE id = v_lot.id;
        PERFORM post('forfeit', p_member, p_now,
            ARRAY[CASE v_lot.state WHEN 'pending' THEN 'pending' ELSE 'available' END,
                'forfeited'],
            ARRAY[-v_free, v_free], p_lot => v_lot.id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
