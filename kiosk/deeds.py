"""How the flow's effects are done: each answer is an event of the flow."""

from typing import TypeVar

from kiosk.dispenser import OnStep
from kiosk.flow import effect
from kiosk.flow.event import Event, VoucherPrinted
from kiosk.flow.staff.values.rolls import DoubtContact
from kiosk.flow.staff.values.unions import StaffEffect
from kiosk.flow.staff.values.vouchers import StaffReprint
from kiosk.health import Tell
from kiosk.identify import Identifier
from kiosk.redemption import Redeemer
from kiosk.slot import SlotKeeper
from kiosk.staff.deeds import StaffDeeds
from wire.api.devices import EventType

E = TypeVar("E", bound=Event | None)


class KioskDeeds:
    """The `kiosk.runner.Deeds` of a real kiosk.

    A member can be looked up before the first configuration has come (the keys are known
    from enrolment); a reward cannot be chosen then, because rewards come after it.
    """

    def __init__(
        self,
        identifier: Identifier,
        redeemer: Redeemer,
        tell: Tell,
        slot: SlotKeeper,
        staff: StaffDeeds,
    ) -> None:
        self._slot = slot
        self._staff_deeds = staff
        self._identifier = identifier
        self._redeemer = redeemer
        self._tell = tell

    async def look_up(self, wanted: effect.LookUp) -> Event:
        return await self._identifier.look_up(wanted)

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> Event:
        await self._slot.make_room()
        return self._watched(await self._redeemer.redeem(wanted, on_step))

    async def reprint(self, wanted: effect.Reprint, on_step: OnStep) -> Event:
        await self._slot.make_room()
        return self._watched(await self._redeemer.reprint(wanted, on_step))

    def tell_staff(self, wanted: effect.TellStaff) -> None:
        self._tell(EventType.STAFF_CALLED, reason=wanted.reason)

    async def staff(self, wanted: StaffEffect, on_step: OnStep) -> Event | None:
        if not wanted.dispenses:
            return await self._staff(wanted, on_step)
        await self._slot.make_room()
        return self._watched(await self._staff(wanted, on_step))

    def _watched(self, answer: E) -> E:
        """The same answer; a voucher that came out is to be taken."""
        if isinstance(answer, VoucherPrinted):
            self._slot.printed(answer.redemption)
        return answer

    async def _staff(self, wanted: StaffEffect, on_step: OnStep) -> Event | None:
        if isinstance(wanted, StaffReprint):
            return await self._redeemer.reprint(wanted, on_step)
        if isinstance(wanted, DoubtContact):
            self._tell(EventType.PANEL_FAULT, what=wanted.what)
            return None
        return await self._staff_deeds.do(wanted)
