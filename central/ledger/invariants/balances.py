"""What adds up: transactions, balances, lots."""

from central.ledger.invariants.invariant import Invariant

BALANCES: tuple[Invariant, ...] = (
    Invariant(
        "1a. transactions sum to zero",
        "SELECT count(*) FROM journal",
        """SELECT j.id FROM journal j LEFT JOIN posting p ON p.journal_id = j.id
           GROUP BY j.id HAVING coalesce(sum(p.points), 0) <> 0 OR count(p.id) < 2 ORDER BY 1""",
    ),
    Invariant(
        "1b. all accounts sum to zero",
        "SELECT count(DISTINCT (account, detail)) FROM posting",
        "SELECT 'all accounts: ' || sum(points) FROM posting HAVING sum(points) <> 0",
    ),
    Invariant(
        "1c. balances equal the fold of the journal",
        "SELECT count(*) FROM balance",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id,
                   sum(points) FILTER (WHERE account = 'pending') AS pending,
                   sum(points) FILTER (WHERE account = 'available') AS available,
                   sum(points) FILTER (WHERE account = 'held') AS held,
                   sum(points) FILTER (WHERE account = 'debt') AS debt
               FROM posting WHERE member_id IS NOT NULL GROUP BY member_id
           ) f ON f.member_id = b.member_id
           WHERE (b.pending, b.available, b.held, b.debt) IS DISTINCT FROM
               (coalesce(f.pending, 0), coalesce(f.available, 0), coalesce(f.held, 0),
                coalesce(f.debt, 0)) ORDER BY 1""",
    ),
    Invariant(
        "1d. every member has a balance",
        "SELECT count(*) FROM member",
        """SELECT m.id FROM member m LEFT JOIN balance b ON b.member_id = m.id
           WHERE b.member_id IS NULL ORDER BY 1""",
    ),
    Invariant(
        "1e. each transaction has a number of its own, and none is yet to be given",
        "SELECT count(*) FROM journal",
        """SELECT 'number ' || seq FROM journal
           GROUP BY seq HAVING count(*) > 1 OR seq > pg_sequence_last_value('journal_seq')
           ORDER BY 1""",
    ),
    Invariant(
        "2a. lots equal the balances",
        "SELECT count(*) FROM balance",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id,
                   sum(remaining) FILTER (WHERE state = 'pending') AS pending,
                   sum(remaining - held) FILTER (WHERE state = 'active') AS available,
                   sum(held) AS held
               FROM lot GROUP BY member_id
           ) l ON l.member_id = b.member_id
           WHERE (b.pending, b.available, b.held) IS DISTINCT FROM
               (coalesce(l.pending, 0), coalesce(l.available, 0), coalesce(l.held, 0))
           ORDER BY 1""",
    ),
    Invariant(
        "2b. held = sum of open holds",
        "SELECT count(*) FROM hold WHERE state = 'open'",
        """SELECT b.member_id FROM balance b LEFT JOIN (
               SELECT member_id, sum(points) AS points FROM hold WHERE state = 'open'
               GROUP BY member_id
           ) h ON h.member_id = b.member_id
           WHERE b.held <> coalesce(h.points, 0) ORDER BY 1""",
    ),
    Invariant(
        "2c. 0 <= held <= remaining <= granted",
        "SELECT count(*) FROM lot",
        """SELECT id FROM lot
           WHERE NOT (0 <= held AND held <= remaining AND remaining <= granted) ORDER BY 1""",
    ),
    Invariant(
        "2d. no negative balance, no positive debt",
        "SELECT count(*) FROM balance",
        """SELECT member_id FROM balance
           WHERE pending < 0 OR available < 0 OR held < 0 OR debt > 0 ORDER BY 1""",
    ),
    Invariant(
        "2e. no account was ever below zero, no debt above",
        "SELECT count(*) FROM journal",
        """SELECT DISTINCT member_id FROM (
               SELECT p.member_id, p.account, sum(sum(p.points)) OVER (
                   PARTITION BY p.member_id, p.account ORDER BY j.seq) AS left_over
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE p.member_id IS NOT NULL GROUP BY p.member_id, p.account, p.journal_id, j.seq
           ) AS f WHERE CASE account WHEN 'debt' THEN left_over > 0 ELSE left_over < 0 END
           ORDER BY 1""",
    ),
    Invariant(
        "3. each lot adds up",
        "SELECT count(*) FROM lot",
        """SELECT id FROM lot WHERE granted <> remaining + redeemed + expired + clawed
               + forfeited + merged_out + settled_debt + adjusted ORDER BY 1""",
    ),
    Invariant(
        "3b. where points came from and went, lots and postings tell the same",
        "SELECT count(*) FROM lot",
        """SELECT coalesce(l.what, p.what) FROM (
               SELECT 'issued:' || source AS what, sum(granted) AS points FROM lot
               WHERE merged_from_id IS NULL AND source <> 'void' GROUP BY source
               UNION ALL SELECT 'redeemed', coalesce(sum(redeemed), 0)
                   - coalesce(sum(granted) FILTER (
                       WHERE source = 'void' AND merged_from_id IS NULL), 0) FROM lot
               UNION ALL SELECT 'clawed back', coalesce(sum(clawed), 0) FROM lot
               UNION ALL SELECT 'debt settled', coalesce(sum(settled_debt), 0) FROM lot
               UNION ALL SELECT 'adjusted', coalesce(sum(adjusted), 0) FROM lot
           ) AS l FULL JOIN (
               SELECT 'issued:' || p.detail AS what, -sum(p.points) AS points
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE p.account = 'issued' AND NOT (j.kind = 'adjust' AND p.points > 0)
               GROUP BY p.detail
               UNION ALL SELECT 'redeemed', coalesce(sum(points), 0) FROM posting
               WHERE account = 'redeemed'
               UNION ALL SELECT 'clawed back', coalesce(-sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind = 'clawback' AND p.account IN ('pending', 'available')
               UNION ALL SELECT 'debt settled', coalesce(sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind <> 'merge' AND p.account = 'debt' AND p.points > 0
               UNION ALL SELECT 'adjusted', coalesce(sum(p.points), 0)
               FROM posting p JOIN journal j ON j.id = p.journal_id
               WHERE j.kind = 'adjust' AND p.account = 'issued' AND p.points > 0
           ) AS p USING (what)
           WHERE l.points IS DISTINCT FROM p.points ORDER BY 1""",
    ),
)
