"""From millimetres to vouchers left: typical lengths, the longest, trailers, and when it ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journal.entry import By
from kiosk.journal.roll import PaperAccount, Roll
from kiosk.paper.gauge import NO_ROLL
from kiosk.paper.reckoning import PaperLengths, Warnings, reckon
from wire.ids import new_id

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LENGTHS = PaperLengths(voucher_mm=120, slip_mm=60, test_mm=120, margin_mm=60)
WARN = Warnings(vouchers=40, mm=3000)
ROLL = Roll(new_id(), "R-1", 30_000, NOON, By("0a1b2c3d4e5f", None))
EMPTY = PaperAccount(ROLL, 0, (), 0, None, 0, 0)


def taken(mm: int, **more: object) -> PaperAccount:
    return replace(EMPTY, taken_mm=mm, **more)  # type: ignore[arg-type]  # fields of the account


def test_without_a_roll_nothing_is_reckoned_and_nobody_is_kept_from_printing() -> None:
    account = replace(EMPTY, roll=None)
    assert reckon(account, LENGTHS, WARN, NOON) == NO_ROLL
    gauge = reckon(account, LENGTHS, WARN, NOON, near_end=True)
    assert (gauge.known, gauge.low, gauge.enough) == (False, True, True)


def test_before_anything_was_measured_the_configured_lengths_count() -> None:
    gauge = reckon(EMPTY, LENGTHS, WARN, NOON)
    assert (gauge.mm_left, gauge.vouchers_left) == (30_000, 1 + (30_000 - 240) // 120)
    assert (gauge.low, gauge.enough, gauge.empty_at) == (False, True, None)


def test_the_typical_length_is_the_median_and_a_torn_giant_does_not_bend_it() -> None:
    measured = (100,) * 49 + (5000,)
    gauge = reckon(taken(0, recent_mm=measured), LENGTHS, WARN, NOON)
    assert gauge.vouchers_left == 1 + (30_000 - 5000 - 60 - 60) // 100


@pytest.mark.parametrize(
    ("left", "recent", "slip", "enough"),
    [
        (240, (), 0, True),
        (239, (), 0, False),
        (131 + 60 + 60, (104, 131), 0, True),
        (131 + 60 + 60 - 1, (104, 131), 0, False),
        (104 + 75 + 60, (104,), 75, True),
        (104 + 75 + 60 - 1, (104,), 75, False),
    ],
)
def test_enough_is_the_longest_voucher_its_trailer_and_a_margin(
    left: int, recent: tuple[int, ...], slip: int, *, enough: bool
) -> None:
    account = taken(30_000 - left, recent_mm=recent, slip_mm=slip)
    gauge = reckon(account, LENGTHS, WARN, NOON)
    assert gauge.enough is enough
    assert gauge.vouchers_left == int(enough)


def test_a_roll_that_gave_more_than_it_had_has_nothing_left() -> None:
    gauge = reckon(taken(31_000), LENGTHS, WARN, NOON)
    assert (gauge.mm_left, gauge.vouchers_left, gauge.low, gauge.enough) == (0, 0, True, False)


@pytest.mark.parametrize(
    ("left", "near_end", "low"),
    [(240 + 39 * 120, False, False), (240 + 38 * 120, False, True), (20_000, True, True)],
)
def test_low_comes_ahead_of_time(left: int, *, near_end: bool, low: bool) -> None:
    account = taken(30_000 - left)
    assert reckon(account, LENGTHS, WARN, NOON, near_end=near_end).low is low
    assert reckon(account, LENGTHS, Warnings(0, 0), NOON).low is False


def test_low_by_millimetres_too() -> None:
    assert reckon(taken(27_001), LENGTHS, Warnings(0, 3000), NOON).low
    assert not reckon(taken(27_000), LENGTHS, Warnings(0, 3000), NOON).low


def test_nothing_starts_while_a_roll_is_being_changed() -> None:
    assert not reckon(EMPTY, LENGTHS, WARN, NOON, changing=True).enough
    assert not reckon(replace(EMPTY, roll=None), LENGTHS, WARN, NOON, changing=True).enough


def test_empty_at_todays_rate() -> None:
    account = taken(10_000, window_from=NOON - timedelta(hours=2), window_mm=4000, window_papers=40)
    gauge = reckon(account, LENGTHS, WARN, NOON)
    assert gauge.empty_at == NOON + timedelta(hours=10)


@pytest.mark.parametrize(("minutes", "papers"), [(29, 40), (120, 2)], ids=["too soon", "too few"])
def test_a_rate_of_almost_nothing_is_no_rate(minutes: int, papers: int) -> None:
    account = taken(
        10_000,
        window_from=NOON - timedelta(minutes=minutes),
        window_mm=4000,
        window_papers=papers,
    )
    assert reckon(account, LENGTHS, WARN, NOON).empty_at is None


def test_a_quiet_kiosk_does_not_reckon_beyond_the_calendar() -> None:
    account = taken(0, window_from=NOON - timedelta(hours=12), window_mm=1, window_papers=3)
    gauge = reckon(replace(account, roll=replace(ROLL, length_mm=10**9)), LENGTHS, WARN, NOON)
    assert gauge.empty_at == NOON + timedelta(days=365)


@given(
    length=st.integers(1, 200_000),
    mm=st.integers(0, 300_000),
    recent=st.lists(st.integers(1, 2000), max_size=50),
    slip=st.integers(0, 500),
)
def test_whatever_was_measured_the_gauge_is_in_order(
    length: int, mm: int, recent: list[int], slip: int
) -> None:
    roll = replace(ROLL, length_mm=length)
    account = PaperAccount(roll, mm, tuple(recent), slip, NOON - timedelta(hours=5), mm, 3)
    gauge = reckon(account, LENGTHS, WARN, NOON)
    assert 0 <= gauge.mm_left <= length
    assert gauge.vouchers_left >= 0
    assert gauge.enough is (gauge.vouchers_left > 0)
    longest = max(recent, default=LENGTHS.voucher_mm)
    if gauge.enough:
        assert gauge.mm_left >= longest + LENGTHS.slip_mm + LENGTHS.margin_mm
