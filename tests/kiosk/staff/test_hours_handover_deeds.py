"""Hours and handover against a service over real sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.flow.staff.values.service import (
    Clock,
    ClockOutcome,
    CountForHandover,
    HandoverOutcome,
    SignHandover,
)
from kiosk.paper.gauge import PaperGauge
from kiosk.staff.handover import HandoverDesk
from kiosk.staff.hours import TimeClock
from tests.kiosk.small_staff import Person
from tests.kiosk.staff.desk import Desk, staffed_desk
from wire.api.staff import ClockDirection, HandoverCounts, HandoverNote

IN, OUT = ClockDirection.IN, ClockDirection.OUT
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with staffed_desk(tmp_path) as desk:
        yield desk


def clock(desk: Desk) -> TimeClock:
    return TimeClock(desk.half.client, desk.half.session, lambda: NOW)


async def test_in_and_out(desk: Desk) -> None:
    hours = clock(desk)
    come = await hours.clock(Clock(desk.by.login, IN))
    assert (come.outcome, come.on_shift_since) == (ClockOutcome.DONE, NOW)
    went = await hours.clock(Clock(desk.by.login, OUT))
    assert (went.outcome, went.on_shift_since) == (ClockOutcome.DONE, None)
    assert went.hours_today_min == 90


async def test_in_twice_is_said_and_not_done(desk: Desk) -> None:
    hours = clock(desk)
    await hours.clock(Clock(desk.by.login, IN))
    again = await hours.clock(Clock(desk.by.login, IN))
    assert (again.outcome, again.on_shift_since) == (ClockOutcome.ALREADY, NOW)


async def test_any_answer_ends_what_was_not_answered(desk: Desk) -> None:
    hours, once, calls = clock(desk), desk.service._once, []

    def deaf(*question: object) -> tuple[int, bytes]:
        calls.append(question)
        answer = once(*question)
        return (500, b"") if len(calls) == 1 else answer

    desk.service._once = deaf
    assert (await hours.clock(Clock(desk.by.login, IN))).outcome is ClockOutcome.SILENT
    assert (await hours.clock(Clock(desk.by.login, OUT))).outcome is ClockOutcome.DONE
    assert (await hours.clock(Clock(desk.by.login, IN))).outcome is ClockOutcome.DONE
    (first, _, third) = [key for _, _, key, _ in calls]
    assert first != third, "a later coming is a coming of its own"


async def test_a_call_without_an_answer_is_repeated_as_the_same_call(desk: Desk) -> None:
    hours, service = clock(desk), desk.service
    once, keys = service._once, []

    def deaf(method: str, target: str, key: str, body: bytes) -> tuple[int, bytes]:
        answer = once(method, target, key, body)
        keys.append((key, body))
        return (500, b"") if len(keys) == 1 else answer

    service._once = deaf
    assert (await hours.clock(Clock(desk.by.login, IN))).outcome is ClockOutcome.SILENT
    assert (await hours.clock(Clock(desk.by.login, IN))).outcome is ClockOutcome.DONE
    assert keys[0] == keys[1]


async def test_a_dead_log_in_has_no_hours(desk: Desk) -> None:
    desk.expire()
    hours = clock(desk)
    assert (await hours.clock(Clock(desk.by.login, IN))).outcome is ClockOutcome.LOGIN_OVER


def handover(desk: Desk, gauge: PaperGauge | None = None) -> HandoverDesk:
    gauge = gauge or PaperGauge(known=True, mm_left=14_300)
    half = desk.half
    return HandoverDesk(half.journal, half.client, half.session, lambda: gauge)


async def two(desk: Desk, ref: str = "0a1b2c3d4e60") -> SignHandover:
    desk.service.staff.add(Person("S1-OTHER", "246801", ref=ref, display="王**"))
    second = await desk.half.session.log_in("S1-OTHER", "246801")
    counts = HandoverCounts(paper_mm=14_300, open=2, uncertain=1)
    return SignHandover(desk.by.login, second.login, counts, (HandoverNote.KEYS_GIVEN,))


async def test_what_is_counted_is_what_waits_here(desk: Desk) -> None:
    await desk.unsure()
    told = await handover(desk).count(CountForHandover())
    assert told.counts.paper_mm == 14_300
    assert told.counts.uncertain == 1
    assert told.counts.open >= 1, "the events of it wait"


async def test_two_people_hand_over(desk: Desk) -> None:
    wanted = await two(desk)
    answer = await handover(desk).sign(wanted)
    assert answer.outcome is HandoverOutcome.DONE
    (kept,) = desk.service.staff.handovers
    assert kept["counts"] == {"paper_mm": 14_300, "open": 2, "uncertain": 1}
    assert kept["notes"] == ["keys_given"]


async def test_one_person_twice_is_refused(desk: Desk) -> None:
    wanted = await two(desk, ref=desk.by.staff_ref)
    assert (await handover(desk).sign(wanted)).outcome is HandoverOutcome.SAME_PERSON
    assert desk.service.staff.handovers == []


async def test_both_must_still_be_logged_in(desk: Desk) -> None:
    wanted = await two(desk)
    await desk.half.session.log_out(wanted.in_)
    assert (await handover(desk).sign(wanted)).outcome is HandoverOutcome.LOGIN_OVER
    desk.expire()
    wanted = replace(wanted, in_=wanted.out)
    assert (await handover(desk).sign(wanted)).outcome is HandoverOutcome.LOGIN_OVER
    assert desk.service.staff.handovers == []


async def test_silence_is_not_a_handover_and_its_repeat_counts_once(desk: Desk) -> None:
    wanted, signing = await two(desk), handover(desk)
    once, calls = desk.service._once, []

    def deaf(*question: object) -> tuple[int, bytes]:
        calls.append(question)
        answer = once(*question)
        return (500, b"") if len(calls) == 1 else answer

    desk.service._once = deaf
    assert (await signing.sign(wanted)).outcome is HandoverOutcome.SILENT
    assert (await signing.sign(wanted)).outcome is HandoverOutcome.DONE
    assert len(desk.service.staff.handovers) == 1
