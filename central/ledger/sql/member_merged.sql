-- The account that a member's points are in now: that of the member, or the one that it was merged
-- into. Locked.
CREATE FUNCTION member_lock_merged(p_member uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_member uuid := p_member;
    v_into uuid;
BEGIN
    LOOP
        PERFORM member_lock(v_member);
        SELECT merged_into_id INTO v_into FROM member WHERE id = v_member AND status = 'merged';
        IF v_into IS NULL THEN
            RETURN v_member;
        END IF;
        v_member := v_into;
    END LOOP;
END $$;

-- A member's account and all that were merged into it.
CREATE FUNCTION accounts_of(p_member uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE theirs AS (
        SELECT p_member AS id
        UNION ALL
        SELECT m.id FROM member m JOIN theirs t ON m.merged_into_id = t.id
    )
    SELECT id FROM theirs
$$;
