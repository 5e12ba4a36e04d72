-- Goods are broken, stolen, past their date: -on hand, +written off. Never what is promised.
-- Refused with: out_of_stock{need, have}. -> central.ledger.stock.OnShelf
CREATE FUNCTION stock_write_off(
    p_operator text, p_key text, p_reward uuid, p_store text, p_kiosk uuid, p_pieces integer,
    p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('stock_write_off', p_reward, p_store, p_kiosk, p_pieces,
        p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_bucket stock_bucket;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM stock_asked(p_operator, p_reason, p_pieces, 1);
    v_bucket := stock_change(stock_lock(p_reward, p_store, p_kiosk), 'written_off', -p_pieces,
        NULL, p_operator, p_reason, v_now);
    PERFORM stock_audit(p_operator, 'write_off', v_bucket,
        jsonb_build_object('pieces', p_pieces, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, stock_answer(v_bucket, v_now), v_now);
END $$;
