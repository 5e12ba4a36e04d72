"""`kiosk aim` in a window: the kiosk's own aim screen."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from kiosk.aim_session import AimSession


def attach_window(
    session: AimSession,
    tasks: asyncio.TaskGroup,
    stack: AsyncExitStack,
    home: Path,
    control: Path | None,
) -> None:
    """Open the window and draw the session in it; closing it ends the session.

    Args:
        home: a folder for Kivy's own files.
        control: where scripts may touch (`kiosk.screens.control`).

    Raises:
        FontsMissing: the faces are not built.
    """
    from kiosk.screens.window import opened  # Kivy opens its window on import

    runner = session.runner
    app = stack.enter_context(
        opened(session.config.screen, home, runner.emit, _no_picture, session.preview, runner.state)
    )
    runner.attach(app)
    if control is not None:
        from kiosk.screens.control import WindowControl

        steering = WindowControl(control, app, lambda: runner.state)
        tasks.create_task(steering.run(), name="control")
    tasks.create_task(_until_closed(app.async_run("asyncio"), session.stop), name="window")


def _no_picture(_sha256: str) -> None:
    """There are no rewards here."""


async def _until_closed(window: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    await window
    stop.set()
