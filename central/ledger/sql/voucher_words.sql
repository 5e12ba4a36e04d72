-- A voucher's conditions in words that a shopper and a clerk understand, in three languages
-- (wire.api.text.Text). -> [text, ...], in the order in which they stand on the paper
CREATE FUNCTION voucher_words(p_min_spend_fen bigint, p_conditions jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_min_spend_fen = 0 AND p_conditions = '{}' THEN
        RETURN '[]';
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(words ORDER BY place) FILTER (WHERE words IS NOT NULL), '[]')
        FROM (
            SELECT place, condition_words(name, p_min_spend_fen, p_conditions) AS words
            FROM unnest(ARRAY['minimum_spend', 'excluded', 'store', 'weekday', 'hours', 'date',
                'member']) WITH ORDINALITY AS t (name, place)
        ) AS t);
END $$;

-- All that stands on the paper of a reward's vouchers, for the catalogue.
CREATE FUNCTION reward_words(p_reward uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    RETURN (SELECT voucher_words(min_spend_fen, use_conditions) || conditions
        FROM reward WHERE id = p_reward);
END $$;

-- One condition; NULL where the voucher has none of this name.
CREATE FUNCTION condition_words(p_name text, p_min_spend_fen bigint, p_conditions jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
    c jsonb := p_conditions;
    v_list jsonb;
BEGIN
    CASE p_name
    WHEN 'minimum_spend' THEN
        IF p_min_spend_fen > 0 THEN
            v_list := to_jsonb(fen_words(p_min_spend_fen));
            RETURN in_words('满 %s 可用', '滿 %s 可用', 'On purchases of %s or more', v_list);
        END IF;
    WHEN 'excluded' THEN
        IF c ? 'excluded_skus' OR c ? 'excluded_categories' THEN
            v_list := coalesce(c->'excluded_words', coalesce(c->'excluded_categories', '[]')
                || coalesce(c->'excluded_skus', '[]'));
            RETURN in_words('不适用于:%s', '不適用於:%s', 'Not for: %s', v_list);
        END IF;
    WHEN 'store' THEN
        IF c ? 'stores' THEN
            SELECT jsonb_agg(coalesce(s.name, to_jsonb(t.id)) ORDER BY t.place) INTO v_list
            FROM jsonb_array_elements_text(c->'stores') WITH ORDINALITY AS t (id, place)
            LEFT JOIN store s ON s.id = t.id;
            RETURN in_words('限门店使用:%s', '限門市使用:%s', 'Only at: %s', v_list);
        END IF;
    WHEN 'weekday' THEN
        IF c ? 'weekdays' THEN
            SELECT jsonb_agg(jsonb_build_object(
                'zh-Hans', '周' || substr('一二三四五六日', day, 1),
                'zh-Hant', '週' || substr('一二三四五六日', day, 1),
                'en', (ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[day]) ORDER BY day)
            INTO v_list
            FROM (SELECT DISTINCT jsonb_array_elements_text(c->'weekdays')::integer) AS t (day);
            RETURN in_words('限%s使用', '限%s使用', 'Only on %s', v_list);
        END IF;
    WHEN 'hours' THEN
        IF c ? 'hours' THEN
            SELECT jsonb_agg((h->>'from') || '–' || (h->>'to')) INTO v_list
            FROM jsonb_array_elements(c->'hours') AS h;
            RETURN in_words('限 %s 使用', '限 %s 使用', 'Only %s', v_list);
        END IF;
    WHEN 'date' THEN
        IF c ? 'not_on' THEN
            SELECT jsonb_agg(CASE WHEN d->>'from' = d->>'to' THEN d->>'from'
                ELSE (d->>'from') || ' – ' || (d->>'to') END) INTO v_list
            FROM jsonb_array_elements(c->'not_on') AS d;
            RETURN in_words('%s 不可用', '%s 不可用', 'Not on %s', v_list);
        END IF;
    WHEN 'member' THEN
        IF (c->>'bound')::boolean THEN
            RETURN in_words('限本人使用,请出示会员码', '限本人使用,請出示會員碼',
                'For the member who got it: show your member code', '""');
        END IF;
    END CASE;
    RETURN NULL;
END $$;

-- A pattern in each language with what stands in it: a text, a text in three languages, or a list
-- of them.
CREATE FUNCTION in_words(p_hans text, p_hant text, p_en text, p_what jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_object_agg(language, replace(pattern, '%s', (
        SELECT string_agg(
            CASE jsonb_typeof(one) WHEN 'object' THEN one->>language ELSE one #>> '{}' END,
            joint ORDER BY place)
        FROM jsonb_array_elements(
            CASE jsonb_typeof(p_what) WHEN 'array' THEN p_what ELSE jsonb_build_array(p_what) END)
            WITH ORDINALITY AS w (one, place))))
    FROM (VALUES ('zh-Hans', p_hans, '、'), ('zh-Hant', p_hant, '、'), ('en', p_en, ', '))
        AS t (language, pattern, joint)
$$;

-- ¥200, ¥200.50
CREATE FUNCTION fen_words(p_fen bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT '¥' || p_fen / 100
        || CASE WHEN p_fen % 100 > 0 THEN '.' || lpad((p_fen % 100)::text, 2, '0') ELSE '' END
$$;
