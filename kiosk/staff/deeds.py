"""How the effects of staff are done: one doer for each, put together in the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kiosk.flow.event import Event
from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import door, rolls
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.unions import StaffEffect
from kiosk.staff.dashboard import Dashboard
from kiosk.staff.diagnosis import Examiner
from kiosk.staff.doorkeeper import Doorkeeper
from kiosk.staff.handover import HandoverDesk
from kiosk.staff.hours import TimeClock
from kiosk.staff.printer_facts import printer_facts
from kiosk.staff.roll_change import RollChange
from kiosk.staff.search import CaseSearch
from kiosk.staff.test_slip import TestSlip
from kiosk.staff.trials import Trials
from kiosk.staff.uncertain import UncertainDesk

StaffDeed = Callable[[Any], Awaitable[Event | None]]


class StaffDeeds:
    """Does each effect by the doer of its type.

    Args:
        deeds: by type of effect; `paper_deeds` and its like make parts of it.
    """

    def __init__(self, deeds: Mapping[type, StaffDeed]) -> None:
        self._deeds = dict(deeds)

    async def do(self, wanted: StaffEffect) -> Event | None:
        """The answer that the effect promises; None where it promises none.

        Raises:
            KeyError: nobody does this here.
        """
        return await self._deeds[type(wanted)](wanted)


def paper_deeds(
    doorkeeper: Doorkeeper, dashboard: Dashboard, change: RollChange, slip: TestSlip
) -> dict[type, StaffDeed]:
    """The door, the dashboard, the roll wizard and the test print."""

    async def ask_facts(_: door.AskFacts) -> Event:
        return await dashboard.facts()

    async def ask_printer(_: rolls.AskPrinter) -> Event:
        return rolls.PrinterTold(printer_facts(await slip.told()))

    async def log_out(wanted: door.LogOut) -> None:
        await doorkeeper.log_out(wanted)

    async def drop(_: rolls.DropRoll) -> None:
        await change.drop()

    return {
        door.CheckBadge: doorkeeper.check,
        door.LogIn: doorkeeper.log_in,
        door.LetInOffline: doorkeeper.let_in_offline,
        door.LogOut: log_out,
        door.StayIn: doorkeeper.stay,
        door.AskFacts: ask_facts,
        rolls.AskPrinter: ask_printer,
        rolls.BeginRoll: change.begin,
        rolls.DropRoll: drop,
        rolls.KeepStep: change.keep,
        rolls.LoadRoll: change.load,
        rolls.FinishRoll: change.finish,
        rolls.PrintTest: slip.print,
    }


def voucher_deeds(search: CaseSearch, desk: UncertainDesk) -> dict[type, StaffDeed]:
    """Vouchers found, their story read, uncertain ones settled."""
    return {
        v.FindHere: search.find_here,
        v.FindInStore: search.find_in_store,
        v.ReadStory: search.read_story,
        v.AskStanding: search.ask_standing,
        v.SettleCase: desk.settle,
    }


def service_deeds(
    clock: TimeClock, handover: HandoverDesk, examiner: Examiner, trials: Trials
) -> dict[type, StaffDeed]:
    """Hours, handover, diagnostics."""
    return {
        s.Clock: clock.clock,
        s.CountForHandover: handover.count,
        s.SignHandover: handover.sign,
        d.Diagnose: examiner.diagnose,
        d.TestNetwork: trials.ask_network,
        d.Try: trials.act,
    }
