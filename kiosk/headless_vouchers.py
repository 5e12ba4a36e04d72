"""Vouchers in question, hours, handover and diagnostics without a window, by its names."""

from kiosk.flow import event
from kiosk.flow.event import Event
from kiosk.flow.staff import cases, settling
from kiosk.flow.staff.hours import next_direction
from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Standing
from kiosk.flow.staff.values.door import PinDigit, PinRubbed, StaffHome, StaffLeft, StaffWentBack
from kiosk.flow.staff.values.told import Told
from kiosk.flow.staff.verdict import verdict
from kiosk.flow.state import Screen
from wire.api.redemptions import ReprintReason
from wire.api.staff import HandoverNote
from wire.voucher_code import ALPHABET

PAGE = 8
"""Rows of a list, as in portrait."""


def described(screen: Screen) -> dict[str, object] | None:
    """What such a screen says; None on others."""
    match screen:
        case v.Search() | v.Queue():
            page = cases.page(screen, PAGE)
            return {"cases": [case.tail for case in page.cases], "total": page.total}
        case v.CaseView(case=case, history=history, live=live):
            answer = verdict(case, history or ()).answer
            moments = [said.mark.value for said in history or ()]
            return {"tail": case.tail, "answer": answer.value, "live": live, "story": moments}
        case Told(ending=ending):
            return {"ending": ending.name.lower()}
        case s.Handover(counts=counts) if counts is not None:
            return {"paper_mm": counts.paper_mm, "uncertain": counts.uncertain}
        case d.Diagnostics(seen=seen) if seen is not None:
            return {check.part.value: check.light.name.lower() for check in seen.checks}
        case _:
            return None


def targets(screen: Screen) -> dict[str, Event]:
    """What can be touched now, by name; nothing on other screens."""
    out: dict[str, Event] = {"back": StaffWentBack(), "leave": StaffLeft()}
    match screen:
        case StaffHome(clerk=clerk):
            return _of_home(settles=clerk.may_settle, offline=clerk.offline)
        case v.Search() | v.Queue():
            return out | _of_list(screen)
        case v.CaseView() | v.ReprintAsk() | v.Settle() | v.VoidAsk():
            return out | _of_case(screen)
        case Told():
            return {"done": StaffWentBack(), "leave": StaffLeft()}
        case s.Hours(asking=None) as hours:
            direction = next_direction(hours)
            return out | {f"clock:{direction.value}": s.ClockWanted(direction)}
        case s.Handover() | s.SecondBadge() | s.SecondPin() | s.HandoverSign():
            return out | _of_handover(screen)
        case d.Diagnostics():
            return out | _of_diagnostics(screen)
        case _:
            return {}


def _of_home(*, settles: bool, offline: bool) -> dict[str, Event]:
    found: dict[str, Event] = {"diagnostics": d.DiagnosticsOpened()}
    if not offline:
        found["hours"] = s.HoursOpened()
    if settles:
        found |= {
            "search": v.SearchOpened(),
            "queue": v.QueueOpened(),
            "handover": s.HandoverOpened(),
        }
    return found


def _of_list(screen: v.Search | v.Queue) -> dict[str, Event]:
    found: dict[str, Event] = {}
    if isinstance(screen, v.Search):
        found = {f"tab:{way.value}": v.SearchWayChosen(way) for way in v.SearchWay}
        if screen.way is v.SearchWay.TAIL:
            if screen.tail:
                found["erase"] = v.SymbolErased()
            if len(screen.tail) < v.TAIL_LENGTH:
                return found | {f"key:{symbol}": v.SymbolTyped(symbol) for symbol in ALPHABET}
    page = cases.page(screen, PAGE)
    for i, case in enumerate(page.cases):
        found[f"case:{i}"] = v.CaseChosen(case.id)
    if page.number:
        found["page:before"] = v.CasesTurned(-1)
    if page.number + 1 < page.pages:
        found["page:after"] = v.CasesTurned(1)
    return found


def _of_case(screen: v.CaseView | v.ReprintAsk | v.Settle | v.VoidAsk) -> dict[str, Event]:
    found: dict[str, Event] = {}
    match screen:
        case v.CaseView(case=case, clerk=clerk) if clerk.may_settle:
            if case.standing is Standing.UNCERTAIN:
                found["act"] = v.SettleOpened()
            elif case.printable:
                found["act"] = v.ReprintOpened()
        case v.ReprintAsk(reason=reason):
            found |= {f"choice:{why.value}": v.ReprintReasonChosen(why) for why in ReprintReason}
            if reason is not None:
                found["act"] = v.ReprintConfirmed()
        case v.Settle(case=case) as settle:
            found["story"] = v.StoryOpened()
            if case.printable:
                found["choice:reprint"] = v.ReprintOpened()
            if settling.settleable(settle):
                found |= {"choice:taken": v.TakenConfirmed(), "choice:void": v.VoidOpened()}
        case v.VoidAsk(reason=why_void):
            found |= {f"choice:{why.value}": v.VoidReasonChosen(why) for why in v.VOID_REASONS}
            if why_void is not None:
                found["act"] = v.VoidConfirmed()
        case _:
            pass
    return found


def _of_handover(
    screen: s.Handover | s.SecondBadge | s.SecondPin | s.HandoverSign,
) -> dict[str, Event]:
    found: dict[str, Event] = {}
    match screen:
        case s.Handover(counts=counts):
            found = {f"note:{note.value}": s.NoteTicked(note) for note in HandoverNote}
            if counts is not None:
                found["next"] = s.SecondAwaited()
        case s.SecondPin(asking=False, locked_until=None, typed=typed):
            found = {f"digit:{digit}": PinDigit(digit) for digit in "0123456789"}
            found |= {"rub": PinRubbed()} if typed else {}
        case s.HandoverSign(asking=False) as sign:
            if not sign.signed_out:
                found["sign:out"] = s.HandoverSigned(second=False)
            if not sign.signed_in:
                found["sign:in"] = s.HandoverSigned(second=True)
        case _:
            pass
    return found


def _of_diagnostics(screen: d.Diagnostics) -> dict[str, Event]:
    found: dict[str, Event] = {
        f"tab:{tab.value}": d.DiagnosticsTabChosen(tab) for tab in d.DiagnosticsTab
    }
    found["camera"] = event.AimOpened()
    if not screen.asking_network:
        found["network"] = d.NetworkTestWanted()
    if screen.tab is d.DiagnosticsTab.INPUTS and screen.trying is None:
        found |= {f"try:{trial.value}": d.TrialWanted(trial) for trial in d.Trial}
    if screen.tab is d.DiagnosticsTab.TOUCH:
        count = d.TOUCH_COLUMNS * d.TOUCH_ROWS
        found |= {f"field:{n}": d.FieldTouched(n) for n in range(count)}
    return found
