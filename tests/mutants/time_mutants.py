"""Faults in what time does: deadlines, ends, zones, the night."""

from tests.mutants.mutant import Mutant, Swap

STATES = "test_redemption_states.py"

TIME = (
    Mutant(
        "72 hours release the points",
        "Nobody knows whether there is paper: points back and a voucher in a hand.",
        f"{STATES}::test_row[UNCERTAIN-time_72_h-ISSUED]",
        (Swap("redemption_settle.sql", "THEN 'ISSUED' END", "THEN 'RELEASED' END"),),
    ),
    Mutant(
        "a day without word releases the points",
        "No timer ever gives back what may be on paper.",
        f"{STATES}::test_row[PRINTING-time_24_h-UNCERTAIN]",
        (Swap("redemption_settle.sql", "THEN 'UNCERTAIN' END", "THEN 'RELEASED' END"),),
    ),
    Mutant(
        "a deadline is one instant late",
        "At 15:00 minutes a reservation has ended.",
        f"{STATES}::test_row[RESERVED-time_15_min-RELEASED]",
        (
            Swap(
                "redemption_settle.sql",
                "p_now >= p_redemption.reserved_at",
                "p_now > p_redemption.reserved_at",
            ),
        ),
    ),
    Mutant(
        "a voucher never expires",
        "It can be used for ever, and goods are never free again.",
        f"{STATES}::test_row[ISSUED-time_60_days-EXPIRED]",
        (Swap("redemption_settle.sql", "THEN 'EXPIRED' END", "THEN NULL END"),),
    ),
    Mutant(
        "the calendar runs in UTC",
        "Points of the 1st, half past midnight in Shanghai, die a month early.",
        "test_expiry_policies.py::test_worked_example[midnight in Shanghai]",
        (
            Swap(
                "expiry.sql",
                "FROM (SELECT p_activated AT TIME ZONE p_zone) AS l (at)",
                "FROM (SELECT p_activated AT TIME ZONE 'UTC') AS l (at)",
            ),
        ),
    ),
    Mutant(
        "a day's limit begins in UTC",
        "At eight in the morning everybody may have another one.",
        "test_reserve_refusals.py::test_limit_per_member[per_member_per_day-resets_at0]",
        (
            Swap(
                "limits.sql",
                "(p_redemption.reserved_at AT TIME ZONE p_zone)::date)",
                "(p_redemption.reserved_at AT TIME ZONE 'UTC')::date)",
            ),
        ),
    ),
    Mutant(
        "a voucher's last day ends in UTC",
        "Good until eight in the morning after.",
        "test_vouchers.py::test_good_through_the_end_of_its_last_day_in_the_chains_zone",
        (
            Swap(
                "reserve.sql",
                "::timestamp AT TIME ZONE v_programme.timezone;",
                "::timestamp AT TIME ZONE 'UTC';",
            ),
        ),
    ),
    Mutant(
        "a quarter is three months",
        "This quarter ends with March, not three months after the sale.",
        "test_expiry_policies.py::test_worked_example[a quarter of the calendar]",
        (
            Swap(
                "expiry.sql",
                "date_trunc('quarter', p_local) + interval '3 months'",
                "date_trunc('day', p_local) + interval '3 months'",
            ),
        ),
    ),
    Mutant(
        "a month is thirty days",
        "31 January and a month is 28 February.",
        "test_expiry_policies.py::test_worked_example[31 January and a month]",
        (
            Swap(
                "expiry.sql",
                "WHEN 'month' THEN make_interval(months => p_type.expiry_length)",
                "WHEN 'month' THEN make_interval(days => 30 * p_type.expiry_length)",
            ),
        ),
    ),
    Mutant(
        "expiry counts from the award",
        "Points that wait for a week die a week early.",
        "test_expiry_policies.py::test_expiry_counts_from_activation",
        (
            Swap(
                "lot_grant.sql",
                "lot_expires(v_type, v_lot.available_at, v_zone)",
                "lot_expires(v_type, p_now, v_zone)",
            ),
        ),
    ),
    Mutant(
        "a redemption does not keep points alive",
        "Who comes and redeems counts as inactive.",
        "test_clearing.py::test_sliding_points_live_on_with_every_visit",
        (Swap("hold.sql", "PERFORM lots_slide(v_hold.member_id, p_now);", ""),),
    ),
    Mutant(
        "dead points come back to life",
        "A visit after the end makes sliding points spendable again.",
        "test_clearing.py::test_sliding_points_live_on_with_every_visit",
        (Swap("lots_settle.sql", "AND l.expires_at > p_now", ""),),
    ),
    Mutant(
        "the redemption itself keeps nothing alive that comes back",
        "Points spent to the last one come back with the end that they had before the visit.",
        "test_returned_goods.py::test_sliding_points_come_back_alive_by_the_redemption_itself[100]",
        (Swap("voucher_void.sql", "AND seq >= (SELECT seq", "AND seq > (SELECT seq"),),
    ),
    Mutant(
        "no visit keeps alive what comes back",
        "A shopper was here every month, and what a void gives back is dead.",
        "test_returned_goods.py::test_sliding_points_come_back_alive_by_every_visit_since[100]",
        (Swap("voucher_void.sql", "AND kind IN ('award', 'capture')", "AND kind = 'capture'"),),
    ),
    Mutant(
        "what died meanwhile comes back sliding",
        "Points that were lost by staying away are had again by a void.",
        "test_returned_goods.py::test_sliding_points_that_died_meanwhile_stay_dead",
        (
            Swap(
                "voucher_void.sql",
                "AND t.expiry = 'sliding' AND lot_own_end(l) > v_at;",
                "AND t.expiry = 'sliding';",
            ),
        ),
    ),
    Mutant(
        "a night before its day",
        "`--as-of` a day to come lets points die early.",
        "test_night.py::test_a_day_that_has_not_begun",
        (Swap("night.sql", "IF v_due > v_now THEN", "IF false THEN"),),
    ),
    Mutant(
        "one bad account stops the night",
        "Everybody's points wait because one member's rows contradict each other.",
        "test_night.py::test_one_whose_rows_are_broken_is_told_and_stops_nobody",
        (Swap("night.sql", "v_failed := v_failed || v_member;", "NULL;"),),
    ),
    Mutant(
        "a full disk is a member's fault",
        "Hundreds are told to have broken rows, and the night goes by without them.",
        "test_night.py::test_what_is_wrong_with_the_server_is_no_members_fault",
        (Swap("night.sql", "IF left(SQLSTATE, 2) IN ('40', '53', '55', '57', '58')", "IF false"),),
    ),
    Mutant(
        "a clearing forgets whom it missed",
        "Their points seem to live on, and are dead on the last day.",
        "test_night.py::test_a_clearing_is_carried_out_when_it_has_missed_nobody",
        (Swap("night.sql", "l.type = c.type AND lot_uncleared(l));", "false);"),),
    ),
    Mutant(
        "a night that was left stays open",
        "Its members stand on a list for ever.",
        "test_night.py::test_one_that_was_not_finished_is_taken_over_by_the_next",
        (Swap("night.sql", "        PERFORM nights_take_over(v_due, v_now);\n", ""),),
    ),
    Mutant(
        "a night that was left counts as whole",
        "The check says that what it has missed is wrong.",
        "test_night.py::test_one_that_was_not_finished_is_taken_over_by_the_next",
        (Swap("night.sql", "failed = members - settled, ", ""),),
    ),
    Mutant(
        "a day of before takes a night over",
        "What is due today is left until tomorrow.",
        "test_night.py::test_a_later_night_is_not_taken_over_by_a_day_of_before",
        (
            Swap(
                "night.sql",
                "SELECT day FROM night WHERE finished_at IS NULL AND due_at <= p_due);",
                "SELECT day FROM night WHERE finished_at IS NULL);",
            ),
        ),
    ),
    Mutant(
        "a night that is run again keeps the time of a clock that ran ahead",
        "Points die, or can be spent, hours before their time.",
        "test_clock_put_back.py::test_a_night_that_was_ahead_of_time_is_run_again_at_the_right_one",
        (
            Swap(
                "night.sql",
                "DO UPDATE SET due_at = v_due,",
                "DO UPDATE SET due_at = greatest(n.due_at, v_due),",
            ),
            Swap(
                "night.sql",
                "least((SELECT due_at FROM night WHERE day = p_day), v_now);",
                "(SELECT due_at FROM night WHERE day = p_day);",
            ),
        ),
    ),
    Mutant(
        "a night that is taken up keeps the time of a clock that ran ahead",
        "Points die hours before their time.",
        "test_clock_put_back.py::test_a_night_that_was_ahead_of_time_is_taken_up_at_the_right_one",
        (
            Swap(
                "night.sql",
                "least((SELECT due_at FROM night WHERE day = p_day), v_now);",
                "(SELECT due_at FROM night WHERE day = p_day);",
            ),
        ),
    ),
    Mutant(
        "what was announced just then counts as carried out",
        "Lots live on after a clearing.",
        "test_night.py::test_one_that_is_announced_while_a_night_begins_waits_for_the_next",
        (
            Swap(
                "night.sql",
                "AND NOT EXISTS (SELECT FROM lot l WHERE l.type = c.type AND lot_uncleared(l));",
                "AND true;",
            ),
        ),
    ),
    Mutant(
        "tomorrow counts in today's limit",
        "A clock was a day ahead and is put back: shoppers are refused what they did not have.",
        "test_clock_put_back.py::test_a_day_that_comes_again_counts_what_is_its_own",
        (
            Swap(
                "limits.sql",
                "coalesce(limit_ends(p_period, p_starts_on)::timestamp",
                "coalesce(NULL::timestamp",
            ),
        ),
    ),
    Mutant(
        "another time zone keeps the counters of the old one",
        "Shoppers are refused what they had on another day.",
        "test_redemption_limits.py::test_in_another_time_zone_each_period_is_counted_anew",
        (Swap("limits.sql", "    DELETE FROM limit_counter;\n", ""),),
    ),
    Mutant(
        "a hold waits for the day on which it was made",
        "A clock was a month ahead and is put back: a shopper's points are held for that month.",
        "test_clock_put_back.py::test_what_was_reserved_ahead_of_time_is_released_in_time",
        (
            Swap(
                "redemption_settle.sql",
                "OR p_now < p_redemption.reserved_at - interval '15 minutes'",
                "OR false",
            ),
        ),
    ),
    Mutant(
        "a pause lasts for as long as a clock was ahead",
        "A till takes no vouchers for days.",
        "test_clock_put_back.py::test_a_pause_that_began_ahead_of_time_is_none",
        (
            Swap(
                "guesses.sql",
                "v_paused_until > p_now AND v_paused_until <= p_now + interval '10 minutes' THEN",
                "v_paused_until > p_now THEN",
            ),
        ),
    ),
    Mutant(
        "tomorrow's guesses count today",
        "A clock was put back, and a till is paused for guesses that nobody has made yet.",
        "test_clock_put_back.py::test_a_pause_that_began_ahead_of_time_is_none",
        (
            Swap(
                "guesses.sql",
                "AND at > p_now - c_window AND at <= p_now",
                "AND at > p_now - c_window",
            ),
        ),
    ),
    Mutant(
        "a reserve that waited counts in the zone of before",
        "Somebody may have one more on the day on which the merchant moves the programme.",
        "test_redemption_limits.py::test_a_reserve_that_waits_for_another_time_zone_counts_in_it",
        (
            Swap(
                "reserve.sql",
                "limit_take(v_redemption, (SELECT timezone FROM programme));",
                "limit_take(v_redemption, v_programme.timezone);",
            ),
        ),
    ),
    Mutant(
        "a hold tells no order",
        "After a clock was put back nobody can tell whether points went from an account on hold.",
        "test_clock_put_back.py::"
        "test_who_reserved_before_the_hold_did_so_whatever_the_clock_says[freeze]",
        (
            Swap(
                "member_status.sql",
                "'journal', coalesce(pg_sequence_last_value('journal_seq'), 0))",
                "'journal', NULL)",
            ),
        ),
    ),
    Mutant(
        "a night that is run again keeps whom it left",
        "`central check` looks at no lot of that day, and the page tells of members that are well.",
        "test_night.py::test_run_again_on_its_day_a_night_tells_of_itself",
        (
            Swap(
                "night.sql",
                "members = n.settled, failed = 0",
                "members = n.settled + n.failed",
            ),
        ),
    ),
    Mutant(
        "a clearing tells no order",
        "After a clock was put back `central check` tells of points that were spent when dead.",
        "test_clock_put_back.py::test_a_clearing_announced_after_what_was_reserved_ahead_of_it",
        (
            Swap(
                "clearing.sql",
                "'journal', coalesce(pg_sequence_last_value('journal_seq'), 0)),",
                "'journal', NULL),",
            ),
        ),
    ),
    Mutant(
        "a night tells no order",
        "After a clock was put back `central check` tells of points that no night was to take.",
        "test_clock_put_back.py::test_points_given_after_a_night_that_was_ahead_of_time",
        (
            Swap(
                "night.sql",
                "v_now, coalesce(pg_sequence_last_value('journal_seq'), 0), 0)",
                "v_now, NULL, 0)",
            ),
        ),
    ),
)
