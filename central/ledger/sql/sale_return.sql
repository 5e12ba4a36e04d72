-- What of a sale was returned. A row for every return that was told of a known sale, under the
-- member's lock: however far a policy then reached, all together are never more than the sale gave.

-- What a sale gave a member, and what of it no return was told of yet, by a till or by hand; NULL: it
-- gave nothing. Both go along when the account is merged.
CREATE FUNCTION sale_left(
    p_member uuid, p_reference text, OUT points bigint, OUT spend_fen bigint,
    OUT of_points bigint, OUT of_fen bigint
)
LANGUAGE sql STABLE AS $$
    SELECT e.points - r.points, e.spend_fen - r.spend_fen, e.points, e.spend_fen
    FROM (
        SELECT sum(t.points)::bigint AS points, sum(t.spend_fen)::bigint AS spend_fen
        FROM tier_entry t
        WHERE t.member_id = p_member AND t.reference = p_reference AND p_reference <> ''
            AND t.returns_id IS NULL
    ) AS e, (
        SELECT coalesce(sum(s.points), 0)::bigint AS points,
            coalesce(sum(s.spend_fen), 0)::bigint AS spend_fen
        FROM sale_return s WHERE s.member_id = p_member AND s.reference = p_reference
    ) AS r
$$;

-- A return is told: what of it is new. Of a sale that nobody knows, all.
--   by_desk    booked by hand before, because the till had not been heard: the same return
--   beyond     more than is left of the sale: a till that has lost its key tells a return twice
--   told       the rest; told_fen is NULL where p_spend_fen is
CREATE FUNCTION return_told(
    p_member uuid, p_reference text, p_points bigint, p_spend_fen bigint, p_operator text,
    p_now timestamptz, OUT known boolean, OUT by_desk bigint, OUT beyond bigint, OUT told bigint,
    OUT told_fen bigint
)
LANGUAGE plpgsql AS $$
DECLARE
    v_left record;
    v_booked sale_return;
    v_part bigint;
    v_fen bigint;
BEGIN
    SELECT * INTO v_left FROM sale_left(p_member, p_reference);
    known := v_left.points IS NOT NULL;
    by_desk := 0;
    beyond := 0;
    told := p_points;
    told_fen := p_spend_fen;
    IF NOT known THEN
        RETURN;
    END IF;
    FOR v_booked IN
        SELECT * FROM sale_return AS s
        WHERE s.member_id = p_member AND s.reference = p_reference AND p_operator = ''
            AND s.operator <> '' AND (s.heard_points < s.points OR s.heard_fen < s.spend_fen)
        ORDER BY s.id
    LOOP
        v_part := least(told, v_booked.points - v_booked.heard_points);
        v_fen := CASE WHEN told_fen IS NOT NULL
            THEN least(told_fen, v_booked.spend_fen - v_booked.heard_fen)
            ELSE greatest(tier_part(v_booked.spend_fen, v_booked.heard_points + v_part,
                v_booked.points) - v_booked.heard_fen, 0) END;
        UPDATE sale_return SET heard_points = heard_points + v_part, heard_fen = heard_fen + v_fen
        WHERE id = v_booked.id;
        by_desk := by_desk + v_part;
        told := told - v_part;
        told_fen := told_fen - v_fen;
    END LOOP;
    beyond := greatest(told - v_left.points, 0);
    told := told - beyond;
    IF told_fen > v_left.spend_fen THEN
        told_fen := v_left.spend_fen;
    END IF;
    v_fen := CASE WHEN told_fen IS NOT NULL THEN told_fen
        ELSE greatest(tier_part(v_left.of_fen, v_left.of_points - v_left.points + told,
            v_left.of_points) - (v_left.of_fen - v_left.spend_fen), 0) END;
    IF told > 0 OR v_fen > 0 THEN
        INSERT INTO sale_return (id, member_id, reference, at, points, spend_fen, operator)
        VALUES (new_id(), p_member, p_reference, p_now, told, v_fen, p_operator);
    END IF;
END $$;

-- What an account has had of a sale, and those that were merged into it: less what was really taken
-- back for it, of whatever lots or as debt, and less what died before anybody had used it. What a
-- policy waived is still theirs.
CREATE FUNCTION sale_had(p_member uuid, p_reference text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT (coalesce(sum(CASE WHEN l.merged_from_id IS NULL THEN l.granted ELSE 0 END
            - l.expired - l.forfeited), 0)
        - coalesce((
            SELECT sum(p.points) FROM journal j JOIN posting p ON p.journal_id = j.id
            WHERE j.member_id IN (SELECT accounts_of(p_member)) AND j.kind = 'clawback'
                AND j.reference = p_reference AND p.account = 'clawed_back'), 0))::bigint
    FROM lot l
    WHERE l.member_id IN (SELECT accounts_of(p_member)) AND l.reference = p_reference
$$;
