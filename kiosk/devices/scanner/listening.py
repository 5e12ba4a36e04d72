"""The kiosk's end: what is heard from one scanner after the other."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import NoReturn

from kiosk.aim import Measurement
from kiosk.devices.ports import Preview, ScannedCode, ScannerHealth
from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.connection import Connection, ScannerHung, ScannerLost
from kiosk.devices.scanner.messages import Aim, CameraState, Code, Foreign, Pulse, printable

log = logging.getLogger(__name__)

_CHECK_S = 0.2
_MESSAGES_A_TURN = 16


class ListeningScanner(ABC):
    """The `Scanner` port over a connection that is made anew whenever it is lost.

    Everything here runs in the event loop; nothing waits outside of `await`. The two ways
    to come by a connection are `client.ScannerProcess` and `service.ScannerService`.
    """

    first_word_max_s = supervision.SILENT_S
    """How long a fresh connection may be silent."""

    def __init__(
        self,
        on_pulse: Callable[[Pulse], None] | None = None,
        on_aim: Callable[[Measurement], None] | None = None,
    ) -> None:
        """`on_pulse`: who else wants to know how the scanner does; `on_aim`: hears what `aim`
        asks for. Both are called in the loop.
        """
        self._on_pulse = on_pulse
        self._on_aim = on_aim
        self._wanted = False
        self._aim_wanted = False
        self._connection: Connection | None = None
        self._heard = False
        self.health: ScannerHealth | None = None
        """The latest, with the frame rate of now; None until something is known."""

    @abstractmethod
    def _connected(self) -> AbstractAsyncContextManager[Connection]:
        """One connection, from its beginning to its end.

        Raises:
            ScannerLost: when it is entered, there is none; when it is left, how it ended.
        """

    @abstractmethod
    def _wait_s(self, now_s: float, *, heard: bool) -> float:
        """Seconds to wait before the next connection.

        Args:
            now_s: when the last one ended.
            heard: whether there had been a word on it.
        """

    async def run(
        self,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._heard = False
            try:
                async with self._connected() as connection:
                    self._connection = connection
                    try:
                        connection.capture(on=self._wanted, aim=self._aim_wanted)
                        await self._listen(connection, on_code, on_health)
                    finally:
                        self._connection = None
                        connection.close()
            except ScannerLost as lost:
                reason = str(lost)
            wait_s = self._wait_s(loop.time(), heard=self._heard)
            # A try that found nobody is no news to whoever was told that it is lost.
            if self._heard or self.health is None or self.health.ok:
                self._tell(on_health, ScannerHealth(ok=False, reason=reason))
                log.warning("scanner is lost (next try in %g s): %s", wait_s, reason)
            await asyncio.sleep(wait_s)

    def capture(self, on: bool) -> None:
        if on == self._wanted:
            return
        self._wanted = on
        self._ask()

    def aim(self, on: bool) -> None:
        if on == self._aim_wanted:
            return
        self._aim_wanted = on
        self._ask()

    def _ask(self) -> None:
        if self._connection is not None:
            self._connection.capture(on=self._wanted, aim=self._aim_wanted)

    def preview(self) -> Preview | None:
        if self._connection is None or not self._wanted:
            return None
        return self._connection.preview()

    def _tell(self, on_health: Callable[[ScannerHealth], None], health: ScannerHealth) -> None:
        before, self.health = self.health, health
        if before is None or (before.ok, before.reason) != (health.ok, health.reason):
            on_health(health)

    async def _listen(
        self,
        connection: Connection,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> NoReturn:
        """Hands on what the scanner says, until it is lost or hung.

        Raises:
            ScannerLost
        """
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()
        loop.add_reader(connection.fileno(), arrived.set)
        heard_s = loop.time()
        pulse: Pulse | None = None
        rate = supervision.Rate()
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CHECK_S):
                        await arrived.wait()
                arrived.clear()
                # What waits is read before the silence is judged: it may be the kiosk's own
                # loop that stood still. A few at a time, so that no flood holds up the screen.
                for _ in range(_MESSAGES_A_TURN):
                    message = connection.read()
                    if message is None:
                        break
                    if rate.too_high(loop.time()):
                        raise ScannerLost("scanner floods")
                    if isinstance(message, Pulse):
                        pulse, heard_s = message, loop.time()
                        self._heard = True
                        self._judge(message, on_health)
                    elif isinstance(message, Code | Foreign):
                        self._hand_on(message, on_code)
                    elif isinstance(message, Aim) and self._on_aim is not None:
                        self._on_aim(message.measured)
                silence_s = loop.time() - heard_s
                if pulse is None and silence_s > self.first_word_max_s:
                    raise ScannerHung("scanner did not say a first word")
                if pulse is not None and (reason := supervision.hung(pulse, silence_s)):
                    raise ScannerHung(reason)
        finally:
            loop.remove_reader(connection.fileno())

    def _hand_on(self, code: Code | Foreign, on_code: Callable[[ScannedCode], None]) -> None:
        if self._wanted:  # else it was on its way when the camera was switched off
            text = code.text if isinstance(code, Code) else ""
            on_code(ScannedCode(text, code.symbology, code.mono_s))

    def _judge(self, pulse: Pulse, on_health: Callable[[ScannerHealth], None]) -> None:
        if self._on_pulse is not None:
            self._on_pulse(pulse)
        reason = printable(pulse.reason)
        if pulse.camera is CameraState.LOST:
            self._tell(on_health, ScannerHealth(ok=False, reason=reason))
        elif pulse.camera is CameraState.READING:
            # With a reason: it reads, but not as it should (too slow, another size).
            self._tell(on_health, ScannerHealth(ok=True, reason=reason, fps=pulse.fps))
        elif pulse.camera is CameraState.OFF and not self._wanted and not pulse.reason:
            # A fault that stood when the camera was switched off still stands: it is not told
            # again and again, once for each session.
            self._tell(on_health, ScannerHealth(ok=True, reason=""))
