-- Takes points of a returned sale back, in this order: the sale's own pending lots, its own active
-- lots, other active lots FEFO. How far, says the policy (the programme's, if none is given):
--   only_pending    the sale's own pending lots and no further
--   within_balance  what is there; the shortfall is waived
--   debt            the shortfall becomes debt
-- Held points are never taken: under `debt` the shortfall is taken when the hold is released.
-- What is taken is free again in the limits and budgets that the returned sale counted in, whatever
-- lots it was taken from. However far the policy reached, the sale counts towards tiers no more.
--   p_spend_fen  of the sale, given back; without it as large a part as of the points. With it the
--                points may be 0.
--   p_operator   who takes it by hand
-- Of a sale that is known never more is taken than it gave (`return_told`), and nothing that died
-- before anybody had used it: nobody owes points that were never of any use.
-- -> {points, from_lots, to_debt, waived, by_desk, beyond, died, spendable}; by_desk: booked by hand
-- before; beyond: more than the sale gave
CREATE FUNCTION clawback(
    p_client text, p_key text, p_member uuid, p_points bigint, p_reference text, p_reason text,
    p_policy text DEFAULT NULL, p_now timestamptz DEFAULT NULL, p_spend_fen bigint DEFAULT NULL,
    p_operator text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('clawback', p_member, p_points, p_reference, p_reason,
        p_policy) || CASE WHEN p_spend_fen IS NULL THEN '[]' ELSE to_jsonb(p_spend_fen) END;
    v_answer jsonb := replay(p_client, p_key, v_content);
    v_policy text;
    v_member uuid;
    v_lot lot;
    v_own boolean;
    v_return record;
    v_left bigint;
    v_died bigint := 0;
    v_part bigint;
    v_others bigint := 0;
    v_pending bigint := 0;
    v_available bigint := 0;
    v_debt bigint := 0;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT coalesce(p_policy, clawback_policy) INTO STRICT v_policy FROM programme;
    IF NOT coalesce(p_points >= 0 AND p_points + coalesce(p_spend_fen, 0) > 0, false)
        OR p_spend_fen < 0 OR v_policy NOT IN ('only_pending', 'within_balance', 'debt') THEN
        PERFORM refuse('bad_request');
    END IF;
    v_member := member_lock_merged(p_member);
    PERFORM lots_settle_locked(v_member, v_now);
    SELECT * INTO v_return
    FROM return_told(v_member, p_reference, p_points, p_spend_fen, p_operator, v_now);
    v_left := v_return.told;
    IF v_return.known THEN
        v_left := least(v_left, greatest(sale_had(v_member, p_reference), 0));
        v_died := v_return.told - v_left;
    END IF;
    PERFORM tier_returned(v_member, p_reference, v_return.told, v_return.told_fen, v_now);
    PERFORM sale_counters_lock(v_member, p_reference);
    FOR v_lot IN
        SELECT * FROM lot
        WHERE member_id = v_member AND remaining > 0 AND remaining > held
            AND (state = 'active' OR (p_reference <> '' AND reference = p_reference))
        ORDER BY (p_reference <> '' AND reference = p_reference) DESC, (state = 'pending') DESC,
            expires_at, available_at, id
    LOOP
        EXIT WHEN v_left = 0;
        CONTINUE WHEN v_policy = 'only_pending' AND v_lot.state <> 'pending';
        v_part := least(v_left, v_lot.remaining - v_lot.held);
        UPDATE lot SET remaining = remaining - v_part, clawed = clawed + v_part
        WHERE id = v_lot.id;
        v_own := p_reference <> '' AND v_lot.reference = p_reference;
        IF v_own THEN
            PERFORM counters_give_back(v_lot.id, v_part);
        ELSE
            v_others := v_others + v_part;
        END IF;
        IF v_lot.state = 'pending' THEN
            v_pending := v_pending + v_part;
        ELSE
            v_available := v_available + v_part;
        END IF;
        v_left := v_left - v_part;
    END LOOP;
    IF v_policy = 'debt' THEN
        v_debt := v_left;
    END IF;
    PERFORM sale_counters_give_back(v_member, p_reference, v_others + v_debt);
    IF v_pending + v_available + v_debt > 0 THEN
        PERFORM post('clawback', v_member, v_now,
            ARRAY['pending', 'available', 'debt', 'clawed_back'],
            ARRAY[-v_pending, -v_available, -v_debt, v_pending + v_available + v_debt],
            p_reason => p_reason, p_operator => p_operator,
            p_reference => coalesce(p_reference, ''));
        UPDATE member SET facts_version = facts_version + 1 WHERE id = v_member;
    END IF;
    RETURN remember(p_client, p_key, v_content, jsonb_build_object(
        'points', p_points, 'from_lots', v_pending + v_available, 'to_debt', v_debt,
        'waived', v_left - v_debt, 'by_desk', v_return.by_desk, 'beyond', v_return.beyond,
        'died', v_died, 'spendable', spendable(v_member, v_now)), v_now);
END $$;

-- The lots of a sale that counted in limits and budgets, also those that were spent before their
-- account was merged.
CREATE FUNCTION sale_counted(p_member uuid, p_reference text)
RETURNS TABLE (lot_id uuid, counter_id uuid, left_over bigint)
LANGUAGE sql STABLE AS $$
    SELECT c.lot_id, c.counter_id, c.points - c.returned
    FROM lot l JOIN lot_count c ON c.lot_id = l.id
    WHERE l.member_id IN (SELECT accounts_of(p_member)) AND p_reference <> ''
        AND l.reference = p_reference
$$;

-- In the order of all who lock counters, though a sale has several lots.
CREATE FUNCTION sale_counters_lock(p_member uuid, p_reference text) RETURNS void
LANGUAGE sql AS $$
    SELECT FROM award_counter c
    WHERE id IN (SELECT counter_id FROM sale_counted(p_member, p_reference))
    ORDER BY array_position(ARRAY['member', 'store', 'all', 'campaign'], c.scope), c.subject,
        c.rule, c.period, c.starts_on
    FOR NO KEY UPDATE
$$;

-- What stands for points of the sale that were spent: its last line first.
CREATE FUNCTION sale_counters_give_back(p_member uuid, p_reference text, p_points bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_left bigint := p_points;
    v_lot record;
    v_part bigint;
BEGIN
    FOR v_lot IN
        SELECT lot_id, max(left_over) AS left_over FROM sale_counted(p_member, p_reference)
        GROUP BY lot_id ORDER BY lot_id DESC
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, v_lot.left_over);
        PERFORM counters_give_back(v_lot.lot_id, v_part);
        v_left := v_left - v_part;
    END LOOP;
END $$;
