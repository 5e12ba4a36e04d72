-- From a verified code to all that a kiosk may show, and a session of 20 minutes. The same
-- key again is a kiosk that did not hear the answer: it gets the same one, and the same session.
-- -> wire.api.members.Member

-- A rotating code (M2): good once. The same (ref, slot) by another key: at the same kiosk
-- within 60 s a new read-only session, anywhere and any time else code_used.
-- p_fresh: whether the caller found the code's slot to be now.
CREATE FUNCTION member_by_code(
    p_device uuid, p_ref bytea, p_slot integer, p_key text, p_fresh boolean,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('lookup', encode(p_ref, 'hex'), p_slot);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_member uuid;
    v_seen seen_code;
    v_again boolean;
BEGIN
    PERFORM device_for(p_device, 'kiosk', false);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    ELSIF NOT p_fresh THEN
        PERFORM refuse('code_expired');
    END IF;
    SELECT member_id INTO v_member FROM member_ref
    WHERE ref = p_ref AND (retired_at IS NULL OR retired_at > v_now);
    IF NOT FOUND THEN
        PERFORM refuse('code_unknown');
    END IF;
    INSERT INTO seen_code (id, ref, slot, device_id, first_at)
    VALUES (new_id(), p_ref, p_slot, p_device, v_now) ON CONFLICT (ref, slot) DO NOTHING;
    v_again := NOT FOUND;
    IF v_again THEN
        SELECT * INTO v_seen FROM seen_code WHERE ref = p_ref AND slot = p_slot;
        IF v_seen.device_id <> p_device OR v_now >= v_seen.first_at + interval '60 seconds' THEN
            PERFORM refuse('code_used');
        END IF;
    END IF;
    RETURN remember(p_device::text, p_key, v_content,
        member_facts(v_member, p_device, p_ref, v_again, v_now), v_now);
END $$;

-- A printed card (C1): balance only, until there is a PIN. Older prints are worthless.
CREATE FUNCTION member_by_card(
    p_device uuid, p_card_ref bytea, p_version integer, p_key text,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('lookup_card', encode(p_card_ref, 'hex'), p_version);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_card member_card;
BEGIN
    PERFORM device_for(p_device, 'kiosk', false);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    SELECT * INTO v_card FROM member_card WHERE card_ref = p_card_ref;
    IF NOT FOUND OR p_version > v_card.version THEN
        PERFORM refuse('code_unknown');
    ELSIF p_version < v_card.version THEN
        PERFORM refuse('card_replaced');
    END IF;
    RETURN remember(p_device::text, p_key, v_content,
        member_facts(v_card.member_id, p_device, NULL, true, v_now), v_now);
END $$;

-- A card of before (twelve digits in bars, form and check digits verified by the caller). It is
-- unsigned and can be guessed: balance only, a blocked one is as good as unknown, and unknown
-- ones are counted. That refusal is answered, not raised, so that its count stays; and kept
-- under its key, so that it is not counted twice when the answer was lost.
CREATE FUNCTION member_by_plain_card(
    p_device uuid, p_number text, p_key text, p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_content jsonb := jsonb_build_array('lookup_plain_card', p_number);
    v_answer jsonb := replay(p_device::text, p_key, v_content);
    v_member uuid;
BEGIN
    PERFORM device_for(p_device, 'kiosk', false);
    IF v_answer IS NOT NULL THEN
        RETURN v_answer;
    END IF;
    PERFORM guesses_lock(p_device, 'rate_limited', v_now);
    SELECT member_id INTO v_member FROM plain_card
    WHERE number = p_number AND (blocked_at IS NULL OR blocked_at > v_now);
    IF NOT FOUND THEN
        PERFORM guessed(p_device, v_now, sha256(convert_to(p_number, 'UTF8')));
        v_answer := '{"refused": "code_unknown", "facts": {}}';
    ELSE
        v_answer := member_facts(v_member, p_device, NULL, true, v_now);
    END IF;
    RETURN remember(p_device::text, p_key, v_content, v_answer, v_now);
END $$;

CREATE FUNCTION member_facts(
    p_member uuid, p_device uuid, p_ref bytea, p_read_only boolean, p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_member member;
    v_tier tier;
    v_balance balance;
    v_session uuid := new_id();
    v_expires_at timestamptz := p_now + interval '20 minutes';
    v_unfinished jsonb;
BEGIN
    SELECT * INTO v_member FROM member WHERE id = p_member;
    PERFORM member_must_be_active(v_member.status);
    SELECT * INTO v_tier FROM tier WHERE id = v_member.tier_id;
    SELECT * INTO v_balance FROM balance WHERE member_id = p_member;
    INSERT INTO member_session (id, member_id, device_id, read_only, created_at, expires_at)
    VALUES (v_session, p_member, p_device, p_read_only, p_now, v_expires_at);

    -- Told once, and only to somebody who showed a fresh code.
    IF NOT p_read_only THEN
        WITH told AS (
            UPDATE redemption SET told_at = p_now
            WHERE member_id = p_member AND told_at IS NULL AND (state = 'UNCERTAIN'
                OR (state = 'RELEASED' AND reason IN
                    ('recovered', 'deadline', 'printing_not_acknowledged')))
            RETURNING id, state, reserved_at
        )
        SELECT jsonb_agg(jsonb_build_object('id', t.id, 'outcome', lower(t.state),
            'tail', right(v.code, 4)) ORDER BY t.reserved_at)
        INTO v_unfinished FROM told t JOIN voucher v ON v.redemption_id = t.id;
    END IF;

    RETURN jsonb_build_object(
        'member_ref', encode(coalesce(p_ref, (
            SELECT ref FROM member_ref WHERE member_id = p_member AND retired_at IS NULL
            ORDER BY created_at DESC LIMIT 1), uuid_send(v_session)), 'hex'),
        'display', v_member.display, 'tail', right(v_member.number, 4),
        'tier', jsonb_build_object('id', v_tier.id, 'name', v_tier.name, 'rank', v_tier.rank),
        'spendable', spendable(p_member, p_now), 'pending', v_balance.pending,
        'held', v_balance.held, 'debt', v_balance.debt,
        'expiring', coalesce((
            SELECT jsonb_agg(jsonb_build_object('points', points, 'at', at) ORDER BY at)
            FROM (
                SELECT sum(remaining - held) AS points, expires_at AS at FROM lot
                WHERE member_id = p_member AND state = 'active' AND remaining > 0
                    AND remaining > held AND expires_at > p_now
                    AND expires_at <= p_now + interval '60 days'
                GROUP BY expires_at ORDER BY expires_at LIMIT 3
            ) AS soon), '[]'),
        'offers', '[]'::jsonb,
        'vouchers', coalesce((
            SELECT jsonb_agg(jsonb_build_object('id', id, 'tail', tail, 'reward', reward_name,
                'state', state, 'valid_to', valid_to, 'reprints_left', reprints_left)
                ORDER BY state DESC, reserved_at DESC)
            FROM (
                SELECT r.id, right(v.code, 4) AS tail, v.reward_name, r.state, v.valid_to,
                    CASE r.state WHEN 'UNCERTAIN' THEN 2 - v.copies ELSE 0 END AS reprints_left,
                    r.reserved_at
                FROM redemption r JOIN voucher v ON v.redemption_id = r.id
                WHERE r.member_id = p_member AND r.state IN ('UNCERTAIN', 'ISSUED')
                    AND v.valid_to > p_now
                ORDER BY r.state DESC, r.reserved_at DESC LIMIT 20
            ) AS live), '[]'),
        'unfinished', coalesce(v_unfinished, '[]'),
        'as_of', p_now,
        'session', jsonb_build_object('id', v_session, 'expires_at', v_expires_at,
            'read_only', p_read_only));
END $$;
