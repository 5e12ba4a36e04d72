"""K5: a slip that is worth nothing; alone, or as the last steps of a roll change."""

from dataclasses import replace

from kiosk.flow.staff import idle, wizard
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.rolls import (
    PrintTest,
    RollWizard,
    SharpnessJudged,
    TestFailed,
    TestPrint,
    TestPrinted,
    TestPrintOpened,
    TestPrintWanted,
    TestStage,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show


def opened(state: KioskState, _: TestPrintOpened) -> Result:
    if not isinstance(state.screen, StaffHome):
        return state, ()
    return show(state, TestPrint(state.screen.clerk, idle.until(state)))


def wanted(state: KioskState, _: TestPrintWanted) -> Result:
    """打印, or 再打一次."""
    match state.screen:
        case RollWizard() as changing:
            return wizard.slip_again(state, changing)
        case TestPrint(clerk=clerk, stage=stage) as test if stage is not TestStage.PRINTING:
            printing = replace(
                test,
                stage=TestStage.PRINTING,
                trouble=None,
                judged=False,
                blurred=False,
                idle_at_s=idle.NEVER_S,
            )
            wanted = PrintTest(clerk.staff_ref, clerk.login)
            return replace(state, screen=printing), (wanted,)
        case _:
            return state, ()


def printed(state: KioskState, _: TestPrinted) -> Result:
    match state.screen:
        case RollWizard(printing=True) as changing:
            return wizard.slip_printed(state, changing)
        case TestPrint(stage=TestStage.PRINTING) as test:
            done = replace(test, stage=TestStage.PRINTED, idle_at_s=idle.until(state))
            return show(state, done)
        case _:
            return state, ()


def failed(state: KioskState, told: TestFailed) -> Result:
    match state.screen:
        case RollWizard(printing=True) as changing:
            return wizard.slip_failed(state, changing, told)
        case TestPrint(stage=TestStage.PRINTING) as test:
            stopped = replace(
                test, stage=TestStage.FAILED, trouble=told.why, idle_at_s=idle.until(state)
            )
            return show(state, stopped)
        case _:
            return state, ()


def judged(state: KioskState, judged: SharpnessJudged) -> Result:
    """Whoever looked at the slip says whether it is sharp."""
    match state.screen:
        case RollWizard() as changing:
            return wizard.sharpness_judged(state, changing, judged)
        case TestPrint(stage=TestStage.PRINTED) as test:
            return show(state, replace(test, blurred=not judged.sharp, judged=True))
        case _:
            return state, ()
