"""The one way from any thread into the event loop."""

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")
log = logging.getLogger(__name__)


class Bridge(Generic[Value]):
    """Carries immutable values from threads to one function of the event loop, in order.

    `post` may be called from any thread, a signal handler's or a device library's
    included; `deliver` runs in the loop only. Values that come after `close`, or after the
    loop has ended, are dropped: a device thread that outlives the kiosk harms nobody.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[Value], None]) -> None:
        self._loop = loop
        self._deliver = deliver
        self._open = True

    def post(self, value: Value) -> bool:
        """Hand a value over; whether it was accepted. Returns at once. Thread: any."""
        if not self._open:
            return False
        try:
            self._loop.call_soon_threadsafe(self._arrive, value)
        except RuntimeError:  # the loop has closed between the check and the call
            return False
        return True

    def close(self) -> None:
        """Deliver nothing more, not even what is already on its way."""
        self._open = False

    def _arrive(self, value: Value) -> None:
        if self._open:
            self._deliver(value)
