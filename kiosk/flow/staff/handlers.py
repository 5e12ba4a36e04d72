"""Every event of the staff journeys and who handles it."""

from collections.abc import Callable
from typing import Any

from kiosk.flow.staff import home, nobody
from kiosk.flow.staff.values import paper, service, vouchers

HANDLERS: dict[type, Callable[[Any, Any], Any]] = {
    paper.StaffKeyTurned: nobody.ignored,
    paper.BadgeGood: nobody.ignored,
    paper.BadgeBad: nobody.ignored,
    paper.PinDigit: nobody.ignored,
    paper.PinRubbed: nobody.ignored,
    paper.PinWrong: nobody.ignored,
    paper.PinLocked: nobody.ignored,
    paper.LoginSilent: nobody.ignored,
    paper.ClerkCame: nobody.ignored,
    paper.StaffLeft: home.left,
    paper.StaffWentBack: nobody.ignored,
    paper.StaffStayed: home.stayed,
    paper.FactsTold: home.facts_told,
    paper.RollWizardOpened: nobody.ignored,
    paper.WizardNext: nobody.ignored,
    paper.WizardStepBack: nobody.ignored,
    paper.LengthChosen: nobody.ignored,
    paper.RollFieldOpened: nobody.ignored,
    paper.RollFieldTyped: nobody.ignored,
    paper.RollFieldDone: nobody.ignored,
    paper.PrinterTold: nobody.ignored,
    paper.StepKept: nobody.ignored,
    paper.TestPrinted: nobody.ignored,
    paper.TestFailed: nobody.ignored,
    paper.SharpnessJudged: nobody.ignored,
    paper.RollFinished: nobody.ignored,
    paper.TestPrintOpened: nobody.ignored,
    paper.TestPrintWanted: nobody.ignored,
    vouchers.SearchOpened: nobody.ignored,
    vouchers.QueueOpened: nobody.ignored,
    service.DiagnosticsOpened: nobody.ignored,
    service.HoursOpened: nobody.ignored,
    service.HandoverOpened: nobody.ignored,
}
