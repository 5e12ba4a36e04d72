-- Points that people give or take by hand: more than the programme's limit take a second person,
-- who is another one, is with the chain, and is a manager. Whoever is named is verified, needed or
-- not. The limit is of a day in the programme's zone: what the operator gave that member without a
-- second person counts, or what they took, so that many small deeds are no way round it.
-- Refused with: approval_needed{need} (how many one person may in a day), staff_same_person,
-- staff_role.
--   p_points  NULL: what always takes two, whatever the limit
--   p_member  whose they are, locked; NULL: this deed alone counts
CREATE FUNCTION approval(
    p_operator text, p_approver text, p_points bigint, p_member uuid DEFAULT NULL,
    p_now timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_limit bigint := 0;
    v_moved numeric := p_points;
BEGIN
    IF p_points IS NOT NULL THEN
        SELECT adjust_limit_points INTO STRICT v_limit FROM programme;
    END IF;
    IF p_approver = '' AND p_member IS NOT NULL AND abs(p_points) <= v_limit THEN
        v_moved := v_moved + moved_alone(p_operator, p_member, sign(p_points)::integer, p_now);
    END IF;
    IF p_approver = '' AND coalesce(abs(v_moved) > v_limit, true) THEN
        PERFORM refuse('approval_needed', jsonb_build_object('need', v_limit));
    ELSIF p_approver = p_operator THEN
        PERFORM refuse('staff_same_person');
    ELSIF p_approver <> '' AND NOT EXISTS (
        SELECT FROM staff WHERE staff_no = p_approver AND active AND role = 'manager')
    THEN
        PERFORM refuse('staff_role');
    END IF;
END $$;

-- What an operator has given a member today without a second person (p_sign 1), or taken (-1, as
-- a number below 0). The member's accounts that were merged into this one count.
CREATE FUNCTION moved_alone(p_operator text, p_member uuid, p_sign integer, p_now timestamptz)
RETURNS numeric
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_day timestamptz;
BEGIN
    SELECT date_trunc('day', p_now, timezone) INTO STRICT v_day FROM programme;
    RETURN (
        SELECT coalesce(sum((e.detail->>'points')::bigint), 0)
        FROM audit_event e
        WHERE e.actor = p_operator AND e.action IN ('adjust', 'award') AND e.at >= v_day
            AND e.detail->>'approver' = '' AND sign((e.detail->>'points')::bigint) = p_sign
            AND e.subject IN (SELECT a::text FROM accounts_of(p_member) AS a));
END $$;
