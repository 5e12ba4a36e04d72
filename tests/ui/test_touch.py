"""Taps by the road that a finger takes: provider, window, widget, event."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.flow import event
from kiosk.flow.event import Event
from kiosk.flow.state import (
    Attract,
    Confirm,
    Done,
    Filter,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    RefusalWay,
    Refused,
    Scan,
    ScanTab,
    StillHere,
    Vouchers,
)
from kiosk.screens import sample
from tests.ui.conftest import Glass
from wire.api.text import Language

pytestmark = pytest.mark.ui

HOME = MemberHome(sample.session())
CONFIRM = Confirm(sample.session(), sample.ITEMS[0], 500, sample.NOW_S - 1, HOME)
REFUSED = Refused(
    Message(MessageCode.E_UNC, {"tail": "5W8C"}),
    (RefusalWay.CALL_STAFF, RefusalWay.END),
    sample.NOW_S + 20,
)
HOLD = Refused(Message(MessageCode.E_HOLD), (RefusalWay.RETRY, RefusalWay.HOME), sample.NOW_S + 20)
DONE = Done(sample.session(), "1", sample.ITEMS[0], "5W8C", sample.NOW_S + 10)

TAPS: list[tuple[KioskState, str, Event]] = [
    (sample.kiosk(Attract()), "start", event.ScanOpened()),
    (sample.kiosk(Attract()), "language:en", event.LanguageChosen(Language.EN)),
    (sample.kiosk(Scan(0)), "tab:card", event.ScanTabChosen(ScanTab.CARD)),
    (sample.kiosk(Scan(0)), "back", event.WentBack()),
    (sample.kiosk(HOME), "item:0", event.ItemChosen(sample.ITEMS[0].id)),
    (sample.kiosk(HOME), "filter:all", event.FilterChosen(Filter.ALL)),
    (sample.kiosk(HOME), "filter:dining", event.FilterChosen("dining")),
    (sample.kiosk(HOME), "next", event.PageTurned(1)),
    (sample.kiosk(replace(HOME, page=1)), "previous", event.PageTurned(-1)),
    (sample.kiosk(HOME), "eye", event.BalanceHidden()),
    (sample.kiosk(HOME), "vouchers", event.VouchersOpened()),
    (sample.kiosk(HOME), "end", event.Ended()),
    (sample.kiosk(CONFIRM), "confirm", event.Confirmed()),
    (sample.kiosk(CONFIRM), "back", event.WentBack()),
    (
        sample.kiosk(Vouchers(sample.session(), HOME)),
        "reprint:0",
        event.ReprintChosen(UUID(int=70)),
    ),
    (sample.kiosk(DONE), "continue", event.Continued()),
    (sample.kiosk(DONE), "end", event.Ended()),
    (sample.kiosk(REFUSED), "call_staff", event.StaffCalled()),
    (sample.kiosk(REFUSED), "end", event.Ended()),
    (sample.kiosk(HOLD), "retry", event.Retried()),
    (sample.kiosk(HOLD), "continue", event.Continued()),
    (sample.kiosk(StillHere(sample.NOW_S + 9, HOME)), "continue", event.Continued()),
    (sample.kiosk(StillHere(sample.NOW_S + 9, HOME)), "end", event.Ended()),
]


@pytest.fixture
def touch(glass: Glass) -> "Callable[[float, float], None]":
    """A finger down in one frame and up in the next, at window px from the lower left corner."""
    from kivy.base import EventLoop

    from kiosk.screens.fingers import Fingers

    fingers = Fingers()

    def touched(x: float, y: float) -> None:
        loop = asyncio.new_event_loop()

        async def once() -> None:
            EventLoop.add_input_provider(fingers)
            try:
                done = fingers.touch(x / glass.window.width, y / glass.window.height)
                for _ in range(4):
                    glass.frame()
                    await asyncio.sleep(0)
                assert done.done()
            finally:
                EventLoop.remove_input_provider(fingers)

        try:
            loop.run_until_complete(once())
        finally:
            loop.close()

    return touched


@pytest.mark.parametrize(
    ("state", "name", "expected"),
    TAPS,
    ids=[f"{type(s.screen).__name__}-{name}" for s, name, _ in TAPS],
)
def test_a_tap_emits_its_event_once(
    glass: Glass,
    touch: Callable[[float, float], None],
    state: KioskState,
    name: str,
    expected: Event,
) -> None:
    glass.show(state)
    target = glass.app.gallery.targets()[name]
    touch(target.center_x, target.center_y)
    assert glass.events == [event.Touched(), expected]


def test_a_touch_beside_everything_only_says_that_somebody_is_there(
    glass: Glass, touch: Callable[[float, float], None]
) -> None:
    glass.show(sample.kiosk(Attract()))
    touch(2, 2)
    assert glass.events == [event.Touched()]


def test_the_button_sleeps_until_it_is_armed(
    glass: Glass, touch: Callable[[float, float], None]
) -> None:
    """The tap that opened the confirm screen must not also confirm."""
    asleep = replace(CONFIRM, armed_at_s=sample.NOW_S + 1)
    glass.show(sample.kiosk(CONFIRM))
    target = glass.app.gallery.targets()["confirm"]
    glass.show(sample.kiosk(asleep))
    assert "confirm" not in glass.app.gallery.targets()
    touch(target.center_x, target.center_y)
    assert event.Confirmed() not in glass.events


def test_a_reward_that_cannot_be_had_has_no_confirm_button(glass: Glass) -> None:
    missing = Message(MessageCode.E_PTS, {"n": 640})
    glass.show(sample.kiosk(replace(CONFIRM, notice=missing)))
    assert set(glass.app.gallery.targets()) >= {"back", "end"}
    assert "confirm" not in glass.app.gallery.targets()


def test_staff_are_called_once(glass: Glass) -> None:
    glass.show(sample.kiosk(replace(REFUSED, staff_called=True)))
    assert "call_staff" not in glass.app.gallery.targets()
    assert "已呼叫店员,请稍候" in glass.shown_words()


def test_a_notice_is_read_away_and_the_filters_come_back(
    glass: Glass, touch: Callable[[float, float], None]
) -> None:
    told = sample.kiosk(replace(HOME, notice=Message(MessageCode.RESUME_RELEASED)))
    glass.show(told)
    names = set(glass.app.gallery.targets())
    assert "notice" in names
    assert "filter:all" not in names
    cross = glass.app.gallery.targets()["notice"]
    touch(cross.center_x, cross.center_y)
    glass.show(told)
    names = set(glass.app.gallery.targets())
    assert "notice" not in names
    assert "filter:all" in names


def test_a_finger_that_slides_off_does_nothing(glass: Glass) -> None:
    from kivy.base import EventLoop

    from kiosk.screens.fingers import Fingers

    glass.show(sample.kiosk(CONFIRM))
    fingers = Fingers()
    loop = asyncio.new_event_loop()

    async def slide() -> None:
        target = glass.app.gallery.targets()["confirm"]
        at = (target.center_x / glass.window.width, target.center_y / glass.window.height)
        fingers.touch(*at)
        EventLoop.add_input_provider(fingers)
        try:
            glass.frame()
            fingers._steps[0].touch.move((0.01, 0.01))
            glass.frame(3)
            await asyncio.sleep(0)
        finally:
            EventLoop.remove_input_provider(fingers)

    try:
        loop.run_until_complete(slide())
    finally:
        loop.close()
    assert glass.events == [event.Touched()]
