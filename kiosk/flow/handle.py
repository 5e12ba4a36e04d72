"""The shopper's journey: `handle(state, event) -> (state, effects)`; no clock, no ids, no I/O.

One function per event, in the module of its part of the journey. An event that makes no
sense on the present screen changes nothing: a second tap, an answer that comes after its
shopper has gone.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from kiosk.flow import aiming, choose, event, identify, redeeming, slot, waiting
from kiosk.flow.by_screen import by_screen
from kiosk.flow.event import Event
from kiosk.flow.staff import diagnosing, handover, reprinting
from kiosk.flow.staff import handlers as staff
from kiosk.flow.staff.values.diagnostics import Diagnostics
from kiosk.flow.staff.values.service import SecondBadge
from kiosk.flow.staff.values.vouchers import Reprinting
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, resting_screen


def handle(state: KioskState, happened: Event) -> Result:
    """The next state, and what is to be done for it."""
    return HANDLERS[type(happened)](state, happened)


def start(state: KioskState) -> KioskState:
    """The state with the screen on which the kiosk waits for shoppers, given its health."""
    return replace(state, screen=resting_screen(state))


_at_staff = partial(by_screen, Reprinting)
"""Staff print a voucher again: the redeemer's answers are theirs."""

HANDLERS: dict[type, Callable[[KioskState, Any], Result]] = {
    event.Touched: waiting.touched,
    event.LanguageChosen: waiting.language_chosen,
    event.ScanOpened: identify.scan_opened,
    event.ScanTabChosen: identify.scan_tab_chosen,
    event.FilterChosen: choose.filter_chosen,
    event.PageTurned: choose.page_turned,
    event.ItemChosen: choose.item_chosen,
    event.BalanceHidden: choose.balance_hidden,
    event.VouchersOpened: choose.vouchers_opened,
    event.ReprintChosen: redeeming.reprint_chosen,
    event.Confirmed: redeeming.confirmed,
    event.WentBack: choose.went_back,
    event.Continued: waiting.continued,
    event.Ended: waiting.ended,
    event.StaffCalled: waiting.staff_called,
    event.Retried: redeeming.retried,
    event.AimOpened: by_screen(Diagnostics, diagnosing.aim_opened, aiming.opened),
    event.AimClosed: aiming.closed,
    event.AimMeasured: aiming.measured,
    event.Tick: waiting.tick,
    event.Scanned: by_screen(SecondBadge, handover.badge_shown, identify.scanned),
    event.HealthChanged: waiting.health_changed,
    event.PaperChanged: waiting.paper_changed,
    event.RollDoorMoved: waiting.roll_door_moved,
    event.VoucherWaits: slot.voucher_waits,
    event.VoucherTaken: slot.voucher_taken,
    event.VoucherRetracted: slot.voucher_retracted,
    event.ConfigChanged: waiting.config_changed,
    event.CatalogueChanged: waiting.catalogue_changed,
    event.MemberFound: identify.member_found,
    event.MemberRefused: identify.member_refused,
    event.CodeNotOurs: identify.code_not_ours,
    event.ServiceUnreachable: identify.service_unreachable,
    event.StepReached: _at_staff(reprinting.step_reached, redeeming.step_reached),
    event.RedemptionRefused: by_screen(
        Reprinting, reprinting.refused, redeeming.redemption_refused
    ),
    event.RedemptionUnreached: by_screen(
        Reprinting, reprinting.unreached, redeeming.redemption_unreached
    ),
    event.PrinterRefused: by_screen(
        Reprinting, reprinting.printer_refused, redeeming.printer_refused
    ),
    event.VoucherPrinted: _at_staff(reprinting.printed, redeeming.voucher_printed),
    event.VoucherUncertain: by_screen(
        Reprinting, reprinting.uncertain, redeeming.voucher_uncertain
    ),
    **staff.HANDLERS,
}
