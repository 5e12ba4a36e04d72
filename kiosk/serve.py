"""A kiosk from its start to its clean end: view, watchdog, signals."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from kiosk.composition import Kiosk, running_kiosk
from kiosk.config import KioskConfig
from kiosk.headless import HeadlessView
from kiosk.headless_control import HeadlessControl
from kiosk.supervise import Liveness, Supervisor
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
    with _ending_by_signals(stop):
        async with running_kiosk(config, identity) as kiosk:
            try:
                async with asyncio.TaskGroup() as tasks:
                    supervisor = _show(kiosk, tasks, headless=headless, control=control)
                    tasks.create_task(_watch(supervisor), name="watchdog")
                    await stop.wait()
                    supervisor.stopping()
                    if not await kiosk.runner.finish_dispensing(PRINTING_MAX_S):
                        log.warning("ended while printing; the next start recovers")
                    raise _Ended  # noqa: TRY301 - raised to end the group
            except* _Ended:
                pass


def _show(
    kiosk: Kiosk,
    tasks: asyncio.TaskGroup,
    *,
    headless: bool,
    control: Path | None,
) -> Supervisor:
    """The view, and the supervisor that watches what there is with it."""
    signs = [
        Liveness("loop", lambda: kiosk.runner.ticked_s),
        Liveness("journal", lambda: kiosk.journal_sign.answered_s),
    ]
    if headless:
        kiosk.runner.attach(HeadlessView())
        if control is not None:
            steering = HeadlessControl(control, lambda: kiosk.runner.state, kiosk.runner.emit)
            tasks.create_task(steering.run(), name="control")
    supervisor = Supervisor(kiosk.clock.now_s, tuple(signs))
    supervisor.ready()
    return supervisor


async def _watch(supervisor: Supervisor) -> NoReturn:
    try:
        while True:
            supervisor.ping()
            await asyncio.sleep(PING_S)
    finally:
        supervisor.close()


@contextmanager
def _ending_by_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
