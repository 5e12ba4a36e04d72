"""Faults in how points come, are set aside and go."""

from tests.mutants.mutant import Mutant, Swap

POINTS = (
    Mutant(
        "last to expire first",
        "Points die that could have been spent: the shopper's oldest go last.",
        "test_points.py::test_holds_take_fefo_in_parts_and_give_back_the_same_lots",
        (
            Swap(
                "hold.sql",
                "ORDER BY expires_at, available_at, id",
                "ORDER BY expires_at DESC, available_at, id",
            ),
        ),
    ),
    Mutant(
        "same end, younger first",
        "Of two lots that die together the order is drawn: statements could not be explained.",
        "test_worked_examples.py::test_of_the_same_end_the_older_first",
        (
            Swap(
                "hold.sql",
                "ORDER BY expires_at, available_at, id",
                "ORDER BY expires_at, available_at DESC, id",
            ),
        ),
    ),
    Mutant(
        "a lot's remainder is lost",
        "A lot that is held in part loses the rest: points vanish without a posting.",
        "test_points.py::test_holds_take_fefo_in_parts_and_give_back_the_same_lots",
        (
            Swap(
                "hold.sql",
                "UPDATE lot SET held = held + v_part WHERE",
                "UPDATE lot SET held = held + v_part, remaining = held + v_part WHERE",
            ),
        ),
        without=("lot.lot_adds_up",),
    ),
    Mutant(
        "capture leaves a part held",
        "Not exactly the lots that were reserved: some points stay held for ever.",
        "test_points.py::test_holds_take_fefo_in_parts_and_give_back_the_same_lots",
        (
            Swap(
                "hold.sql",
                "WHERE a.hold_id = p_hold AND l.id = a.lot_id;",
                "WHERE a.hold_id = p_hold AND l.id = a.lot_id AND a.points > 20;",
            ),
        ),
    ),
    Mutant(
        "redeemed points are booked as expired",
        "Every balance is right, and the merchant's books tell of no redemption.",
        "test_points.py::test_reserve_and_capture_post_what_the_domain_says",
        (Swap("hold.sql", "ARRAY['held', 'redeemed:' || p_kind]", "ARRAY['held', 'expired']"),),
    ),
    Mutant(
        "a dead lot is spent",
        "Between its end and the night a lot is spent that has died.",
        "test_points.py::test_a_dead_lot_is_not_spent_before_the_nightly_run",
        (
            Swap(
                "lots_settle.sql",
                "AND expires_at <= p_due\n",
                "AND expires_at <= p_due - interval '2 days'\n",
            ),
            Swap("member_lock.sql", "AND l.expires_at <= p_now)", "AND false)"),
            Swap("hold.sql", "AND (expires_at IS NULL OR expires_at > p_now)", ""),
        ),
    ),
    Mutant(
        "a lot lives one instant too long",
        "[start, end) with its end: at midnight the balance shows what is dead.",
        "test_expiry_policies.py::test_a_lot_lives_until_just_before_its_end",
        (Swap("member_lock.sql", "AND l.expires_at <= p_now)", "AND l.expires_at < p_now)"),),
    ),
    Mutant(
        "the night is one instant late",
        "What died at midnight waits for another night.",
        "test_night.py::test_as_of_a_day_is_what_was_due_when_it_began",
        (Swap("lots_settle.sql", "AND expires_at <= p_due\n", "AND expires_at < p_due\n"),),
    ),
    Mutant(
        "held points expire",
        "The shopper waits for the paper, midnight comes, and the points are gone twice.",
        "test_points.py::test_expiry_leaves_what_is_held_and_runs_late_and_twice",
        (
            Swap(
                "lots_settle.sql",
                "v_free := v_lot.remaining - v_lot.held;",
                "v_free := v_lot.remaining; UPDATE lot SET held = 0 WHERE id = v_lot.id;",
            ),
        ),
    ),
    Mutant(
        "released to the living",
        "Points of a lot that died meanwhile come back as if it lived.",
        "test_redemption_states.py::test_release_after_its_lot_died_goes_on_to_expired",
        (Swap("hold.sql", "IF v_part.dead THEN", "IF false THEN"),),
    ),
    Mutant(
        "an award forgets debt",
        "Who returned goods after spending the points gets new ones all the same.",
        "test_points.py::test_debt_is_settled_first_and_blocks_spending",
        (Swap("lot_grant.sql", "SELECT least(-debt, p_points) INTO", "SELECT 0 INTO"),),
    ),
    Mutant(
        "activation forgets debt",
        "Pending points become available beside debt.",
        "test_night.py::test_what_becomes_available_and_dies_within_late_days",
        (Swap("lots_settle.sql", "SELECT least(-debt, v_lot.remaining) INTO", "SELECT 0 INTO"),),
    ),
    Mutant(
        "a release forgets debt",
        "Reserve, return the goods, cancel: the points are back and nothing is owed.",
        "test_points.py::test_held_points_are_never_clawed_back_but_taken_at_release",
        (
            Swap(
                "hold.sql",
                "v_settle := least(v_debt - v_settled, v_part.points);",
                "v_settle := 0;",
            ),
        ),
    ),
    Mutant(
        "goods brought back forget debt",
        "What comes back is spent before what is owed.",
        "test_returned_goods.py::test_debt_is_settled_by_what_comes_back",
        (
            Swap(
                "voucher_void.sql",
                "v_settle := least(v_debt - v_settled, v_part.points);",
                "v_settle := 0;",
            ),
        ),
    ),
    Mutant(
        "a return takes other sales' points first",
        "Somebody's oldest points pay for a sale that was made and returned today.",
        "test_points.py::test_clawback_takes_the_sales_own_lots_first",
        (
            Swap(
                "clawback.sql",
                "ORDER BY (p_reference <> '' AND reference = p_reference) DESC,",
                "ORDER BY",
            ),
        ),
    ),
    Mutant(
        "a return takes active points first",
        "What cannot be spent yet is left, what can is taken.",
        "test_clawback_policies.py::test_how_far_it_reaches",
        (Swap("clawback.sql", "(state = 'pending') DESC", "(state = 'pending')"),),
    ),
    Mutant(
        "only_pending reaches further",
        "A merchant who chose the mild policy takes points that were promised.",
        "test_clawback_policies.py::test_how_far_it_reaches",
        (Swap("clawback.sql", "CONTINUE WHEN v_policy = 'only_pending'", "CONTINUE WHEN false"),),
    ),
    Mutant(
        "a waived shortfall becomes debt",
        "within_balance leaves a member in debt.",
        "test_clawback_policies.py::test_how_far_it_reaches",
        (Swap("clawback.sql", "IF v_policy = 'debt' THEN", "IF v_policy <> 'only_pending' THEN"),),
    ),
    Mutant(
        "a return gives no budget back",
        "Campaign spend = awards - clawbacks: a budget is used up by sales that were undone.",
        "test_proposals.py::test_what_is_clawed_back_is_free_again",
        (Swap("clawback.sql", "PERFORM counters_give_back(v_lot.id, v_part);", "NULL;"),),
    ),
    Mutant(
        "a return gives another sale's budget back",
        "A limit is had again by returning what never counted in it.",
        "test_proposals.py::test_a_return_frees_no_limit_of_another_sale",
        (
            Swap(
                "clawback.sql",
                "v_own := p_reference <> '' AND v_lot.reference = p_reference;",
                "v_own := true;",
            ),
        ),
    ),
    Mutant(
        "a merge keeps the budget of what was spent",
        "The sale is returned, and its points count for ever.",
        "test_merges.py::test_what_was_spent_before_is_free_again_when_its_sale_is_returned",
        (
            Swap(
                "member_merged.sql", "m.merged_into_id = t.id", "m.merged_into_id = t.id AND false"
            ),
        ),
    ),
    Mutant(
        "the first of 'first purchase' is not looked at again",
        "Facts that changed are not told as STALE: fifty first purchases at once.",
        "test_proposals.py::test_facts_that_have_changed_are_stale_and_nothing_moves",
        (Swap("award_proposal.sql", "IF v_facts IS DISTINCT FROM p_facts_version OR", "IF"),),
    ),
    Mutant(
        "an award is not clipped",
        "Limits and budgets are passed.",
        "test_proposals.py::test_the_last_line_is_clipped_first",
        (
            Swap(
                "award_proposal.sql",
                "ELSE greatest(v_counter.free, 0) END;",
                "ELSE v_points END;",
            ),
            Swap("counters.sql", "AND used + p_points <= least(p_cap, cap)", ""),
        ),
        without=("award_counter.award_counter_within_cap",),
    ),
    Mutant(
        "a budget is as large as a sale says",
        "What was evaluated before the budget was lowered passes it.",
        "test_proposals.py::test_a_budget_is_its_newest_versions[campaign]",
        (
            Swap("award_proposal.sql", "least(k.cap, c.cap) - c.used", "k.cap - c.used"),
            Swap("counters.sql", "AND used + p_points <= least(p_cap, cap)", ""),
        ),
        without=("award_counter.award_counter_within_cap",),
    ),
    Mutant(
        "limits judge by their names",
        "The same sale gets 40 points or none, whatever the rule is called.",
        "test_proposals.py::test_all_of_what_others_leave_or_nothing[member-50-40-clips]",
        (Swap("award_proposal.sql", "ORDER BY k.stop, k.scope", "ORDER BY k.scope"),),
    ),
    Mutant(
        "an award locks the merged account, too",
        "It and the night wait for each other.",
        "test_merges.py::test_an_award_to_a_merged_account_waits_for_the_other_one_only",
        (
            Swap(
                "member_merged.sql",
                "            v_member := v_into;",
                "            PERFORM member_lock(v_member);\n            v_member := v_into;",
            ),
        ),
    ),
    Mutant(
        "all or nothing gives a part",
        "Half a gift.",
        "test_proposals.py::test_all_or_nothing",
        (Swap("award_proposal.sql", "CASE WHEN v_counter.stop THEN 0", "CASE WHEN false THEN 0"),),
    ),
    Mutant(
        "dead points pay debt",
        "A sale that is told late pays with points that had ended before.",
        "test_points.py::test_points_that_had_ended_before_the_award_pay_no_debt",
        (
            Swap(
                "lot_grant.sql",
                "    ELSIF (v_ends.expires_at <= p_now) IS NOT TRUE THEN\n",
                "    ELSE\n",
            ),
        ),
    ),
    Mutant(
        "one type that is over stops the sale",
        "Nobody earns anything until somebody has set another day.",
        "test_points.py::test_a_type_whose_day_is_over_is_named",
        (Swap("award_proposal.sql", "p_now) IS NOT NULL\n", "p_now) IS NOT NULL AND false\n"),),
    ),
    Mutant(
        "one line that is over stops the sale",
        "A sale that is told late gives nothing: its campaign's points had ended.",
        "test_proposals.py::test_a_line_that_has_ended_stops_no_other_one",
        (
            Swap(
                "award_proposal.sql",
                "(p_line->>'expires_at')::timestamptz <= lot_available(t, p_now, p.timezone)",
                "false",
            ),
        ),
    ),
    Mutant(
        "an earlier file's cap is the next one's",
        "A clerk who mistypes a cap closes a campaign for every other file.",
        "test_proposals.py::test_a_cap_in_a_file_of_the_desk_is_not_the_next_files",
        (Swap("counters.sql", "AND cap_version = -1 AND cap < v_counter.cap;", "AND false;"),),
    ),
    Mutant(
        "a source ends at its colon",
        "Two campaigns are one in the books, and neither is what its lots say.",
        "test_points.py::test_a_source_is_told_whole",
        (
            Swap(
                "post.sql",
                "substr(account, length(split_part(account, ':', 1)) + 2),",
                "split_part(account, ':', 2),",
            ),
        ),
    ),
    Mutant(
        "a till adjusts",
        "What a till awarded stands in the books as staff's.",
        "test_points.py::test_the_ledgers_own_words_are_no_source[adjust]",
        (Swap("award.sql", "IN ('', 'adjust', 'void')", "IN ('', 'void')"),),
    ),
    Mutant(
        "a line of the ledger's own",
        "Points of a sale stand in the books as a voucher's that was given back.",
        "test_points.py::test_the_ledgers_own_words_are_no_source[void]",
        (Swap("award_proposal.sql", "    PERFORM source_of_an_award(p_line->>'source');\n", ""),),
    ),
)
