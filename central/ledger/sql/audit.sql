-- What people did by hand, as a chain: each row's hash covers the one before.
-- p_detail holds no times (their text depends on the session's zone).
CREATE FUNCTION audit(
    p_actor text, p_action text, p_subject text, p_detail jsonb, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_last audit_event;
    v_seq bigint;
BEGIN
    -- One writer at a time, until commit. Locked last of all.
    PERFORM pg_advisory_xact_lock(hashtextextended('audit', 4));
    SELECT * INTO v_last FROM audit_event ORDER BY seq DESC LIMIT 1;
    v_seq := coalesce(v_last.seq, 0) + 1;
    INSERT INTO audit_event (seq, at, actor, action, subject, detail, hash)
    VALUES (v_seq, p_now, p_actor, p_action, p_subject, p_detail,
        audit_hash(v_last.hash, v_seq, p_now, p_actor, p_action, p_subject, p_detail));
END $$;

CREATE FUNCTION audit_hash(
    p_before bytea, p_seq bigint, p_at timestamptz, p_actor text, p_action text, p_subject text,
    p_detail jsonb
) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(coalesce(p_before, '') || convert_to(jsonb_build_array(p_seq,
        (extract(epoch FROM p_at) * 1000000)::bigint, p_actor, p_action, p_subject, p_detail)::text,
        'UTF8'))
$$;

-- Sequence numbers that are missing, or whose hash does not follow: [seq, ...]
CREATE FUNCTION audit_broken() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT seq FROM (
        SELECT *, lag(hash) OVER w AS before, lag(seq, 1, 0::bigint) OVER w AS seq_before
        FROM audit_event WINDOW w AS (ORDER BY seq)
    ) AS e
    WHERE seq <> seq_before + 1
        OR hash <> audit_hash(before, seq, at, actor, action, subject, detail)
$$;
