-- Every change that a kiosk should hear of gets the next number of one sequence. The lock makes
-- the numbers commit in order: a reader that has seen number n never misses one below it.
CREATE FUNCTION catalogue_next() RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('catalogue', 3));
    RETURN nextval('catalogue_rev');
END $$;

CREATE FUNCTION reward_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.rev := OLD.rev + 1;
    END IF;
    NEW.catalogue_rev := catalogue_next();
    RETURN NEW;
END $$;
CREATE TRIGGER reward_changed BEFORE INSERT OR UPDATE ON reward
    FOR EACH ROW EXECUTE FUNCTION reward_changed();

-- What kiosks list and what gives a tier are two things: neither becomes the other.
CREATE FUNCTION reward_kind_stays() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'reward.kind: a reward does not become a tier for points, or one another reward;'
        ' delete it and make a new one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER reward_kind_stays BEFORE UPDATE OF kind ON reward
    FOR EACH ROW WHEN ((OLD.kind = 'tier') <> (NEW.kind = 'tier'))
    EXECUTE FUNCTION reward_kind_stays();

-- Prices, stores and tiers of a reward are part of it.
CREATE FUNCTION reward_part_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE reward SET rev = rev WHERE id = OLD.reward_id;
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.reward_id <> OLD.reward_id) THEN
        UPDATE reward SET rev = rev WHERE id = NEW.reward_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reward_part_changed AFTER INSERT OR UPDATE OR DELETE ON reward_price
    FOR EACH ROW EXECUTE FUNCTION reward_part_changed();
CREATE TRIGGER reward_part_changed AFTER INSERT OR UPDATE OR DELETE ON reward_store
    FOR EACH ROW EXECUTE FUNCTION reward_part_changed();
CREATE TRIGGER reward_part_changed AFTER INSERT OR UPDATE OR DELETE ON reward_tier
    FOR EACH ROW EXECUTE FUNCTION reward_part_changed();

CREATE FUNCTION category_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reward SET rev = rev WHERE category_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER category_changed AFTER UPDATE ON category
    FOR EACH ROW EXECUTE FUNCTION category_changed();

-- Of the stock a kiosk is told: plenty, or how many of the last few. Only such a change counts.
CREATE FUNCTION stock_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_few integer;
BEGIN
    NEW.changed_at := clock_timestamp();
    SELECT greatest(few_below, 1) INTO v_few FROM reward WHERE id = NEW.reward_id;
    -- At an INSERT there is no OLD: a place that has nothing yet is no news.
    IF least(coalesce(OLD.on_hand, 0), v_few) <> least(NEW.on_hand, v_few) THEN
        NEW.catalogue_rev := catalogue_next();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_changed BEFORE INSERT OR UPDATE ON stock_bucket
    FOR EACH ROW EXECUTE FUNCTION stock_changed();
