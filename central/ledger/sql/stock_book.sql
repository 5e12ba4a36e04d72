-- What the stock's events have in common: who asks for what, the place, the row of the change.

-- The bucket of a place under its lock, made if there is none. Refuses a reward that is unknown or
-- not counted (reward_unavailable), and a place that does not exist (not_found).
CREATE FUNCTION stock_lock(p_reward uuid, p_store text, p_kiosk uuid) RETURNS stock_bucket
LANGUAGE plpgsql AS $$
DECLARE
    v_bucket stock_bucket;
BEGIN
    IF NOT EXISTS (SELECT FROM reward WHERE id = p_reward AND stock_counted) THEN
        PERFORM refuse('reward_unavailable');
    ELSIF (p_store IS NOT NULL AND p_kiosk IS NOT NULL)
        OR (p_store IS NOT NULL AND NOT EXISTS (SELECT FROM store WHERE id = p_store))
        OR (p_kiosk IS NOT NULL
            AND NOT EXISTS (SELECT FROM device WHERE id = p_kiosk AND role = 'kiosk'))
    THEN
        PERFORM refuse('not_found');
    END IF;
    INSERT INTO stock_bucket (id, reward_id, store_id, kiosk_id, on_hand, received)
    SELECT new_id(), p_reward, p_store, p_kiosk, 0, 0
    WHERE stock_bucket_of(p_reward, p_store, p_kiosk) IS NULL
    ON CONFLICT (reward_id, store_id, kiosk_id) DO NOTHING;
    SELECT * INTO STRICT v_bucket FROM stock_bucket
    WHERE id = stock_bucket_of(p_reward, p_store, p_kiosk) FOR NO KEY UPDATE;
    RETURN v_bucket;
END $$;

-- Somebody, for a reason, and a number of pieces that can be.
CREATE FUNCTION stock_asked(p_operator text, p_reason text, p_pieces integer, p_least integer)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(p_operator, '') = '' OR coalesce(p_reason, '') = ''
        OR coalesce(p_pieces, -1) NOT BETWEEN p_least AND 1000000
    THEN
        PERFORM refuse('bad_request');
    END IF;
END $$;

-- Changes a locked bucket and writes the change down. Refuses to take more than is there.
CREATE FUNCTION stock_change(
    p_bucket stock_bucket, p_kind text, p_pieces integer, p_other uuid, p_operator text,
    p_reason text, p_now timestamptz
) RETURNS stock_bucket
LANGUAGE plpgsql AS $$
DECLARE
    -- What is lost or thrown away is written off; what went to another place was never received.
    v_off integer := CASE WHEN p_kind <> 'moved' THEN greatest(-p_pieces, 0) ELSE 0 END;
    v_bucket stock_bucket;
BEGIN
    UPDATE stock_bucket
    SET on_hand = on_hand + p_pieces, received = received + p_pieces + v_off,
        written_off = written_off + v_off
    WHERE id = p_bucket.id AND on_hand + p_pieces >= 0 RETURNING * INTO v_bucket;
    IF NOT FOUND THEN
        PERFORM refuse('out_of_stock',
            jsonb_build_object('need', -p_pieces, 'have', p_bucket.on_hand));
    END IF;
    INSERT INTO stock_move (id, bucket_id, kind, pieces, on_hand, other_id, at, operator, reason)
    VALUES (new_id(), p_bucket.id, p_kind, p_pieces, v_bucket.on_hand, p_other, p_now, p_operator,
        p_reason);
    RETURN v_bucket;
END $$;

-- A line of the audit chain for an event of a bucket.
CREATE FUNCTION stock_audit(
    p_operator text, p_action text, p_bucket stock_bucket, p_detail jsonb, p_now timestamptz
) RETURNS void
LANGUAGE sql AS $$
    SELECT audit(p_operator, 'stock_' || p_action, p_bucket.reward_id::text, p_detail
        || jsonb_build_object('place', stock_place(p_bucket), 'on_hand', p_bucket.on_hand), p_now)
$$;

-- A place in words: `store S1`, `kiosk K03`, `central`.
CREATE FUNCTION stock_place(p_bucket stock_bucket) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_bucket.store_id IS NOT NULL THEN 'store ' || p_bucket.store_id
        WHEN p_bucket.kiosk_id IS NOT NULL
        THEN 'kiosk ' || (SELECT number FROM device WHERE id = p_bucket.kiosk_id)
        ELSE 'central' END
$$;

-- central.ledger.stock.OnShelf
CREATE FUNCTION stock_answer(p_bucket stock_bucket, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('place', stock_place(p_bucket), 'on_hand', p_bucket.on_hand,
        'reserved', p_bucket.reserved, 'issued', p_bucket.issued,
        'received', p_bucket.received, 'written_off', p_bucket.written_off,
        'promised', stock_promised(p_bucket.id, p_now))
$$;

-- Pieces that are promised to somebody and still lie there: reserved, and printed but not yet
-- given. Past its end a voucher promises nothing, whether or not a night has come since.
CREATE FUNCTION stock_promised(p_bucket uuid, p_now timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer FROM redemption r
    WHERE bucket_id = p_bucket AND state IN ('RESERVED', 'PRINTING', 'UNCERTAIN', 'ISSUED')
        AND (state <> 'ISSUED' OR EXISTS (
            SELECT FROM voucher v WHERE v.redemption_id = r.id AND v.valid_to > p_now))
$$;
