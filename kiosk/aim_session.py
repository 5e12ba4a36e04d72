"""Aiming the camera with nothing else of the kiosk running: no service, no printer, no key."""

import asyncio
import fcntl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

from kiosk.aim import Light
from kiosk.clock import AnchoredClock, boot_time_s, ntp_disciplined, system_time
from kiosk.composition import follow
from kiosk.config import KioskConfig
from kiosk.devices.ports import Preview, ScannerHealth
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.flow.event import AimMeasured, AimOpened, HealthChanged
from kiosk.flow.state import Aim, KioskState
from kiosk.runner import Runner
from kiosk.supervise import ending_by_signals

PREVIEW_PX = (640, 360)
"""Larger than the shopper's mirror: focus is judged by eye too."""


class AimSession:
    """The scanner, the flow on its aim screen, and the end."""

    def __init__(
        self,
        config: KioskConfig,
        tasks: asyncio.TaskGroup,
        stop: asyncio.Event,
        *,
        quiet: bool = False,
    ) -> None:
        """`stop` is set when the screen is left; `quiet`: without the scanner's log."""
        clock = AnchoredClock(boot_time_s, system_time, ntp_disciplined)
        language = config.screen.language
        state = KioskState(language=language, default_language=language)
        self._tasks = tasks
        self.config = config
        self.stop = stop
        self.light = Light.OFF
        """The last one that was shown."""
        self.runner = Runner(state, clock, tasks, on_state=self._follow)
        self._scanner = ScannerProcess(
            config.camera.source,
            settings=config.camera.settings,
            preview=PREVIEW_PX,
            symbologies=config.scanner.symbologies,
            budget_ms=config.scanner.budget_ms,
            on_aim=lambda measured: self.runner.emit(AimMeasured(measured)),
            quiet=quiet,
        )
        self.reason = ""
        """What the scanner says about a camera that does not do as it should."""

    def preview(self) -> Preview | None:
        return self._scanner.preview()

    def start(self) -> None:
        """Open the aim screen; its view is attached already."""
        self._tasks.create_task(self.runner.run_ticks(), name="ticks")
        self.runner.emit(AimOpened())
        self._tasks.create_task(
            # What is read is no business of anybody here.
            self._scanner.run(lambda _code: None, self._on_health),
            name="scanner",
        )

    def _follow(self, state: KioskState) -> None:
        follow(self._scanner, state)
        if isinstance(state.screen, Aim):
            self.light = state.screen.verdict.overall
        else:
            self.stop.set()

    def _on_health(self, told: ScannerHealth) -> None:
        self.reason = told.reason
        health = replace(self.runner.state.health, scanner_ok=told.ok)
        self.runner.emit(HealthChanged(health))


Attach = Callable[[AimSession, asyncio.TaskGroup, AsyncExitStack], None]


class _Over(Exception):
    """Every task is cancelled."""


async def aim_camera(
    config: KioskConfig, attach: Attach, seconds: float | None, *, quiet: bool = False
) -> Light:
    """Until the screen is left, a signal comes or `seconds` are over; the light at the end.

    Args:
        attach: gives the session's runner its view.
        quiet: without the scanner's log.

    Raises:
        ExceptionGroup: a part failed.
    """
    stop = asyncio.Event()
    light = Light.OFF
    with ending_by_signals(stop):
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.TaskGroup() as tasks:
                    session = AimSession(config, tasks, stop, quiet=quiet)
                    attach(session, tasks, stack)
                    session.start()
                    await _stopped(stop, seconds)
                    light = session.light
                    raise _Over  # noqa: TRY301 - raised to end the group
            except* _Over:
                pass
    return light


async def _stopped(stop: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


def kiosk_runs(config: KioskConfig) -> bool:
    """Whether a kiosk with this data folder runs, and so has the camera."""
    try:
        with (config.data_dir / "kiosk.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no such folder, or not ours to look into: nothing can be said
        return False
    return False
