-- The member's row lock: held by every function that reads, decides and writes.
-- Lock order: idempotency key (never waited for), staff log-in, id of the redemption (advisory),
-- device, member (several by their ids), receipt (advisory), limit counters (members', stores', the
-- chain's) or those of awards (counters.sql), campaigns by their ids, stock, catalogue cursor,
-- audit chain.
CREATE FUNCTION member_lock(p_member uuid) RETURNS balance
LANGUAGE plpgsql AS $$
DECLARE
    v_balance balance;
BEGIN
    SELECT * INTO v_balance FROM balance WHERE member_id = p_member FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM refuse('member_unknown');
    END IF;
    RETURN v_balance;
END $$;

-- What a member can spend now: nothing while in debt, and no lot that has died but was not
-- yet swept.
CREATE FUNCTION spendable(p_member uuid, p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN b.debt < 0 THEN 0 ELSE b.available - coalesce((
            SELECT sum(l.remaining - l.held) FROM lot l
            WHERE l.member_id = p_member AND l.state = 'active' AND l.remaining > 0
                AND l.expires_at <= p_now), 0) END
        FROM balance b WHERE b.member_id = p_member);
END $$;

-- Every member has its balance row from the first moment.
CREATE FUNCTION member_created() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO balance (member_id) VALUES (NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER member_created AFTER INSERT ON member
    FOR EACH ROW EXECUTE FUNCTION member_created();
