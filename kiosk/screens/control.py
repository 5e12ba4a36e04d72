"""The automation socket of a window: JSON lines, for the demo and for tests.

`{"touch": [x, y]}` touches in window px from the top left corner, `{"tap": "confirm"}` the
middle of a target, `{"screenshot": PATH}` writes what stands in the window as PNG, and
`{"state": true}` tells the state with every target's box. The socket is made with mode 0600
and only where `--control` asks for it.
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

from kivy.base import EventLoop
from kivy.core.window import Window

from kiosk.flow.state import KioskState
from kiosk.headless import described
from kiosk.screens.app import KioskApp
from kiosk.screens.fingers import Fingers
from kiosk.screens.painter import grab, save

LINE_LIMIT = 4096
TOUCH_S = 5.0
"""A window that takes longer for two frames stands still."""


class WindowControl:
    """Answers each line with one line; any number of clients."""

    def __init__(self, path: Path, app: KioskApp, state: Callable[[], KioskState]) -> None:
        self._path = path
        self._app = app
        self._state = state
        self._fingers = Fingers()
        self._clients: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            OSError: the socket cannot be made.
        """
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(self._serve, str(self._path), limit=LINE_LIMIT)
        finally:
            os.umask(before)
        EventLoop.add_input_provider(self._fingers)
        try:
            # Not serve_forever(): from Python 3.12 on its end waits for clients to hang up.
            await asyncio.get_running_loop().create_future()
        finally:
            EventLoop.remove_input_provider(self._fingers)
            self._fingers.stop()
            server.close()
            for client in self._clients:
                client.cancel()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a stream's callback always runs in a task
        self._clients.add(task)
        try:
            while line := await reader.readline():
                answer = await self._answer(line)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line longer than any command
            pass
        except asyncio.CancelledError:
            pass  # the kiosk ends: Python 3.11 would log a cancelled handler as an error
        finally:
            self._clients.discard(task)
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            command = json.loads(line)
        except ValueError:
            return {"error": "not JSON"}
        match command:
            case {"state": True}:
                return self._told()
            case {"tap": str(name)}:
                return await self._tap(name)
            case {"touch": [int() | float() as x, int() | float() as y]}:
                return await self._touch(float(x), float(y))
            case {"screenshot": str(path)}:
                return await _screenshot(Path(path))
            case _:
                return {"error": "unknown command; there are touch, tap, screenshot and state"}

    async def _tap(self, name: str) -> dict[str, object]:
        box = self._boxes().get(name)
        if box is None:
            return {"error": f"nothing named {name} can be touched now"} | self._told()
        x, y, width, height = box
        return await self._touch(x + width / 2, y + height / 2)

    async def _touch(self, x: float, y: float) -> dict[str, object]:
        width, height = Window.system_size
        if not (0 <= x < width and 0 <= y < height):
            return {"error": f"({x:g}, {y:g}) is outside the window of {width} x {height}"}
        try:
            async with asyncio.timeout(TOUCH_S):
                await self._fingers.touch(x / width, 1 - y / height)
        except TimeoutError:
            return {"error": f"the window drew no frame in {TOUCH_S:g} s"}
        return {"ok": True} | self._told()

    def _told(self) -> dict[str, object]:
        return described(self._state()) | {"targets": self._boxes()}

    def _boxes(self) -> dict[str, list[float]]:
        """What can be touched now: x, y, width, height in window px from the top left corner."""
        return {
            name: [target.x, Window.height - target.top, target.width, target.height]
            for name, target in self._app.gallery.targets().items()
        }


async def _screenshot(path: Path) -> dict[str, object]:
    picture = grab(Window)
    try:
        await asyncio.to_thread(save, picture, path)
    except OSError as error:
        return {"error": f"{path} cannot be written: {error.strerror}"}
    return {"ok": True, "screenshot": str(path)}
