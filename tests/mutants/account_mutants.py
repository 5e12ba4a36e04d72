"""Faults in what people do to accounts: adjust, merge, freeze, close, clear."""

from tests.mutants.mutant import Mutant, Swap

ACCOUNTS = (
    Mutant(
        "one person takes away what two must",
        "The limit holds for giving only.",
        "test_adjustments.py::test_above_the_limit_it_takes_two",
        (Swap("approval.sql", "abs(v_moved) > v_limit", "v_moved > v_limit"),),
    ),
    Mutant(
        "one person gives what two must in parts",
        "Three times the limit is within the limit.",
        "test_adjustments.py::test_a_days_small_ones_are_one_large_one",
        (Swap("approval.sql", "v_moved := v_moved + moved_alone", "PERFORM moved_alone"),),
    ),
    Mutant(
        "what two gave is what one gave",
        "After an adjustment with a second person a clerk cannot mend a typing mistake.",
        "test_adjustments.py::test_a_days_small_ones_are_one_large_one",
        (Swap("approval.sql", "AND e.detail->>'approver' = '' ", ""),),
    ),
    Mutant(
        "one person is two",
        "Staff approve their own adjustment.",
        "test_adjustments.py::test_above_the_limit_it_takes_two",
        (Swap("approval.sql", "p_approver = p_operator", "false"),),
    ),
    Mutant(
        "what is held stays behind",
        "A merge loses the hold: the voucher of the old account can never be captured.",
        "test_merges.py::test_what_was_held_goes_along_and_resolves_there",
        (
            Swap(
                "merge.sql",
                "UPDATE hold SET member_id = p_into WHERE member_id = p_from AND state = 'open';",
                "",
            ),
        ),
    ),
    Mutant(
        "a merge makes points younger",
        "Dates are not kept: two accounts merged are a way to live longer.",
        "test_merges.py::test_lot_by_lot_with_its_dates",
        (
            Swap(
                "merge.sql",
                "v_lot.available_at, v_lot.expires_at,",
                "v_lot.available_at, v_lot.expires_at + interval '1 day',",
            ),
        ),
    ),
    Mutant(
        "a merge leaves debt beside points",
        "Two accounts, one in debt: merged, it can be forgotten.",
        "test_merges.py::test_debt_goes_along_and_is_settled_there",
        (Swap("merge.sql", "PERFORM debt_settle(p_into, v_now);", ""),),
    ),
    Mutant(
        "a merge makes the limit new",
        "What one account had does not count for the other.",
        "test_merges.py::test_points_that_rules_gave_count_for_both",
        (Swap("merge.sql", "SET used = c.used + excluded.used,", "SET used = c.used,"),),
    ),
    Mutant(
        "a frozen member spends",
        "Fraud goes on while it is looked into.",
        "test_account_status.py::test_a_frozen_member_cannot_spend_and_what_was_held_resolves",
        (Swap("reserve.sql", "PERFORM member_must_be_active(v_member.status);", ""),),
    ),
    Mutant(
        "a closed account earns",
        "Who left gets points that will be forfeited.",
        "test_account_status.py::test_a_closed_accounts_points_go_after_the_cooling_off_time",
        (Swap("award.sql", "AND status = 'closed'", "AND status = 'no'"),),
    ),
    Mutant(
        "forfeited while held",
        "An account is closed between the tap and the paper.",
        "test_account_status.py::test_a_closed_accounts_points_go_after_the_cooling_off_time",
        (
            Swap(
                "member_status.sql",
                "v_free := v_lot.remaining - v_lot.held;",
                "v_free := v_lot.remaining; UPDATE lot SET held = 0 WHERE id = v_lot.id;",
            ),
        ),
    ),
    Mutant(
        "the cooling-off time is one instant longer",
        "An account is opened again when its points are due to go.",
        "test_account_status.py::test_too_late_to_open_again",
        (Swap("member_status.sql", "AND forfeits_at > v_now", "AND forfeits_at >= v_now"),),
    ),
    Mutant(
        "an announced clearing clears nothing",
        "兑换后清空: the window closes and the points are still there.",
        "test_clearing.py::test_everything_that_is_not_held_is_cleared",
        (
            Swap(
                "clearing.sql",
                "SELECT least(p_own_end, c.clears_at), c.id,",
                "SELECT p_own_end, c.id,",
            ),
        ),
    ),
    Mutant(
        "a clearing takes what comes after it",
        "Points that become available only after the window are gone with the others.",
        "test_clearing.py::test_points_that_become_available_only_later_stay",
        (Swap("clearing.sql", "AND clears_at > p_available_at AND", "AND"),),
    ),
    Mutant(
        "the chain does not hold",
        "Somebody changes what another has signed, and nobody sees it.",
        "test_adjustments.py::test_the_audit_chain_shows_what_was_changed",
        (
            Swap(
                "audit.sql",
                "OR hash <> audit_hash(before, seq, at, actor, action, subject, detail)",
                "",
            ),
        ),
    ),
    Mutant(
        "a statement is told by the clock",
        "A clock that was put back: the balance beside a line is not what was left after it.",
        "test_statement.py::test_a_late_clock_changes_no_order",
        (Swap("statement.sql", "WINDOW w AS (ORDER BY seq)", "WINDOW w AS (ORDER BY at, seq)"),),
    ),
    Mutant(
        "a merge is on one statement only",
        "Points come from nowhere in the account that they went to.",
        "test_statement.py::test_two_accounts_become_one",
        (
            Swap(
                "statement.sql",
                "SELECT id FROM member WHERE merged_into_id = p_member)",
                "SELECT id FROM member WHERE false)",
            ),
        ),
    ),
    Mutant(
        "a statement names a redemption",
        "Points given back are told with a number that is on no receipt and no voucher.",
        "test_statement.py::test_points_given_back_are_told_as_such",
        (Swap("statement.sql", "WHEN 'void' THEN ''", "WHEN 'void' THEN p_lot.reference"),),
    ),
    Mutant(
        "a merge is repeated into its first account only",
        "The desk does what the refusal told it to do, and is refused again.",
        "test_merges.py::test_repeated_into_the_account_that_it_is_now_changes_nothing",
        (
            Swap(
                "merge.sql",
                "ELSIF p_from NOT IN (SELECT accounts_of(p_into)) THEN",
                "ELSIF v_from.merged_into_id <> p_into THEN",
            ),
        ),
    ),
)
