"""Faults in redemptions, vouchers, goods and limits."""

from tests.mutants.mutant import Mutant, Swap

REDEMPTIONS = (
    Mutant(
        "a replay is done again",
        "A till or kiosk that repeats itself awards twice.",
        "test_writes_once.py::test_other_content_is_refused_and_the_same_answered[award]",
        (
            Swap("idempotency.sql", "RETURN v_stored.response;", "RETURN NULL;"),
            Swap(
                "idempotency.sql",
                "content_hash(p_content), p_response, p_now);",
                "content_hash(p_content), p_response, p_now) ON CONFLICT DO NOTHING;",
            ),
        ),
    ),
    Mutant(
        "another content is answered",
        "A key that was used by mistake hides a sale that was never booked.",
        "test_points.py::test_same_key_other_content_is_refused",
        (
            Swap(
                "idempotency.sql",
                "IF v_stored.content_hash <> content_hash(p_content) THEN",
                "IF false THEN",
            ),
        ),
    ),
    Mutant(
        "one till's keys are another's",
        "The scope of a key is its client: two tills count their receipts from 1.",
        "test_points.py::test_same_key_other_content_is_refused",
        (
            Swap(
                "idempotency.sql", "WHERE client = p_client AND key = p_key;", "WHERE key = p_key;"
            ),
        ),
    ),
    Mutant(
        "a tombstone is not looked at",
        "A reserve that comes late holds points which no kiosk will ever release.",
        "test_points.py::test_release_of_an_unknown_id_refuses_a_late_reserve",
        (
            Swap(
                "reserve.sql",
                "IF EXISTS (SELECT FROM tombstone WHERE id = p_redemption) THEN",
                "IF false THEN",
            ),
        ),
    ),
    Mutant(
        "a device's number is used twice",
        "Device and sequence are a second natural key: a restored kiosk repeats its numbers.",
        "test_points.py::test_two_ids_never_share_a_device_sequence",
        (
            Swap(
                "reserve.sql",
                "WHERE device_id = p_device AND device_seq = p_device_seq) THEN",
                "WHERE false) THEN",
            ),
        ),
        without=("redemption.redemption_device_seq",),
    ),
    Mutant(
        "a device's number is used twice at once",
        "Two copies of one kiosk: the second gets an error of ours instead of its next number.",
        "test_points.py::test_nor_do_two_ids_that_come_at_once",
        (
            Swap(
                "reserve.sql",
                "hashtextextended(p_device::text || chr(31) || p_device_seq, 7)",
                "hashtextextended(p_redemption::text, 7)",
            ),
        ),
        without=("redemption.redemption_device_seq",),
    ),
    Mutant(
        "reserve does not look at what time has done",
        "An announced clearing, or points that have become available, wait for a night.",
        "test_clearing.py::test_no_night_is_needed_for_it_to_hold",
        (Swap("reserve.sql", "PERFORM lots_settle_locked(v_member.id, v_now);", ""),),
    ),
    Mutant(
        "a capture counts in every state",
        "What was released is issued after all, by a kiosk that is late.",
        "test_redemption_states.py::test_row[RESERVED-capture_ok-redemption_state]",
        (Swap("capture.sql", "IF v_redemption.state IN ('RESERVED', 'RELEASED')", "IF false"),),
    ),
    Mutant(
        "captured twice",
        "A repeated capture takes the points of another hold.",
        "test_redemption_states.py::test_row[ISSUED-capture_ok-ISSUED]",
        (
            Swap(
                "capture.sql",
                "IN ('PRINTING', 'UNCERTAIN') AND p_print_result = 'ok'",
                "IN ('PRINTING', 'UNCERTAIN', 'ISSUED') AND p_print_result = 'ok'",
            ),
            Swap(
                "hold.sql",
                "WHERE id = p_hold AND state = 'open' RETURNING",
                "WHERE id = p_hold RETURNING",
            ),
        ),
        without=(
            "lot.lot_adds_up",
            "lot.lot_held_within_remaining",
            "balance.balance_not_negative",
            "stock_bucket.stock_bucket_not_negative",
        ),
    ),
    Mutant(
        "paper that may be there is released",
        "UNCERTAIN is released by the kiosk: the voucher is in a hand and the points are back.",
        "test_redemption_states.py::test_row[UNCERTAIN-release-redemption_state]",
        (
            Swap(
                "release.sql",
                "IF v_redemption.state IN ('RESERVED', 'PRINTING') THEN",
                "IF v_redemption.state IN ('RESERVED', 'PRINTING', 'UNCERTAIN') THEN",
            ),
        ),
    ),
    Mutant(
        "a used code is released",
        "The goods are gone and the points come back.",
        "test_redemption_states.py::test_row[USED-release-redemption_state]",
        (
            Swap(
                "release.sql",
                "IF v_redemption.state IN ('RESERVED', 'PRINTING') THEN",
                "IF v_redemption.state = 'USED' THEN\n"
                "        UPDATE redemption SET state = 'RELEASED' WHERE id = p_redemption;\n"
                "    ELSIF v_redemption.state IN ('RESERVED', 'PRINTING') THEN",
            ),
        ),
    ),
    Mutant(
        "a released code lives on",
        "RELEASED has no live code: else points and goods both.",
        "test_redemption_states.py::test_row[PRINTING-release-RELEASED]",
        (
            Swap(
                "release.sql",
                "UPDATE voucher SET state = 'revoked' WHERE",
                "UPDATE voucher SET state = 'live' WHERE",
            ),
        ),
    ),
    Mutant(
        "a released code is used at the till",
        "The till takes a voucher whose points are back.",
        "test_redemption_states.py::test_row[RELEASED-use-voucher_revoked]",
        (
            Swap(
                "voucher.sql",
                "ELSIF v_redemption.state IN ('RELEASED', 'VOIDED') THEN",
                "ELSIF v_redemption.state = 'VOIDED' THEN",
            ),
        ),
    ),
    Mutant(
        "one code, two receipts",
        "A photo of a voucher is as good as the voucher.",
        "test_redemption_states.py::test_row[USED-use_other_receipt-already_used]",
        (
            Swap(
                "voucher.sql",
                "IS DISTINCT FROM (v_till.store_id, p_pos, p_receipt, p_line)",
                "IS NULL",
            ),
        ),
    ),
    Mutant(
        "one code, two lines of a receipt",
        "The same voucher twice on one bill.",
        "test_vouchers.py::test_another_receipt_is_told_where_and_when[line]",
        (
            Swap(
                "voucher.sql",
                "IS DISTINCT FROM (v_till.store_id, p_pos, p_receipt, p_line)",
                "IS DISTINCT FROM (v_till.store_id, p_pos, p_receipt, v_voucher.used_line)",
            ),
        ),
    ),
    Mutant(
        "another receipt's voucher is restored",
        "A till voids its receipt and brings back what another one took.",
        "test_vouchers.py::test_another_receipt_is_told_where_and_when",
        (
            Swap(
                "voucher.sql",
                "= (v_till.store_id, p_pos, p_receipt, p_line);",
                "= (used_store_id, used_pos, used_receipt, used_line);",
            ),
        ),
    ),
    Mutant(
        "void what was used",
        "The goods are gone and staff give the points back by a wrong key.",
        "test_redemption_states.py::test_row[USED-void-redemption_state]",
        (
            Swap(
                "voucher_void.sql",
                "IF v_redemption.state <> 'ISSUED' THEN",
                "IF v_redemption.state NOT IN ('ISSUED', 'USED') THEN",
            ),
        ),
        without=("voucher.voucher_used_once",),
    ),
    Mutant(
        "voided twice",
        "The points come back as often as staff press.",
        "test_redemption_states.py::test_row[VOIDED-void-redemption_state]",
        (
            Swap(
                "voucher_void.sql",
                "IF v_redemption.state <> 'ISSUED' THEN",
                "IF v_redemption.state NOT IN ('ISSUED', 'VOIDED') THEN",
            ),
            Swap("voucher_void.sql", "IF v_part.dead IS NOT TRUE AND", "IF false AND"),
        ),
        without=("stock_bucket.stock_bucket_not_negative",),
    ),
    Mutant(
        "points back to a dead lot",
        "What a voucher cost comes back and is dead at once.",
        "test_redemption_states.py::test_void_after_its_lot_died_grants_a_grace_lot",
        (Swap("voucher_void.sql", "IF v_part.dead IS NOT TRUE AND", "IF"),),
    ),
    Mutant(
        "three copies",
        "Two reprints are enough for a jam, a third is a trade.",
        "test_redemption_states.py::test_reprint_gives_the_same_code_twice_and_no_more",
        (
            Swap(
                "reprint.sql", "c_copies constant integer := 2;", "c_copies constant integer := 3;"
            ),
        ),
        without=("voucher.voucher_copies_limit",),
    ),
    Mutant(
        "a dead voucher is printed again",
        "A shopper is given paper that no till takes.",
        "test_redemption_states.py::test_what_no_till_takes_any_more_is_not_printed_again",
        (
            Swap(
                "reprint.sql",
                "WHERE redemption_id = p_redemption) <= v_now THEN",
                "WHERE redemption_id = p_redemption) < v_now THEN",
            ),
        ),
    ),
    Mutant(
        "one guess more",
        "Five bad codes pause a till; the sixth is not looked at.",
        "test_vouchers.py::test_five_bad_codes_in_ten_minutes_pause_that_till",
        (Swap("guesses.sql", "c_bad constant integer := 5;", "c_bad constant integer := 6;"),),
    ),
    Mutant(
        "a minimum spend that must be passed",
        "From 50.00 yuan on means at 50.00 yuan.",
        "test_vouchers.py::test_minimum_spend",
        (
            Swap(
                "voucher_conditions.sql",
                "v_told AND v_fen < p_voucher.min_spend_fen)",
                "v_told AND v_fen <= p_voucher.min_spend_fen)",
            ),
        ),
    ),
    Mutant(
        "good for one instant too long",
        "A voucher is used at its very end.",
        "test_vouchers.py::test_good_through_the_end_of_its_last_day_in_the_chains_zone",
        (
            Swap(
                "voucher.sql",
                "OR v_voucher.valid_to <= v_now THEN",
                "OR v_voucher.valid_to < v_now THEN",
            ),
        ),
    ),
    Mutant(
        "a written down use uses it again",
        "The receipt was voided, and the shopper's voucher is gone.",
        "tests/central/api/test_vouchers_api.py"
        "::test_a_use_that_was_signed_before_its_restore_is_not_done_again",
        (
            Swap(
                "voucher.sql",
                "ELSIF voucher_overtaken(v_redemption.id, p_device, 'restore', p_signed_at) THEN",
                "ELSIF false THEN",
            ),
        ),
    ),
    Mutant(
        "a late restore takes back a later use",
        "The shopper has the goods, and the voucher lives on.",
        "test_vouchers.py::test_a_restore_that_comes_late_does_not_undo_a_later_use",
        (
            Swap(
                "voucher.sql",
                "ELSIF voucher_overtaken(v_redemption.id, p_device, 'use', p_signed_at) THEN",
                "ELSIF false THEN",
            ),
        ),
    ),
    Mutant(
        "a repeated use is as old as the first",
        "A restore from between the two takes back what the till was told is used.",
        "test_vouchers.py::test_a_restore_from_before_the_use_was_repeated_is_late",
        (Swap("voucher.sql", "AND signed_at < p_signed_at;", "AND false;"),),
    ),
    Mutant(
        "a restored use is compared with the next",
        "The cashier voids the receipt, changes the goods, and the voucher is refused for ever.",
        "test_vouchers.py::test_after_its_restore_a_receipt_may_have_other_goods",
        (
            Swap(
                "voucher.sql",
                "AND (response->>'used_at')::timestamptz = v_used_at;",
                "AND false;",
            ),
        ),
    ),
    Mutant(
        "a limit is not given back",
        "A kiosk without paper uses up somebody's one umbrella a day.",
        "test_reserve_refusals.py::test_limit_per_member[per_member_per_day-resets_at0]",
        (
            Swap(
                "limits.sql",
                "DO UPDATE SET used = c.used - 1 WHERE c.used > 0;",
                "DO UPDATE SET used = c.used;",
            ),
        ),
    ),
    Mutant(
        "one more than the limit",
        "A limit of two lets three pass.",
        "test_reserve_refusals.py::test_limit_per_member[per_member_ever-None]",
        (
            Swap(
                "limits.sql",
                "DO UPDATE SET used = c.used + 1 WHERE c.used + 1 <= v_limit.cap;",
                "DO UPDATE SET used = c.used + 1 WHERE c.used <= v_limit.cap;",
            ),
        ),
    ),
    Mutant(
        "goods are not put back",
        "Cancelled redemptions empty the shelf.",
        "test_redemption_states.py::test_row[RESERVED-release-RELEASED]",
        (
            Swap(
                "stock.sql",
                "on_hand = on_hand + (p_to = 'on_hand')::integer,",
                "on_hand = on_hand,",
            ),
        ),
        without=("stock_bucket.stock_bucket_adds_up",),
    ),
    Mutant(
        "broken goods go back on the shelf",
        "What was written off is given once more.",
        "test_returned_goods.py::test_goods_brought_back",
        (Swap("stock.sql", "on_hand = on_hand + p_restock::integer,", "on_hand = on_hand + 1,"),),
        without=("stock_bucket.stock_bucket_adds_up",),
    ),
)
