-- One row per reward and place; every change checks the row that it changed. The bucket's lock is
-- the hottest: it is taken last. What people do to it stands in stock_*.sql beside this file.

-- Where a piece can be had: in the kiosk's own box, else on its store's shelf, else (where the
-- reward says so) from the chain itself. Refuses when there is none.
CREATE FUNCTION stock_seen(p_reward uuid, p_store text, p_kiosk uuid, p_central boolean)
RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_bucket uuid;
BEGIN
    SELECT id INTO v_bucket FROM stock_bucket
    WHERE reward_id = p_reward AND on_hand >= 1
        AND (kiosk_id = p_kiosk OR store_id = p_store
            OR (p_central AND kiosk_id IS NULL AND store_id IS NULL))
    ORDER BY kiosk_id IS NULL, store_id IS NULL LIMIT 1;
    IF NOT FOUND THEN
        PERFORM refuse('out_of_stock');
    END IF;
    RETURN v_bucket;
END $$;

-- Takes one piece for a redemption from where it was seen; if others were faster, from where there
-- is one still.
CREATE FUNCTION stock_reserve(p_redemption redemption, p_central boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_bucket uuid := p_redemption.bucket_id;
BEGIN
    LOOP
        UPDATE stock_bucket SET on_hand = on_hand - 1, reserved = reserved + 1
        WHERE id = v_bucket AND on_hand >= 1;
        EXIT WHEN FOUND;
        v_bucket := stock_seen(p_redemption.reward_id, p_redemption.store_id,
            p_redemption.device_id, p_central);
    END LOOP;
    IF v_bucket <> p_redemption.bucket_id THEN
        UPDATE redemption SET bucket_id = v_bucket WHERE id = p_redemption.id;
    END IF;
END $$;

-- The bucket of a place: a store's, a kiosk's, or (both NULL) the chain's own. NULL: none yet.
CREATE FUNCTION stock_bucket_of(p_reward uuid, p_store text, p_kiosk uuid) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT id FROM stock_bucket
    WHERE reward_id = p_reward
        AND (CASE WHEN p_store IS NULL THEN store_id IS NULL ELSE store_id = p_store END)
        AND (CASE WHEN p_kiosk IS NULL THEN kiosk_id IS NULL ELSE kiosk_id = p_kiosk END)
$$;

-- p_to: 'on_hand' (released: back to where it came from) or 'issued' (captured)
CREATE FUNCTION stock_unreserve(p_redemption redemption, p_to text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_redemption.bucket_id IS NULL THEN
        RETURN;
    END IF;
    UPDATE stock_bucket
    SET reserved = reserved - 1,
        on_hand = on_hand + (p_to = 'on_hand')::integer,
        issued = issued + (p_to = 'issued')::integer
    WHERE id = p_redemption.bucket_id;
END $$;

-- A voided voucher's goods are where they came from again, or past being given once more.
CREATE FUNCTION stock_unissue(
    p_redemption redemption, p_restock boolean, p_operator text, p_reason text, p_now timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_on_hand integer;
BEGIN
    IF p_redemption.bucket_id IS NULL THEN
        RETURN;
    END IF;
    UPDATE stock_bucket
    SET issued = issued - 1, on_hand = on_hand + p_restock::integer,
        written_off = written_off + (NOT p_restock)::integer
    WHERE id = p_redemption.bucket_id RETURNING on_hand INTO v_on_hand;
    IF NOT p_restock THEN
        INSERT INTO stock_move (id, bucket_id, kind, pieces, on_hand, redemption, at, operator,
            reason)
        VALUES (new_id(), p_redemption.bucket_id, 'written_off', -1, v_on_hand, p_redemption.id,
            p_now, p_operator, p_reason);
    END IF;
END $$;
