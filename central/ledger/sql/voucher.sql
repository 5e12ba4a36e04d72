-- A voucher at the till: check, use, restore, void. Codes are canonical (16 symbols, check
-- symbol verified by the caller). -> wire.api.vouchers.VoucherState

-- A code whose check symbol does not fit counts like one that does not exist: only its caller
-- knows it, and refuses it. -> true
CREATE FUNCTION voucher_mistyped(p_device uuid, p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_till device := device_for(p_device, 'till', false);
BEGIN
    PERFORM guesses_lock(v_till.id, 'till_paused', v_now);
    PERFORM guessed(v_till.id, v_now);
    RETURN 'true';
END $$;

-- The voucher's redemption under its member's lock, for a till of this chain. NULL: no such
-- code, which was counted.
CREATE FUNCTION voucher_at_till(p_till device, p_code text, p_now timestamptz) RETURNS redemption
LANGUAGE plpgsql AS $$
DECLARE
    v_redemption uuid;
    v_found redemption;
BEGIN
    PERFORM guesses_lock(p_till.id, 'till_paused', p_now);
    SELECT redemption_id INTO v_redemption FROM voucher WHERE code = p_code;
    IF FOUND THEN
        v_found := redemption_lock(v_redemption, NULL);
        IF v_found.state <> 'RESERVED' THEN
            RETURN v_found;
        END IF;  -- else a code that nobody has been shown yet: as good as unknown
    END IF;
    PERFORM guessed(p_till.id, p_now);
    RETURN NULL;
END $$;

-- p_unmet: the conditions that are not met, while it could be used.
CREATE FUNCTION voucher_state(p_redemption uuid, p_now timestamptz, p_unmet jsonb DEFAULT '[]')
RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'tail', right(v.code, 4),
        'state', CASE WHEN r.state = 'ISSUED' AND v.valid_to <= p_now THEN 'EXPIRED'
            ELSE r.state END,
        'usable', voucher_open(r, v, p_now) AND p_unmet = '[]',
        'conditions', v.print_fields->'conditions', 'unmet', p_unmet,
        'reward', v.reward_name, 'value_fen', v.value_fen, 'min_spend_fen', v.min_spend_fen,
        'valid_to', v.valid_to, 'used_at', v.used_at, 'used_store', v.used_store_id,
        'used_receipt', v.used_receipt)
    FROM voucher v JOIN redemption r ON r.id = v.redemption_id WHERE r.id = p_redemption
$$;

-- Whether its state and its dates let it be used.
CREATE FUNCTION voucher_open(p_redemption redemption, p_voucher voucher, p_now timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_redemption.state IN ('PRINTING', 'UNCERTAIN', 'ISSUED') AND p_now < p_voucher.valid_to
$$;

-- p_basket: as for voucher_unmet; p_shown: as for member_shown
CREATE FUNCTION voucher_check(
    p_device uuid, p_code text, p_basket jsonb DEFAULT NULL, p_shown jsonb DEFAULT NULL,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_till device := device_for(p_device, 'till', false);
    v_redemption redemption := voucher_at_till(v_till, p_code, v_now);
    v_voucher voucher;
    v_unmet jsonb := '[]';
BEGIN
    IF v_redemption.id IS NULL THEN
        RETURN '{"refused": "voucher_unknown", "facts": {}}';
    END IF;
    SELECT * INTO v_voucher FROM voucher WHERE redemption_id = v_redemption.id;
    IF voucher_open(v_redemption, v_voucher, v_now) THEN
        v_unmet := voucher_unmet(v_voucher, v_redemption.member_id, v_till.store_id,
            p_basket || jsonb_build_object('member', member_shown(p_shown, v_now)), v_now);
    END IF;
    PERFORM voucher_note(v_redemption.id, 'check', v_now, p_device, v_till.store_id);
    RETURN voucher_state(v_redemption.id, v_now, v_unmet);
END $$;

-- ISSUED -> USED; PRINTING or UNCERTAIN: captured and used in one transaction (the shopper was
-- faster than a delayed capture). Again by the same store, till, receipt and line: the same.
-- What counts is the voucher's own row and not a stored answer: a till's key comes from its
-- receipt, and after a restore that receipt may use the voucher once more, with other goods. Not
-- so what the till signed before that restore and what comes late, or again: p_signed_at is by its
-- own clock.
-- p_basket: as for voucher_unmet; p_shown: as for member_shown, and whether it was `fresh`: a
-- repeated use shows the code of the first, which is old by then.
-- Refused with: voucher_condition{condition, need, have, unmet}, code_expired,
-- not_used_here{state} (older than its restore), ...
CREATE FUNCTION voucher_use(
    p_device uuid, p_code text, p_key text, p_pos text, p_receipt text, p_line integer,
    p_basket jsonb DEFAULT '{}', p_shown jsonb DEFAULT NULL, p_now timestamptz DEFAULT NULL,
    p_signed_at timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_member uuid := member_shown(p_shown, v_now);
    -- What was shown, and not whose it is by now: a merge or a new card changes nothing of it.
    v_content jsonb := jsonb_build_array('use', p_code, p_pos, p_receipt, p_line, p_basket->'fen')
        || CASE WHEN p_shown IS NULL AND p_basket->'lines' IS NULL THEN '[]'
        ELSE jsonb_build_array(p_shown - 'fresh', p_basket->'lines') END;
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_till device := device_for(p_device, 'till', false);
    v_redemption redemption;
    v_voucher voucher;
BEGIN
    IF v_answer IS NOT NULL THEN  -- no guess: this till has used this very code before
        v_redemption := redemption_lock(
            (SELECT redemption_id FROM voucher WHERE code = p_code), NULL);
    ELSE
        v_redemption := voucher_at_till(v_till, p_code, v_now);
    END IF;
    IF v_redemption.id IS NULL THEN
        RETURN '{"refused": "voucher_unknown", "facts": {}}';
    END IF;
    SELECT * INTO v_voucher FROM voucher WHERE redemption_id = v_redemption.id;
    IF v_redemption.state = 'USED' THEN
        IF (v_voucher.used_store_id, v_voucher.used_pos, v_voucher.used_receipt, v_voucher.used_line)
            IS DISTINCT FROM (v_till.store_id, p_pos, p_receipt, p_line)
        THEN
            PERFORM refuse('already_used', jsonb_build_object(
                'at', v_voucher.used_at, 'store', v_voucher.used_store_id));
        END IF;
        UPDATE voucher_event SET signed_at = p_signed_at
        WHERE voucher_id = v_redemption.id AND kind = 'use' AND at = v_voucher.used_at
            AND device_id = p_device AND signed_at < p_signed_at;
        RETURN voucher_used(p_device, p_key, v_content, v_answer, v_redemption.id, v_now);
    ELSIF v_redemption.state IN ('RELEASED', 'VOIDED') THEN
        PERFORM refuse('voucher_revoked', jsonb_build_object('at', v_redemption.ended_at));
    ELSIF v_redemption.state = 'EXPIRED' OR v_voucher.valid_to <= v_now THEN
        PERFORM refuse('voucher_expired', jsonb_build_object('at', v_voucher.valid_to));
    ELSIF NOT coalesce((p_shown->>'fresh')::boolean, true) THEN
        PERFORM refuse('code_expired');
    ELSIF voucher_overtaken(v_redemption.id, p_device, 'restore', p_signed_at) THEN
        PERFORM refuse('not_used_here', jsonb_build_object('state', v_redemption.state));
    END IF;
    PERFORM voucher_condition_refuse(voucher_unmet(v_voucher, v_redemption.member_id,
        v_till.store_id, p_basket || jsonb_build_object('member', v_member), v_now));
    IF v_redemption.state IN ('PRINTING', 'UNCERTAIN') THEN
        PERFORM redemption_issue(v_redemption, 'used', p_device, v_now);
    END IF;
    UPDATE voucher
    SET state = 'used', used_at = v_now, used_store_id = v_till.store_id, used_pos = p_pos,
        used_receipt = p_receipt, used_line = p_line
    WHERE redemption_id = v_redemption.id;
    UPDATE redemption SET state = 'USED' WHERE id = v_redemption.id;
    PERFORM voucher_note(v_redemption.id, 'use', v_now, p_device, v_till.store_id,
        concat_ws(':', p_pos, p_receipt, p_line), p_signed_at => p_signed_at);
    RETURN voucher_used(p_device, p_key, v_content, v_answer, v_redemption.id, v_now);
END $$;

-- Whether the till signed this before the last of what it signed of a kind, both by its own clock.
CREATE FUNCTION voucher_overtaken(
    p_redemption uuid, p_device uuid, p_kind text, p_signed_at timestamptz
) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(p_signed_at < max(signed_at), false) FROM voucher_event
    WHERE voucher_id = p_redemption AND kind = p_kind AND device_id = p_device
$$;

-- The answer of a use; the key is kept with the first, so that other content is a mismatch.
CREATE FUNCTION voucher_used(
    p_device uuid, p_key text, p_content jsonb, p_before jsonb, p_redemption uuid,
    p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_answer jsonb := voucher_state(p_redemption, p_now);
BEGIN
    IF p_before IS NULL THEN
        PERFORM remember(p_device::text, p_key, p_content, v_answer, p_now);
    END IF;
    RETURN v_answer;
END $$;

-- USED -> ISSUED: the till voids that same receipt. The key of that use is forgotten with it: what
-- is bought, and with which voucher, may be another one the next time. What the till signed before
-- a use, or before it asked for that once more, and what comes late, takes nothing back.
-- Refused with: voucher_unknown, not_used_here{state} (another's, or older than its use)
CREATE FUNCTION voucher_restore(
    p_device uuid, p_code text, p_key text, p_pos text, p_receipt text, p_line integer,
    p_reason text, p_now timestamptz DEFAULT NULL, p_signed_at timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('restore', p_code, p_pos, p_receipt, p_line, p_reason);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_till device := device_for(p_device, 'till', false);
    v_redemption redemption;
    v_used_at timestamptz;
BEGIN
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    v_redemption := voucher_at_till(v_till, p_code, v_now);
    IF v_redemption.id IS NULL THEN
        RETURN '{"refused": "voucher_unknown", "facts": {}}';
    ELSIF voucher_overtaken(v_redemption.id, p_device, 'use', p_signed_at) THEN
        PERFORM refuse('not_used_here', jsonb_build_object('state', v_redemption.state));
    END IF;
    v_used_at := (SELECT used_at FROM voucher WHERE redemption_id = v_redemption.id);
    UPDATE voucher
    SET state = 'live', used_at = NULL, used_store_id = NULL, used_pos = NULL,
        used_receipt = NULL, used_line = NULL
    WHERE redemption_id = v_redemption.id AND state = 'used'
        AND (used_store_id, used_pos, used_receipt, used_line)
            = (v_till.store_id, p_pos, p_receipt, p_line);
    IF NOT FOUND THEN
        PERFORM refuse('not_used_here', jsonb_build_object('state', v_redemption.state));
    END IF;
    DELETE FROM idempotency_key
    WHERE client = p_device::text AND created_at >= v_used_at
        AND response->>'tail' = right(p_code, 4)
        AND (response->>'used_at')::timestamptz = v_used_at;
    UPDATE redemption SET state = 'ISSUED' WHERE id = v_redemption.id;
    PERFORM voucher_note(v_redemption.id, 'restore', v_now, p_device, v_till.store_id,
        concat_ws(':', p_pos, p_receipt, p_line, p_reason), p_signed_at => p_signed_at);
    RETURN remember(p_device::text, p_key, v_content,
        voucher_state(v_redemption.id, v_now), v_now);
END $$;
