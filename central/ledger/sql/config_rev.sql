-- programme.config_rev is the ETag of every device's configuration: it rises with the programme,
-- a store, a token key, or a device's pause.
CREATE FUNCTION programme_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.config_rev := OLD.config_rev + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_changed BEFORE UPDATE ON programme
    FOR EACH ROW EXECUTE FUNCTION programme_changed();

CREATE FUNCTION config_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE programme SET config_rev = config_rev;
    RETURN NULL;
END $$;
CREATE TRIGGER config_changed AFTER UPDATE ON store
    FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE TRIGGER config_changed AFTER INSERT OR UPDATE ON token_key
    FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE TRIGGER config_changed AFTER UPDATE OF paused ON device
    FOR EACH ROW WHEN (OLD.paused IS DISTINCT FROM NEW.paused)
    EXECUTE FUNCTION config_changed();

-- Services that keep keys in memory LISTEN to device_changed: its payload is the device's id.
CREATE FUNCTION device_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('device_changed', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER device_changed AFTER INSERT OR UPDATE OF revoked_at, role, store_id, public_key
    ON device FOR EACH ROW EXECUTE FUNCTION device_changed();
