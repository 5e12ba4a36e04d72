-- What counts towards tiers: a row for every award and for every return. Under the member's lock.

-- A sale earned something: counted in the period it was sold in, and whatever it reaches is had at
-- once. Points count when they are granted, pending ones too; spend counts even without points.
CREATE FUNCTION tier_earned(
    p_member uuid, p_reference text, p_points bigint, p_qualifying bigint, p_spend_fen bigint,
    p_at timestamptz, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_points = 0 AND p_spend_fen = 0 THEN
        RETURN;
    END IF;
    INSERT INTO tier_entry (id, member_id, reference, at, made_at, points, qualifying, spend_fen)
    VALUES (new_id(), p_member, coalesce(p_reference, ''), least(p_at, p_now), p_now, p_points,
        p_qualifying, p_spend_fen);
    IF EXISTS (SELECT FROM tier_policy) THEN
        PERFORM tier_settle(p_member, p_now, p_now, false);
    END IF;
END $$;

-- A return takes back from the sale's own entries, in the period that it was sold in; of a sale that
-- nobody knows, from what counted last. Of p_points as large a part qualifies as did of the grant,
-- and so it is with the spend unless it is told: rounded so that all returns together are all of it.
-- Nobody is lowered before the night: what does not hold any more is then looked at.
CREATE FUNCTION tier_returned(
    p_member uuid, p_reference text, p_points bigint, p_spend_fen bigint, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_before integer := (tier_supported(p_member, p_now)).rank;
    v_known boolean := p_reference <> '' AND EXISTS (
        SELECT FROM tier_entry WHERE member_id = p_member AND reference = p_reference);
    v_points bigint := p_points;
    v_spend bigint := p_spend_fen;
    v_entry record;
    v_part bigint;
    v_qualifying bigint;
    v_fen bigint;
    v_standing tier_standing;
BEGIN
    FOR v_entry IN
        SELECT e.*, -coalesce(sum(r.points), 0) AS points_back,
            -coalesce(sum(r.qualifying), 0) AS qualifying_back,
            -coalesce(sum(r.spend_fen), 0) AS spend_back
        FROM tier_entry e LEFT JOIN tier_entry r ON r.returns_id = e.id
        WHERE e.member_id = p_member AND e.returns_id IS NULL
            AND (NOT v_known OR e.reference = p_reference)
        GROUP BY e.id
        ORDER BY e.at DESC, e.id DESC
    LOOP
        EXIT WHEN v_points = 0 AND coalesce(v_spend, 0) = 0;
        v_part := least(v_points, v_entry.points - v_entry.points_back);
        v_qualifying := tier_part(v_entry.qualifying, v_entry.points_back + v_part, v_entry.points)
            - v_entry.qualifying_back;
        v_fen := CASE WHEN p_spend_fen IS NOT NULL
            THEN least(v_spend, v_entry.spend_fen - v_entry.spend_back)
            ELSE greatest(tier_part(v_entry.spend_fen, v_entry.points_back + v_part, v_entry.points)
                - v_entry.spend_back, 0) END;
        IF v_part > 0 OR v_fen > 0 THEN
            INSERT INTO tier_entry (id, member_id, reference, at, made_at, points, qualifying,
                spend_fen, returns_id)
            VALUES (new_id(), p_member, v_entry.reference, v_entry.at, p_now, -v_part,
                -v_qualifying, -v_fen, v_entry.id);
        END IF;
        v_points := v_points - v_part;
        v_spend := v_spend - v_fen;
    END LOOP;
    IF v_before IS NOT NULL THEN
        v_standing := tier_standing_of(p_member, p_now);
        UPDATE tier_standing AS s SET review_at = p_now
        FROM tier t
        WHERE s.member_id = p_member AND t.id = v_standing.base_tier_id AND v_before >= t.rank
            AND (tier_supported(p_member, p_now)).rank < t.rank;
    END IF;
END $$;

-- p_whole * p_part / p_of, down; without p_of nothing.
CREATE FUNCTION tier_part(p_whole bigint, p_part numeric, p_of bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_of = 0 THEN 0 ELSE div(p_whole * p_part, p_of)::bigint END
$$;
