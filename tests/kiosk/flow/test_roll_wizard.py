"""Six steps to a new roll: by hand, by sensors, cut off half way, and what never happens."""

from dataclasses import replace
from uuid import UUID

import pytest
import sample
from staff_walks import CLERK, OFFLINE, at_home

from kiosk.flow import event as e
from kiosk.flow.staff import wizard
from kiosk.flow.staff.idle import NEVER_S
from kiosk.flow.staff.values import door, rolls
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S, Clerk
from kiosk.flow.staff.values.facts import KioskFacts, PrinterFacts, Sensed
from kiosk.flow.state import Attract
from kiosk.paper.wizard_record import WizardRecord

BLIND = PrinterFacts()
FINE = PrinterFacts(*[Sensed.OK] * 4)
OPEN = replace(FINE, cover=Sensed.FAULT)
OPEN_EMPTY = replace(OPEN, paper=Sensed.FAULT)
NO_PAPER = replace(FINE, paper=Sensed.FAULT)


def record(step: int = 1, clerk: Clerk = CLERK, **changes: object) -> WizardRecord:
    fields = {
        "id": UUID(int=77),
        "step": step,
        "staff_ref": clerk.staff_ref,
        "login": clerk.login,
        "begun_at": sample.WALL,
        "begun_s": 1.0,
        "boot_id": "b",
        "roll_serial": "K01-1",
        "length_mm": 30_000,
    }
    return WizardRecord(**(fields | changes))


def kept(walk):
    """The disk does what was asked last, and says so."""
    (wanted,) = [x for x in walk.effects if isinstance(x, rolls.KeepStep | rolls.LoadRoll)]
    loaded = wanted.record.loaded or isinstance(wanted, rolls.LoadRoll)
    return walk.do(rolls.StepKept(replace(wanted.record, loaded=loaded)))


def e_what(walk) -> list[str]:
    """Of which contacts the service is told."""
    return [x.what for x in walk.effects if isinstance(x, rolls.DoubtContact)]


def at_step(walk, step: int, clerk: Clerk = CLERK, **changes: object):
    loaded = step >= wizard.TEST
    at_home(walk, clerk).do(
        door.FactsTold(KioskFacts(), record(step, clerk, loaded=loaded, **changes))
    )
    walk.do(rolls.RollWizardOpened())
    assert isinstance(walk.screen, rolls.RollWizard)
    return walk


def test_six_steps_by_hand_where_nothing_is_sensed(walk) -> None:
    at_home(walk).do(rolls.RollWizardOpened())
    (begin,) = [x for x in walk.effects if isinstance(x, rolls.BeginRoll)]
    assert (begin.staff_ref, begin.login, begin.length_mm) == (CLERK.staff_ref, CLERK.login, 30_000)
    walk.do(rolls.RollBegun(record()), rolls.PrinterTold(BLIND))
    for step in (2, 3, 4, 5):
        walk.do(rolls.WizardNext())
        assert walk.screen.record.step == step - 1, "shown before it was on disk"
        assert walk.screen.saving
        kept(walk)
        assert walk.screen.record.step == step
    assert walk.screen.record.loaded
    assert walk.effects == [rolls.PrintTest(CLERK.staff_ref, CLERK.login)], "prints by itself"
    walk.do(rolls.TestPrinted(118))
    kept(walk)
    assert walk.screen.record.step == 6
    walk.do(rolls.SharpnessJudged(sharp=True))
    assert walk.effects == [rolls.FinishRoll(walk.screen.record)]
    walk.do(rolls.RollFinished(walk.screen.record, vouchers=272, seconds=52))
    assert isinstance(walk.screen, rolls.RollChanged)
    assert (walk.screen.seconds, walk.screen.vouchers) == (52, 272)
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)


def test_sensors_turn_the_pages(walk) -> None:
    at_step(walk, 1).do(rolls.PrinterTold(FINE))
    assert not walk.screen.saving
    walk.do(rolls.PrinterTold(OPEN))
    assert kept(walk).screen.record.step == 2
    walk.do(rolls.PrinterTold(OPEN_EMPTY))
    assert kept(walk).screen.record.step == 3
    walk.do(rolls.PrinterTold(OPEN))
    assert not walk.screen.saving, "which roll it is must be told by a hand"
    walk.do(rolls.WizardNext())
    assert kept(walk).screen.record.step == 4
    walk.do(rolls.PrinterTold(OPEN))
    assert not walk.screen.saving
    walk.do(rolls.PrinterTold(FINE))
    kept(walk)
    assert walk.screen.record.step == 5
    assert walk.screen.printing


def test_the_rolls_door_is_a_sensor_too(walk) -> None:
    at_step(walk, 1).do(e.RollDoorMoved(is_open=True))
    assert kept(walk).screen.record.step == 2
    walk.do(rolls.PrinterTold(BLIND), e.RollDoorMoved(is_open=False))
    assert walk.effects == [rolls.AskPrinter()], "what the door says is not enough"


def test_a_hand_and_the_printer_overrule_the_contact_of_the_rolls_door(walk) -> None:
    walk.do(e.RollDoorMoved(is_open=True))
    at_step(walk, 4).do(rolls.PrinterTold(BLIND), rolls.WizardNext())
    assert not walk.screen.saving, "the contact is all that is known"
    walk.do(rolls.PrinterTold(FINE))
    assert not walk.screen.saving, "only a hand knows better than the contact"
    walk.do(rolls.WizardNext())
    assert e_what(walk) == ["roll_door says open, printer is ready"]
    kept(walk)
    assert walk.screen.record.step == 5
    assert walk.screen.printing


def test_a_door_that_is_shut_is_no_fault_of_its_contact(walk) -> None:
    at_step(walk, 4).do(rolls.PrinterTold(BLIND), rolls.WizardNext())
    assert walk.screen.saving
    assert e_what(walk) == []


@pytest.mark.parametrize("said", [OPEN, NO_PAPER, OPEN_EMPTY])
def test_what_a_sensor_contradicts_is_not_believed(walk, said) -> None:
    at_step(walk, 4).do(rolls.PrinterTold(said), rolls.WizardNext())
    assert walk.screen.record.step == 4
    assert not walk.screen.saving
    assert walk.effects == []


def test_paper_that_ended_long_ago_does_not_take_the_core_out(walk) -> None:
    at_step(walk, 2).do(rolls.PrinterTold(OPEN_EMPTY), rolls.PrinterTold(OPEN_EMPTY))
    assert walk.screen.record.step == 2
    assert not walk.screen.saving


def test_the_printer_is_asked_while_the_wizard_stands(walk) -> None:
    at_step(walk, 2)
    assert walk.effects == [rolls.AskPrinter()]
    walk.do(rolls.PrinterTold(OPEN)).wait(0.4)
    assert walk.effects == []
    walk.wait(0.2)
    assert walk.effects == [rolls.AskPrinter()]


def test_a_printer_that_thinks_is_not_asked_again(walk) -> None:
    at_step(walk, 2)
    for _ in range(8):
        walk.wait(0.5)
        assert walk.effects == []
    walk.do(e.RollDoorMoved(is_open=True))
    assert walk.effects == []
    walk.do(rolls.PrinterTold(OPEN)).wait(0.1)
    assert walk.effects == [rolls.AskPrinter()], "the door moved after that answer was asked for"


def test_two_taps_are_one_step(walk) -> None:
    at_step(walk, 1).do(
        rolls.WizardNext(), rolls.WizardNext(), rolls.WizardStepBack(), door.StaffWentBack()
    )
    assert len(walk.effects) == 1
    assert kept(walk).screen.record.step == 2


def test_back_and_on_again(walk) -> None:
    at_step(walk, 3).do(rolls.WizardStepBack())
    assert kept(walk).screen.record.step == 2


# --- Which roll --------------------------------------------------------------------------
def test_a_length_in_one_tap(walk) -> None:
    at_step(walk, 3).do(rolls.LengthChosen(50_000))
    assert kept(walk).screen.record.length_mm == 50_000
    assert walk.screen.record.step == 3


def test_an_odd_length_is_typed(walk) -> None:
    at_step(walk, 3).do(rolls.RollFieldOpened(rolls.RollField.LENGTH))
    walk.do(
        *[rolls.RollFieldTyped(d) for d in "640"],
        rolls.RollFieldTyped("1"),
        rolls.RollFieldTyped(""),
    )
    assert walk.screen.typed == "64"
    walk.do(rolls.RollFieldDone())
    assert kept(walk).screen.record.length_mm == 64_000
    assert walk.screen.field is None


@pytest.mark.parametrize("typed", ["", "4", "301", "999"])
def test_a_length_that_no_roll_has_is_not_taken(walk, typed) -> None:
    at_step(walk, 3).do(rolls.RollFieldOpened(rolls.RollField.LENGTH))
    walk.do(*[rolls.RollFieldTyped(d) for d in typed], rolls.RollFieldDone())
    assert walk.screen.field is rolls.RollField.LENGTH
    assert walk.effects == []


def test_a_number_printed_on_the_roll(walk) -> None:
    at_step(walk, 3).do(rolls.RollFieldOpened(rolls.RollField.SERIAL))
    walk.do(*[rolls.RollFieldTyped(d) for d in "88x00"], rolls.RollFieldDone())
    assert kept(walk).screen.record.roll_serial == "8800"


def test_an_empty_number_leaves_the_automatic_one(walk) -> None:
    at_step(walk, 3).do(rolls.RollFieldOpened(rolls.RollField.SERIAL), rolls.RollFieldDone())
    assert kept(walk).screen.record.roll_serial == "K01-1"


@pytest.mark.parametrize("step", [1, 2, 4, 5, 6])
def test_a_roll_is_described_while_it_is_put_in_and_never_later(walk, step) -> None:
    at_step(walk, step).do(
        rolls.LengthChosen(50_000), rolls.RollFieldOpened(rolls.RollField.SERIAL)
    )
    assert walk.screen.record.length_mm == 30_000
    assert walk.screen.field is None


# --- The test print ----------------------------------------------------------------------
@pytest.mark.parametrize("why", list(rolls.PrintTrouble))
def test_a_test_print_that_failed_is_told_and_tried_again(walk, why) -> None:
    at_step(walk, 5).do(rolls.TestPrintWanted(), rolls.TestFailed(why))
    assert walk.screen.trouble is why
    assert walk.screen.record.step == 5
    walk.do(rolls.TestPrintWanted())
    assert walk.effects == [rolls.PrintTest(CLERK.staff_ref, CLERK.login)]
    assert walk.screen.trouble is None


def test_while_it_prints_nobody_leaves_and_nobody_is_logged_out(walk) -> None:
    at_step(walk, 5).do(rolls.TestPrintWanted())
    assert walk.screen.idle_at_s == NEVER_S
    walk.do(door.StaffWentBack(), door.StaffLeft(), rolls.TestPrintWanted(), rolls.WizardNext())
    assert walk.screen.printing
    assert walk.effects == []
    walk.wait(STAFF_IDLE_S + 10)
    assert isinstance(walk.screen, rolls.RollWizard)
    walk.do(rolls.TestPrinted(100))
    assert walk.screen.idle_at_s < NEVER_S


def test_not_sharp_says_what_to_do_and_prints_again(walk) -> None:
    at_step(walk, 6).do(rolls.SharpnessJudged(sharp=False))
    assert walk.screen.blurred
    assert walk.effects == []
    walk.do(rolls.TestPrintWanted())
    assert walk.screen.printing
    walk.do(rolls.TestPrinted(100))
    kept(walk)
    assert (walk.screen.record.step, walk.screen.blurred) == (6, False)


def test_a_kiosk_cut_off_before_the_test_print_prints_when_a_hand_says_so(walk) -> None:
    at_step(walk, 5, interrupted=True)
    assert not walk.screen.printing
    walk.do(rolls.PrinterTold(FINE), rolls.WizardNext())
    assert not walk.screen.printing
    walk.do(rolls.TestPrintWanted())
    assert walk.screen.printing


# --- Left half way -----------------------------------------------------------------------
def test_nothing_done_yet_is_as_if_it_never_was(walk) -> None:
    at_home(walk).do(rolls.RollWizardOpened(), rolls.RollBegun(record()), door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.screen.unfinished is None
    assert rolls.DropRoll(UUID(int=77)) in walk.effects


def test_half_way_it_waits_on_the_dashboard_and_goes_on(walk) -> None:
    at_step(walk, 3).do(door.StaffWentBack())
    assert walk.screen.unfinished.step == 3
    assert not [x for x in walk.effects if isinstance(x, rolls.DropRoll)]
    walk.do(rolls.RollWizardOpened())
    assert walk.screen.record.step == 3
    assert not walk.screen.record.interrupted


def test_the_next_to_log_in_finds_it_and_answers_for_it(walk) -> None:
    at_step(walk, 4).wait(STAFF_IDLE_S + 1)
    assert isinstance(walk.screen, Attract)
    other = replace(OFFLINE, staff_ref="ffffffffffff")
    walk.with_health(online=False)
    walk.do(door.StaffKeyTurned(), e.Scanned("S1", "QRCode"), door.BadgeGood("S1"))
    walk.do(door.ClerkCame(other, record(4)))
    assert walk.screen.unfinished.step == 4
    walk.do(rolls.RollWizardOpened())
    found = walk.screen.record
    assert (found.staff_ref, found.login, found.interrupted) == ("ffffffffffff", None, True)


def test_one_that_was_found_at_the_disk_is_taken_over_there_too(walk) -> None:
    """The dashboard had not been told of it yet."""
    first = replace(CLERK, staff_ref="ffffffffffff", login=UUID(int=99))
    at_home(walk).do(rolls.RollWizardOpened(), rolls.RollBegun(record(6, first, loaded=True)))
    (keep,) = [x for x in walk.effects if isinstance(x, rolls.KeepStep)]
    assert (keep.record.staff_ref, keep.record.login) == (CLERK.staff_ref, CLERK.login)
    assert keep.record.interrupted, "its time measures nobody"
    assert walk.screen.saving, "whose it is stands on disk before anything else is done"
    kept(walk)
    walk.do(rolls.SharpnessJudged(sharp=True))
    assert walk.effects == [rolls.FinishRoll(keep.record)]


def test_a_roll_that_was_not_changed_after_all(walk) -> None:
    at_home(walk).do(door.FactsTold(KioskFacts(), record(2)), rolls.RollDropped())
    assert walk.effects == [rolls.DropRoll(UUID(int=77))]
    assert walk.screen.unfinished is None


def test_a_roll_in_the_ledger_is_not_dropped(walk) -> None:
    loaded = record(5, loaded=True)
    at_home(walk).do(door.FactsTold(KioskFacts(), loaded), rolls.RollDropped())
    assert walk.effects == []
    assert walk.screen.unfinished == loaded


def test_offline_the_whole_change_works(walk) -> None:
    at_step(walk, 5, OFFLINE).do(rolls.TestPrintWanted())
    assert walk.effects == [rolls.PrintTest(OFFLINE.staff_ref, None)]
    walk.do(rolls.TestPrinted(100))
    kept(walk)
    walk.do(rolls.SharpnessJudged(sharp=True))
    assert isinstance(walk.effects[0], rolls.FinishRoll)


# --- K5 ----------------------------------------------------------------------------------
def test_a_test_print_of_its_own(walk) -> None:
    at_home(walk).do(rolls.TestPrintOpened())
    assert walk.effects == []
    walk.do(rolls.TestPrintWanted(), rolls.TestPrintWanted())
    assert walk.effects == [rolls.PrintTest(CLERK.staff_ref, CLERK.login)]
    walk.do(door.StaffWentBack())
    assert walk.screen.stage is rolls.TestStage.PRINTING
    walk.do(rolls.TestPrinted(100), rolls.SharpnessJudged(sharp=False))
    assert walk.screen.blurred
    walk.do(rolls.TestPrintWanted(), rolls.TestFailed(rolls.PrintTrouble.COVER))
    assert (walk.screen.stage, walk.screen.blurred) == (rolls.TestStage.FAILED, False)
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)
