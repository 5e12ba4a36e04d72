"""K4: changing the roll in six steps, from the open cover to a sharp test print.

Each step is on disk before it is shown, so that a kiosk that was switched off half way knows
where it stood. A step that a sensor can see moves on by itself; where nothing is known a hand
says 下一步. What a sensor contradicts is not believed: a cover that it sees open is not shut.
"""

from dataclasses import replace

from kiosk.flow.staff import idle
from kiosk.flow.staff.home import open_home
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.facts import PrinterFacts, Sensed
from kiosk.flow.staff.values.rolls import (
    AskPrinter,
    BeginRoll,
    DoubtContact,
    DropRoll,
    FinishRoll,
    KeepStep,
    LengthChosen,
    LoadRoll,
    PrinterTold,
    PrintTest,
    RollBegun,
    RollChanged,
    RollDropped,
    RollField,
    RollFieldDone,
    RollFieldOpened,
    RollFieldTyped,
    RollFinished,
    RollWizard,
    RollWizardOpened,
    SharpnessJudged,
    StepKept,
    TestFailed,
    WizardNext,
    WizardStepBack,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show
from kiosk.paper.wizard_record import WizardRecord

OPEN, CORE, ROLL, CLOSE, TEST, SHARP = 1, 2, 3, 4, 5, 6
PRINTER_S = 0.5
"""How often the printer is asked while a roll is changed."""
LENGTHS_MM = (30_000, 50_000, 80_000)
"""What rolls are sold in."""
LENGTH_MIN_MM, LENGTH_MAX_MM = 5_000, 300_000
SERIAL_MAX = 12
_METRE_MM = 1000
ROLL_DOOR_WRONG = "roll_door says open, printer is ready"
"""What the service is told of the contact of the roll's door."""


# --- In and out --------------------------------------------------------------------------
def opened(state: KioskState, _: RollWizardOpened) -> Result:
    """现在换卷, or on with the change that was left half way."""
    home = state.screen
    if not isinstance(home, StaffHome) or state.fresh_id is None:
        return state, ()
    if home.unfinished is not None:
        return _at(state, home.clerk, home.unfinished)
    length_mm = state.paper.length_mm if state.paper.known else LENGTHS_MM[0]
    begin = BeginRoll(state.fresh_id, home.clerk.staff_ref, home.clerk.login, length_mm)
    return replace(state, fresh_id=None), (begin,)


def _taken_over(record: WizardRecord, clerk: Clerk) -> WizardRecord:
    """Whoever goes on answers for it; a time with a change of hands in it measures nobody."""
    same = (record.staff_ref, record.login) == (clerk.staff_ref, clerk.login)
    return replace(
        record,
        staff_ref=clerk.staff_ref,
        login=clerk.login,
        interrupted=record.interrupted or not same,
    )


def dropped(state: KioskState, _: RollDropped) -> Result:
    """没有换卷: the cover was opened and the old roll stayed in. Not once a new one counts."""
    home = state.screen
    if not isinstance(home, StaffHome) or home.unfinished is None or home.unfinished.loaded:
        return state, ()
    drop = DropRoll(home.unfinished.id)
    return replace(state, screen=replace(home, unfinished=None)), (drop,)


def begun(state: KioskState, told: RollBegun) -> Result:
    """The change is on disk: its first step."""
    home = state.screen
    if not isinstance(home, StaffHome):  # logged out meanwhile: it waits for the next one
        return state, ()
    return _at(state, home.clerk, told.record)


def _at(state: KioskState, clerk: Clerk, record: WizardRecord) -> Result:
    """On at its step. Taken over from somebody else, it is so on disk before a tap counts."""
    mine = _taken_over(record, clerk)
    wizard = RollWizard(
        clerk,
        idle_at_s=idle.until(state),
        record=mine,
        saving=mine != record,
        printer_due_s=state.now_s + PRINTER_S,
        asking=True,
    )
    keep = () if mine == record else (KeepStep(mine),)
    return replace(state, screen=wizard), (*keep, AskPrinter())


def went_back(state: KioskState, wizard: RollWizard) -> Result:
    """返回: to the dashboard. A change of which nothing was done yet is as if it never was."""
    if wizard.printing or wizard.saving:
        return state, ()
    if wizard.field is not None:
        return show(state, replace(wizard, field=None, typed=""))
    if wizard.record.step == OPEN and not wizard.record.interrupted:
        state, effects = open_home(state, wizard.clerk)
        return state, (DropRoll(wizard.record.id), *effects)
    return open_home(state, wizard.clerk, wizard.record)


# --- Steps -------------------------------------------------------------------------------
def next_(state: KioskState, _: WizardNext) -> Result:
    """下一步, said by a hand."""
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or wizard.field is not None:
        return state, ()
    return _forward(state, wizard)


def step_back(state: KioskState, _: WizardStepBack) -> Result:
    """上一步; a roll that is in the ledger stays in it."""
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or wizard.saving or wizard.printing:
        return state, ()
    record = wizard.record
    if record.step == OPEN or wizard.field is not None:
        return state, ()
    first = CLOSE if record.loaded else OPEN
    return _save(state, wizard, replace(record, step=max(first, record.step - 1)))


def _forward(state: KioskState, wizard: RollWizard) -> Result:
    record = wizard.record
    if wizard.saving or wizard.printing:
        return state, ()
    if record.step == CLOSE and not may_close(state, wizard):
        return state, ()
    if record.step >= TEST:
        return state, ()
    state, effects = _save(state, wizard, replace(record, step=record.step + 1))
    if record.step == CLOSE and overruled(state, wizard):
        effects = (*effects, DoubtContact(ROLL_DOOR_WRONG))
    return state, effects


def _save(state: KioskState, wizard: RollWizard, record: WizardRecord) -> Result:
    saving = replace(wizard, saving=True, trouble=None, blurred=False)
    load = record.step == TEST and not record.loaded
    wanted = LoadRoll(record) if load else KeepStep(record)
    return replace(state, screen=saving), (wanted,)


def kept(state: KioskState, told: StepKept) -> Result:
    """It is on disk: it may be shown. Shut with paper in, the printer tries it at once."""
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or told.record.id != wizard.record.id:
        return state, ()
    came_on = told.record.step == TEST and wizard.record.step == CLOSE
    wizard = replace(
        wizard, record=told.record, saving=False, idle_at_s=idle.until(state), printer_due_s=0.0
    )
    if came_on:
        return print_slip(state, wizard)
    return show(state, wizard)


# --- What sensors say --------------------------------------------------------------------
def open_seen(state: KioskState, printer: PrinterFacts) -> bool:
    """Whether a sensor sees the cover or the roll's door open."""
    return state.roll_door_open or printer.cover is Sensed.FAULT


def may_close(state: KioskState, wizard: RollWizard) -> bool:
    """Whether no sensor contradicts that paper is in and the cover shut.

    A contact of the roll's door that hangs must not end the change here: the hand that says
    so, and a printer that is known to be ready, know better.
    """
    printer = wizard.printer
    if printer.paper is Sensed.FAULT:
        return False
    return not open_seen(state, printer) or overruled(state, wizard)


def overruled(state: KioskState, wizard: RollWizard) -> bool:
    """Whether the contact of the roll's door stands alone against a printer that is ready."""
    return state.roll_door_open and wizard.printer.ready


def printer_told(state: KioskState, told: PrinterTold) -> Result:
    wizard = state.screen
    if not isinstance(wizard, RollWizard):
        return state, ()
    before = wizard.printer
    wizard = replace(wizard, printer=told.status, asking=False)
    if wizard.saving or wizard.printing or wizard.field is not None:
        return show(state, wizard)
    if _done_by_sight(state, wizard, before):
        return _forward(state, wizard)
    return show(state, wizard)


def _done_by_sight(state: KioskState, wizard: RollWizard, before: PrinterFacts) -> bool:
    """Whether what this step asks for has just been seen."""
    now = wizard.printer
    match wizard.record.step:
        case 1:
            return open_seen(state, now)
        case 2:  # the old paper leaves the sensor; paper that ended has left it long ago
            return before.paper is Sensed.OK and now.paper is Sensed.FAULT
        case 4:
            shut = now.cover is Sensed.OK and not state.roll_door_open
            return shut and now.paper is Sensed.OK and now.ready
        case _:
            return False


def door_moved(state: KioskState, wizard: RollWizard) -> Result:
    """The roll's door: opening it is the first step, shutting it is asked of the printer."""
    if wizard.record.step == OPEN and state.roll_door_open and wizard.field is None:
        return _forward(state, wizard)
    if wizard.asking:  # that answer may be older than this: once more, right after it
        return replace(state, screen=replace(wizard, printer_due_s=0.0)), ()
    return _ask(state, wizard)


def after(state: KioskState, wizard: RollWizard) -> Result:
    """What time makes of it: while hands are in it, the printer is asked again and again.

    Never twice at once: a printer that does not answer takes longer than `PRINTER_S`.
    """
    if wizard.asking or state.now_s < wizard.printer_due_s or wizard.record.step >= TEST:
        return state, ()
    return _ask(state, wizard)


def _ask(state: KioskState, wizard: RollWizard) -> Result:
    asking = replace(wizard, asking=True, printer_due_s=state.now_s + PRINTER_S)
    return replace(state, screen=asking), (AskPrinter(),)


# --- Which roll --------------------------------------------------------------------------
def length_chosen(state: KioskState, chosen: LengthChosen) -> Result:
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or not _may_describe(wizard):
        return state, ()
    if not LENGTH_MIN_MM <= chosen.length_mm <= LENGTH_MAX_MM:
        return state, ()
    return _save(state, wizard, replace(wizard.record, length_mm=chosen.length_mm))


def field_opened(state: KioskState, wanted: RollFieldOpened) -> Result:
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or not _may_describe(wizard):
        return state, ()
    return show(state, replace(wizard, field=wanted.field, typed=""))


def _may_describe(wizard: RollWizard) -> bool:
    """A roll is described while it is being put in, not once it is in the ledger."""
    return wizard.record.step == ROLL and not wizard.record.loaded and not wizard.saving


def field_typed(state: KioskState, pressed: RollFieldTyped) -> Result:
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or wizard.field is None:
        return state, ()
    longest = SERIAL_MAX if wizard.field is RollField.SERIAL else 3
    typed = wizard.typed[:-1] if not pressed.digit else wizard.typed + pressed.digit[:1]
    if len(typed) > longest or not (typed or "0").isdecimal():
        return state, ()
    return show(state, replace(wizard, typed=typed))


def typed_counts(wizard: RollWizard) -> bool:
    """Whether what is typed can be taken; an empty serial number leaves the old one."""
    if wizard.field is RollField.LENGTH:
        length_mm = int(wizard.typed or 0) * _METRE_MM
        return LENGTH_MIN_MM <= length_mm <= LENGTH_MAX_MM
    return True


def field_done(state: KioskState, _: RollFieldDone) -> Result:
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or wizard.field is None or not typed_counts(wizard):
        return state, ()
    record = wizard.record
    if wizard.field is RollField.LENGTH:
        record = replace(record, length_mm=int(wizard.typed) * _METRE_MM)
    elif wizard.typed:
        record = replace(record, roll_serial=wizard.typed)
    return _save(state, replace(wizard, field=None, typed=""), record)


# --- The test print ----------------------------------------------------------------------
def print_slip(state: KioskState, wizard: RollWizard) -> Result:
    printing = replace(wizard, printing=True, trouble=None, blurred=False, idle_at_s=idle.NEVER_S)
    wanted = PrintTest(wizard.clerk.staff_ref, wizard.clerk.login)
    return replace(state, screen=printing), (wanted,)


def slip_printed(state: KioskState, wizard: RollWizard) -> Result:
    done = replace(wizard, printing=False, idle_at_s=idle.until(state))
    return _save(state, done, replace(wizard.record, step=SHARP))


def slip_failed(state: KioskState, wizard: RollWizard, failed: TestFailed) -> Result:
    """Why it did not come out; with the cover open the step before is the one to do again."""
    idle_at_s = idle.until(state)
    stopped = replace(wizard, printing=False, trouble=failed.why, idle_at_s=idle_at_s)
    return show(state, stopped)


def sharpness_judged(state: KioskState, wizard: RollWizard, judged: SharpnessJudged) -> Result:
    if wizard.saving or wizard.record.step != SHARP:
        return state, ()
    if not judged.sharp:
        return show(state, replace(wizard, blurred=True))
    return replace(state, screen=replace(wizard, saving=True)), (FinishRoll(wizard.record),)


def slip_again(state: KioskState, wizard: RollWizard) -> Result:
    """再打一次, after a blurred one or one that did not come."""
    if wizard.saving or wizard.printing or wizard.record.step < TEST:
        return state, ()
    return print_slip(state, wizard)


def finished(state: KioskState, told: RollFinished) -> Result:
    """The change is over: thanks, and how long it took."""
    wizard = state.screen
    if not isinstance(wizard, RollWizard) or told.record.id != wizard.record.id:
        return state, ()
    changed = RollChanged(
        wizard.clerk,
        idle.until(state),
        serial=told.record.roll_serial,
        length_mm=told.record.length_mm,
        vouchers=told.vouchers,
        seconds=told.seconds,
    )
    return show(state, changed)
