-- What a till checks of a voucher beside its code (wire.api.vouchers.UseConditions): written with
-- the reward, frozen into the voucher when it is reserved, in words on the paper.

-- The conditions that are not met, each with what is needed and what is there:
-- [{condition, words, need, have}, ...]. need and have are fen, with minimum_spend only.
-- p_basket: {lines: [{sku, category, net_fen}, ...] or none, fen: where no lines are told, member:
-- whose code was shown}; NULL before the purchase is known: place and time are judged only.
CREATE FUNCTION voucher_unmet(
    p_voucher voucher, p_member uuid, p_store text, p_basket jsonb, p_now timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    c jsonb := p_voucher.conditions;
    v_local timestamp;
    v_told boolean := p_basket IS NOT NULL;
    v_fen bigint := coalesce((p_basket->>'fen')::bigint, 0);
    v_lines integer;
    v_failed text[];
BEGIN
    IF c = '{}' AND (p_voucher.min_spend_fen = 0 OR NOT v_told) THEN
        RETURN '[]';
    END IF;
    SELECT p_now AT TIME ZONE timezone INTO STRICT v_local FROM programme;
    IF jsonb_typeof(p_basket->'lines') = 'array' THEN
        SELECT count(*) FILTER (WHERE (line->>'net_fen')::bigint > 0),
            coalesce(sum((line->>'net_fen')::bigint), 0) INTO v_lines, v_fen
        FROM jsonb_array_elements(p_basket->'lines') AS line WHERE NOT line_excluded(line, c);
    END IF;
    SELECT array_agg(t.name ORDER BY t.place) INTO v_failed
    FROM (VALUES
        (1, 'store', c ? 'stores' AND NOT c->'stores' ? p_store),
        (2, 'date', EXISTS (SELECT FROM jsonb_array_elements(c->'not_on') AS d
            WHERE v_local::date BETWEEN (d->>'from')::date AND (d->>'to')::date)),
        (3, 'weekday', c ? 'weekdays'
            AND NOT c->'weekdays' @> to_jsonb(extract(isodow FROM v_local)::integer)),
        (4, 'hours', c ? 'hours' AND NOT EXISTS (SELECT FROM jsonb_array_elements(c->'hours') AS h
            WHERE time_within(v_local::time, (h->>'from')::time, (h->>'to')::time))),
        (5, 'member', v_told AND coalesce((c->>'bound')::boolean, false)
            AND (p_basket->>'member')::uuid IS DISTINCT FROM p_member),
        (6, 'excluded', v_told AND (c ? 'excluded_skus' OR c ? 'excluded_categories')
            AND coalesce(v_lines, 0) = 0),
        -- A refund beside the voucher is no purchase too small where none is asked for.
        (7, 'minimum_spend', p_voucher.min_spend_fen > 0
            AND v_told AND v_fen < p_voucher.min_spend_fen)
    ) AS t (place, name, failed) WHERE t.failed;
    RETURN coalesce((
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('condition', name,
            'words', condition_words(name, p_voucher.min_spend_fen, c),
            'need', CASE name WHEN 'minimum_spend' THEN p_voucher.min_spend_fen END,
            'have', CASE name WHEN 'minimum_spend' THEN v_fen END)) ORDER BY place)
        FROM unnest(v_failed) WITH ORDINALITY AS f (name, place)), '[]');
END $$;

-- A category is excluded with all below it (`wine` with `wine/red`), and where one is excluded so is
-- a line that tells none: it may be of any.
CREATE FUNCTION line_excluded(p_line jsonb, p_conditions jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_conditions->'excluded_skus' ? (p_line->>'sku'), false)
        OR (p_conditions ? 'excluded_categories'
            AND btrim(coalesce(p_line->>'category', '')) = '')
        OR EXISTS (
            SELECT FROM jsonb_array_elements_text(p_conditions->'excluded_categories') AS c
            WHERE p_line->>'category' = c OR starts_with(p_line->>'category', c || '/'))
$$;

-- Half-open; from 22:00 to 02:00 goes over midnight.
CREATE FUNCTION time_within(p_time time, p_from time, p_to time) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_from < p_to THEN p_from <= p_time AND p_time < p_to
        ELSE p_from <= p_time OR p_time < p_to END
$$;

CREATE FUNCTION voucher_condition_refuse(p_unmet jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_unmet <> '[]' THEN
        PERFORM refuse('voucher_condition', jsonb_strip_nulls(jsonb_build_object(
            'condition', p_unmet->0->'condition', 'need', p_unmet->0->'need',
            'have', p_unmet->0->'have', 'unmet', p_unmet)));
    END IF;
END $$;

-- Whose code or card a till was shown; NULL: nobody's, or an old print.
-- p_shown: {ref} of a rotating code, or {card, version}, in hex
CREATE FUNCTION member_shown(p_shown jsonb, p_now timestamptz) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT member_id FROM member_ref WHERE ref = decode(p_shown->>'ref', 'hex')
            AND (retired_at IS NULL OR retired_at > p_now)),
        (SELECT member_id FROM member_card WHERE card_ref = decode(p_shown->>'card', 'hex')
            AND version = (p_shown->>'version')::integer))
$$;

-- A reward whose conditions nobody could check is not taken in.
CREATE FUNCTION use_conditions_sound() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    c jsonb := NEW.use_conditions;
    v_wrong text;
BEGIN
    IF jsonb_typeof(c) <> 'object' THEN
        RAISE EXCEPTION 'use_conditions is no JSON object' USING ERRCODE = 'check_violation';
    END IF;
    SELECT key || ': ' || CASE
        WHEN key NOT IN ('stores', 'weekdays', 'hours', 'not_on', 'excluded_skus',
            'excluded_categories', 'excluded_words', 'bound') THEN 'no such condition'
        WHEN key = 'bound' THEN
            CASE WHEN jsonb_typeof(value) <> 'boolean' THEN 'true or false' END
        WHEN key = 'excluded_words' THEN CASE WHEN jsonb_typeof(value) <> 'object'
            OR NOT value ?& ARRAY['zh-Hans', 'zh-Hant', 'en'] THEN 'a text in three languages' END
        WHEN jsonb_typeof(value) <> 'array' OR value = '[]' THEN 'a list, and not an empty one'
        WHEN key = 'weekdays' THEN CASE WHEN NOT '[1, 2, 3, 4, 5, 6, 7]' @> value
            THEN '1 (Monday) to 7' END
        WHEN key = 'hours' THEN CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(value) AS h
            WHERE (h->>'from') !~ '^([01]\d|2[0-3]):[0-5]\d$'
                OR (h->>'to') !~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$'
                OR h->>'from' IS NULL OR h->>'to' IS NULL OR h->>'from' = h->>'to')
            THEN '[{"from": "10:00", "to": "14:00"}, ...]' END
        WHEN key = 'not_on' THEN CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(value) AS d
            WHERE coalesce((d->>'from') !~ '^\d{4}-\d\d-\d\d$', true)
                OR coalesce((d->>'to') !~ '^\d{4}-\d\d-\d\d$', true)
                OR (d->>'from')::date > (d->>'to')::date)
            THEN '[{"from": "2026-10-01", "to": "2026-10-07"}, ...], both days included' END
        WHEN key = 'stores' AND EXISTS (SELECT FROM jsonb_array_elements(value) AS s
            WHERE NOT EXISTS (SELECT FROM store WHERE to_jsonb(id) = s)) THEN 'ids of stores'
        WHEN EXISTS (SELECT FROM jsonb_array_elements(value) AS t
            WHERE jsonb_typeof(t) <> 'string' AND key <> 'weekdays') THEN 'a list of texts'
        END INTO v_wrong
    FROM jsonb_each(c) AS t (key, value) ORDER BY 1 LIMIT 1;
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'use_conditions.%', v_wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER use_conditions_sound BEFORE INSERT OR UPDATE OF use_conditions ON reward
    FOR EACH ROW EXECUTE FUNCTION use_conditions_sound();
