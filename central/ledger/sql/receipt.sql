-- A receipt gives points once, to one member of the chain: whoever brings it again, with another code
-- or to another till, is told who has it. What was taken back entirely is free again, so that a sale
-- that went to the wrong account can be put right.

-- Under the lock of the member, before any counter's: of two members one waits here.
--   p_by_hand  the desk has looked at what its own member got
-- Refused with: receipt_awarded{at, have, account}: since when, how many points of it are left, and
-- the last digits of the account that has them.
CREATE FUNCTION receipt_claim(p_member uuid, p_reference text, p_by_hand boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_has record;
    v_left record;
BEGIN
    IF coalesce(trim(p_reference), '') = '' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_reference, 6));
    FOR v_has IN
        SELECT member_id, min(made_at) AS at, sale_had(member_id, p_reference) AS points
        FROM tier_entry
        WHERE reference = p_reference AND (member_id <> p_member OR NOT p_by_hand)
        GROUP BY member_id ORDER BY at
    LOOP
        SELECT points, spend_fen INTO v_left FROM sale_left(v_has.member_id, p_reference);
        IF v_has.points > 0 OR v_left.points > 0 OR v_left.spend_fen > 0 THEN
            PERFORM refuse_receipt(v_has.member_id, v_has.at, greatest(v_has.points, 0));
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION refuse_receipt(p_member uuid, p_at timestamptz, p_have bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse('receipt_awarded', jsonb_build_object('at', p_at, 'have', p_have,
        'account', (SELECT right(number, 4) FROM member WHERE id = p_member)));
END $$;

-- What a receipt gave a member in all, and when first; NULL: nothing, not even spend that counts.
CREATE FUNCTION sale_given(
    p_member uuid, p_reference text, OUT given_at timestamptz, OUT points bigint
)
LANGUAGE sql STABLE AS $$
    SELECT least(e.at, l.at), greatest(e.points, l.points, 0)
    FROM (
        SELECT min(made_at) AS at, sum(t.points)::bigint AS points FROM tier_entry t
        WHERE member_id = p_member AND reference = p_reference AND returns_id IS NULL
    ) AS e, (
        SELECT min(created_at) AS at, sum(granted)::bigint AS points FROM lot
        WHERE member_id = p_member AND reference = p_reference
    ) AS l
$$;
