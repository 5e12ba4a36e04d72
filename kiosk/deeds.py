"""How the flow's effects are done: each answer is an event of the flow."""

from collections.abc import Callable

from kiosk.flow import effect, event
from kiosk.flow.event import Event
from kiosk.health import Tell
from kiosk.identify import Identifier
from kiosk.redemption import OnStep, Redeemer
from wire.api.devices import DeviceConfig, EventType


class KioskDeeds:
    """The `kiosk.runner.Deeds` of a real kiosk.

    Args:
        config: the configuration as it stands now; None before the first contact with the
            service, when nobody can be served.
    """

    def __init__(
        self,
        identifier: Identifier,
        redeemer: Redeemer,
        tell: Tell,
        config: Callable[[], DeviceConfig | None],
    ) -> None:
        self._identifier = identifier
        self._redeemer = redeemer
        self._tell = tell
        self._config = config

    async def look_up(self, wanted: effect.LookUp) -> Event:
        if self._config() is None:
            return event.ServiceUnreachable()
        return await self._identifier.look_up(wanted)

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> Event:
        return await self._redeemer.redeem(wanted, on_step)

    async def reprint(self, wanted: effect.Reprint, on_step: OnStep) -> Event:
        return await self._redeemer.reprint(wanted, on_step)

    def tell_staff(self, wanted: effect.TellStaff) -> None:
        self._tell(EventType.STAFF_CALLED, reason=wanted.reason)
