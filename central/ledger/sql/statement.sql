-- What a member may read of their account: lines from the postings, newest first, each with what it
-- moved in and left on the four accounts; and how the account stands. Nothing is moved, nobody
-- waits: it is one look at the rows, so that lines and standing belong together.

-- Lines before p_before (a line's seq; NULL: the newest), at most p_limit, within [p_from, p_to).
-- -> central.ledger.statement.Statement: {standing, closing, lines: [...], next: seq or null};
-- closing: how the four accounts stood at p_to, where that is over
CREATE FUNCTION member_statement(
    p_member uuid, p_before bigint, p_limit integer, p_from timestamptz, p_to timestamptz,
    p_now timestamptz DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_lines jsonb;
BEGIN
    IF NOT EXISTS (SELECT FROM member WHERE id = p_member) THEN
        PERFORM refuse('member_unknown');
    ELSIF p_limit IS NULL OR p_limit NOT BETWEEN 1 AND 200 THEN
        PERFORM refuse('bad_request');
    END IF;
    WITH page AS (  -- one more than asked for tells whether there is more
        SELECT * FROM statement_moves(p_member)
        WHERE (p_before IS NULL OR seq < p_before) AND (p_from IS NULL OR at >= p_from)
            AND (p_to IS NULL OR at < p_to)
        ORDER BY seq DESC LIMIT p_limit + 1
    )
    SELECT coalesce(jsonb_agg(
        jsonb_build_object('seq', seq, 'at', at, 'moved', accounts_json(moved),
            'left', accounts_json(left_over)) || line_facts(journal_id, p_member)
        ORDER BY seq DESC), '[]')
    INTO v_lines FROM page;
    RETURN jsonb_build_object(
        'standing', member_standing(p_member, v_now),
        'closing', CASE WHEN p_to <= v_now THEN coalesce((
            SELECT accounts_json(left_over) FROM statement_moves(p_member)
            WHERE p_to > at ORDER BY seq DESC LIMIT 1), accounts_json(ARRAY[0, 0, 0, 0])) END,
        'lines', CASE WHEN jsonb_array_length(v_lines) > p_limit THEN v_lines - p_limit
            ELSE v_lines END,
        'next', CASE WHEN jsonb_array_length(v_lines) > p_limit
            THEN v_lines->(p_limit - 1)->'seq' END);
END $$;

-- Each transaction of a member, what it moved and what it left. The fold begins at the first one:
-- the last line's balances are the account's.
CREATE FUNCTION statement_moves(p_member uuid)
RETURNS TABLE (journal_id uuid, seq bigint, at timestamptz, moved bigint[], left_over bigint[])
LANGUAGE sql STABLE AS $$
    SELECT id, seq, at, ARRAY[pending, available, held, debt],
        ARRAY[sum(pending) OVER w, sum(available) OVER w, sum(held) OVER w, sum(debt) OVER w]
            ::bigint[]
    FROM (
        SELECT j.id, j.seq, j.at,
            coalesce(sum(p.points) FILTER (WHERE p.account = 'pending'), 0)::bigint AS pending,
            coalesce(sum(p.points) FILTER (WHERE p.account = 'available'), 0)::bigint AS available,
            coalesce(sum(p.points) FILTER (WHERE p.account = 'held'), 0)::bigint AS held,
            coalesce(sum(p.points) FILTER (WHERE p.account = 'debt'), 0)::bigint AS debt
        FROM (
            SELECT id, seq, at FROM journal WHERE member_id = p_member
            UNION ALL  -- what was merged into this account is written down at the other one
            SELECT id, seq, at FROM journal WHERE kind = 'merge' AND member_id IN (
                SELECT id FROM member WHERE merged_into_id = p_member)
        ) AS j JOIN posting p ON p.journal_id = j.id AND p.member_id = p_member
        GROUP BY j.id, j.seq, j.at
    ) AS move
    WINDOW w AS (ORDER BY seq)
$$;

-- What a line is about. Neither operator nor reason: those are the chain's own.
CREATE FUNCTION line_facts(p_journal uuid, p_member uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'kind', j.kind,
        'source', coalesce(l.source, ''),
        'reference', coalesce(nullif(j.reference, ''), lot_reference(l), ''),
        'reward', coalesce(v.reward_name, w.name),
        'other_tail', CASE WHEN j.kind = 'merge' THEN (
            SELECT right(m.number, 4) FROM posting p JOIN member m ON m.id = p.member_id
            WHERE p.journal_id = j.id AND p.member_id <> p_member LIMIT 1) END,
        'incoming', j.member_id <> p_member,
        'cleared', l.clearing_id IS NOT NULL)
    FROM journal j
    LEFT JOIN lot l ON l.id = j.lot_id
    LEFT JOIN redemption r ON r.id = j.redemption
    LEFT JOIN voucher v ON v.redemption_id = r.id
    LEFT JOIN reward w ON w.id = r.reward_id
    WHERE j.id = p_journal
$$;

-- What a shopper knows a lot by: the receipt. One that stands for points of a voucher given back has
-- the redemption's id, which is nobody's.
CREATE FUNCTION lot_reference(p_lot lot) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_lot.source WHEN 'void' THEN '' ELSE p_lot.reference END
$$;

CREATE FUNCTION accounts_json(p_points bigint[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('pending', p_points[1], 'available', p_points[2],
        'held', p_points[3], 'debt', p_points[4])
$$;

-- How an account stands now. Points whose end has come are no part of `spendable`, though a night
-- may not have written it down yet; nor are those that wait to become available.
CREATE FUNCTION member_standing(p_member uuid, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'as_of', p_now, 'timezone', (SELECT timezone FROM programme),
        'unit', (SELECT point_unit FROM programme),
        'display', m.display, 'tail', right(m.number, 4), 'status', m.status, 'tier', t.name,
        'merged_into_tail', (SELECT right(o.number, 4) FROM member o WHERE o.id = m.merged_into_id),
        'forfeits_at', (SELECT forfeits_at FROM account_closing WHERE member_id = m.id),
        'balance', accounts_json(ARRAY[b.pending, b.available, b.held, b.debt]),
        'spendable', spendable(m.id, p_now),
        'pending', coalesce((
            SELECT jsonb_agg(jsonb_build_object('points', points, 'at', available_at)
                ORDER BY available_at)
            FROM (SELECT sum(remaining) AS points, available_at FROM lot
                WHERE member_id = m.id AND state = 'pending' AND remaining > 0
                GROUP BY available_at) AS p), '[]'),
        'holds', standing_holds(m.id),
        'lots', coalesce((
            SELECT jsonb_agg(jsonb_build_object('source', l.source, 'reference', lot_reference(l),
                'type', y.name, 'points', l.remaining, 'held', l.held,
                'available_at', l.available_at, 'expires_at', l.expires_at)
                ORDER BY l.expires_at, l.available_at, l.id)
            FROM lot l JOIN point_type y ON y.code = l.type
            WHERE l.member_id = m.id AND l.remaining > 0), '[]'))
    FROM member m JOIN balance b ON b.member_id = m.id JOIN tier t ON t.id = m.tier_id
    WHERE m.id = p_member
$$;

-- What is set aside for what, and when that ends by itself: a reservation at its deadline (the
-- points come back), an uncertain voucher after 72 hours (it counts as taken).
CREATE FUNCTION standing_holds(p_member uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('points', h.points, 'reward', v.reward_name,
        'state', r.state, 'until', CASE r.state WHEN 'RESERVED' THEN h.deadline
            WHEN 'UNCERTAIN' THEN r.uncertain_at + interval '72 hours' END) ORDER BY h.created_at),
        '[]')
    FROM hold h JOIN redemption r ON r.hold_id = h.id JOIN voucher v ON v.redemption_id = r.id
    WHERE h.member_id = p_member AND h.state = 'open'
$$;
