"""Faults in stock by place, limits of every scope, campaign budgets and voucher conditions."""

from tests.mutants.mutant import Mutant, Swap

_STOCK = "test_stock.py"
_LIMITS = "test_redemption_limits.py"
_TILL = "test_voucher_conditions.py"
_ADDS_UP = "stock_bucket.stock_bucket_adds_up"

GOODS = (
    Mutant(
        "the shelf before the kiosk's own box",
        "What lies in the box cannot be told from what the clerk may give away.",
        f"{_STOCK}::test_from_the_kiosks_box_then_its_store_then_central_if_the_reward_says_so",
        (
            Swap(
                "stock.sql",
                "ORDER BY kiosk_id IS NULL, store_id IS NULL LIMIT 1",
                "ORDER BY store_id IS NULL LIMIT 1",
            ),
        ),
    ),
    Mutant(
        "central gives what no reward allows it to",
        "A shopper stands in a store for goods that lie in the warehouse.",
        f"{_STOCK}::test_from_the_kiosks_box_then_its_store_then_central_if_the_reward_says_so",
        (Swap("stock.sql", "OR (p_central AND kiosk_id IS NULL", "OR (kiosk_id IS NULL"),),
    ),
    Mutant(
        "a piece is taken that somebody else has got",
        "The last one in the box goes to two shoppers.",
        f"{_STOCK}::test_sixteen_connections_take_the_last_ones_from_two_places",
        (
            Swap(
                "stock.sql",
                "WHERE id = v_bucket AND on_hand >= 1;",
                "WHERE id = v_bucket;",
            ),
        ),
        without=("stock_bucket.stock_bucket_not_negative",),
    ),
    Mutant(
        "taken elsewhere, and not written down",
        "The goods of a released redemption come back to a place that never had them.",
        f"{_STOCK}::test_sixteen_connections_take_the_last_ones_from_two_places",
        (Swap("stock.sql", "IF v_bucket <> p_redemption.bucket_id THEN", "IF false THEN"),),
    ),
    Mutant(
        "broken goods leave no row",
        "Nobody can say why there is one fewer.",
        f"{_STOCK}::test_voided_and_returned_goods_go_where_they_came_from[False]",
        (Swap("stock.sql", "IF NOT p_restock THEN", "IF false THEN"),),
    ),
    Mutant(
        "what went to another place stays received here",
        "The chain's deliveries are counted twice.",
        f"{_STOCK}::test_each_change_is_a_row_and_in_the_audit_chain",
        (
            Swap(
                "stock_book.sql",
                "CASE WHEN p_kind <> 'moved' THEN greatest(-p_pieces, 0) ELSE 0 END",
                "greatest(-p_pieces, 0)",
            ),
        ),
    ),
    Mutant(
        "more is moved than is there",
        "A shelf of minus three.",
        f"{_STOCK}::test_no_more_is_taken_than_is_there",
        (
            Swap(
                "stock_book.sql",
                "WHERE id = p_bucket.id AND on_hand + p_pieces >= 0 RETURNING",
                "WHERE id = p_bucket.id RETURNING",
            ),
        ),
        without=("stock_bucket.stock_bucket_not_negative",),
    ),
    Mutant(
        "a count forgets what is promised",
        "Goods on printed vouchers are given away a second time.",
        f"{_STOCK}::test_no_more_is_taken_than_is_there",
        (
            Swap(
                "stock_book.sql",
                "state IN ('RESERVED', 'PRINTING', 'UNCERTAIN', 'ISSUED')",
                "state IN ('RESERVED')",
            ),
        ),
    ),
    Mutant(
        "a dead voucher keeps its piece",
        "A count is refused, or misses a piece, until time has come to every voucher.",
        f"{_STOCK}::test_past_its_end_a_voucher_promises_nothing",
        (
            Swap(
                "stock_book.sql",
                "v.redemption_id = r.id AND v.valid_to > p_now))",
                "v.redemption_id = r.id))",
            ),
        ),
    ),
    Mutant(
        "a delivery is booked again",
        "A key that is repeated brings the lorry twice.",
        f"{_STOCK}::test_a_repeated_change_is_done_once",
        (
            Swap(
                "stock_receive.sql",
                "v_answer jsonb := replay(v_client, p_key, v_content);",
                "v_answer jsonb := replay(v_client, p_key || new_id(), v_content);",
            ),
            Swap(
                "stock_receive.sql",
                "RETURN remember(v_client, p_key,",
                "RETURN remember(v_client, p_key || new_id(),",
            ),
        ),
    ),
    Mutant(
        "a change without a link in the audit chain",
        "Stock is written off and nobody has done it.",
        f"{_STOCK}::test_each_change_is_a_row_and_in_the_audit_chain",
        (
            Swap(
                "stock_write_off.sql",
                "PERFORM stock_audit(p_operator, 'write_off', v_bucket,",
                "PERFORM jsonb_build_array(p_operator, 'write_off', v_bucket,",
            ),
        ),
    ),
    Mutant(
        "a store's limit counts in the whole chain",
        "One busy store closes the others.",
        f"{_LIMITS}::test_each_scope_and_period[store-day]",
        (
            Swap(
                "limits.sql",
                "CASE l.scope WHEN 'store' THEN p_redemption.store_id END,",
                "CASE l.scope WHEN 'store' THEN (SELECT min(id) FROM store) END,",
            ),
        ),
    ),
    Mutant(
        "a quarter has no limit",
        "One of the periods is not looked at.",
        f"{_LIMITS}::test_each_scope_and_period[member-quarter]",
        (
            Swap(
                "limits.sql",
                "IF NOT FOUND THEN\n            PERFORM refuse('limit_reached'",
                "IF NOT FOUND AND v_limit.period <> 'quarter' THEN\n"
                "            PERFORM refuse('limit_reached'",
            ),
        ),
    ),
    Mutant(
        "a quarter ends after one month",
        "The shopper is told to come back too early.",
        f"{_LIMITS}::test_each_scope_and_period[chain-quarter]",
        (Swap("limits.sql", "interval '3 months'", "interval '1 month'"),),
    ),
    Mutant(
        "of two caps the higher counts",
        "Two a day although one a day was set.",
        f"{_LIMITS}::test_the_first_limit_that_is_reached_is_told_and_the_lower_cap_counts",
        (Swap("limits.sql", "SELECT scope, period, min(cap)", "SELECT scope, period, max(cap)"),),
    ),
    Mutant(
        "a new limit forgets what came before",
        "Whoever was quick gets as many again.",
        f"{_LIMITS}::test_a_limit_set_later_counts_what_came_before_in_its_scope",
        (
            Swap(
                "limits.sql",
                "SELECT count(*) FROM redemption",
                "SELECT least(count(*), 1) FROM redemption",
            ),
        ),
    ),
    Mutant(
        "a release misses the count that is just being made",
        "One redemption of the day was given back, and is counted for ever.",
        f"{_LIMITS}::test_a_release_meets_the_counter_that_is_just_being_made",
        (
            Swap(
                "limits.sql",
                "v_limit.period, v_limit.starts_on, v_zone) AS n\n",
                "v_limit.period, v_limit.starts_on, v_zone) AS n\n"
                "        WHERE EXISTS (SELECT FROM limit_counter WHERE period = v_limit.period)\n",
            ),
        ),
    ),
    Mutant(
        "a new counter counts the days to come",
        "After a clock was ahead nobody gets anything today.",
        f"{_LIMITS}::test_what_a_clock_ahead_has_counted_is_of_its_own_day",
        (
            Swap(
                "limits.sql",
                "coalesce(limit_ends(p_period, p_starts_on)::timestamp",
                "coalesce(NULL::timestamp",
            ),
        ),
    ),
    Mutant(
        "a limit does not wait for what is half way",
        "Of redemptions at the moment it is set some are never counted.",
        f"{_LIMITS}::test_a_limit_waits_for_what_is_half_way[row]",
        (
            Swap(
                "limits.sql",
                "LOCK TABLE redemption IN SHARE ROW EXCLUSIVE MODE;\n    IF TG_OP",
                "LOCK TABLE redemption IN ACCESS SHARE MODE;\n    IF TG_OP",
            ),
        ),
    ),
    Mutant(
        "a counter outlives its limit",
        "Set again, the limit does not know what came meanwhile.",
        f"{_LIMITS}::test_a_limit_that_was_lifted_for_a_while_counts_what_came_meanwhile[row]",
        (Swap("limits.sql", "IF TG_OP <> 'INSERT' THEN", "IF false THEN"),),
    ),
    Mutant(
        "only the member's own limit is given back",
        "Every cancelled redemption uses up the store's day.",
        f"{_LIMITS}::test_what_came_to_nothing_is_given_back_in_every_scope[RELEASED]",
        (
            Swap(
                "limits.sql",
                "limits_counted(p_redemption, v_zone) LOOP",
                "limits_counted(p_redemption, v_zone) WHERE scope = 'member' LOOP",
            ),
        ),
    ),
    Mutant(
        "a campaign spends more points than it has",
        "The budget is a wish.",
        f"{_LIMITS}::test_limits_and_budgets_hold_for_sixteen_connections",
        (
            Swap(
                "campaigns.sql",
                "points_used + p_redemption.points <= points_budget)",
                "points_used <= points_budget)",
            ),
        ),
        without=("campaign.campaign_within_budget",),
    ),
    Mutant(
        "one piece too many of a campaign",
        "Two of two, and a third.",
        f"{_LIMITS}::test_a_campaigns_budget_is_shared_by_its_rewards[budget1-campaign_pieces]",
        (Swap("campaigns.sql", "OR pieces_used + 1 <= pieces", "OR pieces_used <= pieces"),),
        without=("campaign.campaign_within_budget",),
    ),
    Mutant(
        "a campaign has its last instant, too",
        "[from, to) with its end.",
        f"{_LIMITS}::test_a_campaigns_budget_is_shared_by_its_rewards[budget0-campaign_points]",
        (
            Swap(
                "campaigns.sql",
                "AND p_redemption.reserved_at < c.ends_at",
                "AND p_redemption.reserved_at <= c.ends_at",
            ),
        ),
    ),
    Mutant(
        "a void gives a campaign nothing back",
        "A budget is used up by vouchers that nobody has.",
        f"{_LIMITS}::test_what_came_to_nothing_is_given_back_in_every_scope[VOIDED]",
        (
            Swap(
                "voucher_void.sql",
                "PERFORM campaigns_give_back(p_redemption);",
                "PERFORM 1;",
            ),
        ),
    ),
    Mutant(
        "excluded lines count to the minimum",
        "Gift cards buy the discount that they are excluded from.",
        f"{_TILL}::test_excluded_lines_do_not_count_to_the_minimum",
        (Swap("voucher_conditions.sql", "WHERE NOT line_excluded(line, c);", ";"),),
    ),
    Mutant(
        "only the category itself is excluded",
        "Red wine is no wine.",
        f"{_TILL}::test_excluded_lines_do_not_count_to_the_minimum",
        (
            Swap(
                "voucher_conditions.sql",
                "OR starts_with(p_line->>'category', c || '/'))",
                ")",
            ),
        ),
    ),
    Mutant(
        "a sum will do where lines are needed",
        "A till that tells no lines sells everything on it.",
        f"{_TILL}::test_what_is_not_good_for_everything_needs_the_lines",
        (
            Swap(
                "voucher_conditions.sql",
                "AND coalesce(v_lines, 0) = 0)",
                "AND v_lines = 0)",
            ),
        ),
    ),
    Mutant(
        "good in every store",
        "A franchise pays for another one's promotion.",
        f"{_TILL}::test_in_these_stores_only",
        (
            Swap(
                "voucher_conditions.sql",
                "AND NOT c->'stores' ? p_store)",
                "AND NOT c->'stores' ? p_store AND false)",
            ),
        ),
    ),
    Mutant(
        "the till's clock is Greenwich's",
        "Monday begins at eight in the morning.",
        f"{_TILL}::test_at_these_times_only[weekdays]",
        (
            Swap(
                "voucher_conditions.sql",
                "SELECT p_now AT TIME ZONE timezone INTO",
                "SELECT p_now AT TIME ZONE 'UTC' INTO",
            ),
        ),
    ),
    Mutant(
        "an hour's last instant is in it",
        "Lunch ends at 14:00 and one more is served.",
        f"{_TILL}::test_at_these_times_only[hours]",
        (
            Swap(
                "voucher_conditions.sql",
                "THEN p_from <= p_time AND p_time < p_to",
                "THEN p_from <= p_time AND p_time <= p_to",
            ),
        ),
    ),
    Mutant(
        "hours over midnight never come",
        "A voucher for the night can be used by nobody.",
        f"{_TILL}::test_at_these_times_only[over-midnight]",
        (Swap("voucher_conditions.sql", "ELSE p_from <= p_time OR p_time", "ELSE p_time"),),
    ),
    Mutant(
        "anybody's code will do",
        "A bound voucher is bound to whoever holds it.",
        f"{_TILL}::test_bound_to_the_member_who_got_it",
        (
            Swap(
                "voucher_conditions.sql",
                "AND (p_basket->>'member')::uuid IS DISTINCT FROM p_member)",
                "AND (p_basket->>'member')::uuid IS NULL)",
            ),
        ),
    ),
    Mutant(
        "an old code will do",
        "A photo of the member's code is as good as the member.",
        f"{_TILL}::test_bound_to_the_member_who_got_it",
        (
            Swap(
                "voucher.sql",
                "ELSIF NOT coalesce((p_shown->>'fresh')::boolean, true) THEN",
                "ELSIF false THEN",
            ),
        ),
    ),
    Mutant(
        "conditions change under the paper",
        "What is printed is not what the till asks.",
        f"{_TILL}::test_conditions_are_those_of_the_day_it_was_reserved",
        (
            Swap(
                "voucher_conditions.sql",
                "    c jsonb := p_voucher.conditions;",
                "    c jsonb := (SELECT use_conditions FROM reward LIMIT 1);",
            ),
        ),
    ),
    Mutant(
        "a condition is not on the paper",
        "The shopper learns at the till what was not said at the kiosk.",
        f"{_TILL}::test_the_paper_says_every_condition_in_three_languages",
        (
            Swap(
                "reserve.sql",
                "'conditions', voucher_words(v_reward.min_spend_fen, v_reward.use_conditions)\n"
                "                || v_reward.conditions",
                "'conditions', v_reward.conditions",
            ),
        ),
    ),
    Mutant(
        "a void comes too late and counts",
        "Points come back for a voucher that the books have closed.",
        f"{_TILL}::test_void_is_for_as_long_as_the_programme_says[7-True]",
        (
            Swap(
                "voucher_void.sql",
                "INTO v_until FROM programme;\n    IF v_until <= v_now THEN",
                "INTO v_until FROM programme;\n    IF v_until < v_now THEN",
            ),
        ),
    ),
    Mutant(
        "goods come back one instant too late",
        "The shop's own rule is a wish.",
        "test_returned_goods.py::test_goods_come_back_for_as_long_as_the_programme_says",
        (
            Swap(
                "voucher_void.sql",
                "WHERE v.redemption_id = p_redemption;\n    IF v_until <= v_now THEN",
                "WHERE v.redemption_id = p_redemption;\n    IF v_until < v_now THEN",
            ),
        ),
    ),
    Mutant(
        "a dead voucher is voided before the night comes",
        "Points come back for what has run out.",
        "test_returned_goods.py"
        "::test_a_voucher_past_its_end_is_not_voided_though_no_night_has_come",
        (
            Swap(
                "voucher_void.sql",
                "ELSIF redemption_next(v_redemption, v_now) = 'EXPIRED' THEN",
                "ELSIF false THEN",
            ),
        ),
    ),
    Mutant(
        "points come back from another kind",
        "What was redeemed for goods is less than nothing.",
        "test_returned_goods.py::test_points_come_back_from_what_they_were_redeemed_for",
        (
            Swap(
                "voucher_void.sql",
                "ARRAY['redeemed:' || v_kind,",
                "ARRAY['redeemed:' || (SELECT kind FROM reward WHERE id = p_redemption.reward_id),",
            ),
        ),
    ),
    Mutant(
        "a line without a category is of none",
        "A till that tells no categories sells wine on every voucher.",
        f"{_TILL}::test_a_line_of_no_category_may_be_of_any[]",
        (
            Swap(
                "voucher_conditions.sql",
                "AND btrim(coalesce(p_line->>'category', '')) = '')",
                "AND false)",
            ),
        ),
    ),
    Mutant(
        "a used voucher is another one after a merge",
        "The till asks again, and the shopper pays.",
        f"{_TILL}::test_a_repeated_use_is_the_same_whoever_the_code_leads_to_by_now[merged]",
        (
            Swap(
                "voucher.sql",
                "jsonb_build_array(p_shown - 'fresh', p_basket->'lines')",
                "jsonb_build_array(v_member, p_basket->'lines')",
            ),
        ),
    ),
)
