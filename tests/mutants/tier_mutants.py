"""Faults in tiers: what counts, when it is lost, what was given."""

from tests.mutants.mutant import Mutant, Swap

PERIODS, RETURNS, GIFTS = (f"test_tier_{name}.py" for name in ("periods", "returns", "gifts"))

TIERS = (
    Mutant(
        "tiers rise in the night only",
        "Gold is reached at the till and not had there.",
        f"{PERIODS}::test_what_is_reached_is_had_in_the_same_transaction",
        (
            Swap(
                "tier_entry.sql",
                "IF EXISTS (SELECT FROM tier_policy) THEN",
                "IF false THEN",
            ),
        ),
    ),
    Mutant(
        "a tier's period begins in UTC",
        "What is bought on New Year's morning counts for the old year.",
        f"{PERIODS}::test_held_through_the_period_to_midnight_in_shanghai",
        (
            Swap(
                "tier_period.sql",
                "v_local timestamp := p_at AT TIME ZONE p_zone;",
                "v_local timestamp := p_at AT TIME ZONE 'UTC';",
            ),
        ),
    ),
    Mutant(
        "rolling months lose a day",
        "A sale rolls out on the eve of its day.",
        f"{PERIODS}::test_held_through_the_period_to_midnight_in_shanghai",
        (
            Swap(
                "tier_period.sql",
                "IF v_out - v_months < v_day THEN",
                "IF false THEN",
            ),
        ),
    ),
    Mutant(
        "what a period reached ends with it",
        "Gold of December is lost on New Year's Day.",
        f"{PERIODS}::test_held_through_the_period_to_midnight_in_shanghai",
        (
            Swap(
                "tier_supported.sql",
                "('earned', s.before, t.threshold, s.started, s.starts),",
                "('earned', 0, t.threshold, s.started, s.starts),",
            ),
        ),
    ),
    Mutant(
        "two periods add up",
        "Half of gold in each of two years makes gold.",
        f"{PERIODS}::test_two_calendar_periods_do_not_add_up",
        (
            Swap(
                "tier_supported.sql",
                "('earned', s.amount, t.threshold, s.starts, s.ends),",
                "('earned', s.amount + s.before, t.threshold, s.starts, s.ends),",
            ),
        ),
    ),
    Mutant(
        "a threshold is passed, not reached",
        "1,000 points are one short of 1,000.",
        f"{PERIODS}::test_what_is_reached_is_had_in_the_same_transaction",
        (
            Swap(
                "tier_supported.sql",
                "w.amount >= w.threshold",
                "w.amount >= w.threshold + (w.cause <> '')::int",
            ),
        ),
    ),
    Mutant(
        "every point qualifies",
        "Points of a campaign buy gold.",
        f"{PERIODS}::test_only_qualifying_types_count_and_not_what_staff_add",
        (
            Swap(
                "award_proposal.sql",
                "IF (SELECT qualifying FROM point_type WHERE code = v_line->>'type') THEN",
                "IF true THEN",
            ),
        ),
    ),
    Mutant(
        "a sale counts on the day of its report",
        "A till that was offline over New Year gives the old year's points to the new one.",
        f"{PERIODS}::test_the_day_of_the_sale_counts_not_of_its_report",
        (Swap("tier_entry.sql", "least(p_at, p_now), p_now", "p_now, p_now"),),
    ),
    Mutant(
        "one step is all of them",
        "Vip falls to plain.",
        f"{PERIODS}::test_what_a_period_did_not_reach_again",
        (
            Swap(
                "tier_settle.sql",
                "WHEN 'step' THEN t.rank >= p_reached AND t.rank < p_tier.rank",
                "WHEN 'step' THEN t.rank = p_reached",
            ),
        ),
    ),
    Mutant(
        "what is kept is lost",
        "A chain that lowers nobody lowers everybody.",
        f"{PERIODS}::test_what_a_period_did_not_reach_again",
        (
            Swap(
                "tier_settle.sql",
                "\n                AND (SELECT downgrade FROM tier_policy) <> 'none'\n",
                "\n",
            ),
            Swap(
                "tier_settle.sql",
                "WHEN 'full' THEN t.rank = p_reached",
                "WHEN 'full' THEN t.rank = p_reached WHEN 'none' THEN t.rank = p_reached",
            ),
        ),
    ),
    Mutant(
        "no days of grace",
        "Gold is lost at midnight in spite of the thirty days that were promised.",
        f"{PERIODS}::test_grace",
        (
            Swap(
                "tier_supported.sql",
                "make_interval(days => v_policy.grace_days)",
                "make_interval(days => 0)",
            ),
        ),
    ),
    Mutant(
        "for life is for a period",
        "VIP for life is looked at every year.",
        f"{PERIODS}::test_for_life",
        (Swap("tier_supported.sql", "('life', s.ever,", "('life', s.amount,"),),
    ),
    Mutant(
        "a visit lowers",
        "Gold is gone between two sales, before the shopper's eyes.",
        f"{RETURNS}::test_a_return_lowers_in_the_night_and_never_in_the_visit",
        (
            Swap(
                "tier_settle.sql",
                "WHILE p_lower AND v_standing.review_at <= p_due LOOP",
                "WHILE v_standing.review_at <= p_due LOOP",
            ),
        ),
    ),
    Mutant(
        "a return is not looked at",
        "Buy, become vip, bring it all back, stay vip to the end of next year.",
        f"{RETURNS}::test_a_return_lowers_in_the_night_and_never_in_the_visit",
        (Swap("tier_entry.sql", "SET review_at = p_now", "SET review_at = s.review_at"),),
    ),
    Mutant(
        "every return is looked at",
        "A small return takes the tier that a step had kept.",
        f"{RETURNS}::test_a_tier_that_was_kept_by_a_step_is_not_lost_to_a_later_return",
        (Swap("tier_entry.sql", "AND v_before >= t.rank", "AND true"),),
    ),
    Mutant(
        "a return counts today",
        "What last year earned is taken from this one.",
        f"{RETURNS}::test_a_return_takes_from_the_period_of_its_sale",
        (
            Swap(
                "tier_entry.sql",
                "v_entry.reference, v_entry.at, p_now,",
                "v_entry.reference, p_now, p_now,",
            ),
        ),
    ),
    Mutant(
        "each return is rounded by itself",
        "Seven returns of one point leave what a single one of seven takes.",
        f"{RETURNS}::test_partial_returns_add_up_to_the_whole",
        (
            Swap(
                "tier_entry.sql",
                "- v_entry.qualifying_back;",
                "- tier_part(v_entry.qualifying, v_entry.points_back, v_entry.points)"
                " + tier_part(v_entry.qualifying, v_part, v_entry.points)"
                " - tier_part(v_entry.qualifying, v_entry.points_back + v_part, v_entry.points)"
                " + tier_part(v_entry.qualifying, v_entry.points_back, v_entry.points);",
            ),
        ),
    ),
    Mutant(
        "a merge forgets what was earned",
        "Two accounts of one person are less than the sum of them.",
        f"{RETURNS}::test_a_merge_keeps_the_higher_tier_and_both_sums",
        (
            Swap(
                "tier_grant.sql",
                "UPDATE tier_entry SET member_id = p_into WHERE member_id = p_from;",
                "",
            ),
        ),
    ),
    Mutant(
        "a merge takes the other one's tier",
        "Vip merged into plain is plain.",
        f"{RETURNS}::test_a_merge_into_the_lower_one",
        (
            Swap(
                "tier_grant.sql",
                "SET base_tier_id = v_from.base_tier_id, review_at = v_from.review_at",
                "SET review_at = v_from.review_at",
            ),
        ),
    ),
    Mutant(
        "a merge brings back what has ended",
        "Staff took vip away, and it is had again on the other account for life.",
        f"{GIFTS}::test_what_has_ended_does_not_come_back_with_a_merge[by staff]",
        (
            Swap(
                "tier_grant.sql",
                "member_id = p_from AND tier_given(g, v_from)",
                "member_id = p_from",
            ),
        ),
    ),
    Mutant(
        "a gift's end is told as a period missed",
        "Nothing is ever lost here, and a shopper reads that they earned too little.",
        f"{GIFTS}::test_a_gift_that_ends_with_a_review_is_told_as_ended",
        (
            Swap(
                "tier_settle.sql",
                "\n                AND (SELECT downgrade FROM tier_policy) <> 'none'\n",
                "\n",
            ),
            Swap(
                "tier_settle.sql",
                "WHEN 'full' THEN t.rank = p_reached",
                "WHEN 'full' THEN t.rank = p_reached WHEN 'none' THEN t.id = p_tier.id",
            ),
        ),
    ),
    Mutant(
        "another time zone looks at no tier",
        "What counts in the new zone's period does not raise anybody.",
        f"{PERIODS}::test_in_another_time_zone_everybody_is_looked_at_again",
        (
            Swap(
                "tier_settle.sql",
                "WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone)",
                "WHEN (false)",
            ),
        ),
    ),
    Mutant(
        "what was given never ends",
        "Vip for a month is vip for life.",
        f"{GIFTS}::test_by_staff_through_the_last_day",
        (
            Swap(
                "tier_settle.sql",
                "coalesce(least(p_grant.valid_to, p_grant.ended_at) > p_standing.settled_at, true)",
                "coalesce(p_grant.ended_at > p_standing.settled_at, true)",
            ),
        ),
    ),
    Mutant(
        "a tier that was bought counts as earned",
        "Thirty days of gold outlive their last one.",
        f"{GIFTS}::test_bought_for_days_or_to_the_end_of_the_period",
        (
            Swap(
                "tier_grant.sql",
                "PERFORM tier_settle(p_redemption.member_id, p_now, p_now, false);",
                "PERFORM tier_settle(p_redemption.member_id, p_now, p_now, false);"
                " UPDATE tier_standing SET base_tier_id = p_reward.gives_tier_id"
                " WHERE member_id = p_redemption.member_id;",
            ),
        ),
    ),
    Mutant(
        "a tier for points waits for paper",
        "Points held, no tier, and nothing that would ever print.",
        f"{GIFTS}::test_for_points_it_is_had_at_once_and_nothing_is_printed",
        (Swap("reserve.sql", "IF v_reward.kind = 'tier' THEN", "IF false THEN"),),
    ),
    Mutant(
        "gold pays for gold",
        "500 points for what the member has.",
        f"{GIFTS}::test_nobody_pays_for_a_tier_that_does_not_raise_them",
        (Swap("tier_grant.sql", "new.rank > old.rank)", "new.rank >= 0)"),),
    ),
    Mutant(
        "the points come back and the tier stays",
        "Gold for nothing.",
        f"{GIFTS}::test_points_given_back_end_what_they_bought",
        (
            Swap(
                "voucher_void.sql",
                "PERFORM tier_unredeem(p_redemption, p_reason, p_operator, p_now);",
                "",
            ),
        ),
    ),
)
