"""A scanner without a camera, for tests and training: it reads what it is told to."""

import asyncio
import time
from collections.abc import Callable

from kiosk.aim import Measurement
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.ports import Preview, ScannedCode, ScannerHealth


class FakeScanner:
    """Obeys the real one's rules: silent while capture is off, repeats ignored, health told once.

    `show` and the misbehaviour methods are called from the event loop.
    """

    def __init__(
        self,
        now_s: Callable[[], float] = time.monotonic,
        on_aim: Callable[[Measurement], None] | None = None,
    ) -> None:
        self._now_s = now_s
        self._on_aim = on_aim
        self._aim_wanted = False
        self._repeats = Repeats()
        self._wanted = False
        self._lost = ""
        self._shown: tuple[str, str] | None = None
        self._picture: Preview | None = None
        self._told: ScannerHealth | None = None
        self._callbacks: (
            tuple[Callable[[ScannedCode], None], Callable[[ScannerHealth], None]] | None
        ) = None

    async def run(
        self,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> None:
        self._callbacks = (on_code, on_health)
        try:
            self._look()
            await asyncio.Event().wait()  # until cancelled
        finally:
            self._callbacks = None

    def capture(self, on: bool) -> None:
        self._wanted = on
        self._look()

    def aim(self, on: bool) -> None:
        self._aim_wanted = on

    def preview(self) -> Preview | None:
        return self._picture if self._wanted and not self._lost else None

    def show(self, text: str | None, symbology: str = "QRCode") -> None:
        """Hold a code before the camera, or take it away."""
        self._shown = None if text is None else (text, symbology)
        self._look()

    def show_picture(self, picture: Preview) -> None:
        """What the small mirror shows."""
        self._picture = picture

    def show_aim(self, measured: Measurement) -> None:
        """What is measured, told while it is asked for."""
        if self._wanted and self._aim_wanted and not self._lost and self._on_aim is not None:
            self._on_aim(measured)

    def lose(self, reason: str) -> None:
        """Pull the camera's plug."""
        self._lost = reason
        self._look()

    def find(self) -> None:
        """Put the plug back."""
        self._lost = ""
        self._look()

    def _look(self) -> None:
        if self._callbacks is None:
            return
        on_code, on_health = self._callbacks
        if self._wanted or not self._lost:
            health = ScannerHealth(ok=not self._lost, reason=self._lost)
            if health != self._told:
                self._told = health
                on_health(health)
        if self._wanted and not self._lost and self._shown is not None:
            text, symbology = self._shown
            at_s = self._now_s()
            if self._repeats.is_news(text, at_s):
                ours = Reading(text.encode(), symbology).is_ours
                on_code(ScannedCode(text if ours else "", symbology, at_s))
