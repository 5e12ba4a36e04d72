-- A kiosk's shopper confirmed: points held, stock set aside, a voucher with its code made.
-- One call, one commit. The idempotency key is the redemption's id, which the kiosk made.
-- p_code comes from the caller (75 random bits) and is not part of the content: a replay
-- answers the first one. -> wire.api.redemptions.Redemption
CREATE FUNCTION reserve(
    p_device uuid, p_redemption uuid, p_session uuid, p_item uuid, p_item_rev integer,
    p_qty integer, p_expected_points bigint, p_device_seq bigint, p_choice text, p_code text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    c_hold constant interval := '15 minutes';
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('reserve', p_redemption, p_session, p_item, p_item_rev,
        p_qty, p_expected_points, p_device_seq, p_choice);
    v_answer jsonb;
    v_device device;
    v_member member;
    v_member_id uuid;
    v_reward reward;
    v_programme programme;
    v_price bigint;
    v_spendable bigint;
    v_hold uuid;
    v_valid_to timestamptz;
    v_seq bigint;
    v_bucket uuid;
    v_redemption redemption;
BEGIN
    v_answer := replay(p_device::text, p_redemption::text, v_content);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM redemption_id_lock(p_redemption);
    IF EXISTS (SELECT FROM tombstone WHERE id = p_redemption) THEN
        PERFORM refuse('redemption_released', '{"state": "RELEASED"}');
    END IF;
    IF EXISTS (SELECT FROM redemption WHERE id = p_redemption) THEN
        PERFORM refuse('idempotency_mismatch');
    END IF;
    IF p_qty <> 1 THEN  -- one voucher's worth, exactly
        PERFORM refuse('bad_request');
    END IF;
    v_device := device_for(p_device, 'kiosk', true);
    v_member_id := session_member(p_session, p_device, v_now);
    PERFORM member_lock(v_member_id);
    SELECT * INTO v_member FROM member WHERE id = v_member_id;
    PERFORM member_must_be_active(v_member.status);

    -- Device and sequence are a second natural key: two ids never share a number, nor do two that
    -- come at the same time. Locked after the member; whoever has it waits for no other member.
    PERFORM pg_advisory_xact_lock(hashtextextended(p_device::text || chr(31) || p_device_seq, 7));
    IF EXISTS (SELECT FROM redemption WHERE device_id = p_device AND device_seq = p_device_seq) THEN
        SELECT max(device_seq) + 1 INTO v_seq FROM redemption WHERE device_id = p_device;
        PERFORM refuse('idempotency_mismatch', jsonb_build_object('need', v_seq));
    END IF;

    SELECT * INTO v_reward FROM reward WHERE id = p_item;
    IF NOT FOUND OR v_reward.deleted_at IS NOT NULL OR NOT reward_offered(
        v_reward.id, v_device.store_id, v_member.tier_id)
    THEN
        PERFORM refuse('reward_unavailable');
    END IF;
    IF v_reward.kind = 'tier' AND NOT tier_raises(v_reward, v_member.tier_id) THEN
        PERFORM refuse('reward_unavailable');
    END IF;
    IF v_reward.valid_from > v_now OR v_reward.valid_to <= v_now THEN
        PERFORM refuse('window_closed');
    END IF;
    v_price := price_now(v_reward, v_member.tier_id, v_now);
    IF v_price <> p_expected_points THEN
        PERFORM refuse('price_changed', jsonb_build_object('price', v_price));
    END IF;
    SELECT * INTO STRICT v_programme FROM programme;
    IF v_programme.pin_over_points > 0 AND v_price > v_programme.pin_over_points THEN
        PERFORM refuse('pin_required');
    END IF;
    PERFORM lots_settle_locked(v_member.id, v_now);
    v_spendable := spendable(v_member.id, v_now);
    IF v_spendable < v_price THEN
        PERFORM refuse('insufficient', jsonb_build_object('need', v_price, 'have', v_spendable));
    END IF;
    IF v_reward.stock_counted THEN
        v_bucket := stock_seen(v_reward.id, v_device.store_id, p_device, v_reward.from_central);
    END IF;

    v_hold := hold_open(v_member.id, v_price, v_now + c_hold, p_redemption, v_now);
    v_spendable := v_spendable - v_price;
    -- Through the end of the last day, in the programme's zone: until the next one begins.
    v_valid_to := ((v_now AT TIME ZONE v_programme.timezone)::date + v_reward.voucher_days + 1)
        ::timestamp AT TIME ZONE v_programme.timezone;
    INSERT INTO redemption (id, member_id, reward_id, reward_rev, points, hold_id, state, channel,
        device_id, device_seq, store_id, printer_id, session_id, stock_counted, bucket_id, choice,
        reserved_at)
    VALUES (p_redemption, v_member.id, v_reward.id, v_reward.rev, v_price, v_hold, 'RESERVED',
        'kiosk', p_device, p_device_seq, v_device.store_id, p_device, p_session,
        v_reward.stock_counted, v_bucket, p_choice, v_now)
    RETURNING * INTO v_redemption;
    INSERT INTO voucher (redemption_id, code, state, reward_name, value_fen, min_spend_fen,
        conditions, print_fields, valid_from, valid_to)
    VALUES (p_redemption, p_code, 'reserved', v_reward.name, v_reward.value_fen,
        v_reward.min_spend_fen, v_reward.use_conditions,
        jsonb_build_object('reward', v_reward.name, 'value_fen', v_reward.value_fen,
            'points', v_price, 'balance_after', v_spendable, 'balance_as_of', v_now,
            'valid_to', v_valid_to, 'issued_at', v_now,
            'member_tail', right(v_member.number, 4),
            'conditions', voucher_words(v_reward.min_spend_fen, v_reward.use_conditions)
                || v_reward.conditions),
        v_now, v_valid_to);
    -- The hottest rows' locks last, so that they are the shortest. The zone is read once more: the
    -- redemption's row may have waited for another one (`limit_zone_set`).
    PERFORM limit_take(v_redemption, (SELECT timezone FROM programme));
    PERFORM campaigns_take(v_redemption);
    IF v_reward.stock_counted THEN
        PERFORM stock_reserve(v_redemption, v_reward.from_central);
    END IF;
    IF v_reward.kind = 'tier' THEN
        PERFORM tier_redeem(r, v_reward, v_now) FROM redemption r WHERE r.id = p_redemption;
    END IF;
    RETURN remember(p_device::text, p_redemption::text, v_content,
        redemption_answer(p_redemption, v_spendable), v_now);
END $$;

-- Whether this store and this tier may have it.
CREATE FUNCTION reward_offered(p_reward uuid, p_store text, p_tier text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (NOT EXISTS (SELECT FROM reward_store WHERE reward_id = p_reward)
            OR EXISTS (SELECT FROM reward_store WHERE reward_id = p_reward AND store_id = p_store))
        AND (NOT EXISTS (SELECT FROM reward_tier WHERE reward_id = p_reward)
            OR EXISTS (SELECT FROM reward_tier WHERE reward_id = p_reward AND tier_id = p_tier));
END $$;

-- Between a reserve and a release of the same unknown id: one waits for the other.
CREATE FUNCTION redemption_id_lock(p_redemption uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_redemption::text, 2));
END $$;
