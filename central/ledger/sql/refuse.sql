-- How every function says no: nothing was moved, the whole call is rolled back.
--   SQLSTATE LK001, MESSAGE = a code of wire.errors.ErrorCode, DETAIL = its facts as JSON
-- (fields of wire.errors.Problem). central.ledger.refusal turns it into LedgerRefused.
-- A refusal that must leave a trace (a bad voucher code) is answered instead, as
--   {"refused": code, "facts": {...}}
CREATE FUNCTION refuse(p_code text, p_facts jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LK001', MESSAGE = p_code, DETAIL = p_facts::text;
END $$;
