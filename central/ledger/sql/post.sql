-- Writes one journal transaction with its postings and moves the member's balance with them.
-- The caller holds the member's lock (member_lock). Zero amounts are left out.
--   p_accounts  'available', 'held', 'pending', 'debt', or 'issued:sale', 'redeemed:goods', ...
--   p_points    points into (+) or out of (-) each
CREATE FUNCTION post(
    p_kind text, p_member uuid, p_at timestamptz, p_accounts text[], p_points bigint[],
    p_redemption uuid DEFAULT NULL, p_lot uuid DEFAULT NULL, p_reason text DEFAULT '',
    p_operator text DEFAULT '', p_reverses uuid DEFAULT NULL, p_approver text DEFAULT '',
    p_reference text DEFAULT ''
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_journal uuid := new_id();
    v_sum bigint := 0;
    v_pending bigint := 0;
    v_available bigint := 0;
    v_held bigint := 0;
    v_debt bigint := 0;
BEGIN
    FOR i IN 1..cardinality(p_accounts) LOOP
        v_sum := v_sum + p_points[i];
        CASE p_accounts[i]
            WHEN 'pending' THEN v_pending := v_pending + p_points[i];
            WHEN 'available' THEN v_available := v_available + p_points[i];
            WHEN 'held' THEN v_held := v_held + p_points[i];
            WHEN 'debt' THEN v_debt := v_debt + p_points[i];
            ELSE NULL;
        END CASE;
    END LOOP;
    IF v_sum IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'a % transaction of % does not sum to zero: %', p_kind, p_member, v_sum;
    END IF;
    INSERT INTO journal (id, kind, member_id, at, redemption, lot_id, reverses_id, reason,
        reference, operator, approver)
    VALUES (v_journal, p_kind, p_member, p_at, p_redemption, p_lot, p_reverses, p_reason,
        p_reference, p_operator, p_approver);
    INSERT INTO posting (id, journal_id, account, detail, member_id, points)
    SELECT new_id(), v_journal, split_part(account, ':', 1),
           -- The rest, colons and all: a source may be `campaign:spring`.
           substr(account, length(split_part(account, ':', 1)) + 2),
           CASE WHEN account IN ('pending', 'available', 'held', 'debt') THEN p_member END, points
    FROM unnest(p_accounts, p_points) AS t (account, points)
    WHERE points <> 0;
    UPDATE balance
    SET pending = pending + v_pending, available = available + v_available,
        held = held + v_held, debt = debt + v_debt
    WHERE member_id = p_member;
    RETURN v_journal;
END $$;
