-- Goods go from one place to another: -on hand -received here, +on hand +received there, in one
-- commit. Refused with: out_of_stock{need, have}, bad_request (to where it is).
-- -> [from, to], each central.ledger.stock.OnShelf
CREATE FUNCTION stock_transfer(
    p_operator text, p_key text, p_reward uuid, p_from_store text, p_from_kiosk uuid,
    p_to_store text, p_to_kiosk uuid, p_pieces integer, p_reason text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('stock_transfer', p_reward, p_from_store, p_from_kiosk,
        p_to_store, p_to_kiosk, p_pieces, p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_from stock_bucket;
    v_to stock_bucket;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM stock_asked(p_operator, p_reason, p_pieces, 1);
    IF (p_from_store, p_from_kiosk) IS NOT DISTINCT FROM (p_to_store, p_to_kiosk) THEN
        PERFORM refuse('bad_request');
    END IF;
    -- Two buckets are locked here only: in the order of their places.
    IF coalesce(p_from_store, '') || ':' || coalesce(p_from_kiosk::text, '')
        < coalesce(p_to_store, '') || ':' || coalesce(p_to_kiosk::text, '')
    THEN
        v_from := stock_lock(p_reward, p_from_store, p_from_kiosk);
        v_to := stock_lock(p_reward, p_to_store, p_to_kiosk);
    ELSE
        v_to := stock_lock(p_reward, p_to_store, p_to_kiosk);
        v_from := stock_lock(p_reward, p_from_store, p_from_kiosk);
    END IF;
    v_from := stock_change(v_from, 'moved', -p_pieces, v_to.id, p_operator, p_reason, v_now);
    v_to := stock_change(v_to, 'moved', p_pieces, v_from.id, p_operator, p_reason, v_now);
    PERFORM stock_audit(p_operator, 'move', v_from, jsonb_build_object('pieces', p_pieces,
        'to', stock_place(v_to), 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content,
        jsonb_build_array(stock_answer(v_from, v_now), stock_answer(v_to, v_now)), v_now);
END $$;
