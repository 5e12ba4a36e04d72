"""The voucher in the slot: still there, taken, or taken back; it concerns no other step."""

from dataclasses import replace
from uuid import UUID

from kiosk.flow import event
from kiosk.flow.state import Attract, InSlot, KioskState, Message, MessageCode, SlotSight
from kiosk.flow.transition import Result, resting_screen, show

NOTICE_S = 10.0
"""How long the attract screen says it, to somebody who has turned away already."""


def presented(state: KioskState, redemption: UUID) -> KioskState:
    """Paper has come out; whether it is taken is known only where something sees the slot."""
    return replace(state, slot=InSlot(redemption, SlotSight.PRESENTED))


def voucher_waits(state: KioskState, waits: event.VoucherWaits) -> Result:
    if _is_another(state, waits.redemption):
        return state, ()
    state = replace(state, slot=InSlot(waits.redemption, SlotSight.WAITS))
    return _noticed(state, MessageCode.NOT_TAKEN)


def voucher_taken(state: KioskState, taken: event.VoucherTaken) -> Result:
    if _is_another(state, taken.redemption):
        return state, ()
    state = replace(state, slot=InSlot(taken.redemption, SlotSight.TAKEN))
    match state.screen:
        case Attract(notice=Message(code=MessageCode.NOT_TAKEN)):
            return show(state, resting_screen(state))
        case _:
            return state, ()


def voucher_retracted(state: KioskState, retracted: event.VoucherRetracted) -> Result:
    if _is_another(state, retracted.redemption):
        return state, ()
    state = replace(state, slot=InSlot(retracted.redemption, SlotSight.RETRACTED))
    return _noticed(state, MessageCode.VOUCHER_BACK)


def _is_another(state: KioskState, redemption: UUID | None) -> bool:
    """Whether the slot holds a newer voucher than the one that is spoken of.

    Paper of nobody (a trial, what was uncertain, from before the start) is in the slot now:
    who watches it knows of none that is newer.
    """
    return redemption is not None and state.slot is not None and state.slot.redemption != redemption


def _noticed(state: KioskState, code: MessageCode) -> Result:
    """Said where nobody is; a screen that is somebody's says it itself, or not at all."""
    if not isinstance(state.screen, Attract):
        return state, ()
    return show(state, Attract(Message(code), state.now_s + NOTICE_S))
