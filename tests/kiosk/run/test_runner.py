"""The runner against scripted deeds: order, guards, and the end of what must end."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "flow"))

import sample

from kiosk.clock import ManualClock
from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.state import (
    Attract,
    Dispensing,
    Done,
    Identifying,
    KioskState,
    MemberHome,
    Refused,
    Step,
)
from kiosk.runner import OnStep, Runner


class ScriptedDeeds:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.look_ups: list[asyncio.Future[e.Event]] = []
        self.redeemed: list[effect.Redeem] = []
        self.paper: asyncio.Future[e.Event] = asyncio.get_running_loop().create_future()
        self.staff: list[str] = []

    async def look_up(self, wanted: effect.LookUp) -> e.Event:
        answer: asyncio.Future[e.Event] = asyncio.get_running_loop().create_future()
        self.look_ups.append(answer)
        return await answer

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> e.Event:
        self.redeemed.append(wanted)
        on_step(e.StepReached(wanted.redemption, Step.PRINT))
        return await self.paper

    async def reprint(self, wanted: effect.Reprint, on_step: OnStep) -> e.Event:
        raise NotImplementedError

    def tell_staff(self, wanted: effect.TellStaff) -> None:
        self.staff.append(wanted.reason)


class Screens:
    def __init__(self) -> None:
        self.shown: list[KioskState] = []
        self.wiped = 0

    def show(self, state: KioskState) -> None:
        self.shown.append(state)

    def wipe(self) -> None:
        self.wiped += 1


class Stage:
    """A runner, its deeds and its screens, in a task group."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.clock = ManualClock(sample.WALL)
        self.deeds = ScriptedDeeds()
        self.screens = Screens()
        self.tasks = tasks
        self.runner = Runner(sample.state(), self.clock, tasks)
        self.runner.perform_with(self.deeds)
        self.runner.attach(self.screens)

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    @property
    def screen(self) -> object:
        return self.runner.state.screen

    async def scan(self) -> None:
        self.runner.emit(e.Scanned("M2", "QRCode"))
        await self.settle()

    async def dispense(self) -> None:
        await self.scan()
        self.deeds.look_ups[-1].set_result(e.MemberFound(sample.member()))
        await self.settle()
        self.runner.emit(e.ItemChosen(UUID(int=1)))
        self.clock.advance(1.1)
        self.runner.emit(e.Confirmed())
        await self.settle()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    class Over(Exception):
        pass

    ready: asyncio.Future[Stage] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def play() -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                ready.set_result(Stage(tasks))
                await over.wait()
                raise Over  # noqa: TRY301 - raised to end the group
        except* Over:
            pass

    playing = asyncio.create_task(play())
    yield await ready
    over.set()
    await playing


async def test_a_code_leads_to_the_members_home(stage: Stage) -> None:
    await stage.scan()
    assert isinstance(stage.screen, Identifying)
    stage.deeds.look_ups[0].set_result(e.MemberFound(sample.member()))
    await stage.settle()
    assert isinstance(stage.screen, MemberHome)
    assert stage.screens.shown[-1] is stage.runner.state


async def test_every_event_is_judged_by_the_time_at_which_it_came(stage: Stage) -> None:
    await stage.scan()
    stage.deeds.look_ups[0].set_result(e.MemberFound(sample.member()))
    await stage.settle()
    stage.clock.advance(7)
    stage.runner.emit(e.Touched())
    assert stage.runner.state.now_s == stage.clock.now_s()
    assert stage.runner.state.wall == stage.clock.wall()
    assert stage.runner.ticked_s == stage.clock.now_s()


async def test_the_answer_for_a_shopper_who_has_gone_is_dropped(stage: Stage) -> None:
    await stage.scan()
    first = stage.deeds.look_ups[0]
    stage.clock.advance(9)  # the flow gives up and wipes the session
    stage.runner.tick()
    assert isinstance(stage.screen, Refused)
    assert stage.screens.wiped == 1
    await stage.settle()
    assert first.cancelled(), "nobody waits for it any more"
    stage.runner.emit(e.Ended())
    await stage.scan()
    assert isinstance(stage.screen, Identifying), "the first shopper's answer came through"
    stage.deeds.look_ups[1].set_result(e.MemberFound(sample.member(display="乙*")))
    await stage.settle()
    assert isinstance(stage.screen, MemberHome)
    assert stage.screen.session.member.display == "乙*"


async def test_an_answer_that_came_just_before_its_shopper_left_is_dropped_too(
    stage: Stage,
) -> None:
    await stage.scan()
    stage.deeds.look_ups[0].set_result(e.MemberFound(sample.member(display="甲*")))
    stage.clock.advance(9)
    stage.runner.tick()  # wiped before the loop came round to the answer
    stage.runner.emit(e.Ended())
    stage.runner.emit(e.Scanned("M2", "QRCode"))
    await stage.settle()
    assert isinstance(stage.screen, Identifying), "the first shopper's answer came through"


async def test_a_redemption_has_an_id_of_its_own_and_ends_on_done(stage: Stage) -> None:
    await stage.dispense()
    assert isinstance(stage.screen, Dispensing)
    assert stage.screen.step is Step.PRINT
    assert stage.runner.dispensing
    wanted = stage.deeds.redeemed[0]
    assert wanted.redemption.version == 7
    stage.deeds.paper.set_result(e.VoucherPrinted(wanted.redemption, "5W8C", sample.redemption()))
    await stage.settle()
    assert isinstance(stage.screen, Done)
    assert not stage.runner.dispensing


async def test_the_kiosk_waits_for_the_paper_before_it_ends(stage: Stage) -> None:
    await stage.dispense()
    assert not await stage.runner.finish_dispensing(0)
    wanted = stage.deeds.redeemed[0]
    stage.deeds.paper.set_result(e.VoucherPrinted(wanted.redemption, "5W8C", sample.redemption()))
    assert await stage.runner.finish_dispensing(1)


async def test_an_event_out_of_a_screen_that_is_being_drawn_waits_its_turn(stage: Stage) -> None:
    order: list[str] = []

    class Nervous(Screens):
        def show(self, state: KioskState) -> None:
            order.append(type(state.screen).__name__)
            if isinstance(state.screen, Identifying):
                stage.runner.emit(e.CodeNotOurs())
                order.append("emitted")

    stage.runner.attach(Nervous())
    stage.runner.emit(e.Scanned("M2", "QRCode"))
    assert order == ["Attract", "Identifying", "emitted", "Scan"]


async def test_a_broken_journal_ends_the_kiosk() -> None:
    class Broken(Exception):
        pass

    with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012 - the group is the statement
        async with asyncio.TaskGroup() as tasks:
            stage = Stage(tasks)
            stage.deeds.paper.set_exception(Broken())
            await stage.dispense()
            await asyncio.Event().wait()
    assert caught.group_contains(Broken)


async def test_staff_are_told_of_a_printer_that_refuses(stage: Stage) -> None:
    await stage.dispense()
    stage.deeds.paper.set_result(
        e.PrinterRefused(stage.deeds.redeemed[0].redemption, no_paper=True)
    )
    await stage.settle()
    assert isinstance(stage.screen, Refused)
    assert stage.deeds.staff == ["E-PAPER-PRE"]


async def test_ticks_go_on_by_themselves_and_stop_with_the_task(stage: Stage) -> None:
    task = stage.tasks.create_task(stage.runner.run_ticks(period_s=0))
    await stage.settle()
    stage.clock.advance(1)
    await stage.settle()
    assert stage.screens.shown[-1].now_s == stage.clock.now_s()
    task.cancel()
    await stage.settle()
    stage.clock.advance(1)
    await stage.settle()
    assert stage.screens.shown[-1].now_s == stage.clock.now_s() - 1
    assert isinstance(stage.screen, Attract)
