"""Every event of the staff journeys and who handles it."""

from collections.abc import Callable
from typing import Any

from kiosk.flow.staff import door, home, leaving, nobody, test_print, wizard
from kiosk.flow.staff.values import paper, service, vouchers

HANDLERS: dict[type, Callable[[Any, Any], Any]] = {
    paper.StaffKeyTurned: door.key_turned,
    paper.BadgeGood: door.badge_good,
    paper.BadgeBad: door.badge_bad,
    paper.PinDigit: door.pin_digit,
    paper.PinRubbed: door.pin_rubbed,
    paper.PinWrong: door.pin_wrong,
    paper.PinLocked: door.pin_locked,
    paper.LoginSilent: door.login_silent,
    paper.ClerkCame: door.clerk_came,
    paper.StaffLeft: home.left,
    paper.StaffWentBack: leaving.went_back,
    paper.StaffStayed: home.stayed,
    paper.FactsTold: home.facts_told,
    paper.RollWizardOpened: wizard.opened,
    paper.RollBegun: wizard.begun,
    paper.RollDropped: wizard.dropped,
    paper.WizardNext: wizard.next_,
    paper.WizardStepBack: wizard.step_back,
    paper.LengthChosen: wizard.length_chosen,
    paper.RollFieldOpened: wizard.field_opened,
    paper.RollFieldTyped: wizard.field_typed,
    paper.RollFieldDone: wizard.field_done,
    paper.PrinterTold: wizard.printer_told,
    paper.StepKept: wizard.kept,
    paper.TestPrinted: test_print.printed,
    paper.TestFailed: test_print.failed,
    paper.SharpnessJudged: test_print.judged,
    paper.RollFinished: wizard.finished,
    paper.TestPrintOpened: test_print.opened,
    paper.TestPrintWanted: test_print.wanted,
    vouchers.SearchOpened: nobody.ignored,
    vouchers.QueueOpened: nobody.ignored,
    service.DiagnosticsOpened: nobody.ignored,
    service.HoursOpened: nobody.ignored,
    service.HandoverOpened: nobody.ignored,
}
