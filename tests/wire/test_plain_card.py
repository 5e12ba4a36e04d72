import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import plain_card

numbers = st.integers(0, 10**9 - 1).map(lambda n: f"2{n:09d}")


@given(numbers)
def test_a_number_with_its_check_digits_is_ours_in_both_bar_codes(number):
    card = number + plain_card.check_digits(number)
    assert plain_card.looks_ours(card)
    assert plain_card.looks_ours(card + plain_card.ean_check_digit(card))


@given(numbers, st.integers(1, 11), st.integers(1, 9))
def test_every_wrong_digit_is_found(number, position, by):
    card = number + plain_card.check_digits(number)
    wrong = str((int(card[position]) + by) % 10)
    mistaken = card[:position] + wrong + card[position + 1 :]
    assert not plain_card.looks_ours(mistaken)
    # ... also where the EAN's own digit agrees with the mistake
    assert not plain_card.looks_ours(mistaken + plain_card.ean_check_digit(mistaken))


@given(numbers, st.integers(1, 10))
def test_every_swap_of_neighbours_is_found(number, at):
    card = number + plain_card.check_digits(number)
    swapped = card[:at] + card[at + 1] + card[at] + card[at + 2 :]
    assert swapped == card or not plain_card.looks_ours(swapped)


def test_the_check_digits_are_those_of_iso_7064():
    """98 - (n * 100 mod 97), worked out by hand for one number."""
    assert plain_card.check_digits("2000000000") == f"{98 - 200000000000 % 97:02d}"
    assert plain_card.ean_check_digit("690123456789") == "2"  # GS1's example, 6901234567892


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "6901234567892",
        "0123456789012",
        "20000000000",
        "２０００００００００１２",
        "20000000000a",
        "2000000000 12",
        "2" * 5000,
        "２" * 13,
    ],
)
def test_anything_else_is_not(text):
    assert not plain_card.looks_ours(text)


@given(numbers, st.integers(1, 9))
def test_a_wrong_last_digit_of_the_ean_is_found(number, by):
    card = number + plain_card.check_digits(number)
    wrong = str((int(plain_card.ean_check_digit(card)) + by) % 10)
    assert not plain_card.looks_ours(card + wrong)


@pytest.mark.parametrize("first", "013456789")
def test_numbers_that_may_stand_on_a_bottle_are_not_cards(first):
    number = first + "000000421"
    card = number + plain_card.check_digits(number)
    assert not plain_card.looks_ours(card)
    assert not plain_card.looks_ours(card + plain_card.ean_check_digit(card))


@pytest.mark.parametrize(("issued", "same_remainder"), [("97", "00"), ("98", "01")])
def test_check_digits_of_the_same_remainder_are_not_ours(issued, same_remainder):
    number = next(
        n for n in (f"2{i:09d}" for i in range(1000)) if plain_card.check_digits(n) == issued
    )
    assert plain_card.looks_ours(number + issued)
    assert int(number + same_remainder) % 97 == 1
    assert not plain_card.looks_ours(number + same_remainder)
