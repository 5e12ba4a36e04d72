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
BEGIN
    IF coalesce(trim(p_reference), '') = '' THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_reference, 6));
    FOR v_has IN
        SELECT member_id, min(made_at) AS at, sum(spend_fen) AS spend_fen,
            sale_kept(member_id, p_reference) AS points
        FROM tier_entry
        WHERE reference = p_reference AND (member_id <> p_member OR NOT p_by_hand)
        GROUP BY member_id ORDER BY at
    LOOP
        IF v_has.points > 0 OR v_has.spend_fen > 0 THEN
            PERFORM refuse_receipt(v_has.member_id, v_has.at, v_has.points);
        END IF;
    END LOOP;
END $$;

-- What a receipt gave to an account, and to those that were merged into it, less what was really
-- taken back for it, of whatever lots or as debt: what a policy waived is still theirs, although it
-- counts towards tiers no more.
CREATE FUNCTION sale_kept(p_member uuid, p_reference text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT (coalesce((
            SELECT sum(granted) FROM lot
            WHERE member_id IN (SELECT accounts_of(p_member)) AND reference = p_reference
                AND merged_from_id IS NULL), 0)
        - coalesce((
            SELECT sum(p.points) FROM journal j JOIN posting p ON p.journal_id = j.id
            WHERE j.member_id IN (SELECT accounts_of(p_member)) AND j.kind = 'clawback'
                AND j.reference = p_reference AND p.account = 'clawed_back'), 0))::bigint
$$;

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
