-- Same client, key and content: the stored answer. Other content: idempotency_mismatch.
-- First call still running: idempotency_running (it is not waited for).

-- The stored answer, or NULL when this call is the first; the key is then locked until commit.
CREATE FUNCTION replay(p_client text, p_key text, p_content jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_stored idempotency_key;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_client || chr(31) || p_key, 1)) THEN
        PERFORM refuse('idempotency_running');
    END IF;
    SELECT * INTO v_stored FROM idempotency_key WHERE client = p_client AND key = p_key;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF v_stored.content_hash <> content_hash(p_content) THEN
        PERFORM refuse('idempotency_mismatch');
    END IF;
    RETURN v_stored.response;
END $$;

-- Keeps the answer of the first call, in the same commit as what it moved.
CREATE FUNCTION remember(
    p_client text, p_key text, p_content jsonb, p_response jsonb, p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO idempotency_key (id, client, key, content_hash, response, created_at)
    VALUES (new_id(), p_client, p_key, content_hash(p_content), p_response, p_now);
    RETURN p_response;
END $$;

-- jsonb's text is canonical: keys sorted, no white space of the sender.
CREATE FUNCTION content_hash(p_content jsonb) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN sha256(convert_to(p_content::text, 'UTF8'));
END $$;
