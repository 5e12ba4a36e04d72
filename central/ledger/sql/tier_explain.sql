-- Why a member has the tier that they have, and what the next one takes.
-- Refused with: member_unknown. -> central.ledger.tiers.TierStory
CREATE FUNCTION tier_explain(p_member uuid, p_now timestamptz DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_member member;
    v_standing tier_standing;
BEGIN
    SELECT * INTO v_member FROM member WHERE id = p_member;
    IF NOT FOUND THEN
        PERFORM refuse('member_unknown');
    END IF;
    SELECT * INTO v_standing FROM tier_standing WHERE member_id = p_member;
    RETURN jsonb_build_object(
        'tier', (SELECT name FROM tier WHERE id = v_member.tier_id),
        'earned', (SELECT name FROM tier
            WHERE id = coalesce(v_standing.base_tier_id, v_member.tier_id)),
        'review_at', v_standing.review_at,
        'zone', (SELECT timezone FROM programme),
        'progress', (
            SELECT jsonb_build_object('measure', p.measure, 'amount', s.amount,
                'starts', s.starts, 'ends', s.ends, 'before', s.before, 'started', s.started)
            FROM tier_policy p, tier_sums(p_member, v_now) AS s),
        'next', (
            SELECT jsonb_build_object('tier', n.name, 'threshold', n.threshold,
                'missing', n.threshold - s.amount)
            FROM tier_sums(p_member, v_now) AS s, tier n, tier t
            WHERE t.id = v_member.tier_id AND n.rank > t.rank AND n.threshold > s.amount
            ORDER BY n.rank LIMIT 1),
        'given', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('tier', t.name, 'source', g.source,
                'valid_to', g.valid_to, 'reason', g.reason) ORDER BY g.made_at, g.id), '[]')
            FROM tier_grant g JOIN tier t ON t.id = g.tier_id
            WHERE g.member_id = p_member
                AND coalesce(least(g.valid_to, g.ended_at) > v_now, true)),
        'changes', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'before', a.name,
                'after', b.name, 'cause', c.cause, 'valid_to', c.valid_to, 'measure', c.measure,
                'amount', c.amount, 'threshold', c.threshold, 'starts', c.period_from,
                'ends', c.period_to, 'reason', c.reason, 'operator', c.operator)
                ORDER BY c.seq), '[]')
            FROM tier_change c JOIN tier a ON a.id = c.from_tier_id
                JOIN tier b ON b.id = c.to_tier_id
            WHERE c.member_id = p_member));
END $$;
