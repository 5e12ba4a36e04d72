"""Faults in what people do by hand, and in what a member reads of it."""

from tests.mutants.mutant import Mutant, Swap

DESK = (
    Mutant(
        "a clerk approves by hand",
        "Two clerks give points without limit.",
        "test_adjustments.py::test_above_the_limit_it_takes_two",
        (Swap("approval.sql", " AND role = 'manager'", ""),),
    ),
    Mutant(
        "who has left approves by hand",
        "The number of somebody who is gone is everybody's second person.",
        "test_adjustments.py::test_above_the_limit_it_takes_two",
        (Swap("approval.sql", " AND active", ""),),
    ),
    Mutant(
        "an award by hand needs nobody else",
        "What an adjustment may not, an award may.",
        "test_award_desk.py::test_it_is_no_way_round_the_second_person",
        (
            Swap(
                "desk_award.sql",
                "PERFORM approval(p_operator, p_approver, v_asked, v_member, v_now);",
                "",
            ),
        ),
    ),
    Mutant(
        "an award by hand is on no record",
        "Nobody can tell who gave the points.",
        "test_award_desk.py::test_it_is_an_award_and_in_the_chain",
        (Swap("desk_award.sql", "PERFORM audit(", "PERFORM jsonb_build_array("),),
    ),
    Mutant(
        "a receipt is awarded by hand again",
        "The till was heard after all, and the desk gives the same points once more.",
        "test_award_desk.py::test_a_receipt_gives_once",
        (Swap("desk_award.sql", "v_before.given_at IS NOT NULL AND NOT p_again", "false"),),
    ),
    Mutant(
        "a receipt gives to two members",
        "A receipt that somebody left at the till is worth its points once more.",
        "test_receipts.py::test_another_member_is_told_who_has_it",
        (
            Swap(
                "award_proposal.sql",
                "PERFORM receipt_claim(v_member, p_proposal->>'reference', p_operator <> '');",
                "",
            ),
        ),
    ),
    Mutant(
        "a receipt gives to two members at once",
        "Who is quick has the points of one receipt on two cards.",
        "test_receipts.py::test_of_many_at_once_one_has_it",
        (
            Swap(
                "receipt.sql",
                "PERFORM pg_advisory_xact_lock(hashtextextended(p_reference, 6));",
                "",
            ),
        ),
    ),
    Mutant(
        "the till gives what the desk gave",
        "The desk was quicker, and the sale is paid twice.",
        "test_receipts.py::test_the_desk_was_quicker_than_the_till",
        (Swap("receipt.sql", "(member_id <> p_member OR NOT p_by_hand)", "member_id <> p_member"),),
    ),
    Mutant(
        "what a policy waived is free for another",
        "The points of one receipt are had twice.",
        "test_receipts.py::test_what_a_policy_waived_is_still_had[only_pending]",
        (
            Swap(
                "receipt.sql",
                "sale_had(member_id, p_reference) AS points",
                "0::bigint AS points",
            ),
        ),
    ),
    Mutant(
        "a late till takes what the desk has taken",
        "A return that both tell of costs other points, or makes a debt.",
        "test_award_desk.py::test_what_the_desk_has_taken_a_late_till_does_not_take_again",
        (Swap("sale_return.sql", "AND p_operator = ''\n", "AND false\n"),),
    ),
    Mutant(
        "a till is heard for one return as often as it tells",
        "What the desk booked once is set against every return that comes later.",
        "test_award_desk.py::test_a_part_that_the_desk_has_booked_is_the_part_that_the_till_tells",
        (
            Swap(
                "sale_return.sql",
                "SET heard_points = heard_points + v_part, heard_fen",
                "SET heard_fen",
            ),
        ),
    ),
    Mutant(
        "a return that is told twice takes other sales' points",
        "A till has lost its key, and the shopper pays for it.",
        "test_clawback_policies.py::test_returns_never_take_more_than_the_sale_gave",
        (Swap("sale_return.sql", "greatest(told - v_left.points, 0)", "0"),),
    ),
    Mutant(
        "points that died unused are owed",
        "Given 100 for a week and not used: returned on the eighth day, the shopper owes 100.",
        "test_clawback_policies.py::test_nobody_owes_points_that_died_unused",
        (
            Swap(
                "sale_return.sql", "            - l.expired - l.forfeited), 0)", "            ), 0)"
            ),
        ),
    ),
    Mutant(
        "a return of a part counts no spend",
        "A tier by spend is had for goods that were brought back.",
        "test_tier_returns.py::test_partial_returns_add_up_to_the_whole",
        (
            Swap(
                "sale_return.sql",
                "    IF told_fen > v_left.spend_fen THEN\n"
                "        told_fen := v_left.spend_fen;\n    END IF;\n",
                "    told_fen := least(told_fen, v_left.spend_fen);\n",
            ),
        ),
    ),
    Mutant(
        "a clerk closes a campaign",
        "A cap of 0 in a file of the desk ends it for the whole chain.",
        "test_proposals.py::test_a_cap_in_a_file_of_the_desk_holds_for_that_file",
        (Swap("counters.sql", "            CONTINUE;\n", ""),),
    ),
    Mutant(
        "a release by hand is on no record",
        "Nobody can tell who gave the points of an uncertain voucher back.",
        "test_award_desk.py::test_a_release_by_hand_is_in_the_chain",
        (Swap("release.sql", "PERFORM audit(", "PERFORM jsonb_build_array("),),
    ),
    Mutant(
        "more is taken by hand than a sale gave",
        "A typing mistake at the desk puts a member into debt.",
        "test_award_desk.py::test_never_more_is_taken_back_than_the_sale_gave",
        (
            Swap(
                "desk_clawback.sql",
                "ELSIF v_points > v_left.points OR",
                "ELSIF false AND v_points > 0 OR",
            ),
        ),
    ),
    Mutant(
        "what became debt is taken by hand again",
        "The lots do not tell of it, so that the sale seems whole.",
        "test_award_desk.py::test_what_became_debt_is_not_taken_again",
        (
            Swap(
                "sale_return.sql",
                "SELECT e.points - r.points,",
                "SELECT e.points - (SELECT sum(clawed)::bigint FROM lot),",
            ),
        ),
    ),
    Mutant(
        "what the till has taken is taken by hand again",
        "A return that both tell of makes a debt.",
        "test_award_desk.py::test_what_the_till_has_taken_is_not_taken_again",
        (
            Swap(
                "sale_return.sql",
                "SELECT e.points - r.points,",
                "SELECT e.points,",
            ),
        ),
    ),
    Mutant(
        "a merge hides a sale from hand",
        "What an account earned before it was merged cannot be taken back.",
        "test_award_desk.py::test_what_became_debt_is_not_taken_again",
        (
            Swap(
                "tier_grant.sql",
                "UPDATE tier_entry SET member_id = p_into WHERE member_id = p_from;",
                "",
            ),
        ),
    ),
    Mutant(
        "withdrawn by hand and cleared",
        "The announcement was a mistake and takes the points nevertheless.",
        "test_clearing.py::test_withdrawn_it_never_was",
        (
            Swap(
                "clearing.sql",
                "clears_at > p_available_at AND withdrawn_at IS NULL",
                "clears_at > p_available_at",
            ),
        ),
    ),
    Mutant(
        "withdrawn by hand when it is over",
        "Points that have died come back to those who were not swept yet.",
        "test_clearing.py::test_what_has_taken_place_or_was_never_announced_is_not_withdrawn",
        (
            Swap(
                "clearing.sql",
                "IF p_operator = '' OR p_reason = '' OR v_clears_at <= v_now THEN",
                "IF p_operator = '' OR p_reason = '' THEN",
            ),
        ),
    ),
    Mutant(
        "a line at hand on two pages",
        "Where one page ends, the next one begins with the same line.",
        "test_statement.py::test_what_is_posted_meanwhile_moves_no_page",
        (Swap("statement.sql", "seq < p_before", "seq <= p_before"),),
    ),
    Mutant(
        "the next day at hand",
        "What happened at midnight is on the day before, too.",
        "test_statement.py::test_days_are_half_open_and_balances_count_what_was_before",
        (Swap("statement.sql", "p_to IS NULL OR at < p_to", "p_to IS NULL OR at <= p_to"),),
    ),
    Mutant(
        "a sale by spend stays",
        "A sale that gave no points is returned and holds a tier for ever.",
        "test_award_desk.py::test_a_sale_that_counts_by_spend_only_is_taken_back",
        (
            Swap(
                "desk_clawback.sql",
                "        v_spend := v_left.spend_fen;\n",
                "        v_spend := NULL;\n",
            ),
        ),
    ),
    Mutant(
        "a return names no receipt",
        "A shopper reads that points were taken, and not for what.",
        "test_statement.py::test_a_return_names_its_receipt",
        (Swap("clawback.sql", ",\n            p_reference => coalesce(p_reference, '')", ""),),
    ),
    Mutant(
        "an award by hand has nobody in the journal",
        "The check cannot ask whether it is on record.",
        "test_award_desk.py::test_what_is_in_no_chain_is_found",
        (Swap("award_proposal.sql", "'reference', p_operator => p_operator,", "'reference',"),),
    ),
    Mutant(
        "opened again is free again",
        "Who was on hold before may redeem, and the check agrees.",
        "test_account_status.py::test_opened_again_is_no_end_of_a_hold",
        (
            Swap(
                "member_status.sql",
                "jsonb_build_object('status', CASE WHEN v_frozen THEN 'frozen' ELSE 'active' END)",
                "jsonb_build_object()",
            ),
        ),
    ),
)
