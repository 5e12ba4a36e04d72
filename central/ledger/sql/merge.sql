-- Merges one account into another, lot by lot: each goes on as a lot of the other account with the
-- same type, source, receipt, dates and hold (-pending -available -held of the one, + of the other,
-- in one transaction). Debt goes along and is settled from what is free there. Redemptions,
-- vouchers, cards and codes are the other account's from now on. Again, also into the account that
-- the other one was merged into since: nothing changes.
-- Refused with: bad_request (itself, no reason, merged elsewhere), member_unknown, member_frozen.
-- -> {member, lots, pending, available, held, debt, spendable}
CREATE FUNCTION merge(
    p_operator text, p_key text, p_from uuid, p_into uuid, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('merge', p_from, p_into, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_from member;
    v_balance balance;
    v_lots integer := 0;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    IF p_operator = '' OR p_reason = '' OR p_from = p_into THEN
        PERFORM refuse('bad_request');
    END IF;
    -- In the order of their ids, as everybody who locks several members (`night_batch`).
    PERFORM member_lock(least(p_from, p_into));
    PERFORM member_lock(greatest(p_from, p_into));
    SELECT * INTO v_from FROM member WHERE id = p_from;
    IF v_from.status <> 'merged' THEN
        PERFORM member_must_be_active(v_from.status);
        PERFORM member_must_be_active((SELECT status FROM member WHERE id = p_into));
        PERFORM lots_settle_locked(p_from, v_now);
        PERFORM lots_settle_locked(p_into, v_now);
        SELECT * INTO v_balance FROM balance WHERE member_id = p_from;
        v_lots := merge_lots(p_from, p_into, v_now);
        PERFORM post_merge(v_balance, p_into, v_now, p_reason, p_operator);
        PERFORM merge_rows(p_from, p_into, v_now);
        PERFORM debt_settle(p_into, v_now);
        PERFORM tier_merge(p_from, p_into, p_reason, p_operator, v_now);
        PERFORM audit(p_operator, 'merge', p_from::text,
            jsonb_build_object('into', p_into, 'reason', p_reason), v_now);
    ELSIF p_from NOT IN (SELECT accounts_of(p_into)) THEN
        PERFORM refuse('bad_request');
    END IF;
    RETURN remember(v_client, p_key, v_content, jsonb_build_object('member', p_into,
        'lots', v_lots, 'pending', coalesce(v_balance.pending, 0),
        'available', coalesce(v_balance.available, 0), 'held', coalesce(v_balance.held, 0),
        'debt', coalesce(v_balance.debt, 0), 'spendable', spendable(p_into, v_now)), v_now);
END $$;

-- Lot by lot, with the allocations of open holds and the counters that it counts in.
CREATE FUNCTION merge_lots(p_from uuid, p_into uuid, p_now timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_lot lot;
    v_to uuid;
    v_count integer := 0;
BEGIN
    FOR v_lot IN SELECT * FROM lot WHERE member_id = p_from AND remaining > 0 ORDER BY id LOOP
        v_to := new_id();
        INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining, held,
            available_at, expires_at, clearing_id, own_end, created_at, merged_from_id)
        VALUES (v_to, p_into, v_lot.type, v_lot.source, v_lot.reference, v_lot.state,
            v_lot.remaining, v_lot.remaining, v_lot.held, v_lot.available_at, v_lot.expires_at,
            v_lot.clearing_id, v_lot.own_end, p_now, v_lot.id);
        UPDATE lot SET remaining = 0, held = 0, merged_out = v_lot.remaining WHERE id = v_lot.id;
        UPDATE hold_allocation AS a SET lot_id = v_to FROM hold h
        WHERE a.lot_id = v_lot.id AND h.id = a.hold_id AND h.state = 'open';
        UPDATE lot_count SET lot_id = v_to WHERE lot_id = v_lot.id;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- The one transaction with postings of two members.
CREATE FUNCTION post_merge(
    p_from balance, p_into uuid, p_now timestamptz, p_reason text, p_operator text
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_journal uuid := new_id();
BEGIN
    IF (p_from.pending, p_from.available, p_from.held, p_from.debt) = (0, 0, 0, 0) THEN
        RETURN;
    END IF;
    INSERT INTO journal (id, kind, member_id, at, reason, operator)
    VALUES (v_journal, 'merge', p_from.member_id, p_now, p_reason, p_operator);
    INSERT INTO posting (id, journal_id, account, member_id, points)
    SELECT new_id(), v_journal, a.account, m.member, a.points * m.sign
    FROM (VALUES ('pending', p_from.pending), ('available', p_from.available),
            ('held', p_from.held), ('debt', p_from.debt)) AS a (account, points),
        (VALUES (p_from.member_id, -1), (p_into, 1)) AS m (member, sign)
    WHERE a.points <> 0;
    UPDATE balance SET pending = 0, available = 0, held = 0, debt = 0
    WHERE member_id = p_from.member_id;
    UPDATE balance
    SET pending = pending + p_from.pending, available = available + p_from.available,
        held = held + p_from.held, debt = debt + p_from.debt
    WHERE member_id = p_into;
END $$;

-- Whatever points to the one account points to the other.
CREATE FUNCTION merge_rows(p_from uuid, p_into uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_counter award_counter;
    v_into uuid;
BEGIN
    UPDATE hold SET member_id = p_into WHERE member_id = p_from AND state = 'open';
    UPDATE redemption SET member_id = p_into WHERE member_id = p_from;
    UPDATE member_ref SET member_id = p_into WHERE member_id = p_from;
    UPDATE member_card SET member_id = p_into WHERE member_id = p_from;
    UPDATE plain_card SET member_id = p_into WHERE member_id = p_from;
    UPDATE sale_return SET member_id = p_into WHERE member_id = p_from;
    UPDATE member_session SET expires_at = p_now WHERE member_id = p_from AND expires_at > p_now;
    -- How often they had a reward: both together.
    INSERT INTO limit_counter (id, reward_id, member_id, period, starts_on, used)
    SELECT new_id(), reward_id, p_into, period, starts_on, used FROM limit_counter
    WHERE member_id = p_from
    ON CONFLICT (member_id, store_id, reward_id, period, starts_on) DO NOTHING;
    DELETE FROM limit_counter WHERE member_id = p_from;
    UPDATE limit_counter AS c SET used = (
        SELECT count(*) FROM redemption r
        WHERE r.member_id = p_into AND r.reward_id = c.reward_id
            AND r.state NOT IN ('RELEASED', 'VOIDED')
            AND limit_starts(c.period, (r.reserved_at AT TIME ZONE p.timezone)::date) = c.starts_on)
    FROM programme p WHERE c.member_id = p_into;
    -- How many points rules gave them: both together, which may be more than one of them may get.
    FOR v_counter IN
        SELECT * FROM award_counter WHERE scope = 'member' AND subject = p_from::text
        ORDER BY rule, period, starts_on
    LOOP
        INSERT INTO award_counter AS c
            (id, scope, subject, rule, period, starts_on, used, cap, cap_version)
        VALUES (new_id(), 'member', p_into::text, v_counter.rule, v_counter.period,
            v_counter.starts_on, v_counter.used, v_counter.cap, v_counter.cap_version)
        ON CONFLICT (scope, subject, rule, period, starts_on) DO UPDATE
            SET used = c.used + excluded.used,
                cap = greatest(c.used + excluded.used, CASE
                    WHEN excluded.cap_version > c.cap_version THEN excluded.cap ELSE c.cap END),
                cap_version = greatest(c.cap_version, excluded.cap_version)
        RETURNING id INTO v_into;
        UPDATE lot_count SET counter_id = v_into WHERE counter_id = v_counter.id;
        DELETE FROM award_counter WHERE id = v_counter.id;
    END LOOP;
    UPDATE member
    SET status = 'merged', merged_into_id = p_into, facts_version = facts_version + 1
    WHERE id = p_from;
    UPDATE member SET facts_version = facts_version + 1 WHERE id = p_into;
END $$;
