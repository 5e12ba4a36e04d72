-- One row per reward and store; every move checks the rows it changed. Nothing to do for a
-- reward that is not counted.
CREATE FUNCTION stock_reserve(p_reward uuid, p_store text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock_bucket SET on_hand = on_hand - 1, reserved = reserved + 1
    WHERE reward_id = p_reward AND store_id = p_store AND on_hand >= 1;
    IF NOT FOUND THEN
        PERFORM refuse('out_of_stock');
    END IF;
END $$;

-- p_to: 'on_hand' (released) or 'issued' (captured)
CREATE FUNCTION stock_unreserve(p_redemption redemption, p_to text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT p_redemption.stock_counted THEN
        RETURN;
    END IF;
    UPDATE stock_bucket
    SET reserved = reserved - 1,
        on_hand = on_hand + (p_to = 'on_hand')::integer,
        issued = issued + (p_to = 'issued')::integer
    WHERE reward_id = p_redemption.reward_id AND store_id = p_redemption.store_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no stock bucket for redemption %', p_redemption.id;
    END IF;
END $$;

-- A voided voucher's goods are on the shelf again, or past being given once more.
CREATE FUNCTION stock_unissue(p_redemption redemption, p_restock boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_redemption.stock_counted THEN
        UPDATE stock_bucket
        SET issued = issued - 1, on_hand = on_hand + p_restock::integer,
            written_off = written_off + (NOT p_restock)::integer
        WHERE reward_id = p_redemption.reward_id AND store_id = p_redemption.store_id;
    END IF;
END $$;
