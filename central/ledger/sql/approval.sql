-- Points that people give or take by hand: more than the programme's limit take a second person,
-- who is another one, is with the chain, and is a manager. Whoever is named is verified, needed or
-- not. Refused with: approval_needed{need} (how many one person may), staff_same_person, staff_role.
--   p_points  NULL: what always takes two, whatever the limit
CREATE FUNCTION approval(p_operator text, p_approver text, p_points bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_limit bigint := 0;
BEGIN
    IF p_points IS NOT NULL THEN
        SELECT adjust_limit_points INTO STRICT v_limit FROM programme;
    END IF;
    IF p_approver = '' AND coalesce(abs(p_points) > v_limit, true) THEN
        PERFORM refuse('approval_needed', jsonb_build_object('need', v_limit));
    ELSIF p_approver = p_operator THEN
        PERFORM refuse('staff_same_person');
    ELSIF p_approver <> '' AND NOT EXISTS (
        SELECT FROM staff WHERE staff_no = p_approver AND active AND role = 'manager')
    THEN
        PERFORM refuse('staff_role');
    END IF;
END $$;
