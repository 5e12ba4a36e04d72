-- wire.api.redemptions.Redemption. The code is in it while it may still be printed.
CREATE FUNCTION redemption_answer(p_redemption uuid, p_spendable bigint DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'id', r.id, 'state', r.state, 'points', r.points,
            'hold_expires_at', CASE WHEN r.state = 'RESERVED' THEN h.deadline END,
            'voucher', CASE WHEN r.state IN ('RESERVED', 'PRINTING', 'UNCERTAIN')
                THEN voucher_answer(v) END,
            'spendable', p_spendable, 'copy', v.copies)
        FROM redemption r
        JOIN hold h ON h.id = r.hold_id
        JOIN voucher v ON v.redemption_id = r.id
        WHERE r.id = p_redemption);
END $$;

-- wire.api.redemptions.Voucher
CREATE FUNCTION voucher_answer(p_voucher voucher) RETURNS jsonb
LANGUAGE sql STABLE AS $$  -- as stable as jsonb_build_object: else it is not inlined
    SELECT jsonb_build_object('code', p_voucher.code, 'payload', 'V1' || p_voucher.code,
        'print_fields', p_voucher.print_fields)
$$;

-- The answer for an id that was released before it was ever reserved.
CREATE FUNCTION tombstone_answer(p_redemption uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('id', p_redemption, 'state', 'RELEASED', 'points', 0)
$$;
