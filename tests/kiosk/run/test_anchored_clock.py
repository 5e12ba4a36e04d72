import json
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.clock import (
    Anchor,
    AnchoredClock,
    ManualClock,
    Trust,
    boot_time_s,
    ntp_disciplined,
    system_time,
)
from kiosk.clock_file import ClockFile, boot_id

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EPOCH_1970 = datetime(1970, 1, 1, 0, 0, 17, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON, anchored=False)


def test_nothing_is_wall_time_before_the_service_told_it(clock: ManualClock) -> None:
    assert clock.wall() is None
    assert clock.trust is Trust.NONE
    assert clock.error_s() == float("inf")
    clock.ntp = True
    assert clock.trust is Trust.NTP


def test_wall_time_is_the_services_moved_on_by_boot_time(clock: ManualClock) -> None:
    clock.anchor(NOON, clock.boot, clock.boot)
    clock.advance(3600)
    clock.system = EPOCH_1970  # somebody set the system's clock: nothing of ours moves
    assert clock.wall() == NOON + timedelta(hours=1)
    assert clock.trust is Trust.SERVICE


def test_the_service_read_its_clock_half_way_through_the_call(clock: ManualClock) -> None:
    sent = clock.boot
    clock.advance(4)
    clock.anchor(NOON, sent, clock.boot)
    assert clock.wall() == NOON + timedelta(seconds=2)
    assert clock.error_s() == pytest.approx(2, abs=0.001)


def test_the_error_grows_with_the_drift_of_the_quartz(clock: ManualClock) -> None:
    clock.anchor(NOON, clock.boot, clock.boot + 0.1)
    clock.advance(86400)
    assert clock.error_s() == pytest.approx(0.05 + 8.64, abs=0.01)


def test_a_slow_answer_does_not_spoil_a_good_anchor(clock: ManualClock) -> None:
    assert clock.anchor(NOON, clock.boot, clock.boot + 0.02)
    assert not clock.anchor(NOON + timedelta(seconds=2), clock.boot, clock.boot + 4)
    assert clock.wall() == NOON - timedelta(seconds=0.01)


def test_a_slow_answer_that_contradicts_wins(clock: ManualClock) -> None:
    clock.anchor(NOON, clock.boot, clock.boot + 0.02)
    mended = NOON + timedelta(days=3)
    assert clock.anchor(mended, clock.boot, clock.boot + 4)
    assert clock.wall() == mended - timedelta(seconds=2)


@pytest.mark.parametrize("jump", [timedelta(days=-20000), timedelta(seconds=-121), timedelta(3650)])
def test_a_system_clock_far_from_the_anchor_is_suspect(clock: ManualClock, jump: timedelta) -> None:
    clock.anchor(NOON, clock.boot, clock.boot)
    assert not clock.suspect
    clock.system = NOON + jump
    assert clock.suspect
    assert clock.skew_s() == jump.total_seconds()
    assert clock.usable, "the service's time is known: nothing stops"


def test_two_minutes_are_not_suspect(clock: ManualClock) -> None:
    clock.anchor(NOON, clock.boot, clock.boot)
    clock.system = NOON - timedelta(seconds=120)
    assert not clock.suspect


def test_without_any_believable_time_the_clock_is_being_set(clock: ManualClock) -> None:
    assert clock.usable
    clock.system = EPOCH_1970
    assert not clock.usable
    assert clock.best() > datetime(2025, 12, 31, tzinfo=UTC), "never before this design existed"


def test_no_time_before_the_high_water_mark_is_shown() -> None:
    boot, system = 50.0, EPOCH_1970
    clock = AnchoredClock(lambda: boot, lambda: system, floor=NOON)
    assert clock.best() == NOON
    clock.anchor(NOON - timedelta(days=1), boot, boot)
    assert clock.wall() == NOON
    clock.anchor(NOON + timedelta(days=1), boot, boot)
    assert clock.wall() == NOON + timedelta(days=1)
    assert clock.high_water() == NOON + timedelta(days=1)


def test_the_mark_survives_a_reboot_and_the_anchor_does_not(tmp_path) -> None:
    path = tmp_path / "clock.json"
    clock = ManualClock(NOON, boot_s=500.0)
    ClockFile(path, "boot-a").save(clock)

    again = ClockFile(path, "boot-a").load(lambda: 560.0, lambda: EPOCH_1970, lambda: False)
    assert again.wall() == NOON + timedelta(seconds=60)
    assert again.held == Anchor(NOON, 500.0, 0.0)

    rebooted = ClockFile(path, "boot-b").load(lambda: 9.0, lambda: EPOCH_1970, lambda: False)
    assert rebooted.wall() is None
    assert rebooted.best() == NOON
    assert not rebooted.usable


@pytest.mark.parametrize("rubbish", [b"", b"\xff", b"[]", b'{"high_water": "x"}'])
def test_a_broken_clock_file_is_a_first_start(tmp_path, rubbish: bytes) -> None:
    path = tmp_path / "clock.json"
    path.write_bytes(rubbish)
    assert ClockFile(path, "boot-a").load(lambda: 1.0, lambda: NOON, lambda: False).wall() is None


def test_a_save_leaves_nothing_half_written(tmp_path) -> None:
    file = ClockFile(tmp_path / "clock.json", "boot-a")
    file.save(ManualClock(NOON))
    file.save(ManualClock(NOON + timedelta(hours=1)))
    assert [p.name for p in tmp_path.iterdir()] == ["clock.json"]
    assert json.loads((tmp_path / "clock.json").read_bytes())["high_water"].startswith("2026-11-21")


def test_the_machines_own_clocks_can_be_read() -> None:
    before = boot_time_s()
    assert boot_time_s() >= before > 0
    assert system_time().tzinfo is UTC
    assert ntp_disciplined() in {True, False}
    assert len(boot_id()) == 36
