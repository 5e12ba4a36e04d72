"""A kiosk from its start to its clean end: view, watchdog, signals."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

from kiosk.composition import Kiosk, running_kiosk
from kiosk.config import KioskConfig
from kiosk.headless import HeadlessView
from kiosk.headless_control import HeadlessControl
from kiosk.supervise import Liveness, Supervisor, ending_by_signals
from kiosk.sync.identity import Identity

log = logging.getLogger(__name__)

PING_S = 2.0
PRINTING_MAX_S = 60.0
"""How long a clean end waits for the paper of a running redemption; systemd gives 90 s."""


class _Ended(Exception):
    """Somebody asked for the end."""


async def serve(
    config: KioskConfig, identity: Identity, *, headless: bool, control: Path | None
) -> None:
    """Serve shoppers until SIGTERM, SIGINT, or the window is closed.

    A redemption that is being printed is waited for.

    Raises:
        JournalBroken: before anything could be shown.
        ExceptionGroup: a part failed; the kiosk must be started again.
    """
    stop = asyncio.Event()
    with ending_by_signals(stop):
        async with running_kiosk(config, identity) as kiosk:
            try:
                async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
                    shown = _show_nothing if headless else _show_window
                    supervisor = shown(kiosk, control, tasks, stack, stop)
                    supervisor.ready()
                    tasks.create_task(_watch(supervisor), name="watchdog")
                    await stop.wait()
                    supervisor.stopping()
                    if not await kiosk.runner.finish_dispensing(PRINTING_MAX_S):
                        log.warning("ended while printing; the next start recovers")
                    raise _Ended  # noqa: TRY301 - raised to end the group
            except* _Ended:
                pass


def _signs(kiosk: Kiosk) -> tuple[Liveness, ...]:
    return (
        Liveness("loop", lambda: kiosk.runner.ticked_s),
        Liveness("journal", lambda: kiosk.journal_sign.answered_s),
    )


def _show_nothing(
    kiosk: Kiosk,
    control: Path | None,
    tasks: asyncio.TaskGroup,
    _stack: AsyncExitStack,
    _stop: asyncio.Event,
) -> Supervisor:
    """The headless view, and the supervisor that watches what there is with it."""
    kiosk.runner.attach(HeadlessView())
    if control is not None:
        steering = HeadlessControl(control, lambda: kiosk.runner.state, kiosk.runner.emit)
        tasks.create_task(steering.run(), name="control")
    return Supervisor(kiosk.clock.now_s, _signs(kiosk))


def _show_window(
    kiosk: Kiosk,
    control: Path | None,
    tasks: asyncio.TaskGroup,
    stack: AsyncExitStack,
    stop: asyncio.Event,
) -> Supervisor:
    """The window, and the supervisor that also looks whether it is drawn."""
    from kiosk.screens.window import opened  # Kivy opens its window on import

    app = stack.enter_context(
        opened(
            kiosk.config.screen,
            kiosk.config.data_dir / "kivy",
            kiosk.runner.emit,
            lambda sha256: _picture(kiosk, sha256),
            kiosk.scanner.preview if kiosk.config.camera.mirror else lambda: None,
            kiosk.runner.state,
        )
    )
    kiosk.runner.attach(app)
    if control is not None:
        from kiosk.screens.control import WindowControl

        steering = WindowControl(control, app, lambda: kiosk.runner.state)
        tasks.create_task(steering.run(), name="control")
    tasks.create_task(_until_closed(app.async_run("asyncio"), stop), name="window")
    drawn = Liveness("window", lambda: app.drawn_s)
    return Supervisor(kiosk.clock.now_s, (*_signs(kiosk), drawn))


async def _until_closed(window: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """A window that somebody closes ends the kiosk, cleanly."""
    await window
    stop.set()


def _picture(kiosk: Kiosk, sha256: str) -> Path | None:
    """Where a reward's picture lies, once it has come; None as well for what is no hash."""
    try:
        return kiosk.snapshot.image_path(sha256) if kiosk.snapshot.has_image(sha256) else None
    except ValueError:
        return None


async def _watch(supervisor: Supervisor) -> NoReturn:
    try:
        while True:
            supervisor.ping()
            await asyncio.sleep(PING_S)
    finally:
        supervisor.close()
