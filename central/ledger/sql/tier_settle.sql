-- A member's tier: the higher one of what was earned (`tier_standing.base_tier`) and of what was
-- given (`tier_grant`). Earning raises the base at once; a review, in a night after its date, lowers
-- it as the policy says; what was given ends in the night after its end. Under the member's lock.

-- Brings the tier up to date, and down too with p_lower: reviews due by p_due, gifts ended by then.
-- Frozen and closed accounts stay as they are; what came up meanwhile, a later night does.
--   p_cause, p_reason, p_operator   of a change that nobody earned: withdrawn, merged
-- -> 1 raised, -1 lowered, 0 as it was
CREATE FUNCTION tier_settle(
    p_member uuid, p_due timestamptz, p_now timestamptz, p_lower boolean,
    p_cause text DEFAULT '', p_reason text DEFAULT '', p_operator text DEFAULT ''
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_version integer := (SELECT version FROM tier_policy);
    v_standing tier_standing := tier_standing_of(p_member, p_now);
    v_base tier;
    v_why tier_change := NULL;
    v_reached record;
    v_next timestamptz;
BEGIN
    IF (SELECT status FROM member WHERE id = p_member) <> 'active' THEN
        -- Looked at again in the first night in which it is active.
        UPDATE tier_standing SET policy_version = 0 WHERE member_id = p_member;
        RETURN 0;
    END IF;
    SELECT * INTO STRICT v_base FROM tier WHERE id = v_standing.base_tier_id;
    IF v_version IS NOT NULL THEN
        IF v_standing.policy_version <> v_version
            AND coalesce(v_standing.review_at > p_now, true)
        THEN  -- by other rules: nothing is lost at once
            v_standing.review_at := tier_review_after(p_member, v_base.id, p_now);
        END IF;
        WHILE p_lower AND v_standing.review_at <= p_due LOOP
            SELECT * INTO v_reached FROM tier_supported(p_member, v_standing.review_at);
            IF v_reached.rank < v_base.rank
                AND (SELECT downgrade FROM tier_policy) <> 'none'
            THEN
                v_why.cause := 'review';
                SELECT greatest(amount, before) INTO v_why.amount
                FROM tier_sums(p_member, v_standing.review_at);
                v_why.threshold := v_base.threshold;
                v_base := tier_lowered(v_base, v_reached.rank);
            END IF;
            v_next := tier_review_after(p_member, v_base.id, v_standing.review_at);
            IF v_next <= v_standing.review_at THEN
                RAISE EXCEPTION 'the review of member % at % has itself for its next', p_member,
                    v_next;
            END IF;
            v_standing.review_at := v_next;
        END LOOP;
        SELECT * INTO v_reached FROM tier_supported(p_member, p_now);
        IF v_reached.rank > v_base.rank THEN
            SELECT * INTO STRICT v_base FROM tier WHERE id = v_reached.tier;
            v_standing.review_at := tier_review_after(p_member, v_base.id, p_now);
            v_why.cause := v_reached.cause;
            v_why.amount := v_reached.amount;
            v_why.threshold := v_reached.threshold;
            v_why.period_from := v_reached.period_from;
            v_why.period_to := v_reached.period_to;
        END IF;
    END IF;
    UPDATE tier_standing
    SET base_tier_id = v_base.id, review_at = v_standing.review_at, seen_at = p_now,
        settled_at = CASE WHEN p_lower THEN greatest(settled_at, p_due) ELSE settled_at END,
        policy_version = coalesce(v_version, policy_version)
    WHERE member_id = p_member
    RETURNING * INTO v_standing;
    v_why.measure := CASE WHEN v_why.amount IS NULL THEN ''
        ELSE (SELECT measure FROM tier_policy) END;
    v_why.reason := p_reason;
    v_why.operator := p_operator;
    RETURN tier_show(v_standing, v_base, v_why, p_cause, p_now);
END $$;

-- The standing, made from the tier that the member has when there is none yet.
CREATE FUNCTION tier_standing_of(p_member uuid, p_now timestamptz) RETURNS tier_standing
LANGUAGE plpgsql AS $$
DECLARE
    v_standing tier_standing;
BEGIN
    SELECT * INTO v_standing FROM tier_standing WHERE member_id = p_member;
    IF NOT FOUND THEN
        INSERT INTO tier_standing (member_id, base_tier_id, seen_at, policy_version)
        SELECT id, tier_id, p_now, 0 FROM member WHERE id = p_member
        RETURNING * INTO v_standing;
    END IF;
    RETURN v_standing;
END $$;

-- What is left of a tier that its period did not reach, when it reached one of that rank. Asked only
-- where the policy lowers somebody.
CREATE FUNCTION tier_lowered(p_tier tier, p_reached integer) RETURNS tier
LANGUAGE sql STABLE AS $$
    SELECT t.* FROM tier t, tier_policy p
    WHERE CASE p.downgrade
        WHEN 'full' THEN t.rank = p_reached
        WHEN 'step' THEN t.rank >= p_reached AND t.rank < p_tier.rank END
    ORDER BY t.rank DESC LIMIT 1
$$;

-- What the member has from now on: the base, or what was given if that is higher and has not been
-- ended by a night; and the row that tells why.
CREATE FUNCTION tier_show(
    p_standing tier_standing, p_base tier, p_why tier_change, p_cause text, p_now timestamptz
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_before tier;
    v_shown tier := p_base;
    v_given tier_grant;
    v_seq integer;
BEGIN
    p_why.valid_to := p_standing.review_at;
    SELECT g.* INTO v_given
    FROM tier_grant g JOIN tier t ON t.id = g.tier_id
    WHERE g.member_id = p_standing.member_id AND t.rank > p_base.rank AND tier_given(g, p_standing)
    ORDER BY t.rank DESC, g.valid_to DESC LIMIT 1;
    SELECT t.* INTO v_before FROM member m JOIN tier t ON t.id = m.tier_id
    WHERE m.id = p_standing.member_id;
    IF v_given.id IS NOT NULL THEN
        SELECT * INTO STRICT v_shown FROM tier WHERE id = v_given.tier_id;
    END IF;
    IF v_shown.id = v_before.id THEN
        RETURN 0;
    END IF;
    IF v_given.id IS NOT NULL AND v_shown.rank > v_before.rank THEN
        p_why := NULL;
        p_why.cause := CASE v_given.source WHEN 'staff' THEN 'given' ELSE 'bought' END;
        p_why.valid_to := v_given.valid_to;
        p_why.reason := v_given.reason;
        p_why.operator := v_given.operator;
    ELSIF v_given.id IS NOT NULL THEN
        p_why.valid_to := v_given.valid_to;
    END IF;
    p_why.cause := coalesce(nullif(p_cause, ''), p_why.cause, 'ended');
    SELECT coalesce(max(seq), 0) + 1 INTO v_seq FROM tier_change
    WHERE member_id = p_standing.member_id;
    INSERT INTO tier_change (id, member_id, seq, at, from_tier_id, to_tier_id, cause, valid_to,
        measure, amount, threshold, period_from, period_to, reason, operator)
    VALUES (new_id(), p_standing.member_id, v_seq, p_now, v_before.id, v_shown.id, p_why.cause,
        p_why.valid_to, coalesce(p_why.measure, ''), p_why.amount, p_why.threshold,
        p_why.period_from, p_why.period_to, coalesce(p_why.reason, ''),
        coalesce(p_why.operator, ''));
    UPDATE member SET tier_id = v_shown.id, facts_version = facts_version + 1
    WHERE id = p_standing.member_id;
    RETURN sign(v_shown.rank - v_before.rank);
END $$;

-- Whether what was given still is: a night has not ended it yet.
CREATE FUNCTION tier_given(p_grant tier_grant, p_standing tier_standing) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(least(p_grant.valid_to, p_grant.ended_at) > p_standing.settled_at, true)
$$;

-- The night's part: members of whom something is due, each once.
CREATE FUNCTION tiers_due(p_due timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT s.member_id FROM tier_standing s JOIN member m ON m.id = s.member_id
    WHERE m.status = 'active' AND s.review_at <= p_due AND EXISTS (SELECT FROM tier_policy)
    UNION
    SELECT s.member_id
    FROM tier_grant g JOIN tier_standing s USING (member_id) JOIN member m ON m.id = s.member_id
    WHERE m.status = 'active' AND least(g.valid_to, g.ended_at) <= p_due AND tier_given(g, s)
    UNION
    SELECT s.member_id
    FROM tier_policy p JOIN tier_standing s ON s.policy_version <> p.version
        JOIN member m ON m.id = s.member_id
    WHERE m.status = 'active'
    UNION
    SELECT m.id FROM tier_policy p, member m
    WHERE m.status = 'active' AND NOT EXISTS (SELECT FROM tier_standing WHERE member_id = m.id)
        AND (EXISTS (SELECT FROM tier_entry WHERE member_id = m.id) OR m.tier_id <> (
            SELECT id FROM tier ORDER BY rank LIMIT 1))
$$;

-- One member of a night: mostly it is lots that were due, and nothing of the tier.
CREATE FUNCTION tier_settle_due(p_member uuid, p_due timestamptz, p_now timestamptz)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_version integer := (SELECT version FROM tier_policy);
    v_standing tier_standing;
BEGIN
    SELECT * INTO v_standing FROM tier_standing WHERE member_id = p_member;
    IF (v_version IS NOT NULL AND (v_standing.policy_version IS DISTINCT FROM v_version
            OR v_standing.review_at <= p_due))
        OR EXISTS (SELECT FROM tier_grant g WHERE g.member_id = p_member
            AND least(g.valid_to, g.ended_at) <= p_due AND tier_given(g, v_standing))
    THEN
        RETURN tier_settle(p_member, p_due, p_now, true);
    END IF;
    RETURN 0;
END $$;

-- Other rules: everybody is looked at again in the next night.
CREATE FUNCTION tier_policy_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    NEW.version := greatest(NEW.version, CASE TG_OP WHEN 'UPDATE' THEN OLD.version END,
        (SELECT max(policy_version) FROM tier_standing)) + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER tier_policy_changed BEFORE INSERT OR UPDATE ON tier_policy
    FOR EACH ROW EXECUTE FUNCTION tier_policy_changed();

CREATE FUNCTION tier_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE tier_policy SET version = version;
    RETURN NULL;
END $$;
CREATE TRIGGER tier_changed AFTER INSERT OR DELETE OR UPDATE OF threshold, life_threshold, rank
    ON tier FOR EACH STATEMENT EXECUTE FUNCTION tier_changed();

CREATE TRIGGER tier_zone_set AFTER UPDATE OF timezone ON programme
    FOR EACH ROW WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
    EXECUTE FUNCTION tier_changed();

-- Members whose tier is not what it must be: above or below what was earned and given, earned less
-- than the sums reached when they were last looked at, or not the last change's. Ordered.
CREATE FUNCTION tiers_broken() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT m.id
    FROM member m JOIN tier t ON t.id = m.tier_id
        LEFT JOIN tier_standing s ON s.member_id = m.id
        LEFT JOIN tier b ON b.id = s.base_tier_id
        LEFT JOIN LATERAL (
            SELECT max(r.rank) AS rank FROM tier_grant g JOIN tier r ON r.id = g.tier_id
            WHERE g.member_id = m.id AND tier_given(g, s)
        ) AS given ON true
        LEFT JOIN LATERAL (
            SELECT to_tier_id FROM tier_change WHERE member_id = m.id ORDER BY seq DESC LIMIT 1
        ) AS last ON true
    WHERE m.status = 'active' AND (
        t.rank <> coalesce(greatest(b.rank, given.rank), t.rank)
        OR m.tier_id <> coalesce(last.to_tier_id, m.tier_id)
        OR EXISTS (SELECT FROM tier_policy p WHERE p.version = s.policy_version
            AND (tier_supported(m.id, s.seen_at)).rank > b.rank))
    ORDER BY m.id
$$;
