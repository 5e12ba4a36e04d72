"""The door, the dashboard and the roll change without a window, by the window's names."""

from kiosk.flow.event import Event
from kiosk.flow.staff.values.door import (
    BadgeAsked,
    PinAsked,
    PinDigit,
    PinRubbed,
    StaffHome,
    StaffLeft,
    StaffWentBack,
)
from kiosk.flow.staff.values.rolls import (
    LengthChosen,
    RollChanged,
    RollDropped,
    RollWizard,
    RollWizardOpened,
    SharpnessJudged,
    TestPrint,
    TestPrintOpened,
    TestPrintWanted,
    TestStage,
    WizardNext,
    WizardStepBack,
)
from kiosk.flow.staff.values.unions import StaffEvent
from kiosk.flow.staff.wizard import LENGTHS_MM, ROLL, SHARP, TEST
from kiosk.flow.state import Screen


def described(screen: Screen) -> dict[str, object] | None:
    """What a staff screen says; None on a shopper's, and on one that is not described."""
    match screen:
        case RollWizard(clerk=clerk, record=record, trouble=trouble):
            return {
                "clerk": clerk.display,
                "step": record.step,
                "interrupted": record.interrupted,
                "trouble": trouble,
            }
        case RollChanged(clerk=clerk, serial=serial, vouchers=vouchers, seconds=seconds):
            return {
                "clerk": clerk.display,
                "serial": serial,
                "vouchers": vouchers,
                "seconds": seconds,
            }
        case StaffHome(clerk=clerk, unfinished=unfinished):
            return {"clerk": clerk.display, "unfinished": unfinished is not None}
        case BadgeAsked(notice=notice) if notice is not None:
            return {"notice": notice.value}
        case _:
            return None


def targets(screen: Screen) -> dict[str, Event]:
    """What can be touched now, by name; nothing on other screens than those named above."""
    found: dict[str, StaffEvent] = {}
    match screen:
        case BadgeAsked():
            found = {"back": StaffWentBack()}
        case PinAsked(asking=asking, typed=typed, locked_until=locked_until):
            found = {"back": StaffWentBack()}
            if not asking and locked_until is None:
                found |= {f"digit:{digit}": PinDigit(digit) for digit in "0123456789"}
                found |= {"rub": PinRubbed()} if typed else {}
        case StaffHome(unfinished=unfinished):
            found = {"roll": RollWizardOpened(), "test": TestPrintOpened(), "leave": StaffLeft()}
            if unfinished is not None and not unfinished.loaded:
                found["not_changed"] = RollDropped()
        case RollWizard() as wizard:
            found = _of_wizard(wizard)
        case RollChanged():
            found = {"home": StaffWentBack(), "go": StaffLeft()}
        case TestPrint(stage=stage):
            found = {"back": StaffWentBack(), "leave": StaffLeft()}
            if stage is not TestStage.PRINTING:
                found["print"] = TestPrintWanted()
        case _:
            pass
    return {**found}


def _of_wizard(wizard: RollWizard) -> dict[str, StaffEvent]:
    if wizard.saving or wizard.printing:
        return {}
    found: dict[str, StaffEvent] = {"back": StaffWentBack(), "leave": StaffLeft()}
    step = wizard.record.step
    if step < TEST:
        found["next"] = WizardNext()
    if 1 < step < TEST:
        found["previous"] = WizardStepBack()
    if step == ROLL and not wizard.record.loaded:
        found |= {f"length:{mm // 1000}": LengthChosen(mm) for mm in LENGTHS_MM}
    if wizard.blurred or step == TEST:
        found["again"] = TestPrintWanted()
    elif step == SHARP:
        found |= {"sharp": SharpnessJudged(sharp=True), "not_sharp": SharpnessJudged(sharp=False)}
    return found
