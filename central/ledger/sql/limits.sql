-- How often a reward may be had in a calendar period of the programme's zone: by one member, in
-- one store, in the whole chain. A counter is made at the first redemption or release under a limit
-- and then counts what came before, so that a limit set later holds too; with its limit it goes.
-- Counters are locked in the order of `limit_place`, members' first.

CREATE FUNCTION limit_starts(p_period text, p_day date) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_period IN ('day', 'week', 'month', 'quarter', 'year')
            THEN date_trunc(p_period, p_day::timestamp)::date
        WHEN p_period = 'ever' THEN '1970-01-01'::date END
$$;

-- The first day after the period; NULL: it has no end.
CREATE FUNCTION limit_ends(p_period text, p_starts_on date) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_period WHEN 'quarter' THEN p_starts_on + interval '3 months'
        WHEN 'ever' THEN NULL ELSE p_starts_on + ('1 ' || p_period)::interval END::date
$$;

CREATE FUNCTION limit_place(p_scope text, p_period text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT 10 * array_position(ARRAY['member', 'store', 'chain'], p_scope)
        + array_position(ARRAY['day', 'week', 'month', 'quarter', 'year', 'ever'], p_period)
$$;

-- The limits of a reward, each scope and period once, in the order in which they are locked.
CREATE FUNCTION limits_of(p_reward uuid) RETURNS TABLE (scope text, period text, cap integer)
LANGUAGE sql STABLE AS $$
    SELECT scope, period, min(cap) FROM (
        SELECT scope, period, cap FROM reward_limit WHERE reward_id = p_reward
        UNION ALL
        SELECT 'member', own.period, own.cap
        FROM reward r, LATERAL (VALUES ('day', r.per_member_per_day),
            ('month', r.per_member_per_month), ('ever', r.per_member_ever)) AS own (period, cap)
        WHERE r.id = p_reward AND own.cap IS NOT NULL
    ) AS l GROUP BY scope, period ORDER BY limit_place(scope, period)
$$;

-- The counters that a redemption counts in, each of them with its limit, in the same order.
CREATE FUNCTION limits_counted(p_redemption redemption, p_zone text)
RETURNS TABLE (scope text, period text, cap integer, member_id uuid, store_id text, starts_on date)
LANGUAGE sql STABLE AS $$
    SELECT l.scope, l.period, l.cap,
        CASE l.scope WHEN 'member' THEN p_redemption.member_id END,
        CASE l.scope WHEN 'store' THEN p_redemption.store_id END,
        limit_starts(l.period, (p_redemption.reserved_at AT TIME ZONE p_zone)::date)
    FROM limits_of(p_redemption.reward_id) AS l ORDER BY limit_place(l.scope, l.period)
$$;

-- Counts a redemption in, whose row is there already: what sets a limit waits for that row's end,
-- and so finds it (`limit_set`). Refused with: limit_reached{limit, resets_at}.
CREATE FUNCTION limit_take(p_redemption redemption, p_zone text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_limit record;
BEGIN
    FOR v_limit IN SELECT * FROM limits_counted(p_redemption, p_zone) LOOP
        INSERT INTO limit_counter AS c (id, reward_id, member_id, store_id, period, starts_on, used)
        SELECT new_id(), p_redemption.reward_id, v_limit.member_id, v_limit.store_id,
            v_limit.period, v_limit.starts_on, n
        FROM limit_first(p_redemption.reward_id, v_limit.member_id, v_limit.store_id,
            v_limit.period, v_limit.starts_on, p_zone) AS n
        WHERE n <= v_limit.cap
        ON CONFLICT (member_id, store_id, reward_id, period, starts_on)
            DO UPDATE SET used = c.used + 1 WHERE c.used + 1 <= v_limit.cap;
        IF NOT FOUND THEN
            PERFORM refuse('limit_reached', jsonb_build_object(
                'limit', 'per_' || v_limit.scope
                    || CASE v_limit.period WHEN 'ever' THEN '_ever'
                        ELSE '_per_' || v_limit.period END,
                'resets_at', limit_ends(v_limit.period, v_limit.starts_on)::timestamp
                    AT TIME ZONE p_zone));
        END IF;
    END LOOP;
END $$;

-- What a new counter begins with: all that counts in it by now, whatever this transaction has done
-- to its redemption among it. Where there is a counter it does not matter, and nothing is searched
-- for. Both ends: while a clock was ahead there were redemptions in periods to come.
CREATE FUNCTION limit_first(
    p_reward uuid, p_member uuid, p_store text, p_period text, p_starts_on date, p_zone text
) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (
        SELECT FROM limit_counter
        WHERE reward_id = p_reward AND period = p_period AND starts_on = p_starts_on
            AND (CASE WHEN p_member IS NULL THEN member_id IS NULL ELSE member_id = p_member END)
            AND (CASE WHEN p_store IS NULL THEN store_id IS NULL ELSE store_id = p_store END))
    THEN
        RETURN 0;
    END IF;
    RETURN (
        SELECT count(*) FROM redemption
        WHERE reward_id = p_reward AND (p_member IS NULL OR member_id = p_member)
            AND (p_store IS NULL OR store_id = p_store)
            AND reserved_at >= p_starts_on::timestamp AT TIME ZONE p_zone
            AND reserved_at < coalesce(limit_ends(p_period, p_starts_on)::timestamp
                AT TIME ZONE p_zone, 'infinity')
            AND state NOT IN ('RELEASED', 'VOIDED'));
END $$;

-- A redemption that did not become the member's does not count; its row says so already. A counter
-- that is not there is made here, too: another call may be making it just now, whose count has this
-- redemption in it, and the conflict is the only thing that the two of them can meet at.
CREATE FUNCTION limit_give_back(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_zone text := (SELECT timezone FROM programme);
    v_limit record;
BEGIN
    FOR v_limit IN SELECT * FROM limits_counted(p_redemption, v_zone) LOOP
        INSERT INTO limit_counter AS c (id, reward_id, member_id, store_id, period, starts_on, used)
        SELECT new_id(), p_redemption.reward_id, v_limit.member_id, v_limit.store_id,
            v_limit.period, v_limit.starts_on, n
        FROM limit_first(p_redemption.reward_id, v_limit.member_id, v_limit.store_id,
            v_limit.period, v_limit.starts_on, v_zone) AS n
        ON CONFLICT (member_id, store_id, reward_id, period, starts_on)
            DO UPDATE SET used = c.used - 1 WHERE c.used > 0;
    END LOOP;
END $$;

-- A limit begins or ends when no redemption is half way: those before it are in the table when a
-- counter is made, those after it see the limit. Without its limit a counter would stand still.
CREATE FUNCTION limit_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE redemption IN SHARE ROW EXCLUSIVE MODE;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM limit_counter
        WHERE reward_id = OLD.reward_id AND period = OLD.period
            AND OLD.scope = CASE WHEN member_id IS NOT NULL THEN 'member'
                WHEN store_id IS NOT NULL THEN 'store' ELSE 'chain' END
            AND NOT EXISTS (SELECT FROM limits_of(OLD.reward_id) AS l
                WHERE (l.scope, l.period) = (OLD.scope, OLD.period));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER limit_set AFTER INSERT OR UPDATE OR DELETE ON reward_limit
    FOR EACH ROW EXECUTE FUNCTION limit_set();

-- The same for the columns of a reward. The lock comes before the catalogue cursor's, which another
-- trigger takes: triggers go by their names.
CREATE FUNCTION limit_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE redemption IN SHARE ROW EXCLUSIVE MODE;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_lock
    BEFORE UPDATE OF per_member_per_day, per_member_per_month, per_member_ever ON reward
    FOR EACH ROW WHEN ((OLD.per_member_per_day, OLD.per_member_per_month, OLD.per_member_ever)
        IS DISTINCT FROM (NEW.per_member_per_day, NEW.per_member_per_month, NEW.per_member_ever))
    EXECUTE FUNCTION limit_lock();

CREATE FUNCTION reward_limit_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM limit_counter AS c
    WHERE reward_id = NEW.id AND member_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM limits_of(NEW.id) AS l WHERE l.scope = 'member' AND l.period = c.period);
    RETURN NULL;
END $$;
CREATE TRIGGER reward_limit_set
    AFTER UPDATE OF per_member_per_day, per_member_per_month, per_member_ever ON reward
    FOR EACH ROW WHEN ((OLD.per_member_per_day, OLD.per_member_per_month, OLD.per_member_ever)
        IS DISTINCT FROM (NEW.per_member_per_day, NEW.per_member_per_month, NEW.per_member_ever))
    EXECUTE FUNCTION reward_limit_set();

-- In another time zone every period begins at another moment: the counters go, and each is counted
-- anew from the redemptions when it is next needed.
CREATE FUNCTION limit_zone_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE redemption IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM limit_counter;
    RETURN NULL;
END $$;
CREATE TRIGGER limit_zone_set AFTER UPDATE OF timezone ON programme
    FOR EACH ROW WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)
    EXECUTE FUNCTION limit_zone_set();
