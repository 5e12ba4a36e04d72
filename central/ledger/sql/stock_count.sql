-- Somebody counted what lies there, promised pieces among them (a voucher that is out and not yet
-- used). On hand becomes the rest: too many were received, too few are written off.
-- p_counted: pieces. Refused with: out_of_stock{need: promised, have: counted}.
-- -> central.ledger.stock.OnShelf
CREATE FUNCTION stock_count(
    p_operator text, p_key text, p_reward uuid, p_store text, p_kiosk uuid, p_counted integer,
    p_reason text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('stock_count', p_reward, p_store, p_kiosk, p_counted,
        p_reason);
    v_client text := 'staff:' || p_operator;
    v_answer jsonb := replay(v_client, p_key, v_content);
    v_bucket stock_bucket;
    v_promised integer;
    v_difference integer;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM stock_asked(p_operator, p_reason, p_counted, 0);
    v_bucket := stock_lock(p_reward, p_store, p_kiosk);
    v_promised := stock_promised(v_bucket.id, v_now);
    IF p_counted < v_promised THEN
        PERFORM refuse('out_of_stock',
            jsonb_build_object('need', v_promised, 'have', p_counted));
    END IF;
    v_difference := p_counted - v_promised - v_bucket.on_hand;
    v_bucket := stock_change(v_bucket, 'counted', v_difference, NULL, p_operator, p_reason, v_now);
    PERFORM stock_audit(p_operator, 'count', v_bucket, jsonb_build_object('counted', p_counted,
        'promised', v_promised, 'difference', v_difference, 'reason', p_reason), v_now);
    RETURN remember(v_client, p_key, v_content, stock_answer(v_bucket, v_now), v_now);
END $$;
