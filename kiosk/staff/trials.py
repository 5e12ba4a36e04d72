"""What staff can let act for a moment: sound, lights, and a call to the service."""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.aim import Light
from kiosk.devices.ports import Melody, Panel
from kiosk.flow.event import Event
from kiosk.flow.staff.values.diagnostics import (
    Check,
    NetworkTold,
    Part,
    TestNetwork,
    Todo,
    Trial,
    TrialOver,
    Try,
)
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceError, ServiceRefused

TRIAL_S = 2.0
SLOW_MS = 800
"""A shopper waits for two such calls: more is felt."""


class Trials:
    """Thread: the loop.

    Args:
        now_s: the kiosk's clock, for the round trip.
        wanted: whether the kiosk itself wants the light of a trial on, now.
        pause: waits for so many seconds.
    """

    def __init__(
        self,
        panel: Panel,
        service: ServiceClient,
        now_s: Callable[[], float],
        wanted: Callable[[Trial], bool],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._panel = panel
        self._service = service
        self._now_s = now_s
        self._wanted = wanted
        self._pause = pause

    async def act(self, wanted: Try) -> Event:
        """On, and back to what the kiosk wants then, whatever happens meanwhile."""
        match wanted.trial:
            case Trial.SOUND:
                self._panel.play(Melody.OK)
                await self._pause(TRIAL_S)
            case Trial.SCAN_LIGHT:
                await self._lit(wanted.trial, self._panel.scan_light)
            case Trial.EXIT_LIGHT:
                await self._lit(wanted.trial, self._panel.exit_light)
        return TrialOver(wanted.trial)

    async def _lit(self, trial: Trial, light: Callable[[bool], None]) -> None:
        light(True)
        try:
            await self._pause(TRIAL_S)
        finally:
            light(self._wanted(trial))

    async def ask_network(self, _: TestNetwork) -> Event:
        """The service's signed time, there and back; how long that took, or what went wrong."""
        began_s = self._now_s()
        try:
            await self._service.time()
        except ServiceRefused as refused:
            return _told(Light.RED, str(refused.problem.code), Todo.REFUSED)
        except ServiceError as error:
            return _told(Light.RED, type(error).__name__, Todo.NETWORK)
        took_ms = round((self._now_s() - began_s) * 1000)
        light = Light.GREEN if took_ms <= SLOW_MS else Light.AMBER
        todo = Todo.NONE if took_ms <= SLOW_MS else Todo.NETWORK
        return _told(light, f"{took_ms:,} ms", todo)


def _told(light: Light, figure: str, todo: Todo) -> NetworkTold:
    return NetworkTold(Check(Part.NETWORK, light, figure, todo))
