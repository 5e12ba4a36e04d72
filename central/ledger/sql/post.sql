-- Writes one journal transaction with its postings and moves the member's balance with them.
-- The caller holds the member's lock (member_lock). Zero amounts are left out.
--   p_accounts  'available', 'held', 'pending', 'debt', or 'issued:sale', 'redeemed:goods', ...
--   p_points    points into (+) or out of (-) each
CREATE FUNCTION post(
    p_kind text, p_member uuid, p_at timestamptz, p_accounts text[], p_points bigint[],
    p_redemption uuid DEFAULT NULL, p_lot uuid DEFAULT NULL, p_reason text DEFAULT '',
    p_operator text DEFAULT '', p_reverses uuid DEFAULT NULL, p_approver text DEFAULT ''
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_journal uuid := new_id();
    v_sum bigint;
    v_pending bigint;
    v_available bigint;
    v_held bigint;
    v_debt bigint;
BEGIN
    SELECT sum(points),
           coalesce(sum(points) FILTER (WHERE account = 'pending'), 0),
           coalesce(sum(points) FILTER (WHERE account = 'available'), 0),
           coalesce(sum(points) FILTER (WHERE account = 'held'), 0),
           coalesce(sum(points) FILTER (WHERE account = 'debt'), 0)
    INTO v_sum, v_pending, v_available, v_held, v_debt
    FROM unnest(p_accounts, p_points) AS t (account, points);
    IF v_sum <> 0 THEN
        RAISE EXCEPTION 'a % transaction of % does not sum to zero: %', p_kind, p_member, v_sum;
    END IF;
    INSERT INTO journal (id, kind, member_id, at, redemption, lot_id, reverses_id, reason, operator,
        approver)
    VALUES (v_journal, p_kind, p_member, p_at, p_redemption, p_lot, p_reverses, p_reason, p_operator,
        p_approver);
    INSERT INTO posting (id, journal_id, account, detail, member_id, points)
    SELECT new_id(), v_journal, split_part(account, ':', 1), split_part(account, ':', 2),
           CASE WHEN account IN ('pending', 'available', 'held', 'debt') THEN p_member END, points
    FROM unnest(p_accounts, p_points) AS t (account, points)
    WHERE points <> 0;
    UPDATE balance
    SET pending = pending + v_pending, available = available + v_available,
        held = held + v_held, debt = debt + v_debt
    WHERE member_id = p_member;
    RETURN v_journal;
END $$;
