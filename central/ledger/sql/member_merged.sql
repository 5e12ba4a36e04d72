-- The account that a member's points are in now: that of the member, or the one that it was merged
-- into. Only that one is locked: a merged account's id may be the greater, and whoever locks several
-- goes by their ids. (If a merge comes while this waits, its old lock is held too: two who meet there
-- are a deadlock that the server tells, and the call is made again.)
CREATE FUNCTION member_lock_merged(p_member uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_member uuid := p_member;
    v_into uuid;
BEGIN
    LOOP
        LOOP
            SELECT merged_into_id INTO v_into FROM member WHERE id = v_member AND status = 'merged';
            EXIT WHEN v_into IS NULL;
            v_member := v_into;
        END LOOP;
        PERFORM member_lock(v_member);
        EXIT WHEN NOT EXISTS (SELECT FROM member WHERE id = v_member AND status = 'merged');
    END LOOP;
    RETURN v_member;
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
